import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { type KeyRing, keyRingLayer } from '../keys/key-ring.ts';
import { databaseOf, Mongo, mongoLayer } from '../mongo.ts';
import { type Binding, bindIdentities, subscribersOf } from './identities.ts';

/** Whose numbers are, on a real MongoDB. */

const tenant = 'demo' as TenantId;
const other = 'other' as TenantId;
let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Mongo | KeyRing, unknown>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-identity-keys-'));
  const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('roaming_identities') });
  runtime = ManagedRuntime.make(Layer.merge(keyRingLayer({ directory, demoKeys: true }), mongo));
});
afterAll(async () => {
  await runtime.runPromise(Effect.flatMap(Mongo, (mongo) => Effect.promise(() => databaseOf(mongo).dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

const msisdn = (value: string, subscriber: string, of = tenant): Binding => ({
  tenant: of,
  kind: 'msisdn',
  value,
  subscriber,
});

it('a number stays with who had it first, however often it is told, and each tenant has its own', async () => {
  const told = [msisdn('8613800000001', 'A'), msisdn('8613800000002', 'B'), msisdn('8613800000001', 'B')];
  expect(await runtime.runPromise(bindIdentities(told))).toEqual([told[2]]);
  const later = [
    msisdn('8613800000002', 'C'),
    msisdn('8613800000002', 'B'),
    msisdn('8613800000001', 'D', other),
    { ...msisdn('8613800000001', 'E'), kind: 'imsi' as const },
  ];
  expect(await runtime.runPromise(bindIdentities(later))).toEqual([later[0]]);
  expect(await runtime.runPromise(bindIdentities([]))).toEqual([]);
  const owners = await runtime.runPromise(
    subscribersOf(tenant, 'msisdn', ['8613800000001', '8613800000002', '8613800000003']),
  );
  expect(owners).toEqual(['A', 'B', undefined]);
  expect(await runtime.runPromise(subscribersOf(other, 'msisdn', ['8613800000001']))).toEqual(['D']);
});
