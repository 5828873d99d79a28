import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numberKind } from './calling-codes.ts';
import { chartsOf, mergedStatistics, statisticsOf, type UsageRecord } from './statistics.ts';

const ZONE = 'Asia/Shanghai';
const record = (at: string, more: Partial<UsageRecord> = {}): UsageRecord => ({
  atMs: Date.parse(`${at}+08:00`),
  subscriber: 'a',
  service: 'voice',
  way: 'originating',
  network: 'FRAF1',
  number: 'home',
  packageType: '',
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
        record('2026-03-02T08:00:00', { usage: 121n, subscriber: 'b', network: 'DEUD1' }),
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
    { label: 'DEU', count: 1, usage: 1n },
    { label: 'FRA', count: 2, usage: 3n },
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
      number: fc.constantFrom('home', 'local', 'other'),
      packageType: fc.constantFrom('', 'TRAVEL-1G'),
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

it('counts numbers of home and of the country visited, messages by country, data by package, and what is preferred where', () => {
  const charts = chartsOf(
    statisticsOf(
      [
        record('2026-03-01T07:00:00', { number: 'local' }),
        record('2026-03-01T13:00:00'),
        record('2026-03-01T13:00:00', { service: 'sms', usage: 1n }),
        record('2026-03-01T14:00:00', { service: 'sms', usage: 1n, network: 'FRAF2' }),
        record('2026-03-01T19:00:00', { service: 'sms', usage: 1n, network: 'DEUD1' }),
        record('2026-03-01T20:00:00', { service: 'data', usage: 900n, packageType: 'TRAVEL-1G', network: 'DEUD1' }),
        record('2026-03-01T20:00:00', { service: 'data', usage: 100n, network: 'DEUD1' }),
      ],
      ZONE,
    ),
  );
  expect(charts.voice.numbers.points.map(({ label, count }) => `${label} ${count}`)).toEqual(['home 1', 'local 1']);
  expect(charts.sms.countries.points.map(({ label, count }) => `${label} ${count}`)).toEqual(['DEU 1', 'FRA 2']);
  expect(charts.data.packages.points).toEqual([
    { label: '', count: 1, usage: 100n },
    { label: 'TRAVEL-1G', count: 1, usage: 900n },
  ]);
  expect(charts.preferences.map(({ situation, preferred }) => `${situation} ${preferred}`)).toEqual([
    'afternoon sms',
    'evening data',
    'morning voice',
    'DEU data',
    'FRA voice',
  ]);
});

it.each([
  ['8613912345678', 'home'],
  ['85291234567', 'local'],
  ['447911123456', 'other'],
  ['', 'other'],
] as const)('knows of %s that it is a number of %s', (number, kind) => {
  expect(numberKind(number, 'CHNCM', 'HKGPP')).toBe(kind);
});
