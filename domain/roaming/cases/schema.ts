import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Count, Reason } from '../../sim/schema.ts';
import { Service, Tadig } from '../rating/schema.ts';
import { Day, Id } from '../settlement/schema.ts';

/**
 * Cases of clearing (seed 002 §2.2.2, §3.2.3, §3.3.1): one record that differs between the partner's detail and ours, a fee that
 * finance holds to be wrong, or something that a month's checks have found; each until a person has settled it.
 */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
const Minor = Schema.BigInt;

export const CASE_KINDS = ['difference', 'fee', 'finding'] as const;
/** `posting`: approved, on its way into the books. */
export const CASE_STATUSES = ['open', 'taken', 'proposed', 'posting', 'resolved'] as const;
/** Of a fee or a finding `ours` means that what is booked is right, `theirs` that it is not. */
export const RESOLUTIONS = ['ours', 'theirs', 'writtenOff'] as const;
export const CASE_LIMITS = { records: 50, openCases: 100 } as const;

export const CaseKind = Schema.Literal(...CASE_KINDS);
export const CaseStatus = Schema.Literal(...CASE_STATUSES);
export const Resolution = Schema.Literal(...RESOLUTIONS);
export const CaseId = text(/^c[0-9a-f]{16}$/, 'c and 16 digits of hex');
/** `<sm3 of the file>.<record>`, as lists of usage name it. */
export const UsageId = text(/^[0-9a-f]{64}\.[0-9]{1,8}$/, 'SM3 of the file, a point, the record');
export const TapFileName = text(/^[A-Za-z0-9_.-]{1,40}$/, 'the name of a TAP file');

/** One side's line of a record. */
export const DetailLine = Schema.Struct({
  service: Schema.String,
  /** UTC, `2026-10-05T08:15:30`. */
  at: Schema.String,
  /** Seconds, messages or bytes. */
  usage: Minor,
  currency: Schema.String,
  /** With the decimals of the file. */
  amountMinor: Minor,
  status: Schema.Literal('AGREED', 'REJECTED', 'DISPUTED'),
});

export const CaseOrigin = Schema.Union(
  Schema.Struct({
    kind: Schema.Literal('difference'),
    agreement: Id,
    from: Day,
    file: TapFileName,
    record: Count,
    /** As matching classed it, one or several. */
    classes: Schema.Array(Schema.String),
    /** Null where that side does not have it. */
    ours: Schema.NullOr(DetailLine),
    theirs: Schema.NullOr(DetailLine),
  }),
  Schema.Struct({
    kind: Schema.Literal('fee'),
    day: Day,
    /** Our id of the user. */
    user: Id,
    service: Schema.NullOr(Service),
  }),
  Schema.Struct({
    kind: Schema.Literal('finding'),
    month: Schema.String,
    /** `DoubleCharged`, `OutOfRange`, …: what the check is called. */
    finding: Schema.String,
    day: Day,
    /** Of a charge that came twice: where it was booked again, whose it is and what it was. */
    booked: Schema.NullOr(Day),
    number: Schema.NullOr(Schema.String),
    service: Schema.NullOr(Service),
    currency: Schema.NullOr(Schema.String),
    amountMinor: Schema.NullOr(Minor),
    /** Of a day that is out of range: the median day's. */
    medianMinor: Schema.NullOr(Minor),
  }),
);

/** Seconds, messages or bytes, and the session that says so. */
export const Measured = Schema.Struct({ usage: Minor, monitor: Tadig, session: UsageId });

const Done = Schema.Struct({ by: Schema.String, atMs: Count });
export const Proposal = Schema.Struct({
  resolution: Resolution,
  reason: Reason,
  /** What the books are adjusted by, or what is written off: above zero we owe more. In the decimals of the record's file. */
  amountMinor: Minor,
  /** Whose record is adjusted; null where no money moves. */
  record: Schema.NullOr(UsageId),
  /** Of a difference: the usage that is held to be true, as a monitor has measured it. */
  measured: Schema.optionalWith(Measured, { exact: true }),
  ...Done.fields,
});
/** How a difference was settled before a newer detail brought other amounts. */
export const SettledBefore = Schema.Struct({
  origin: CaseOrigin,
  proposal: Proposal,
  approved: Schema.NullOr(Done),
  resolvedAtMs: Schema.NullOr(Count),
});
export const CaseState = Schema.Struct({
  partner: Tadig,
  /** The period, day or month that it belongs to. */
  of: Schema.String,
  origin: CaseOrigin,
  status: CaseStatus,
  reason: Reason,
  opened: Done,
  /** Who works on it. */
  taken: Schema.NullOr(Done),
  proposal: Schema.NullOr(Proposal),
  approved: Schema.NullOr(Done),
  /** Why it came back to the one who works on it: a person's reason, or the code of what refused to be booked. */
  returned: Schema.NullOr(Schema.String),
  resolvedAtMs: Schema.NullOr(Count),
  /** The oldest first; what they have booked stays booked. */
  earlier: Schema.optionalWith(Schema.Array(SettledBefore), { exact: true }),
});

const proposed = {
  resolution: Resolution,
  reason: Reason,
  /** Of a difference it is worked out from both lines. */
  amountMinor: Schema.NullOr(Minor),
  record: Schema.NullOr(UsageId),
  measured: Schema.optionalWith(Measured, { exact: true }),
};
export const caseCommands = {
  /** Once; again it changes nothing. */
  Open: Schema.Struct({ partner: Tadig, of: Schema.String, origin: CaseOrigin, reason: Reason }),
  /** A difference as a newer detail has it. What was settled by other amounts opens again. */
  Renew: Schema.Struct({ origin: CaseOrigin }),
  /** By whoever works on it; also from a colleague. */
  Take: Schema.Struct({}),
  Propose: Schema.Struct(proposed),
  /** By a second person. */
  Approve: Schema.Struct({}),
  Return: Schema.Struct({ reason: Reason }),
  /** The books have the adjustment, or do not take it. */
  Posted: Schema.Struct({}),
  Unposted: Schema.Struct({ code: Schema.String }),
};
export const CaseReply = Schema.Struct({ changed: Schema.Boolean, status: CaseStatus });
const did = { by: Schema.String, atMs: Count };
export const CaseEvent = Schema.Union(
  Schema.TaggedStruct('CaseOpened', { partner: Tadig, of: Schema.String, origin: CaseOrigin, reason: Reason, ...did }),
  /** `reopened`: it was resolved. */
  Schema.TaggedStruct('CaseRenewed', { origin: CaseOrigin, reopened: Schema.Boolean, ...did }),
  Schema.TaggedStruct('CaseTaken', did),
  /** `final`: no money moves, so it is resolved. */
  Schema.TaggedStruct('ResolutionProposed', { ...Proposal.fields, final: Schema.Boolean }),
  /** `posts`: the books are to be adjusted. */
  Schema.TaggedStruct('ResolutionApproved', { ...did, posts: Schema.Boolean }),
  Schema.TaggedStruct('CaseReturned', { ...did, reason: Schema.String }),
  Schema.TaggedStruct('AdjustmentPosted', { atMs: Count }),
);

export type CaseKind = typeof CaseKind.Type;
export type CaseStatus = typeof CaseStatus.Type;
export type Resolution = typeof Resolution.Type;
export type SettledBefore = typeof SettledBefore.Type;
export type DetailLine = typeof DetailLine.Type;
export type CaseOrigin = typeof CaseOrigin.Type;
export type CaseState = typeof CaseState.Type;
export type CaseReply = typeof CaseReply.Type;
export type CaseEvent = typeof CaseEvent.Type;
export type CaseCommand = CommandsOf<typeof caseCommands>;
