import { decimalPattern, divide, formatDecimal, parseDecimal } from '../../kernel/decimal.ts';

/**
 * Rates, percentages and amounts are computed in units of 10^-12 of the currency: a price has at most 6 decimals and so
 * has a percentage as a fraction, so their product is exact.
 */

export const WORK_DECIMALS = 12;
/** Decimals of a price, and of what is charged: TAP states 0 to 6 (TD.57, tapDecimalPlaces). */
export const MAX_DECIMALS = 6;
/** A percentage is written with up to 4 decimals: as a fraction that is 6. */
const PERCENT_DECIMALS = 4;
const PERCENT_ONE = 100n * 10n ** BigInt(PERCENT_DECIMALS);

export const parsePrice = (text: string): bigint => parseDecimal(text, WORK_DECIMALS);
export const formatPrice = (amount: bigint): string => formatDecimal(amount, WORK_DECIMALS, true);

/** A percentage in units of 10^-4: `6` is 60000n. */
export const parsePercent = (text: string): bigint => parseDecimal(text, PERCENT_DECIMALS);
export const formatPercent = (percent: bigint): string => formatDecimal(percent, PERCENT_DECIMALS, true);
export const percentPattern = decimalPattern(PERCENT_DECIMALS);

/** Exact, as long as the amount has at most `MAX_DECIMALS`. */
export const percentOf = (amount: bigint, percent: bigint): bigint => (amount * percent) / PERCENT_ONE;

/** The unit of what is charged with these decimals, in working units: 2 decimals make 10^10. */
export const quantumOf = (decimals: number): bigint => 10n ** BigInt(WORK_DECIMALS - decimals);

/** An amount with other decimals; of a finer one, what cannot be charged is rounded half up. */
export const rescaled = (amount: bigint, from: number, to: number): bigint =>
  to >= from ? amount * 10n ** BigInt(to - from) : divide(amount, 10n ** BigInt(from - to), 'halfUp');
