import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { example, right } from '../../../test/support/rating.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { formatPrice } from './decimal.ts';
import { longestPrefix, prefixTrie } from './prefix-trie.ts';
import type { Price, UsageEvent } from './rate.ts';
import { afterPackages, compilePlan, outsideOf, priceOfPackage, rateForSubscriber } from './retail.ts';
import { type Balance, decodeBalances, decodeRetailPlan } from './schema.ts';

const plan = right(compilePlan(right(decodeRetailPlan(example('plan')))));
const balances = right(decodeBalances(example('balances')));
const MB = 1_048_576;
const event: UsageEvent = {
  home: 'CHNCM',
  visited: 'HKGPP',
  service: 'data',
  direction: 'originating',
  destination: '',
  atMs: Date.parse('2026-11-26T09:30:00+08:00'),
  utcOffsetMinutes: 480,
  quantity: 10 * MB,
};
const voice = { service: 'voice', destination: '852', quantity: 130 } as const;

const priced = (change: Partial<UsageEvent>, having: ReadonlyArray<Balance> = balances): Price => {
  const price = rateForSubscriber(plan, { ...event, ...change }, having);
  if (isRefusal(price)) throw new Error(price.code);
  return price;
};

describe('what a subscriber pays', () => {
  it('is nothing while a package lasts', () => {
    const price = priced({});
    expect(price).toMatchObject({ totalMinor: 0n, quantity: 0n });
    expect(price.steps).toEqual([
      { kind: 'package', balance: 'B2', package: 'ASIA-1G', quantity: 10_485_760n, taken: 10_485_760n, amount: 0n },
    ]);
    expect(afterPackages(balances, price).map(({ left }) => left)).toEqual([150, 52_428_800 - 10_485_760]);
  });

  it('is the tariff for what a package does not cover', () => {
    const price = priced({ quantity: 60 * MB });
    expect(price.steps.map(({ kind, amount }) => `${kind} ${formatPrice(amount)}`)).toEqual([
      'package 0',
      'first 0.0025',
      'following 2.5575',
      'discount -0.256',
      'rounding -0.004',
    ]);
    expect(price).toMatchObject({ chargeMinor: 256n, discountMinor: 26n, totalMinor: 230n });
  });

  it('has discounts of a membership level or package type for those alone who have it', () => {
    const read = right(decodeRetailPlan(example('plan')));
    const forGold = {
      ...read,
      tariffs: read.tariffs.map((tariff) => ({
        ...tariff,
        terms: tariff.terms.map((one) => ({
          ...one,
          discounts: one.discounts.map((discount) => ({ ...discount, subscribers: ['gold', 'TRAVEL-1G'] })),
        })),
      })),
    };
    const ready = right(compilePlan(forGold));
    expect([...ready.subscribers]).toEqual(['gold', 'TRAVEL-1G']);
    const totalOf = (subscriber?: ReadonlyArray<string>) => {
      const price = rateForSubscriber(ready, { ...event, ...voice, ...(subscriber && { subscriber }) }, []);
      return isRefusal(price) ? price.code : price.totalMinor;
    };
    // Three minutes at 0.99, less 10 %.
    expect([totalOf(), totalOf([]), totalOf(['silver'])]).toEqual([297n, 297n, 297n]);
    expect([totalOf(['gold']), totalOf(['silver', 'TRAVEL-1G']), totalOf(['gold', 'TRAVEL-1G'])]).toEqual([
      267n,
      267n,
      267n,
    ]);
  });

  it.each<readonly [string, Partial<UsageEvent>, Partial<Balance>]>([
    ['NotInPlan', {}, { package: 'GONE' }],
    ['OtherService', voice, {}],
    ['OtherDirection', { ...voice, direction: 'terminating' }, { package: 'VOICE-30' }],
    ['OtherNetwork', { visited: 'USAAT' }, {}],
    ['NotYet', {}, { fromMs: event.atMs + 1 }],
    ['Over', {}, { untilMs: event.atMs }],
    ['UsedUp', {}, { left: 0 }],
  ])('is outside of a package for a reason: %s', (reason, change, more) => {
    const balance = { id: 'B9', package: 'ASIA-1G', left: 100, fromMs: 0, untilMs: event.atMs + 1, ...more };
    const usage = { ...event, ...change };
    expect(outsideOf(plan, usage, [balance], new Map())).toEqual([{ balance: 'B9', package: balance.package, reason }]);
    const price = rateForSubscriber(plan, usage, [balance]);
    expect(isRefusal(price) ? [] : price.steps.filter(({ kind }) => kind === 'package')).toEqual([]);
    expect(outsideOf(plan, usage, [balance], new Map([['B9', 1]]))).toEqual([]);
  });

  it('is outside of no package when others cover all of it', () => {
    const one = { id: 'B9', package: 'ASIA-1G', left: event.quantity, fromMs: 0, untilMs: event.atMs + 1 };
    const having = [one, { ...one, id: 'B10' }];
    const [taken] = priced({}, having).steps.flatMap((step) => (step.kind === 'package' ? [step] : []));
    expect(taken).toMatchObject({ balance: 'B10', quantity: BigInt(event.quantity) });
    expect(outsideOf(plan, event, having, new Map([['B10', event.quantity]]))).toEqual([]);
    const less = new Map([['B10', event.quantity - 1]]);
    expect(outsideOf(plan, event, having, less)).toMatchObject([{ balance: 'B9', reason: 'GrantedLater' }]);
    const empty = having.map((each) => ({ ...each, left: 0 }));
    expect(outsideOf(plan, event, empty, less)).toMatchObject([{ balance: 'B9', reason: 'UsedUp' }]);
  });

  it('has packages with a price in the currency of its tariffs', () => {
    expect(priceOfPackage(plan, 'VOICE-30')).toEqual({ currency: 'CNY', decimals: 2, amountMinor: 2_800n });
    expect(priceOfPackage(plan, 'ASIA-1G')).toBeNull();
    expect(priceOfPackage(plan, 'GONE')).toMatchObject({ code: 'PackageNotInPlan', field: 'balance/package' });
    const json = example('plan') as { packages: ReadonlyArray<object>; tariffs: ReadonlyArray<{ terms: object[] }> };
    const compiled = (price: string, more: object = {}) => {
      const packages = json.packages.map((one) => ({ ...one, price }));
      const [first, ...others] = json.tariffs;
      const tariffs = [{ ...first, terms: first?.terms.map((one) => ({ ...one, ...more })) }, ...others];
      return compilePlan(right(decodeRetailPlan({ ...json, packages, tariffs })));
    };
    expect(compiled('0.001')).toMatchObject({ refusals: [{ code: 'AmountTooFine', field: 'packages/0/price' }, {}] });
    expect(compiled('1', { currency: 'HKD' })).toMatchObject({ refusals: [{ code: 'PriceWithoutCurrency' }, {}] });
    expect(right(compiled('0')).money).toEqual({ currency: 'CNY', decimals: 2 });
  });

  it('takes a package in whole units, and never more than is left', () => {
    expect(priced({ ...voice, quantity: 61 }).steps).toMatchObject([{ kind: 'package', quantity: 61n, taken: 120n }]);
    expect(priced({ ...voice, quantity: 149 }).steps).toMatchObject([{ quantity: 149n, taken: 150n }]);
    expect(priced({ ...voice, quantity: 151 })).toMatchObject({ quantity: 1n, totalMinor: 89n });
  });

  it('takes the package that ends first before the others', () => {
    const sooner = { id: 'B3', package: 'VOICE-30', left: 60, fromMs: 0, untilMs: event.atMs + 1 };
    const price = priced(voice, [...balances, sooner]);
    expect(price.steps).toMatchObject([
      { balance: 'B3', quantity: 60n, taken: 60n },
      { balance: 'B1', quantity: 70n, taken: 120n },
    ]);
  });

  it.each<readonly [string, Partial<UsageEvent>, Partial<Balance>]>([
    ['before it begins', {}, { fromMs: event.atMs + 1 }],
    ['from the moment at which it ends', {}, { untilMs: event.atMs }],
    ['in another network', voice, { package: 'ASIA-1G' }],
    ['that the plan does not know', {}, { package: 'GONE' }],
  ])('uses no package %s', (_, change, balance) => {
    const having = balances.map((one) => ({ ...one, ...balance }));
    expect(priced(change, having).steps.some(({ kind }) => kind === 'package')).toBe(false);
  });

  it('is that of elsewhere where no tariff names the network', () => {
    expect(priced({ ...voice, visited: 'USAAT', quantity: 61 }, [])).toMatchObject({
      rate: 'world-call',
      totalMinor: 798n,
    });
    const named = new Map(plan.byNetwork);
    const closed = rateForSubscriber(
      { ...plan, byNetwork: named, elsewhere: undefined },
      { ...event, visited: 'USAAT' },
      [],
    );
    expect(closed).toMatchObject({ code: 'NetworkWithoutTariff' });
    expect(rateForSubscriber(plan, { ...event, quantity: -1 }, [])).toMatchObject({ code: 'InvalidQuantity' });
  });

  const withLocal = (more: object = {}, rates: object = { price: '0.10' }) => {
    const read = right(decodeRetailPlan(example('plan')));
    const [tariff] = (example('plan') as { tariffs: ReadonlyArray<{ terms: ReadonlyArray<object> }> }).tariffs;
    const unit = { units: 60, ...rates };
    const call = { name: 'local-call', service: 'voice', direction: 'originating', first: unit, following: unit };
    const terms = [{ ...tariff?.terms[0], rates: [call], discounts: [], ...more }];
    const local = { networks: ['HKGPP'], numbers: 'local', terms };
    const json = example('plan') as { readonly tariffs: ReadonlyArray<object> };
    const found = compilePlan(right(decodeRetailPlan({ ...json, tariffs: [...json.tariffs, local] })));
    expect(read.tariffs.every(({ numbers }) => numbers === 'all')).toBe(true);
    return found;
  };

  it('of a number of the visited country is its local tariff, and for what that has no price for the tariff of all', () => {
    const local = right(withLocal());
    const paid = (change: Partial<UsageEvent>) => {
      const price = rateForSubscriber(local, { ...event, ...change }, []);
      if (isRefusal(price)) throw new Error(price.code);
      return [price.rate, price.totalMinor];
    };
    expect(paid({ ...voice, local: true })).toEqual(['local-call', 30n]);
    expect(paid(voice)).toEqual(['hk-call', 267n]);
    expect(paid({ local: true, quantity: MB })).toEqual(['hk-data', 23n]);
    expect(paid({ ...voice, visited: 'USAAT', local: true })[0]).toBe('world-call');
    // Packages come first, whichever number it is.
    const [first] = balances.filter(({ package: name }) => name === 'VOICE-30');
    const having = first === undefined ? [] : [first];
    const price = rateForSubscriber(local, { ...event, ...voice, local: true }, having);
    expect(isRefusal(price) ? price.code : price.steps[0]).toMatchObject({ kind: 'package', package: 'VOICE-30' });
  });

  it('is in one currency, whichever number it is of', () => {
    expect(withLocal({ currency: 'HKD' })).toMatchObject({
      refusals: [{ code: 'OtherCurrency', field: 'tariffs/2/terms' }, { code: 'PriceWithoutCurrency' }],
    });
    expect(withLocal({ decimals: 3 })).toMatchObject({ refusals: [{ code: 'OtherCurrency' }, {}] });
  });

  it('covers all usage once, whatever the balances, and takes none below zero', () => {
    const one = fc.record({
      package: fc.constantFrom('VOICE-30', 'ASIA-1G'),
      left: fc.nat(400),
      fromMs: fc.constant(0),
      untilMs: fc.integer({ min: event.atMs - 2, max: event.atMs + 2 }),
    });
    const many = fc.array(one, { maxLength: 8 }).map((list) => list.map((each, at) => ({ id: `B${at}`, ...each })));
    fc.assert(
      fc.property(many, fc.nat(1_000), (having, quantity) => {
        const price = priced({ ...voice, quantity }, having);
        const covered = price.steps.reduce((sum, step) => (step.kind === 'package' ? sum + step.quantity : sum), 0n);
        expect(covered + price.quantity).toBe(BigInt(quantity));
        for (const { left } of afterPackages(having, price)) expect(left).toBeGreaterThanOrEqual(0);
        if (price.quantity > 0n) {
          const after = afterPackages(having, price).filter(({ untilMs }) => untilMs > event.atMs);
          expect(after.filter((each) => each.package === 'VOICE-30' && each.left > 0)).toEqual([]);
        }
      }),
    );
  });
});

it('the longest prefix is found as by trying them all', () => {
  const digits = fc.stringMatching(/^[0-3]{0,6}$/);
  fc.assert(
    fc.property(fc.uniqueArray(digits, { maxLength: 30 }), digits, (prefixes, number) => {
      const trie = prefixTrie(prefixes.map((prefix, at) => [prefix, at] as const));
      const fitting = prefixes.filter((prefix) => number.startsWith(prefix));
      const longest = fitting.sort((a, b) => b.length - a.length)[0];
      expect(longestPrefix(trie, number)).toBe(longest === undefined ? -1 : prefixes.indexOf(longest));
    }),
  );
  expect(longestPrefix(prefixTrie([['1', 0]]), '1a2')).toBe(0);
});
