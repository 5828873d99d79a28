import { type Rounding, roundTo } from '../../kernel/decimal.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { DAY_MINUTES, HOLIDAY, type LocalTime, localTime, weekdayOf } from './calendar.ts';
import type { ReadyAgreement, ReadyRate, ReadyTerms } from './compile.ts';
import { percentOf } from './decimal.ts';
import { type DiscountPart, discountOf, NO_TOTALS, partsOf, type Totals, totalOf } from './discounts.ts';
import { longestPrefix } from './prefix-trie.ts';
import { ratingRefusals } from './refusals.ts';
import type { Terms, UsageRecord } from './schema.ts';
import { isUsage } from './services.ts';

/**
 * What an event costs, and why: a list of steps whose amounts add up to the price exactly. Amounts of steps are in
 * working units (10^-12 of the currency); each rounding is a step of its own, with its mode and what it took or gave.
 */

/** An event as rating needs it; `quantity` is seconds, bytes or messages. */
export interface UsageEvent
  extends Pick<UsageRecord, 'home' | 'visited' | 'service' | 'direction' | 'destination' | 'quantity'> {
  readonly atMs: number;
  /** Of the visited network at that moment. */
  readonly utcOffsetMinutes: number;
  /** Whether it is of the subscriber's number of the visited country; left out: it is not. */
  readonly local?: boolean;
  /** Membership level and package type of who pays, for a plan's discounts; left out: neither. */
  readonly subscriber?: ReadonlyArray<string>;
}

export type Step =
  /** Usage taken off a package: `quantity` of the event, `taken` off the balance in whole units. */
  | {
      readonly kind: 'package';
      readonly balance: string;
      /** Null where only the balance is known. */
      readonly package: string | null;
      readonly quantity: bigint;
      readonly taken: bigint;
      readonly amount: 0n;
    }
  | { readonly kind: 'setup'; readonly amount: bigint }
  | { readonly kind: 'first'; readonly units: bigint; readonly price: bigint; readonly amount: bigint }
  | {
      readonly kind: 'following';
      readonly count: bigint;
      readonly units: bigint;
      readonly price: bigint;
      readonly amount: bigint;
    }
  /** What is missing to the least that an event costs. */
  | { readonly kind: 'minimum'; readonly minimum: bigint; readonly amount: bigint }
  /** Less than zero. */
  | {
      readonly kind: 'discount';
      readonly name: string;
      readonly parts: ReadonlyArray<DiscountPart>;
      readonly amount: bigint;
    }
  /** What is missing to a commitment, at the end of a period. */
  | { readonly kind: 'shortfall'; readonly name: string; readonly committed: bigint; readonly amount: bigint }
  | {
      readonly kind: 'tax';
      readonly name: string;
      readonly percent: bigint;
      readonly base: bigint;
      readonly amount: bigint;
    }
  | {
      readonly kind: 'rounding';
      readonly of: 'charge' | 'discount' | 'tax';
      readonly mode: Rounding;
      readonly amount: bigint;
    };

export interface Price {
  readonly version: number;
  readonly currency: string;
  readonly decimals: number;
  readonly rate: string;
  /** Null: the rate for all other destinations; at any time. */
  readonly zone: string | null;
  readonly band: string | null;
  /** Seconds, bytes or messages that were priced. */
  readonly quantity: bigint;
  readonly steps: ReadonlyArray<Step>;
  /** Before discount, in units of 10^-decimals; as are the others. charge − discount + tax = total. */
  readonly chargeMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

/** `Z` or `+08:00` in minutes. */
const offsetOf = (at: string): number => {
  if (at.endsWith('Z')) return 0;
  const minutes = Number(at.slice(-5, -3)) * 60 + Number(at.slice(-2));
  return at.at(-6) === '-' ? -minutes : minutes;
};

export const usageEvent = ({ id: _, at, ...record }: UsageRecord): UsageEvent => ({
  ...record,
  atMs: Date.parse(at),
  utcOffsetMinutes: offsetOf(at),
});

/** The version that holds on the local day. */
export const termsOn = (terms: ReadonlyArray<ReadyTerms>, day: number): ReadyTerms | undefined => {
  for (let at = terms.length - 1; at >= 0; at--) {
    const one = terms[at];
    if (one !== undefined && one.fromDay <= day) return day < one.untilDay ? one : undefined;
  }
  return undefined;
};

const bandAt = ({ bands, holidays }: ReadyTerms, { day, minute }: LocalTime): number =>
  bands.names.length === 0
    ? 0
    : (bands.table[(holidays.has(day) ? HOLIDAY : weekdayOf(day)) * DAY_MINUTES + minute] ?? 0);

const rateFor = (
  ready: ReadyTerms,
  band: number,
  { service, direction, destination }: UsageEvent,
): ReadyRate | Refusal => {
  const table = ready.tables[service][direction];
  if (table === undefined) return ratingRefusals.serviceWithoutRate();
  const rate = table.byZone[longestPrefix(table.zones, destination)]?.[band];
  return rate ?? ratingRefusals.destinationWithoutRate();
};

/** Pushes the steps of usage; returns their sum, in working units. */
const chargeUsage = ({ rate, firstUnits, followingUnits }: ReadyRate, quantity: bigint, steps: Step[]): bigint => {
  let sum = rate.first.price;
  if (rate.setup > 0n) {
    steps.push({ kind: 'setup', amount: rate.setup });
    sum += rate.setup;
  }
  steps.push({ kind: 'first', units: firstUnits, price: rate.first.price, amount: rate.first.price });
  if (quantity > firstUnits) {
    const count = (quantity - firstUnits + followingUnits - 1n) / followingUnits;
    const amount = count * rate.following.price;
    steps.push({ kind: 'following', count, units: followingUnits, price: rate.following.price, amount });
    sum += amount;
  }
  if (sum < rate.minimum) {
    steps.push({ kind: 'minimum', minimum: rate.minimum, amount: rate.minimum - sum });
    sum = rate.minimum;
  }
  return sum;
};

/** Pushes a step when there is something to round; returns the rounded amount. */
export const rounded = (
  of: Extract<Step, { readonly kind: 'rounding' }>['of'],
  { terms, quantum }: { readonly terms: Pick<Terms, 'rounding'>; readonly quantum: bigint },
  exact: bigint,
  steps: Step[],
): bigint => {
  const mode = terms.rounding[of];
  const amount = roundTo(exact, quantum, mode);
  if (amount !== exact) steps.push({ kind: 'rounding', of, mode, amount: amount - exact });
  return amount;
};

/** What an event must say for its discounts and taxes, once its rate is found. */
type Who = Pick<UsageEvent, 'service' | 'subscriber'>;

const applyDiscounts = (
  ready: ReadyTerms,
  { service, subscriber = [] }: Who,
  charge: bigint,
  before: Totals,
  steps: Step[],
): bigint => {
  const rules = ready.discounts[service];
  if (rules.length === 0) return 0n;
  let sum = 0n;
  for (const rule of rules) {
    if (rule.subscribers.length > 0 && !rule.subscribers.some((one) => subscriber.includes(one))) continue;
    const { usage, chargeMinor } = totalOf(before, rule.services);
    const parts = partsOf(rule, { usage, charge: chargeMinor * ready.quantum }, charge);
    if (parts.length === 0) continue;
    const amount = -discountOf(parts);
    steps.push({ kind: 'discount', name: rule.name, parts, amount });
    sum += amount;
  }
  // Once for all: two halves rounded up would be more than the whole.
  return rounded('discount', ready, sum, steps);
};

const applyTaxes = (ready: ReadyTerms, { service }: Who, base: bigint, steps: Step[]): bigint => {
  let sum = 0n;
  for (const { name, percent } of ready.taxes[service]) {
    const exact = percentOf(base, percent);
    steps.push({ kind: 'tax', name, percent, base, amount: exact });
    sum += rounded('tax', ready, exact, steps);
  }
  return sum;
};

/**
 * The price of `quantity` of the event under these versions, after `steps` of others; `before` is what the settlement
 * period has brought before the event. What was not used costs nothing, also no setup and no minimum.
 */
export const rateUnder = (
  versions: ReadonlyArray<ReadyTerms>,
  event: UsageEvent,
  before: Totals,
  quantity: bigint,
  steps: Step[],
): Price | Refusal => {
  const local = localTime(event.atMs, event.utcOffsetMinutes);
  const ready = termsOn(versions, local.day);
  if (ready === undefined) return ratingRefusals.noTermsInForce();
  const band = bandAt(ready, local);
  const found = rateFor(ready, band, event);
  return isRefusal(found)
    ? found
    : priceAt(ready, found, ready.bands.names[band] ?? null, event, before, quantity, steps);
};

/** The price under a rate that was found. */
export const priceAt = (
  ready: ReadyTerms,
  found: ReadyRate,
  band: string | null,
  who: Who,
  before: Totals,
  quantity: bigint,
  steps: Step[],
): Price => {
  const used = quantity === 0n ? 0n : chargeUsage(found, quantity, steps);
  const charge = rounded('charge', ready, used, steps);
  const discount = charge === 0n ? 0n : applyDiscounts(ready, who, charge, before, steps);
  const net = charge + discount;
  const tax = net === 0n ? 0n : applyTaxes(ready, who, net, steps);
  const { quantum, terms } = ready;
  return {
    version: terms.version,
    currency: terms.currency,
    decimals: terms.decimals,
    rate: found.rate.name,
    zone: found.rate.zone,
    band,
    quantity,
    steps,
    chargeMinor: charge / quantum,
    discountMinor: -discount / quantum,
    taxMinor: tax / quantum,
    totalMinor: (net + tax) / quantum,
  };
};

/** What the partner is charged, or charges, for an event: the IOT price. */
export const rateEvent = (
  { agreement, terms }: ReadyAgreement,
  event: UsageEvent,
  before: Totals = NO_TOTALS,
): Price | Refusal => {
  if (event.home !== agreement.home || event.visited !== agreement.visited) return ratingRefusals.otherNetworks();
  if (!isUsage(event.service, event.quantity)) return ratingRefusals.invalidQuantity();
  return rateUnder(terms, event, before, BigInt(event.quantity), []);
};

/** The period's totals after an event. */
export const addPrice = (totals: Totals, { service }: Pick<UsageEvent, 'service'>, price: Price): Totals => {
  const { usage, chargeMinor, netMinor } = totals[service];
  return {
    ...totals,
    [service]: {
      usage: usage + price.quantity,
      chargeMinor: chargeMinor + price.chargeMinor,
      netMinor: netMinor + price.chargeMinor - price.discountMinor,
    },
  };
};
