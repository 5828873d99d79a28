import { formatDecimal } from '../../domain/kernel/decimal.ts';
import { formatPercent, formatPrice } from '../../domain/roaming/rating/decimal.ts';
import { stepText } from '../../domain/roaming/rating/explain.ts';
import type { PeriodEnd } from '../../domain/roaming/rating/period.ts';
import type { Price, Step } from '../../domain/roaming/rating/rate.ts';

/** A price as a person reads it: a line per step, then the total. */

const line = (amount: string, text: string): string => `  ${amount.padStart(16)}  ${text}`;

const stepLines = (steps: ReadonlyArray<Step>): ReadonlyArray<string> =>
  steps.map((step) => line(formatPrice(step.amount), stepText(step)));

export const explained = (id: string, price: Price): ReadonlyArray<string> => {
  const { version, rate, zone, band, currency, decimals } = price;
  const where = [zone === null ? 'any destination' : `zone ${zone}`, band === null ? 'any time' : `band ${band}`];
  return [
    `${id}: rate ${rate}, ${where.join(', ')}, version ${version}`,
    ...stepLines(price.steps),
    line(formatDecimal(price.totalMinor, decimals), `${currency} in total`),
  ];
};

export const explainedEnd = (
  { steps, totalMinor }: PeriodEnd,
  { version, currency, decimals }: { readonly version: number; readonly currency: string; readonly decimals: number },
): ReadonlyArray<string> => [
  `end of the period, version ${version}`,
  ...stepLines(steps),
  line(formatDecimal(totalMinor, decimals), `${currency} in total`),
];

/** Usage, not money. */
const USAGE: ReadonlyArray<string> = ['units', 'count', 'quantity', 'taken'];

const plain = (key: string, value: unknown): unknown => {
  if (typeof value !== 'bigint') return value;
  if (USAGE.includes(key)) return String(value);
  return key === 'percent' ? formatPercent(value) : formatPrice(value);
};

/** One line of JSON: amounts of steps as decimal strings, totals in the currency. */
export const asJson = (id: string, price: Price): string => {
  const { steps, chargeMinor, discountMinor, taxMinor, totalMinor, ...rest } = price;
  const money = (minor: bigint): string => formatDecimal(minor, price.decimals);
  return JSON.stringify(
    {
      id,
      ...rest,
      charge: money(chargeMinor),
      discount: money(discountMinor),
      tax: money(taxMinor),
      total: money(totalMinor),
      steps,
    },
    plain,
  );
};
