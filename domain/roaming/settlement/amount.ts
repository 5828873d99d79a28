import { divide, type Rounding } from '../../kernel/decimal.ts';

/**
 * Exact amounts of settlement: bigint minor units, with the decimals of their currency (an SDR amount has the decimals
 * that the agreement says). A conversion is rounded once, by a named rule, and what the rounding took is kept as a
 * fraction, so that an auditor can add it back.
 */

/** The rate fixed for a period: one whole unit of `currency` is `rate` whole units of the agreement's currency. */
export interface Rate {
  readonly currency: string;
  /** Decimals of amounts in `currency`. */
  readonly decimals: number;
  /** A decimal string above zero. */
  readonly rate: string;
}

export interface Converted {
  readonly amountMinor: bigint;
  /** exact = amountMinor + restNumerator / restDenominator, in minor units; the denominator is above zero. */
  readonly restNumerator: bigint;
  readonly restDenominator: bigint;
}

/** Above zero; up to 12 digits before and 12 after the point. */
export const RATE_PATTERN = /^(?=.*[1-9])(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,12})?$/;

export const sumOf = (values: Iterable<bigint>): bigint => {
  let sum = 0n;
  for (const value of values) sum += value;
  return sum;
};

/**
 * An amount in the currency of `by` as one in the agreement's currency with `decimals`, rounded once.
 * `rate` matches `RATE_PATTERN`.
 */
export const convert = (amountMinor: bigint, by: Rate, decimals: number, rounding: Rounding): Converted => {
  const [whole = '', fraction = ''] = by.rate.split('.');
  const numerator = amountMinor * BigInt(whole + fraction) * 10n ** BigInt(decimals);
  const denominator = 10n ** BigInt(fraction.length + by.decimals);
  const rounded = divide(numerator, denominator, rounding);
  return {
    amountMinor: rounded,
    restNumerator: numerator - rounded * denominator,
    restDenominator: denominator,
  };
};
