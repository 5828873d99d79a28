import { CODES, ofCodes } from './codes.ts';
import type { Scheme } from './scheme.ts';

/**
 * Where things are. The scanner goes over the bytes of a unit once, checks every tag and length, and notes each element
 * on a tape; views and plain records are made from the tape and need no check of their own. Four numbers per element:
 *
 *     [0] application tag, or one of the kinds of `KEPT` below, which are negative
 *     [1] where its content begins  [2] where it ends   (of what is kept: the whole element with its header)
 *     [3] where the entry of the next element at the same level stands
 *
 * An element's children follow it at once, so its first child is 4 further, and its last ends where [3] points to. Before a
 * unit stand the entries of the fields that its reader was asked for (pick.ts), the first of them last; -1 where there is none.
 */
export interface Source {
  readonly bytes: Buffer;
  /** Of bytes[0] in the file. */
  readonly base: number;
  /** Grows, and is then another array with the same content. */
  tape: Int32Array<ArrayBuffer>;
  /** By which the tape is written, once it is. */
  scheme: Scheme | undefined;
  /** The tape is another chunk's by now. */
  over: boolean;
}

export const ENTRY = 4;

/** What is carried along as bytes because it has no place in a record. */
export const KEPT = { padding: -1, unknown: -2, misshapen: -3, repeated: -4 } as const;
export type KeptKind = keyof typeof KEPT;

/** Whole numbers, exactly: those past 2^53 are bigint. */
export type Integer = number | bigint;

export const sourceOf = (bytes: Buffer, base: number, tape: Int32Array<ArrayBuffer>): Source => ({
  bytes,
  base,
  tape,
  scheme: undefined,
  over: false,
});

// Indexes come from the tape, which the scanner has written within the bytes: `as number` below is what it has checked.

/** By a byte, the characters of its halves, as they lie in memory one after the other. */
const HALVES = new Uint16Array(
  Uint8Array.from({ length: 0x200 }, (_, at) => ((at % 2 === 0 ? at >> 5 : at >> 1) & 0x0f).toString(16).charCodeAt(0))
    .buffer,
);
const PAIRS = new Uint16Array(CODES.buffer);

/**
 * Texts that were read last, with their bytes, by size and last byte: a record says its moment three times, and names of
 * access points are the same in thousands. To compare is cheaper than to make a string; of shorter ones it is not.
 */
const REPEATED = { from: 14, to: 64, slots: 256 } as const;
const lastBytes = new Uint8Array(REPEATED.slots * REPEATED.to);
const lastTexts: string[] = Array.from({ length: REPEATED.slots }, () => '');

/** Characters of ISO 8859-1, byte for byte, so that nothing is lost whatever stands there. */
export const textAt = ({ bytes, tape }: Source, entry: number): string => {
  const from = tape[entry + 1] as number;
  const size = (tape[entry + 2] as number) - from;
  return size < REPEATED.from || size > REPEATED.to ? textOf(bytes, from, size) : repeated(bytes, from, size);
};

/** As `textAt`, for who reads one text of each record: it seldom is the one that was read last. */
export const singleTextAt = ({ bytes, tape }: Source, entry: number): string => {
  const from = tape[entry + 1] as number;
  return textOf(bytes, from, (tape[entry + 2] as number) - from);
};

const textOf = (bytes: Buffer, from: number, size: number): string => {
  if (size > CODES.length) return bytes.toString('latin1', from, from + size);
  for (let at = 0; at < size; at += 1) CODES[at] = bytes[from + at] as number;
  return ofCodes(size);
};

/** From the last byte backwards, for the seconds of a time stamp stand there. */
const repeated = (bytes: Buffer, from: number, size: number): string => {
  const slot = (size * 31 + (bytes[from + size - 1] as number)) % REPEATED.slots;
  const base = slot * REPEATED.to;
  const known = lastTexts[slot] as string;
  if (known.length === size) {
    let at = size - 1;
    while (at >= 0 && lastBytes[base + at] === bytes[from + at]) at -= 1;
    if (at < 0) return known;
  }
  for (let at = 0; at < size; at += 1) lastBytes[base + at] = bytes[from + at] as number;
  const text = textOf(bytes, from, size);
  lastTexts[slot] = text;
  return text;
};

const hexOf = (bytes: Buffer, from: number, digits: number): string => {
  if (digits > CODES.length) return bytes.toString('hex', from, from + ((digits + 1) >> 1)).slice(0, digits);
  const size = (digits + 1) >> 1;
  for (let at = 0; at < size; at += 1) PAIRS[at] = HALVES[bytes[from + at] as number] as number;
  return ofCodes(digits);
};

export const hexAt = ({ bytes, tape }: Source, entry: number): string => {
  const from = tape[entry + 1] as number;
  return hexOf(bytes, from, 2 * ((tape[entry + 2] as number) - from));
};

/** Digits two in a byte, the first in the high half; one `f` at the end fills up and is left out (TD.57, BCDString). */
export const bcdAt = ({ bytes, tape }: Source, entry: number): string => {
  const from = tape[entry + 1] as number;
  const to = tape[entry + 2] as number;
  const filled = to > from && ((bytes[to - 1] as number) & 0x0f) === 0x0f;
  return hexOf(bytes, from, 2 * (to - from) - (filled ? 1 : 0));
};

/** Two's complement, as it stands: a volume that lacks its sign byte reads negative. */
export const integerAt = (source: Source, entry: number): Integer => {
  const { bytes, tape } = source;
  const from = tape[entry + 1] as number;
  const to = tape[entry + 2] as number;
  let value = ((bytes[from] as number) << 24) >> 24;
  const size = to - from;
  if (size <= 4) {
    for (let at = from + 1; at < to; at += 1) value = (value << 8) | (bytes[at] as number);
    return value;
  }
  if (size <= 6) {
    for (let at = from + 1; at < to; at += 1) value = value * 0x100 + (bytes[at] as number);
    return value;
  }
  const whole = BigInt.asIntN(size * 8, BigInt(`0x${bytes.toString('hex', from, to)}`));
  return whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole;
};

/** The entry of the first child with this tag, or -1. */
export const childAt = ({ tape }: Source, entry: number, tag: number): number => {
  const end = tape[entry + 3] as number;
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) if (tape[at] === tag) return at;
  return -1;
};

/** The first child that is an element of the grammar, or -1: the alternative inside a CHOICE with a tag. */
export const firstAt = ({ tape }: Source, entry: number): number => {
  const end = tape[entry + 3] as number;
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) if ((tape[at] as number) > 0) return at;
  return -1;
};

/** The entry of the next child of a list that is an element of the grammar; `end` when there is none. */
const elementFrom = (tape: Int32Array, from: number, end: number): number => {
  let at = from;
  while (at < end && (tape[at] as number) <= 0) at = tape[at + 3] as number;
  return at;
};

/**
 * Every child of a list, made by `of`; what is kept is passed over. Lists mostly have one element or two: an array that
 * begins with them has room for them alone, one that begins empty takes room for seventeen with its first.
 */
export const listAt = <A>(source: Source, entry: number, of: (source: Source, entry: number) => A): readonly A[] => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  const first = elementFrom(tape, entry + ENTRY, end);
  if (first >= end) return [];
  const second = elementFrom(tape, tape[first + 3] as number, end);
  if (second >= end) return [of(source, first)];
  const found = [of(source, first), of(source, second)];
  for (let at = tape[second + 3] as number; at < end; at = tape[at + 3] as number) {
    if ((tape[at] as number) > 0) found.push(of(source, at));
  }
  return found;
};

/** The first child with one of these tags, or -1: a CHOICE without a tag is whichever of its alternatives stands. */
export const oneAt = ({ tape }: Source, entry: number, tags: readonly number[]): number => {
  const end = tape[entry + 3] as number;
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) if (tags.includes(tape[at] as number)) return at;
  return -1;
};
