import { Schema } from 'effect';
import {
  ThresholdEvent,
  ThresholdReply,
  ThresholdsState,
  thresholdCommands,
} from '../../domain/operations/thresholds/schema.ts';
import { thresholdDecider } from '../../domain/operations/thresholds/thresholds.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** Of the tenant that operates the installation there is one. */
export const THRESHOLDS_KEY = 'alarms';

/** Thresholds of alarms, with who has changed them; its key is `alarms`. */
export const thresholdsActor = defineActor({
  kind: 'operations.thresholds',
  decider: thresholdDecider,
  commands: answering(thresholdCommands, ThresholdReply),
  event: ThresholdEvent,
  eventVersion: 1,
  state: Schema.NullOr(ThresholdsState),
  stateVersion: 1,
  collection: 'operations_thresholds',
  document: (state) => (state === null ? {} : { set: state.set }),
});
