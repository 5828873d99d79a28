import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Count, FileRef } from '../../sim/schema.ts';

/**
 * The words of what goes out to a partner about its subscribers in our network (seed 002 §3.2.1): batches of priced records
 * that wait, and files that are numbered without a gap, per recipient and series. Every list has an upper limit.
 */

export const OUTGOING_LIMITS = {
  /** Batches that wait; more are refused until a file has gone. */
  waiting: 5_000,
  /** Batches of one file; what is left goes with the next. */
  batchesPerFile: 1_000,
  /** Records of one file, unless a single batch has more. */
  recordsPerFile: 1_000_000,
  /** Of a CIBER batch, which is made in memory. */
  recordsPerCiber: 100_000,
  /** Files that are remembered once they are sent, by series. */
  files: 1_000,
  /** Ids of batches that are remembered. */
  known: 10_000,
} as const;

/** `billing`: TAP or CIBER. `nrtrde`: near-real-time usage (TD.35). Each is numbered for itself. */
export const SERIES = ['billing', 'nrtrde'] as const;
export const Series = Schema.Literal(...SERIES);
const Id = Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9._:-]{1,128}$/, { description: 'an id of 1–128 characters' }));
/** `2026-11-26` of a billing file, `2026-11-26T10:15` of NRTRDE: a file is made once for each. */
const Occasion = Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?$/));
const Sequence = Schema.Int.pipe(Schema.between(1, 9_999_999));
/** As the agreement writes it: XDR, not SDR. */
const Currency = Schema.String.pipe(Schema.pattern(/^[A-Z]{3}$/));

export const OutgoingFormat = Schema.Literal('tap', 'ciber', 'nrtrde');

const batch = {
  /** Made of the file that brought the records: told again it counts once. */
  id: Id,
  /** Lines of JSON, each a `PricedEvent`. */
  ref: FileRef,
  records: Schema.Int.pipe(Schema.between(1, 4_000_000)),
  currency: Currency,
  decimals: Schema.Int.pipe(Schema.between(0, 6)),
  chargeMinor: Schema.BigInt,
  /** Number of the RAP file, or return batch, that returned these records, which are corrected now; null of records that go for the first time. */
  rap: Schema.NullOr(Sequence),
};
const Batch = Schema.Struct(batch);
const Waiting = Schema.Struct({ ...batch, series: Schema.Array(Series) });

/** `cut`: numbered. `built`: its bytes are in the file store. `held`: our own check found something. `sent`: the partner has it. */
export const FileStatus = Schema.Literal('cut', 'built', 'held', 'sent');

const cut = {
  series: Series,
  occasion: Occasion,
  sequence: Sequence,
  format: OutgoingFormat,
  kind: Schema.Literal('transfer', 'notification'),
  batches: Schema.Array(Batch),
  /** When it was numbered: the file's own times are this one, so that its bytes are the same whenever they are made. */
  atMs: Count,
};
export const OutgoingFile = Schema.Struct({
  ...cut,
  status: FileStatus,
  file: Schema.NullOr(FileRef),
  records: Count,
  chargeMinor: Schema.BigInt,
  /** What our own check found, when it is held. */
  reason: Schema.NullOr(Schema.String),
  sentAtMs: Schema.NullOr(Count),
  /** Number of the RAP file, or return batch, that returned the file as a whole, and by which it is sent again. */
  rap: Schema.NullOr(Sequence),
});

export const outgoingCommands = {
  /** Records that are to go out. Once for each id. `series`: in which of them. */
  Add: Schema.Struct({
    ...batch,
    series: Schema.Array(Series).pipe(Schema.minItems(1), Schema.maxItems(SERIES.length)),
  }),
  /**
   * The file of the occasion: its number, and what goes with it. Asked again it is the same file. `empty`: whether a file is
   * made when nothing waits.
   */
  Cut: Schema.Struct({ series: Series, occasion: Occasion, format: OutgoingFormat, empty: Schema.Boolean }),
  /** Its bytes are kept. */
  Build: Schema.Struct({ series: Series, sequence: Sequence, file: FileRef }),
  /** Our own check found something: it does not go before a person has looked. */
  Hold: Schema.Struct({ series: Series, sequence: Sequence, reason: Schema.String.pipe(Schema.maxLength(500)) }),
  /** What was wrong is put right, or the partner returned the file as a whole: its bytes are made anew under the same number. */
  Rebuild: Schema.Struct({ series: Series, sequence: Sequence, rap: Schema.NullOr(Sequence) }),
  /** The partner’s server has it. */
  Send: Schema.Struct({ series: Series, sequence: Sequence }),
};

export const OutgoingState = Schema.Struct({
  waiting: Schema.Array(Waiting),
  known: Schema.Array(Id),
  /** The last number of each series. */
  last: Schema.Struct({ billing: Count, nrtrde: Count }),
  files: Schema.Array(OutgoingFile),
});
export const OutgoingReply = Schema.Struct({ changed: Schema.Boolean, file: Schema.NullOr(OutgoingFile) });
export const OutgoingEvent = Schema.Union(
  Schema.TaggedStruct('Added', Waiting.fields),
  Schema.TaggedStruct('Cut', cut),
  Schema.TaggedStruct('Built', { series: Series, sequence: Sequence, file: FileRef }),
  Schema.TaggedStruct('Held', { series: Series, sequence: Sequence, reason: Schema.String }),
  Schema.TaggedStruct('Reopened', { series: Series, sequence: Sequence, rap: Schema.NullOr(Sequence) }),
  Schema.TaggedStruct('Sent', { series: Series, sequence: Sequence, atMs: Count }),
);

export type Series = Schema.Schema.Type<typeof Series>;
export type Batch = Schema.Schema.Type<typeof Batch>;
export type OutgoingFile = Schema.Schema.Type<typeof OutgoingFile>;
export type OutgoingFormat = Schema.Schema.Type<typeof OutgoingFormat>;
export type OutgoingState = Schema.Schema.Type<typeof OutgoingState>;
export type OutgoingReply = Schema.Schema.Type<typeof OutgoingReply>;
export type OutgoingEvent = Schema.Schema.Type<typeof OutgoingEvent>;
export type OutgoingCommand = CommandsOf<typeof outgoingCommands>;
