import { formatDecimal } from '../../kernel/decimal.ts';
import { formatPercent, formatPrice } from './decimal.ts';
import type { Price, Step } from './rate.ts';

/** A price in words: a line for each step, whose amounts add up to the total exactly. */

export const stepText = (step: Step): string => {
  switch (step.kind) {
    case 'package':
      return `${step.quantity} of usage from package ${step.package ?? step.balance} (${step.balance}), ${step.taken} taken off`;
    case 'setup':
      return 'set-up';
    case 'first':
      return `first ${step.units}`;
    case 'following':
      return `${step.count} × ${step.units} at ${formatPrice(step.price)}`;
    case 'minimum':
      return `to the minimum of ${formatPrice(step.minimum)}`;
    case 'discount': {
      const parts = step.parts.map(({ base, percent }) => `${formatPercent(percent)} % of ${formatPrice(base)}`);
      return `discount ${step.name}: ${parts.join(' + ')}`;
    }
    case 'shortfall':
      return `missing to ${step.name}, ${formatPrice(step.committed)}`;
    case 'tax':
      return `${step.name}: ${formatPercent(step.percent)} % of ${formatPrice(step.base)}`;
    case 'rounding':
      return `rounding of the ${step.of}, ${step.mode}`;
  }
};

/** Amounts are decimal strings in the currency; those of steps have up to 12 decimals, the others those that are charged. */
export const explainPrice = (price: Price) => {
  const { version, rate, zone, band, currency, decimals, steps } = price;
  const money = (minor: bigint): string => formatDecimal(minor, decimals);
  return {
    ...{ version, rate, zone, band, currency },
    quantity: String(price.quantity),
    charge: money(price.chargeMinor),
    discount: money(price.discountMinor),
    tax: money(price.taxMinor),
    total: money(price.totalMinor),
    steps: steps.map((step) => ({ kind: step.kind, text: stepText(step), amount: formatPrice(step.amount) })),
  };
};
