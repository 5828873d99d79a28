import { describe, expect, it } from 'vitest';
import type { BookDay, BookLine } from '../../domain/roaming/settlement/schema.ts';
import { isSound, mergedDays } from './day-files.ts';

const line: BookLine = {
  belongs: null,
  number: '8613800000001',
  service: 'voice',
  direction: 'outbound',
  network: 'HKGPP',
  currency: 'SDR',
  decimals: 3,
  events: 2,
  usage: 61n,
  amountMinor: 1_204n,
};
const day = (more: Partial<BookLine>): BookDay => ({ day: '2026-10-05', lines: [line, { ...line, ...more }] });

describe('a day at its close', () => {
  it('is sound with lines of its own and lines that came late', () => {
    expect([day({}), day({ belongs: '2026-10-04' }), day({ amountMinor: -1n })].map(isSound)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each<readonly [string, Partial<BookLine>]>([
    ['a number with letters', { number: '86138abc' }],
    ['a number of another length', { number: '123' }],
    ['a number with a plus', { number: '+8613800000001' }],
    ['a day that is none', { belongs: '2026-02-30' }],
    ['a day that is no earlier one', { belongs: '2026-10-05' }],
    ['a line of nothing', { events: 0 }],
    ['usage below zero', { usage: -1n }],
    ['a network that is none', { network: 'hk' }],
  ])('is not with %s', (_, more) => {
    expect(isSound(day(more))).toBe(false);
  });

  it('is that of all books of the partner, in the order of the days', () => {
    const other = { book: 'HKGPP:1', day: '2026-10-04', lines: [line] };
    const [one, two] = [
      { book: 'HKGPP:1', day: '2026-10-05', lines: [line] },
      { book: 'HKGPP:2', day: '2026-10-05', lines: [line, line] },
    ];
    expect(mergedDays([one, two, other])).toEqual([
      { day: '2026-10-04', lines: [line] },
      { day: '2026-10-05', lines: [line, line, line] },
    ]);
  });
});
