import { DateTime } from 'luxon';
import { dayOfMoment } from './day.ts';

/**
 * Statistics of roaming (seed 002 §3.3.2): calls, their length and hours; messages; volume by network with its peak and
 * trough; destinations and stays. Chunks are counted apart and merged in any order, so a day of records needs no more
 * memory than its sums. Hours and days are those of the tenant's zone.
 */

export interface UsageRecord {
  readonly atMs: number;
  /** Whose stay it is: any id that is the same for the same subscriber. */
  readonly subscriber: string;
  readonly service: 'voice' | 'sms' | 'data';
  readonly way: 'originating' | 'terminating';
  /** The visited network. */
  readonly network: string;
  /** ISO 3166, of the visited network. */
  readonly country: string;
  /** Seconds, messages or bytes. */
  readonly usage: bigint;
}

interface Measure {
  readonly count: number;
  readonly usage: bigint;
}

/** Sums by `service|way`, `length`, `service|hour`, `service|network`; subscribers' days by `country` and subscriber. */
export interface Statistics {
  readonly ways: ReadonlyMap<string, Measure>;
  readonly lengths: ReadonlyMap<string, Measure>;
  readonly hours: ReadonlyMap<string, Measure>;
  readonly networks: ReadonlyMap<string, Measure>;
  readonly stays: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
}

/** Length of a call in seconds, both ends counted; the source's last label overlaps (seed 002 §4.2.4), these do not. */
export const CALL_LENGTHS = ['0-60', '61-120', '121+'] as const;

const lengthOf = (seconds: bigint): (typeof CALL_LENGTHS)[number] => {
  if (seconds <= 60n) return '0-60';
  return seconds <= 120n ? '61-120' : '121+';
};

const add = (sums: Map<string, Measure>, key: string, { count, usage }: Measure): void => {
  const sum = sums.get(key);
  sums.set(key, { count: (sum?.count ?? 0) + count, usage: (sum?.usage ?? 0n) + usage });
};

export const statisticsOf = (records: Iterable<UsageRecord>, zone: string): Statistics => {
  const ways = new Map<string, Measure>();
  const lengths = new Map<string, Measure>();
  const hours = new Map<string, Measure>();
  const networks = new Map<string, Measure>();
  const stays = new Map<string, Map<string, Set<string>>>();
  for (const { atMs, subscriber, service, way, network, country, usage } of records) {
    const one = { count: 1, usage };
    add(ways, `${service}|${way}`, one);
    if (service === 'voice') add(lengths, lengthOf(usage), one);
    add(hours, `${service}|${DateTime.fromMillis(atMs, { zone }).hour}`, one);
    add(networks, `${service}|${network}`, one);
    const visitors = stays.get(country) ?? new Map<string, Set<string>>();
    stays.set(country, visitors.set(subscriber, (visitors.get(subscriber) ?? new Set()).add(dayOfMoment(atMs, zone))));
  }
  return { ways, lengths, hours, networks, stays };
};

const mergedSums = (a: ReadonlyMap<string, Measure>, b: ReadonlyMap<string, Measure>): ReadonlyMap<string, Measure> => {
  const sums = new Map(a);
  for (const [key, measure] of b) add(sums, key, measure);
  return sums;
};

export const mergedStatistics = (a: Statistics, b: Statistics): Statistics => {
  const stays = new Map(a.stays);
  for (const [country, visitors] of b.stays) {
    const together = new Map(stays.get(country));
    for (const [subscriber, days] of visitors) {
      together.set(subscriber, (together.get(subscriber) ?? new Set<string>()).union(days));
    }
    stays.set(country, together);
  }
  return {
    ways: mergedSums(a.ways, b.ways),
    lengths: mergedSums(a.lengths, b.lengths),
    hours: mergedSums(a.hours, b.hours),
    networks: mergedSums(a.networks, b.networks),
    stays,
  };
};

export interface Point {
  readonly label: string;
  readonly count: number;
  readonly usage: bigint;
}
export interface Chart {
  readonly shape: 'bar' | 'line' | 'pie';
  readonly points: ReadonlyArray<Point>;
}

const none: Measure = { count: 0, usage: 0n };
const sorted = (points: ReadonlyArray<Point>): ReadonlyArray<Point> =>
  [...points].sort((a, b) => (a.label < b.label ? -1 : 1));

/** The hours with the greatest and the least usage; of equal ones the earliest. */
export const extremes = (points: ReadonlyArray<Point>): { readonly peak: string; readonly trough: string } => {
  let [peak, trough] = [points[0], points[0]];
  for (const point of points) {
    if (peak !== undefined && point.usage > peak.usage) peak = point;
    if (trough !== undefined && point.usage < trough.usage) trough = point;
  }
  return { peak: peak?.label ?? '', trough: trough?.label ?? '' };
};

/** Series for charts: ways, lengths and stays as bars, hours as lines, networks and destinations as shares. */
export const chartsOf = (statistics: Statistics) => {
  const ofService = (sums: ReadonlyMap<string, Measure>, service: UsageRecord['service']): ReadonlyArray<Point> =>
    sorted(
      [...sums]
        .filter(([key]) => key.startsWith(`${service}|`))
        .map(([key, measure]) => ({ label: key.slice(service.length + 1), ...measure })),
    );
  const byHour = (service: UsageRecord['service']): ReadonlyArray<Point> =>
    Array.from({ length: 24 }, (_, hour) => ({
      label: String(hour).padStart(2, '0'),
      ...(statistics.hours.get(`${service}|${hour}`) ?? none),
    }));
  const perService = (service: UsageRecord['service']) => ({
    ways: { shape: 'bar', points: ofService(statistics.ways, service) } satisfies Chart,
    hours: { shape: 'line', points: byHour(service), ...extremes(byHour(service)) } satisfies Chart & object,
    networks: { shape: 'pie', points: ofService(statistics.networks, service) } satisfies Chart,
  });
  const lengths = CALL_LENGTHS.map((label) => ({ label, ...(statistics.lengths.get(label) ?? none) }));
  const countries = [...statistics.stays].map(([label, visitors]) => ({
    label,
    count: visitors.size,
    usage: [...visitors.values()].reduce((sum, days) => sum + BigInt(days.size), 0n),
  }));
  return {
    voice: perService('voice'),
    sms: perService('sms'),
    data: perService('data'),
    lengths: { shape: 'bar', points: lengths } satisfies Chart,
    /** Count: subscribers; usage: days on which they used the network there. */
    destinations: { shape: 'pie', points: sorted(countries) } satisfies Chart,
  };
};
