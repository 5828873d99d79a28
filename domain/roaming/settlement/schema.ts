import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { ROUNDINGS } from '../../kernel/decimal.ts';
import { Bound, EndTerms } from '../rating/schema.ts';
import { RATE_PATTERN } from './amount.ts';
import { isDay, isZone } from './day.ts';

/**
 * The words of settlement (seed 002 §3.3; spec `roaming`, Settlement). Amounts are minor units as integer strings on the
 * wire and bigint in memory; usage is seconds, messages or bytes. Every list has an upper limit.
 */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
const Count = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));
const list = <A, I>(item: Schema.Schema<A, I>, most: number) => Schema.Array(item).pipe(Schema.maxItems(most));

export const SERVICES = ['voice', 'sms', 'data'] as const;
/** What a line of a statement is of; `discount` and `commitment`: of the period's end, by the agreement's own rules. */
export const STATEMENT_SERVICES = [...SERVICES, 'discount', 'commitment'] as const;
/** `inbound`: the partner's subscribers on our network, the partner owes. `outbound`: ours on the partner's, we owe. */
export const DIRECTIONS = ['inbound', 'outbound'] as const;
export const BOOK_LIMITS = { entriesPerChunk: 1_000, lines: 20_000, files: 20_000 } as const;

export const PERIOD_LIMITS = { days: 10_000, confirmations: 1_000 } as const;

const Tadig = text(/^[A-Z0-9]{5}$/, 'a TADIG code (TD.13)');
const Msisdn = text(/^[1-9][0-9]{4,14}$/, 'an E.164 number without +');
/** ISO 4217, or SDR (XDR is written SDR). */
const Currency = text(/^[A-Z]{3}$/, 'a currency of three letters');
const Decimals = Schema.Int.pipe(Schema.between(0, 6));
export const Id = text(/^[A-Za-z0-9._:@-]{1,128}$/, 'an id of 1–128 letters, digits, . _ : @ -');
const Reason = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(500));
export const Day = Schema.String.pipe(Schema.filter(isDay, { description: 'a day YYYY-MM-DD' }));
const Zone = Schema.String.pipe(
  Schema.maxLength(64),
  Schema.filter(isZone, { description: 'an IANA time zone, e.g. Asia/Shanghai' }),
);
const Amount = Schema.BigInt;
const Usage = Schema.NonNegativeBigInt;
const Service = Schema.Literal(...SERVICES);
const Direction = Schema.Literal(...DIRECTIONS);

// ── the books of a partner ───────────────────────────────────────────────────────────────────────────────────────

const measures = { events: Count, usage: Usage, amountMinor: Amount };
const bookLine = {
  number: Msisdn,
  service: Service,
  direction: Direction,
  /** The visited network. */
  network: Tadig,
  currency: Currency,
  decimals: Decimals,
};
/** What rating made of one or several records of the same moment. */
export const Entry = Schema.Struct({ atMs: Count, ...bookLine, ...measures });
/** A sum of the books. `belongs`: the closed day that a late record belongs to; null for what is of the day itself. */
export const BookLine = Schema.Struct({ belongs: Schema.NullOr(Day), ...bookLine, ...measures });
/** A file's records and what became of them: in = rated + rejected + duplicate + quarantined (spec `roaming`). */
const auditLine = { in: Count, rated: Count, rejected: Count, duplicate: Count, quarantined: Count };
export const BookDay = Schema.Struct({ day: Day, lines: Schema.Array(BookLine) });
const BookFile = Schema.Struct({
  file: Id,
  /** Digest of each posted chunk by its number, until the file has its audit line. */
  chunks: Schema.Record({ key: Schema.String, value: Schema.String }),
  posted: Count,
  rated: Count,
  audit: Schema.NullOr(Schema.Struct(auditLine)),
});

export const booksCommands = {
  /** Once; the same again changes nothing. */
  Open: Schema.Struct({ partner: Tadig, zone: Zone }),
  /** A chunk of a file's rated records. The same chunk again changes nothing, with other content it is refused. */
  Post: Schema.Struct({
    file: Id,
    chunk: Schema.Int.pipe(Schema.between(0, 1_000_000)),
    entries: list(Entry, BOOK_LIMITS.entriesPerChunk).pipe(Schema.minItems(1)),
  }),
  /** All of the file is posted: its audit line. */
  Balance: Schema.Struct({ file: Id, ...auditLine, chunks: Count }),
  /** Days close in order, each when it is over in the tenant's zone. */
  Close: Schema.Struct({ day: Day }),
  /** The days up to this one are in a statement: their lines leave the state and stay in the journal. */
  Archive: Schema.Struct({ through: Day }),
};
export const BooksState = Schema.Struct({
  partner: Tadig,
  zone: Zone,
  closedThrough: Schema.NullOr(Day),
  open: Schema.Array(BookDay),
  closed: Schema.Array(BookDay),
  files: Schema.Array(BookFile),
});
export const BooksReply = Schema.Struct({
  changed: Schema.Boolean,
  closedThrough: Schema.NullOr(Day),
  /** Records of this chunk that were booked as an adjustment of an open day. */
  late: Count,
});
export const BooksEvent = Schema.Union(
  Schema.TaggedStruct('Opened', { partner: Tadig, zone: Zone }),
  Schema.TaggedStruct('Posted', {
    file: Id,
    chunk: Count,
    digest: Schema.String,
    records: Count,
    late: Count,
    days: Schema.Array(BookDay),
  }),
  Schema.TaggedStruct('Balanced', { file: Id, ...auditLine }),
  Schema.TaggedStruct('DayClosed', { day: Day, lines: Count, events: Count, atMs: Count }),
  Schema.TaggedStruct('Archived', { through: Day }),
);

// ── the agreement period ─────────────────────────────────────────────────────────────────────────────────────────

const Rate = Schema.Struct({
  currency: Currency,
  decimals: Decimals,
  rate: text(RATE_PATTERN, 'a decimal above zero, up to 12 decimals'),
});
const terms = {
  partner: Tadig,
  agreement: Id,
  from: Day,
  to: Day,
  frequency: Schema.Literal('monthly', 'quarterly'),
  /** The agreement's currency and the decimals of its amounts (SDR: as agreed). */
  currency: Currency,
  decimals: Decimals,
  rounding: Schema.Literal(...ROUNDINGS),
  /** Of other currencies than the agreement’s, each with the decimals that its amounts have. */
  rates: list(Rate, 200),
  tolerance: Schema.Struct({ line: Bound, total: Bound }),
  /** A net amount above this is approved by two persons. */
  twoPersonsOverMinor: Usage,
  /** What the period before left over: above zero, the partner owes it. */
  carriedMinor: Amount,
  /** What the two sides settle by: statements of records (TAP, CIBER), or usage reports (BCE), by the month. Left out: records. */
  mechanism: Schema.optionalWith(Schema.Literal('tap', 'bce'), { exact: true }),
};
/** What the period's end is worked out by: the version of the agreement that holds on the period's last day. */
export const EndRules = Schema.Struct({
  direction: Direction,
  /** `CHNCM-HKGPP`, and its revision in force. */
  agreement: Id,
  revision: Count,
  terms: EndTerms,
});
/** A step of a line of the period's end; amounts and percentages are exact decimal strings in the line's currency. */
const EndStep = Schema.Struct({
  kind: Schema.Literal('discount', 'shortfall', 'rounding'),
  /** Of the discount or commitment; of a rounding, how. */
  name: Schema.String,
  /** Of a discount: what is discounted, and by how much. */
  parts: Schema.Array(Schema.Struct({ base: Schema.String, percent: Schema.String })),
  /** Of a shortfall: what was committed to. */
  committed: Schema.NullOr(Schema.String),
  amount: Schema.String,
});
const LineEnd = Schema.Struct({
  agreement: Id,
  revision: Count,
  version: Count,
  /** Add up to the line's amount. */
  steps: Schema.Array(EndStep),
});
const what = { direction: Direction, service: Schema.Literal(...STATEMENT_SERVICES), adjustment: Schema.Boolean };
const SumLine = Schema.Struct({ ...what, service: Service, currency: Currency, decimals: Decimals, ...measures });
export const StatementLine = Schema.Struct({
  ...what,
  currency: Currency,
  decimals: Decimals,
  ...measures,
  rate: Schema.String,
  /** In the agreement's currency; exact = convertedMinor + restNumerator / restDenominator. */
  convertedMinor: Amount,
  restNumerator: Amount,
  restDenominator: Amount,
  /** Of the period's end alone: by which rules, and step by step. */
  end: Schema.optionalWith(LineEnd, { exact: true }),
});
export const Statement = Schema.Struct({
  partner: Tadig,
  agreement: Id,
  from: Day,
  to: Day,
  currency: Currency,
  decimals: Decimals,
  rounding: Schema.Literal(...ROUNDINGS),
  lines: Schema.Array(StatementLine),
  inboundMinor: Amount,
  outboundMinor: Amount,
  carriedMinor: Amount,
  /** inbound + carried − outbound: above zero, the partner pays. */
  netMinor: Amount,
  drawnAtMs: Count,
  revision: Count,
});
const TheirLine = Schema.Struct({ ...what, amountMinor: Amount });
export const Difference = Schema.Struct({
  ...what,
  oursMinor: Amount,
  theirsMinor: Amount,
  differenceMinor: Amount,
  tolerated: Schema.Boolean,
});
export const Comparison = Schema.Struct({
  lines: Schema.Array(Difference),
  oursNetMinor: Amount,
  theirsNetMinor: Amount,
  totalTolerated: Schema.Boolean,
  tolerated: Schema.Boolean,
});
/** What the newest detail of the partner has come to, where the agreement settles reconciled records alone (seed 002 §2.2.2). */
export const Reconciled = Schema.Struct({
  /** Name of that file; null: none was compared. */
  detail: Schema.NullOr(Schema.String.pipe(Schema.maxLength(400))),
  /** Records that differ by more than is tolerated, and that no case has settled; lines that cannot be read count, too. */
  open: Count,
  /** Some of them, the first ones. */
  first: list(Schema.Struct({ file: Schema.String.pipe(Schema.maxLength(40)), record: Count }), 10),
});
const Approval = Schema.Struct({
  by: Schema.String,
  atMs: Count,
  despite: Schema.NullOr(Reason),
  /** Cases that nobody had settled then. */
  openCases: Schema.optionalWith(list(Id, 100), { exact: true }),
  /** Where it was approved though records are not reconciled. */
  unreconciled: Schema.optionalWith(Reconciled, { exact: true }),
});
const Instruction = Schema.Struct({
  id: Id,
  kind: Schema.Literal('invoice', 'payment'),
  currency: Currency,
  amountMinor: Usage,
  due: Day,
});
const Confirmation = Schema.Struct({ id: Id, currency: Currency, amountMinor: Schema.PositiveBigInt, on: Day });

export const STAGES = ['open', 'drawn', 'rejected', 'approving', 'approved', 'instructed', 'paid', 'closed'] as const;
export const Stage = Schema.Literal(...STAGES);

export const periodCommands = {
  /** Once; with other terms it is refused. */
  Open: Schema.Struct(terms),
  /** Of a currency that a day has brought and the terms do not name; by finance, while days are added. */
  AddRate: Schema.Struct({ ...Rate.fields }),
  /** A closed day of a book. `book` names it: a large partner has several. */
  AddDay: Schema.Struct({ book: Id, day: Day, lines: list(SumLine, 5_000) }),
  /** Every day of each of these books must have been added. */
  Draw: Schema.Struct({
    books: list(Id, 100).pipe(Schema.minItems(1)),
    /** Of each direction that has any. */
    rules: Schema.optionalWith(list(EndRules, DIRECTIONS.length), { default: () => [] }),
    /** Where the agreement settles reconciled records alone: by how much a record’s fee may differ. */
    reconciled: Schema.optionalWith(Bound, { exact: true }),
  }),
  /** The partner's own statement, in the agreement's currency. */
  Compare: Schema.Struct({ lines: list(TheirLine, 5_000), netMinor: Amount }),
  /** By finance. `despite`: why, when there is no tolerated comparison, or a case is open. */
  Approve: Schema.Struct({
    despite: Schema.NullOr(Reason),
    /** Of the period’s days, by their ids. */
    openCases: Schema.optionalWith(list(Id, 100), { exact: true }),
    /** Where records must be reconciled; left out: nobody has looked, so they are not. */
    reconciliation: Schema.optionalWith(Reconciled, { exact: true }),
  }),
  Reject: Schema.Struct({ reason: Reason }),
  /** Back to open days: allowed until an instruction has gone out. */
  Reopen: Schema.Struct({ reason: Reason }),
  Instruct: Schema.Struct({ id: Id, due: Day }),
  /** Money that has moved; part of it, or more than was asked for. */
  Confirm: Schema.Struct({ ...Confirmation.fields }),
  Close: Schema.Struct({}),
};
export const PeriodTerms = Schema.Struct(terms);
export const PeriodState = Schema.Struct({
  terms: PeriodTerms,
  stage: Stage,
  revision: Count,
  days: Schema.Array(Schema.Struct({ book: Id, day: Day, digest: Schema.String })),
  sums: Schema.Array(SumLine),
  statement: Schema.NullOr(Statement),
  /** As the agreement had it when the statement was drawn: records must be reconciled within this. */
  reconciled: Schema.optionalWith(Bound, { exact: true }),
  comparison: Schema.NullOr(Comparison),
  approvals: Schema.Array(Approval),
  reason: Schema.NullOr(Reason),
  instruction: Schema.NullOr(Instruction),
  confirmations: Schema.Array(Confirmation),
});
export const PeriodReply = Schema.Struct({
  changed: Schema.Boolean,
  stage: Stage,
  netMinor: Schema.NullOr(Amount),
  tolerated: Schema.NullOr(Schema.Boolean),
  /** Still to be paid; zero when all is, below zero when too much was. */
  outstandingMinor: Schema.NullOr(Amount),
});
export const PeriodEvent = Schema.Union(
  Schema.TaggedStruct('PeriodOpened', terms),
  Schema.TaggedStruct('RateAdded', { ...Rate.fields, by: Schema.String, atMs: Count }),
  Schema.TaggedStruct('DayAdded', { book: Id, day: Day, digest: Schema.String, lines: Schema.Array(SumLine) }),
  Schema.TaggedStruct('Drawn', { statement: Statement, reconciled: Schema.optionalWith(Bound, { exact: true }) }),
  Schema.TaggedStruct('Compared', { comparison: Comparison }),
  Schema.TaggedStruct('Approved', { ...Approval.fields, final: Schema.Boolean }),
  Schema.TaggedStruct('Rejected', { by: Schema.String, atMs: Count, reason: Reason }),
  Schema.TaggedStruct('Reopened', { by: Schema.String, atMs: Count, reason: Reason }),
  Schema.TaggedStruct('Instructed', { ...Instruction.fields, by: Schema.String, atMs: Count }),
  Schema.TaggedStruct('Confirmed', { ...Confirmation.fields, settled: Schema.Boolean }),
  Schema.TaggedStruct('PeriodClosed', { atMs: Count, creditMinor: Amount }),
);

export type BookLine = Schema.Schema.Type<typeof BookLine>;
export type Entry = Schema.Schema.Type<typeof Entry>;
export type BookDay = Schema.Schema.Type<typeof BookDay>;
export type BooksState = Schema.Schema.Type<typeof BooksState>;
export type BooksReply = Schema.Schema.Type<typeof BooksReply>;
export type BooksEvent = Schema.Schema.Type<typeof BooksEvent>;
export type BooksCommand = CommandsOf<typeof booksCommands>;
export type SumLine = Schema.Schema.Type<typeof SumLine>;
export type EndRules = Schema.Schema.Type<typeof EndRules>;
export type EndStep = Schema.Schema.Type<typeof EndStep>;
export type PeriodTerms = Schema.Schema.Type<typeof PeriodTerms>;
export type Statement = Schema.Schema.Type<typeof Statement>;
export type StatementLine = Schema.Schema.Type<typeof StatementLine>;
export type TheirLine = Schema.Schema.Type<typeof TheirLine>;
export type Difference = Schema.Schema.Type<typeof Difference>;
export type Comparison = Schema.Schema.Type<typeof Comparison>;
export type Reconciled = Schema.Schema.Type<typeof Reconciled>;
export type PeriodState = Schema.Schema.Type<typeof PeriodState>;
export type PeriodReply = Schema.Schema.Type<typeof PeriodReply>;
export type PeriodEvent = Schema.Schema.Type<typeof PeriodEvent>;
export type PeriodCommand = CommandsOf<typeof periodCommands>;
