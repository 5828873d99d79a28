import { DateTime } from 'luxon';

/** Days `YYYY-MM-DD` of a tenant's zone (IANA): a day ends when the next one begins there, also where clocks change. */

const inUtc = (day: string): DateTime => DateTime.fromISO(day, { zone: 'utc' });
const format = (date: DateTime): string => date.toFormat('yyyy-MM-dd');

export const isZone = (zone: string): boolean => DateTime.local({ zone }).isValid;

export const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && inUtc(text).isValid;

export const dayOfMoment = (atMs: number, zone: string): string => format(DateTime.fromMillis(atMs, { zone }));

const QUARTER_MS = 15 * 60_000;

/**
 * Day and hour of many moments in a zone. Offsets of zones are whole quarters of an hour, so a quarter lies in one hour and
 * is worked out once.
 */
export const clockOf = (zone: string): ((atMs: number) => { readonly day: string; readonly hour: number }) => {
  const known = new Map<number, { readonly day: string; readonly hour: number }>();
  return (atMs) => {
    const quarter = Math.floor(atMs / QUARTER_MS);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const date = DateTime.fromMillis(atMs, { zone });
    const moment = { day: format(date), hour: date.hour };
    known.set(quarter, moment);
    return moment;
  };
};

/** The moment at which the day is over, in milliseconds since the epoch. */
export const endOfDayMs = (day: string, zone: string): number =>
  DateTime.fromISO(day, { zone }).plus({ days: 1 }).startOf('day').toMillis();

export const nextDay = (day: string): string => format(inUtc(day).plus({ days: 1 }));

/** Every day from the one to the other, both counted. */
export const daysBetween = (from: string, to: string): ReadonlyArray<string> => {
  const days: Array<string> = [];
  for (let day = from; day <= to; day = nextDay(day)) days.push(day);
  return days;
};

/** The month `YYYY-MM` as its first and its last day. */
export const monthDays = (month: string): { readonly from: string; readonly to: string } => {
  const first = inUtc(`${month}-01`);
  return { from: format(first), to: format(first.endOf('month')) };
};

/** `+0800`: how far the zone's clock is from UTC at the moment. */
export const utcOffsetAt = (atMs: number, zone: string): string => DateTime.fromMillis(atMs, { zone }).toFormat('ZZZ');

/** `2026-W36`: the calendar week (ISO 8601) that the day is in. */
export const weekOf = (day: string): string => inUtc(day).toFormat("kkkk-'W'WW");

export const isSunday = (day: string): boolean => inUtc(day).weekday === 7;

/** Monday to Sunday of the week that the day is in. */
export const weekDays = (day: string): { readonly from: string; readonly to: string } => {
  const first = inUtc(day).startOf('week');
  return { from: format(first), to: format(first.plus({ days: 6 })) };
};

export const dayBefore = (day: string): string => format(inUtc(day).minus({ days: 1 }));
/** The first day of the calendar quarter: no agreement period that the day can be in begins earlier. */
export const quarterStart = (day: string): string => format(inUtc(day).startOf('quarter'));

export const monthBefore = (month: string): string => inUtc(`${month}-01`).minus({ days: 1 }).toFormat('yyyy-MM');

/** The months that a record of the day can be in by other clocks: the day’s own, and that of its neighbours. */
export const monthsAround = (day: string): ReadonlyArray<string> => [
  ...new Set([dayBefore(day), day, nextDay(day)].map((one) => one.slice(0, 7))),
];

/** The last day that is over at the moment. */
export const lastDayOver = (nowMs: number, zone: string): string =>
  format(DateTime.fromMillis(nowMs, { zone }).minus({ days: 1 }));
