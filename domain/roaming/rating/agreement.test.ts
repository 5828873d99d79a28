import { describe, expect, it } from 'vitest';
import { example, right } from '../../../test/support/rating.ts';
import { compileAgreement } from './compile.ts';
import { isProblems } from './refusals.ts';
import { compilePlan } from './retail.ts';
import { decodeAgreement, decodeRetailPlan, decodeUsageRecords } from './schema.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The document with another value at a place; without one, that place is taken out. */
const changed = (document: unknown, place: string, value?: Json): unknown => {
  const copy = structuredClone(document);
  const path = place.split('/');
  const last = path.pop() ?? '';
  let parent: unknown = copy;
  for (const key of path) parent = Reflect.get(Object(parent), key);
  if (Array.isArray(parent)) {
    if (value === undefined) parent.splice(Number(last), 1);
    else parent[Number(last)] = value;
  } else if (value === undefined) Reflect.deleteProperty(Object(parent), last);
  else Reflect.set(Object(parent), last, value);
  return copy;
};

const problems = (result: unknown): ReadonlyArray<string> =>
  isProblems(result) ? result.refusals.map(({ code, field }) => `${code} ${field}`) : [];

const agreementProblems = (json: unknown): ReadonlyArray<string> => {
  const decoded = decodeAgreement(json);
  return problems(isProblems(decoded) ? decoded : compileAgreement(decoded));
};
const planProblems = (json: unknown): ReadonlyArray<string> => {
  const decoded = decodeRetailPlan(json);
  return problems(isProblems(decoded) ? decoded : compilePlan(decoded));
};

const agreement = example('agreement');
const plan = example('plan');
const V = 'terms/1';

describe('an agreement is refused', () => {
  it('not, when it is right', () => expect(agreementProblems(agreement)).toEqual([]));

  it.each<[string, string, Json | undefined, string?]>([
    // by its form
    ['InvalidAgreement', `${V}/rates/0/first/units`, -60],
    ['InvalidAgreement', `${V}/rates/0/first/units`, 0],
    ['InvalidAgreement', `${V}/rates/0/first/units`, 1.5],
    ['InvalidAgreement', `${V}/rates/0/following/price`, '-0.1'],
    ['InvalidAgreement', `${V}/rates/0/following/price`, 0.1],
    ['InvalidAgreement', `${V}/rates/0/following/price`, '0.1234567'],
    ['InvalidAgreement', `${V}/rates/0/service`, 'fax'],
    ['InvalidAgreement', 'scope/0', 'fax'],
    ['InvalidAgreement', 'settlement/period', 'weekly'],
    ['InvalidAgreement', 'settlement/method', 'gross'],
    ['InvalidAgreement', 'settlement/reconciled', { absoluteMinor: '-1', perMille: null }],
    ['InvalidAgreement', `${V}/taxes/0/percent`, '6.12345'],
    ['InvalidAgreement', `${V}/decimals`, 7],
    ['InvalidAgreement', `${V}/rounding/tax`, 'nearest'],
    ['InvalidAgreement', `${V}/validFrom`, '2026-02-30'],
    ['InvalidAgreement', `${V}/bands/0/from`, '8:00'],
    ['InvalidAgreement', `${V}/zones/0/prefixes/0`, '+852'],
    ['InvalidAgreement', `${V}/currency`, undefined],
    ['InvalidAgreement', `${V}/colour`, 'red'],
    ['InvalidAgreement', 'home', 'chncm'],
    // by what it says
    ['CurrencyUnknown', `${V}/currency`, 'ABC'],
    ['ValidityEmpty', `${V}/validUntil`, '2026-10-01'],
    ['ValidityOverlaps', 'terms/0/validUntil', '2026-10-02', `${V}/validFrom`],
    ['ValidityOverlaps', 'terms/0/validUntil', undefined, `${V}/validFrom`],
    ['VersionTwice', `${V}/version`, 1],
    ['NameTwice', `${V}/rates/1/name`, 'moc-local-peak'],
    ['NameTwice', `${V}/zones/1/name`, 'local'],
    ['BandEmpty', `${V}/bands/1/to`, '00:00'],
    ['BandOverlaps', `${V}/bands/2/from`, '19:59', `${V}/bands/2`],
    ['BandGap', `${V}/bands/2/from`, '20:01', `${V}/bands`],
    ['BandGap', `${V}/bands/3/days`, ['sat', 'sun'], `${V}/bands`],
    ['BandUnknown', `${V}/rates/0/band`, 'noon'],
    ['ZoneUnknown', `${V}/rates/2/zone`, 'moon'],
    ['PrefixTwice', `${V}/zones/2/prefixes/1`, '86'],
    ['RateTwice', `${V}/rates/3/zone`, 'home', `${V}/rates/3`],
    ['RateMissing', `${V}/rates/1`, undefined, `${V}/rates/0`],
    ['TierStart', `${V}/discounts/0/tiers/0/from`, '0.5'],
    ['TiersUnordered', `${V}/discounts/0/tiers/2/from`, '1'],
    ['TierTooFine', `${V}/discounts/0/tiers/1/from`, '1.0001'],
    ['TierNotWhole', `${V}/discounts/1/tiers/1/from`, '10485760.5'],
    ['DiscountTooHigh', `${V}/discounts/0/tiers/2/percent`, '100.0001', `${V}/discounts`],
    [
      'DiscountTooHigh',
      `${V}/discounts/0`,
      { name: 'all', basis: 'charge', method: 'incremental', tiers: [{ from: '0', percent: '96' }] },
      `${V}/discounts`,
    ],
    ['DiscountMixesUnits', `${V}/discounts/1/services`, ['data', 'sms']],
    ['DiscountOfSubscribers', `${V}/discounts/0/subscribers`, ['gold']],
    ['AmountTooFine', `${V}/commitments/0/amount`, '10.0001'],
  ])('with %s at %s', (code, place, value, field = place) => {
    expect(agreementProblems(changed(agreement, place, value))).toContain(`${code} ${field}`);
  });

  it('with a rate for what it does not cover; its settlement is kept with it', () => {
    expect(agreementProblems(changed(agreement, 'scope', ['voice', 'sms']))).toEqual([
      'OutOfScope terms/1/rates/7/service',
    ]);
    const ready = compileAgreement(right(decodeAgreement(agreement)));
    expect(isProblems(ready) ? ready : ready.agreement).toEqual({
      ...{ id: 'CHNCM-HKGPP', home: 'CHNCM', visited: 'HKGPP', scope: ['voice', 'sms', 'data'] },
      settlement: { period: 'monthly', method: 'netting', reconciled: null },
    });
  });

  it('with everything that is wrong at once', () => {
    const twice = changed(changed(agreement, `${V}/currency`, 'ABC'), `${V}/rates/2/zone`, 'moon');
    expect(agreementProblems(twice)).toEqual([`CurrencyUnknown ${V}/currency`, `ZoneUnknown ${V}/rates/2/zone`]);
  });
});

describe('a retail plan is refused', () => {
  it('not, when it is right', () => expect(planProblems(plan)).toEqual([]));

  it.each<[string, string, Json, string?]>([
    ['InvalidRetailPlan', 'packages/0/unit', 0],
    ['NameTwice', 'packages/1/name', 'ASIA-1G'],
    ['NetworkTwice', 'tariffs/1/networks', ['HKGPP']],
    ['NetworkTwice', 'tariffs/0/networks', [], 'tariffs/1/networks'],
    ['CurrencyUnknown', 'tariffs/0/terms/0/currency', 'XXX'],
  ])('with %s at %s', (code, place, value, field = place) => {
    expect(planProblems(changed(plan, place, value))).toContain(`${code} ${field}`);
  });
});

it('a usage record is refused by its place, without what it holds', () => {
  const result = decodeUsageRecords(changed(example('events'), '0/destination', '+8613912345678'));
  expect(isProblems(result) && result.refusals).toMatchObject([{ code: 'InvalidUsageRecord', field: '0/destination' }]);
  expect(JSON.stringify(result)).not.toContain('13912345678');
  expect(problems(decodeUsageRecords(changed(example('events'), '0/at', '2026-11-31T09:30:00+08:00')))).toHaveLength(1);
  expect(right(decodeUsageRecords(example('events')))).toHaveLength(3);
});
