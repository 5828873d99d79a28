import type { ReadyTerms } from './compile.ts';
import { discountOf, type Totals, totalOf, wholeOf } from './discounts.ts';
import { rounded, type Step } from './rate.ts';

/**
 * What the end of a settlement period adds to its events: discounts at the tier that the whole period has reached, then
 * what is missing to commitments. The steps add up to `totalMinor` exactly; taxes of it are the invoice's business.
 */
export interface PeriodEnd {
  readonly steps: ReadonlyArray<Step>;
  /** In units of 10^-decimals; less than zero when discounts are more than what is missing. */
  readonly totalMinor: bigint;
}

/** Charges and discounts of the events are in `totals`; a commitment is held against them, before the period's discounts. */
export const endPeriod = (ready: ReadyTerms, totals: Totals): PeriodEnd => {
  const { terms, quantum, wholeDiscounts } = ready;
  const steps: Step[] = [];
  let exact = 0n;
  for (const { name, services, ...rule } of wholeDiscounts) {
    const part = wholeOf(rule, totalOf(totals, services), quantum);
    if (part === undefined) continue;
    const amount = -discountOf([part]);
    steps.push({ kind: 'discount', name, parts: [part], amount });
    exact += amount;
  }
  let sum = rounded('discount', ready, exact, steps);
  for (const { name, services, amount } of terms.commitments) {
    const paid = totalOf(totals, services).netMinor * quantum;
    if (paid >= amount) continue;
    steps.push({ kind: 'shortfall', name, committed: amount, amount: amount - paid });
    sum += amount - paid;
  }
  return { steps, totalMinor: sum / quantum };
};
