import { expect, it } from 'vitest';
import { addExchanges, type Exchanges, exchangeClass, exchangeQuality, NO_EXCHANGES } from './exchange.ts';

const one = (ms: number | 'failed'): Exchanges => {
  if (ms === 'failed') return { ...NO_EXCHANGES, tried: 1 };
  const classes: Array<number> = [];
  classes[exchangeClass(ms)] = 1;
  return { tried: 1, succeeded: 1, totalMs: ms, longestMs: ms, classes };
};
const tried = (...times: ReadonlyArray<number | 'failed'>): Exchanges =>
  times.reduce<Exchanges>((sum, ms) => addExchanges(sum, one(ms)), NO_EXCHANGES);

it('of nothing there is no share', () => {
  const none = { successShare: null, withinSecondShare: null, meanMs: null, p95Ms: null, longestMs: 0 };
  expect(exchangeQuality(NO_EXCHANGES)).toMatchObject(none);
  expect(exchangeQuality(tried('failed'))).toMatchObject({ ...none, tried: 1, successShare: 0 });
});

it('shares and delays are those of what was tried', () => {
  const sum = tried(...Array.from({ length: 98 }, () => 40), 1_000, 1_001, 'failed');
  expect(exchangeQuality(sum)).toEqual({
    ...{ tried: 101, succeeded: 100, successShare: 100 / 101, withinSecondShare: 0.99 },
    ...{ meanMs: 59, p95Ms: 50, longestMs: 1_001 },
  });
  expect(exchangeQuality(tried(2_000_000))).toMatchObject({ p95Ms: 2_000_000, withinSecondShare: 0 });
});
