import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, parseDecimal, ROUNDINGS, roundTo } from './decimal.ts';

describe('a rounding', () => {
  it.each([
    //              up  down halfUp halfDown halfEven
    [10n, [10n, 10n, 10n, 10n, 10n]],
    [11n, [20n, 10n, 10n, 10n, 10n]],
    [15n, [20n, 10n, 20n, 10n, 20n]],
    [16n, [20n, 10n, 20n, 20n, 20n]],
    [25n, [30n, 20n, 30n, 20n, 20n]],
    [-11n, [-20n, -10n, -10n, -10n, -10n]],
    [-15n, [-20n, -10n, -20n, -10n, -20n]],
    [-25n, [-30n, -20n, -30n, -20n, -20n]],
    [0n, [0n, 0n, 0n, 0n, 0n]],
  ])('of %s to tens', (amount, expected) => {
    expect(ROUNDINGS.map((mode) => roundTo(amount, 10n, mode))).toEqual(expected);
  });

  it('gives a multiple less than a step away, the nearest where it says so, and the same on both sides of zero', () => {
    const step = fc.bigInt({ min: 1n, max: 10n ** 12n });
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        step,
        fc.constantFrom(...ROUNDINGS),
        (amount, by, mode) => {
          const rounded = roundTo(amount, by, mode);
          const off = rounded > amount ? rounded - amount : amount - rounded;
          expect(rounded % by).toBe(0n);
          expect(off < by).toBe(true);
          if (mode.startsWith('half')) expect(off * 2n <= by).toBe(true);
          expect(roundTo(-amount, by, mode)).toBe(-rounded);
        },
      ),
    );
  });
});

describe('decimals', () => {
  it.each([
    [-1_234n, 2, '-12.34'],
    [5n, 3, '0.005'],
    [0n, 2, '0.00'],
    [7n, 0, '7'],
  ] as const)('%s with %s decimals is %s', (amount, decimals, text) => {
    expect(formatDecimal(amount, decimals)).toBe(text);
  });

  it('are written and read without loss', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.integer({ min: 0, max: 12 }), (amount, decimals) => {
        expect(parseDecimal(formatDecimal(amount, decimals), decimals)).toBe(amount);
        expect(parseDecimal(formatDecimal(amount, decimals, true), decimals)).toBe(amount);
      }),
    );
  });
});
