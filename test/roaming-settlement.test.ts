import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect, Schema } from 'effect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { booksActor } from '../actors/roaming/books.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { sm3Hex } from '../domain/keys/sm3.ts';
import { FrameWriter } from '../domain/matching/frame.ts';
import { detailFrame, detailHeader } from '../domain/roaming/settlement/detail.ts';
import { partnerStatementText } from '../domain/roaming/settlement/partner-statement.ts';
import { PeriodState } from '../domain/roaming/settlement/schema.ts';
import { simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { subscribersOf } from '../store/roaming/identities.ts';
import { settlementContract } from '../workflows/roaming/settlement/contract.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import {
  AGREEMENT,
  expectPeriodEnd,
  fileOf,
  imported,
  SUBSCRIBERS,
  terms,
  theirStatement,
} from './support/roaming-settlement.ts';

/**
 * From partners' files to a closed period (seed 002 §3.2.3, §3.3.1), over HTTP, with the partner's and the department's
 * SFTP servers and real workers: September and October, both over, closed and settled one after the other.
 */

const { closeDays, closeMonth, settlePeriod } = settlementContract.workflows;
let house: RoamingHouse;

beforeAll(async () => {
  house = await startRoamingHouse('roaming_settlement');
  await house.openSubscribers(SUBSCRIBERS);
  const numbers = Array.from({ length: SUBSCRIBERS }, (_, at) => simulatedSubscriber(at).msisdn);
  // Found by what follows the journal.
  await vi.waitFor(
    async () => {
      const found = await house.run(subscribersOf(tenant, 'msisdn', numbers));
      expect(found).toEqual(numbers.map((_, at) => `S${at}`));
    },
    { timeout: 60_000 },
  );
}, 120_000);
afterAll(() => house.stop());

const asFinance = { as: 'demo-finance' };
const pathOf = (from: string): string => `/settlements/${AGREEMENT}/${from}`;
const say = (from: string, verb: string, body: object, as = 'demo-finance') =>
  house.ask('POST', `${pathOf(from)}/${verb}`, { body, as });
const period = async (from: string): Promise<PeriodState> =>
  Schema.decodeUnknownSync(PeriodState)((await house.ask('GET', pathOf(from), asFinance)).json);
const statementOf = async (from: string) => {
  const { statement } = await period(from);
  if (statement === null) throw new Error('nothing is drawn');
  return statement;
};
const waitForStage = (from: string, stage: string) => house.waitFor(pathOf(from), { stage });
/** What asked for it. */
const close = async (through: string): Promise<string> => {
  const answer = await house.ask('POST', '/days/close', { body: { through } });
  expect(answer).toMatchObject({ status: 202 });
  return answer.commandId;
};
const sentTo = (side: 'partner' | 'finance') => readdir(join(house[side].files, 'inbox'));

const theirs = async (from: string, off: bigint): Promise<string> => theirStatement(await statementOf(from), off);

describe('September', () => {
  const from = '2026-09-01';
  let records = 0;

  it('is closed day by day, in every book, and the departments have each day with its hash', async () => {
    const file = fileOf('20260905');
    records = await imported(house, '20260905', file);
    // Once more, which changes nothing.
    await imported(house, '20260905', file);
    await imported(house, '20260910');
    expect(
      await house.ask('POST', '/days/close', { body: { through: '2026-09-30' }, as: 'demo-finance' }),
    ).toMatchObject({
      status: 403,
    });
    const asked = await close('2026-09-30');
    const days = `/days?partner=${PARTNER}`;
    await expect
      .poll(async () => (await house.ask('GET', days)).json, { timeout: 220_000, interval: 200 })
      .toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({ of: '2026-09-30', sent: { finance: expect.any(Number) } }),
          expect.objectContaining({ of: '2026-09-05', sent: { finance: expect.any(Number) } }),
        ]),
      });
    await house.keepHistory(closeDays, `asked-${asked}`, 'roaming-close-days');
    const name = `BDCHNCM${PARTNER}20260905.csv`;
    const bytes = await readFile(join(house.finance.files, 'inbox', name));
    const hash = await readFile(join(house.finance.files, 'inbox', `${name}.sm3`), 'utf8');
    expect(hash).toBe(`${sm3Hex(bytes)}  ${name}\n`);
    expect(bytes.toString()).toMatch(/^\uFEFF号码,用户标识,方向,业务,拜访网络/);
    const counts = bytes
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => Number(row.split(',')[6]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(records);
    // A partner that has never sent a file is closed like the others.
    await house.waitFor('/days?partner=JPNDO', { items: [{ of: '2026-09-30', counts: { lines: 0 } }] });
    // The books have what is open, and nothing else.
    const { state } = await house.run(
      Effect.flatMap(Actors, (actors) => actors.read(booksActor, { tenant, key: `${PARTNER}:0` })),
    );
    expect(state).toMatchObject({ closedThrough: '2026-09-30', open: [], closed: [] });
    const alerts = await house.run(listAlerts({ tenant, filters: { source: 'roaming-settlement' } }));
    expect(alerts.items).toContainEqual(
      expect.objectContaining({ subject: `${PARTNER} 2026-09-30`, code: 'NoRecords', level: 'alarm' }),
    );
    expect(alerts.items).toContainEqual(
      expect.objectContaining({ subject: `${PARTNER} 2026-09-30`, code: 'DuplicateRecords', level: 'alarm' }),
    );
  }, 240_000);

  it('has a report of each day in both languages and every format, whose total is what was booked', async () => {
    for (const language of ['zh', 'en']) {
      for (const format of ['pdf', 'xlsx', 'csv']) {
        const report = await house.ask(
          'GET',
          `/days/${PARTNER}/2026-09-05/report?format=${format}&language=${language}`,
        );
        expect(report).toMatchObject({ status: 200 });
        expect(report.bytes.length).toBeGreaterThan(100);
      }
    }
    const { json } = await house.ask('GET', `/days/${PARTNER}/2026-09-05/report?format=json&language=en`);
    expect(json).toMatchObject({
      head: [
        ['Partner', PARTNER],
        ['Settled for', '2026-09-05'],
        ['Records', String(records)],
      ],
    });
    const { rows } = json as { rows: ReadonlyArray<ReadonlyArray<string>> };
    // The number, and whose it is.
    expect(rows.map(([, owner]) => owner).every((owner) => /^S[0-9]$/.test(owner ?? ''))).toBe(true);
    expect(await house.ask('GET', `/days/${PARTNER}/2026-11-30/report`)).toMatchObject({ status: 404 });
    expect(await house.ask('GET', `/days/${PARTNER}/2026-09-05/report`, { as: 'demo-auditor' })).toMatchObject({
      status: 403,
    });
  });

  it('is opened by finance alone, drawn by itself, and sent to the partner and the departments', async () => {
    const body = terms(from, '2026-09-30');
    expect(await house.ask('POST', '/settlements', { body, as: 'demo-operator' })).toMatchObject({ status: 403 });
    expect(
      await house.ask('POST', '/settlements', { body: { ...body, to: '2026-09-29' }, ...asFinance }),
    ).toMatchObject({
      status: 422,
      json: { code: 'InvalidPeriod', field: 'from' },
    });
    expect(await house.ask('POST', '/settlements', { body, ...asFinance })).toMatchObject({ status: 201 });
    await waitForStage(from, 'drawn');
    const statement = await statementOf(from);
    expect(statement.lines.every(({ adjustment }) => !adjustment)).toBe(true);
    expect(statement.netMinor).toBeLessThan(0n);
    const name = `STCHNCM${PARTNER}20260901R1`;
    await expect
      .poll(() => sentTo('partner'), { timeout: 60_000 })
      .toEqual(expect.arrayContaining(['json', 'en.pdf', 'en.xlsx', 'en.csv'].map((end) => `${name}.${end}`)));
    await expect
      .poll(() => sentTo('finance'), { timeout: 60_000 })
      .toEqual(expect.arrayContaining(['json', 'zh.pdf', 'zh.xlsx', 'zh.csv'].map((end) => `${name}.${end}`)));
    for (const format of ['pdf', 'xlsx', 'csv', 'json']) {
      const once = await house.ask('GET', `${pathOf(from)}/statement?format=${format}&language=en`);
      expect(once.status).toBe(200);
      const again = await house.ask('GET', `${pathOf(from)}/statement?format=${format}&language=en`);
      expect(again.bytes.equals(once.bytes)).toBe(true);
    }
  }, 120_000);

  it('is not approved while the partner states something else; rejected, reopened, drawn anew and agreed', async () => {
    const notTolerated = { status: 409, json: { code: 'NotTolerated' } };
    expect(await say(from, 'approve', { despite: null })).toMatchObject(notTolerated);
    expect(await say(from, 'approve', { despite: null }, 'demo-operator')).toMatchObject({ status: 403 });
    const wrong = (await theirs(from, 0n)).replace('outbound', 'both');
    const handIn = (text: string, name: string) =>
      house.ask('POST', `${pathOf(from)}/partner-statement?name=${name}`, { bytes: Buffer.from(text) });
    expect(await handIn(wrong, 'wrong.csv')).toMatchObject({
      status: 422,
      json: { code: 'InvalidField', field: 'line 2/direction' },
    });
    expect(await handIn(await theirs(from, 500n), 'first.csv')).toMatchObject({ status: 202 });
    await house.waitFor(`${pathOf(from)}/differences`, {
      statement: { tolerated: false, lines: [{ differenceMinor: '-500', tolerated: false }] },
    });
    expect(await say(from, 'approve', { despite: null })).toMatchObject(notTolerated);
    expect(await say(from, 'reject', { reason: 'five SDR too much' })).toMatchObject({
      status: 200,
      json: { stage: 'rejected', reason: 'five SDR too much' },
    });
    expect(await say(from, 'instruct', { id: 'P-1', due: '2026-10-30' })).toMatchObject({
      status: 409,
      json: { code: 'WrongStage' },
    });
    expect(await say(from, 'reopen', { reason: 'they send another' })).toMatchObject({ status: 200 });
    await house.waitFor(pathOf(from), { stage: 'drawn', revision: 2 });
    // By its own server this time.
    const name = 'STHKGPPCHNCM202609.csv';
    await writeFile(join(house.partner.files, 'coming.csv'), await theirs(from, 3n));
    await rename(join(house.partner.files, 'coming.csv'), join(house.partner.files, 'outbox', name));
    expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
    await house.waitFor(`${pathOf(from)}/differences`, { statement: { tolerated: true } });
    await expect.poll(() => readdir(join(house.partner.files, 'outbox')), { timeout: 30_000 }).toEqual([]);
    await house.waitFor(`/clearing-files?kind=partnerStatement&of=${AGREEMENT}:${from}&limit=1`, {
      items: [{ name, way: 'received', result: 'tolerated' }],
    });
  }, 120_000);

  it('is approved, instructed, paid in two parts, and closed; then nobody decides any more', async () => {
    expect(await say(from, 'approve', { despite: null })).toMatchObject({ status: 200, json: { stage: 'approved' } });
    const { netMinor } = await statementOf(from);
    expect(await say(from, 'instruct', { id: 'P-1', due: '2026-10-30' })).toMatchObject({
      json: { stage: 'instructed' },
    });
    await expect.poll(() => sentTo('finance'), { timeout: 60_000 }).toContain(`PA${PARTNER}20260901.json`);
    const paid = JSON.parse(await readFile(join(house.finance.files, 'inbox', `PA${PARTNER}20260901.json`), 'utf8'));
    expect(paid).toMatchObject({ kind: 'payment', amountMinor: String(-netMinor), due: '2026-10-30' });
    expect(await sentTo('partner')).not.toContain(`PA${PARTNER}20260901.json`);
    const money = (id: string, amountMinor: bigint) => ({
      id,
      currency: 'SDR',
      amountMinor: String(amountMinor),
      on: '2026-10-20',
    });
    expect(await say(from, 'confirm', money('B-1', 1n))).toMatchObject({ json: { stage: 'instructed' } });
    expect(await say(from, 'confirm', money('B-2', -netMinor - 1n))).toMatchObject({ status: 200 });
    await waitForStage(from, 'closed');
    await house.keepHistory(settlePeriod, `${AGREEMENT}:${from}`, 'roaming-settle-period-reopened');
    expect((await say(from, 'reopen', { reason: 'once more' })).status).toBeGreaterThanOrEqual(400);
  }, 120_000);
});

it('a quarter is settled from the same closed days as its months', async () => {
  const agreement = 'HKGPP-Q3';
  const at = `/settlements/${agreement}/2026-07-01`;
  const body = { ...terms('2026-07-01', '2026-09-30'), agreement, frequency: 'quarterly' };
  expect(await house.ask('POST', '/settlements', { body, ...asFinance })).toMatchObject({ status: 201 });
  await house.waitFor(at, { stage: 'drawn', days: { length: 92 * 10 } });
  const { statement } = Schema.decodeUnknownSync(PeriodState)((await house.ask('GET', at, asFinance)).json);
  expect(statement?.lines).toEqual((await statementOf('2026-09-01')).lines);
  const decide = (verb: string, said: object) => house.ask('POST', `${at}/${verb}`, { body: said, ...asFinance });
  expect(await decide('approve', { despite: 'a settlement by quarters, for comparison' })).toMatchObject({
    status: 200,
  });
  expect(await decide('instruct', { id: 'P-2', due: '2026-10-31' })).toMatchObject({ status: 200 });
  const amountMinor = String(-(statement?.netMinor ?? 0n));
  expect(await decide('confirm', { id: 'B-9', currency: 'SDR', amountMinor, on: '2026-10-21' })).toMatchObject({
    status: 200,
  });
  await house.waitFor(at, { stage: 'closed' });
}, 120_000);

describe('October', () => {
  const from = '2026-10-01';

  it('has what came late of September as an adjustment, and September stays as it is', async () => {
    const late = await imported(house, '20260912');
    const own = await imported(house, '20261006');
    expect(await house.ask('POST', '/settlements', { body: terms(from, '2026-10-31'), ...asFinance })).toMatchObject({
      status: 201,
    });
    await house.waitFor('/settlements?stage=open', { items: [{ from }] });
    await close('2026-10-31');
    await waitForStage(from, 'drawn');
    const { lines } = await statementOf(from);
    const events = (late: boolean) =>
      lines.filter(({ adjustment }) => adjustment === late).reduce((sum, line) => sum + line.events, 0);
    expect([events(true), events(false)]).toEqual([late, own]);
    const first = await house.ask('GET', `/days/${PARTNER}/2026-10-01/report?format=json&language=en`);
    const { rows } = first.json as { rows: ReadonlyArray<ReadonlyArray<string>> };
    expect(new Set(rows.map((row) => row[5]))).toEqual(new Set(['2026-09-12']));
    const again = await house.ask('GET', `/days/${PARTNER}/2026-09-12/report?format=json&language=en`);
    expect(again.json).toMatchObject({ rows: [] });
    expect(await period('2026-09-01')).toMatchObject({ stage: 'closed' });
  }, 240_000);

  it('brings the discount of the tier that its sums have reached, and what is missing to commitments, step by step', async () => {
    const statement = await statementOf(from);
    expectPeriodEnd(statement);
    const csv = (await house.ask('GET', `${pathOf(from)}/statement?format=csv&language=zh`)).bytes.toString();
    expect(csv).toMatch(/出访,折扣,本期,SDR,0,0,-/);
    expect(csv).toContain('折扣 voice-volume：12.5 % × ');
    // Drawn anew it is the same: nothing has come since.
    await say(from, 'reopen', { reason: 'to see the rules once more' });
    await house.waitFor(pathOf(from), { stage: 'drawn', revision: 2 });
    expect((await statementOf(from)).lines).toEqual(statement.lines);
  }, 60_000);

  it('is summed, compared with September and split by network in the month’s report, and its checks raise alerts', async () => {
    const asked = await house.ask('POST', '/months/close', { body: { month: '2026-10' } });
    expect(asked).toMatchObject({ status: 202 });
    await house.waitFor(`/months?partner=${PARTNER}`, {
      items: [{ of: '2026-10', sent: { finance: expect.any(Number) } }],
    });
    await house.keepHistory(closeMonth, `asked-${asked.commandId}`, 'roaming-close-month');
    const { json } = await house.ask('GET', `/months/${PARTNER}/2026-10/report?format=json&language=en`);
    const { rows } = json as { rows: ReadonlyArray<ReadonlyArray<string>> };
    const kinds = new Set(rows.map(([kind]) => kind));
    expect(kinds).toEqual(new Set(['Total', 'Visited network', 'Month before', 'Finding', 'Number']));
    const alerts = await house.run(listAlerts({ tenant, filters: { source: 'roaming-settlement' } }));
    expect(alerts.items).toContainEqual(expect.objectContaining({ subject: `${PARTNER} 2026-10`, code: 'OutOfRange' }));
  }, 120_000);

  it('is held line by line against the partner’s detail, and every difference has its class', async () => {
    const handIn = (bytes: Buffer, name: string) => house.ask('POST', `${pathOf(from)}/detail?name=${name}`, { bytes });
    const header = { sender: PARTNER, receiver: 'CHNCM', from, to: '2026-10-31' };
    const writer = new FrameWriter(detailFrame('UTF-8'));
    const empty = Buffer.concat([writer.header(...detailHeader(header)), writer.trailer({})]);
    expect(await handIn(empty, 'empty.txt')).toMatchObject({ status: 202 });
    const details = `/clearing-files?kind=partnerDetail&of=${AGREEMENT}:${from}&limit=1`;
    // Ours has every record of October's own file, and none of September's.
    await house.waitFor(details, { items: [{ name: 'empty.txt', result: 'differs', counts: { missingThere: 100 } }] });
    const { json } = await house.ask('GET', `/clearing-files?kind=detail&of=${AGREEMENT}:${from}`);
    const [{ key }] = (json as { items: [{ key: string }] }).items;
    const ours = await house.ask('GET', `/clearing-files/${encodeURIComponent(key)}/content`, asFinance);
    expect(ours.status).toBe(200);
    const rows = ours.bytes
      .toString()
      .split('\n')
      .slice(1, -2)
      .map((line) => line.split('|').slice(1));
    expect(rows).toHaveLength(100);
    const changed = rows.slice(1).map((row, at) => {
      if (at === 0) return row.map((cell, column) => (column === 6 ? `${Number(cell) + 1}` : cell));
      return at === 1 ? row.map((cell, column) => (column === 7 ? 'DISPUTED' : cell)) : row;
    });
    const other = new FrameWriter(detailFrame('UTF-8'));
    const bytes = Buffer.concat([
      other.header(...detailHeader(header)),
      other.rows(changed),
      other.rows(changed.slice(0, 1)),
      other.trailer({}),
    ]);
    expect(await handIn(bytes, 'october.txt')).toMatchObject({ status: 202 });
    await house.waitFor(`${pathOf(from)}/differences`, {
      details: [
        {
          name: 'october.txt',
          result: 'differs',
          counts: {
            pairs: 99,
            equal: 97,
            missingThere: 1,
            missingHere: 0,
            amount: 1,
            status: 1,
            duplicate: 1,
            late: 0,
          },
        },
        { name: 'empty.txt' },
      ],
    });
  }, 120_000);
});

it('a statement on the partner’s server that is not of its own period is kept with the reason, and a person is told', async () => {
  const others = { ...terms('2026-10-01', '2026-10-31'), partner: 'JPNDO', agreement: 'JPNDO-2026' };
  expect(await house.ask('POST', '/settlements', { body: others, ...asFinance })).toMatchObject({ status: 201 });
  const of = (agreement: string, from: string): string =>
    partnerStatementText({ agreement, from, currency: 'SDR', decimals: 2 }, { lines: [], netMinor: 0n });
  const files = {
    'STletter.csv': 'Dear colleagues,\n',
    'STunknown.csv': of(AGREEMENT, '2025-01-01'),
    'STothers.csv': of('JPNDO-2026', '2026-10-01'),
  };
  const outbox = join(house.partner.files, 'outbox');
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(house.partner.files, name), text);
    await rename(join(house.partner.files, name), join(outbox, name));
  }
  expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
  await expect.poll(() => readdir(outbox), { timeout: 60_000 }).toEqual([]);
  const { json } = await house.ask('GET', '/clearing-files?kind=partnerStatement');
  const { items } = json as { items: ReadonlyArray<{ name: string; result: string; of: string }> };
  const results = Object.fromEntries(items.map(({ name, result }) => [name, result]));
  expect(results).toMatchObject({
    'STletter.csv': 'WrongHeading',
    'STothers.csv': 'OtherPartner',
    'STunknown.csv': 'kept',
  });
  const alerts = await house.run(listAlerts({ tenant, filters: { source: 'roaming-settlement' }, limit: 200 }));
  const told = alerts.items.filter(({ stage }) => stage === 'partnerStatement').map(({ subject }) => subject);
  expect(told).toEqual(expect.arrayContaining([PARTNER, `${AGREEMENT}:2025-01-01`]));
  expect(await house.ask('GET', '/settlements/JPNDO-2026/2026-10-01', asFinance)).toMatchObject({
    json: { comparison: null },
  });
}, 120_000);
