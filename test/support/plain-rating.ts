import type { UsageEvent } from '../../domain/roaming/rating/rate.ts';
import type { Agreement, Terms } from '../../domain/roaming/rating/schema.ts';

/**
 * The rules of an agreement read as they stand, once for each event: no table, no trie, arithmetic of fractions of its
 * own. What the compiled agreement is held against, in tests for the same prices and in the bench for speed.
 */

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** To a whole number of charged units. */
const round = ({ over, under }: Fraction, mode: string): bigint => {
  const whole = over / under;
  const rest = over % under;
  if (rest === 0n || mode === 'down') return whole;
  if (mode === 'up') return whole + 1n;
  const side = rest + rest - under;
  if (side === 0n) return mode === 'halfUp' || (mode === 'halfEven' && whole % 2n === 1n) ? whole + 1n : whole;
  return side > 0n ? whole + 1n : whole;
};

const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const bandOf = ({ bands, holidays }: Terms, local: string): string | null => {
  const day = local.slice(0, 10);
  const clock = local.slice(11, 16);
  const kind = holidays.includes(day) ? 'holiday' : WEEK[new Date(`${day}T00:00:00Z`).getUTCDay()];
  const found = bands.find(({ days, from, to }) => days.some((one) => one === kind) && from <= clock && clock < to);
  return found?.name ?? null;
};

const rateOf = (terms: Terms, event: UsageEvent, band: string | null): Terms['rates'][number] | undefined => {
  const fitting = terms.rates.flatMap((rate) => {
    if (rate.service !== event.service || rate.direction !== event.direction) return [];
    const prefixes = rate.zone === null ? [''] : (terms.zones.find(({ name }) => name === rate.zone)?.prefixes ?? []);
    const lengths = prefixes.filter((one) => event.destination.startsWith(one)).map(({ length }) => length);
    return lengths.length === 0 ? [] : [{ rate, length: Math.max(...lengths) }];
  });
  const longest = Math.max(...fitting.map(({ length }) => length));
  return fitting.find(({ rate, length }) => length === longest && (rate.band === null || rate.band === band))?.rate;
};

const concerns = (services: ReadonlyArray<string>, service: string): boolean =>
  services.length === 0 || services.includes(service);

const discountOf = (terms: Terms, event: UsageEvent, charge: bigint, unit: bigint): bigint => {
  let over = 0n;
  for (const { services, method, basis, tiers } of terms.discounts) {
    if (method !== 'incremental' || !concerns(services, event.service)) continue;
    for (const [at, { from, percent }] of tiers.entries()) {
      const begin = from / unit;
      const end = tiers[at + 1] === undefined ? charge : (tiers[at + 1]?.from ?? 0n) / unit;
      const part = basis === 'usage' ? (at === 0 ? charge : 0n) : (end < charge ? end : charge) - begin;
      if (part > 0n) over += part * percent;
    }
  }
  return round({ over, under: 1_000_000n }, terms.rounding.discount);
};

/** The total of an event, the first of its settlement period, in units of 10^-decimals; undefined: no price for it. */
export const plainPrice = ({ terms: versions }: Agreement, event: UsageEvent): bigint | undefined => {
  const local = new Date(event.atMs + event.utcOffsetMinutes * 60_000).toISOString();
  const day = local.slice(0, 10);
  const terms = versions.find(
    ({ validFrom, validUntil }) => validFrom <= day && (validUntil === null || day < validUntil),
  );
  const rate = terms && rateOf(terms, event, bandOf(terms, local));
  if (terms === undefined || rate === undefined) return undefined;
  if (event.quantity === 0) return 0n;
  const unit = 10n ** BigInt(12 - terms.decimals);
  let used = rate.setup + rate.first.price;
  const over = BigInt(event.quantity) - BigInt(rate.first.units);
  if (over > 0n) used += round({ over, under: BigInt(rate.following.units) }, 'up') * rate.following.price;
  if (used < rate.minimum) used = rate.minimum;
  const charge = round({ over: used, under: unit }, terms.rounding.charge);
  const net = charge - discountOf(terms, event, charge, unit);
  const taxes = terms.taxes.filter(({ services }) => concerns(services, event.service));
  const tax = (percent: bigint) => round({ over: net * percent, under: 1_000_000n }, terms.rounding.tax);
  return taxes.reduce((sum, { percent }) => sum + tax(percent), net);
};
