import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chartsOf, mergedStatistics, statisticsOf, type UsageRecord } from './statistics.ts';

const ZONE = 'Asia/Shanghai';
const record = (at: string, more: Partial<UsageRecord> = {}): UsageRecord => ({
  atMs: Date.parse(`${at}+08:00`),
  subscriber: 'a',
  service: 'voice',
  way: 'originating',
  network: 'FRAF1',
  country: 'FR',
  usage: 60n,
  ...more,
});

it('counts calls by length and hour, volume by network, peak and trough, destinations and stays', () => {
  const data = { service: 'data', usage: 5_000n } as const;
  const charts = chartsOf(
    statisticsOf(
      [
        record('2026-03-01T00:30:00', { usage: 0n }),
        record('2026-03-01T23:59:59'),
        record('2026-03-02T08:00:00', { usage: 61n, way: 'terminating' }),
        record('2026-03-02T08:00:00', { usage: 120n, subscriber: 'b' }),
        record('2026-03-02T08:00:00', { usage: 121n, subscriber: 'b', country: 'DE', network: 'DEUD1' }),
        record('2026-03-02T09:00:00', { ...data }),
        record('2026-03-02T10:00:00', { ...data, network: 'FRAF2', usage: 7_000n }),
      ],
      ZONE,
    ),
  );
  expect(charts.lengths.points).toEqual([
    { label: '0-60', count: 2, usage: 60n },
    { label: '61-120', count: 2, usage: 181n },
    { label: '121+', count: 1, usage: 121n },
  ]);
  expect(charts.voice.ways.points).toEqual([
    { label: 'originating', count: 4, usage: 301n },
    { label: 'terminating', count: 1, usage: 61n },
  ]);
  expect(charts.voice.hours.points).toHaveLength(24);
  expect(charts.voice.hours).toMatchObject({ shape: 'line', peak: '08', trough: '00' });
  expect(charts.data.hours).toMatchObject({ peak: '10', trough: '00' });
  expect(charts.data.networks).toEqual({
    shape: 'pie',
    points: [
      { label: 'FRAF1', count: 1, usage: 5_000n },
      { label: 'FRAF2', count: 1, usage: 7_000n },
    ],
  });
  expect(charts.sms.ways.points).toEqual([]);
  expect(charts.destinations.points).toEqual([
    { label: 'DE', count: 1, usage: 1n },
    { label: 'FR', count: 2, usage: 3n },
  ]);
});

it('says the same of chunks merged in any order as of the whole', () => {
  const records = fc.array(
    fc.record<UsageRecord>({
      atMs: fc.integer({ min: 1_770_000_000_000, max: 1_770_600_000_000 }),
      subscriber: fc.constantFrom('a', 'b', 'c'),
      service: fc.constantFrom('voice', 'sms', 'data'),
      way: fc.constantFrom('originating', 'terminating'),
      network: fc.constantFrom('FRAF1', 'DEUD1'),
      country: fc.constantFrom('FR', 'DE'),
      usage: fc.bigInt({ min: 0n, max: 10n ** 14n }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 7 }), (all, parts) => {
      const chunks = Array.from({ length: parts }, (_, part) =>
        statisticsOf(
          all.filter((__, at) => at % parts === part),
          ZONE,
        ),
      );
      const whole = statisticsOf(all, ZONE);
      expect(chartsOf(chunks.reduceRight((sum, chunk) => mergedStatistics(sum, chunk)))).toEqual(chartsOf(whole));
      const { voice, sms, data } = chartsOf(whole);
      for (const { ways, hours, networks } of [voice, sms, data]) {
        const counts = [ways, hours, networks].map(({ points }) => points.reduce((sum, { usage }) => sum + usage, 0n));
        expect(new Set(counts).size).toBe(1);
      }
    }),
  );
});
