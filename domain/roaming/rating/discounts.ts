import { larger, smaller } from '../../kernel/decimal.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { parsePercent, percentOf, WORK_DECIMALS } from './decimal.ts';
import { agreementRefusals } from './refusals.ts';
import type { Service, Terms } from './schema.ts';
import { SERVICES } from './services.ts';

/** Discounts that grow with what has been used or charged in the settlement period, and the totals they are found by. */

type Discount = Terms['discounts'][number];

/** `from` in working units of money, or in units of usage. */
interface Tier {
  readonly from: bigint;
  readonly percent: bigint;
}

export interface DiscountRule extends Pick<Discount, 'name' | 'services' | 'subscribers' | 'basis' | 'method'> {
  readonly tiers: ReadonlyArray<Tier>;
}

/** Of a plan: found at the month's end from its sums, and not event by event. */
export const isMonthly = ({
  method,
  tiers,
}: {
  readonly method: Discount['method'];
  readonly tiers: ReadonlyArray<unknown>;
}): boolean => tiers.length > 1 || method === 'whole';

interface Total {
  readonly usage: bigint;
  /** Before discount and after it, without taxes; in the unit of what is charged. */
  readonly chargeMinor: bigint;
  readonly netMinor: bigint;
}
/** What a settlement period has brought so far. */
export type Totals = Readonly<Record<Service, Total>>;

const NOTHING: Total = { usage: 0n, chargeMinor: 0n, netMinor: 0n };
export const NO_TOTALS: Totals = { voice: NOTHING, sms: NOTHING, data: NOTHING };

/** Of the services named, or of all when none is. */
export const totalOf = (totals: Totals, services: ReadonlyArray<Service>): Total => {
  let { usage, chargeMinor, netMinor } = NOTHING;
  for (const service of services.length === 0 ? SERVICES : services) {
    usage += totals[service].usage;
    chargeMinor += totals[service].chargeMinor;
    netMinor += totals[service].netMinor;
  }
  return { usage, chargeMinor, netMinor };
};

/** A part of a charge at its tier; in working units, the percentage in units of 10^-4. */
export interface DiscountPart {
  readonly base: bigint;
  readonly percent: bigint;
}

const tierAt = (tiers: ReadonlyArray<Tier>, reached: bigint): Tier | undefined =>
  tiers.findLast(({ from }) => from <= reached);

/**
 * The parts of `charge`, of which `before` has been charged before in the period: by charge it is cut where a tier
 * begins; by usage it is whole, at the tier that the usage before has reached. Parts without a discount are left out.
 */
export const partsOf = (
  { basis, tiers }: DiscountRule,
  before: { readonly usage: bigint; readonly charge: bigint },
  charge: bigint,
): ReadonlyArray<DiscountPart> => {
  if (basis === 'usage') {
    const tier = tierAt(tiers, before.usage);
    return tier === undefined || tier.percent === 0n ? [] : [{ base: charge, percent: tier.percent }];
  }
  const after = before.charge + charge;
  return tiers.flatMap(({ from, percent }, at) => {
    const end = tiers[at + 1]?.from ?? after;
    const base = smaller(end, after) - larger(from, before.charge);
    return base > 0n && percent > 0n ? [{ base, percent }] : [];
  });
};

/** `amount` in the proportions of `weights`, which are not negative: whole units, what is left over to the last that has weight. */
export const spread = (amount: bigint, weights: ReadonlyArray<bigint>): ReadonlyArray<bigint> => {
  const all = weights.reduce((sum, one) => sum + one, 0n);
  if (all === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight) => (amount * weight) / all);
  const rest = amount - parts.reduce((sum, one) => sum + one, 0n);
  const last = weights.findLastIndex((weight) => weight > 0n);
  return parts.map((part, at) => (at === last ? part + rest : part));
};

/**
 * The parts of all that a period has charged, whatever the order of its events: by charge each part is at the tier it falls
 * in; by usage each part of the usage is, and has its share of the charge (decision 0340).
 */
export const partsOfPeriod = (
  rule: DiscountRule,
  { usage, charge }: { readonly usage: bigint; readonly charge: bigint },
): ReadonlyArray<DiscountPart> => {
  if (charge <= 0n) return [];
  const { basis, tiers } = rule;
  if (basis === 'charge' || usage === 0n) return partsOf(rule, { usage: 0n, charge: 0n }, charge);
  const shares = tiers.map(({ from }, at) => larger(0n, smaller(tiers[at + 1]?.from ?? usage, usage) - from));
  const bases = spread(charge, shares);
  return tiers.flatMap(({ percent }, at) => {
    const base = bases[at] ?? 0n;
    return base > 0n && percent > 0n ? [{ base, percent }] : [];
  });
};

/** What is left of all charges after the events' own discounts, at the tier that the period has reached. */
export const wholeOf = (
  { basis, tiers }: Pick<DiscountRule, 'basis' | 'tiers'>,
  { usage, chargeMinor, netMinor }: Total,
  quantum: bigint,
): DiscountPart | undefined => {
  const tier = tierAt(tiers, basis === 'usage' ? usage : chargeMinor * quantum);
  // Of corrections alone, which are below zero, nothing is given back.
  if (tier === undefined || tier.percent === 0n || netMinor <= 0n) return undefined;
  return { base: netMinor * quantum, percent: tier.percent };
};

/** Exact. */
export const discountOf = (parts: ReadonlyArray<DiscountPart>): bigint =>
  parts.reduce((sum, { base, percent }) => sum + percentOf(base, percent), 0n);

const ONE = 10n ** BigInt(WORK_DECIMALS);
const HUNDRED_PERCENT = parsePercent('100');

const tierProblems = ({ basis, tiers }: Discount, quantum: bigint, field: string): ReadonlyArray<Refusal> => {
  const problems = tiers[0]?.from === 0n ? [] : [agreementRefusals.tierStart(`${field}/0/from`)];
  for (const [at, { from }] of tiers.entries()) {
    const before = tiers[at - 1];
    const place = `${field}/${at}/from`;
    if (before !== undefined && before.from >= from) problems.push(agreementRefusals.tiersUnordered(place));
    if (basis === 'usage' && from % ONE !== 0n) problems.push(agreementRefusals.tierNotWhole(place));
    if (basis === 'charge' && from % quantum !== 0n) problems.push(agreementRefusals.tierTooFine(place));
  }
  return problems;
};

/** The most that discounts can take off one service together. */
const highest = (discounts: ReadonlyArray<Discount>, service: Service): bigint =>
  discounts
    .filter(({ services }) => services.length === 0 || services.includes(service))
    .reduce((sum, { tiers }) => sum + tiers.reduce((most, { percent }) => larger(most, percent), 0n), 0n);

/** The rules, and what is wrong with them by place below `field`. */
export const compileDiscounts = (
  discounts: ReadonlyArray<Discount>,
  quantum: bigint,
  field: string,
): readonly [ReadonlyArray<DiscountRule>, ReadonlyArray<Refusal>] => {
  const problems = discounts.flatMap((discount, at) => [
    ...tierProblems(discount, quantum, `${field}/${at}/tiers`),
    ...(discount.basis === 'usage' && discount.services.length !== 1
      ? [agreementRefusals.discountMixesUnits(`${field}/${at}/services`)]
      : []),
  ]);
  if (SERVICES.some((service) => highest(discounts, service) > HUNDRED_PERCENT)) {
    problems.push(agreementRefusals.discountTooHigh(field));
  }
  const rules = discounts.map(({ tiers, ...discount }) => ({
    ...discount,
    tiers: tiers.map(({ from, percent }) => ({ from: discount.basis === 'usage' ? from / ONE : from, percent })),
  }));
  return [rules, problems];
};
