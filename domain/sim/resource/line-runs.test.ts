import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineRuns, type ResourcePlan } from './line-runs.ts';

const imsi = (n: number): string => `46001${String(n).padStart(10, '0')}`;
const one = (n: number, product = 'P', city = 'C') => ({ first: imsi(n), last: imsi(n), product, city });
const range = (from: number, to: number, product = 'P') => ({ first: imsi(from), last: imsi(to), product, city: 'C' });
const block = (from: number, to: number) => ({ first: imsi(from), last: imsi(to) });
const fatesOf = (plan: ResourcePlan) =>
  [...plan.fates()].map(({ fromLine, toLine, code }) => [fromLine, toLine, code ?? 'ok']);

describe('the lines of a resource file', () => {
  it('makes one range of a million single numbers, and two of two cities', () => {
    const runs = new LineRuns();
    for (let n = 0; n < 1_000_000; n += 1) runs.add(n + 2, one(n, 'P', n < 600_000 ? 'A' : 'B'));
    const plan = runs.plan([]);
    expect(plan).toMatchObject({ accepted: 1_000_000, refused: 0, numbers: 1_000_000 });
    expect(plan.ranges).toEqual([
      { first: imsi(0), last: imsi(599_999), product: 'P', city: 'A' },
      { first: imsi(600_000), last: imsi(999_999), product: 'P', city: 'B' },
    ]);
    expect(fatesOf(plan)).toEqual([
      [2, 600_001, 'ok'],
      [600_002, 1_000_001, 'ok'],
    ]);
  });

  it('joins lines in any order, and ranges with their neighbours; an empty city is any', () => {
    const runs = new LineRuns();
    runs.add(2, { ...one(12), city: '' });
    runs.add(3, { ...range(0, 10), city: '' });
    runs.add(4, { ...one(11), city: '' });
    const plan = runs.plan([]);
    expect(plan.ranges).toEqual([{ ...block(0, 12), product: 'P', city: null }]);
    expect(plan).toMatchObject({ accepted: 3, numbers: 13 });
  });

  it('refuses lines that overlap others of the file, and those only', () => {
    const runs = new LineRuns();
    runs.add(2, range(0, 9));
    for (let n = 8; n < 12; n += 1) runs.add(3 + n - 8, one(n));
    runs.add(7, range(11, 20, 'Q'));
    runs.add(8, one(50));
    runs.add(9, one(50));
    const plan = runs.plan([]);
    expect(fatesOf(plan)).toEqual([
      [2, 2, 'ok'],
      [3, 4, 'NumbersRepeated'],
      [5, 6, 'ok'],
      [7, 7, 'NumbersRepeated'],
      [8, 8, 'ok'],
      [9, 9, 'NumbersRepeated'],
    ]);
    expect(plan.ranges).toEqual([
      { ...block(0, 11), product: 'P', city: 'C' },
      { ...block(50, 50), product: 'P', city: 'C' },
    ]);
    expect(plan).toMatchObject({ accepted: 4, refused: 4, numbers: 13 });
  });

  it('refuses what is registered, line by line, and a range that touches it as a whole', () => {
    const runs = new LineRuns();
    for (let n = 0; n < 10; n += 1) runs.add(2 + n, one(n));
    runs.add(12, range(100, 200));
    runs.refuse(13, 'InvalidNumber');
    const plan = runs.plan([block(3, 4), block(7, 7), block(150, 150)]);
    expect(fatesOf(plan)).toEqual([
      [2, 4, 'ok'],
      [5, 6, 'NumbersRegistered'],
      [7, 8, 'ok'],
      [9, 9, 'NumbersRegistered'],
      [10, 11, 'ok'],
      [12, 12, 'NumbersRegistered'],
      [13, 13, 'InvalidNumber'],
    ]);
    expect(plan).toMatchObject({ accepted: 7, refused: 5, numbers: 7 });
    expect(plan.ranges.map(({ first, last }) => [first, last])).toEqual([
      [imsi(0), imsi(2)],
      [imsi(5), imsi(6)],
      [imsi(8), imsi(9)],
    ]);
  });

  it('keeps numbers of different lengths apart', () => {
    const runs = new LineRuns();
    runs.add(2, { first: '46001000000000', last: '46001000000000', product: 'P', city: 'C' });
    runs.add(3, { first: '460010000000000', last: '460010000000000', product: 'P', city: 'C' });
    expect(runs.plan([{ first: '46001000000000', last: '46001000000009' }])).toMatchObject({ accepted: 1, refused: 1 });
  });

  it('accepts each number once, says every line once, and registers exactly what it accepts', () => {
    const lines = fc.array(
      fc.record({ from: fc.nat(60), length: fc.constantFrom(0, 0, 0, 1, 5), product: fc.constantFrom('P', 'Q') }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(lines, fc.array(fc.nat(8), { maxLength: 4 }), (wanted, known) => {
        const registered = [...new Set(known)].map((n) => block(n * 7, n * 7 + 2));
        const runs = new LineRuns();
        for (const [index, { from, length, product }] of wanted.entries())
          runs.add(index + 2, range(from, from + length, product));
        const plan = runs.plan(registered);
        const fates = [...plan.fates()];
        expect(
          fates.flatMap(({ fromLine, toLine }) =>
            Array.from({ length: toLine - fromLine + 1 }, (_, n) => fromLine + n),
          ),
        ).toEqual(wanted.map((_, index) => index + 2));
        const numbers = (blocks: ReadonlyArray<{ first: string; last: string }>) =>
          blocks.flatMap(({ first, last }) => {
            const begin = Number(first.slice(5));
            return Array.from({ length: Number(last.slice(5)) - begin + 1 }, (_, n) => begin + n);
          });
        const accepted = numbers(fates.filter(({ code }) => code === undefined));
        expect(new Set(accepted).size).toBe(accepted.length);
        expect(accepted.length).toBe(plan.numbers);
        expect(numbers(plan.ranges).sort((a, b) => a - b)).toEqual([...accepted].sort((a, b) => a - b));
        const taken = new Set(numbers(registered));
        expect(accepted.filter((n) => taken.has(n))).toEqual([]);
        expect(plan.accepted + plan.refused).toBe(wanted.length);
      }),
    );
  });
});
