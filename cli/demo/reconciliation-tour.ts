import { Schema } from 'effect';
import { cellsOfRow, fileName, kindOf, OUR_CODE, wallTime } from '../../domain/mandates/reconciliation/file.ts';
import { wholeFile } from '../../domain/mandates/reconciliation/file-writer.ts';
import { runKey } from '../../domain/mandates/reconciliation/run.ts';
import { type Balance, FileRow, type RunState, type Scope } from '../../domain/mandates/reconciliation/schema.ts';
import { Failure, say } from '../failure.ts';
import { atCounter, bankBooks, banksOf, newNumber, standing, type Tour, until } from './mandates-sides.ts';

/**
 * Reconciliation as the tour shows it: a bank's file of the day with ten differences planted in it, and its file of the
 * month in full. The files are handed in by a person; those of other days come from the bank's file server by themselves.
 */

const RELATIONS_AT_MOST = 200;
const PLANTED: Readonly<Record<string, number>> = {
  missingHere: 2,
  missingThere: 2,
  state: 1,
  account: 1,
  terms: 1,
  duplicate: 1,
  late: 1,
  unreadable: 1,
};

interface Relation {
  readonly agreement: string;
  readonly status: 'formal' | 'cancelled';
  readonly province: string;
  readonly channel: string;
  readonly userType: string;
  readonly terms: { readonly thresholdMinor: number; readonly amountMinor: number; readonly automaticPayment: boolean };
  readonly formalAtMs: number;
  readonly changedAtMs: number;
}

interface Difference {
  readonly class: string;
  readonly agreement: string | null;
  readonly lineThere: number;
  readonly status: string;
  readonly outcome: string | null;
  readonly because: string | null;
}

const fileRow = Schema.decodeUnknownSync(FileRow);

/** What the bank has, as far as we know: the house's relations with it, shown whole for this reason. */
const relationsOf = async (tour: Tour, bank: string): Promise<readonly FileRow[]> => {
  const wanted = { bank, status: ['formal', 'cancelled'], limit: RELATIONS_AT_MOST };
  const { body } = await tour.unit.post<{ items: readonly Relation[] }>('/v1/mandates/relations/search', wanted);
  if (body.items.length === RELATIONS_AT_MOST) throw new Failure('there are too many relations for a tour');
  const { accounts } = await bankBooks(tour, bank);
  return Promise.all(
    body.items.map(async ({ agreement, status, terms, formalAtMs, changedAtMs, province, channel, userType }) => {
      const path = `/v1/mandates/relations/${bank}/${agreement}/reveal`;
      const reason = 'the tour writes the file of the bank';
      const { number, account } = (await tour.unit.post<{ number: string; account: string }>(path, { reason })).body;
      const accountKind = accounts.find((one) => one.number === account)?.kind ?? 'debit';
      const times = { begun: wallTime(formalAtMs), changed: wallTime(changedAtMs) };
      const about = { bank, agreement, number, accountKind, account, province, channel, userType };
      return fileRow({ ...about, ...terms, state: status, ...times });
    }),
  );
};

/** Cancelled relations stand in the file of a day, and are but counted in that of a month. */
const balanceOf = (rows: readonly FileRow[], period: string): Balance => {
  const opened = rows.filter(({ begun }) => begun.startsWith(period)).length;
  const cancelled = rows.filter(({ state, changed }) => state === 'cancelled' && changed.startsWith(period)).length;
  const opening = rows.filter(({ begun }) => begun < period).length;
  return { opening, opened, cancelled, closing: opening + opened - cancelled };
};

const pathOf = ({ party, partner, period }: Scope): string =>
  `/v1/mandates/reconciliations/${party}/${partner}/${period}`;

const runOf = async (tour: Tour, scope: Scope): Promise<RunState | undefined> => {
  const query = `party=${scope.party}&partner=${scope.partner}&period=${scope.period}`;
  const { body } = await tour.unit.get<{ items: readonly unknown[] }>(`/v1/mandates/reconciliations?${query}`);
  return body.items.length === 0 ? undefined : (await tour.unit.get<RunState>(pathOf(scope))).body;
};

const handIn = async (
  tour: Tour,
  scope: Scope,
  sequence: number,
  rows: readonly FileRow[],
  balance: Balance,
  spoil: (text: string) => string = (text) => text,
): Promise<string> => {
  const header = { kind: kindOf(scope), sender: scope.partner, receiver: OUR_CODE, period: scope.period, sequence };
  const { bytes } = wholeFile(header, 'UTF-8', rows.map(cellsOfRow), { ...balance });
  const name = fileName(header);
  await tour.unit.upload(`${pathOf(scope)}/files?name=${name}`, Buffer.from(spoil(bytes.toString('utf8'))));
  return name;
};

const compared = (tour: Tour, scope: Scope): Promise<RunState> =>
  until(
    `${runKey(scope)} is reconciled`,
    async () => {
      const run = await runOf(tour, scope);
      return run?.stage === 'done' && run.compared !== null ? run : undefined;
    },
    (run) => run !== undefined,
  ) as Promise<RunState>;

const differencesOf = async (tour: Tour, scope: Scope, count: number): Promise<readonly Difference[]> =>
  until(
    `${count} differences are looked up`,
    async () =>
      (
        await tour.unit.get<{ items: readonly Difference[] }>(
          `/v1/mandates/differences?run=${encodeURIComponent(runKey(scope))}&limit=200`,
        )
      ).body.items,
    (items) => items.length >= count && items.every(({ status }) => status !== 'open'),
  );

const sum = ({ opening, opened, cancelled, closing }: Balance): string =>
  `${opening} + ${opened} − ${cancelled} = ${closing}`;

const tell = async (tour: Tour, scope: Scope): Promise<readonly Difference[]> => {
  const run = await compared(tour, scope);
  const items = await differencesOf(tour, scope, run.compared?.differences ?? 0);
  for (const each of items) {
    const what = each.agreement ?? `line ${each.lineThere}`;
    say(`            ${each.class.padEnd(12)} ${what}: ${each.status} ${each.outcome ?? each.because ?? ''}`);
  }
  const { balanceHere, balanceThere, imbalances } = run.compared ?? {};
  if (balanceHere !== undefined && balanceThere !== undefined) {
    const off = imbalances?.length === 0 ? 'it adds up' : imbalances?.join(', ');
    say(
      `            opening + opened − cancelled = closing: here ${sum(balanceHere)}, there ${sum(balanceThere)}: ${off}`,
    );
  }
  return items;
};

/** The bank's rows of the day, with the ten differences. */
const planted = async (tour: Tour, { partner, period }: Scope): Promise<readonly FileRow[]> => {
  const opened: string[] = [];
  for (let each = 0; each < 6; each += 1) {
    const number = await newNumber(tour);
    const { agreement, result } = await atCounter(tour, partner, number, 'offered');
    if (agreement === null) throw new Failure(`${partner} opens nothing: ${result}`);
    await standing(tour, number, 'formal');
    opened.push(agreement);
  }
  const rows = (await relationsOf(tour, partner)).filter(({ changed }) => changed.startsWith(period));
  const [one, two, three, four, five, six] = opened.map((agreement) => rows.find((row) => row.agreement === agreement));
  const other = (await bankBooks(tour, partner)).accounts[1];
  if (!(one && two && three && four && five && six && other)) throw new Failure('what was opened is not found');
  const unheard = async (agreement: string, more: object = {}) =>
    fileRow({ ...one, agreement: `${agreement}-${Date.now()}`, number: `86${await newNumber(tour)}`, ...more });
  return [
    ...rows.filter(({ agreement }) => !opened.includes(agreement)),
    ...[one, one],
    { ...three, state: 'cancelled' as const },
    fileRow({ ...four, accountKind: other.kind, account: other.number }),
    fileRow({ ...five, amountMinor: 6_000 }),
    fileRow({ ...six, bank: 'ICBC' }),
    await unheard('NEW'),
    await unheard('GONE', { state: 'cancelled' }),
    await unheard('LATE', { changed: `${period}T23:59:59` }),
  ];
};

const day = async (tour: Tour, scope: Scope): Promise<void> => {
  const rows = await planted(tour, scope);
  const balance = balanceOf(rows, scope.period);
  const offByOne = (text: string) =>
    text.replace(/^T\|(\d+)\|(\d+)\|/m, (_, n, total) => `T|${n}|${Number(total) + 1}|`);
  // A sum is held against lines that can all be read.
  const readable = rows.filter(({ bank }) => bank === scope.partner);
  const bad = await handIn(tour, scope, 1, readable, balanceOf(readable, scope.period), offByOne);
  const kept = await until(
    'the wrong file is kept out',
    () => runOf(tour, scope),
    (run) => run?.files[0]?.status === 'quarantined',
  );
  say(`          ${bad}: kept out, ${kept?.files[0]?.problems[0]?.code}`);
  const good = await handIn(tour, scope, 2, rows, balance);
  say(`          ${good}: ten differences planted`);
  const found: Record<string, number> = {};
  for (const { class: sort } of await tell(tour, scope)) found[sort] = (found[sort] ?? 0) + 1;
  const wrong = Object.keys({ ...PLANTED, ...found }).filter((sort) => PLANTED[sort] !== found[sort]);
  if (wrong.length > 0) throw new Failure(`not what was planted: ${wrong.join(', ')}`, JSON.stringify(found));
};

/** The bank has what its file of the day said; of the two that it did not say nothing is heard again. */
const month = async (tour: Tour, scope: Scope): Promise<void> => {
  const rows = await relationsOf(tour, scope.partner);
  const gone = new Set(
    (await differencesOf(tour, { ...scope, period: wallTime(Date.now()).slice(0, 10) }, 1))
      .filter((each) => each.class === 'missingThere')
      .map(({ agreement }) => agreement),
  );
  const standingThere = rows.filter(({ state, agreement }) => state === 'formal' && !gone.has(agreement));
  const { opening, opened } = balanceOf(rows, scope.period);
  const closing = standingThere.length;
  const cancelled = opening + opened - closing;
  const name = await handIn(tour, scope, 1, standingThere, { opening, opened, cancelled, closing });
  say(`          ${name}: all that stands`);
  await tell(tour, scope);
};

/** @throws Failure when other differences are found than were planted */
export const reconciliations = async (tour: Tour): Promise<void> => {
  const today = wallTime(Date.now()).slice(0, 10);
  const partner = banksOf(tour).at(-1);
  if (partner === undefined) throw new Failure('no bank is simulated here');
  for (const [scope, reconcile] of [
    [{ party: 'bank', partner, period: today }, day],
    [{ party: 'bank', partner, period: today.slice(0, 7) }, month],
  ] as const) {
    if ((await runOf(tour, scope))?.compared) say(`          ${runKey(scope)} was reconciled in an earlier tour`);
    else await reconcile(tour, scope);
  }
};
