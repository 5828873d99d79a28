import { describe, expect, it } from 'vitest';
import type { DetailLine } from '../cases/schema.ts';
import { type EvidenceTolerance, gapsBeside, type Observed, searched, weighed } from './evidence.ts';

const line = (usage: bigint, more: Partial<DetailLine> = {}): DetailLine => ({
  ...{ service: 'VOICE', at: '2026-10-05T08:15:30', currency: 'XDR', amountMinor: 1_204n, status: 'AGREED', usage },
  ...more,
});
const AT = Date.UTC(2026, 9, 5, 8, 15, 30);
const seen = (usage: bigint, more: Partial<Observed> = {}): Observed => ({
  ...{ monitor: 'PRB01', id: 'a.1', atMs: AT, service: 'voice', usage },
  ...more,
});
const TOLERANCE: EvidenceTolerance = { beginSeconds: 120, durationSeconds: 2, volumePerMille: 10 };
const DATA = { service: 'DATA' };

describe('a difference', () => {
  it.each<[string, DetailLine | null, DetailLine | null, Observed, object]>([
    [
      'of length is ours when it was measured so',
      line(61n),
      line(75n),
      seen(60n),
      { agrees: 'ours', proposal: 'ours' },
    ],
    ['is theirs when it was measured so', line(61n), line(75n), seen(77n), { agrees: 'theirs', proposal: 'theirs' }],
    ['is nobody’s, when neither was measured', line(61n), line(75n), seen(68n), { agrees: 'neither', proposal: null }],
    ['is of something else when both were', line(61n), line(62n), seen(61n), { agrees: 'both', proposal: null }],
    ['that only we have', line(61n), null, seen(61n), { agrees: 'ours', proposal: 'ours' }],
    [
      'of volume is within thousandths',
      line(10_000n, DATA),
      line(10_200n, DATA),
      seen(10_100n, { service: 'data' }),
      { agrees: 'both' },
    ],
    [
      'of volume is ours when only ours is',
      line(10_000n, DATA),
      line(10_300n, DATA),
      seen(10_050n, { service: 'data' }),
      { agrees: 'ours' },
    ],
    [
      'of messages has no tolerance',
      line(1n, { service: 'SMS' }),
      line(2n, { service: 'SMS' }),
      seen(2n, { service: 'sms' }),
      { agrees: 'theirs' },
    ],
  ])('%s', (_, ours, theirs, session, found) => {
    expect(weighed({ ours, theirs }, [session], TOLERANCE)).toMatchObject({ observed: session, ...found });
  });

  it('was not seen, when nothing of that service was', () => {
    const none = { observed: null, agrees: null, proposal: null, findings: [] };
    expect(weighed({ ours: line(61n), theirs: null }, [seen(61n, { service: 'data' })], TOLERANCE)).toEqual(none);
  });

  it('is held against the nearest session, and says so when there are others', () => {
    const near = seen(75n, { id: 'a.2', atMs: AT + 1_000 });
    const far = seen(61n, { id: 'a.1', atMs: AT + 90_000 });
    expect(weighed({ ours: line(61n), theirs: line(75n) }, [far, near], TOLERANCE)).toMatchObject({
      ...{ observed: near, agrees: 'theirs' },
      findings: [{ code: 'SeveralSessions', of: 'PRB01' }],
    });
    const other = seen(90n, { monitor: 'PRB02', id: 'b.1', atMs: AT + 5_000 });
    expect(weighed({ ours: line(61n), theirs: line(75n) }, [near, other], TOLERANCE)).toMatchObject({
      findings: [{ code: 'MonitorsDiffer', of: 'PRB02', text: 'PRB01 has measured 75, PRB02 90' }],
    });
  });

  it('is looked for around both begins', () => {
    const theirs = line(75n, { at: '2026-10-05T08:20:00' });
    expect(searched({ ours: line(61n), theirs }, TOLERANCE)).toEqual({
      fromMs: AT - 120_000,
      toMs: Date.UTC(2026, 9, 5, 8, 22),
    });
  });
});

it('gaps of a monitor count beside and between the files that cover the time', () => {
  const missing = [
    { from: 3, to: 4 },
    { from: 7, to: 7 },
    { from: 12, to: 20 },
  ];
  expect(gapsBeside(missing, [5, 6, 8])).toEqual(missing.slice(0, 2));
  expect(gapsBeside(missing, [10, 11])).toEqual(missing.slice(2));
  expect(gapsBeside(missing, [])).toEqual(missing);
});
