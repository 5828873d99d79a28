import { isCleanText } from '../kernel/delimited-text.ts';
import type { Column } from './layout.ts';

/**
 * Whether a cell may stand in its column, judged on bytes: making a string of each cell would cost more than all else.
 */
export type ColumnCheck = (bytes: Uint8Array, start: number, end: number) => boolean;

const ZERO = 0x30;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= 0x39;
const isCodeByte = (byte: number): boolean =>
  isDigit(byte) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2e ||
  byte === 0x5f ||
  byte === 0x2d;

const all = (test: (byte: number) => boolean) => {
  const may = new Uint8Array(256).map((_, byte) => (test(byte) ? 1 : 0));
  return (bytes: Uint8Array, start: number, end: number): boolean => {
    for (let at = start; at < end; at += 1) if (may[bytes[at] as number] === 0) return false;
    return true;
  };
};
const digits = all(isDigit);
const code = all(isCodeByte);

/** The number that the digits say; they have been checked. */
export const numberOf = (bytes: Uint8Array, start: number, end: number): number => {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + (bytes[at] as number) - ZERO;
  return value;
};

const DATE = 'dddd-dd-dd';
const TIME = `${DATE}Tdd:dd:dd`;
const shaped =
  (shape: string): ColumnCheck =>
  (bytes, start, end) => {
    if (end - start !== shape.length) return false;
    for (let at = 0; at < shape.length; at += 1) {
      const byte = bytes[start + at] as number;
      if (shape[at] === 'd' ? !isDigit(byte) : byte !== shape.charCodeAt(at)) return false;
    }
    const month = numberOf(bytes, start + 5, start + 7);
    const day = numberOf(bytes, start + 8, start + 10);
    if (month < 1 || month > 12 || day < 1 || day > daysIn(numberOf(bytes, start, start + 4), month)) return false;
    if (shape === DATE) return true;
    const [hour, minute, second] = [11, 14, 17].map((at) => numberOf(bytes, start + at, start + at + 2));
    return (hour ?? 99) < 24 && (minute ?? 99) < 60 && (second ?? 99) < 60;
  };

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

/** The text of a cell in a line that is UTF-8, unescaped as far as its length and cleanness go. */
const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    .toString('utf8')
    .replace(/\\[\\|nr]/g, ' ');

const choice = (words: ReadonlyArray<string>): ColumnCheck => {
  const known = words.map((word) => Buffer.from(word, 'latin1'));
  return (bytes, start, end) => {
    for (const word of known) {
      if (word.length !== end - start) continue;
      let at = 0;
      while (at < word.length && word[at] === bytes[start + at]) at += 1;
      if (at === word.length) return true;
    }
    return false;
  };
};

/** Line ends stand in a cell as escapes only. */
const CONTROL = /[\n\r]/;

const checkOf = (column: Column): ColumnCheck => {
  switch (column.kind) {
    case 'digits':
      return (bytes, start, end) => end - start >= column.min && end - start <= column.max && digits(bytes, start, end);
    case 'integer':
      return (bytes, start, end) =>
        end > start &&
        end - start <= 15 &&
        (end - start === 1 || bytes[start] !== ZERO) &&
        digits(bytes, start, end) &&
        numberOf(bytes, start, end) <= column.max;
    case 'code':
      return (bytes, start, end) => end - start >= column.min && end - start <= column.max && code(bytes, start, end);
    case 'choice':
      return choice(column.words);
    case 'date':
      return shaped(DATE);
    case 'time': {
      const begins = Buffer.from(column.begins ?? '', 'latin1');
      const time = shaped(TIME);
      return (bytes, start, end) => time(bytes, start, end) && begins.every((byte, at) => bytes[start + at] === byte);
    }
    case 'text':
      return (bytes, start, end) => {
        const text = textOf(bytes, start, end);
        return text.length <= column.max && isCleanText(text) && !CONTROL.test(text);
      };
  }
};

export const columnCheck = (column: Column): ColumnCheck => {
  const check = checkOf(column);
  return column.optional || column.kind === 'text'
    ? (bytes, start, end) => start === end || check(bytes, start, end)
    : check;
};
