import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Count, FileRef, Reason } from '../../sim/schema.ts';

/**
 * The words of terms as data (seed 002 §2.1.3, §3.1.1): a document of terms is an agreement between two networks, a plan of what
 * subscribers pay, what is known of a partner, of any operator, of a department or an element of ours; it has revisions, each whole and never changed, one of them in force.
 */

export const TERMS_LIMITS = { revisions: 1_000 } as const;

export const TermsKind = Schema.Literal('agreement', 'plan', 'partner', 'operator', 'department', 'element');
/** Of an agreement `CHNCM-HKGPP`, whose subscribers and where; of a plan its id; of a partner or an operator its TADIG code; of a department or an element its code. */
export const TermsName = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, { description: 'a name of 1–32 letters, digits, . _ -' }),
);
/** 1 is the first. */
export const RevisionNumber = Schema.Int.pipe(Schema.between(1, TERMS_LIMITS.revisions));

export const termsCommands = {
  /** The first revision, as the node's settings have it: in force at once. Changes nothing when any revision is known. */
  Load: Schema.Struct({ document: FileRef }),
  /** By one person. The same document again while it is proposed changes nothing. */
  Propose: Schema.Struct({ document: FileRef, note: Reason }),
  /** By another person: it is in force from now on. */
  Approve: Schema.Struct({ revision: RevisionNumber }),
  /** By anybody who may propose, also who has proposed it. */
  Reject: Schema.Struct({ revision: RevisionNumber, reason: Reason }),
};

const Decided = Schema.Struct({ by: Schema.String, atMs: Count });
export const Revision = Schema.Struct({
  revision: RevisionNumber,
  status: Schema.Literal('proposed', 'approved', 'rejected'),
  /** The document as JSON, in the file store. */
  document: FileRef,
  note: Schema.String,
  proposed: Decided,
  decided: Schema.NullOr(Decided),
  /** Why it was rejected. */
  reason: Schema.NullOr(Reason),
});
export const TermsState = Schema.Struct({
  kind: TermsKind,
  name: TermsName,
  /** Null before one is approved. */
  inForce: Schema.NullOr(RevisionNumber),
  revisions: Schema.Array(Revision),
});
export const TermsReply = Schema.Struct({ changed: Schema.Boolean, revision: RevisionNumber });
export const TermsEvent = Schema.Union(
  Schema.TaggedStruct('Proposed', {
    kind: TermsKind,
    name: TermsName,
    document: FileRef,
    note: Schema.String,
    by: Schema.String,
    atMs: Count,
  }),
  Schema.TaggedStruct('Approved', { revision: RevisionNumber, by: Schema.String, atMs: Count }),
  Schema.TaggedStruct('Rejected', { revision: RevisionNumber, reason: Reason, by: Schema.String, atMs: Count }),
);

export type TermsKind = Schema.Schema.Type<typeof TermsKind>;
export type Revision = Schema.Schema.Type<typeof Revision>;
export type TermsState = Schema.Schema.Type<typeof TermsState>;
export type TermsReply = Schema.Schema.Type<typeof TermsReply>;
export type TermsEvent = Schema.Schema.Type<typeof TermsEvent>;
export type TermsCommand = CommandsOf<typeof termsCommands>;
