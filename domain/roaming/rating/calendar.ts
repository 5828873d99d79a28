/** Local days and minutes by whole numbers: a day is counted from 1970-01-01, a minute from midnight. */

const MINUTE_MS = 60_000;
export const DAY_MINUTES = 1_440;
const DAY_MS = DAY_MINUTES * MINUTE_MS;

/** What a time band is stated for. A holiday is a holiday, whatever day of the week it falls on. */
export const DAY_KINDS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'] as const;
export const HOLIDAY = DAY_KINDS.length - 1;

export interface LocalTime {
  readonly day: number;
  readonly minute: number;
}

/** The wall clock of a place: milliseconds since the epoch, and its offset from UTC in minutes. */
export const localTime = (atMs: number, utcOffsetMinutes: number): LocalTime => {
  const localMs = atMs + utcOffsetMinutes * MINUTE_MS;
  const inDay = ((localMs % DAY_MS) + DAY_MS) % DAY_MS;
  return { day: (localMs - inDay) / DAY_MS, minute: (inDay - (inDay % MINUTE_MS)) / MINUTE_MS };
};

/** Place in `DAY_KINDS`; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** Two digits of ASCII. */
const two = (text: string, at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;

/** After 400 years the calendar is the same again; years below 100 mean others to `Date.UTC`. */
const CYCLE_YEARS = 400;
const CYCLE_DAYS = 146_097;

/** `2026-11-26` as a day number; undefined when there is no such day. Asked for every posting of an import. */
export const parseDay = (text: string): number | undefined => {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return undefined;
  const year = two(text, 0) * 100 + two(text, 2);
  const [month, day] = [two(text, 5), two(text, 8)];
  const ms = Date.UTC(year + CYCLE_YEARS, month - 1, day);
  const there = month >= 1 && month <= 12 && day >= 1 && new Date(ms).getUTCDate() === day;
  return there ? ms / DAY_MS - CYCLE_DAYS : undefined;
};

/** `08:30` as a minute of the day; `24:00` is the end of it. The text has that shape. */
export const parseMinute = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
