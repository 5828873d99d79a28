import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyAgreement, anyUsage, right } from '../../../test/support/rating.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { compileAgreement } from '../rating/compile.ts';
import { formatPrice, parsePercent, parsePrice } from '../rating/decimal.ts';
import { NO_TOTALS } from '../rating/discounts.ts';
import { settleWhole } from '../rating/period.ts';
import { addPrice, rateEvent } from '../rating/rate.ts';
import { decodeAgreement } from '../rating/schema.ts';
import { endSums } from './period-end.ts';
import type { EndRules, SumLine } from './schema.ts';

const tier = (from: string, percent: string) => ({ from: parsePrice(from), percent: parsePercent(percent) });
const discount = (more: Partial<EndRules['terms']['discounts'][number]>): EndRules['terms']['discounts'][number] => ({
  ...{ name: 'volume', services: [], subscribers: [], basis: 'charge', method: 'incremental' },
  tiers: [tier('0', '0'), tier('100', '10'), tier('1000', '20')],
  ...more,
});
const rules = (more: Partial<EndRules['terms']>): EndRules => ({
  ...{ direction: 'outbound', agreement: 'CHNCM-FRAF1', revision: 3 },
  terms: {
    ...{ version: 2, currency: 'XDR', decimals: 2 },
    rounding: { charge: 'halfUp', discount: 'down', tax: 'halfUp' },
    ...{ discounts: [], commitments: [], ...more },
  },
});
const sum = (more: Partial<SumLine>): SumLine => ({
  ...{ direction: 'outbound', service: 'voice', adjustment: false, currency: 'SDR', decimals: 3 },
  ...{ events: 10, usage: 600n, amountMinor: 1_500_000n, ...more },
});
const shown = (one: EndRules, sums: ReadonlyArray<SumLine>) =>
  endSums(one, sums).map(({ service, amountMinor, end }) => [
    service,
    amountMinor,
    end.steps.map(({ amount }) => amount),
  ]);

it.each<readonly [string, EndRules, ReadonlyArray<SumLine>, unknown]>([
  [
    'each part of the charge at its tier',
    rules({ discounts: [discount({})] }),
    [sum({})],
    [['discount', -19_000n, ['-190']]],
  ],
  [
    'what came late with the rest, and of the other direction or in another currency nothing',
    rules({ discounts: [discount({})] }),
    [
      sum({ amountMinor: 50_000n }),
      sum({ adjustment: true, amountMinor: 60_000n }),
      sum({ direction: 'inbound' }),
      sum({ currency: 'EUR' }),
    ],
    [['discount', -100n, ['-1']]],
  ],
  [
    'by usage, each part of it with its share of the charge',
    rules({
      discounts: [discount({ basis: 'usage', services: ['voice'], tiers: [tier('0', '0'), tier('400', '30')] })],
    }),
    [sum({})],
    [['discount', -15_000n, ['-150']]],
  ],
  [
    'on the whole, of what is left after those of events',
    rules({
      discounts: [
        discount({ tiers: [tier('0', '10')] }),
        discount({ name: 'rebate', method: 'whole', tiers: [tier('0', '0'), tier('1500', '50')] }),
      ],
    }),
    [sum({})],
    [['discount', -82_500n, ['-150', '-675']]],
  ],
  [
    'rounded once, by the agreement',
    rules({ discounts: [discount({ tiers: [tier('0', '12.5')] })] }),
    [sum({ amountMinor: 1_001n })],
    [['discount', -12n, ['-0.125125', '0.005125']]],
  ],
  [
    'what is missing to a commitment of one service, after its share of a discount of several',
    rules({
      discounts: [discount({ tiers: [tier('0', '10')] })],
      commitments: [{ name: 'send-or-pay', services: ['sms'], amount: parsePrice('500') }],
    }),
    [sum({}), sum({ service: 'sms', amountMinor: 500_000n })],
    [
      ['discount', -20_000n, ['-200']],
      ['commitment', 5_000n, ['50']],
    ],
  ],
  [
    'a commitment of which nothing was used',
    rules({ commitments: [{ name: 'send-or-pay', services: [], amount: parsePrice('500') }] }),
    [],
    [['commitment', 50_000n, ['500']]],
  ],
  [
    'of corrections below zero nothing is given back',
    rules({ discounts: [discount({}), discount({ name: 'rebate', method: 'whole', tiers: [tier('0', '50')] })] }),
    [sum({ amountMinor: -5_000n })],
    [],
  ],
])('a period’s end brings %s', (_, one, sums, expected) => {
  expect(shown(one, sums)).toEqual(expected);
});

it('tiers by charge come to what they come to event by event, to the last fraction, whatever the order', () => {
  fc.assert(
    fc.property(anyAgreement, fc.array(anyUsage, { maxLength: 20 }), (json, events) => {
      const agreement = right(compileAgreement(right(decodeAgreement(json))));
      const [version] = agreement.terms;
      if (version === undefined) throw new Error('an agreement has a version');
      let totals = NO_TOTALS;
      let byEvent = 0n;
      const nothing = { usage: 0n, charge: 0n };
      const charged = { voice: nothing, sms: nothing, data: nothing };
      for (const event of events) {
        const price = rateEvent(agreement, event, totals);
        if (isRefusal(price)) continue;
        totals = addPrice(totals, event, price);
        for (const step of price.steps) if (step.kind === 'discount' && step.name === 'tiers') byEvent += step.amount;
        const { usage, charge } = charged[event.service];
        charged[event.service] = {
          usage: usage + price.quantity,
          charge: charge + price.chargeMinor * version.quantum,
        };
      }
      const { steps } = settleWhole(version.terms, charged).discount;
      const found = steps.filter((step) => step.kind === 'discount' && step.name === 'tiers');
      expect(formatPrice(found.reduce((all, { amount }) => all + amount, 0n))).toBe(formatPrice(byEvent));
    }),
  );
});
