import { expect, it } from 'vitest';
import { monthsOutlived } from './retention.ts';

it('months that are kept are counted back from the running one, over the turn of a year', () => {
  const months = ['2027-01', '2026-11', '2025-12', '2026-08', '2026-07'];
  const nowMs = Date.UTC(2027, 0, 31, 23);
  expect(monthsOutlived(months, 5, nowMs)).toEqual(['2025-12', '2026-07']);
  expect(monthsOutlived(months, 5, Date.UTC(2027, 1, 1))).toEqual(['2025-12', '2026-07', '2026-08']);
  expect(monthsOutlived(months, 24, nowMs)).toEqual([]);
});
