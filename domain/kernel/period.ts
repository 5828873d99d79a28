import { DateTime } from 'luxon';
import { type Refusal, refuse } from './refusal.ts';

/**
 * Days and periods of days, as people count them.
 */

/** Days of statistics are those of the operators' clock; weeks begin on Monday (ISO 8601). */
export const STATISTICS_ZONE = 'Asia/Shanghai';

/** Both days count; `YYYY-MM-DD`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export const STEPS = ['day', 'week', 'month'] as const;
export type Step = (typeof STEPS)[number];
export const COMPARISONS = ['previous', 'year'] as const;
export type Comparison = (typeof COMPARISONS)[number];

const MAX_DAYS = 3_660;
const HOUR_MS = 3_600_000;

let hour = -1;
let dayOfHour = '';

/** The day of a moment. Moments come close to one another, so the last hour's day is kept. */
export const dayOf = (atMs: number): string => {
  const its = Math.floor(atMs / HOUR_MS);
  if (its !== hour) {
    dayOfHour = DateTime.fromMillis(its * HOUR_MS, { zone: STATISTICS_ZONE }).toFormat('yyyy-MM-dd');
    hour = its;
  }
  return dayOfHour;
};

const parsed = (day: string): DateTime => DateTime.fromISO(day, { zone: 'utc' });

const format = (date: DateTime): string => date.toFormat('yyyy-MM-dd');

const daysOf = ({ from, to }: Period): number => Math.round(parsed(to).diff(parsed(from), 'days').days) + 1;

export const periodProblem = (period: Period): Refusal | undefined => {
  const valid = [period.from, period.to].every((day) => /^\d{4}-\d\d-\d\d$/.test(day) && parsed(day).isValid);
  if (!valid || period.from > period.to || daysOf(period) > MAX_DAYS) {
    return refuse(
      'invalid',
      'InvalidPeriod',
      'A period goes from a day to a day, YYYY-MM-DD, over at most ten years.',
      {
        field: 'from',
        action: 'Give `from` and `to` as days that exist, in order.',
      },
    );
  }
  return undefined;
};

/** The first moment of a period, and the first after it. */
export const momentsOf = ({ from, to }: Period): { readonly fromMs: number; readonly beforeMs: number } => {
  const midnight = (day: string): DateTime => DateTime.fromISO(day, { zone: STATISTICS_ZONE });
  return { fromMs: midnight(from).toMillis(), beforeMs: midnight(to).plus({ days: 1 }).toMillis() };
};

/** As many days right before (whole months before whole months), or the same days a year before. */
export const compared = (period: Period, by: Comparison): Period => {
  const [from, to] = [parsed(period.from), parsed(period.to)];
  if (by === 'year') return { from: format(from.minus({ years: 1 })), to: format(to.minus({ years: 1 })) };
  if (from.day === 1 && to.hasSame(to.endOf('month'), 'day')) {
    const months = (to.year - from.year) * 12 + to.month - from.month + 1;
    return { from: format(from.minus({ months })), to: format(from.minus({ days: 1 })) };
  }
  return { from: format(from.minus({ days: daysOf(period) })), to: format(from.minus({ days: 1 })) };
};

/** `2026-11-26`, `2026-W48` or `2026-11`: what the day belongs to. */
export const bucketOf = (day: string, step: Step): string => {
  if (step === 'day') return day;
  if (step === 'month') return day.slice(0, 7);
  return parsed(day).toFormat("kkkk-'W'WW");
};

/** Every bucket of the period, in order, also those in which nothing happened. */
export const bucketsOf = (period: Period, step: Step): ReadonlyArray<string> => {
  const buckets: Array<string> = [];
  const days = daysOf(period);
  for (let offset = 0, date = parsed(period.from); offset < days; offset += 1, date = date.plus({ days: 1 })) {
    const bucket = bucketOf(format(date), step);
    if (buckets.at(-1) !== bucket) buckets.push(bucket);
  }
  return buckets;
};
