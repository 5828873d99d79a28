/**
 * Exact decimals on bigint: an amount is a whole number of units, its decimals are said beside it. Nothing is rounded but
 * where a rounding is asked for by name.
 */

export const ROUNDINGS = ['up', 'down', 'halfUp', 'halfDown', 'halfEven'] as const;
/**
 * To a whole number, alike on both sides of zero: `up` away from zero, `down` towards it; the others to the nearest, and
 * of two equally near ones `halfUp` the one away from zero, `halfDown` the one towards it, `halfEven` the even one.
 */
export type Rounding = (typeof ROUNDINGS)[number];

export const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** Math.max and Math.min refuse bigint. */
export const larger = (a: bigint, b: bigint): bigint => {
  if (a > b) return a;
  return b;
};
export const smaller = (a: bigint, b: bigint): bigint => {
  if (a < b) return a;
  return b;
};

const awayFromZero = (quotient: bigint, rest: bigint, denominator: bigint, mode: Rounding): boolean => {
  if (mode === 'up') return rest > 0n;
  if (mode === 'down') return false;
  const twice = rest * 2n;
  if (twice !== denominator) return twice > denominator;
  return mode === 'halfUp' || (mode === 'halfEven' && quotient % 2n === 1n);
};

/** The quotient, rounded; `denominator` is above zero. */
export const divide = (numerator: bigint, denominator: bigint, mode: Rounding): bigint => {
  const size = absolute(numerator);
  const quotient = size / denominator;
  const rounded = awayFromZero(quotient, size % denominator, denominator, mode) ? quotient + 1n : quotient;
  return numerator < 0n ? -rounded : rounded;
};

/** `amount` rounded to a multiple of `step` (above zero). */
export const roundTo = (amount: bigint, step: bigint, mode: Rounding): bigint =>
  amount % step === 0n ? amount : divide(amount, step, mode) * step;

/** The pattern of a decimal that is not negative, with up to `decimals` digits after the point. */
export const decimalPattern = (decimals: number): RegExp => new RegExp(`^[0-9]{1,12}(?:\\.[0-9]{1,${decimals}})?$`);

/** `1.25` with 2 decimals is 125n; the text matches `decimalPattern` of no more decimals. */
export const parseDecimal = (text: string, decimals: number): bigint => {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0'));
};

/** -125n with 2 decimals is `-1.25`; with `trim`, noughts at the end are left out. */
export const formatDecimal = (amount: bigint, decimals: number, trim = false): string => {
  const digits = String(absolute(amount)).padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const fraction = trim ? digits.slice(cut).replace(/0+$/, '') : digits.slice(cut);
  return `${amount < 0n ? '-' : ''}${digits.slice(0, cut)}${fraction === '' ? '' : `.${fraction}`}`;
};
