import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DayControl, Sample } from './sample.ts';
import type { BookLine } from './schema.ts';

const idOf = (at: number): { readonly id: string } => ({ id: `${'a'.repeat(64)}.${at}` });
const drawn = (seed: string, size: number, records: ReadonlyArray<{ readonly id: string }>): ReadonlyArray<string> => {
  const sample = new Sample(seed, size);
  for (const one of records) sample.add(one);
  return sample.items().map(({ id }) => id);
};

describe('a sample', () => {
  it('is the same for the same seed, in whatever order records come, and of the size that was asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), fc.uniqueArray(fc.nat(500)), (seed, size, numbers) => {
        const records = numbers.map(idOf);
        const found = drawn(seed, size, records);
        expect(found).toHaveLength(Math.min(size, records.length));
        expect(new Set(found).size).toBe(found.length);
        expect(drawn(seed, size, records.toReversed())).toEqual(found);
        expect(drawn(seed, size + 5, records).slice(0, found.length)).toEqual(found);
      }),
    );
  });

  it('takes each record about as often as any other', () => {
    const records = Array.from({ length: 50 }, (_, at) => idOf(at));
    const taken = new Map<string, number>();
    for (let seed = 0; seed < 2_000; seed += 1) {
      for (const id of drawn(String(seed), 5, records)) taken.set(id, (taken.get(id) ?? 0) + 1);
    }
    // 200 on average; six standard deviations are 81.
    expect(taken.size).toBe(50);
    for (const count of taken.values()) expect(Math.abs(count - 200)).toBeLessThan(81);
  });
});

describe('control of a day', () => {
  const line = (more: Partial<BookLine> = {}): BookLine => ({
    ...{ belongs: null, number: '8613800000001', service: 'voice', direction: 'outbound', network: 'HKGPP' },
    ...{ currency: 'SDR', decimals: 3, events: 2, usage: 120n, amountMinor: 30n },
    ...more,
  });
  const record = (amountMinor: bigint, events: 0 | 1 = 1) =>
    ({ direction: 'outbound', service: 'voice', currency: 'SDR', decimals: 3, events, amountMinor }) as const;
  const controlled = (
    records: ReadonlyArray<ReturnType<typeof record>>,
    days: Parameters<DayControl['against']>[1],
  ) => {
    const control = new DayControl();
    for (const one of records) control.add(one);
    return control.against('2026-10-01', days);
  };

  it('counts what was booked on its day and what came late of it, and nothing else', () => {
    const days = [
      { day: '2026-10-01', lines: [line(), line({ belongs: '2026-09-30', amountMinor: 999n })] },
      { day: '2026-10-02', lines: [line({ belongs: '2026-10-01', events: 1, amountMinor: 12n }), line()] },
    ];
    const sum = { bookedEvents: 3, bookedMinor: 42n, records: 3, recordsMinor: 42n };
    expect(controlled([record(10n), record(20n), record(12n)], days)).toMatchObject([{ ...sum, agrees: true }]);
    // A difference of a re-rating is money without an event.
    expect(controlled([record(10n), record(20n), record(7n), record(5n, 0)], days)).toMatchObject([{ agrees: true }]);
  });

  it.each([
    ['an amount that is other', [record(10n), record(21n)]],
    ['a record that is missing', [record(30n)]],
    ['a record that is not booked', [record(10n), record(20n), record(0n)]],
  ])('finds %s', (_, records) => {
    expect(controlled(records, [{ day: '2026-10-01', lines: [line()] }])).toMatchObject([{ agrees: false }]);
  });

  it('finds a service that only one side has', () => {
    expect(controlled([], [{ day: '2026-10-01', lines: [line({ service: 'data' })] }])).toMatchObject([
      { service: 'data', agrees: false },
    ]);
  });
});
