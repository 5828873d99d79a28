import { quantumOf } from './decimal.ts';
import {
  compileDiscounts,
  type DiscountRule,
  discountOf,
  partsOfPeriod,
  spread,
  type Totals,
  totalOf,
  wholeOf,
} from './discounts.ts';
import { rounded, type Step } from './rate.ts';
import type { EndTerms, Service } from './schema.ts';
import { SERVICES } from './services.ts';

/**
 * What the end of a settlement period adds to its events: discounts at the tier that the whole period has reached, then
 * what is missing to commitments. The steps add up to `totalMinor` exactly; taxes of it are the invoice's business.
 */
export interface PeriodEnd {
  readonly steps: ReadonlyArray<Step>;
  /** In units of 10^-decimals; less than zero when discounts are more than what is missing. */
  readonly totalMinor: bigint;
}

interface EndRules {
  readonly terms: Pick<EndTerms, 'rounding' | 'commitments'>;
  readonly quantum: bigint;
  readonly wholeDiscounts: ReadonlyArray<DiscountRule>;
}

/** Pushes the steps of discounts on the whole; returns their exact sum. A unit of `totals` is `unit` working units. */
const discountWhole = (rules: ReadonlyArray<DiscountRule>, totals: Totals, unit: bigint, steps: Step[]): bigint => {
  let exact = 0n;
  for (const { name, services, ...rule } of rules) {
    const part = wholeOf(rule, totalOf(totals, services), unit);
    if (part === undefined) continue;
    const amount = -discountOf([part]);
    steps.push({ kind: 'discount', name, parts: [part], amount });
    exact += amount;
  }
  return exact;
};

const missing = ({ terms }: EndRules, totals: Totals, unit: bigint, steps: Step[]): bigint => {
  let sum = 0n;
  for (const { name, services, amount } of terms.commitments) {
    const paid = totalOf(totals, services).netMinor * unit;
    if (paid >= amount) continue;
    steps.push({ kind: 'shortfall', name, committed: amount, amount: amount - paid });
    sum += amount - paid;
  }
  return sum;
};

/** Charges and discounts of the events are in `totals`; a commitment is held against them, before the period's discounts. */
export const endPeriod = (ready: EndRules, totals: Totals): PeriodEnd => {
  const { quantum, wholeDiscounts } = ready;
  const steps: Step[] = [];
  const discount = rounded('discount', ready, discountWhole(wholeDiscounts, totals, quantum, steps), steps);
  return { steps, totalMinor: (discount + missing(ready, totals, quantum, steps)) / quantum };
};

/** What a period has charged for a service before any discount, in working units. */
export interface Charged {
  readonly usage: bigint;
  readonly charge: bigint;
}

export interface WholePeriod {
  /** All discounts of the period, rounded once. */
  readonly discount: PeriodEnd;
  /** What is missing to commitments. */
  readonly commitment: PeriodEnd;
}

/** Below zero: the discount that each service has of the rule. */
const sharesOf = (rule: DiscountRule, totals: Totals, amount: bigint): ReadonlyMap<Service, bigint> => {
  const services = SERVICES.filter((one) => rule.services.length === 0 || rule.services.includes(one));
  const weights = services.map((one) => (totals[one].chargeMinor > 0n ? totals[one].chargeMinor : 0n));
  const shares = spread(amount, weights);
  return new Map(services.map((service, at) => [service, shares[at] ?? 0n]));
};

/**
 * All discounts of a period whose events were charged without any: those of events (`incremental`) on its sums, whatever the
 * order in which they came, then those on the whole; and what is missing to its commitments, which are held against what is
 * left after those of events.
 */
export const settleWhole = (
  { rounding, commitments, decimals, discounts }: EndTerms,
  charged: Readonly<Record<Service, Charged>>,
): WholePeriod => {
  const quantum = quantumOf(decimals);
  const [rules] = compileDiscounts(discounts, quantum, 'discounts');
  const wholeDiscounts = rules.filter(({ method }) => method === 'whole');
  const ready: EndRules = { terms: { rounding, commitments }, quantum, wholeDiscounts };
  const before = (service: Service) => {
    const { usage, charge } = charged[service];
    return { usage, chargeMinor: charge, netMinor: charge };
  };
  const gross: Totals = { voice: before('voice'), sms: before('sms'), data: before('data') };
  let totals = gross;
  const steps: Step[] = [];
  let exact = 0n;
  for (const rule of rules.filter(({ method }) => method === 'incremental')) {
    const { usage, chargeMinor } = totalOf(gross, rule.services);
    const parts = partsOfPeriod(rule, { usage, charge: chargeMinor });
    if (parts.length === 0) continue;
    const amount = -discountOf(parts);
    steps.push({ kind: 'discount', name: rule.name, parts, amount });
    exact += amount;
    for (const [service, share] of sharesOf(rule, gross, amount)) {
      const one = totals[service];
      totals = { ...totals, [service]: { ...one, netMinor: one.netMinor + share } };
    }
  }
  exact += discountWhole(wholeDiscounts, totals, 1n, steps);
  const discount = rounded('discount', ready, exact, steps);
  const short: Step[] = [];
  const shortfall = rounded('charge', ready, missing(ready, totals, 1n, short), short);
  return {
    discount: { steps, totalMinor: discount / quantum },
    commitment: { steps: short, totalMinor: shortfall / quantum },
  };
};
