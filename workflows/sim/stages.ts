import type { Stage } from '../../domain/sim/application/schema.ts';

/**
 * When a stage of the card-making cycle is late: after `remindAfterMs` the staff are reminded, after `alarmAfterMs`
 * an alarm is raised. The clock of a stage stands still while the application is paused.
 */
export interface Deadline {
  readonly remindAfterMs: number;
  readonly alarmAfterMs: number;
}

/** The stages in which a round can be late: those in which a partner, a vendor or a person has to act. */
export type TimedStage = Extract<
  Stage,
  'checking' | 'uploading' | 'validation' | 'cardFile' | 'splitting' | 'production' | 'posValidation'
>;

export type Deadlines = Readonly<Record<TimedStage, Deadline>>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What partners and staff usually need, with the alarm well before a customer would notice. Configurable per start. */
export const DEFAULT_DEADLINES: Deadlines = {
  // A shortage is ours to solve: ask the same day.
  checking: { remindAfterMs: 4 * HOUR, alarmAfterMs: DAY },
  // The partner's server should not be away for longer than its maintenance window.
  uploading: { remindAfterMs: 2 * HOUR, alarmAfterMs: DAY },
  validation: { remindAfterMs: DAY, alarmAfterMs: 3 * DAY },
  cardFile: { remindAfterMs: DAY, alarmAfterMs: 3 * DAY },
  splitting: { remindAfterMs: 4 * HOUR, alarmAfterMs: DAY },
  // Making and shipping cards takes a vendor one to two weeks.
  production: { remindAfterMs: 10 * DAY, alarmAfterMs: 15 * DAY },
  posValidation: { remindAfterMs: 2 * DAY, alarmAfterMs: 5 * DAY },
};
