import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema } from 'effect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isRefusal } from '../domain/kernel/refusal.ts';
import { PeriodState } from '../domain/roaming/settlement/schema.ts';
import { parseUsageReport, usageReportText } from '../domain/roaming/settlement/usage-report.ts';
import { simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { subscribersOf } from '../store/roaming/identities.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { AGREEMENT, fileOf, imported, SUBSCRIBERS, terms, theirStatement } from './support/roaming-settlement.ts';

/** Two partners side by side: one settles by records and statements (TAP), the other by usage reports (BCE). */

const SECOND = 'MACCT';
const BY_REPORTS = 'MACCT-2026';
const [FROM, TO] = ['2026-10-01', '2026-10-31'];
const HEADING = { status: 422, json: { code: 'WrongHeading' } };
let house: RoamingHouse;
let records = 0;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_bce', { second: SECOND });
  await house.openSubscribers(SUBSCRIBERS);
  const numbers = Array.from({ length: SUBSCRIBERS }, (_, at) => simulatedSubscriber(at).msisdn);
  await vi.waitFor(
    async () =>
      expect(await house.run(subscribersOf(tenant, 'msisdn', numbers))).toEqual(numbers.map((_, at) => `S${at}`)),
    { timeout: 60_000 },
  );
}, 120_000);
afterAll(() => house.stop());

const as = 'demo-finance';
const pathOf = (agreement: string): string => `/settlements/${agreement}/${FROM}`;
const say = (agreement: string, verb: string, body: object) =>
  house.ask('POST', `${pathOf(agreement)}/${verb}`, { body, as });
const handIn = (agreement: string, name: string, text: string) =>
  house.ask('POST', `${pathOf(agreement)}/partner-statement?name=${name}`, { bytes: Buffer.from(text) });
const period = async (agreement: string): Promise<PeriodState> =>
  Schema.decodeUnknownSync(PeriodState)((await house.ask('GET', pathOf(agreement), { as })).json);
const inbox = (side: 'partner' | 'other' | 'finance') => readdir(join(house[side].files, 'inbox'));
const REPORT = `URCHNCM${SECOND}202610R1.csv`;
const ours = async (): Promise<string> => (await readFile(join(house.other.files, 'inbox', REPORT))).toString();
const ofSecond = { agreement: BY_REPORTS, from: FROM };
const rowsOf = (text: string) => {
  const rows = parseUsageReport(text, ofSecond);
  return isRefusal(rows) ? expect.fail(rows.message) : rows;
};

describe('a partner that settles by usage reports beside one that settles by records', () => {
  it('has periods of whole months', async () => {
    await imported(house, '20261006');
    records = await imported(house, '20261007', fileOf('20261007', SECOND), SECOND);
    const byReports = { ...terms(FROM, TO), partner: SECOND, agreement: BY_REPORTS, mechanism: 'bce' };
    const open = (body: object) => house.ask('POST', '/settlements', { body, as });
    const quarter = { ...byReports, to: '2026-12-31', frequency: 'quarterly' };
    expect(await open(quarter)).toMatchObject({ status: 422, json: { code: 'UsageReportsMonthly' } });
    expect(await open(byReports)).toMatchObject({ status: 201, json: { terms: { mechanism: 'bce' } } });
    expect(await open(terms(FROM, TO))).toMatchObject({ status: 201 });
    const listed = {
      items: expect.arrayContaining([expect.objectContaining({ agreement: BY_REPORTS, mechanism: 'bce' })]),
    };
    await house.waitFor('/settlements', listed);
    await house.waitFor('/settlements', {
      items: expect.arrayContaining([expect.objectContaining({ mechanism: 'tap' })]),
    });
    expect(await house.ask('POST', '/days/close', { body: { through: TO } })).toMatchObject({ status: 202 });
    for (const agreement of [AGREEMENT, BY_REPORTS]) {
      await expect
        .poll(async () => (await house.ask('GET', pathOf(agreement))).json, { timeout: 100_000, interval: 200 })
        .toMatchObject({ stage: 'drawn' });
    }
  }, 220_000);

  it('is sent the report of the month from our books, and the other is not', async () => {
    for (const side of ['other', 'finance'] as const) {
      await expect
        .poll(() => inbox(side), { timeout: 60_000 })
        .toEqual(expect.arrayContaining([REPORT, `${REPORT}.sm3`]));
    }
    await expect.poll(() => inbox('partner'), { timeout: 60_000 }).toContain(`STCHNCM${PARTNER}20261001R1.json`);
    expect((await inbox('partner')).filter((name) => name.startsWith('UR'))).toEqual([]);
    const rows = rowsOf(await ours());
    expect(rows.reduce((sum, { events }) => sum + events, 0)).toBe(records);
    expect(new Set(rows.map(({ network, direction }) => `${network} ${direction}`))).toEqual(
      new Set([`${SECOND} outbound`]),
    );
    const { statement } = await period(BY_REPORTS);
    const booked = statement?.lines.filter((line) => line.events > 0) ?? [];
    const sum = (amounts: ReadonlyArray<bigint>): bigint => amounts.reduce((all, one) => all + one, 0n);
    expect(sum(rows.map((row) => row.amountMinor))).toBe(sum(booked.map((line) => line.amountMinor)));
    expect(await ours()).not.toContain(simulatedSubscriber(0).msisdn);
    await house.waitFor(`/clearing-files?kind=usageReport&partner=${SECOND}`, {
      items: [{ name: REPORT, sent: { [SECOND]: expect.any(Number), finance: expect.any(Number) } }],
    });
  }, 120_000);

  it('is held to its own report within the tolerance: what differs is not approved', async () => {
    const rows = rowsOf(await ours());
    const more = rows.map((row, at) =>
      at === 0 ? { ...row, events: row.events + 1, amountMinor: row.amountMinor + 9_000n } : row,
    );
    expect(await handIn(BY_REPORTS, 'first.csv', usageReportText(ofSecond, more))).toMatchObject({ status: 202 });
    await house.waitFor(`/clearing-files?kind=partnerStatement&partner=${SECOND}&limit=1`, {
      items: [{ name: 'first.csv', result: 'differs', counts: { usageDiffers: 1 } }],
    });
    expect(await say(BY_REPORTS, 'approve', { despite: null })).toMatchObject({
      status: 409,
      json: { code: 'NotTolerated' },
    });
    const spoiled = (await ours()).replace(',seconds,', ',minutes,');
    expect(await handIn(BY_REPORTS, 'spoiled.csv', spoiled)).toMatchObject({
      status: 422,
      json: { code: 'InvalidField', field: expect.stringContaining('unit') },
    });
  }, 60_000);

  it('agrees by its own server, and both are approved, each by its mechanism', async () => {
    // Each in the form of the other.
    const { statement } = await period(AGREEMENT);
    if (statement === null) throw new Error('nothing is drawn');
    expect(await handIn(BY_REPORTS, 'statement.csv', theirStatement(statement, 0n))).toMatchObject(HEADING);
    expect(await handIn(AGREEMENT, 'report.csv', await ours())).toMatchObject(HEADING);
    const name = `UR${SECOND}CHNCM202610.csv`;
    await writeFile(join(house.other.files, 'coming.csv'), await ours());
    await rename(join(house.other.files, 'coming.csv'), join(house.other.files, 'outbox', name));
    expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
    await house.waitFor(`/clearing-files?kind=partnerStatement&partner=${SECOND}&limit=1`, {
      items: [{ name, way: 'received', result: 'tolerated', counts: { usageDiffers: 0 } }],
    });
    // Also what the period's end brings is the same by the same rules.
    const { comparison } = await period(BY_REPORTS);
    expect(comparison?.lines.every(({ differenceMinor }) => differenceMinor === 0n)).toBe(true);
    expect(await handIn(AGREEMENT, 'theirs.csv', theirStatement(statement, 0n))).toMatchObject({ status: 202 });
    await house.waitFor(`${pathOf(AGREEMENT)}/differences`, { statement: { tolerated: true } });
    for (const agreement of [AGREEMENT, BY_REPORTS]) {
      expect(await say(agreement, 'approve', { despite: null })).toMatchObject({
        status: 200,
        json: { stage: 'approved' },
      });
    }
  }, 120_000);
});
