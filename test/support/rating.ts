import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { ROUNDINGS } from '../../domain/kernel/decimal.ts';
import type { UsageEvent } from '../../domain/roaming/rating/rate.ts';
import { isProblems, type Problems } from '../../domain/roaming/rating/refusals.ts';
import { type Agreement, decodeAgreement } from '../../domain/roaming/rating/schema.ts';
import { DIRECTIONS, SERVICES } from '../../domain/roaming/rating/services.ts';

/** The examples of docs/roaming-rating.md, and agreements and events at random. */

export const example = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../docs/examples/roaming/${name}.json`, import.meta.url), 'utf8'));

/** What a decoder or a compiler gave, when a test expects that nothing is wrong. */
export const right = <A>(result: A | Problems): A => {
  if (isProblems(result)) throw new Error(JSON.stringify(result));
  return result;
};

export const exampleAgreement: Agreement = right(decodeAgreement(example('agreement')));

const price = (most: number, decimals: number) =>
  fc.integer({ min: 0, max: most }).map((units) => {
    const digits = String(units).padStart(decimals + 1, '0');
    return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  });
const percent = (most: number) => price(most * 10_000, 4);
const unit = fc.record({ units: fc.integer({ min: 1, max: 120 }), price: price(5_000_000, 6) });
const rounding = fc.constantFrom(...ROUNDINGS);

const ZONES = ['1', '12', '123', '2', '852', '8529', '86'];
const charging = fc.record({
  setup: price(1_000_000, 6),
  first: unit,
  following: unit,
  minimum: price(9_000_000, 6),
});
const rate = fc.record({
  service: fc.constantFrom(...SERVICES),
  direction: fc.constantFrom(...DIRECTIONS),
  zone: fc.option(fc.constantFrom(...ZONES.map((_, at) => `z${at}`))),
  byBand: fc.boolean(),
  day: charging,
  night: charging,
});

/** An agreement in JSON, with everything: rates by zone and band, tiers, taxes. Nothing in it is wrong. */
export const anyAgreement = fc
  .record({
    decimals: fc.integer({ min: 0, max: 6 }),
    rounding: fc.record({ charge: rounding, discount: rounding, tax: rounding }),
    dawn: fc.integer({ min: 1, max: 22 }),
    holidays: fc.uniqueArray(fc.constantFrom('2026-01-05', '2026-01-10', '2026-02-01'), { maxLength: 3 }),
    rates: fc.uniqueArray(rate, {
      minLength: 1,
      maxLength: 20,
      selector: ({ service, direction, zone }) => `${service}/${direction}/${zone}`,
    }),
    tiers: fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 4 }),
    percents: fc.array(percent(60), { minLength: 5, maxLength: 5 }),
    taxes: fc.array(percent(30), { maxLength: 3 }),
  })
  .map(({ decimals, dawn, rates, tiers, percents, taxes, ...terms }) => {
    const noon = `${String(dawn).padStart(2, '0')}:30`;
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    return {
      id: 'A',
      home: 'CHNCM',
      visited: 'HKGPP',
      terms: [
        {
          version: 1,
          validFrom: '2026-01-01',
          validUntil: '2026-02-15',
          currency: 'XDR',
          decimals,
          ...terms,
          bands: [
            { name: 'night', days, from: '00:00', to: noon },
            { name: 'day', days, from: noon, to: '24:00' },
            { name: 'night', days: ['sun', 'holiday'], from: '00:00', to: '24:00' },
          ],
          zones: ZONES.map((prefix, at) => ({ name: `z${at}`, prefixes: [prefix] })),
          rates: rates.flatMap(({ byBand, day, night, ...one }, at) =>
            byBand
              ? [
                  { name: `r${at}-day`, ...one, band: 'day', ...day },
                  { name: `r${at}-night`, ...one, band: 'night', ...night },
                ]
              : [{ name: `r${at}`, ...one, ...day }],
          ),
          discounts: [
            {
              name: 'tiers',
              basis: 'charge',
              method: 'incremental',
              tiers: [0, ...tiers.sort((a, b) => a - b)].map((from, at) => ({
                from: String(from),
                percent: percents[at] ?? '0',
              })),
            },
            {
              name: 'flat',
              services: ['data'],
              basis: 'usage',
              method: 'incremental',
              tiers: [{ from: '0', percent: '12.3456' }],
            },
          ],
          taxes: taxes.map((one, at) => ({ name: `t${at}`, percent: one })),
        },
      ],
    };
  });

export const anyUsage: fc.Arbitrary<UsageEvent> = fc.record({
  home: fc.constant('CHNCM'),
  visited: fc.constant('HKGPP'),
  service: fc.constantFrom(...SERVICES),
  direction: fc.constantFrom(...DIRECTIONS),
  destination: fc
    .tuple(fc.constantFrom('', ...ZONES), fc.stringMatching(/^[0-9]{0,8}$/))
    .map((parts) => parts.join('')),
  atMs: fc.integer({ min: Date.UTC(2025, 11, 30), max: Date.UTC(2026, 1, 17) }),
  utcOffsetMinutes: fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 15),
  quantity: fc.integer({ min: 0, max: 20_000 }),
});
