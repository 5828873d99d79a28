import { formatDecimal, parseDecimal } from '../../kernel/decimal.ts';
import { parseDay } from '../rating/calendar.ts';
import type { Field } from './schema.ts';

/** One field between its columns and its value. Undefined: it does not fit its kind. */

const PRINTABLE = /^[\x20-\x7e]*$/;
const DIGITS = /^[0-9]+$/;

/** YYMMDD of this century. */
const isDate = (digits: string): boolean =>
  parseDay(`20${digits.slice(0, 2)}-${digits.slice(2, 4)}-${digits.slice(4)}`) !== undefined;
const isTime = (digits: string): boolean => /^(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){2}$/.test(digits);

const fits = ({ kind }: Field, digits: string): boolean => {
  if (!DIGITS.test(digits)) return false;
  if (kind === 'date') return isDate(digits);
  return kind !== 'time' || isTime(digits);
};

/** Text loses the blanks at its end; what is all blank is empty. */
export const decodeField = (field: Field, columns: string): string | undefined => {
  if (!PRINTABLE.test(columns)) return undefined;
  if (field.kind === 'filler') return columns;
  if (field.kind === 'text') return columns.trimEnd();
  if (columns.trim() === '') return '';
  if (!fits(field, columns)) return undefined;
  return field.kind === 'amount' ? formatDecimal(BigInt(columns), field.decimals) : columns;
};

const encodeAmount = ({ length, decimals }: Field, value: string): string | undefined => {
  const [, whole, fraction = ''] = /^([0-9]{1,18})(?:\.([0-9]+))?$/.exec(value) ?? [];
  if (whole === undefined || fraction.length > decimals) return undefined;
  const digits = String(parseDecimal(value, decimals)).padStart(length, '0');
  return digits.length > length ? undefined : digits;
};

export const encodeField = (field: Field, value: string): string | undefined => {
  const { kind, length } = field;
  if (!PRINTABLE.test(value) || value.length > length + 1) return undefined;
  if (kind === 'filler') return value.length === length ? value : undefined;
  if (kind === 'text') return value.length > length || value.endsWith(' ') ? undefined : value.padEnd(length);
  if (value === '') return ' '.repeat(length);
  if (kind === 'amount') return encodeAmount(field, value);
  return value.length === length && fits(field, value) ? value : undefined;
};
