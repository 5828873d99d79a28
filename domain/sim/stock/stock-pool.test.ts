import { describe, expect, it } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import type { StockPoolCommand } from './schema.ts';
import { parseStockPool, stockPoolDecider, stockPoolKey, usualClear } from './stock-pool.ts';

const set: StockPoolCommand = { _tag: 'Set', low: 100, clear: 110 };
const observe = (available: number): StockPoolCommand => ({ _tag: 'Observe', available });
const pool = (...commands: ReadonlyArray<StockPoolCommand>) => {
  const one = running(stockPoolDecider, 'imsi:4G-STD:-');
  for (const command of commands) one.must(command);
  return one;
};

describe('a pool of stock', () => {
  it('raises one alarm when the threshold is reached, and clears it when it is refilled', () => {
    const one = pool(set);
    expect(one.must(observe(101))).toEqual({ changed: false, raised: false });
    expect(one.must(observe(100))).toEqual({ changed: true, raised: true });
    for (const available of [99, 0, 105, 109]) {
      expect(one.must(observe(available))).toEqual({ changed: false, raised: true });
    }
    expect(one.must(observe(110))).toEqual({ changed: true, raised: false });
    expect(one.must(observe(101))).toEqual({ changed: false, raised: false });
    expect(one.state()).toMatchObject({ type: 'imsi', product: '4G-STD', city: null, crossedAt: 110 });
  });

  it('keeps an alarm when the threshold changes, and judges by the new one', () => {
    const one = pool(set, observe(50));
    expect(one.must(set)).toEqual({ changed: false, raised: true });
    expect(one.must({ _tag: 'Set', low: 10, clear: 40 })).toEqual({ changed: true, raised: true });
    expect(one.must(observe(50))).toEqual({ changed: true, raised: false });
  });

  it('is removed, and set again', () => {
    const one = pool(set, observe(50));
    expect(one.must({ _tag: 'Remove' })).toEqual({ changed: true, raised: false });
    expect(one.must({ _tag: 'Remove' })).toEqual({ changed: false, raised: false });
    expect(one.must(observe(0))).toEqual({ changed: false, raised: false });
    one.must(set);
    expect(one.must(observe(0))).toEqual({ changed: true, raised: true });
  });

  it.each([
    ['StockPoolUnknown', 'imsi:P:-', observe(1)],
    ['StockPoolUnknown', 'imsi:P:-', { _tag: 'Remove' }],
    ['InvalidStockPool', 'cards:P:-', set],
    ['InvalidThreshold', 'imsi:P:-', { _tag: 'Set', low: 10, clear: 10 }],
  ] as const)('refuses with %s', (code, key, command) => {
    expect(running(stockPoolDecider, key).ask(command)).toBe(code);
  });

  it('is named by type, product and city, with - for any', () => {
    for (const key of ['imsi:4G-STD:110000', 'finished:-:310000', 'blank:-:-']) {
      const parsed = parseStockPool(key);
      expect(parsed === undefined ? '' : stockPoolKey(parsed)).toBe(key);
    }
    expect(parseStockPool('imsi:a b:-')).toBeUndefined();
    expect([0, 1, 100].map(usualClear)).toEqual([1, 2, 110]);
  });
});
