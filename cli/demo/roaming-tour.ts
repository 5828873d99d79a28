import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Schema } from 'effect';
import { formatDecimal } from '../../domain/kernel/decimal.ts';
import { ImportState } from '../../domain/roaming/imports/schema.ts';
import { monthDays } from '../../domain/roaming/settlement/day.ts';
import { partnerStatementText } from '../../domain/roaming/settlement/partner-statement.ts';
import { PeriodState } from '../../domain/roaming/settlement/schema.ts';
import { simulatedSubscriber } from '../../partners/roaming/simulator-file.ts';
import { Failure, say } from '../failure.ts';
import type { RunFile } from '../supervisor/run-file.ts';
import { ApiClient } from './client.ts';
import { call, until } from './mandates-sides.ts';

/**
 * The tour of roaming clearing: a partner's TAP file with three faulty records arrives on its server; two go back to it,
 * one waits for a person; subscribers are charged; the days and the month are closed; finance settles the month, and its
 * statement is a PDF.
 */

const RECORDS = 200;
const SUBSCRIBERS = 10;
const PARTNER = 'HKGPP';
const AGREEMENT = 'HKGPP-DEMO';
/** The demo user that is a subscriber: it finds itself in the console. */
const ITSELF = 'demo-subscriber';
const RATED_BY_HAND = ITSELF;

interface Tour {
  readonly operator: ApiClient;
  readonly finance: ApiClient;
  readonly control: string;
  /** Where the statement is put. */
  readonly directory: string;
  /** The last month that is over: `2026-10-01` to `2026-10-31`. */
  readonly from: string;
  readonly to: string;
}

const keyOf = (at: number): string => (at === 0 ? ITSELF : `DEMO-${at}`);
const decodeImport = Schema.decodeUnknownSync(ImportState);
const decodePeriod = Schema.decodeUnknownSync(PeriodState);

const lastMonth = (nowMs: number) => {
  const now = new Date(nowMs);
  return monthDays(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15)).toISOString().slice(0, 7));
};

const register = async ({ operator }: Tour): Promise<void> => {
  for (let at = 0; at < SUBSCRIBERS; at += 1) {
    const { msisdn } = simulatedSubscriber(at);
    await operator.post('/v1/roaming/subscribers', { subscriber: keyOf(at), primary: msisdn, currency: 'CNY' });
  }
  say(`          ${SUBSCRIBERS} subscribers are registered, each with a number`);
};

interface Listed {
  readonly sm3: string;
  readonly name: string;
}

const filesOf = async ({ operator }: Tour): Promise<readonly Listed[]> =>
  (await operator.get<{ items: readonly Listed[] }>(`/v1/roaming/import-files?partner=${PARTNER}&limit=200`)).body
    .items;

const readFileState = async ({ operator }: Tour, { sm3 }: Listed): Promise<ImportState> =>
  decodeImport((await operator.get(`/v1/roaming/import-files/${PARTNER}/${sm3}`)).body);

const tellAudit = ({ audit }: ImportState): void => {
  if (audit === null) return;
  const { in: all, rated, rejected, duplicate, quarantined } = audit;
  say(
    `          in ${all} = rated ${rated} + rejected ${rejected} + duplicate ${duplicate} + quarantined ${quarantined}`,
  );
};

/** The partner puts a file on its server; it is taken, and imported to its end. */
const imported = async (tour: Tour): Promise<Listed> => {
  const before = new Set((await filesOf(tour)).map(({ sm3 }) => sm3));
  const day = `${tour.from.slice(0, 8)}05`.replaceAll('-', '');
  await call(tour.control, 'PATCH', { send: 1, spoil: 'faulty', records: RECORDS, subscribers: SUBSCRIBERS, day });
  const file = await until(
    'the partner’s file is taken from its server',
    async () => {
      await tour.operator.post('/v1/roaming/import-files/look', {});
      return (await filesOf(tour)).find(({ sm3 }) => !before.has(sm3));
    },
    (found) => found !== undefined,
  );
  if (file === undefined) throw new Failure('no file came');
  const state = await until(
    `${file.name} is imported`,
    () => readFileState(tour, file),
    ({ status, returned }) => status === 'quarantined' || (status === 'done' && returned !== null),
  );
  if (state.status !== 'done') throw new Failure(`${file.name} was kept out: ${state.problems[0]?.code}`);
  say(`          ${file.name} of ${day} came over SFTP, its batch of indefinite length: archived, checked, imported`);
  tellAudit(state);
  const { rejected, quarantined } = state.audit ?? {};
  if (rejected !== 2 || quarantined !== 1) throw new Failure('not what was planted: two to go back, one unknown');
  for (const { line, code, reason } of state.warnings.slice(0, 2))
    say(`            record ${line}: ${code}: ${reason}`);
  return file;
};

interface Kept {
  readonly record: number;
  readonly code: string;
  readonly message: string;
}

/** A person looks at the record that is nobody's, and says whose it is. */
const attributed = async (tour: Tour, file: Listed): Promise<void> => {
  const query = `status=open&partner=${PARTNER}&file=${file.sm3}`;
  const { body } = await tour.operator.get<{ items: readonly Kept[] }>(`/v1/roaming/quarantined-records?${query}`);
  const [kept] = body.items;
  if (kept === undefined) throw new Failure('nothing is in quarantine');
  say(`          quarantine: record ${kept.record}: ${kept.code}, ${kept.message}`);
  const path = `/v1/roaming/import-files/${PARTNER}/${file.sm3}/records/${kept.record}/settle`;
  await tour.operator.post(path, { subscriber: RATED_BY_HAND });
  const state = await until(
    'the record is settled',
    () => readFileState(tour, file),
    ({ audit }) => audit?.quarantined === 0,
  );
  say(`          a person says that it is of ${RATED_BY_HAND}:`);
  tellAudit(state);
};

const charged = async ({ operator, from }: Tour): Promise<void> => {
  const shown: string[] = [];
  for (let at = 0; at < 3; at += 1) {
    const { body } = await operator.get<{
      currency: string;
      months: ReadonlyArray<{ month: string; spentMinor: string }>;
    }>(`/v1/roaming/subscribers/${keyOf(at)}/spending`);
    const spent = body.months.find(({ month }) => month === from.slice(0, 7));
    if (spent === undefined) throw new Failure(`${keyOf(at)} was not charged`);
    shown.push(`${keyOf(at)} ${formatDecimal(BigInt(spent.spentMinor), 2)} ${body.currency}`);
  }
  say(`          subscribers are charged: ${shown.join(', ')}, …`);
};

interface Closed {
  readonly of: string;
  readonly sent: Readonly<Record<string, number>>;
}

const closedOf = async ({ operator }: Tour, what: 'days' | 'months'): Promise<readonly Closed[]> =>
  (await operator.get<{ items: readonly Closed[] }>(`/v1/roaming/${what}?partner=${PARTNER}&limit=200`)).body.items;

const closed = async (tour: Tour): Promise<void> => {
  const { operator, from, to } = tour;
  const month = from.slice(0, 7);
  const has = (what: string) => (items: readonly Closed[]) =>
    items.some((one) => one.of === what && one.sent['finance'] !== undefined);
  await operator.post('/v1/roaming/days/close', { through: to });
  await until(`the days up to ${to} are closed`, () => closedOf(tour, 'days'), has(to));
  say(`          the days up to ${to} are closed; finance has a report of each that has brought something`);
  await operator.post('/v1/roaming/months/close', { month });
  await until(`${month} is closed`, () => closedOf(tour, 'months'), has(month));
  const { body } = await operator.get<{ rows: ReadonlyArray<readonly string[]> }>(
    `/v1/roaming/months/${PARTNER}/${month}/report?format=json&language=en`,
  );
  const findings = body.rows.filter(([kind]) => kind === 'Finding').length;
  say(`          ${month} is summed, checked and reported; findings, each an alert and a case: ${findings}`);
  await looked(tour, month, findings);
};

interface Case {
  readonly key: string;
  readonly status: string;
}

/** An operator takes each finding’s case, and says that what is booked is right: a period with open cases asks for a reason. */
const looked = async ({ operator }: Tour, month: string, findings: number): Promise<void> => {
  const casesOf = async (): Promise<readonly Case[]> =>
    (await operator.get<{ items: readonly Case[] }>(`/v1/roaming/cases?partner=${PARTNER}&of=${month}&limit=200`)).body
      .items;
  const cases = await until('each finding is a case', casesOf, (items) => items.length >= Math.min(findings, 100));
  const reason = 'the tour has a file of one day';
  for (const { key } of cases.filter(({ status }) => status === 'open')) {
    await operator.post(`/v1/roaming/cases/${key}/take`, {});
    const said = { resolution: 'ours', reason, amountMinor: null, record: null };
    await operator.post(`/v1/roaming/cases/${key}/propose`, said);
  }
  await until('the cases are settled', casesOf, (items) => items.every(({ status }) => status === 'resolved'));
};

/** Finance’s own system has been sent the period, and what it said is handed back. */
const toldFinance = async (tour: Tour): Promise<void> => {
  const path = `/v1/roaming/finance-accounts/period:${AGREEMENT}:${tour.from}/send`;
  const { body } = await until(
    'finance’s system has the period',
    () => tour.finance.post<{ status: string; attempts: ReadonlyArray<{ answer: { text: string } | null }> }>(path, {}),
    (answer) => answer.body.status === 'accepted',
  );
  say(`          finance’s own system has it: ${body.attempts.at(-1)?.answer?.text ?? ''}`);
};

const periodPath = ({ from }: Tour): string => `/v1/roaming/settlements/${AGREEMENT}/${from}`;
const periodOf = async (tour: Tour): Promise<PeriodState> =>
  decodePeriod((await tour.finance.get(periodPath(tour))).body);
const reached = (tour: Tour, stage: PeriodState['stage']): Promise<PeriodState> =>
  until(
    `the period is ${stage}`,
    () => periodOf(tour),
    (state) => state.stage === stage,
  );

const within = (absoluteMinor: string) => ({ absoluteMinor, perMille: null });
const termsOf = ({ from, to }: Tour) => ({
  ...{ partner: PARTNER, agreement: AGREEMENT, from, to },
  frequency: 'monthly',
  currency: 'SDR',
  decimals: 2,
  rounding: 'halfEven',
  rates: [],
  tolerance: { line: within('5'), total: within('5') },
  twoPersonsOverMinor: '100000000000',
  carriedMinor: '0',
});

/** What the partner states: our lines, the first a little higher than ours. */
const theirs = ({ statement }: PeriodState): Buffer => {
  if (statement === null) throw new Failure('nothing is drawn');
  const off = (at: number): bigint => (at === 0 ? 3n : 0n);
  const lines = statement.lines.map(({ direction, service, adjustment, convertedMinor }, at) => ({
    ...{ direction, service, adjustment },
    amountMinor: convertedMinor + off(at),
  }));
  return Buffer.from(partnerStatementText(statement, { lines, netMinor: statement.netMinor - off(0) }));
};

const settled = async (tour: Tour): Promise<void> => {
  const { finance, operator, from } = tour;
  const { body } = await finance.get<{ items: ReadonlyArray<{ agreement: string; from: string; stage: string }> }>(
    `/v1/roaming/settlements?partner=${PARTNER}&limit=200`,
  );
  const known = body.items.find((one) => one.agreement === AGREEMENT && one.from === from);
  if (known?.stage === 'closed') return say(`          ${from.slice(0, 7)} was settled in an earlier tour`);
  await finance.post('/v1/roaming/settlements', termsOf(tour));
  const drawn = await reached(tour, 'drawn');
  const net = drawn.statement?.netMinor ?? 0n;
  say(`          the statement is drawn: net ${formatDecimal(net, 2)} SDR, both directions; the partner has it`);
  await operator.upload(`${periodPath(tour)}/partner-statement?name=theirs.csv`, theirs(drawn), 'text/csv');
  await until(
    'the partner’s statement is compared',
    async () =>
      (await finance.get<{ statement: { tolerated: boolean } | null }>(`${periodPath(tour)}/differences`)).body,
    ({ statement }) => statement?.tolerated === true,
  );
  say('          the partner states 0.03 SDR more: within tolerance');
  await finance.post(`${periodPath(tour)}/approve`, { despite: null });
  await finance.post(`${periodPath(tour)}/instruct`, { id: 'DEMO-PAY', due: new Date().toISOString().slice(0, 10) });
  const on = new Date().toISOString().slice(0, 10);
  const amountMinor = String(net < 0n ? -net : net);
  await finance.post(`${periodPath(tour)}/confirm`, { id: 'DEMO-BANK', currency: 'SDR', amountMinor, on });
  await reached(tour, 'closed');
  say('          finance approved, the payment was instructed and confirmed: the period is closed');
  await toldFinance(tour);
};

const printed = async (tour: Tour): Promise<void> => {
  await mkdir(tour.directory, { recursive: true });
  for (const format of ['pdf', 'xlsx']) {
    const bytes = await tour.finance.download(`${periodPath(tour)}/statement?format=${format}&language=zh`);
    const begins = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
    if (begins !== (format === 'pdf' ? '%PDF' : 'PK\u0003\u0004'))
      throw new Failure(`the ${format} is none: ${begins}`);
    const path = join(tour.directory, `statement-${tour.from.slice(0, 7)}.${format}`);
    await writeFile(path, bytes);
    say(`          the statement as ${format.toUpperCase()}: ${path}`);
  }
};

/** @throws Failure when a record is lost, or something does not come to its end */
export const tourOfRoaming = async (running: RunFile, directory: string): Promise<void> => {
  const control = running.env['HUFU_ROAMING_CONTROL'];
  if (control === undefined) {
    throw new Failure('no roaming partner is simulated here', 'Start ./hufu up without VOP_SFTP_URL.');
  }
  const gateway = running.addresses.find(({ name }) => name === 'Gateway')?.address ?? '';
  const keyDir = running.env['HUFU_KEY_DIR'] ?? '';
  const tour: Tour = {
    operator: new ApiClient(gateway, keyDir, 'demo-operator'),
    finance: new ApiClient(gateway, keyDir, 'demo-finance'),
    control,
    directory: resolve(directory),
    ...lastMonth(Date.now()),
  };
  say('');
  say('the tour: roaming clearing, from a partner’s TAP file to the statement of its month');
  await register(tour);
  const file = await imported(tour);
  await attributed(tour, file);
  await charged(tour);
  await closed(tour);
  await settled(tour);
  await printed(tour);
  const page = running.addresses.find(({ name }) => name === 'Console')?.address;
  if (page !== undefined) say(`          in a browser: ${page} as demo-operator, demo-finance or ${ITSELF}`);
  say(`          every record is accounted for · the API: ${gateway}/docs`);
};
