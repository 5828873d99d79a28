import { formatDecimal } from '../../kernel/decimal.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import type { ReadyRate, ReadyTerms } from './compile.ts';
import { formatPercent, formatPrice } from './decimal.ts';
import { isMonthly, NO_TOTALS } from './discounts.ts';
import { priceAt, termsOn } from './rate.ts';
import { ratingRefusals } from './refusals.ts';
import { type ReadyPlan, tariffIn } from './retail.ts';
import type { Service } from './schema.ts';
import { DIRECTIONS, SERVICES } from './services.ts';

/** What it costs to call, to write and to use data in a network, for whoever is about to travel (seed 002 §2.1.3). */

const UNIT = { voice: 'second', sms: 'message', data: 'byte' } as const;
/** What people think in: a minute, a message, a megabyte of 1,048,576 bytes. */
const EXAMPLE: Readonly<Record<Service, bigint>> = { voice: 60n, sms: 1n, data: 1_048_576n };

const priceOf = (ready: ReadyTerms, found: ReadyRate, band: string | null) => {
  const { rate } = found;
  const { service, direction, zone } = rate;
  const quantity = EXAMPLE[service];
  const { totalMinor, decimals } = priceAt(ready, found, band, { service }, NO_TOTALS, quantity, []);
  const unit = ({ units, price }: typeof rate.first) => ({ units, price: formatPrice(price) });
  return {
    ...{ service, direction, zone, band, unit: UNIT[service] },
    /** Of destinations in the zone; none: everywhere else. */
    prefixes: ready.terms.zones.find(({ name }) => name === zone)?.prefixes ?? [],
    setup: formatPrice(rate.setup),
    first: unit(rate.first),
    following: unit(rate.following),
    minimum: formatPrice(rate.minimum),
    /** With discounts and taxes, as it would be charged: a minute, a message, a megabyte. */
    example: { quantity: String(quantity), total: formatDecimal(totalMinor, decimals) },
  };
};

const pricesOf = (ready: ReadyTerms) =>
  SERVICES.flatMap((service) =>
    DIRECTIONS.flatMap((direction) =>
      (ready.tables[service][direction]?.byZone ?? []).flatMap((rates) =>
        // One price at all times is told once.
        new Set(rates).size === 1
          ? rates.slice(0, 1).map((rate) => priceOf(ready, rate, null))
          : rates.map((rate, at) => priceOf(ready, rate, ready.bands.names[at] ?? null)),
      ),
    ),
  );

const termsIn = (plan: ReadyPlan, network: string, day: number): ReadyTerms | Refusal => {
  const versions = tariffIn(plan, network);
  if (versions === undefined) return ratingRefusals.networkWithoutTariff();
  return termsOn(versions, day) ?? ratingRefusals.noTermsInForce();
};

/** The tariff of a visited network on a day of its calendar. Refusals: NetworkWithoutTariff, NoTermsInForce. */
export const tariffOf = (plan: ReadyPlan, network: string, day: number) => {
  const ready = termsIn(plan, network, day);
  if (isRefusal(ready)) return ready;
  const versions = plan.local === null ? undefined : tariffIn(plan.local, network);
  const local = versions === undefined ? undefined : termsOn(versions, day);
  const { version, validFrom, validUntil, currency, bands, discounts, taxes } = ready.terms;
  return {
    ...{ network, plan: plan.id, version, validFrom, validUntil, currency, bands },
    prices: pricesOf(ready),
    /** Of the subscriber's own numbers of that country, before the prices of all; none: there is no such tariff. */
    localPrices: local === undefined ? [] : pricesOf(local),
    discounts: discounts.map(({ name, services, subscribers, basis, method, tiers }) => ({
      name,
      services,
      /** None: everybody's. The examples are without those of some alone. */
      subscribers,
      percent: formatPercent(tiers[0]?.percent ?? 0n),
      /** Of the month, found at its end; null: of each event. The examples are without those of the month. */
      month: isMonthly({ method, tiers })
        ? {
            ...{ basis, method },
            tiers: tiers.map(({ from, percent }) => ({ from: formatPrice(from), percent: formatPercent(percent) })),
          }
        : null,
    })),
    taxes: taxes.map(({ name, services, percent }) => ({ name, services, percent: formatPercent(percent) })),
    packages: [...plan.packages.values()]
      .filter(({ networks }) => networks.length === 0 || networks.includes(network))
      .map(({ name, service, directions, quantity, unit, price }) => ({
        ...{ name, service, directions, quantity, unit },
        price: price === null ? null : formatPrice(price),
      })),
  };
};
