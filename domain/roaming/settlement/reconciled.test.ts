import { describe, expect, it } from 'vitest';
import type { DetailLine } from '../cases/schema.ts';
import type { Bound } from '../rating/schema.ts';
import { isReconciled } from './reconciled.ts';

const line = (amountMinor: bigint, more: Partial<DetailLine> = {}): DetailLine => ({
  ...{ service: 'VOICE', at: '2026-10-05T08:15:30', usage: 61n, currency: 'XDR', amountMinor, status: 'AGREED' },
  ...more,
});
const NOTHING: Bound = { absoluteMinor: null, perMille: null };
const TEN: Bound = { absoluteMinor: 10n, perMille: null };

describe('a record', () => {
  it.each<[string, DetailLine | null, DetailLine | null, Bound, boolean]>([
    ['of the same fee is reconciled', line(100n), line(100n), NOTHING, true],
    ['of another fee is not', line(100n), line(101n), NOTHING, false],
    ['is, within the bound', line(100n), line(110n), TEN, true],
    ['is not, above it', line(100n), line(111n), TEN, false],
    ['is not, above one of two bounds', line(100n), line(110n), { ...TEN, perMille: 50 }, false],
    ['of the same fee and another length is: no money moves', line(100n), line(100n, { usage: 62n }), NOTHING, true],
    ['that the partner rejects is not', line(100n), line(100n, { status: 'REJECTED' }), TEN, false],
    ['that nobody counts is', line(100n, { status: 'REJECTED' }), line(90n, { status: 'DISPUTED' }), NOTHING, true],
    ['that only they have is not', null, line(11n), TEN, false],
    ['that only we have is, when it is small', line(9n), null, TEN, true],
    ['in another currency is not', line(100n), line(100n, { currency: 'EUR' }), TEN, false],
  ])('%s', (_, ours, theirs, bound, reconciled) => {
    expect(isReconciled(ours, theirs, bound)).toBe(reconciled);
  });
});
