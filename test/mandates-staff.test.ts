import { parse } from 'csv-parse/sync';
import exceljs from 'exceljs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mandateStaffRoutes } from '../gateway/mandates/routes.ts';
import { RIGHTS } from '../gateway/rights.ts';
import type { Route } from '../gateway/route.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { CLAIM, msisdn, OTHER, RULES, say, TERMS } from './support/mandates.ts';
import { type MandatesForStaff, type Reconciled, startMandatesForStaff } from './support/mandates-staff.ts';
import { requestOf } from './support/route-example.ts';

/** Mandates over HTTP, as staff work with them, province by province. */

const FOLLOWED_MS = 60_000;
const BEIJING = msisdn('13800138000');
const SHANGHAI = msisdn('13900139000');
const TWO = msisdn('13700137000');
/** In Shanghai, and one of two provinces: a claim of Beijing meets a relation of Shanghai. */
const ELSEWHERE = { ...CLAIM, agreement: 'S1', province: '310000' };
const ACROSS = { ...CLAIM, agreement: 'X1' };
/** More than the province lets one person decide. */
const LARGE = { ...CLAIM, agreement: 'L1', terms: { ...TERMS, amountMinor: 30_000 } };

const routes: ReadonlyArray<Route<unknown>> = mandateStaffRoutes;
const mandateRights = Object.fromEntries(
  Object.entries(RIGHTS).filter(([name]) => routes.some(({ operationId }) => operationId === name)),
);

let house: MandatesForStaff;
let gateway: TestGateway;
let done: Reconciled;

beforeAll(async () => {
  house = await startMandatesForStaff();
  done = await house.reconciled();
  gateway = await startGateway({ routes: mandateStaffRoutes, rights: mandateRights }, house.services);
  const version = { fromMs: 1, rules: RULES, note: 'circular 7' };
  await ask('POST', '/provinces/110000/rules', version, 'demo-unit-administrator');
  await house.tell(BEIJING, say.establish(OTHER));
  await house.tell(BEIJING, say.establish(CLAIM));
  await house.tell(SHANGHAI, say.establish(ELSEWHERE));
  await house.tell(TWO, say.establish({ ...ELSEWHERE, agreement: 'S2' }));
  await house.tell(TWO, say.establish(ACROSS));
  const followed = async () => expect(await search({}, 'demo-unit-administrator')).toHaveLength(5);
  await vi.waitFor(followed, { timeout: FOLLOWED_MS, interval: 100 });
}, 2 * FOLLOWED_MS);
afterAll(async () => {
  await gateway.stop();
  await house.stop();
});

type Json = Readonly<Record<string, unknown>>;
let keys = 0;
const send = async (path: string, init: RequestInit, as: string) => {
  keys += 1;
  const given = init.headers as Record<string, string> | undefined;
  const headers = await gateway.as(as, { 'idempotency-key': `staff-${keys}`, ...given });
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
};
const ask = async (method: string, path: string, body?: object, as = 'demo-operator', more: Json = {}) => {
  const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more } as Record<
    string,
    string
  >;
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const { status, bytes } = await send(`/v1/mandates${path}`, init, as);
  return { status, json: JSON.parse(bytes.toString()) as Json };
};
const search = async (body: object, as = 'demo-operator') => {
  const { json } = await ask('POST', '/relations/search', body, as);
  return (json as { items: ReadonlyArray<Json> }).items;
};
const A1 = '/relations/CCB/A1';

describe('rights by province', () => {
  it('bind every route of mandates', () => {
    expect(routes.filter(({ operationId }) => RIGHTS[operationId]?.byProvince !== true)).toEqual([]);
  });

  /** Of Beijing: its province, agreement, number. */
  const things = {
    province: '110000',
    bank: 'CCB',
    agreement: 'A1',
    number: '13800138000',
    status: undefined,
    format: 'csv',
  };
  const call = (route: Route<unknown>, as: string, more: Json = {}) => {
    const { path, init } = requestOf(route, { ...things, sm3: done.counts, difference: done.beijing, ...more });
    const { 'idempotency-key': _key, ...headers } = init.headers as Record<string, string>;
    return send(path, { ...init, headers }, as);
  };

  describe.each(routes.map((route) => [route.operationId, route] as const))('%s', (_, route) => {
    const mayOperate = RIGHTS[route.operationId]?.allow.includes('operator') === true;

    it('is not for who works for another province, or for none', async () => {
      const { status, bytes } = await call(route, 'shanghai-operator');
      // A list of runs names no province: it is empty.
      if (status === 200) expect(JSON.parse(bytes.toString())).toEqual({ items: [], nextCursor: null });
      else expect([403, 404]).toContain(status);
      expect((await call(route, 'rival-operator')).status).toBe(403);
    });

    it('shows nothing of another province when none is named', async () => {
      if (!mayOperate || /\{(province|agreement|partner|difference)\}/.test(route.path)) return;
      const got = await call(route, 'shanghai-operator', { province: undefined, agreement: undefined });
      expect(got.bytes.toString()).not.toMatch(/A1|B7|X1|110000/);
    });

    it('is there for who works for the province', async () => {
      const changes = route.method === 'POST' && !(route.kind === 'json' && route.changesNothing === true);
      if (!mayOperate || changes) return;
      expect((await call(route, 'beijing-operator')).status).toBe(200);
    });
  });
});

describe('searching', () => {
  const found = async (body: object, as?: string) =>
    (await search(body, as)).map(({ bank, agreement }) => `${String(bank)} ${String(agreement)}`).sort();

  it.each([
    ['a number', { number: '+86 138 0013 8000' }, ['CCB A1', 'ICBC B7']],
    ['an account', { account: OTHER.account.number }, ['ICBC B7']],
    ['an agreement', { agreement: 'A1' }, ['CCB A1']],
    ['a bank', { bank: 'ICBC' }, ['ICBC B7']],
    ['states', { status: ['manual', 'cancelled'] }, ['CCB A1', 'CCB X1']],
    ['days of change', { from: '2020-01-01', to: '2020-12-31' }, []],
    ['another province’s number', { number: '13900139000' }, []],
  ])('finds by %s, within the caller’s provinces', async (_, body, expected) => {
    expect(await found(body)).toEqual(expected);
  });

  it('finds everything for the unit’s administrator, page by page, masked', async () => {
    const as = 'demo-unit-administrator';
    expect(await found({ province: '310000' }, as)).toEqual(['CCB S1', 'CCB S2']);
    const first = (await ask('POST', '/relations/search', { limit: 3 }, as)).json as {
      readonly items: ReadonlyArray<Json>;
      readonly nextCursor: string;
    };
    const rest = await search({ limit: 3, cursor: first.nextCursor }, as);
    expect(first.items.length + rest.length).toBe(5);
    expect(JSON.stringify([first, rest])).not.toMatch(/13800138000|6217000\d{12}/);
  });

  it('refuses what is no number and no day', async () => {
    expect(await ask('POST', '/relations/search', { number: '1380' })).toMatchObject({
      json: { code: 'InvalidMsisdn' },
    });
    expect(await ask('POST', '/relations/search', { from: '2026-02-30' })).toMatchObject({
      status: 422,
      json: { code: 'InvalidPeriod' },
    });
  });
});

it('shows number and account whole for a reason, which the audit log has, without them', async () => {
  expect(await ask('POST', `${A1}/reveal`, {})).toMatchObject({ status: 422 });
  const reason = 'complaint 4711';
  expect(await ask('POST', `${A1}/reveal`, { reason })).toMatchObject({
    status: 200,
    json: { number: BEIJING, account: CLAIM.account.number },
  });
  await ask('POST', `${A1}/reveal`, { reason: 'curious' }, 'shanghai-operator');
  const looks = gateway.audited.filter(({ action }) => action === 'mandates.relation.reveal').slice(-2);
  expect(looks.map(({ outcome, detail }) => [outcome, detail])).toEqual([
    ['accepted', { reason }],
    ['refused:MandateUnknown', { reason: 'curious' }],
  ]);
  expect(JSON.stringify(gateway.audited)).not.toMatch(/13800138000|6217000\d{12}/);
});

describe('the manual queue', () => {
  it('says why, what each action would do, and does it', async () => {
    expect(await ask('GET', '/cases?language=zh')).toMatchObject({
      json: { items: [{ agreement: 'A1', reason: '已有签约关系', twoPersons: false }, { agreement: 'X1' }] },
    });
    const { json } = await ask('GET', `${A1}/case`);
    expect(json).toMatchObject({
      kind: 'existing',
      ours: { bank: 'ICBC', status: 'formal' },
      theirs: { bank: 'CCB' },
      options: [
        { action: 'keepOurs', word: 'refused', tell: [{ bank: 'CCB' }] },
        { action: 'takeTheirs', word: 'formal', tell: [{ bank: 'ICBC' }] },
        { action: 'cancelBoth', word: 'cancelled', tell: [{ bank: 'ICBC' }, { bank: 'CCB' }] },
      ],
    });
    const decision = { case: json['case'], action: 'takeTheirs', note: 'the user has changed banks' };
    const path = `${A1}/case/resolutions`;
    expect(await ask('POST', path, { ...decision, case: 'C-0' })).toMatchObject({ status: 404 });
    const key = { 'idempotency-key': 'decide-A1' };
    const decided = await ask('POST', path, decision, 'demo-operator', key);
    expect(decided).toMatchObject({ status: 200, json: { word: 'formal', tell: [{ bank: 'ICBC', agreement: 'B7' }] } });
    // Also when the queue no longer has it.
    await expect.poll(async () => (await search({ status: ['manual'] })).length, { timeout: FOLLOWED_MS }).toBe(1);
    expect(await ask('POST', path, decision, 'demo-operator', key)).toEqual(decided);
    expect(await ask('POST', path, decision)).toMatchObject({ status: 404, json: { code: 'CaseUnknown' } });
  });

  it('takes two persons over the province’s amount: the second is another one', async () => {
    await house.tell(BEIJING, say.establish(LARGE));
    const path = '/relations/CCB/L1/case';
    await expect.poll(async () => (await ask('GET', path)).status, { timeout: FOLLOWED_MS }).toBe(200);
    const { json } = await ask('GET', path);
    expect(json).toMatchObject({ twoPersons: true, options: [{ word: 'manual', code: 'SecondPersonNeeded' }, {}, {}] });
    const decision = { case: json['case'], action: 'keepOurs', note: 'not asked for by the user' };
    const decide = (as: string) => ask('POST', `${path}/resolutions`, decision, as);
    expect(await decide('demo-operator')).toMatchObject({ json: { word: 'manual', code: 'SecondPersonNeeded' } });
    expect(await decide('demo-operator')).toMatchObject({ status: 409, json: { code: 'SecondPersonNeeded' } });
    expect((await ask('GET', path)).json['options']).toMatchObject([
      { word: null, code: 'SecondPersonNeeded' },
      {},
      {},
    ]);
    expect(await decide('shanghai-operator')).toMatchObject({ status: 404 });
    expect(await decide('beijing-operator')).toMatchObject({ status: 200, json: { word: 'refused' } });
  });

  it('leaves a case of two provinces to who has both', async () => {
    const path = '/relations/CCB/X1/case';
    expect(await ask('GET', path)).toMatchObject({ status: 403, json: { code: 'CaseOfTwoProvinces' } });
    expect(await ask('GET', path, undefined, 'shanghai-operator')).toMatchObject({ status: 404 });
    const { json } = await ask('GET', path, undefined, 'demo-unit-administrator');
    const decision = { case: json['case'], action: 'keepOurs', note: 'Shanghai is right' };
    const decide = (as: string) => ask('POST', `${path}/resolutions`, decision, as);
    expect(await decide('demo-operator')).toMatchObject({ status: 403 });
    expect(await decide('demo-unit-administrator')).toMatchObject({ status: 200, json: { word: 'refused' } });
  });
});

it('stops charges and lets them go on, and begins a cancellation, once per key', async () => {
  const reason = 'the user has called';
  expect(await ask('POST', '/relations/ICBC/B7/charges/stop', { reason })).toMatchObject({
    json: { code: 'NotStanding' },
  });
  expect(await ask('POST', `${A1}/charges/stop`, { reason })).toMatchObject({
    json: { word: 'stopped', changed: true },
  });
  expect(await ask('GET', A1)).toMatchObject({ json: { status: 'formal', stopped: true, charges: [] } });
  expect(await ask('POST', `${A1}/charges/resume`, { reason })).toMatchObject({ json: { word: 'resumed' } });
  const key = { 'idempotency-key': 'cancel-A1' };
  for (let time = 0; time < 2; time += 1) {
    expect(await ask('POST', `${A1}/cancel`, { reason }, 'demo-operator', key)).toMatchObject({
      status: 200,
      json: { word: 'cancelling', changed: true },
    });
  }
  expect(await ask('GET', A1)).toMatchObject({ json: { status: 'cancelling' } });
  await house.tell(BEIJING, say.confirmCancel());
  expect(await ask('GET', A1)).toMatchObject({ json: { status: 'cancelled', endedAtMs: expect.any(Number) } });
});

it('tells the whole history: who said what when, and which rule', async () => {
  await house.tell(BEIJING, say.request(OTHER, { ...say.request().subscriber, blacklisted: true }));
  const { json } = await ask('GET', `${A1}/history?language=zh`);
  const { lines, whole } = json as {
    readonly lines: ReadonlyArray<Json & { text: string[] }>;
    readonly whole: boolean;
  };
  expect(whole).toBe(true);
  expect(lines.map(({ by, command, text }) => [by, command, text.map((one) => one.replace(/ .*/, ''))])).toEqual([
    ['service:bank', 'Establish', ['转人工处理']],
    ['demo-operator', 'Resolve', [expect.stringMatching(/^C-/), '正式签约:']],
    ['service:bank', 'Establish', ['转人工处理']],
    ['demo-operator', 'Resolve', [expect.stringMatching(/^C-/)]],
    ['beijing-operator', 'Resolve', [expect.stringMatching(/^C-/)]],
    ['demo-operator', 'Stop', ['已暂停扣款']],
    ['demo-operator', 'Resume', ['已恢复扣款']],
    ['demo-operator', 'Cancel', ['解约中']],
    ['service:bank', 'ConfirmCancel', ['已解约']],
    ['service:bank', 'Request', []],
  ]);
  expect(lines.at(-1)).toMatchObject({
    answer: 'cancelled',
    code: 'AgreementEnded',
  });
  expect(JSON.stringify(lines)).not.toContain(CLAIM.account.number);
});

describe('reports', () => {
  const report = (name: string, query = '', as = 'demo-unit-administrator') =>
    ask('GET', `/reports/${name}?${query}`, undefined, as).then(({ json }) => json);

  it('count mandates by state, openings and cancellations, and cases, of the caller’s provinces', async () => {
    await expect.poll(async () => (await search({ status: ['cancelled'] })).length, { timeout: FOLLOWED_MS }).toBe(2);
    expect(await report('relations', 'language=en')).toMatchObject({
      headings: [
        'Province',
        'Bank',
        'formal',
        'provisional',
        'being cancelled',
        'for a person',
        'cancelled',
        'expired',
        expect.anything(),
        'refused',
        'Total',
      ],
      rows: [
        ['110000', 'CCB', '0', '0', '0', '0', '1', '0', '0', '2', '3'],
        ['110000', 'ICBC', '0', '0', '0', '0', '1', '0', '0', '0', '1'],
        ['310000', 'CCB', '2', '0', '0', '0', '0', '0', '0', '0', '2'],
      ],
    });
    expect(await report('relations', '', 'shanghai-operator')).toMatchObject({
      rows: [['310000', 'CCB', '2', {}, {}, {}, {}, {}, {}, {}, '2']],
    });
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
    expect(await report('movements', 'by=month')).toMatchObject({
      rows: [
        [month, '110000', 'CCB', '1', '1', '0'],
        [month, '110000', 'ICBC', '1', '1', '0'],
        [month, '310000', 'CCB', '2', '0', '2'],
      ],
      totals: [
        ['Opened', '4'],
        ['Cancelled', '2'],
        ['Net', '2'],
      ],
    });
    expect(await report('cases')).toMatchObject({ rows: [] });
    await house.tell(SHANGHAI, say.establish({ ...ELSEWHERE, agreement: 'S3' }));
    const cases = () => report('cases', 'language=zh&province=310000');
    await expect.poll(cases, { timeout: FOLLOWED_MS }).toMatchObject({
      rows: [['310000', 'CCB', '已有签约关系', '1', '0', expect.anything(), '0']],
    });
  });

  it('are printed as PDF, workbook and CSV with the same rows', async () => {
    const { headings, rows } = await report('movements', 'by=month&language=zh');
    const printed = async (format: string) => {
      const path = `/v1/mandates/reports/movements/export?by=month&language=zh&format=${format}`;
      return send(path, {}, 'demo-finance');
    };
    const csv = await printed('csv');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    // Finance works for Beijing.
    expect(parse(csv.bytes, { bom: true })).toEqual([headings, ...(rows as string[][]).slice(0, 2)]);
    const book = new exceljs.Workbook();
    await book.xlsx.load(new Uint8Array((await printed('xlsx')).bytes).buffer);
    const cells = book.worksheets[0]?.getSheetValues().flatMap((row) => (Array.isArray(row) ? [row.slice(1)] : []));
    expect(cells).toContainEqual(headings);
    expect(cells).toContainEqual((rows as string[][])[0]);
    const pdf = await printed('pdf');
    expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.headers.get('content-disposition')).toMatch(/mandates-movements-\d{4}-\d\d-\d\d\.pdf/);
  });

  it('refuse a period that is none', async () => {
    expect(await report('movements', 'from=2026-11-30&to=2026-11-01')).toMatchObject({ code: 'InvalidPeriod' });
  });
});
