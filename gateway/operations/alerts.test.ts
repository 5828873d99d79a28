import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import {
  ALERT_RETENTION_DAYS,
  type Alert,
  alertPlan,
  clearAlert,
  expireAlerts,
  listAlerts,
  raiseAlert,
  raiseOnce,
} from '../../store/operations/alerts.ts';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import { TestKeyRing } from '../../test/support/keys.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { RIGHTS } from '../rights.ts';
import { alertRoutes } from './alerts.ts';

const demo = 'demo' as TenantId;
const rival = 'rival' as TenantId;
const runtime = ManagedRuntime.make(
  Layer.merge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('gateway_alerts') }), TestKeyRing),
);
const run = <A, E>(effect: Effect.Effect<A, E, KeyRing | Mongo>): Promise<A> => runtime.runPromise(effect);
let gateway: TestGateway;

const overdue: Alert = {
  source: 'card-making',
  subject: 'A20261123-0001/1',
  level: 'alarm',
  code: 'StageOverdue',
  stage: 'validation',
};

beforeAll(async () => {
  await run(Effect.flatMap(Mongo, (connection) => migrate(connection, [alertPlan])));
  const rights = Object.fromEntries(Object.entries(RIGHTS).filter(([name]) => name.startsWith('operations.alert.')));
  const { context } = await runtime.runtime();
  gateway = await startGateway({ routes: alertRoutes, rights }, Layer.succeedContext(context));
});
afterAll(async () => {
  await gateway.stop();
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
});

interface Answered {
  readonly status: number;
  readonly json: {
    readonly items: ReadonlyArray<Readonly<Record<string, unknown>>>;
    readonly nextCursor: string | null;
  } & Readonly<Record<string, unknown>>;
}

const call = async (method: string, path: string, subject = 'demo-operator', more = {}): Promise<Answered> => {
  const response = await fetch(`${gateway.url}/v1/operations/alerts${path}`, {
    method,
    headers: await gateway.as(subject, more),
  });
  return { status: response.status, json: (await response.json()) as Answered['json'] };
};
let keys = 0;
const acknowledge = (id: unknown, subject = 'demo-operator') =>
  call('POST', `/${String(id)}/acknowledge`, subject, { 'idempotency-key': `k-${keys++}` });

test('alerts are listed with filters, page by page, each tenant its own', async () => {
  await run(raiseAlert(demo, overdue, 1_000));
  await run(raiseAlert(demo, overdue, 2_000));
  await run(raiseAlert(demo, { ...overdue, level: 'reminder', stage: 'cardFile' }, 3_000));
  await run(raiseAlert(rival, overdue, 4_000));
  const all = await call('GET', '');
  expect(all.json).toMatchObject({
    items: [
      { stage: 'cardFile', level: 'reminder', times: 1, open: true, acknowledgedBy: null },
      { ...overdue, raisedAtMs: 1_000, lastAtMs: 2_000, times: 2, open: true },
    ],
    nextCursor: null,
  });
  const first = await call('GET', '?limit=1');
  expect(first.json.items).toMatchObject([{ stage: 'cardFile' }]);
  const second = await call('GET', `?limit=1&cursor=${encodeURIComponent(first.json.nextCursor ?? '')}`);
  expect(second.json).toMatchObject({ items: [{ stage: 'validation' }], nextCursor: null });
  expect((await call('GET', '?level=alarm&source=card-making&code=StageOverdue')).json.items).toHaveLength(1);
  expect((await call('GET', '?subject=other')).json.items).toEqual([]);
  expect((await call('GET', '?level=loud')).status).toBe(400);
  expect((await call('GET', '', 'rival-operator')).json.items).toMatchObject([{ lastAtMs: 4_000 }]);
});

test('who has seen to one is noted once; raised again it is open again', async () => {
  const [reminder, alarm] = (await call('GET', '')).json.items;
  expect(await acknowledge(alarm?.['id'], 'demo-auditor')).toMatchObject({ status: 403 });
  const seen = await acknowledge(alarm?.['id']);
  expect(seen).toMatchObject({ status: 200, json: { open: false, acknowledgedBy: 'demo-operator', times: 2 } });
  expect(await acknowledge(alarm?.['id'], 'demo-unit-administrator')).toEqual(seen);
  expect((await call('GET', '?open=true')).json.items).toMatchObject([{ level: 'reminder' }]);
  expect((await call('GET', '?open=false')).json.items).toMatchObject([{ id: alarm?.['id'] }]);
  expect(await acknowledge('0'.repeat(32))).toMatchObject({ status: 404, json: { code: 'AlertUnknown' } });
  expect(await acknowledge(reminder?.['id'], 'rival-operator')).toMatchObject({ status: 404 });
  await run(raiseAlert(demo, overdue, 5_000));
  expect((await call('GET', '?level=alarm')).json.items).toMatchObject([
    { open: true, times: 3, acknowledgedBy: 'demo-operator' },
  ]);
});

test('acknowledged ones are removed after their retention, open ones stay', async () => {
  const [alarm] = (await call('GET', '?level=alarm')).json.items;
  const seen = await acknowledge(alarm?.['id']);
  const retentionMs = ALERT_RETENTION_DAYS * 86_400_000;
  const seenAtMs = Number(seen.json['acknowledgedAtMs']);
  expect(await run(expireAlerts(seenAtMs + retentionMs))).toBe(0);
  expect(await run(expireAlerts(seenAtMs + retentionMs + 1))).toBe(1);
  expect((await run(listAlerts({ tenant: demo }))).items).toMatchObject([{ level: 'reminder', open: true }]);
});

test('an alert of a fact is raised once, cleared once, and told late changes nothing', async () => {
  const low: Alert = { source: 'stock', subject: 'imsi:P:-', level: 'alarm', code: 'StockLow', stage: 'stock' };
  const found = async () => (await run(listAlerts({ tenant: demo, filters: { source: 'stock' } }))).items;
  await run(clearAlert(demo, low, { rev: 1, atMs: 500 }));
  expect(await found()).toEqual([]);
  await Promise.all(Array.from({ length: 5 }, () => run(raiseOnce(demo, low, { rev: 2, atMs: 1_000 }))));
  expect(await found()).toMatchObject([{ times: 1, open: true, raisedAtMs: 1_000, clearedAtMs: null }]);
  await run(clearAlert(demo, low, { rev: 3, atMs: 2_000 }));
  await run(raiseOnce(demo, low, { rev: 2, atMs: 1_000 }));
  expect(await found()).toMatchObject([{ times: 1, open: false, clearedAtMs: 2_000, acknowledgedBy: null }]);
  await run(raiseOnce(demo, low, { rev: 4, atMs: 3_000 }));
  await run(clearAlert(demo, low, { rev: 3, atMs: 2_000 }));
  expect(await found()).toMatchObject([{ times: 2, open: true, lastAtMs: 3_000, clearedAtMs: null }]);
  await run(clearAlert(demo, low, { rev: 5, atMs: 4_000 }));
  expect(await run(expireAlerts(4_000 + ALERT_RETENTION_DAYS * 86_400_000))).toBe(0);
  expect(await run(expireAlerts(4_001 + ALERT_RETENTION_DAYS * 86_400_000))).toBeGreaterThanOrEqual(1);
  expect(await found()).toEqual([]);
});
