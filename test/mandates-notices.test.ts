import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actors } from '../actors/runtime/actors.ts';
import { noticeRoutes } from '../gateway/mandates/notices.ts';
import { relationChangeRoutes } from '../gateway/mandates/relation-changes.ts';
import { RIGHTS } from '../gateway/rights.ts';
import type { KeyRing } from '../store/keys/key-ring.ts';
import type { Mongo } from '../store/mongo.ts';
import type { Processes } from '../temporal/client.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { cardOf, RULES, TERMS } from './support/mandates.ts';
import { type House, type Sides, setRules, startHouse, startSides } from './support/mandates-house.ts';
import { uniqueName } from './support/names.ts';
import { dropDatabase } from './support/telecom-house.ts';

/** A cancellation that staff begin, and notices that wait for a province: over HTTP, with banks and provinces as servers. */

const SOON = { timeout: 60_000, interval: 100 };
const database = uniqueName('mandates_notices');
const routes = [...noticeRoutes, ...relationChangeRoutes];
const names = new Set(routes.map(({ operationId }) => operationId));
let directory: string;
let sides: Sides;
let house: House;
let gateway: TestGateway;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-mandates-notices-'));
  sides = await startSides(directory);
  house = await startHouse({ directory, database, namespace: database.replaceAll('_', '-'), sides });
  await house.run(setRules(RULES));
  const context = await house.run(Effect.context<Actors | KeyRing | Mongo | Processes>());
  const rights = Object.fromEntries(Object.entries(RIGHTS).filter(([name]) => names.has(name)));
  gateway = await startGateway({ routes, rights }, Layer.succeedContext(context));
}, 120_000);
afterAll(async () => {
  await gateway.stop();
  await house.close();
  await dropDatabase(database);
  await sides.close();
  await rm(directory, { recursive: true });
});

let keys = 0;
const ask = async (method: 'GET' | 'POST', path: string, as = 'demo-operator', body?: object) => {
  keys += 1;
  const headers = await gateway.as(as, { 'idempotency-key': `n-${keys}`, 'content-type': 'application/json' });
  const url = `${gateway.url}/v1/mandates/relations/CMB/N1/${path}`;
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, json: (await response.json()) as Readonly<Record<string, unknown>> };
};

it('shows who is still to be told of a cancellation by staff, and tells again', { timeout: 180_000 }, async () => {
  const number = '8613800138008';
  const bank = sides.banks.find(({ listed }) => listed.code === 'CMB');
  const [province] = sides.provinces;
  const opening = { bank: 'CMB', agreement: 'N1', number, request: 'R-1', account: cardOf(1) };
  const channel = 'onlineBanking' as const;
  await bank?.say({ ...opening, id: 'M-1', type: 'openRequest', channel });
  const terms = { userType: 'prepaid' as const, terms: TERMS };
  expect(await bank?.say({ ...opening, ...terms, id: 'M-2', type: 'resultNotice', channel })).toMatchObject({
    result: 'Done',
  });
  const relationThere = () => province?.records().get(number)?.relation?.status;
  await expect.poll(relationThere, SOON).toBe('formal');
  const told = { status: 200, json: { bank: { pending: 0 }, province: { pending: 0, untold: null } } };
  await expect.poll(() => ask('GET', 'notices'), SOON).toMatchObject(told);

  await province?.control({ down: true });
  const reason = { reason: 'the user wishes so' };
  expect(await ask('POST', 'cancel', 'demo-operator', reason)).toMatchObject({ json: { word: 'cancelling' } });
  await expect
    .poll(() => ask('GET', 'notices'), SOON)
    .toMatchObject({
      json: { bank: { pending: 0 }, province: { pending: expect.toSatisfy((pending: number) => pending > 0) } },
    });
  expect(await ask('POST', 'notices/resend', 'shanghai-operator')).toMatchObject({ status: 404 });
  // The process itself tries on: nobody has been given up.
  expect(await ask('POST', 'notices/resend')).toMatchObject({ status: 200, json: { parties: 0 } });
  await province?.control({ down: false });
  await expect.poll(() => ask('GET', 'notices'), SOON).toMatchObject(told);
  await expect.poll(relationThere, SOON).not.toBe('formal');
  expect(bank?.formal()).not.toContain('N1');
  await expect.poll(async () => (await ask('POST', 'notices/resend')).status, SOON).toBe(404);
});
