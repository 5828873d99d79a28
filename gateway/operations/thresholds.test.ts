import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operationsActors } from '../../actors/operations/actors.ts';
import type { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { ALARM_NAMES } from '../../domain/operations/thresholds/alarms.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { thresholdMetrics } from '../../store/operations/thresholds.ts';
import { exposition } from '../../telemetry/metrics.ts';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import { TestKeyRing } from '../../test/support/keys.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { RIGHTS } from '../rights.ts';
import { thresholdRoutes } from './thresholds.ts';

/** Thresholds of alarms over HTTP with real stores, and as Prometheus reads them (seed 002 §3.1.1). */

const ADMIN = 'demo-system-administrator';
const stores = Layer.merge(
  mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('gateway_thresholds') }),
  TestKeyRing,
);
const runtime: ManagedRuntime.ManagedRuntime<Actors | KeyRing | Mongo, unknown> = ManagedRuntime.make(
  Layer.merge(ActorsLocal(operationsActors), thresholdMetrics('demo' as TenantId)).pipe(Layer.provideMerge(stores)),
);
let gateway: TestGateway;

beforeAll(async () => {
  const rights = Object.fromEntries(thresholdRoutes.map(({ operationId }) => [operationId, RIGHTS[operationId]]));
  const { context } = await runtime.runtime();
  gateway = await startGateway(
    { routes: thresholdRoutes, rights: rights as typeof RIGHTS },
    Layer.succeedContext(context),
  );
});
afterAll(async () => {
  await gateway.stop();
  await runtime.runPromise(
    Effect.flatMap(Mongo, (connection) => Effect.promise(() => databaseOf(connection).dropDatabase())),
  );
  await runtime.dispose();
});

interface Answered {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}
let asked = 0;
const call = async (method: string, path: string, body?: object, subject = ADMIN): Promise<Answered> => {
  asked += 1;
  const headers = await gateway.as(subject, { 'idempotency-key': `k-${asked}`, 'content-type': 'application/json' });
  const response = await fetch(`${gateway.url}/v1/operations/thresholds${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Answered['json'] };
};

/** As Prometheus reads it. */
const told = async (alarm: string): Promise<string | undefined> =>
  new RegExp(`^hufu_alarm_threshold\\{alarm="${alarm}"\\} (\\S+)$`, 'm').exec(await exposition())?.[1];

test('thresholds are those of the release until an administrator sets them; then nodes tell the new one', async () => {
  const listed = await call('GET', '');
  expect(listed).toMatchObject({ status: 200, json: { items: expect.any(Array) } });
  expect((listed.json['items'] as ReadonlyArray<{ alarm: string }>).map(({ alarm }) => alarm)).toEqual(ALARM_NAMES);
  expect(await told('HufuMachineBusy')).toBe('0.8');
  const body = { value: 0.7, reason: 'the machines are small' };
  expect(await call('PUT', '/HufuMachineBusy', body)).toMatchObject({
    ...{ status: 200, json: { changed: true, alarm: 'HufuMachineBusy', value: 0.7 } },
  });
  // The state document is written behind.
  await expect.poll(() => told('HufuMachineBusy'), { timeout: 30_000 }).toBe('0.7');
  expect(await told('HufuDiskFull')).toBe('0.85');
  expect(await call('PUT', '/HufuMachineBusy', { value: null, reason: 'a load test' })).toMatchObject({ status: 200 });
  await expect.poll(() => told('HufuMachineBusy'), { timeout: 30_000 }).toBe('+Inf');
  expect(await call('POST', '/HufuMachineBusy/reset', { reason: 'it is over' })).toMatchObject({
    json: { value: 0.8 },
  });
  await expect.poll(() => told('HufuMachineBusy'), { timeout: 30_000 }).toBe('0.8');
  expect(await call('GET', '/HufuMachineBusy/changes')).toMatchObject({
    json: { changes: [{ value: 0.7, by: ADMIN }, { value: null }, { value: 'default', reason: 'it is over' }] },
  });
});

test.each([
  ['above what it may be', '/HufuMachineBusy', { value: 80, reason: 'per cent' }, 'ThresholdOutOfBounds', 'value'],
  ['that is no number', '/HufuMachineBusy', { value: '0.7', reason: 'text' }, 'InvalidRequest', undefined],
  ['without a reason', '/HufuMachineBusy', { value: 0.7 }, 'InvalidRequest', undefined],
])('a threshold %s is refused, and nothing has changed', async (_, path, body, code, field) => {
  const before = await call('GET', path.concat('/changes'));
  const answer = await call('PUT', path, body);
  expect(answer.status).toBe(422);
  if (field !== undefined) expect(answer.json).toMatchObject({ code, field });
  expect(await call('GET', path.concat('/changes'))).toEqual(before);
});

test('of an alarm that is not there nothing is set; who is no administrator sets nothing', async () => {
  const body = { value: 0.7, reason: 'why not' };
  expect((await call('PUT', '/HufuNodeAway', body)).status).toBe(400);
  expect(await call('PUT', '/HufuMachineBusy', body, 'demo-operator')).toMatchObject({ status: 403 });
  expect(await call('GET', '', undefined, 'demo-auditor')).toMatchObject({ status: 200 });
});
