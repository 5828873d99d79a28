import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Code, Count, FileName, FileRef, Problem, Problems, Reason, Sm3 } from '../../sim/schema.ts';
import { Tadig } from '../rating/schema.ts';
import { RevisionNumber } from '../terms/schema.ts';

/**
 * The words of partners' files on their way in (seed 002 §3.2.2): a file known by its content, and the register of a
 * partner's sequence numbers. Limits are here, so that no state and no message grows without one.
 */

export const IMPORT_LIMITS = {
  /** Records of one file: what is kept of them while it is imported is some 70 bytes each. */
  records: 4_000_000,
  /** Numbers of a partner's series that are waited for, as ranges. */
  missing: 1_000,
  /** Files of a series whose content is remembered. */
  remembered: 5_000,
} as const;

/** `planned`: every record has its fate. `charged`: subscribers have been posted to. `done`: the books, too. */
export const ImportStatus = Schema.Literal('received', 'planned', 'charged', 'done', 'quarantined', 'discarded');
export const ImportSource = Schema.Literal('poll', 'upload');
/** What a file is: usage, word that there was none, records of ours that come back, or word that those of theirs have come. */
export const ImportKind = Schema.Literal('transfer', 'notification', 'returns', 'acknowledgement');
/** Each is numbered for itself; an acknowledgement has the number of our RAP file. */
const Series = Schema.Literal('charging', 'test', 'returns', 'acknowledgements', 'ciber', 'ciberReturns', 'nrtrde');
/** Of TAP up to 99999, of NRTRDE up to 9999999; the register knows where each begins again. */
const Sequence = Schema.Int.pipe(Schema.between(1, 9_999_999));
const Currency = Schema.String.pipe(Schema.pattern(/^[A-Z]{3}$/, { description: 'a currency of three letters' }));

/** in = rated + rejected + duplicate + quarantined (spec `roaming`). Of NRTRDE a record that was observed counts as rated. */
const audit = { in: Count, rated: Count, rejected: Count, duplicate: Count, quarantined: Count };
export const AuditLine = Schema.Struct(audit);

const about = {
  kind: ImportKind,
  /** As the file says: `TAP-0312`. */
  format: Code,
  series: Series,
  sequence: Sequence,
  currency: Schema.NullOr(Currency),
  /** Of the file's charges. */
  decimals: Count,
};
const sums = {
  /** What the partner charges for the rated records, and what the agreement says, before discounts, in units of 10^-decimals. */
  chargedMinor: Schema.BigInt,
  agreedMinor: Schema.BigInt,
  /** Rated records whose charge is another than the agreement's. */
  priceDiffers: Count,
};

/** Revisions by which a partner's file is priced: of the agreement, and of the plan. */
const PartnerTermsUsed = Schema.Struct({ agreement: RevisionNumber, plan: RevisionNumber });
/** By which a file of our own network is: of the agreement with each home operator that it has visitors of. */
const VisitorTermsUsed = Schema.Struct({ visitors: Schema.Record({ key: Tadig, value: RevisionNumber }) });
export const TermsUsed = Schema.Union(PartnerTermsUsed, VisitorTermsUsed);

export const importCommands = {
  /** The same bytes again: nothing is to be done; another name is noted. */
  Receive: Schema.Struct({ name: FileName, ref: FileRef, source: ImportSource }),
  /** How far reading has come, for whoever looks. */
  Progress: Schema.Struct({ records: Count }),
  /** Every record has its fate, which stays as it is. Once. */
  Plan: Schema.Struct({
    ...about,
    ...audit,
    ...sums,
    warnings: Problems,
    warningCount: Count,
    plan: FileRef,
    /** None where no revision counts: of returns. */
    terms: Schema.optional(TermsUsed),
  }),
  /** Subscribers have been posted to; those who refused left their records in quarantine. Once. */
  Charge: Schema.Struct({ ...audit, ...sums, plan: FileRef }),
  /** The books have the file: what became of the records is compared with what was planned. */
  Finish: Schema.Struct(audit),
  Quarantine: Schema.Struct({ problems: Problems.pipe(Schema.minItems(1)), problemCount: Count }),
  /** A person has looked at it: it is read again. */
  Release: Schema.Struct({ note: Reason }),
  Discard: Schema.Struct({ reason: Reason }),
  /** The RAP file, or return batch, with the records that go back has been sent. Once. */
  RecordReturn: Schema.Struct({ file: FileRef }),
  /** A person has settled a record of the quarantine; by its number in the file, once. */
  Settle: Schema.Struct({ record: Count, as: Schema.Literal('rated', 'rejected') }),
};

export const ImportState = Schema.Struct({
  partner: Tadig,
  name: FileName,
  otherNames: Schema.Array(FileName),
  deliveries: Count,
  ref: FileRef,
  source: ImportSource,
  status: ImportStatus,
  attempt: Count,
  about: Schema.NullOr(Schema.Struct(about)),
  /** Read so far; once planned, all. */
  records: Count,
  audit: Schema.NullOr(AuditLine),
  sums: Schema.NullOr(Schema.Struct(sums)),
  /** What became of each record, for the import itself. */
  plan: Schema.NullOr(FileRef),
  /** By which its records were priced, once and for all. Null before it is planned, and of what was planned before they were kept. */
  terms: Schema.NullOr(TermsUsed),
  warnings: Schema.Array(Problem),
  warningCount: Count,
  problems: Schema.Array(Problem),
  problemCount: Count,
  /** Records of the quarantine that a person has settled. */
  settled: Schema.Array(Count),
  /** The RAP file or return batch that was sent. */
  returned: Schema.NullOr(FileRef),
  note: Schema.NullOr(Schema.String),
  receivedAtMs: Count,
  endedAtMs: Schema.NullOr(Count),
});
export const ImportReply = Schema.Struct({
  changed: Schema.Boolean,
  status: ImportStatus,
  /** 1, and one more after each release from quarantine. */
  attempt: Count,
});
export const ImportEvent = Schema.Union(
  Schema.TaggedStruct('Received', {
    partner: Tadig,
    name: FileName,
    ref: FileRef,
    source: ImportSource,
    atMs: Count,
  }),
  Schema.TaggedStruct('DeliveredAgain', { name: FileName }),
  Schema.TaggedStruct('Progressed', { records: Count }),
  Schema.TaggedStruct('Planned', {
    ...about,
    ...audit,
    ...sums,
    warnings: Problems,
    warningCount: Count,
    plan: FileRef,
    terms: Schema.optional(TermsUsed),
  }),
  Schema.TaggedStruct('Charged', { ...audit, ...sums, plan: FileRef }),
  Schema.TaggedStruct('Finished', { atMs: Count }),
  Schema.TaggedStruct('Quarantined', { problems: Problems, problemCount: Count }),
  Schema.TaggedStruct('Released', { note: Reason }),
  Schema.TaggedStruct('Discarded', { reason: Reason, atMs: Count }),
  Schema.TaggedStruct('Returned', { file: FileRef }),
  Schema.TaggedStruct('Settled', { record: Count, as: Schema.Literal('rated', 'rejected') }),
);

/** A range of sequence numbers, both counted. */
const Missing = Schema.Struct({ series: Series, from: Sequence, to: Sequence });
/** A RAP file, or return batch, of ours to the partner, for one of its files. */
const Return = Schema.Struct({ sm3: Sm3, sequence: Sequence, atMs: Count });
const Known = Schema.Struct({ series: Series, sequence: Sequence, sm3: Sm3 });

export const registerCommands = {
  /** The number is this file's, and its records may be compared with those of earlier files: one file at a time. */
  Claim: Schema.Struct({ series: Series, sequence: Sequence, sm3: Sm3 }),
  /** The file's records are known, or it has been kept out: the next file may be compared. */
  Release: Schema.Struct({ sm3: Sm3 }),
  /** The number of the RAP file, or of the return batch, that returns records of this file; the same one whenever it is asked. */
  NumberReturn: Schema.Struct({ sm3: Sm3, series: Schema.optional(Schema.Literal('returns', 'ciberReturns')) }),
};
export const RegisterState = Schema.Struct({
  /** The newest number of each series. */
  newest: Schema.Array(Schema.Struct({ series: Series, sequence: Sequence })),
  missing: Schema.Array(Missing),
  known: Schema.Array(Known),
  /** The file whose records are being compared. */
  turn: Schema.NullOr(Sm3),
  returns: Schema.Array(Return),
});
export const RegisterReply = Schema.Struct({
  changed: Schema.Boolean,
  /** Numbers between the newest one before and this one; told to a person, not refused. */
  gap: Count,
  /** Of `NumberReturn` alone. */
  return: Schema.NullOr(Return),
});
export const RegisterEvent = Schema.Union(
  Schema.TaggedStruct('Claimed', { ...Known.fields, gap: Count }),
  Schema.TaggedStruct('TurnTaken', { sm3: Sm3 }),
  Schema.TaggedStruct('TurnEnded', { sm3: Sm3 }),
  Schema.TaggedStruct('ReturnNumbered', { ...Return.fields }),
);

export type PartnerTermsUsed = Schema.Schema.Type<typeof PartnerTermsUsed>;
export type TermsUsed = Schema.Schema.Type<typeof TermsUsed>;
export type AuditLine = Schema.Schema.Type<typeof AuditLine>;
export type ImportStatus = Schema.Schema.Type<typeof ImportStatus>;
export type ImportCommand = CommandsOf<typeof importCommands>;
export type ImportState = Schema.Schema.Type<typeof ImportState>;
export type ImportReply = Schema.Schema.Type<typeof ImportReply>;
export type ImportEvent = Schema.Schema.Type<typeof ImportEvent>;
export type ImportKind = Schema.Schema.Type<typeof ImportKind>;
export type Series = Schema.Schema.Type<typeof Series>;
export type RegisterCommand = CommandsOf<typeof registerCommands>;
export type RegisterState = Schema.Schema.Type<typeof RegisterState>;
export type RegisterReply = Schema.Schema.Type<typeof RegisterReply>;
export type RegisterEvent = Schema.Schema.Type<typeof RegisterEvent>;
