import { childAt, ENTRY, type Integer, integerAt, textAt } from '../../codec/tape.ts';
import { SINCE_0311 } from '../rule.ts';
import type { Walk } from '../walk.ts';
import { child, integerOf, longMs, TAG } from './elements.ts';

/** The audit: totals of the sender against the sums of the records. Records with severe errors count. */

/** Since 3.11, and within the total of a type before. */
const TOTAL_CHARGE = 415;
const OLD_TOTAL_CHARGE = 241;
const TOTAL_CHARGE_VALUES = 224;
const SECOND_MS = 1_000;

/** Numbers and bigint of the same value are the same. */
const differ = (a: Integer, b: Integer): boolean => BigInt(a) !== BigInt(b);

/** The element that holds the total of type 00: the audit itself since 3.11; -1 when there is none. */
const totalGroup = (walk: Walk, entry: number): number => {
  const list = child(walk, entry, TOTAL_CHARGE_VALUES);
  if (list < 0) return SINCE_0311.includes(walk.version) ? entry : -1;
  const { source } = walk;
  const { tape } = source;
  const end = tape[list + 3] as number;
  for (let at = list + ENTRY; at < end; at = tape[at + 3] as number) {
    const type = childAt(source, at, TAG.chargeType);
    if (type >= 0 && textAt(source, type) === '00') return at;
  }
  return -1;
};

const compare = (walk: Walk, group: number, tag: number, sum: Integer, row: string, least = 0): void => {
  const at = child(walk, group, tag);
  if (at < 0) return;
  const told = integerAt(walk.source, at);
  // What is out of range has been told already.
  if (told >= least && differ(told, sum)) walk.report(row, at);
};

/** A total of refunds stands when there are any, and only then has to be right. */
const compareRefund = (
  walk: Walk,
  group: number,
  tag: number,
  sum: Integer,
  rows: readonly string[],
  row: string,
): void => {
  const at = child(walk, group, tag);
  if (at >= 0) compare(walk, group, tag, sum, row, 1);
  else if (sum > 0) for (const missing of rows) walk.report(missing, group);
};

const audit = (walk: Walk, entry: number): void => {
  const { plain, refund } = walk.sums;
  const group = totalGroup(walk, entry);
  if (group >= 0) {
    compare(walk, group, group === entry ? TOTAL_CHARGE : OLD_TOTAL_CHARGE, plain.charge, 'totalCharge/100');
    compareRefund(
      walk,
      group,
      TAG.totalChargeRefund,
      refund.charge,
      ['auditControlInfo/34', 'totalChargeValue/32'],
      'totalChargeRefund/100',
    );
  }
  compare(walk, entry, TAG.totalTaxValue, plain.tax, 'totalTaxValue/100');
  compareRefund(walk, entry, TAG.totalTaxRefund, refund.tax, ['auditControlInfo/35'], 'totalTaxRefund/100');
  compare(walk, entry, TAG.totalDiscountValue, plain.discount, 'totalDiscountValue/100');
  compareRefund(
    walk,
    entry,
    TAG.totalDiscountRefund,
    refund.discount,
    ['auditControlInfo/36'],
    'totalDiscountRefund/100',
  );
  const count = integerOf(walk, entry, TAG.callEventDetailsCount);
  if (count !== undefined && count > 0 && differ(count, walk.records)) {
    walk.report('callEventDetailsCount/100', child(walk, entry, TAG.callEventDetailsCount));
  }
  for (const [item, tag, seen] of [
    ['earliestCallTimeStamp', TAG.earliestCallTimeStamp, walk.firstMs],
    ['latestCallTimeStamp', TAG.latestCallTimeStamp, walk.lastMs],
  ] as const) {
    const at = child(walk, entry, tag);
    const told = longMs(walk, at);
    if (Number.isFinite(seen) && Math.abs(told - seen) >= SECOND_MS) walk.report(`${item}/100`, at);
  }
};

export const AUDIT_HOOKS = { AuditControlInfo: audit };
