/**
 * How soon usage reaches us in near real time: from the end of an event to the receipt of the file that tells of it. TD.35
 * asks for four hours at most. Delays are kept as counts of classes, so that those of many files can be added up.
 */

export const MOST_DELAY_MS = 4 * 3_600_000;

/** Whether an event that was over then is told later than TD.35 asks for. */
export const isLate = (endMs: number, toldMs: number): boolean => toldMs - endMs > MOST_DELAY_MS;

const MINUTE_MS = 60_000;
const STEP_MINUTES = 5;
/** Upper bounds in minutes: every five up to four hours, then coarser; what is above the last is a class of its own. */
const BOUNDS: ReadonlyArray<number> = [
  ...Array.from({ length: 48 }, (_, at) => (at + 1) * STEP_MINUTES),
  ...[300, 360, 480, 720, 1_440, 2_880, 10_080],
];

export interface Delays {
  readonly events: number;
  /** Of them: told within four hours of their end. */
  readonly inTime: number;
  readonly longestMs: number;
  /** Events by class of delay. */
  readonly classes: ReadonlyArray<number>;
}

export const NO_DELAYS: Delays = { events: 0, inTime: 0, longestMs: 0, classes: [] };

const classOf = (delayMs: number): number => {
  const found = BOUNDS.findIndex((bound) => delayMs <= bound * MINUTE_MS);
  return found === -1 ? BOUNDS.length : found;
};

/** Of events that were over at these moments; one that a clock says was over later than its receipt has no delay. */
export const delaysOf = (ends: Iterable<number>, receivedAtMs: number): Delays => {
  const classes = new Array<number>(BOUNDS.length + 1).fill(0);
  let [events, inTime, longestMs] = [0, 0, 0];
  for (const endMs of ends) {
    const delayMs = Math.max(0, receivedAtMs - endMs);
    const at = classOf(delayMs);
    classes[at] = (classes[at] ?? 0) + 1;
    events += 1;
    if (!isLate(endMs, receivedAtMs)) inTime += 1;
    longestMs = Math.max(longestMs, delayMs);
  }
  return { events, inTime, longestMs, classes };
};

export const addDelays = (a: Delays, b: Delays): Delays => ({
  events: a.events + b.events,
  inTime: a.inTime + b.inTime,
  longestMs: Math.max(a.longestMs, b.longestMs),
  classes: Array.from({ length: BOUNDS.length + 1 }, (_, at) => (a.classes[at] ?? 0) + (b.classes[at] ?? 0)),
});

/** The upper bound of the class in which the share of the events lies, in milliseconds; never more than the longest. Null of none. */
export const percentileMs = ({ events, longestMs, classes }: Delays, share: number): number | null => {
  if (events === 0) return null;
  let seen = 0;
  for (const [at, count] of classes.entries()) {
    seen += count;
    if (seen >= events * share) return Math.min(longestMs, (BOUNDS[at] ?? Number.POSITIVE_INFINITY) * MINUTE_MS);
  }
  return longestMs;
};

/** When a file of usage came. */
export interface Delivered {
  readonly delays: Delays;
  readonly availableAtMs: number;
  readonly receivedAtMs: number;
}

/** A range of numbers, both counted. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** How well a partner delivers in near real time. Shares are of 1, null where there is nothing to divide. */
export interface DeliveryQuality {
  readonly received: number;
  /** Received, and of those that its numbers say it made and that have not come. */
  readonly due: number;
  readonly events: number;
  readonly inTime: number;
  readonly inTimeShare: number | null;
  readonly p95Ms: number | null;
  readonly longestMs: number;
  /** From when a file was available to when we took it, at most. */
  readonly longestTransferMs: number;
  readonly missing: ReadonlyArray<Range>;
}

export const qualityOf = (files: ReadonlyArray<Delivered>, missing: ReadonlyArray<Range>): DeliveryQuality => {
  const all = files.reduce<Delays>((sum, { delays }) => addDelays(sum, delays), NO_DELAYS);
  return {
    received: files.length,
    due: missing.reduce((sum, { from, to }) => sum + to - from + 1, files.length),
    events: all.events,
    inTime: all.inTime,
    inTimeShare: all.events === 0 ? null : all.inTime / all.events,
    p95Ms: percentileMs(all, 0.95),
    longestMs: all.longestMs,
    longestTransferMs: files.reduce((most, one) => Math.max(most, one.receivedAtMs - one.availableAtMs), 0),
    missing: missing.map(({ from, to }) => ({ from, to })),
  };
};
