import { bcdAt, childAt, firstAt, integerAt, textAt } from '../../codec/tape.ts';
import type { ExpectedRate } from '../facts.ts';
import { isOffset, offsetMinutes } from '../stamp.ts';
import type { Entity, ExchangeRate } from '../tables.ts';
import type { Walk } from '../walk.ts';
import { child, elements, integerOf, oneOf, TAG, textOf } from './elements.ts';

/** Accounting and network information: the tables that records refer to, each code once. */

/** Kinds of recording entity (TD.57 §6, Recording Entity Type). */
const MSC = 1;
const SMSC = 2;
export const GGSN = 3;
export const SGSN = 4;

const NUMBER = /^\d{5,15}$/;
const NAME = /^[A-Z][A-Z0-9 _.-]*$/;
const SIGNALLING_POINT = /^\d{1,3}(-?\d{1,3}){0,3}$/;
const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const IPV6 = /^(?=[0-9A-Fa-f:.]*:)[0-9A-Fa-f:.]{2,45}$/;
const isAddress = (id: string): boolean => IPV4.test(id) || IPV6.test(id);

/** The row that a record breaks which refers to an entity of this type with this identification. */
const wrongEntity = (type: number, id: string): string | undefined => {
  if (type === MSC)
    return NUMBER.test(id) || SIGNALLING_POINT.test(id) || NAME.test(id) ? undefined : 'recEntityCode/101';
  if (type === SMSC) return NUMBER.test(id) ? undefined : 'recEntityCode/102';
  if (type === GGSN) return isAddress(id) ? undefined : 'recEntityCode/103';
  if (type === SGSN) return isAddress(id) || NUMBER.test(id) ? undefined : 'recEntityCode/104';
  return undefined;
};

const judge = (digits: bigint, decimalPlaces: number, expected: ExpectedRate | undefined): ExchangeRate['judged'] => {
  if (expected === undefined || decimalPlaces < 0 || decimalPlaces > 100) return 'expected';
  const MILLION = 1_000_000n;
  const rate = digits * 10n ** BigInt(expected.decimalPlaces) * MILLION;
  const wanted = BigInt(expected.digits) * 10n ** BigInt(decimalPlaces);
  const tolerance = BigInt(expected.toleranceMillionths);
  if (rate < wanted * (MILLION - tolerance)) return 'low';
  return rate > wanted * (MILLION + tolerance) ? 'high' : 'expected';
};

/** The code of a table's entry, when it is there and has not stood before. */
const freshCode = (
  walk: Walk,
  entry: number,
  tag: number,
  known: ReadonlyMap<number, unknown>,
  row: string,
): number | undefined => {
  const code = integerOf(walk, entry, tag);
  if (code === undefined) return undefined;
  if (!known.has(Number(code))) return Number(code);
  walk.report(row, entry);
  return undefined;
};

const accounting = (walk: Walk, entry: number): void => {
  const { tables } = walk;
  tables.tapDecimalPlaces = Number(integerOf(walk, entry, TAG.tapDecimalPlaces) ?? 0);
  tables.tapCurrency = textOf(walk, entry, TAG.tapCurrency);
  walk.header = { ...walk.header, tapDecimalPlaces: tables.tapDecimalPlaces, tapCurrency: tables.tapCurrency };
  elements(walk, child(walk, entry, TAG.currencyConversionInfo), (at) => {
    const code = freshCode(walk, at, TAG.exchangeRateCode, tables.rates, 'currencyConversion/33');
    if (code === undefined) return;
    const rate = integerOf(walk, at, TAG.exchangeRate) ?? 0;
    const places = Number(integerOf(walk, at, TAG.numberOfDecimalPlaces) ?? 0);
    tables.rates.set(code, { judged: judge(BigInt(rate), places, walk.facts.agreement?.exchangeRate) });
  });
  elements(walk, child(walk, entry, TAG.taxation), (at) => {
    const code = freshCode(walk, at, TAG.taxCode, tables.taxes, 'taxation/33');
    const rate = textOf(walk, at, TAG.taxRate);
    if (code !== undefined)
      tables.taxes.set(code, { rate: rate !== undefined && /^\d{7}$/.test(rate) ? Number(rate) : undefined });
  });
  elements(walk, child(walk, entry, TAG.discounting), (at) => {
    const code = freshCode(walk, at, TAG.discountCode, tables.discounts, 'discounting/33');
    if (code !== undefined) tables.discounts.set(code, { fixed: fixedDiscount(walk, at) });
  });
};

/** The choice stands alone until 3.10 and has an element of its own since. */
const DISCOUNT_APPLIED = 428;
const FIXED_DISCOUNT = [411, 93];
const fixedDiscount = (walk: Walk, entry: number): number | bigint | undefined => {
  const { source } = walk;
  const applied = childAt(source, entry, DISCOUNT_APPLIED);
  const at = applied < 0 ? oneOf(walk, entry, FIXED_DISCOUNT) : firstAt(source, applied);
  return at >= 0 && FIXED_DISCOUNT.includes(source.tape[at] as number) ? integerAt(source, at) : undefined;
};

const MSISDN = 152;
const entityOf = (walk: Walk, entry: number): Entity => {
  const type = Number(integerOf(walk, entry, TAG.recEntityType) ?? 0);
  let id = '';
  // A choice of its own until 3.10, with another tag for each kind of entity.
  elements(walk, entry, (at) => {
    const tag = walk.source.tape[at] as number;
    if (tag === MSISDN) id = bcdAt(walk.source, at);
    else if (tag !== TAG.recEntityCode && tag !== TAG.recEntityType) id = textAt(walk.source, at);
  });
  return { type, id, wrong: wrongEntity(type, id) };
};

const network = (walk: Walk, entry: number): void => {
  const { tables, source } = walk;
  elements(walk, child(walk, entry, TAG.utcTimeOffsetInfo), (at) => {
    const code = freshCode(walk, at, TAG.utcTimeOffsetCode, tables.offsets, 'utcTimeOffsetInfo/32');
    const offset = childAt(source, at, TAG.utcTimeOffset);
    if (code !== undefined && offset >= 0 && isOffset(source, offset)) {
      tables.offsets.set(code, offsetMinutes(source, offset));
    }
  });
  elements(walk, child(walk, entry, TAG.recEntityInfo), (at) => {
    const code = childAt(source, at, TAG.recEntityCode);
    if (code < 0) return;
    const number = Number(integerAt(source, code));
    const known = tables.entities.get(number);
    const fresh = entityOf(walk, at);
    if (known === undefined) tables.entities.set(number, fresh);
    else walk.report(`recEntityInfo/${known.id === fresh.id && known.type === fresh.type ? 34 : 33}`, at);
  });
};

export const TABLE_HOOKS = { AccountingInfo: accounting, NetworkInfo: network };
