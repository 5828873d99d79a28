import { childAt, ENTRY, type Integer, integerAt, type Source } from '../../codec/tape.ts';
import { add, type Walk } from '../walk.ts';
import { child, elements, integerOf, oneOf, TAG } from './elements.ts';

/** What records charge: sums for the audit, and the codes and rates that taxes and discounts name. */

/** Since 3.10, and before. */
const TAX_VALUE = [397, 62];
const DISCOUNT = [412, 93];
/** Taxes of the records of 3.12 that have no charge information. */
const SESSION_DETAIL = 63;
/** A share of the unit: how far a tax may be off (TD.57 §6, Tax Value 22, note 1). */
const TOLERANCE_HUNDREDTHS = 2;
/** A rate of 1/100000 per cent is this part of the amount. */
const RATE_PARTS = 10_000_000;
const REFUND = 1;

/** `00`, in bytes: every detail is asked. */
const isTotal = ({ bytes, tape }: Source, entry: number): boolean => {
  const at = tape[entry + 1] as number;
  return (tape[entry + 2] as number) - at === 2 && bytes[at] === 0x30 && bytes[at + 1] === 0x30;
};

interface Charged {
  total: Integer;
  /** How many of type 00 there are. */
  totals: number;
  positive: boolean;
}

const chargeDetail = (walk: Walk, entry: number, into: Charged): void => {
  const { source } = walk;
  const charge = integerOf(walk, entry, TAG.charge);
  const type = childAt(source, entry, TAG.chargeType);
  if (charge === undefined) return;
  if (charge > 0) into.positive = true;
  if (type < 0 || !isTotal(source, type)) return;
  into.totals += 1;
  into.total = add(into.total, charge);
};

const taxes = (walk: Walk, list: number, charged: Integer): void => {
  const { record, tables, facts } = walk;
  const places = tables.tapDecimalPlaces ?? 0;
  elements(walk, list, (at) => {
    const valueAt = oneOf(walk, at, TAX_VALUE);
    const value = valueAt < 0 ? undefined : integerAt(walk.source, valueAt);
    if (value !== undefined) record.amounts.tax = add(record.amounts.tax, value);
    const code = child(walk, at, TAG.taxCode);
    if (code < 0) return;
    const tax = tables.taxes.get(Number(integerAt(walk.source, code)));
    if (tax === undefined) {
      walk.report('taxCode/100', code);
      return;
    }
    if (tax.rate === undefined) return;
    if (facts.agreement?.taxRates?.includes(tax.rate) === false) walk.report('taxCode/200', code);
    if (value === undefined) return;
    // In doubles: what is compared is far coarser than what they lose.
    const base = Number(integerOf(walk, at, TAG.taxableAmount) ?? charged);
    const tolerance = TOLERANCE_HUNDREDTHS * 10 ** (places - 2);
    if (Math.abs(Number(value) - (base * tax.rate) / RATE_PARTS) > tolerance) walk.report('taxValue/22', valueAt);
  });
};

const discount = (walk: Walk, entry: number): void => {
  if (entry < 0) return;
  const { record, tables, source } = walk;
  const valueAt = oneOf(walk, entry, DISCOUNT);
  const code = child(walk, entry, TAG.discountCode);
  const known = code < 0 ? undefined : tables.discounts.get(Number(integerAt(source, code)));
  const value = valueAt < 0 ? known?.fixed : integerAt(source, valueAt);
  if (value !== undefined) record.amounts.discount = add(record.amounts.discount, value);
  if (code < 0) return;
  if (known === undefined) walk.report('discountCode/100', code);
  else if (known.fixed === undefined && valueAt < 0) walk.report('discountInformation/31', entry);
};

const rate = (walk: Walk, entry: number): void => {
  const code = child(walk, entry, TAG.exchangeRateCode);
  if (code < 0) return;
  const known = walk.tables.rates.get(Number(integerAt(walk.source, code)));
  if (known === undefined) walk.report('exchangeRateCode/101', code);
  else if (known.judged === 'low') walk.report('exchangeRateCode/200', code);
  else if (known.judged === 'high') walk.report('exchangeRateCode/202', code);
};

/** Charge information, and that of a mobile session, which may have one detail beside its list. */
const chargeInformation = (walk: Walk, entry: number): void => {
  const { record, source } = walk;
  const charged: Charged = { total: 0, totals: 0, positive: false };
  const list = child(walk, entry, TAG.chargeDetailList);
  const single = child(walk, entry, SESSION_DETAIL);
  if (list >= 0) {
    const { tape } = source;
    const end = tape[list + 3] as number;
    for (let at = list + ENTRY; at < end; at = tape[at + 3] as number) {
      if ((tape[at] as number) > 0) chargeDetail(walk, at, charged);
    }
  }
  if (single >= 0) chargeDetail(walk, single, charged);
  if (list >= 0 || single >= 0) {
    if (charged.totals === 0) walk.report('chargeInformation/33', entry);
    if (charged.totals > 1) walk.report('chargeInformation/34', entry);
  }
  const { amounts } = record;
  amounts.charge = add(amounts.charge, charged.total);
  if (charged.positive && child(walk, entry, TAG.exchangeRateCode) < 0) walk.report('chargeInformation/32', entry);
  rate(walk, entry);
  taxes(walk, child(walk, entry, TAG.taxInformation), charged.total);
  discount(walk, child(walk, entry, TAG.discountInformation));
};

const messagingEvent = (walk: Walk, entry: number): void => {
  const { amounts } = walk.record;
  const charge = integerOf(walk, entry, TAG.charge) ?? 0;
  amounts.charge = add(amounts.charge, charge);
  rate(walk, entry);
  taxes(walk, child(walk, entry, TAG.taxInformation), charge);
};

const camelServiceUsed = (walk: Walk, entry: number): void => {
  const { amounts } = walk.record;
  const fee = integerOf(walk, entry, TAG.camelInvocationFee) ?? 0;
  amounts.charge = add(amounts.charge, fee);
  rate(walk, entry);
  taxes(walk, child(walk, entry, TAG.taxInformation), fee);
  discount(walk, child(walk, entry, TAG.discountInformation));
};

export const CHARGE_HOOKS = {
  ChargeInformation: chargeInformation,
  SessionChargeInformation: chargeInformation,
  MessagingEvent: messagingEvent,
  CamelServiceUsed: camelServiceUsed,
  ContentServiceUsed: (walk: Walk): void => {
    walk.record.refunding = false;
  },
};

export const CHARGE_ENTER = {
  ContentServiceUsed: (walk: Walk, entry: number): void => {
    walk.record.refunding = integerOf(walk, entry, TAG.chargeRefundIndicator) === REFUND;
  },
};
