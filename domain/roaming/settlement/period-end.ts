import { writtenCurrency } from '../currency.ts';
import { formatPercent, formatPrice, quantumOf } from '../rating/decimal.ts';
import { type Charged, settleWhole } from '../rating/period.ts';
import type { Step } from '../rating/rate.ts';
import type { Service } from '../rating/schema.ts';
import type { EndRules, EndStep, StatementLine, SumLine } from './schema.ts';

/**
 * What the end of an agreement period brings to its statement (seed 002 §2.1.3, §3.2.3; decision 0340): the discounts of the
 * tiers that the sums have reached, and what is missing to commitments, a line each in each direction. Books have charges
 * before discounts, so all discounts are found here, from sums alone: the order of events does not matter. What came late
 * counts in the period in which it is booked.
 */

/** A line of the period's end before it is converted. */
export type EndSum = Omit<StatementLine, 'rate' | 'convertedMinor' | 'restNumerator' | 'restDenominator' | 'end'> & {
  readonly end: NonNullable<StatementLine['end']>;
};

const endStep = (step: Step): EndStep => {
  const none = { parts: [], committed: null };
  const amount = formatPrice(step.amount);
  switch (step.kind) {
    case 'discount': {
      const parts = step.parts.map(({ base, percent }) => ({
        base: formatPrice(base),
        percent: formatPercent(percent),
      }));
      return { kind: 'discount', name: step.name, parts, committed: null, amount };
    }
    case 'shortfall':
      return { ...none, kind: 'shortfall', name: step.name, committed: formatPrice(step.committed), amount };
    case 'rounding':
      return { ...none, kind: 'rounding', name: step.mode, amount };
    default:
      throw new Error(`a period has no step ${step.kind}`);
  }
};

const chargedBy = (sums: ReadonlyArray<SumLine>, service: Service): Charged => {
  let usage = 0n;
  let charge = 0n;
  for (const sum of sums) {
    if (sum.service !== service) continue;
    usage += sum.usage;
    charge += sum.amountMinor * quantumOf(sum.decimals);
  }
  return { usage, charge };
};

/** Of sums in the agreement's currency: nothing else was priced by it. A line that comes to nothing is left out. */
export const endSums = (
  { direction, agreement, revision, terms }: EndRules,
  sums: ReadonlyArray<SumLine>,
): ReadonlyArray<EndSum> => {
  const currency = writtenCurrency(terms.currency);
  const ours = sums.filter((sum) => sum.direction === direction && sum.currency === currency);
  const { discount, commitment } = settleWhole(terms, {
    voice: chargedBy(ours, 'voice'),
    sms: chargedBy(ours, 'sms'),
    data: chargedBy(ours, 'data'),
  });
  const lines = [
    { service: 'discount' as const, ...discount },
    { service: 'commitment' as const, ...commitment },
  ];
  return lines
    .filter(({ steps }) => steps.length > 0)
    .map(({ service, steps, totalMinor }) => ({
      ...{ direction, service, adjustment: false, currency, decimals: terms.decimals },
      ...{ events: 0, usage: 0n, amountMinor: totalMinor },
      end: { agreement, revision, version: terms.version, steps: steps.map(endStep) },
    }));
};
