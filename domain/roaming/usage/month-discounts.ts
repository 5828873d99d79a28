import { larger } from '../../kernel/decimal.ts';
import { parseDay } from '../rating/calendar.ts';
import type { ReadyTerms } from '../rating/compile.ts';
import { formatPercent, formatPrice, parsePrice, quantumOf } from '../rating/decimal.ts';
import { isMonthly } from '../rating/discounts.ts';
import { type Charged, settleWhole } from '../rating/period.ts';
import { type Step, termsOn } from '../rating/rate.ts';
import { type ReadyPlan, tariffIn } from '../rating/retail.ts';
import type { Service, Terms } from '../rating/schema.ts';
import { SERVICES } from '../rating/services.ts';
import type { RatedUsage, UsageTerms } from './usage-record.ts';

/**
 * What a plan takes off a subscriber's month by the tiers that its sums have reached (seed 002 §2.1.3; decision 0347), by
 * the rule that also ends a settlement period. Found from sums alone: the order of the records does not matter.
 */

type Summed = Pick<RatedUsage, 'service' | 'quantity' | 'retailMinor'> & { readonly terms: UsageTerms };

interface PlanSum {
  readonly plan: string;
  readonly network: string;
  readonly service: Service;
  readonly currency: string;
  readonly decimals: number;
  /** Seconds, messages or bytes, those that packages covered among them. */
  readonly usage: bigint;
  /** Fees as they were posted, in minor units. */
  readonly feeMinor: bigint;
}

/** Sums of a month by plan, network and service, record after record. */
export class MonthSums {
  private readonly sums = new Map<string, PlanSum>();

  add({ service, quantity, retailMinor, terms: { plan, network, retail } }: Summed): void {
    if (plan === null || retail === null) return;
    const { currency, decimals } = retail;
    const key = [plan, network, service, currency, decimals].join('/');
    const sum = this.sums.get(key);
    this.sums.set(key, {
      ...{ plan, network, service, currency, decimals },
      usage: (sum?.usage ?? 0n) + BigInt(quantity),
      feeMinor: (sum?.feeMinor ?? 0n) + retailMinor,
    });
  }

  plans(): ReadonlyArray<string> {
    return [...new Set([...this.sums.values()].map(({ plan }) => plan))].sort();
  }

  of(plan: string): ReadonlyArray<PlanSum> {
    return [...this.sums.values()].filter((one) => one.plan === plan);
  }
}

/** A discount of the month and how far its sum has come; amounts are decimal strings, usage is in whole units. */
export interface TierReached {
  readonly name: string;
  /** None: all. */
  readonly services: ReadonlyArray<Service>;
  readonly basis: 'charge' | 'usage';
  readonly method: 'incremental' | 'whole';
  readonly counted: string;
  readonly percent: string;
  /** Null at the highest tier. */
  readonly next: { readonly from: string; readonly percent: string; readonly missing: string } | null;
}

/** Of one tariff of the plan: of the networks it is for. */
export interface MonthDiscount {
  readonly plan: string;
  readonly version: number;
  readonly networks: ReadonlyArray<string>;
  readonly currency: string;
  readonly decimals: number;
  /** Below zero, or zero while no tier with a discount is reached. The steps add up to it exactly. */
  readonly amountMinor: bigint;
  readonly steps: ReadonlyArray<Step>;
  readonly tiers: ReadonlyArray<TierReached>;
}

const lastDayOf = (month: string): number => {
  const first = parseDay(`${month}-01`) ?? 0;
  const next = parseDay(
    new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)).toISOString().slice(0, 10),
  );
  return (next ?? first + 1) - 1;
};

type Discount = Terms['discounts'][number];
type ByService = Readonly<Record<Service, Charged>>;

const tierOf = ({ name, services, basis, method, tiers }: Discount, charged: ByService): TierReached => {
  let counted = 0n;
  for (const service of services.length === 0 ? SERVICES : services) {
    counted += basis === 'usage' ? parsePrice(String(charged[service].usage)) : charged[service].charge;
  }
  counted = larger(0n, counted);
  const reached = tiers.findLast(({ from }) => from <= counted);
  const next = tiers.find(({ from }) => from > counted);
  return {
    ...{ name, services, basis, method },
    counted: formatPrice(counted),
    percent: formatPercent(reached?.percent ?? 0n),
    next:
      next === undefined
        ? null
        : {
            from: formatPrice(next.from),
            percent: formatPercent(next.percent),
            missing: formatPrice(next.from - counted),
          },
  };
};

const chargedBy = (sums: ReadonlyArray<PlanSum>, quantum: bigint, service: Service): Charged => {
  let usage = 0n;
  let charge = 0n;
  for (const sum of sums) {
    if (sum.service !== service) continue;
    usage += sum.usage;
    charge += sum.feeMinor * quantum;
  }
  return { usage, charge };
};

const discountOf = (plan: string, { terms }: ReadyTerms, sums: ReadonlyArray<PlanSum>): MonthDiscount | undefined => {
  const { version, currency, decimals } = terms;
  const discounts = terms.discounts.filter(isMonthly);
  const ours = sums.filter((sum) => sum.currency === currency && sum.decimals === decimals);
  if (discounts.length === 0 || ours.length === 0) return undefined;
  const by = (service: Service) => chargedBy(ours, quantumOf(decimals), service);
  const charged = { voice: by('voice'), sms: by('sms'), data: by('data') };
  const { discount } = settleWhole({ ...terms, discounts, commitments: [] }, charged);
  return {
    ...{ plan, version, currency, decimals, steps: discount.steps, amountMinor: discount.totalMinor },
    networks: [...new Set(ours.map(({ network }) => network))].sort(),
    tiers: discounts.map((one) => tierOf(one, charged)),
  };
};

/**
 * By the versions that hold on the month's last day, tariff by tariff. Nothing of a tariff without such discounts, and of
 * one that has ended.
 */
export const monthDiscounts = (
  plan: ReadyPlan,
  month: string,
  sums: ReadonlyArray<PlanSum>,
): ReadonlyArray<MonthDiscount> => {
  const byTariff = new Map<ReadonlyArray<ReadyTerms>, Array<PlanSum>>();
  for (const sum of sums.toSorted((a, b) => (a.network < b.network ? -1 : 1))) {
    const versions = tariffIn(plan, sum.network);
    if (versions === undefined) continue;
    const found = byTariff.get(versions);
    if (found === undefined) byTariff.set(versions, [sum]);
    else found.push(sum);
  }
  const day = lastDayOf(month);
  return [...byTariff].flatMap(([versions, ours]) => {
    const ready = termsOn(versions, day);
    return (ready && discountOf(plan.id, ready, ours)) ?? [];
  });
};
