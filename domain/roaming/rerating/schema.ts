import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Count, Reason } from '../../sim/schema.ts';
import { Day, Service, Tadig } from '../rating/schema.ts';
import { RevisionNumber } from '../terms/schema.ts';

/**
 * The words of re-rating (seed 002 §3.1.1): usage of a period priced anew by another revision of agreement or plan, and the
 * differences posted as adjustments. Nothing that was posted is changed.
 */

export const RERATING_LIMITS = {
  /** A subscriber's account takes no posting that is further back. */
  days: 92,
  /** Of a partner that its actor remembers. */
  remembered: 200,
  /** Postings that were refused, told by name; they go with each heartbeat. */
  refused: 20,
} as const;

export const ReratingId = Schema.String.pipe(
  Schema.pattern(/^v[0-9a-f]{16}$/, { description: 'v and 16 digits of hex' }),
);
const Minor = Schema.BigInt;

/** What a service cost before, and costs by the other revision: between operators (before discounts), or at retail. */
export const TotalLine = Schema.Struct({
  side: Schema.Literal('wholesale', 'retail'),
  service: Service,
  currency: Schema.String,
  decimals: Count,
  records: Count,
  changed: Count,
  beforeMinor: Minor,
  afterMinor: Minor,
});
export const Totals = Schema.Struct({
  /** Of the period. */
  records: Count,
  lines: Schema.Array(TotalLine),
  /** The partner charged them otherwise than was agreed then: a matter between operators. */
  disputed: Count,
  /** The other revision has no price for them, or one in another currency. */
  unpriced: Count,
});
export const Refused = Schema.Struct({
  /** Key of the subscriber. */
  subscriber: Schema.String,
  code: Schema.String,
  amountMinor: Minor,
});

const wanted = {
  /** `outbound`: our subscribers in the partner's network. `inbound`: the partner's in ours. */
  roaming: Schema.Literal('outbound', 'inbound'),
  /** Both counted, by the visited network's calendar. */
  from: Day,
  to: Day,
  /** Revisions that hold instead; null: that side keeps its prices. */
  agreement: Schema.NullOr(RevisionNumber),
  plan: Schema.NullOr(RevisionNumber),
  reason: Reason,
};
export const Wanted = Schema.Struct(wanted);
const id = { rerating: ReratingId };

export const reratingCommands = {
  /** One at a time of a partner. The same id again changes nothing. */
  Start: Schema.Struct({ ...id, ...wanted }),
  /** What it would come to. Once. */
  Preview: Schema.Struct({ ...id, totals: Totals }),
  /** By another person than the one who started it. */
  Approve: Schema.Struct(id),
  Reject: Schema.Struct({ ...id, reason: Reason }),
  /** Everything is posted; `refused`: the first that accounts did not take. */
  Finish: Schema.Struct({ ...id, totals: Totals, refused: Schema.Array(Refused), refusedCount: Count }),
  /** Posting, or taking back, has failed for good: a person decides how it goes on. */
  Stall: Schema.Struct({ ...id, code: Schema.String, message: Schema.String }),
  /** Of an approved one that is stalled: what was posted of it is taken back. Again, where taking back has stalled. */
  Withdraw: Schema.Struct({ ...id, reason: Reason }),
  /** Everything is taken back; `refused`: the first that accounts did not give back. */
  TakenBack: Schema.Struct({ ...id, refused: Schema.Array(Refused), refusedCount: Count }),
  /** It cannot go on; nothing was posted. */
  Fail: Schema.Struct({ ...id, code: Schema.String, message: Schema.String }),
};

const By = Schema.Struct({ by: Schema.String, atMs: Count });
const Stalled = Schema.Struct({ code: Schema.String, message: Schema.String, atMs: Count });
export const ReratingStatus = Schema.Literal(
  ...(['previewing', 'previewed', 'approved', 'done', 'rejected', 'failed', 'withdrawing', 'withdrawn'] as const),
);
export const Rerating = Schema.Struct({
  ...id,
  ...wanted,
  status: ReratingStatus,
  started: By,
  preview: Schema.NullOr(Totals),
  decided: Schema.NullOr(By),
  posted: Schema.NullOr(Totals),
  refused: Schema.Array(Refused),
  refusedCount: Count,
  /** Why posting or taking back does not go on, until a person has it tried again. */
  stalled: Schema.optionalWith(Schema.NullOr(Stalled), { exact: true }),
  withdrawn: Schema.optionalWith(By, { exact: true }),
  /** Why it was rejected, failed or was withdrawn. */
  note: Schema.NullOr(Schema.String),
  endedAtMs: Schema.NullOr(Count),
});
export const ReratingsState = Schema.Struct({ partner: Tadig, reratings: Schema.Array(Rerating) });
export const ReratingReply = Schema.Struct({ changed: Schema.Boolean, status: ReratingStatus });

const by = { by: Schema.String, atMs: Count };
export const ReratingEvent = Schema.Union(
  Schema.TaggedStruct('Started', { partner: Tadig, ...id, ...wanted, ...by }),
  Schema.TaggedStruct('Previewed', { ...id, totals: Totals }),
  Schema.TaggedStruct('Approved', { ...id, ...by }),
  Schema.TaggedStruct('Rejected', { ...id, reason: Reason, ...by }),
  Schema.TaggedStruct('Finished', {
    ...id,
    totals: Totals,
    refused: Schema.Array(Refused),
    refusedCount: Count,
    atMs: Count,
  }),
  Schema.TaggedStruct('Stalled', { ...id, code: Schema.String, message: Schema.String, atMs: Count }),
  /** Tried again, as a person wants. */
  Schema.TaggedStruct('Resumed', { ...id, ...by }),
  Schema.TaggedStruct('Withdrawn', { ...id, reason: Reason, ...by }),
  Schema.TaggedStruct('TakenBack', { ...id, refused: Schema.Array(Refused), refusedCount: Count, atMs: Count }),
  Schema.TaggedStruct('Failed', { ...id, code: Schema.String, message: Schema.String, atMs: Count }),
);

export type TotalLine = Schema.Schema.Type<typeof TotalLine>;
export type Totals = Schema.Schema.Type<typeof Totals>;
export type Refused = Schema.Schema.Type<typeof Refused>;
export type Rerating = Schema.Schema.Type<typeof Rerating>;
export type ReratingsState = Schema.Schema.Type<typeof ReratingsState>;
export type ReratingReply = Schema.Schema.Type<typeof ReratingReply>;
export type ReratingEvent = Schema.Schema.Type<typeof ReratingEvent>;
export type ReratingCommand = CommandsOf<typeof reratingCommands>;
