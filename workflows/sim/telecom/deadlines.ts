import type { TelecomDeadlines } from './contract.ts';

/** When a stage of Telecom's cycle is late. Configurable per start. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const TELECOM_DEADLINES: TelecomDeadlines = {
  // Printing, the seal and the scanner are ours: ask the next day.
  scan: { remindAfterMs: DAY, alarmAfterMs: 3 * DAY },
  // A mail server is not away for long; a letter that came back waits for a person.
  mailing: { remindAfterMs: 2 * HOUR, alarmAfterMs: DAY },
  // A clerk reads the letter; nobody sees it when the clerk is away.
  result: { remindAfterMs: 2 * DAY, alarmAfterMs: 5 * DAY },
  handover: { remindAfterMs: 2 * HOUR, alarmAfterMs: DAY },
  // As with Unicom's cards.
  production: { remindAfterMs: 10 * DAY, alarmAfterMs: 15 * DAY },
};
