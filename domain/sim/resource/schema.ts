import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Code, Count, Digits, FileName, FileRef, NumberType, Problem, Problems, Reason } from '../schema.ts';

/**
 * The words of resource files (seed 000 §6.1): files by which the base operator hands over numbers. Limits are here, so
 * that no state and no message grows without one.
 */

export const RESOURCE_LIMITS = {
  /** Lines of one file. */
  lines: 5_000_000,
  /** Ranges that the numbers of one file may make once neighbours are joined. */
  ranges: 2_000,
} as const;

export const ResourceLayout = Schema.Literal('csv', 'partner');
export const ResourceStatus = Schema.Literal('received', 'planned', 'done', 'quarantined', 'discarded');
export const ResourceSource = Schema.Literal('poll', 'upload');

/** A range that the file's lines make: `first` and `last` are ICCID bodies or IMSIs. */
export const ResourceRange = Schema.Struct({
  first: Digits,
  last: Digits,
  product: Code,
  city: Schema.NullOr(Code),
});
const Ranges = Schema.Array(ResourceRange).pipe(Schema.maxItems(RESOURCE_LIMITS.ranges));

/** Lines of the file, and the numbers of the accepted ones. */
const counts = { lines: Count, accepted: Count, refused: Count, numbers: Count };

export const resourceFileCommands = {
  /** The same bytes again: nothing is to be done; another name is noted. */
  Receive: Schema.Struct({ name: FileName, ref: FileRef, source: ResourceSource }),
  /** How far reading has come, for whoever looks. */
  Progress: Schema.Struct({ lines: Count }),
  /** Read to its end: the ranges that are to be registered. Once; what was planned stays. */
  Plan: Schema.Struct({ type: NumberType, layout: ResourceLayout, ...counts, ranges: Ranges }),
  /** The ranges are registered, the report of the lines is written. */
  Finish: Schema.Struct({ ...counts, ranges: Count, report: FileRef }),
  Quarantine: Schema.Struct({ problems: Problems.pipe(Schema.minItems(1)), problemCount: Count }),
  /** A person has looked at it: it is read again. */
  Release: Schema.Struct({ note: Reason }),
  Discard: Schema.Struct({ reason: Reason }),
};

export const ResourceFileReply = Schema.Struct({
  changed: Schema.Boolean,
  status: ResourceStatus,
  /** 1, and one more after each release from quarantine. */
  attempt: Count,
  /** What is to be registered; empty before the plan. */
  ranges: Schema.Array(ResourceRange),
});

export const ResourceFileState = Schema.Struct({
  name: FileName,
  otherNames: Schema.Array(FileName),
  deliveries: Count,
  ref: FileRef,
  source: ResourceSource,
  status: ResourceStatus,
  attempt: Count,
  type: Schema.NullOr(NumberType),
  layout: Schema.NullOr(ResourceLayout),
  /** Lines read so far; once planned, all. */
  ...counts,
  ranges: Schema.Array(ResourceRange),
  problems: Schema.Array(Problem),
  problemCount: Count,
  report: Schema.NullOr(FileRef),
  note: Schema.NullOr(Schema.String),
  receivedAtMs: Count,
  endedAtMs: Schema.NullOr(Count),
});

export const ResourceFileEvent = Schema.Union(
  Schema.TaggedStruct('Received', { name: FileName, ref: FileRef, source: ResourceSource, atMs: Count }),
  Schema.TaggedStruct('DeliveredAgain', { name: FileName }),
  Schema.TaggedStruct('Progressed', { lines: Count }),
  Schema.TaggedStruct('Planned', { type: NumberType, layout: ResourceLayout, ...counts, ranges: Ranges }),
  Schema.TaggedStruct('Finished', { ...counts, ranges: Count, report: FileRef, atMs: Count }),
  Schema.TaggedStruct('Quarantined', { problems: Problems, problemCount: Count }),
  Schema.TaggedStruct('Released', { note: Reason }),
  Schema.TaggedStruct('Discarded', { reason: Reason, atMs: Count }),
);

export type ResourceRange = Schema.Schema.Type<typeof ResourceRange>;
export type ResourceLayout = Schema.Schema.Type<typeof ResourceLayout>;
export type ResourceStatus = Schema.Schema.Type<typeof ResourceStatus>;
export type ResourceFileCommand = CommandsOf<typeof resourceFileCommands>;
export type ResourceFileReply = Schema.Schema.Type<typeof ResourceFileReply>;
export type ResourceFileState = Schema.Schema.Type<typeof ResourceFileState>;
export type ResourceFileEvent = Schema.Schema.Type<typeof ResourceFileEvent>;
