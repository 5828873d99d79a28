import { localTime, parseDay } from '../rating/calendar.ts';
import type { SubscriberEvent, SubscriberState } from './schema.ts';

/** What a subscriber spends in a day and a month, and the alarms of it (seed 002 §1.2, high usage). */

/** A posting for a day further back than this from the newest one is too late; older days are forgotten. */
export const HORIZON_DAYS = 92;

type Granted = Extract<SubscriberEvent, { readonly _tag: 'Granted' }>;
type Posted = Extract<SubscriberEvent, { readonly _tag: 'Posted' }>;
type Observed = Extract<SubscriberEvent, { readonly _tag: 'Observed' }>;
type LimitReached = Extract<SubscriberEvent, { readonly _tag: 'LimitReached' }>;

const dayNumber = (day: string): number => parseDay(day) ?? 0;

export const newestDay = (days: ReadonlyArray<string>): string => days.toSorted().at(-1) ?? '';

/** The newest day that anything has been posted to; empty before. */
export const newestOf = ({ chunks }: SubscriberState): string => newestDay(chunks.map(({ lastDay }) => lastDay));

export const isTooLate = (day: string, newest: string): boolean =>
  newest !== '' && dayNumber(day) < dayNumber(newest) - HORIZON_DAYS;

/** East of the date line a day begins 14 hours before UTC's. */
export const isInFuture = (day: string, nowMs: number): boolean => dayNumber(day) > localTime(nowMs, 14 * 60).day;

/** Whether the whole month lies behind the horizon: sums of a month are of all its days. */
const isForgotten = (period: string, newest: string): boolean =>
  dayNumber(`${period.slice(0, 7)}-01`) + 31 < dayNumber(newest) - HORIZON_DAYS;

const addSpent = (
  spent: SubscriberState['spent'],
  postings: ReadonlyArray<Pick<Posted['postings'][number], 'day' | 'number' | 'totalMinor'>>,
): SubscriberState['spent'] => {
  const sums = new Map(spent.map((one) => [`${one.day}/${one.number}`, one]));
  for (const { day, number, totalMinor } of postings) {
    const key = `${day}/${number}`;
    sums.set(key, { day, number, spentMinor: (sums.get(key)?.spentMinor ?? 0n) + totalMinor });
  }
  return [...sums.values()];
};

/** Behind the horizon of the newest day everything is forgotten. */
const remembered = (state: SubscriberState, chunk: SubscriberState['chunks'][number]): SubscriberState => {
  const newest = newestDay([newestOf(state), chunk.lastDay]);
  return {
    ...state,
    spent: state.spent.filter(({ day }) => !isForgotten(day, newest)),
    observed: state.observed.filter(({ day }) => !isForgotten(day, newest)),
    alarms: state.alarms.filter(({ period }) => !isForgotten(period, newest)),
    chunks: [...state.chunks, chunk].filter((one) => !isTooLate(one.lastDay, newest)),
  };
};

/** Whose a card's own costs are. */
export const primaryOf = ({ numbers }: Pick<SubscriberState, 'numbers'>): string =>
  numbers.find(({ role }) => role === 'primary')?.number ?? '';

/** With a package, and what it has cost. */
export const afterGranted = (state: SubscriberState, { balance }: Granted): SubscriberState => {
  const { sold } = balance;
  const number = primaryOf(state);
  const paid = sold === undefined ? [] : [{ day: sold.day, number, totalMinor: sold.amountMinor }];
  return { ...state, balances: [...state.balances, balance], spent: addSpent(state.spent, paid) };
};

/** The state after a chunk. */
export const afterPosted = (state: SubscriberState, event: Posted): SubscriberState => {
  const { chunk, priced, postings } = event;
  const taken = new Map<string, number>();
  for (const { takes } of postings) {
    for (const { balance, taken: much } of takes) taken.set(balance, (taken.get(balance) ?? 0) + much);
  }
  const lastDay = newestDay(postings.map(({ day }) => day));
  const posted = {
    ...state,
    balances: state.balances.map((one) => ({ ...one, left: one.left - (taken.get(one.id) ?? 0) })),
    spent: addSpent(state.spent, postings),
  };
  const named = priced === undefined ? { chunk } : { chunk, priced };
  return remembered(posted, { ...named, lastDay, count: postings.length });
};

export const afterObserved = (state: SubscriberState, { chunk, observations }: Observed): SubscriberState => {
  const sums = new Map(state.observed.map(({ day, estimatedMinor }) => [day, estimatedMinor]));
  for (const { day, estimatedMinor } of observations) sums.set(day, (sums.get(day) ?? 0n) + estimatedMinor);
  const observed = [...sums].map(([day, estimatedMinor]) => ({ day, estimatedMinor }));
  const lastDay = newestDay(observations.map(({ day }) => day));
  return remembered({ ...state, observed }, { chunk, lastDay, count: observations.length });
};

/** Of all numbers together. A day is `2026-11-26`, a month `2026-11`. */
export const spentIn = ({ spent }: SubscriberState, period: string): bigint =>
  spent.reduce((sum, { day, spentMinor }) => (day.startsWith(period) ? sum + spentMinor : sum), 0n);

/** What alarms go by: of each day what is posted, or what was observed while its records have not come, if that is more. */
export const usedIn = (state: SubscriberState, period: string): bigint => {
  const observed = state.observed.filter(({ day }) => day.startsWith(period));
  return observed.reduce(
    (sum, { day, estimatedMinor }) => {
      const posted = spentIn(state, day);
      return estimatedMinor > posted ? sum + estimatedMinor - posted : sum;
    },
    spentIn(state, period),
  );
};

/** Thresholds that these days and their months have come to, and of which no alarm has been raised in them. */
export const reached = (state: SubscriberState, days: ReadonlyArray<string>): ReadonlyArray<LimitReached> => {
  const periods = [
    ...new Set(days.map((day) => `day/${day}`)),
    ...new Set(days.map((day) => `month/${day.slice(0, 7)}`)),
  ];
  return periods.flatMap((key) => {
    const scope = key.startsWith('day/') ? 'day' : 'month';
    const period = key.slice(scope.length + 1);
    const spentMinor = usedIn(state, period);
    return state.limits[scope]
      .filter((threshold) => spentMinor >= threshold)
      .filter((threshold) => !state.alarms.some((one) => one.period === period && one.thresholdMinor === threshold))
      .map((thresholdMinor) => ({ _tag: 'LimitReached' as const, scope, period, thresholdMinor, spentMinor }));
  });
};
