import { accept, type Decider, type Facts } from '../../kernel/decider.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { ALARM_NAMES, ALARMS, type AlarmName } from './alarms.ts';
import { thresholdRefusals as no } from './refusals.ts';
import {
  THRESHOLD_LIMITS,
  type ThresholdChange,
  type ThresholdCommand,
  type ThresholdEvent,
  type ThresholdReply,
  type ThresholdsState,
} from './schema.ts';

/** Thresholds of alarms as an administrator sets them (seed 002 §3.1.1): one person, within bounds, and who did is known. */

const NONE: ThresholdsState = { set: [], changes: [] };

/** Undefined: nobody has set it, or it was set back. */
const setFor = ({ set }: ThresholdsState, alarm: AlarmName): number | null | undefined =>
  set.find((one) => one.alarm === alarm)?.value;

/** In the alarm's unit; null: it is off. */
export const thresholdOf = (state: ThresholdsState | null, alarm: AlarmName): number | null => {
  const set = setFor(state ?? NONE, alarm);
  return set === undefined ? ALARMS[alarm].fallback : set;
};

export interface ThresholdInForce {
  readonly alarm: AlarmName;
  readonly value: number | null;
  readonly isDefault: boolean;
  /** The last change; null before there is one. */
  readonly changed: ThresholdChange | null;
}

/** Of every alarm that has one. */
export const thresholdsInForce = (state: ThresholdsState | null): ReadonlyArray<ThresholdInForce> =>
  ALARM_NAMES.map((alarm) => ({
    alarm,
    value: thresholdOf(state, alarm),
    isDefault: setFor(state ?? NONE, alarm) === undefined,
    changed: state?.changes.findLast((one) => one.alarm === alarm) ?? null,
  }));

const outcomeOf = (
  state: ThresholdsState,
  command: ThresholdCommand,
  { caller, nowMs }: Facts,
): ReadonlyArray<ThresholdEvent> | Refusal => {
  const { alarm, reason } = command;
  const did = { alarm, reason, by: caller.subject, atMs: nowMs };
  const before = setFor(state, alarm);
  if (command._tag === 'Reset') return before === undefined ? [] : [{ _tag: 'ThresholdReset', ...did }];
  const { value } = command;
  const { least, most } = ALARMS[alarm];
  if (value !== null && (value < least || value > most)) return no.outOfBounds(alarm);
  return before === value ? [] : [{ _tag: 'ThresholdSet', ...did, value }];
};

const evolve = (before: ThresholdsState | null, event: ThresholdEvent): ThresholdsState => {
  const state = before ?? NONE;
  const { _tag, ...change } = event;
  const others = state.set.filter(({ alarm }) => alarm !== event.alarm);
  const set = event._tag === 'ThresholdSet' ? [...others, { alarm: event.alarm, value: event.value }] : others;
  const last: ThresholdChange = { value: 'default', ...change };
  return { set, changes: [...state.changes, last].slice(-THRESHOLD_LIMITS.remembered) };
};

export const thresholdDecider: Decider<ThresholdsState | null, ThresholdCommand, ThresholdEvent, ThresholdReply> = {
  initial: null,
  evolve,
  decide: (state, command, facts) => {
    const outcome = outcomeOf(state ?? NONE, command, facts);
    if ('_tag' in outcome) return outcome;
    const after = outcome.reduce<ThresholdsState | null>(evolve, state);
    const { alarm } = command;
    return accept(outcome, { changed: outcome.length > 0, alarm, value: thresholdOf(after, alarm) });
  },
};
