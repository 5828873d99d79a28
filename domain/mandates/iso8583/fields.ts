/**
 * The fields of the link of ISO 8583's kind, as data (ISO 8583:1987 §4; docs/partners/bank.md). Lengths are bytes.
 * `n` digits; `an` letters and digits; `ans` any text in UTF-8; `b` bytes, in hex where a program holds them.
 */

type FieldType = 'n' | 'an' | 'ans' | 'b';

export interface FieldRow {
  readonly name: string;
  readonly type: FieldType;
  /** How its length is known: fixed, or said by 2 or 3 digits before it. */
  readonly prefix: 0 | 2 | 3;
  /** The length, or the longest. */
  readonly length: number;
}

const fixed = (name: string, type: FieldType, length: number): FieldRow => ({ name, type, prefix: 0, length });
const variable = (name: string, type: FieldType, prefix: 2 | 3, length: number): FieldRow => {
  return { name, type, prefix, length };
};

export const FIELDS = {
  3: fixed('processing code', 'n', 6),
  4: fixed('amount, transaction', 'n', 12),
  7: fixed('transmission date and time, MMDDhhmmss in UTC', 'n', 10),
  11: fixed('system trace audit number', 'n', 6),
  32: variable('acquiring institution identification code', 'n', 2, 11),
  37: fixed('retrieval reference number', 'an', 12),
  39: fixed('response code', 'an', 2),
  41: fixed('card acceptor terminal identification', 'an', 8),
  48: variable('additional data, private', 'ans', 3, 999),
  49: fixed('currency code, transaction', 'n', 3),
  70: fixed('network management information code', 'n', 3),
  128: fixed('message authentication code', 'b', 8),
} as const satisfies Record<number, FieldRow>;

export type FieldNumber = keyof typeof FIELDS;

export const FIELD_NUMBERS: readonly FieldNumber[] = Object.keys(FIELDS).map((name) => Number(name) as FieldNumber);

/** Requests and their responses. */
export const MTIS = ['0100', '0110', '0200', '0210', '0400', '0410', '0800', '0810'] as const;
export type Mti = (typeof MTIS)[number];
