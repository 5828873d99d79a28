import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysBetween } from './day.ts';
import { comparedMonths, monthOf } from './month.ts';
import type { BookDay, BookLine } from './schema.ts';

const line = (more: Partial<BookLine> = {}): BookLine => ({
  belongs: null,
  number: '8613800000001',
  service: 'data',
  direction: 'outbound',
  network: 'FRAF1',
  currency: 'SDR',
  decimals: 5,
  events: 1,
  usage: 1_000n,
  amountMinor: 100n,
  ...more,
});
const february = (lines: (day: string) => ReadonlyArray<BookLine> = () => [line()]): ReadonlyArray<BookDay> =>
  daysBetween('2026-02-01', '2026-02-28').map((day) => ({ day, lines: lines(day) }));
const RULE = { factor: 5n, floorMinor: 50n };

describe('the month', () => {
  it('sums its days per service, number and network, and finds nothing in an even month', () => {
    const month = monthOf(
      '2026-02',
      february((day) => [line(), line({ network: day < '2026-02-15' ? 'FRAF1' : 'DEUD1' })]),
      RULE,
    );
    expect(month.findings).toEqual([]);
    expect(month.sums).toEqual([expect.objectContaining({ events: 56, usage: 56_000n, amountMinor: 5_600n })]);
    expect(month.byNetwork.map(({ network, amountMinor }) => [network, amountMinor])).toEqual([
      ['DEUD1', 1_400n],
      ['FRAF1', 4_200n],
    ]);
    expect(month.byNumber).toHaveLength(1);
  });

  it('finds a missing day, a foreign day, a day twice, a day out of range and a charge made twice', () => {
    const days = february((day) => {
      if (day === '2026-02-10') return [line({ amountMinor: 700n })];
      return day === '2026-02-20'
        ? [line({ belongs: '2026-02-03' }), line({ belongs: '2026-02-04', amountMinor: 99n })]
        : [line()];
    }).filter(({ day }) => day !== '2026-02-07');
    const foreign = { day: '2026-03-01', lines: [line()] };
    const again = { day: '2026-02-01', lines: [line()] };
    const { findings, sums } = monthOf('2026-02', [...days, foreign, again], RULE);
    expect(findings).toEqual([
      { _tag: 'DayOutside', day: '2026-03-01' },
      { _tag: 'DayTwice', day: '2026-02-01' },
      { _tag: 'MissingDay', day: '2026-02-07' },
      {
        _tag: 'OutOfRange',
        day: '2026-02-10',
        direction: 'outbound',
        currency: 'SDR',
        decimals: 5,
        amountMinor: 700n,
        medianMinor: 100n,
      },
      { _tag: 'DoubleCharged', day: '2026-02-03', booked: '2026-02-20', line: line({ belongs: '2026-02-03' }) },
    ]);
    expect(sums.map(({ adjustment, amountMinor }) => [adjustment, amountMinor])).toEqual([
      [false, 3_200n],
      [true, 199n],
    ]);
  });

  it('is compared with the month before, also where one of them has nothing', () => {
    const before = monthOf(
      '2026-01',
      [{ day: '2026-01-01', lines: [line({ amountMinor: 300n }), line({ service: 'sms', amountMinor: 9n })] }],
      RULE,
    );
    const now = monthOf(
      '2026-02',
      [{ day: '2026-02-01', lines: [line({ amountMinor: 200n }), line({ service: 'voice', amountMinor: 5n })] }],
      RULE,
    );
    expect(
      comparedMonths(before, now).map(({ service, beforeMinor, nowMinor, changeMinor, changePerMille }) => [
        service,
        beforeMinor,
        nowMinor,
        changeMinor,
        changePerMille,
      ]),
    ).toEqual([
      ['data', 300n, 200n, -100n, -333n],
      ['sms', 9n, 0n, -9n, -1_000n],
      ['voice', 0n, 5n, 5n, null],
    ]);
  });

  it('adds up alike by service, by number and by network', () => {
    const lines = fc.array(
      fc.record({
        day: fc.integer({ min: 0, max: 27 }),
        number: fc.constantFrom('8613800000001', '8613800000002'),
        network: fc.constantFrom('FRAF1', 'DEUD1'),
        service: fc.constantFrom('voice' as const, 'sms' as const, 'data' as const),
        amountMinor: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(lines, (all) => {
        const calendar = daysBetween('2026-02-01', '2026-02-28');
        const days = calendar.map((day, at) => ({
          day,
          lines: all.filter((one) => one.day === at).map(({ day: _, ...more }) => line(more)),
        }));
        const { sums, byNumber, byNetwork } = monthOf('2026-02', days, RULE);
        const total = all.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
        for (const split of [sums, byNumber, byNetwork]) {
          expect(split.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(total);
        }
      }),
    );
  });
});
