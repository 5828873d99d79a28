import { expect, it } from 'vitest';
import { formatPercent, formatPrice, parsePercent, parsePrice, percentOf } from './decimal.ts';

it('prices and percentages are written and read without loss', () => {
  expect([parsePrice('1.25'), parsePrice('0.000001'), parsePercent('6')]).toEqual([
    1_250_000_000_000n,
    1_000_000n,
    60_000n,
  ]);
  expect([formatPrice(-1_250_000_000_000n), formatPercent(125_000n)]).toEqual(['-1.25', '12.5']);
});

it('percentages of what can be charged are exact', () => {
  expect(percentOf(parsePrice('0.000001'), parsePercent('0.0001'))).toBe(1n);
  expect(percentOf(parsePrice('999.99'), parsePercent('12.5'))).toBe(parsePrice('124.99875'));
});
