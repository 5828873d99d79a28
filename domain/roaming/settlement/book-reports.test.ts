import { describe, expect, it } from 'vitest';
import { dayReport, monthReport, weekReport } from './book-reports.ts';
import { isSunday, weekDays, weekOf } from './day.ts';
import { monthOf } from './month.ts';
import type { BookLine } from './schema.ts';

const line = (number: string, more: Partial<BookLine> = {}): BookLine => ({
  ...{ belongs: null, number, service: 'voice', direction: 'outbound', network: 'HKGPP', currency: 'SDR' },
  ...{ decimals: 3, events: 1, usage: 60n, amountMinor: 1_000n },
  ...more,
});
const [FIRST, SECOND, NOBODYS] = ['8613800000001', '85290000001', '8613800000009'];
const owners = new Map([
  [FIRST, { user: 'S1', name: 'Alexander Smith' }],
  [SECOND, { user: 'S1', name: 'Alexander Smith' }],
]);

describe('the report of a day', () => {
  const lines = [
    line(FIRST),
    line(SECOND, { service: 'data', amountMinor: 250n }),
    line(SECOND, { currency: 'EUR', amountMinor: 7n }),
    line(NOBODYS, { amountMinor: 5n }),
  ];
  const { headings, rows, totals } = dayReport('HKGPP', { day: '2026-10-05', lines }, owners, 'en', 0);

  it('has with each line what its user comes to, all numbers together, by currency', () => {
    expect(headings.slice(-2)).toEqual(['Name', 'User’s total of the day']);
    expect(rows.map((row) => [row[0], row[1], row[8], row[9], row[11]])).toEqual([
      [FIRST, 'S1', '1.000', 'SDR', '1.250'],
      [SECOND, 'S1', '0.250', 'SDR', '1.250'],
      [SECOND, 'S1', '0.007', 'EUR', '0.007'],
      [NOBODYS, '', '0.005', 'SDR', '0.005'],
    ]);
    expect(totals.map(([, amount]) => amount).sort()).toEqual(['0.007 EUR', '0.250 SDR', '1.005 SDR']);
  });

  it('masks names, and has none of a number that is nobody’s', () => {
    expect(rows.map((row) => row[10])).toEqual(['Ale********mith', 'Ale********mith', 'Ale********mith', '']);
  });
});

describe('the report of a week', () => {
  it('has the lines of its days, each user’s total by day', () => {
    const days = ['2026-10-05', '2026-10-06'].map((day) => ({ day, lines: [line(FIRST), line(SECOND)] }));
    const { head, rows } = weekReport('HKGPP', '2026-W41', days, owners, 'en', 0);
    expect(head).toContainEqual(['Settled for', '2026-W41, 2026-10-05 – 2026-10-06']);
    expect(head).toContainEqual(['Records', '4']);
    expect(rows.map((row) => [row[5], row[11]])).toEqual([
      ['2026-10-05', '2.000'],
      ['2026-10-05', '2.000'],
      ['2026-10-06', '2.000'],
      ['2026-10-06', '2.000'],
    ]);
  });

  it.each([
    ['2026-10-05', '2026-W41', '2026-10-05', '2026-10-11'],
    ['2026-10-11', '2026-W41', '2026-10-05', '2026-10-11'],
    // The week of the year's first Thursday is its first.
    ['2027-01-03', '2026-W53', '2026-12-28', '2027-01-03'],
    ['2027-01-04', '2027-W01', '2027-01-04', '2027-01-10'],
  ])('%s is of the week %s', (day, week, from, to) => {
    expect(weekOf(day)).toBe(week);
    expect(weekDays(day)).toEqual({ from, to });
    expect(isSunday(day)).toBe(day === to);
  });
});

describe('the report of a month', () => {
  it('has the amount of a day that is out of range, and the median day’s, in their currency', () => {
    const days = ['01', '02', '03', '04'].map((day) => ({
      day: `2026-10-${day}`,
      lines: [line(FIRST, { amountMinor: day === '04' ? 70_005n : 1_000n })],
    }));
    const month = monthOf('2026-10', days, { factor: 3n, floorMinor: 100n });
    const { rows } = monthReport('HKGPP', month, [], 'en', 0);
    const [found = []] = rows.filter((row) => row.at(-1)?.startsWith('Fee is out of range') === true);
    expect(found).toContain('70.005');
    expect(found).toContain('SDR');
    expect(found.at(-1)).toBe('Fee is out of range 1.000');
  });
});
