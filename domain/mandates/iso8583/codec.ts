import { timingSafeEqual } from 'node:crypto';
import type { SecretBytes } from '../../kernel/secret.ts';
import { hmacSm3 } from '../../keys/sm3.ts';
import { FIELD_NUMBERS, FIELDS, type FieldNumber, type FieldRow, MTIS, type Mti } from './fields.ts';

/**
 * Messages of ISO 8583's kind as bytes: type indicator in four digits, one or two bitmaps of eight bytes, fields in
 * their order. Every message ends with field 128, eight bytes of HMAC-SM3 over all that stands before it.
 */

export type IsoFields = Readonly<Partial<Record<Exclude<FieldNumber, 128>, string>>>;

export interface IsoMessage {
  readonly mti: Mti;
  readonly fields: IsoFields;
}

/** `field`: where, 0 for the head. */
export interface IsoProblem {
  readonly _tag: 'IsoProblem';
  readonly code: 'TooShort' | 'TypeUnknown' | 'FieldUnknown' | 'FieldInvalid' | 'TooLong' | 'MacWrong';
  readonly field: number;
}

const problem = (code: IsoProblem['code'], field = 0): IsoProblem => ({ _tag: 'IsoProblem', code, field });

export const isIsoProblem = (value: IsoMessage | IsoProblem): value is IsoProblem => '_tag' in value;

const MAC_BYTES = 8;
const HEAD_BYTES = 12;
const SHAPES: Readonly<Record<FieldRow['type'], RegExp>> = {
  n: /^[0-9]*$/,
  an: /^[A-Za-z0-9]*$/,
  ans: /^\P{Cc}*$/u,
  b: /^[0-9a-f]*$/,
};

const macOf = (key: SecretBytes, bytes: Uint8Array): Buffer => hmacSm3(key.reveal(), bytes).subarray(0, MAC_BYTES);

const isMti = (text: string): text is Mti => MTIS.some((mti) => mti === text);

const fits = ({ prefix, length, type }: FieldRow, text: string): boolean => {
  const bytes = Buffer.byteLength(text);
  return (prefix === 0 ? bytes === length : bytes > 0 && bytes <= length) && SHAPES[type].test(text);
};

/** @throws RangeError for a value that its field cannot hold: whoever maps messages sees to that. */
export const encodeIso = ({ mti, fields }: IsoMessage, key: SecretBytes): Buffer => {
  const bitmap = Buffer.alloc(16);
  // Field 128 is always there, so the second bitmap is: bit 1 says so.
  bitmap[0] = 0x80;
  bitmap[15] = 1;
  const parts: Buffer[] = [];
  for (const number of FIELD_NUMBERS) {
    if (number === 128) continue;
    const text = fields[number];
    if (text === undefined) continue;
    const row = FIELDS[number];
    if (!fits(row, text)) throw new RangeError(`field ${number} cannot hold its value`);
    const at = (number - 1) >> 3;
    bitmap[at] = (bitmap[at] ?? 0) | (0x80 >> ((number - 1) & 7));
    const bytes = Buffer.from(text);
    if (row.prefix > 0) parts.push(Buffer.from(String(bytes.length).padStart(row.prefix, '0')));
    parts.push(bytes);
  }
  const body = Buffer.concat([Buffer.from(mti), bitmap, ...parts]);
  return Buffer.concat([body, macOf(key, body)]);
};

const bitsOf = (bitmap: Uint8Array): number[] =>
  [...bitmap].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bit) => (byte & (0x80 >> bit) ? [at * 8 + bit + 1] : [])),
  );

const isKnown = (number: number): number is FieldNumber => number in FIELDS;

/** One field and where the next begins. */
const fieldAt = (bytes: Buffer, at: number, number: FieldNumber): { text: string; next: number } | IsoProblem => {
  const row = FIELDS[number];
  const said = bytes.subarray(at, at + row.prefix).toString('latin1');
  if (said.length < row.prefix) return problem('TooShort', number);
  if (!SHAPES.n.test(said)) return problem('FieldInvalid', number);
  const length = row.prefix === 0 ? row.length : Number(said);
  const next = at + row.prefix + length;
  if (next > bytes.length) return problem('TooShort', number);
  const content = bytes.subarray(at + row.prefix, next);
  const text = content.toString('utf8');
  // What is no UTF-8 does not come back as it was.
  return fits(row, text) && Buffer.from(text).equals(content) ? { text, next } : problem('FieldInvalid', number);
};

/** The message in a frame, or what is wrong with it. The code is checked before any field is believed. */
export const decodeIso = (bytes: Buffer, key: SecretBytes): IsoMessage | IsoProblem => {
  if (bytes.length < HEAD_BYTES + 8 + MAC_BYTES) return problem('TooShort');
  const mti = bytes.subarray(0, 4).toString('latin1');
  if (!isMti(mti)) return problem('TypeUnknown');
  const numbers = bitsOf(bytes.subarray(4, (bytes[4] ?? 0) & 0x80 ? HEAD_BYTES + 8 : HEAD_BYTES)).filter(
    (bit) => bit > 1,
  );
  if (numbers.at(-1) !== 128) return problem('MacWrong', 128);
  const body = bytes.subarray(0, -MAC_BYTES);
  if (!timingSafeEqual(macOf(key, body), bytes.subarray(-MAC_BYTES))) return problem('MacWrong', 128);
  const fields: Partial<Record<number, string>> = {};
  let at = HEAD_BYTES + 8;
  for (const number of numbers.slice(0, -1)) {
    if (!isKnown(number)) return problem('FieldUnknown', number);
    const found = fieldAt(body, at, number);
    if ('_tag' in found) return found;
    fields[number] = found.text;
    at = found.next;
  }
  return at === body.length ? { mti, fields } : problem('TooLong');
};
