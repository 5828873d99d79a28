import { integerAt, type Source, textAt } from '../codec/tape.ts';
import { isCurrency } from '../rating/currencies.ts';
import type { Form } from './rule.ts';
import { isOffset, isOffsetRange, isStamp, isStampRange } from './stamp.ts';

/** What single values look like. They are looked at where they stand, for most of them are right and nobody asks again. */

const ZERO = 0x30;
const NINE = 0x39;

// Entries of the tape lie within the bytes (tape.ts): `as number`.
const from = ({ tape }: Source, entry: number): number => tape[entry + 1] as number;
const to = ({ tape }: Source, entry: number): number => tape[entry + 2] as number;

/** So many characters `0` to `9`. */
export const digits = (least: number, most = least): Form => ({
  name: least === most ? `${least} digits` : `${least} to ${most} digits`,
  holds: (source, entry) => {
    const [begin, end] = [from(source, entry), to(source, entry)];
    if (end - begin < least || end - begin > most) return false;
    for (let at = begin; at < end; at += 1) {
      const byte = source.bytes[at] as number;
      if (byte < ZERO || byte > NINE) return false;
    }
    return true;
  },
});

const matching = (name: string, pattern: RegExp): Form => ({
  name,
  holds: (source, entry) => pattern.test(textAt(source, entry)),
});

export const TADIG = matching('5 capital letters or digits', /^[A-Z0-9]{5}$/);
export const LETTER: Form = {
  name: 'one capital letter',
  holds: (source, entry) => {
    const begin = from(source, entry);
    const byte = source.bytes[begin] as number;
    return to(source, entry) === begin + 1 && byte >= 0x41 && byte <= 0x5a;
  },
};
export const CURRENCY_FORM = matching('3 capital letters', /^[A-Z]{3}$/);
export const TEXT = matching('at least one character', /^[\x20-\x7e\xa0-\xff]+$/);

/** SDR is how TAP writes XDR. */
export const CURRENCY: Form = {
  name: 'a currency of ISO 4217, or SDR',
  holds: (source, entry) => {
    const code = textAt(source, entry);
    return code === 'SDR' || isCurrency(code);
  },
};

export const STAMP_FORM: Form = { name: 'CCYYMMDDHHMMSS', holds: isStamp };
export const STAMP: Form = { name: 'a day and time that there is', holds: isStampRange };
export const OFFSET_FORM: Form = { name: '+hhmm or -hhmm', holds: isOffset };
export const OFFSET: Form = { name: 'from -1200 to +1400', holds: isOffsetRange };

export const SEQUENCE_FORM = digits(5);
export const SEQUENCE: Form = {
  name: 'from 00001 to 99999',
  holds: ({ bytes, tape }, entry) => {
    for (let at = tape[entry + 1] as number; at < (tape[entry + 2] as number); at += 1)
      if (bytes[at] !== ZERO) return true;
    return false;
  },
};

export const oneOf = (...texts: readonly string[]): Form => ({
  name: `one of ${texts.join(', ')}`,
  holds: (source, entry) => texts.includes(textAt(source, entry)),
});

/** Integers; those past 2^53 are compared as they are. */
export const between = (least: number, most = Number.POSITIVE_INFINITY): Form => ({
  name:
    most === Number.POSITIVE_INFINITY
      ? `at least ${least}`
      : least === Number.NEGATIVE_INFINITY
        ? `at most ${most}`
        : `from ${least} to ${most}`,
  holds: (source, entry) => {
    const value = integerAt(source, entry);
    return value >= least && value <= most;
  },
});

export const among = (...values: readonly number[]): Form => ({
  name: `one of ${values.join(', ')}`,
  holds: (source, entry) => values.includes(Number(integerAt(source, entry))),
});

/** How many digits: the second half of the last byte may be filled up (tape.ts, `bcdAt`). */
const bcdDigits = (source: Source, entry: number): number => {
  const [begin, end] = [from(source, entry), to(source, entry)];
  return 2 * (end - begin) - (end > begin && ((source.bytes[end - 1] as number) & 0x0f) === 0x0f ? 1 : 0);
};

export const BCD: Form = {
  name: 'digits alone',
  holds: (source, entry) => {
    const end = to(source, entry);
    const whole = bcdDigits(source, entry) % 2 === 0 ? end : end - 1;
    for (let at = from(source, entry); at < end; at += 1) {
      const byte = source.bytes[at] as number;
      if (byte >= 0xa0 || (at < whole && (byte & 0x0f) > 9)) return false;
    }
    return end > from(source, entry);
  },
};

export const bcdLength = (least: number, most: number): Form => ({
  name: `${least} to ${most} digits`,
  holds: (source, entry) => {
    const length = bcdDigits(source, entry);
    return length >= least && length <= most;
  },
});

/** The number that up to three digits say, which `digits` has passed. */
export const smallNumber = ({ bytes, tape }: Source, entry: number): number => {
  let value = 0;
  const end = tape[entry + 2] as number;
  for (let at = tape[entry + 1] as number; at < end; at += 1) value = value * 10 + (bytes[at] as number) - ZERO;
  return value;
};

export const notNumber = (name: string, refused: (value: number) => boolean): Form => ({
  name,
  holds: (source, entry) => !refused(smallNumber(source, entry)),
});
