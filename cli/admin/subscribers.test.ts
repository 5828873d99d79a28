import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { roamingActors } from '../../actors/roaming/actors.ts';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { keepUsage } from '../../store/roaming/usage.ts';
import { hufu, objects } from '../../test/support/admin.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { collectionPlans } from './plans.ts';

/** `hufu admin subscriber …` as it is typed, against real stores. */

const tenant = 'demo' as TenantId;
const database = uniqueName('admin_subscribers');
const NUMBER = '8613912345678';
let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | KeyRing | Mongo, unknown>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-admin-subscribers-'));
  const keys = join(directory, 'keys');
  const stores = Layer.merge(
    mongoLayer({ uri: serverAddress('MONGODB_URI'), database }),
    keyRingLayer({ directory: keys, demoKeys: true }),
  );
  runtime = ManagedRuntime.make(ActorsLocal(roamingActors).pipe(Layer.provideMerge(stores)));
  process.env['HUFU_DATABASE'] = database;
  process.env['HUFU_KEY_DIR'] = keys;
  process.env['HUFU_STATE_DIR'] = directory;
  await runtime.runPromise(
    Effect.gen(function* () {
      yield* migrate(yield* Mongo, collectionPlans);
      yield* (yield* Actors).ask(subscriberActor, {
        id: { tenant, key: 'S1' },
        command: { _tag: 'Open', primary: NUMBER, currency: 'CNY' },
        envelope: { commandId: 'open', caller: { subject: 'test', tenant, roles: [] } },
      });
      yield* keepUsage(tenant, [
        {
          owner: { subscriber: 'S1' },
          file: 'a',
          part: 'a.0',
          terms: {
            ...{ roaming: 'outbound', partner: 'HKGPP', network: 'HKGPP', home: 'CHNCM', agreement: 'A', plan: 'P' },
            charged: { currency: 'XDR', decimals: 3 },
            retail: { currency: 'CNY', decimals: 2 },
          },
          records: [1, 2].map((record) => ({
            ...({ record, number: NUMBER, imsi: '', attributedBy: 'msisdn', utcOffsetMinutes: 480 } as const),
            ...({ service: 'voice', direction: 'originating', destination: '85221234567', quantity: 60 } as const),
            atMs: Date.UTC(2026, 10, 3, record),
            ...{ chargedMinor: 1n, agreedMinor: 1n, retailMinor: 198n, agreementVersion: 1, planVersion: 1, takes: [] },
          })),
        },
      ]);
    }),
  );
});
afterAll(async () => {
  await runtime.runPromise(
    Effect.flatMap(Mongo, (connection) => Effect.promise(() => databaseOf(connection).dropDatabase())),
  );
  await runtime.dispose();
  await rm(directory, { recursive: true, force: true });
});

it('a subscriber is shown with its numbers masked', async () => {
  const shown = await hufu('subscriber', 'show', 'S1');
  expect(JSON.parse(shown)).toMatchObject({ rev: 1, numbers: [{ number: '861******5678', on: true, active: true }] });
  expect(shown).not.toContain(NUMBER);
});

it('its records of a month are listed with their fees, page by page', async () => {
  const all = objects(await hufu('subscriber', 'usage', 'S1', '--month', '2026-11', '--json'));
  expect(all).toMatchObject([
    { id: 'a.1', number: '861******5678', fee: '1.98 CNY' },
    { id: 'a.2', destination: '852****4567' },
  ]);
  const first = await hufu('subscriber', 'usage', 'S1', '--month', '2026-11', '--limit', '1');
  const [, after = ''] = /--after (\S+)/.exec(first) ?? [];
  const rest = objects(await hufu('subscriber', 'usage', 'S1', '--month', '2026-11', '--after', after, '--json'));
  expect(rest).toMatchObject([{ id: 'a.2' }]);
});
