import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Count, Reason } from '../../sim/schema.ts';
import { ALARM_NAMES } from './alarms.ts';

/** The words of thresholds of alarms (seed 002 §3.1.1). */

export const THRESHOLD_LIMITS = { remembered: 200 } as const;

export const Alarm = Schema.Literal(...ALARM_NAMES);
/** In the unit of the alarm; null: the alarm is off. */
export const Threshold = Schema.NullOr(Schema.Number.pipe(Schema.finite()));

export const thresholdCommands = {
  Set: Schema.Struct({ alarm: Alarm, value: Threshold, reason: Reason }),
  /** Back to what the release has, also when a later one has another. */
  Reset: Schema.Struct({ alarm: Alarm, reason: Reason }),
};

const changed = { alarm: Alarm, reason: Reason, by: Schema.String, atMs: Count };
export const ThresholdChange = Schema.Struct({
  ...changed,
  /** `default`: it was set back. */
  value: Schema.Union(Threshold, Schema.Literal('default')),
});
export const ThresholdsState = Schema.Struct({
  /** Those that a person has set. */
  set: Schema.Array(Schema.Struct({ alarm: Alarm, value: Threshold })),
  /** Who has changed what, the oldest first, the last 200; all of them are in the journal. */
  changes: Schema.Array(ThresholdChange),
});
export const ThresholdReply = Schema.Struct({ changed: Schema.Boolean, alarm: Alarm, value: Threshold });
export const ThresholdEvent = Schema.Union(
  Schema.TaggedStruct('ThresholdSet', { ...changed, value: Threshold }),
  Schema.TaggedStruct('ThresholdReset', changed),
);

export type ThresholdChange = typeof ThresholdChange.Type;
export type ThresholdsState = typeof ThresholdsState.Type;
export type ThresholdReply = typeof ThresholdReply.Type;
export type ThresholdEvent = typeof ThresholdEvent.Type;
export type ThresholdCommand = CommandsOf<typeof thresholdCommands>;
