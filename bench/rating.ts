import { isRefusal } from '../domain/kernel/refusal.ts';
import { compileAgreement } from '../domain/roaming/rating/compile.ts';
import { rateEvent, type UsageEvent } from '../domain/roaming/rating/rate.ts';
import { type Agreement, decodeAgreement } from '../domain/roaming/rating/schema.ts';
import { plainPrice } from '../test/support/plain-rating.ts';
import { example, right } from '../test/support/rating.ts';
import type { Bench } from './bench.ts';

/**
 * Prices of events with their explanations, on one core, under an agreement with 200 zones of 20 prefixes. The baseline
 * reads the same agreement as it stands for each event, and gives the total alone.
 */

const ZONES = 200;
const PREFIXES = 20;

/** The documented example, with zones as a price list of the world has them. */
const worldwide = (): Agreement => {
  const agreement = right(decodeAgreement(example('agreement')));
  const terms = agreement.terms.map((one) => {
    const model = one.rates.find(({ name }) => name === 'moc-home');
    if (model === undefined) return one;
    const zones = Array.from({ length: ZONES }, (_, zone) => ({
      name: `world-${zone}`,
      prefixes: Array.from({ length: PREFIXES }, (_, at) => `1${String(zone * PREFIXES + at).padStart(4, '0')}`),
    }));
    const rates = zones.map(({ name }) => ({ ...model, name: `moc-${name}`, zone: name }));
    return { ...one, zones: [...one.zones, ...zones], rates: [...one.rates, ...rates] };
  });
  return { ...agreement, terms };
};

const HOUR_MS = 3_600_000;

/** Calls, messages and data of a month; nothing random, so that each run prices the same. */
const eventAt = (at: number): UsageEvent => ({
  home: 'CHNCM',
  visited: 'HKGPP',
  service: at % 10 < 5 ? 'voice' : at % 10 < 6 ? 'sms' : 'data',
  direction: 'originating',
  destination: at % 3 === 0 ? `861391234${at % 1_000}` : `1${String(at % (ZONES * PREFIXES)).padStart(4, '0')}55501`,
  atMs: Date.UTC(2026, 9, 1) + (at % 720) * HOUR_MS,
  utcOffsetMinutes: 480,
  quantity: at % 10 < 5 ? 1 + (at % 1_800) : at % 10 < 6 ? 1 : at * 977,
});

/** Events a second, over and over for so long. */
const measure = (events: ReadonlyArray<UsageEvent>, budgetMs: number, price: (event: UsageEvent) => void): number => {
  let count = 0;
  const begun = performance.now();
  let spentMs = 0;
  while (spentMs < budgetMs) {
    for (const event of events) price(event);
    count += events.length;
    spentMs = performance.now() - begun;
  }
  return count / (spentMs / 1_000);
};

export const bench: Bench = {
  name: 'rating',
  title: 'Roaming events priced and explained in one thread, beside the agreement read for each event',
  servers: [],
  run: async ({ full, report, log }) => {
    const budgetMs = full ? 10_000 : 2_000;
    const agreement = worldwide();
    const ready = right(compileAgreement(agreement));
    const events = Array.from({ length: 10_000 }, (_, at) => eventAt(at));
    let differing = 0;
    for (const event of events.slice(0, 1_000)) {
      const price = rateEvent(ready, event);
      if (isRefusal(price) || price.totalMinor !== plainPrice(agreement, event)) differing++;
    }
    if (differing > 0) throw new Error(`${differing} of 1000 prices are not those of the rules as they stand`);
    log('pricing events, by rules read for each event and by compiled ones');
    const plain = measure(events.slice(0, 1_000), budgetMs, (event) => void plainPrice(agreement, event));
    measure(events, budgetMs / 4, (event) => void rateEvent(ready, event));
    const compiled = measure(events, budgetMs, (event) => void rateEvent(ready, event));
    const goal = { min: 200_000 };
    report({ figure: 'events priced and explained', value: compiled, unit: 'events/s', baseline: plain, goal });
  },
};
