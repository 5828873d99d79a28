import { bodyOfIccid, isIccid } from '../iccid.ts';
import { isImsi } from '../imsi.ts';
import type { NumberType } from '../schema.ts';

/**
 * One line of a resource file: a number, or a range of them, for a product and a city. ICCIDs are written whole, with
 * their Luhn digit; what is registered are their bodies.
 */
export interface ResourceRow {
  readonly first: string;
  readonly last: string;
  readonly product: string;
  /** Empty: for any city. */
  readonly city: string;
}

/** Why a line is refused; the others of its file are not touched by it. */
export const ROW_CODES = {
  WrongFieldCount: 'the line has more or fewer cells than it must',
  InvalidNumber: 'the number is none of the file’s type: digits, length or Luhn digit are wrong',
  InvalidRange: 'last is smaller than first, or of another length',
  RangeTooLarge: 'the line holds more than 1,000,000,000 numbers',
  InvalidProduct: 'the product is no code of 1–32 letters, digits, . _ -',
  InvalidCity: 'the city is no code of 1–32 letters, digits, . _ -',
  NumbersRepeated: 'other lines of the file hold these numbers, too',
  NumbersRegistered: 'the numbers belong to a range that is registered',
} as const;
export type RowCode = keyof typeof ROW_CODES;

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const MAX_SIZE = 1_000_000_000n;

const bodyOf = (type: NumberType, text: string): string | undefined => {
  if (type === 'imsi') return isImsi(text) ? text : undefined;
  return isIccid(text) ? bodyOfIccid(text) : undefined;
};

/** @param last empty for a single number */
export const resourceRow = (
  type: NumberType,
  cells: { readonly first: string; readonly last: string; readonly product: string; readonly city: string },
): ResourceRow | RowCode => {
  const first = bodyOf(type, cells.first);
  const last = cells.last === '' ? first : bodyOf(type, cells.last);
  if (first === undefined || last === undefined) return 'InvalidNumber';
  if (first.length !== last.length || last < first) return 'InvalidRange';
  if (first !== last && BigInt(last) - BigInt(first) >= MAX_SIZE) return 'RangeTooLarge';
  if (!CODE.test(cells.product)) return 'InvalidProduct';
  if (cells.city !== '' && !CODE.test(cells.city)) return 'InvalidCity';
  return { first, last, product: cells.product, city: cells.city };
};
