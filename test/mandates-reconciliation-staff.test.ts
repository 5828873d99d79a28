import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileName } from '../domain/mandates/reconciliation/file.ts';
import { mandateStaffRoutes } from '../gateway/mandates/routes.ts';
import { fileRoutes } from '../gateway/operations/files.ts';
import { RIGHTS } from '../gateway/rights.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { fileOf, headerOf } from './support/mandate-files.ts';
import {
  type MandatesForStaff,
  PROVINCE_DAY,
  type Reconciled,
  startMandatesForStaff,
} from './support/mandates-staff.ts';

/** Reconciliation over HTTP, as staff work with it, province by province. */

const FOLLOWED_MS = 60_000;
const routes = [...mandateStaffRoutes, ...fileRoutes];
const names = new Set(routes.map(({ operationId }) => operationId));
const rights = Object.fromEntries(Object.entries(RIGHTS).filter(([name]) => names.has(name)));

let house: MandatesForStaff;
let gateway: TestGateway;
let done: Reconciled;

beforeAll(async () => {
  house = await startMandatesForStaff();
  done = await house.reconciled();
  gateway = await startGateway({ routes, rights }, house.services);
  const followed = async () => {
    expect((await ask('GET', '/mandates/reconciliations', 'demo-unit-administrator')).json['items']).toMatchObject([
      {},
      { stage: 'sent', quarantined: 1 },
    ]);
    expect((await ask('GET', '/mandates/differences', 'demo-unit-administrator')).json['items']).toHaveLength(2);
  };
  await vi.waitFor(followed, { timeout: FOLLOWED_MS, interval: 200 });
}, 2 * FOLLOWED_MS);
afterAll(async () => {
  await gateway.stop();
  await house.stop();
});

type Json = Readonly<Record<string, unknown>>;
let keys = 0;
const get = async (path: string, as: string) => {
  const response = await fetch(`${gateway.url}/v1${path}`, { headers: await gateway.as(as) });
  return { status: response.status, text: await response.text() };
};
const ask = async (method: string, path: string, as = 'demo-operator', body?: object) => {
  keys += 1;
  const headers = await gateway.as(as, { 'idempotency-key': `run-${keys}`, 'content-type': 'application/json' });
  const response = await fetch(`${gateway.url}/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Json };
};

const BEIJING = '/mandates/reconciliations/province/110000/2026-11-25';
const CCB = '/mandates/reconciliations/bank/CCB/2026-11-25';

describe('runs', () => {
  it('are listed and read with stage, files, counts and balances, a province’s by its staff', async () => {
    expect(await ask('GET', '/mandates/reconciliations?party=province')).toMatchObject({
      json: { items: [{ partner: '110000', stage: 'sent', differences: 1, balanceThere: { closing: 13 } }] },
    });
    expect(await ask('GET', BEIJING)).toMatchObject({
      status: 200,
      json: {
        stage: 'sent',
        files: [{ status: 'counts' }, { status: 'quarantined', problems: [{ code: 'OtherContent' }] }],
        compared: { balanceHere: { opening: 10, opened: 3, cancelled: 1, closing: 12 } },
        outcomes: { queued: 1 },
      },
    });
    expect(await ask('GET', BEIJING, 'shanghai-operator')).toMatchObject({ status: 404, json: { code: 'RunUnknown' } });
  });

  it('with a bank are for who has all provinces', async () => {
    expect((await ask('GET', '/mandates/reconciliations')).json['items']).toHaveLength(1);
    expect(await ask('GET', CCB)).toMatchObject({ status: 404 });
    expect(await ask('GET', CCB, 'demo-unit-administrator')).toMatchObject({ json: { stage: 'awaiting' } });
  });

  it('give their files, the error-handling file too, and by no other way to another province', async () => {
    const path = `${BEIJING}/files/${done.errors.sm3}`;
    expect(await get(path, 'demo-operator')).toEqual({ status: 200, text: done.errorText });
    expect((await get(path, 'shanghai-operator')).status).toBe(404);
    expect(await ask('GET', `${BEIJING}/files/${'0'.repeat(64)}`)).toMatchObject({ json: { code: 'FileNotFound' } });
    const byId = `/operations/files/${done.errors.id}`;
    expect((await get(byId, 'demo-operator')).status).toBe(200);
    expect((await get(byId, 'shanghai-operator')).status).toBe(404);
    expect((await get(`${byId}/description`, 'rival-operator')).status).toBe(404);
  });

  it('let a person decide about a quarantined file', async () => {
    const path = `${BEIJING}/files/${done.quarantined}`;
    const note = { note: 'the province says so' };
    expect(await ask('POST', `${path}/release`, 'shanghai-operator', note)).toMatchObject({ status: 404 });
    expect(await ask('POST', `${path}/discard`, 'demo-operator', note)).toMatchObject({
      status: 200,
      json: { files: [{ status: 'counts' }, { status: 'discarded', note: note.note }] },
    });
    expect(await ask('POST', `${path}/release`, 'demo-operator', note)).toMatchObject({
      status: 409,
      json: { code: 'FileNotQuarantined' },
    });
  });
});

describe('differences', () => {
  it('are listed by class, age and what is to be done, and read side by side, masked', async () => {
    expect(await ask('GET', '/mandates/differences?status=queued&atLeastDays=1')).toMatchObject({
      json: {
        items: [{ key: done.beijing, class: 'missingHere', ageDays: 2, action: 'queue', number: '861******0001' }],
      },
    });
    const one = await ask('GET', `/mandates/differences/${done.beijing}`);
    expect(one).toMatchObject({
      status: 200,
      json: { here: null, there: { agreement: 'A1', account: expect.stringContaining('*') } },
    });
    expect(JSON.stringify(one)).not.toMatch(/13800000001|6217000\d{12}/);
    // Of a run with a bank, but of a relation of Shanghai.
    expect(await ask('GET', `/mandates/differences/${done.shanghai}`)).toMatchObject({ status: 404 });
    expect(await ask('GET', `/mandates/differences/${done.shanghai}`, 'shanghai-operator')).toMatchObject({
      status: 200,
      json: { class: 'state', scope: { partner: 'CCB' } },
    });
  });
});

describe('reports', () => {
  const report = async (name: string, query: string, as = 'demo-unit-administrator') =>
    (await ask('GET', `/mandates/reports/${name}?${query}`, as)).json;

  it('show runs with balances, and differences by class and state', async () => {
    expect(await report('reconciliation', 'from=2026-11-01&to=2026-11-30')).toMatchObject({
      rows: [
        ['2026-11-25', 'Bank', 'CCB', 'awaits a file', '-', '-', '-', '-', '-', '-', '0', ''],
        [
          '2026-11-25',
          'Province',
          '110000',
          expect.any(String),
          '10',
          '3',
          '1',
          '12',
          '13',
          '1',
          '1',
          'TheirsDoesNotAddUp',
        ],
      ],
      totals: [
        ['Differences', '1'],
        ['Runs that do not balance', '1'],
      ],
    });
    expect(await report('reconciliation', 'from=2026-12-01&to=2026-12-31')).toMatchObject({ rows: [] });
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    expect(await report('differences', `from=${today}&to=${today}&language=zh`)).toMatchObject({
      rows: [
        ['银行', 'CCB', '状态不一致', '待人工处理', '1', '0'],
        ['省公司', '110000', '我方缺失', '待人工处理', '1', '2'],
      ],
    });
    expect(await report('differences', `from=${today}`, 'shanghai-operator')).toMatchObject({
      rows: [['Bank', 'CCB', 'state', 'for a person', '1', '0']],
    });
  });

  it('are printed, of the caller’s provinces', async () => {
    const path = '/mandates/reports/reconciliation/export?from=2026-11-01&to=2026-11-30&format=csv';
    const rows = parse((await get(path, 'demo-finance')).text, { bom: true }) as ReadonlyArray<ReadonlyArray<string>>;
    expect(rows.map((row) => row[2])).toEqual(['Code', '110000']);
  });
});

describe('what a person decides', () => {
  const decide = (difference: string, decision: string, as = 'demo-operator') =>
    ask('POST', `/mandates/differences/${difference}/decisions`, as, { decision, note: 'the bank confirms it' });

  it('about a difference is carried out, by who works for its province', async () => {
    expect(await decide(done.beijing, 'dismiss', 'shanghai-operator')).toMatchObject({ status: 404 });
    expect(await decide(done.beijing, 'takeTheirs')).toMatchObject({ json: { code: 'DecisionNotPossible' } });
    expect(await decide(done.beijing, 'write')).toMatchObject({ status: 200, json: { status: 'open' } });
    expect(await decide(done.beijing, 'write')).toMatchObject({ status: 409, json: { code: 'DifferenceNotQueued' } });
    expect((await ask('GET', `/mandates/differences/${done.beijing}`)).json['decided']).toMatchObject({
      decision: 'write',
      by: 'demo-operator',
    });
    expect(await decide(done.shanghai, 'dismiss', 'shanghai-operator')).toMatchObject({
      json: { status: 'dismissed' },
    });
  });

  it('begins a run again, or with a file that is handed in', async () => {
    expect(await ask('POST', `${CCB}/repeat`, 'demo-unit-administrator')).toMatchObject({
      status: 409,
      json: { code: 'NoFileCounts' },
    });
    const scope = { ...PROVINCE_DAY, period: '2026-11-24' };
    const header = headerOf(scope);
    const send = async (name: string, as: string) => {
      const headers = await gateway.as(as, { 'idempotency-key': 'hand-in', 'content-type': 'text/plain' });
      const path = `${BEIJING.replace('2026-11-25', '2026-11-24')}/files?name=${name}`;
      const body = new Uint8Array(fileOf(header, []));
      return (await fetch(`${gateway.url}/v1${path}`, { method: 'POST', headers, body })).status;
    };
    expect(await send(fileName(header), 'shanghai-operator')).toBe(404);
    expect(await send(fileName(headerOf(PROVINCE_DAY)), 'demo-operator')).toBe(422);
    expect(await send(fileName(header), 'demo-operator')).toBe(202);
    const run = async () => (await ask('GET', BEIJING.replace('2026-11-25', '2026-11-24'))).json;
    await expect.poll(run, { timeout: FOLLOWED_MS }).toMatchObject({
      files: [{ source: 'hand', status: 'counts' }],
      compared: { differences: 0 },
    });
  });
});
