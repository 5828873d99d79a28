import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainPrice } from '../../../test/support/plain-rating.ts';
import { anyAgreement, anyUsage, example, exampleAgreement, right } from '../../../test/support/rating.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { compileAgreement } from './compile.ts';
import { formatPrice, parsePercent, parsePrice, quantumOf } from './decimal.ts';
import { NO_TOTALS, type Totals } from './discounts.ts';
import { endPeriod } from './period.ts';
import { addPrice, type Price, rateEvent, type UsageEvent, usageEvent } from './rate.ts';
import { type Agreement, decodeAgreement, decodeUsageRecords } from './schema.ts';
import { MOST_USED } from './services.ts';

const ready = right(compileAgreement(exampleAgreement));
const call: UsageEvent = {
  home: 'CHNCM',
  visited: 'HKGPP',
  service: 'voice',
  direction: 'originating',
  destination: '85221234567',
  atMs: Date.parse('2026-11-26T09:30:00+08:00'),
  utcOffsetMinutes: 480,
  quantity: 60,
};
const at = (time: string): Pick<UsageEvent, 'atMs'> => ({ atMs: Date.parse(`${time}+08:00`) });

const priced = (event: Partial<UsageEvent>, before: Totals = NO_TOTALS): Price => {
  const price = rateEvent(ready, { ...call, ...event }, before);
  if (isRefusal(price)) throw new Error(price.code);
  return price;
};
const amounts = ({ steps }: Price) => steps.map(({ kind, amount }) => `${kind} ${formatPrice(amount)}`);

describe('the price of an event', () => {
  it('is explained step by step, with each rounding', () => {
    const [first] = right(decodeUsageRecords(example('events')));
    const price = first && priced(usageEvent(first));
    expect(price && amounts(price)).toEqual([
      'setup 0.05',
      'first 0.48',
      'following 0.476645',
      'rounding 0.000355',
      'discount -0.000875',
      'rounding 0.000875',
      'tax 0.06042',
      'rounding -0.00042',
    ]);
    expect(price).toMatchObject({ version: 2, rate: 'moc-home', zone: 'home', band: 'peak', currency: 'XDR' });
    expect(price).toMatchObject({ chargeMinor: 1_007n, discountMinor: 0n, taxMinor: 60n, totalMinor: 1_067n });
  });

  it.each([
    ['the last second of peak', { ...at('2026-11-26T19:59:59') }, 'peak'],
    ['the first of off-peak', { ...at('2026-11-26T20:00:00') }, 'offpeak'],
    ['a Saturday noon', { ...at('2026-11-28T12:00:00') }, 'offpeak'],
    ['a holiday that is a Friday', { ...at('2026-12-25T12:00:00') }, 'offpeak'],
    [
      'noon there, while it is night at home',
      { atMs: Date.parse('2026-11-26T12:00:00-05:00'), utcOffsetMinutes: -300 },
      'peak',
    ],
    [
      'night there, while it is noon at home',
      { atMs: Date.parse('2026-11-26T23:00:00-05:00'), utcOffsetMinutes: -300 },
      'offpeak',
    ],
  ])('takes the band of the visited clock: %s', (_, event, band) => {
    expect(priced(event).band).toBe(band);
  });

  it.each([
    ['85221234567', 'local'],
    ['85290012345', 'premium'],
    ['852', 'local'],
    ['85', null],
    ['820055', 'premium'],
    ['4915112345678', null],
    ['', null],
  ])('takes the longest prefix: %s', (destination, zone) => {
    expect(priced({ destination }).zone).toBe(zone);
  });

  it.each([
    [1, ['first 0.21']],
    [60, ['first 0.21']],
    [61, ['first 0.21', 'following 0.0205', 'rounding 0.0005']],
    [66, ['first 0.21', 'following 0.0205', 'rounding 0.0005']],
    [67, ['first 0.21', 'following 0.041']],
  ])('charges a unit whole as soon as it is begun: %i s', (quantity, steps) => {
    expect(
      amounts(priced({ quantity }))
        .filter((step) => !step.startsWith('tax'))
        .slice(0, steps.length),
    ).toEqual(steps);
  });

  it('is the minimum at least, and nothing when nothing was used', () => {
    expect(amounts(priced({ destination: '85290012345', quantity: 30 })).slice(0, 2)).toEqual([
      'first 2.5',
      'minimum 2.5',
    ]);
    expect(priced({ destination: '85290012345', quantity: 0 })).toMatchObject({ totalMinor: 0n, steps: [] });
  });

  it('is discounted by tiers, each part of it at its own', () => {
    const before = { ...NO_TOTALS, voice: { usage: 0n, chargeMinor: 9_999_000n, netMinor: 0n } };
    const price = priced({ destination: '49', quantity: 90 }, before);
    expect(price.steps.find(({ kind }) => kind === 'discount')).toMatchObject({
      parts: [
        { base: parsePrice('1'), percent: parsePercent('12.5') },
        { base: parsePrice('1.3'), percent: parsePercent('20') },
      ],
      amount: -parsePrice('0.385'),
    });
    expect(price.discountMinor).toBe(385n);
  });

  it('is under the version of the local day', () => {
    expect(priced({ ...at('2026-09-30T23:59:59') }).version).toBe(1);
    expect(priced({ ...at('2026-10-01T00:00:00') }).version).toBe(2);
  });

  it.each([
    ['OtherNetworks', { visited: 'JPNDO' }],
    ['OtherNetworks', { home: 'JPNDO' }],
    ['NoTermsInForce', at('2025-12-31T23:59:59')],
    ['ServiceWithoutRate', { service: 'sms', direction: 'terminating' }],
    ['InvalidQuantity', { quantity: -1 }],
    ['InvalidQuantity', { quantity: 1.5 }],
    ['InvalidQuantity', { quantity: MOST_USED.voice + 1 }],
    ['InvalidQuantity', { service: 'sms', quantity: MOST_USED.sms + 1 }],
    ['InvalidQuantity', { service: 'data', quantity: MOST_USED.data + 1 }],
  ] as const)('is refused with %s', (code, event) => {
    expect(rateEvent(ready, { ...call, ...event })).toMatchObject({ _tag: 'Refusal', code });
  });

  it('is refused where no zone with a rate fits', () => {
    const [, terms] = exampleAgreement.terms;
    const rates = terms?.rates.filter(({ name }) => name !== 'moc-other') ?? [];
    const closed = terms && right(compileAgreement({ ...exampleAgreement, terms: [{ ...terms, rates }] }));
    expect(closed && rateEvent(closed, { ...call, destination: '49' })).toMatchObject({
      code: 'DestinationWithoutRate',
    });
  });
});

const stepsAddUp = (price: Price): void => {
  const quantum = quantumOf(price.decimals);
  expect(price.steps.reduce((sum, { amount }) => sum + amount, 0n)).toBe(price.totalMinor * quantum);
  expect(price.chargeMinor - price.discountMinor + price.taxMinor).toBe(price.totalMinor);
  for (const step of price.steps) {
    if (step.kind === 'rounding')
      expect(step.amount < quantum && step.amount > -quantum && step.amount !== 0n).toBe(true);
    else if (step.kind === 'discount') expect(step.amount <= 0n).toBe(true);
    else expect(step.amount >= 0n).toBe(true);
  }
  for (const minor of [
    price.chargeMinor,
    price.discountMinor,
    price.chargeMinor - price.discountMinor,
    price.taxMinor,
  ]) {
    expect(minor >= 0n).toBe(true);
  }
};

describe('for any agreement', () => {
  it('the steps add up to the price, which is that of the rules as they stand', () => {
    fc.assert(
      fc.property(anyAgreement, fc.array(anyUsage, { minLength: 1, maxLength: 30 }), (json, events) => {
        const agreement: Agreement = right(decodeAgreement(json));
        const compiled = right(compileAgreement(agreement));
        for (const event of events) {
          const price = rateEvent(compiled, event);
          expect(isRefusal(price) ? undefined : price.totalMinor).toBe(plainPrice(agreement, event));
          if (!isRefusal(price)) stepsAddUp(price);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a longer use never costs less before discounts', () => {
    fc.assert(
      fc.property(anyAgreement, anyUsage, fc.nat(5_000), (json, event, more) => {
        const compiled = right(compileAgreement(right(decodeAgreement(json))));
        const short = rateEvent(compiled, event);
        const long = rateEvent(compiled, { ...event, quantity: event.quantity + more });
        if (!isRefusal(short) && !isRefusal(long)) expect(long.chargeMinor >= short.chargeMinor).toBe(true);
      }),
    );
  });

  it('tiers by charge give the same discount however the period is cut into events, up to their roundings', () => {
    fc.assert(
      fc.property(anyAgreement, fc.array(anyUsage, { maxLength: 20 }), (json, events) => {
        const agreement = right(decodeAgreement(json));
        const compiled = right(compileAgreement(agreement));
        const rule = compiled.terms[0]?.discounts.voice.find(({ name }) => name === 'tiers');
        const quantum = compiled.terms[0]?.quantum ?? 1n;
        let totals = NO_TOTALS;
        let exact = 0n;
        for (const event of events) {
          const price = rateEvent(compiled, event, totals);
          if (isRefusal(price)) continue;
          stepsAddUp(price);
          totals = addPrice(totals, event, price);
          for (const step of price.steps) if (step.kind === 'discount' && step.name === 'tiers') exact -= step.amount;
        }
        const all = (totals.voice.chargeMinor + totals.sms.chargeMinor + totals.data.chargeMinor) * quantum;
        let expected = 0n;
        for (const [place, { from, percent }] of (rule?.tiers ?? []).entries()) {
          const end = rule?.tiers[place + 1]?.from ?? all;
          const base = (end < all ? end : all) - from;
          if (base > 0n) expected += (base * percent) / 1_000_000n;
        }
        expect(exact).toBe(expected);
      }),
    );
  });
});

describe('the end of a settlement period', () => {
  const terms = ready.terms[1];
  const total = (usage: bigint, chargeMinor: bigint, netMinor = chargeMinor) => ({ usage, chargeMinor, netMinor });

  it('adds what is missing to the commitment', () => {
    const end = terms && endPeriod(terms, { ...NO_TOTALS, voice: total(60n, 3_000n, 2_500n) });
    expect(end).toEqual({
      steps: [{ kind: 'shortfall', name: 'send-or-pay', committed: parsePrice('10'), amount: parsePrice('7.5') }],
      totalMinor: 7_500n,
    });
  });

  it('discounts the whole period at the tier it has reached', () => {
    const just = terms && endPeriod(terms, { ...NO_TOTALS, data: total(10_485_759n, 20_001n) });
    expect(just).toEqual({ steps: [], totalMinor: 0n });
    const end = terms && endPeriod(terms, { ...NO_TOTALS, data: total(10_485_760n, 20_001n) });
    expect(end?.steps.map(({ kind, amount }) => `${kind} ${formatPrice(amount)}`)).toEqual([
      'discount -1.00005',
      'rounding 0.00005',
    ]);
    expect(end?.totalMinor).toBe(-1_000n);
  });
});
