import { describe, expect, it } from 'vitest';
import { factsFor } from '../../test/support/facts.ts';
import { isRefusal } from '../kernel/refusal.ts';
import { LIMITS } from './limits.ts';
import { quarantineEndMs, rangeDecider } from './number-range.ts';
import type { NumberType, RangeCommand, RangeState } from './schema.ts';

const bounds = {
  imsi: { first: '460010000000000', last: '460010000000099' },
  iccid: { first: '8986012600000000000', last: '8986012600000000099' },
} as const;
const DAY = 86_400_000;

/** A range of which application A-1 holds the first ten numbers, on a clock of its own. */
const lent = (type: NumberType) => {
  const { first, last } = bounds[type];
  const decider = rangeDecider(type);
  const facts = factsFor(`${first}-${last}`);
  let state: RangeState | null = null;
  let nowMs = 0;
  const ask = (command: RangeCommand): string | boolean => {
    const decision = decider.decide(state, command, { ...facts, nowMs });
    if (isRefusal(decision)) return decision.code;
    state = decision.events.reduce(decider.evolve, state);
    return decision.events.length > 0;
  };
  ask({ _tag: 'Register', first, last, product: 'P1', city: null });
  ask({ _tag: 'Allocate', application: 'A-1', line: 1, round: 1, quantity: 10, partial: false });
  const back = (offset: number, application = 'A-1'): RangeCommand => ({
    _tag: 'TakeBack',
    number: `${first.slice(0, -2)}${String(offset).padStart(2, '0')}`,
    application,
    quarantineMs: 10 * DAY,
    reason: 'card failed',
  });
  const known = (): RangeState => {
    if (state === null) throw new Error('not registered');
    return state;
  };
  const at = (ms: number): void => {
    nowMs = ms;
  };
  return { ask, back, state: known, books: () => known().books, at };
};

describe('the quarantine of numbers', () => {
  it('keeps an IMSI of a failed card out until its time is over, then it is free', () => {
    const range = lent('imsi');
    expect(range.ask(range.back(3))).toBe(true);
    expect(range.ask(range.back(3))).toBe(false);
    expect(range.books()).toMatchObject({ allocated: 9, quarantined: 1, free: 90 });
    expect(quarantineEndMs(range.state())).toBe(10 * DAY);
    range.at(10 * DAY - 1);
    expect(range.ask({ _tag: 'EndQuarantine' })).toBe(false);
    range.at(10 * DAY);
    expect(range.ask({ _tag: 'EndQuarantine' })).toBe(true);
    expect(range.books()).toMatchObject({ allocated: 9, quarantined: 0, free: 91 });
    expect(quarantineEndMs(range.state())).toBeUndefined();
    expect(range.ask({ _tag: 'EndQuarantine' })).toBe(false);
  });

  it('takes an ICCID of a used card out of use for good: recycled, never free', () => {
    const range = lent('iccid');
    range.ask({ _tag: 'Settle', application: 'A-1' });
    expect(range.ask(range.back(0))).toBe(true);
    expect(range.books()).toMatchObject({ used: 9, quarantined: 1 });
    range.at(20 * DAY);
    range.ask({ _tag: 'EndQuarantine' });
    expect(range.books()).toMatchObject({ used: 9, recycled: 1, free: 90 });
    expect(range.ask(range.back(0))).toBe(false);
  });

  it('ends for each number at its own time, and neighbours are one block', () => {
    const range = lent('imsi');
    range.ask(range.back(1));
    range.ask(range.back(2));
    range.at(5 * DAY);
    range.ask(range.back(5));
    expect(range.state().quarantine).toHaveLength(2);
    range.at(10 * DAY);
    range.ask({ _tag: 'EndQuarantine' });
    expect(range.books()).toMatchObject({ quarantined: 1, free: 92 });
    expect(quarantineEndMs(range.state())).toBe(15 * DAY);
  });

  it('leaves alone what is free, or held by another application by now', () => {
    const range = lent('imsi');
    expect(range.ask(range.back(50))).toBe(false);
    expect(range.ask(range.back(3, 'A-2'))).toBe(false);
    expect(range.books()).toMatchObject({ allocated: 10, free: 90, quarantined: 0 });
  });

  it('settles and releases what is left of a line', () => {
    const range = lent('imsi');
    range.ask(range.back(3));
    range.ask({ _tag: 'Release', application: 'A-1', line: 1, round: 1, reason: 'no' });
    expect(range.books()).toMatchObject({ allocated: 0, free: 99, quarantined: 1 });
  });

  it('refuses a number of another range, and more pieces than it can keep', () => {
    const range = lent('imsi');
    const elsewhere = { ...range.back(0), number: '460020000000000' } as RangeCommand;
    expect(range.ask(elsewhere)).toBe('NumberNotInRange');
    const decider = rangeDecider('imsi');
    const crowded = { ...range.state(), free: Array.from({ length: LIMITS.fragments }, () => bounds.iccid) };
    const decision = decider.decide(crowded, range.back(3), factsFor('x'));
    expect(isRefusal(decision) && decision.code).toBe('RangeCrowded');
  });
});
