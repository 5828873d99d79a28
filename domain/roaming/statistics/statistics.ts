import { clockOf } from '../settlement/day.ts';
import { countryOf, type NumberKind } from './calling-codes.ts';

/**
 * Statistics of roaming (seed 002 §3.3.2): calls, their length and hours; messages by country; volume by network and by
 * package, with peak and trough; which numbers are used; destinations and stays. Chunks are counted apart and merged in
 * any order, so a month of records needs no more memory than its sums. Hours and days are those of the tenant's zone.
 */

export interface UsageRecord {
  readonly atMs: number;
  /** Whose stay it is: any id that is the same for the same subscriber. */
  readonly subscriber: string;
  readonly service: 'voice' | 'sms' | 'data';
  readonly way: 'originating' | 'terminating';
  /** TADIG of the visited network. */
  readonly network: string;
  /** Seconds, messages or bytes. */
  readonly usage: bigint;
  readonly number: NumberKind;
  /** Of the subscriber; empty: none. */
  readonly packageType: string;
}

export interface Measure {
  readonly count: number;
  readonly usage: bigint;
}
type Sums = ReadonlyMap<string, Measure>;

/** Sums by `service|way`, `length`, `service|hour`, `service|network`, …; subscribers' days by country and subscriber. */
export interface Statistics {
  readonly ways: Sums;
  readonly lengths: Sums;
  readonly hours: Sums;
  readonly networks: Sums;
  readonly numbers: Sums;
  readonly packages: Sums;
  readonly stays: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
}
export const SUMS = ['ways', 'lengths', 'hours', 'networks', 'numbers', 'packages'] as const;

/** Length of a call in seconds, both ends counted; the source's last label overlaps (seed 002 §4.2.4), these do not. */
export const CALL_LENGTHS = ['0-60', '61-120', '121+'] as const;

const lengthOf = (seconds: bigint): (typeof CALL_LENGTHS)[number] => {
  if (seconds <= 60n) return '0-60';
  return seconds <= 120n ? '61-120' : '121+';
};

const add = (sums: Map<string, Measure>, key: string, count: number, usage: bigint): void => {
  const sum = sums.get(key);
  sums.set(key, { count: (sum?.count ?? 0) + count, usage: (sum?.usage ?? 0n) + usage });
};

const entryOf = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  map.set(key, fresh);
  return fresh;
};

/** Sums that grow: record by record, or by other sums. */
export class Counting implements Statistics {
  readonly ways = new Map<string, Measure>();
  readonly lengths = new Map<string, Measure>();
  readonly hours = new Map<string, Measure>();
  readonly networks = new Map<string, Measure>();
  readonly numbers = new Map<string, Measure>();
  readonly packages = new Map<string, Measure>();
  readonly stays = new Map<string, Map<string, Set<string>>>();

  count(record: UsageRecord, { day, hour }: { readonly day: string; readonly hour: number }): void {
    const { service, usage } = record;
    add(this.ways, `${service}|${record.way}`, 1, usage);
    if (service === 'voice') add(this.lengths, lengthOf(usage), 1, usage);
    add(this.hours, `${service}|${hour}`, 1, usage);
    add(this.networks, `${service}|${record.network}`, 1, usage);
    add(this.numbers, `${service}|${record.number}`, 1, usage);
    add(this.packages, `${service}|${record.packageType}`, 1, usage);
    this.stay(countryOf(record.network), record.subscriber, day);
  }

  stay(country: string, subscriber: string, day: string): void {
    const visitors = entryOf(this.stays, country, () => new Map<string, Set<string>>());
    entryOf(visitors, subscriber, () => new Set<string>()).add(day);
  }

  add(name: (typeof SUMS)[number], sums: Iterable<readonly [string, Measure]>): void {
    for (const [key, { count, usage }] of sums) add(this[name], key, count, usage);
  }

  merge(other: Statistics): void {
    for (const name of SUMS) this.add(name, other[name]);
    for (const [country, visitors] of other.stays) {
      for (const [subscriber, days] of visitors) for (const day of days) this.stay(country, subscriber, day);
    }
  }
}

export const statisticsOf = (records: Iterable<UsageRecord>, zone: string): Statistics => {
  const clock = clockOf(zone);
  const counting = new Counting();
  for (const record of records) counting.count(record, clock(record.atMs));
  return counting;
};

export const mergedStatistics = (a: Statistics, b: Statistics): Statistics => {
  const merged = new Counting();
  merged.merge(a);
  merged.merge(b);
  return merged;
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

const SERVICES = ['voice', 'sms', 'data'] as const;
type Service = UsageRecord['service'];

/** Of a service, under its own labels or those that `labelOf` makes of them. */
const ofService = (sums: Sums, service: Service, labelOf = (label: string): string => label): ReadonlyArray<Point> => {
  const points = new Map<string, Measure>();
  for (const [key, { count, usage }] of sums) {
    if (key.startsWith(`${service}|`)) add(points, labelOf(key.slice(service.length + 1)), count, usage);
  }
  return sorted([...points].map(([label, measure]) => ({ label, ...measure })));
};

const byHour = ({ hours }: Statistics, service: Service): ReadonlyArray<Point> =>
  Array.from({ length: 24 }, (_, hour) => ({
    label: String(hour).padStart(2, '0'),
    ...(hours.get(`${service}|${hour}`) ?? none),
  }));

const PARTS_OF_DAY = ['night', 'morning', 'afternoon', 'evening'] as const;
/** 0–6, 6–12, 12–18, 18–24 o'clock. */
const partOfDay = (hour: string): string => PARTS_OF_DAY[Math.floor(Number(hour) / 6)] ?? '';

interface Preference {
  /** A part of the day, or a country. */
  readonly situation: string;
  /** The service with the most events there; of equal ones the first. */
  readonly preferred: Service;
  /** Events of each service. */
  readonly points: ReadonlyArray<Point>;
}

/** Which service is used most, in each part of the day and in each country. */
const preferencesOf = ({ hours, networks }: Statistics): ReadonlyArray<Preference> => {
  const of = (sums: Sums, labelOf: (label: string) => string): ReadonlyArray<Preference> => {
    const services = SERVICES.map((service) => [service, ofService(sums, service, labelOf)] as const);
    const situations = [...new Set(services.flatMap(([, points]) => points.map(({ label }) => label)))].sort();
    return situations.map((situation) => {
      const points = services.map(([label, all]) => ({
        ...none,
        ...all.find((point) => point.label === situation),
        label,
      }));
      const most = Math.max(...points.map(({ count }) => count));
      return { situation, preferred: points.find(({ count }) => count === most)?.label ?? 'voice', points };
    });
  };
  return [...of(hours, partOfDay), ...of(networks, countryOf)];
};

/** Series for charts: ways, lengths and packages as bars, hours as lines, networks, countries and numbers as shares. */
export const chartsOf = (statistics: Statistics) => {
  const perService = (service: Service) => ({
    ways: { shape: 'bar', points: ofService(statistics.ways, service) } satisfies Chart,
    hours: {
      shape: 'line',
      points: byHour(statistics, service),
      ...extremes(byHour(statistics, service)),
    } satisfies Chart & object,
    networks: { shape: 'pie', points: ofService(statistics.networks, service) } satisfies Chart,
    countries: { shape: 'pie', points: ofService(statistics.networks, service, countryOf) } satisfies Chart,
    numbers: { shape: 'pie', points: ofService(statistics.numbers, service) } satisfies Chart,
    packages: { shape: 'bar', points: ofService(statistics.packages, service) } satisfies Chart,
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
    preferences: preferencesOf(statistics),
  };
};
