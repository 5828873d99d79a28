import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect, Schema } from 'effect';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksActor } from '../actors/roaming/books.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { formatDecimal } from '../domain/kernel/decimal.ts';
import { Statement } from '../domain/roaming/settlement/schema.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { settlementContract } from '../workflows/roaming/settlement/contract.ts';
import { expectApart, expectOwnView } from './support/partner-view.ts';
import { expectReconciledAlone } from './support/reconciled-period.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import {
  AGREEMENT,
  detailOf,
  detailWithMore,
  fileOf,
  imported,
  SUBSCRIBERS,
  terms,
  theirStatement,
} from './support/roaming-settlement.ts';

/**
 * What finance gets of roaming, and what it does with it (seed 002 §3.2.3, §4.2.3): account data over HTTP to a finance system that
 * is down, loses answers and refuses; samples of billing files; fees and records that are put right. With real servers and workers.
 */

const { postCase, sendAccount } = settlementContract.workflows;
let house: RoamingHouse;
/** Records of the day. */
let rated = 0;
const DAY = '2026-09-05';
const ACCOUNT = `day:${PARTNER}:${DAY}`;
const asFinance = { as: 'demo-finance' };
/** Of every user. */
const NAME = '王小明';
/** Who has been with the same users. */
const OTHER = 'JPNDO';

beforeAll(async () => {
  house = await startRoamingHouse('roaming_finance');
  await house.openSubscribers(SUBSCRIBERS);
  for (let at = 0; at < SUBSCRIBERS; at += 1) {
    const profile = { operator: 'CHNCM', name: NAME, contact: null, packageType: null, membership: null };
    await house.subscriber(`S${at}`, { _tag: 'SetProfile', profile });
  }
}, 120_000);
afterAll(() => house.stop());

const PeriodStatement = Schema.decodeUnknownSync(Schema.Struct({ statement: Statement }));
const send = (account: string, as = 'demo-finance') => house.ask('POST', `/finance-accounts/${account}/send`, { as });

describe('account data', () => {
  it('of a closed day goes to finance by itself, once, though finance is down and loses its answer', async () => {
    rated = await imported(house, '20260905');
    house.accounts.troubles.down = 1;
    house.accounts.troubles.loseAnswers = 1;
    expect(await house.ask('POST', '/days/close', { body: { through: DAY } })).toMatchObject({ status: 202 });
    await house.waitFor(`/finance-accounts/${ACCOUNT}`, { status: 'accepted', attempts: [{ attempt: 1, code: null }] });
    await house.keepHistory(sendAccount, `${ACCOUNT}:1`, 'roaming-send-account');
    const booked = house.accounts.booked.get(ACCOUNT);
    expect(booked).toMatchObject({ partner: PARTNER, of: DAY, file: { name: `BDCHNCM${PARTNER}20260905.csv` } });
    const lines = (booked?.lines ?? []) as unknown as ReadonlyArray<{ readonly user: string; readonly events: number }>;
    expect(lines.reduce((sum, { events }) => sum + events, 0)).toBe(rated);
    expect(lines.every(({ user }) => /^S[0-9]$/.test(user))).toBe(true);
    expect(house.accounts.requests()).toBeGreaterThan(house.accounts.bookings());
  }, 240_000);

  it('that was taken is not sent again: finance’s answer is handed back to whoever asks', async () => {
    const requests = house.accounts.requests();
    const bookings = house.accounts.bookings();
    const again = await send(ACCOUNT);
    expect(again).toMatchObject({
      status: 200,
      json: { status: 'accepted', attempts: [{ by: 'service:worker', answer: { status: 200 } }] },
    });
    const { attempts } = again.json as { attempts: ReadonlyArray<{ answer: { text: string } }> };
    expect(JSON.parse(attempts[0]?.answer.text ?? '')).toMatchObject({ account: ACCOUNT, reference: /^FIN-/ });
    expect([house.accounts.requests(), house.accounts.bookings()]).toEqual([requests, bookings]);
    expect(await send(ACCOUNT, 'demo-auditor')).toMatchObject({ status: 403 });
    expect(await send(`day:${PARTNER}:2026-12-01`)).toMatchObject({ status: 409, json: { code: 'NotClosed' } });
    expect(await send(`period:${AGREEMENT}:2026-09-01`)).toMatchObject({ status: 409, json: { code: 'NotClosed' } });
    expect(await send('week:HKGPP:1')).toMatchObject({ status: 400 });
    expect(await house.ask('GET', `/finance-accounts/month:${PARTNER}:2026-08`)).toMatchObject({
      status: 404,
      json: { code: 'AccountUnknown' },
    });
  });

  it('that finance refuses is in quarantine, seen with its reason, and sent again by a person', async () => {
    house.accounts.troubles.refuses = 'BookClosed';
    await imported(house, '20260906');
    await imported(house, '20260906', fileOf('20260906', OTHER), OTHER);
    expect(await house.ask('POST', '/days/close', { body: { through: '2026-09-06' } })).toMatchObject({ status: 202 });
    const account = `day:${PARTNER}:2026-09-06`;
    await house.waitFor(`/finance-accounts?status=refused&partner=${PARTNER}`, {
      items: [{ key: account, code: 'FinanceRefused', httpStatus: 422 }],
    });
    const alert = async () => {
      const { items } = await house.run(listAlerts({ tenant, filters: { source: 'roaming-settlement' } }));
      return items.find(({ code, subject }) => code === 'AccountRefused' && subject === account);
    };
    await expect.poll(alert, { timeout: 30_000 }).toMatchObject({ open: true });
    // Still not: a person learns at once why.
    expect(await send(account)).toMatchObject({
      status: 200,
      json: {
        status: 'refused',
        attempts: [{ attempt: 1 }, { attempt: 2, answer: { text: '{"reason":"BookClosed"}' } }],
      },
    });
    house.accounts.troubles.refuses = '';
    expect(await send(account)).toMatchObject({ status: 200, json: { status: 'accepted' } });
    await expect.poll(alert, { timeout: 30_000 }).toMatchObject({ open: false, clearedAtMs: expect.any(Number) });
    expect(house.accounts.booked.has(account)).toBe(true);
  }, 240_000);
});

interface Rows {
  readonly rows: ReadonlyArray<ReadonlyArray<string>>;
}

describe('reports', () => {
  const rowsOf = async (path: string): Promise<Rows['rows']> =>
    ((await house.ask('GET', `${path}/report?format=json&language=en`)).json as Rows).rows;

  it('of a day name users, their names masked, and add up what each user’s numbers come to', async () => {
    const rows = await rowsOf(`/days/${PARTNER}/${DAY}`);
    expect(rows.every((row) => row[10] === '***')).toBe(true);
    const { bytes } = await house.ask('GET', `/days/${PARTNER}/${DAY}/report?format=csv&language=zh`);
    expect(bytes.toString()).toContain('姓名,用户当日合计');
    expect(bytes.toString()).not.toContain(NAME);
    const cents = (text = ''): bigint => BigInt(text.replace('.', ''));
    for (const user of new Set(rows.map((row) => row[1]))) {
      const own = rows.filter((row) => row[1] === user);
      const sum = own.reduce((all, row) => all + cents(row[8]), 0n);
      expect(own.map((row) => cents(row[11]))).toEqual(own.map(() => sum));
    }
  });

  it('of a week goes to the departments that get weeks, when its Sunday is closed', async () => {
    const name = `BWCHNCM${PARTNER}2026W36.csv`;
    const inbox = join(house.finance.files, 'inbox');
    await expect.poll(() => readdir(inbox), { timeout: 60_000 }).toEqual(expect.arrayContaining([name, `${name}.sm3`]));
    const rows = (await readFile(join(inbox, name), 'utf8')).trim().split('\r\n').slice(1);
    expect(new Set(rows.map((row) => row.split(',')[5]))).toEqual(new Set([DAY, '2026-09-06']));
    await house.waitFor(`/weeks?partner=${PARTNER}`, {
      items: [{ of: '2026-W36', counts: { lines: rows.length }, sent: { finance: expect.any(Number) } }],
    });
  }, 120_000);

  it('of two partners have the same users, each with what its own network charged', async () => {
    const [here, there] = [await rowsOf(`/days/${PARTNER}/2026-09-06`), await rowsOf(`/days/${OTHER}/2026-09-06`)];
    const usersOf = (rows: Rows['rows']) => new Set(rows.map((row) => row[1]));
    expect(usersOf(here).intersection(usersOf(there)).size).toBeGreaterThan(0);
    expect(new Set(here.map((row) => row[4]))).toEqual(new Set([PARTNER]));
    expect(new Set(there.map((row) => row[4]))).toEqual(new Set([OTHER]));
    const [user = ''] = [...usersOf(here).intersection(usersOf(there))];
    const bill = await house.ask('GET', `/subscribers/${user}/bills/2026-09`);
    const { lines, numbers, totals } = bill.json as Bill;
    expect(new Set(lines.map(({ network }) => network))).toEqual(new Set([PARTNER, OTHER]));
    const sum = (some: ReadonlyArray<{ readonly amountMinor: string }>): bigint =>
      some.reduce((all, { amountMinor }) => all + BigInt(amountMinor), 0n);
    expect([sum(numbers), sum(totals)]).toEqual([sum(lines), sum(lines)]);
  });
});

interface Bill {
  readonly lines: ReadonlyArray<{ readonly network: string; readonly amountMinor: string }>;
  readonly numbers: ReadonlyArray<{ readonly amountMinor: string }>;
  readonly totals: ReadonlyArray<{ readonly amountMinor: string }>;
}

interface Traced {
  readonly id: string;
  readonly user: string;
  readonly chargedMinor: string;
}

describe('a billing file', () => {
  const draw = (seed: string, size = 5, as = 'demo-finance') =>
    house.ask('GET', `/days/${PARTNER}/${DAY}/sample?seed=${seed}&size=${size}`, { as });

  it('is checked by a sample that a seed draws again, each record with its price, and its sums by all records', async () => {
    const first = await draw('spring');
    expect(first).toMatchObject({
      status: 200,
      json: {
        ...{ population: rated, agrees: true, file: { name: `BDCHNCM${PARTNER}20260905.csv`, complete: true } },
        control: [{ direction: 'outbound', service: 'voice', records: rated, bookedEvents: rated, agrees: true }],
      },
    });
    const { records } = first.json as { records: ReadonlyArray<object> };
    expect(records).toHaveLength(5);
    for (const record of records) {
      expect(record).toMatchObject({
        ...{ file: expect.stringMatching(/^CDHKGPPCHNCM/), user: expect.stringMatching(/^S[0-9]$/), asAgreed: true },
        agreement: { name: `CHNCM-${PARTNER}`, price: { steps: expect.arrayContaining([expect.anything()]) } },
      });
    }
    expect((await draw('spring')).json).toEqual(first.json);
    expect((await draw('autumn')).json).not.toEqual(first.json);
    expect(await draw('spring', 5, 'demo-operator')).toMatchObject({ status: 403 });
    expect(await draw('spring', 1_000)).toMatchObject({ status: 400 });
    expect(await house.ask('GET', `/days/${PARTNER}/2026-12-01/sample?seed=a`, asFinance)).toMatchObject({
      status: 404,
    });
  });

  it('with a wrong fee is reported to operations, traced to its records, and answered', async () => {
    const seen = (await draw('summer', 1)).json as { records: ReadonlyArray<Traced> };
    const user = seen.records[0]?.user ?? '';
    const report = { kind: 'fee', partner: PARTNER, day: DAY, user, service: 'voice', reason: 'far too much' };
    expect(await house.ask('POST', '/cases', { body: { ...report, day: '2026-12-01' }, ...asFinance })).toMatchObject({
      ...{ status: 404, json: { code: 'NotClosed' } },
    });
    expect(await house.ask('POST', '/cases', { body: { ...report, user: 'S99' }, ...asFinance })).toMatchObject({
      status: 404,
    });
    const opened = await house.ask('POST', '/cases', { body: report, ...asFinance });
    expect(opened).toMatchObject({ status: 201, json: { status: 'open', opened: { by: 'demo-finance' } } });
    const path = (opened.headers.get('location') ?? '').replace('/v1/roaming', '');
    const alerts = async () =>
      (await house.run(listAlerts({ tenant, filters: { source: 'roaming-settlement' } }))).items.filter(
        ({ code }) => code === 'FeeReported',
      );
    await expect.poll(alerts, { timeout: 30_000 }).toMatchObject([{ open: true, subject: path.slice(-17) }]);
    const traced = await house.ask('GET', `${path}/trace`);
    const { records } = traced.json as { records: ReadonlyArray<Traced> };
    expect(records.length).toBeGreaterThan(0);
    expect(new Set(records.map(({ user }) => user))).toEqual(new Set([user]));
    const own = await house.ask('GET', `/days/${PARTNER}/${DAY}/report?format=json&language=en`);
    const { rows } = own.json as { rows: ReadonlyArray<ReadonlyArray<string>> };
    const billed = rows.find(([, owner]) => owner === user)?.[8] ?? '';
    const sum = records.reduce((all, { chargedMinor }) => all + BigInt(chargedMinor), 0n);
    expect(formatDecimal(sum, 3)).toBe(billed);
    expect(await house.ask('POST', `${path}/take`, { body: {} })).toMatchObject({ json: { status: 'taken' } });
    await expect.poll(alerts, { timeout: 30_000 }).toMatchObject([{ open: false }]);
    const body = { resolution: 'ours', reason: 'a long call; the price is as agreed', amountMinor: null, record: null };
    expect(await house.ask('POST', `${path}/propose`, { body, ...asFinance })).toMatchObject({
      ...{ status: 403, json: { code: 'NotTaken' } },
    });
    expect(await house.ask('POST', `${path}/propose`, { body })).toMatchObject({ json: { status: 'resolved' } });
    expect(await house.ask('GET', path, asFinance)).toMatchObject({
      json: { proposal: { reason: 'a long call; the price is as agreed', by: 'demo-operator' } },
    });
  });
});

describe('the period', () => {
  const from = '2026-09-01';
  const at = `/settlements/${AGREEMENT}/${from}`;
  const say = (verb: string, body: object) => house.ask('POST', `${at}/${verb}`, { body, ...asFinance });
  const handIn = (rows: ReadonlyArray<ReadonlyArray<string>>, name: string) =>
    house.ask('POST', `${at}/detail?name=${name}`, { bytes: detailOf(from, '2026-09-30', rows) });
  const details = `/clearing-files?kind=partnerDetail&of=${AGREEMENT}:${from}&limit=1`;
  let path = '';

  it('has a case for a record that differs, which a second person approves and the books have once', async () => {
    const body = terms(from, '2026-09-30');
    const others = { ...body, partner: OTHER, agreement: `${OTHER}-2026` };
    expect(await house.ask('POST', '/settlements', { body: others, ...asFinance })).toMatchObject({ status: 201 });
    expect(await house.ask('POST', '/settlements', { body, ...asFinance })).toMatchObject({ status: 201 });
    expect(await house.ask('POST', '/days/close', { body: { through: '2026-09-30' } })).toMatchObject({ status: 202 });
    await house.waitFor(at, { stage: 'drawn', statement: { partner: PARTNER } });
    await house.waitFor(`/settlements/${OTHER}-2026/${from}`, { stage: 'drawn', statement: { partner: OTHER } });
    expect(await handIn([], 'empty.txt')).toMatchObject({ status: 202 });
    await house.waitFor(details, { items: [{ name: 'empty.txt', result: 'differs' }] });
    const { rows, file, record, amount } = await detailWithMore(house, from, 7);
    expect(await handIn(rows, 'september.txt')).toMatchObject({ status: 202 });
    await house.waitFor(details, { items: [{ name: 'september.txt', result: 'differs', counts: { amount: 1 } }] });
    const of = { kind: 'difference', agreement: AGREEMENT, from, file };
    const about = { ...of, record, reason: 'seven more' };
    expect(await house.ask('POST', '/cases', { body: { ...about, record: record + 1 } })).toMatchObject({
      ...{ status: 404, json: { code: 'DifferenceUnknown' } },
    });
    const opened = await house.ask('POST', '/cases', { body: about });
    expect(opened).toMatchObject({
      status: 201,
      json: {
        origin: { ours: { amountMinor: `${amount}` }, theirs: { amountMinor: `${amount + 7}` }, classes: ['amount'] },
      },
    });
    path = (opened.headers.get('location') ?? '').replace('/v1/roaming', '');
    await house.waitFor(`${at}/differences`, { cases: { open: 1, resolved: 1 } });
    expect(await say('approve', { despite: null })).toMatchObject({ status: 409 });
  }, 120_000);

  it('names its open cases when it is approved', async () => {
    const open = path.slice(-17);
    const { statement } = PeriodStatement((await house.ask('GET', at, asFinance)).json);
    const same = theirStatement(statement, 0n);
    const handed = await house.ask('POST', `${at}/partner-statement?name=same.csv`, { bytes: Buffer.from(same) });
    expect(handed).toMatchObject({ status: 202 });
    await house.waitFor(`${at}/differences`, { statement: { tolerated: true } });
    expect(await say('approve', { despite: null })).toMatchObject({
      ...{ status: 409, json: { code: 'CasesOpen', detail: expect.stringContaining(open) } },
    });
    expect(await say('approve', { despite: 'the case is of seven thousandths' })).toMatchObject({
      ...{ status: 200, json: { stage: 'approved', approvals: [{ openCases: [open] }] } },
    });
  });

  it('keeps its statement; what the case adjusts is booked on an open day, once', async () => {
    const { json } = await house.ask('GET', `${path}/trace`);
    const [traced] = (json as { records: ReadonlyArray<Traced> }).records;
    expect(traced).toMatchObject({ user: expect.stringMatching(/^S[0-9]$/), asAgreed: true });
    const body = { resolution: 'theirs', reason: 'they are right', amountMinor: null, record: traced?.id ?? '' };
    expect(await house.ask('POST', `${path}/take`, { body: {} })).toMatchObject({ status: 200 });
    expect(await house.ask('POST', `${path}/propose`, { body })).toMatchObject({ json: { status: 'proposed' } });
    expect(await house.ask('POST', `${path}/approve`, { body: {} })).toMatchObject({ status: 403 });
    expect(await house.ask('POST', `${path}/approve`, { body: {}, ...asFinance })).toMatchObject({
      json: { status: 'posting' },
    });
    await house.waitFor(path, { status: 'resolved', proposal: { amountMinor: '7' }, approved: { by: 'demo-finance' } });
    const books = Array.from({ length: 10 }, (_, digit) => `${PARTNER}:${digit}`);
    const open = await house.run(
      Effect.forEach(books, (key) => Effect.flatMap(Actors, (actors) => actors.read(booksActor, { tenant, key }))),
    );
    const days = open.flatMap(({ state }) => state?.open ?? []);
    expect(days).toMatchObject([
      { day: '2026-10-01', lines: [{ amountMinor: 7n, events: 0, currency: 'SDR', direction: 'outbound' }] },
    ]);
    await house.keepHistory(postCase, `${path.slice(-17)}:4`, 'roaming-post-case');
  });

  it('and its month go to finance when they are closed', async () => {
    expect(await house.ask('POST', '/months/close', { body: { month: '2026-09' } })).toMatchObject({ status: 202 });
    const month = `month:${PARTNER}:2026-09`;
    await house.waitFor(`/finance-accounts/${month}`, { status: 'accepted' });
    expect(house.accounts.booked.get(month)?.file?.name).toBe(`BMCHNCM${PARTNER}202609.csv`);
    const read = (format: string) => house.ask('GET', `/months/${PARTNER}/2026-09/report?format=${format}&language=zh`);
    expect((await read('pdf')).bytes.toString('latin1', 0, 5)).toBe('%PDF-');
    const { bytes } = await read('xlsx');
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
    const cells = book.worksheets[0]?.getSheetValues().flatMap((row) => (Array.isArray(row) ? row : [])) ?? [];
    const { rows } = (await read('json')).json as Rows;
    expect(rows.length).toBeGreaterThan(0);
    for (const cell of rows.flat().filter((text) => text !== '')) expect(cells).toContain(cell);
    const { json } = await say('instruct', { id: 'P-1', due: '2026-10-30' });
    const { amountMinor } = (json as { instruction: { amountMinor: string } }).instruction;
    await say('confirm', { id: 'B-1', currency: 'SDR', amountMinor, on: '2026-10-20' });
    const period = `period:${AGREEMENT}:${from}`;
    await house.waitFor(`/finance-accounts/${period}`, { kind: 'period', partner: PARTNER, status: 'accepted' });
    expect(house.accounts.booked.get(period)).toMatchObject({
      statement: {
        netMinor: `-${amountMinor}`,
        confirmations: [{ id: 'B-1', amountMinor, on: '2026-10-20' }],
      },
    });
    const report = await house.ask('GET', `/settlement-report?from=${from}&to=2026-09-30&format=json&language=en`);
    const settled = (report.json as Rows).rows.map((row) => [row[0], row[1], row[8], row[9], row[11]]);
    expect(settled).toEqual([
      [PARTNER, AGREEMENT, 'We', '2026-10-30', '2026-10-20'],
      [OTHER, `${OTHER}-2026`, 'We', '', ''],
    ]);
  }, 240_000);
});

it('whose month has findings has a case for each', async () => {
  // Before the books began: no day is there.
  expect(await house.ask('POST', '/months/close', { body: { month: '2026-06' } })).toMatchObject({ status: 202 });
  const found = async () => {
    const { json } = await house.ask('GET', `/cases?kind=finding&partner=${PARTNER}&of=2026-06&limit=200`);
    return (json as { items: ReadonlyArray<{ readonly key: string; readonly day: string }> }).items;
  };
  await expect.poll(async () => (await found()).length, { timeout: 60_000 }).toBe(30);
  const [one] = await found();
  expect(await house.ask('GET', `/cases/${one?.key}`)).toMatchObject({
    json: {
      ...{ status: 'open', of: '2026-06', opened: { by: 'service:worker' } },
      origin: { kind: 'finding', finding: 'MissingDay', day: one?.day },
    },
  });
}, 120_000);

describe('a partner with a token of its own', () => {
  const of = { agreement: AGREEMENT, from: '2026-09-01', other: OTHER };

  it('sees its own periods, statements and files, and nothing of another', () => expectOwnView(house, of));

  it('reaches nothing that is for staff, and staff nothing that is for it', () => expectApart(house, of));
});

it(
  'a period of an agreement that settles reconciled records alone waits for its details, or for two persons',
  () => expectReconciledAlone(house, OTHER, '2026-09-01'),
  120_000,
);
