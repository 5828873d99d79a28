import type { Source } from '../codec/tape.ts';

/**
 * Times of TAP: local ones, CCYYMMDDHHMMSS, beside an offset from UTC or the code of one (TD.57 §6, Local Timestamp). Read
 * from the bytes, for every record has several.
 */
const ZERO = 0x30;
const LENGTH = 14;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MOST_OFFSET = 14 * 60;
const LEAST_OFFSET = -12 * 60;

// Entries of the tape lie within the bytes (tape.ts): `as number`.

export const isStamp = ({ bytes, tape }: Source, entry: number): boolean => {
  const from = tape[entry + 1] as number;
  if ((tape[entry + 2] as number) - from !== LENGTH) return false;
  for (let at = from; at < from + LENGTH; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
};

const two = (bytes: Buffer, at: number): number =>
  ((bytes[at] as number) - ZERO) * 10 + (bytes[at + 1] as number) - ZERO;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** A form that `isStamp` has passed. 240000 is no time of a day. */
export const isStampRange = ({ bytes, tape }: Source, entry: number): boolean => {
  const at = tape[entry + 1] as number;
  const year = two(bytes, at) * 100 + two(bytes, at + 2);
  const month = two(bytes, at + 4);
  const day = two(bytes, at + 6);
  if (month < 1 || month > 12 || day < 1) return false;
  const days = month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] as number);
  return day <= days && two(bytes, at + 8) < 24 && two(bytes, at + 10) < 60 && two(bytes, at + 12) < 60;
};

/** Days since 1970 of a civil date (proleptic Gregorian), as in Howard Hinnant's `days_from_civil`. */
const daysOf = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
};

/** Milliseconds since 1970 of the local time, as if it were UTC; of what both checks above have passed. */
export const localMs = ({ bytes, tape }: Source, entry: number): number => {
  const at = tape[entry + 1] as number;
  const year = two(bytes, at) * 100 + two(bytes, at + 2);
  const seconds = two(bytes, at + 8) * 3600 + two(bytes, at + 10) * 60 + two(bytes, at + 12);
  return daysOf(year, two(bytes, at + 4), two(bytes, at + 6)) * DAY_MS + seconds * 1_000;
};

export const isOffset = ({ bytes, tape }: Source, entry: number): boolean => {
  const from = tape[entry + 1] as number;
  if ((tape[entry + 2] as number) - from !== 5) return false;
  const sign = bytes[from];
  if (sign !== 0x2b && sign !== 0x2d) return false;
  for (let at = from + 1; at < from + 5; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
};

/** Minutes east of UTC; of a form that `isOffset` has passed. */
export const offsetMinutes = ({ bytes, tape }: Source, entry: number): number => {
  const at = tape[entry + 1] as number;
  const minutes = two(bytes, at + 1) * 60 + two(bytes, at + 3);
  return bytes[at] === 0x2d ? -minutes : minutes;
};

export const isOffsetRange = (source: Source, entry: number): boolean => {
  const minutes = offsetMinutes(source, entry);
  const at = source.tape[entry + 1] as number;
  return minutes >= LEAST_OFFSET && minutes <= MOST_OFFSET && two(source.bytes, at + 3) < 60;
};

export const utcMs = (local: number, minutes: number): number => local - minutes * MINUTE_MS;

/** What is written for a moment, as local time at an offset of `+hhmm` or `-hhmm`. */
export const longStamp = (
  ms: number,
  utcTimeOffset: string,
): { readonly localTimeStamp: string; readonly utcTimeOffset: string } => {
  const minutes = Number(utcTimeOffset.slice(1, 3)) * 60 + Number(utcTimeOffset.slice(3));
  const local = new Date(ms + (utcTimeOffset.startsWith('-') ? -minutes : minutes) * MINUTE_MS);
  return { localTimeStamp: local.toISOString().replace(/[-:T]/g, '').slice(0, LENGTH), utcTimeOffset };
};
