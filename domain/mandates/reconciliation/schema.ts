import { Either, Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { ACCOUNT_KINDS } from '../identifiers.ts';
import {
  AccountNumber,
  AgreementNo,
  Amount,
  BankCode,
  Channel,
  Count,
  Msisdn,
  ProvinceCode,
  Reason,
  UserType,
} from '../schema.ts';

/**
 * The words of reconciliation (seed 003 part 3): a run holds a partner's file of a day or a month against ours, and
 * each difference that it finds is a thing of its own until it is settled.
 */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
const Sm3 = text(/^[0-9a-f]{64}$/, 'an SM3 hash, 64 lower-case hex digits');
/** Times in files: China time. */
const WallTime = text(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/, 'a time YYYY-MM-DDTHH:MM:SS');
export const FileRef = Schema.Struct({ id: Schema.String, name: Schema.String, bytes: Count, sm3: Sm3 });

export const Party = Schema.Literal('bank', 'province');
/** A day `2026-11-25` (what changed on it) or a month `2026-11` (all that stand at its end), in China. */
export const Period = text(
  /^\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?$/,
  'a day YYYY-MM-DD or a month YYYY-MM',
);
export const Scope = Schema.Struct({ party: Party, partner: Schema.Union(BankCode, ProvinceCode), period: Period });

// ── a relation as a line of a file ───────────────────────────────────────────────────────────────────────────────

export const FileRow = Schema.Struct({
  bank: BankCode,
  agreement: AgreementNo,
  number: Msisdn,
  accountKind: Schema.Literal(...ACCOUNT_KINDS),
  account: AccountNumber,
  province: ProvinceCode,
  channel: Channel,
  userType: UserType,
  thresholdMinor: Schema.NullOr(Amount),
  amountMinor: Schema.NullOr(Amount),
  automaticPayment: Schema.Boolean,
  state: Schema.Literal('formal', 'cancelled'),
  /** When it became formal. */
  begun: WallTime,
  changed: WallTime,
});

// ── differences, and the rules of what becomes of them ───────────────────────────────────────────────────────────

export const DifferenceClass = Schema.Literal(
  'missingHere',
  'missingThere',
  'state',
  'account',
  'terms',
  'duplicate',
  'late',
  'unreadable',
);
/** takeTheirs: our relation is brought to theirs; write: theirs is told by the error-handling file; wait: one day. */
export const Action = Schema.Literal('takeTheirs', 'keepOurs', 'write', 'queue', 'wait');
export const Rule = Schema.Struct({
  party: Party,
  /** A bank's or a province's code; `*`: all that have no rule of their own. */
  partner: Schema.String.pipe(Schema.minLength(1), Schema.maxLength(16)),
  class: DifferenceClass,
  action: Action,
  /** Days of periods to which it applies, both included; null: for ever. */
  from: text(/^\d{4}-\d{2}-\d{2}$/, 'a day YYYY-MM-DD'),
  to: Schema.NullOr(text(/^\d{4}-\d{2}-\d{2}$/, 'a day YYYY-MM-DD')),
});
export const Rules = Schema.Struct({
  rules: Schema.Array(Rule).pipe(Schema.maxItems(1_000)),
  /** A difference this close to the end of the day waits for the next one. */
  lateMinutes: Schema.Int.pipe(Schema.between(0, 720)),
  /** A run that finds more differences corrects nothing and is for a person. */
  most: Schema.Int.pipe(Schema.between(1, 200_000)),
});

/** The rules of a JSON text, or what is wrong with it. */
export const parseRules = (json: string): Rules | string =>
  Either.getOrElse(Schema.decodeUnknownEither(Schema.parseJson(Rules))(json), ({ message }) => message);

/** What the user is to be told: only where something began or ended for them. */
export const Text = Schema.NullOr(Schema.Literal('begun', 'ended'));
export const DifferenceStatus = Schema.Literal('open', 'queued', 'waiting', 'written', 'settled', 'dismissed');
export const Decision = Schema.Literal('takeTheirs', 'write', 'dismiss');

const found = {
  /** Key of the run. */
  run: Schema.String,
  scope: Scope,
  class: DifferenceClass,
  /** Names of the columns that differ; of an unreadable line the one that is wrong. */
  columns: Schema.Array(Schema.String).pipe(Schema.maxItems(20)),
  /** Of an unreadable line: why it cannot be read. */
  code: Schema.NullOr(Schema.String),
  /** Lines in the files; 0: not there; below 0: carried over from an earlier day. */
  lineHere: Schema.Int,
  lineThere: Schema.Int,
  here: Schema.NullOr(FileRow),
  there: Schema.NullOr(FileRow),
  /** Pseudonym of the number: the key of its actor; null of a line that cannot be read. */
  numberKey: Schema.NullOr(Schema.String),
  ageDays: Count,
  action: Action,
  /** Why the action is another than the rule's, e.g. `NotInIncrement`; null: it is the rule's. */
  because: Schema.NullOr(Schema.String),
  text: Text,
};
export const Found = Schema.Struct(found);

export const differenceCommands = {
  Record: Found,
  /** What became of it: of a correction the relation's answer, of a written one the province's. */
  Settle: Schema.Struct({
    status: DifferenceStatus,
    outcome: Schema.NullOr(Schema.String.pipe(Schema.maxLength(100))),
  }),
  /** A person decides one that is queued. */
  Decide: Schema.Struct({ decision: Decision, note: Reason }),
};
export const DifferenceState = Schema.Struct({
  ...found,
  status: DifferenceStatus,
  /** The answer's word, code of a refusal, or what the province said. */
  outcome: Schema.NullOr(Schema.String),
  decided: Schema.NullOr(Schema.Struct({ decision: Decision, by: Schema.String, note: Reason, atMs: Count })),
  foundAtMs: Count,
  changedAtMs: Count,
});
export const DifferenceReply = Schema.Struct({ changed: Schema.Boolean, status: DifferenceStatus });
export const DifferenceEvent = Schema.Union(
  Schema.TaggedStruct('Found', { found: Found, atMs: Count }),
  Schema.TaggedStruct('Settled', { ...differenceCommands.Settle.fields, atMs: Count }),
  Schema.TaggedStruct('Decided', { decision: Decision, by: Schema.String, note: Reason, atMs: Count }),
);

// ── a run ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Relations that stood, by number: opening + opened − cancelled = closing. */
export const Balance = Schema.Struct({ opening: Count, opened: Count, cancelled: Count, closing: Count });
export const Problem = Schema.Struct({ line: Count, field: Schema.String, code: Schema.String, reason: Reason });
export const RunFile = Schema.Struct({
  ref: FileRef,
  names: Schema.Array(Schema.String),
  deliveries: Count,
  source: Schema.Literal('poll', 'hand'),
  status: Schema.Literal('received', 'counts', 'quarantined', 'discarded', 'replaced'),
  problems: Schema.Array(Problem),
  problemCount: Count,
  note: Schema.NullOr(Schema.String),
  receivedAtMs: Count,
});
/**
 * awaiting a file · missing at the deadline · received · compared · stopped (more differences than the rules allow) ·
 * sent (the error-handling file; a province's answer is awaited) · done.
 */
export const Stage = Schema.Literal('awaiting', 'missing', 'received', 'compared', 'stopped', 'sent', 'done');
/** Of the comparison: rows of each side, `pairs`, `equal`, and each class. */
export const Counts = Schema.Record({ key: Schema.String, value: Count });
export const Compared = Schema.Struct({
  ours: FileRef,
  report: FileRef,
  counts: Counts,
  differences: Count,
  /** Rows of a day that wait for the next one; null: none. */
  carriedHere: Schema.NullOr(FileRef),
  carriedThere: Schema.NullOr(FileRef),
  balanceHere: Balance,
  balanceThere: Balance,
  /** What does not add up: `TheirsDoesNotAddUp`, `OpeningDiffers`… */
  imbalances: Schema.Array(Schema.String).pipe(Schema.maxItems(10)),
  /** SM3 of the rules in force. */
  rules: Sm3,
});

export const runCommands = {
  Open: Scope,
  Receive: Schema.Struct({ ref: FileRef, source: Schema.Literal('poll', 'hand') }),
  /** Read to its end and fit: from now on it counts. */
  Accept: Schema.Struct({ sm3: Sm3 }),
  Quarantine: Schema.Struct({
    sm3: Sm3,
    problems: Schema.Array(Problem).pipe(Schema.minItems(1)),
    problemCount: Count,
  }),
  /** A person: to be read again, or to take the place of the one that counts. */
  Release: Schema.Struct({ sm3: Sm3, note: Reason }),
  Discard: Schema.Struct({ sm3: Sm3, note: Reason }),
  Miss: Schema.Struct({}),
  Compare: Compared,
  Stop: Schema.Struct({ outcomes: Counts }),
  /** How many differences came to which status, and the error-handling file of a province. */
  Correct: Schema.Struct({ outcomes: Counts, errorFile: Schema.NullOr(FileRef) }),
  /** The province's answer to it. */
  Answer: Schema.Struct({ ref: FileRef, outcomes: Counts }),
};
export const RunState = Schema.Struct({
  scope: Scope,
  stage: Stage,
  /** One more each time another file counts. */
  attempt: Count,
  files: Schema.Array(RunFile),
  compared: Schema.NullOr(Compared),
  outcomes: Counts,
  errorFile: Schema.NullOr(FileRef),
  answer: Schema.NullOr(Schema.Struct({ ref: FileRef, outcomes: Counts })),
  openedAtMs: Count,
  changedAtMs: Count,
});
export const RunReply = Schema.Struct({
  changed: Schema.Boolean,
  stage: Stage,
  /** Of the file that the command was about. */
  file: Schema.NullOr(RunFile.fields.status),
  attempt: Count,
});
const at = { atMs: Count };
export const RunEvent = Schema.Union(
  Schema.TaggedStruct('Opened', { scope: Scope, ...at }),
  Schema.TaggedStruct('Received', { ...runCommands.Receive.fields, ...at }),
  Schema.TaggedStruct('DeliveredAgain', { sm3: Sm3, name: Schema.String, ...at }),
  Schema.TaggedStruct('Accepted', { sm3: Sm3, ...at }),
  Schema.TaggedStruct('Quarantined', { ...runCommands.Quarantine.fields, ...at }),
  Schema.TaggedStruct('Released', { sm3: Sm3, by: Schema.String, note: Reason, ...at }),
  Schema.TaggedStruct('Discarded', { sm3: Sm3, by: Schema.String, note: Reason, ...at }),
  Schema.TaggedStruct('Missed', at),
  Schema.TaggedStruct('Compared', { compared: Compared, ...at }),
  Schema.TaggedStruct('Stopped', { outcomes: Counts, ...at }),
  Schema.TaggedStruct('Corrected', { ...runCommands.Correct.fields, ...at }),
  Schema.TaggedStruct('Answered', { ...runCommands.Answer.fields, ...at }),
);

export type FileRef = Schema.Schema.Type<typeof FileRef>;
export type Party = Schema.Schema.Type<typeof Party>;
export type Scope = Schema.Schema.Type<typeof Scope>;
export type FileRow = Schema.Schema.Type<typeof FileRow>;
export type DifferenceClass = Schema.Schema.Type<typeof DifferenceClass>;
export type Action = Schema.Schema.Type<typeof Action>;
export type Rules = Schema.Schema.Type<typeof Rules>;
export type Found = Schema.Schema.Type<typeof Found>;
export type DifferenceStatus = Schema.Schema.Type<typeof DifferenceStatus>;
export type Decision = Schema.Schema.Type<typeof Decision>;
export type DifferenceState = Schema.Schema.Type<typeof DifferenceState>;
export type DifferenceReply = Schema.Schema.Type<typeof DifferenceReply>;
export type DifferenceEvent = Schema.Schema.Type<typeof DifferenceEvent>;
export type DifferenceCommand = CommandsOf<typeof differenceCommands>;
export type Balance = Schema.Schema.Type<typeof Balance>;
export type Problem = Schema.Schema.Type<typeof Problem>;
export type RunFile = Schema.Schema.Type<typeof RunFile>;
export type Stage = Schema.Schema.Type<typeof Stage>;
export type Counts = Schema.Schema.Type<typeof Counts>;
export type Compared = Schema.Schema.Type<typeof Compared>;
export type RunState = Schema.Schema.Type<typeof RunState>;
export type RunReply = Schema.Schema.Type<typeof RunReply>;
export type RunEvent = Schema.Schema.Type<typeof RunEvent>;
export type RunCommand = CommandsOf<typeof runCommands>;
