import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DIRECTIONS, SERVICES } from '../rating/services.ts';
import { ATTRIBUTIONS, coverageOf, localDay, packUsage, type RatedUsage, unpackUsage } from './usage-record.ts';

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${most}}$`));
const minor = fc.bigInt(-(2n ** 52n), 2n ** 52n - 1n);
const usage: fc.Arbitrary<RatedUsage> = fc.record({
  record: fc.integer({ min: 1, max: 4_000_000 }),
  number: digits(15),
  imsi: digits(15),
  attributedBy: fc.constantFrom(...ATTRIBUTIONS),
  atMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  utcOffsetMinutes: fc.integer({ min: -720, max: 840 }),
  service: fc.constantFrom(...SERVICES),
  direction: fc.constantFrom(...DIRECTIONS),
  destination: fc.string({ maxLength: 20 }),
  quantity: fc.maxSafeNat(),
  chargedMinor: minor,
  agreedMinor: minor,
  retailMinor: minor,
  agreementVersion: fc.nat(100_000),
  planVersion: fc.nat(100_000),
  takes: fc.array(fc.record({ balance: fc.string(), taken: fc.maxSafeNat() }), { maxLength: 3 }),
});

it('usage records come back as they were packed', () => {
  fc.assert(
    fc.property(fc.array(usage, { maxLength: 40 }), (records) => {
      expect(unpackUsage(packUsage(records))).toEqual(records);
    }),
  );
});

it.each([
  [61, [120], 'inside'],
  [61, [60, 1], 'inside'],
  [61, [60], 'partly'],
  [61, [], 'outside'],
  [0, [], 'inside'],
] as const)('%i used with %j off packages is %s', (quantity, taken, coverage) => {
  expect(coverageOf({ quantity, takes: taken.map((one, at) => ({ balance: `B${at}`, taken: one })) })).toBe(coverage);
});

it('a thousand records of a day take some 40 bytes each', () => {
  const records = Array.from(
    { length: 1_000 },
    (_, at): RatedUsage => ({
      record: at * 50 + 1,
      number: '8613800000001',
      imsi: '460010000000001',
      attributedBy: 'msisdn',
      atMs: 1_795_330_000_000 + at * 86_000,
      utcOffsetMinutes: 480,
      service: 'voice',
      direction: 'originating',
      destination: `86138${String(at).padStart(8, '0')}`,
      quantity: at,
      chargedMinor: BigInt(at * 17),
      agreedMinor: BigInt(at * 17),
      retailMinor: 198n,
      agreementVersion: 2,
      planVersion: 1,
      takes: [],
    }),
  );
  expect(packUsage(records).length).toBeLessThan(45 * 1_000);
});

it('bytes of another version, or cut short, are a bug and not an empty list', () => {
  const bytes = packUsage([]);
  expect(() => unpackUsage(Buffer.from([9, ...bytes.subarray(1)]))).toThrow('version 9');
  expect(() => unpackUsage(bytes.subarray(0, 1))).toThrow('too early');
});

it('days are those of the visited network', () => {
  const atMs = Date.UTC(2026, 10, 30, 20);
  expect([localDay(atMs, 0), localDay(atMs, 480), localDay(atMs, -720)]).toEqual([
    '2026-11-30',
    '2026-12-01',
    '2026-11-30',
  ]);
});
