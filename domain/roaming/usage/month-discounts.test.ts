import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { example, right } from '../../../test/support/rating.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { compilePlan, rateForSubscriber } from '../rating/retail.ts';
import { decodeRetailPlan } from '../rating/schema.ts';
import { MonthSums, monthDiscounts } from './month-discounts.ts';
import type { UsageTerms } from './usage-record.ts';

const tier = (from: string, percent: string) => ({ from, percent });
const rule = { name: 'much', basis: 'charge', method: 'incremental', tiers: [tier('0', '0'), tier('10', '12.5')] };
const plain = example('plan') as {
  readonly id: string;
  readonly tariffs: ReadonlyArray<{ readonly terms: ReadonlyArray<object> }>;
};
/** The documented plan, with these discounts in place of its own. */
const planWith = (...discounts: ReadonlyArray<object>) =>
  right(
    compilePlan(
      right(
        decodeRetailPlan({
          ...plain,
          tariffs: plain.tariffs.map((one) => ({
            ...one,
            terms: one.terms.map((each) => ({ ...each, discounts })),
          })),
        }),
      ),
    ),
  );

const terms = (network: string): UsageTerms => ({
  ...{ roaming: 'outbound', partner: network, network, home: 'CHNCM', agreement: null, plan: plain.id },
  charged: { currency: 'XDR', decimals: 3 },
  retail: { currency: 'CNY', decimals: 2 },
});
const record = (
  retailMinor: bigint,
  quantity = 60,
  service: 'voice' | 'sms' | 'data' = 'voice',
  network = 'HKGPP',
) => ({
  ...{ service, quantity, retailMinor, terms: terms(network) },
});
type Summed = ReturnType<typeof record>;
const of = (plan: ReturnType<typeof planWith>, records: ReadonlyArray<Summed>) => {
  const sums = new MonthSums();
  for (const one of records) sums.add(one);
  return monthDiscounts(plan, '2026-11', sums.of(plain.id));
};

describe('discounts of a month', () => {
  it('are of the tier that its sums have reached, step by step, with what is missing to the next', () => {
    const plan = planWith({ ...rule, tiers: [...rule.tiers, tier('100', '20')] });
    expect(of(plan, [record(1_000n), record(333n, 10, 'sms')])).toMatchObject([
      {
        ...{ plan: plain.id, networks: ['HKGPP'], currency: 'CNY', decimals: 2 },
        // 12.5 % of what is above 10: 0.41625, rounded as the plan rounds discounts.
        amountMinor: -42n,
        steps: [
          { kind: 'discount', name: 'much' },
          { kind: 'rounding', of: 'discount' },
        ],
        tiers: [{ counted: '13.33', percent: '12.5', next: { from: '100', percent: '20', missing: '86.67' } }],
      },
    ]);
  });

  test.each([
    ['nothing below the first tier with a percentage', [rule], [record(999n)], [0n]],
    ['nothing of a plan without them', [], [record(9_999n)], []],
    [
      'nothing of one tier, which is taken event by event',
      [{ ...rule, tiers: [tier('0', '9')] }],
      [record(9_999n)],
      [],
    ],
    ['all of it by the tier reached', [{ ...rule, method: 'whole' }], [record(1_000n)], [-125n]],
    [
      'by usage, each tier with its share',
      [{ ...rule, basis: 'usage', services: ['voice'], tiers: [tier('0', '0'), tier('60', '50')] }],
      [record(300n, 120), record(500n, 9, 'sms')],
      [-75n],
    ],
    ['nothing of corrections alone', [rule], [record(-2_000n)], [0n]],
  ] as const)('%s', (_, discounts, records, amounts) => {
    expect(of(planWith(...discounts), records).map(({ amountMinor }) => amountMinor)).toEqual(amounts);
  });

  it('leave what an event costs as it is', () => {
    const at = {
      home: 'CHNCM',
      visited: 'HKGPP',
      direction: 'originating',
      atMs: Date.parse('2026-11-26T01:30:00Z'),
    } as const;
    const event = { ...at, service: 'voice', destination: '852', utcOffsetMinutes: 480, quantity: 130 } as const;
    const [tiered, none] = [planWith({ ...rule, tiers: [tier('0', '10'), tier('10', '20')] }), planWith()].map((plan) =>
      rateForSubscriber(plan, event, []),
    );
    expect(tiered).toEqual(none);
    expect(isRefusal(none)).toBe(false);
  });

  it('are the same in whatever order and chunks the records come, to the last fraction', () => {
    const plan = planWith(
      { ...rule, tiers: [tier('0', '1.25'), tier('5', '3'), tier('50', '7.7')] },
      { ...rule, name: 'data', basis: 'usage', services: ['data'], tiers: [tier('0', '0'), tier('1000', '11')] },
      { ...rule, name: 'whole', method: 'whole' },
    );
    const one = fc
      .tuple(
        fc.integer({ min: -50, max: 5_000 }),
        fc.nat(9_999),
        fc.constantFrom('voice', 'sms', 'data'),
        fc.constantFrom('HKGPP', 'JPNDO'),
      )
      .map(([fee, quantity, service, network]) => record(BigInt(fee), quantity, service, network));
    const shuffled = fc
      .array(one, { maxLength: 30 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(of(plan, other)).toEqual(of(plan, all));
        for (const { steps, amountMinor } of of(plan, all)) {
          expect(steps.reduce((sum, { amount }) => sum + amount, 0n)).toBe(amountMinor * 10n ** 10n);
        }
      }),
    );
  });
});
