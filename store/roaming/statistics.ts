import { Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { DIRECTIONS } from '../../domain/roaming/settlement/schema.ts';
import { Counting, type Statistics, SUMS } from '../../domain/roaming/statistics/statistics.ts';
import type { CollectionPlan } from '../migrations.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';

/**
 * Statistics of roaming as each file brought them, by day and partner: counted once, for a file that is counted again
 * replaces what it was counted as. They are added up when somebody asks (seed 002 §3.3.2). And the switchings of numbers,
 * each by the event that says it.
 */

const COLLECTION = 'roaming_statistics';
const SWITCHINGS = 'roaming_switchings';
/** Subscribers of a document: some 20 bytes each, and a document has 16 MiB. */
const SUBSCRIBERS = 20_000;

type Sum = readonly [key: string, count: number, usage: string];
interface Stored {
  /** `tenant/day/partner/source/n` */
  readonly _id: string;
  readonly tenant: TenantId;
  readonly day: string;
  readonly partner: string;
  /** Left out of what our subscribers used abroad. */
  readonly direction?: 'inbound';
  readonly sums: Readonly<Partial<Record<(typeof SUMS)[number], ReadonlyArray<Sum>>>>;
  readonly stays: ReadonlyArray<{ readonly country: string; readonly subscribers: ReadonlyArray<string> }>;
}

export const roamingStatisticsPlans: ReadonlyArray<CollectionPlan> = [
  { collection: COLLECTION, indexes: [{ name: 'of_day', key: { tenant: 1, day: 1, partner: 1 } }] },
  { collection: SWITCHINGS, indexes: [{ name: 'of_moment', key: { tenant: 1, fromMs: 1 } }] },
];

/** Whose statistics, and what they were made of: `inbound` is what visitors used here, by their home operators. */
export interface StatisticsSource {
  readonly direction: (typeof DIRECTIONS)[number];
  readonly partner: string;
  readonly source: string;
}

const documentsOf = (
  tenant: TenantId,
  { direction, partner, source }: StatisticsSource,
  day: string,
  statistics: Statistics,
): ReadonlyArray<Stored> => {
  const sumsOf = (name: (typeof SUMS)[number]): ReadonlyArray<Sum> =>
    [...statistics[name]].map(([key, { count, usage }]) => [key, count, String(usage)]);
  const stays = [...statistics.stays].flatMap(([country, visitors]) => {
    const all = [...visitors.keys()];
    return Array.from({ length: Math.ceil(all.length / SUBSCRIBERS) }, (_, n) => ({
      country,
      subscribers: all.slice(n * SUBSCRIBERS, (n + 1) * SUBSCRIBERS),
    }));
  });
  const first: Stored['sums'] = Object.fromEntries(SUMS.map((name) => [name, sumsOf(name)]));
  return (stays.length === 0 ? [undefined] : stays).map((stay, n) => ({
    _id: [tenant, day, partner, source, n].join('/'),
    ...{ tenant, day, partner, ...(direction === 'inbound' ? { direction } : {}) },
    sums: n === 0 ? first : {},
    stays: stay === undefined ? [] : [stay],
  }));
};

/** Keeps what a file brought, by day; `source` names the file, and the same again changes nothing. */
export const keepStatistics = (
  tenant: TenantId,
  of: StatisticsSource,
  days: ReadonlyMap<string, Statistics>,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    for (const [day, statistics] of days) {
      for (const replacement of documentsOf(tenant, of, day, statistics)) {
        yield* mongoTry('keeping statistics of roaming', () =>
          collection.replaceOne({ _id: replacement._id }, replacement, { upsert: true }),
        );
      }
    }
  });

export interface StatisticsOf {
  readonly tenant: TenantId;
  /** Both days count. */
  readonly from: string;
  readonly to: string;
  readonly partner?: string | undefined;
  readonly direction: (typeof DIRECTIONS)[number];
}

const addStored = (counting: Counting, { day, sums, stays }: Stored): void => {
  for (const name of SUMS) {
    counting.add(
      name,
      (sums[name] ?? []).map(([key, count, usage]) => [key, { count, usage: BigInt(usage) }] as const),
    );
  }
  for (const { country, subscribers } of stays) for (const one of subscribers) counting.stay(country, one, day);
};

/** All that files brought of these days, added up. */
export const readStatistics = ({
  tenant,
  from,
  to,
  partner,
  direction,
}: StatisticsOf): Effect.Effect<Statistics, Fault, Mongo> =>
  Effect.gen(function* () {
    const counting = new Counting();
    const found = databaseOf(yield* Mongo)
      .collection<Stored>(COLLECTION)
      .find({
        tenant,
        day: { $gte: from, $lte: to },
        ...(partner === undefined ? {} : { partner }),
        ...(direction === 'inbound' ? { direction } : { direction: { $exists: false } }),
      })
      .batchSize(200);
    const next = mongoTry('reading statistics of roaming', () => found.next());
    yield* Stream.repeatEffect(next).pipe(
      Stream.takeWhile((one) => one !== null),
      Stream.runForEach((one) => Effect.sync(() => one !== null && addStored(counting, one))),
      Effect.ensuring(Effect.promise(() => found.close())),
    );
    return counting;
  });

export interface Switching {
  readonly tenant: TenantId;
  readonly subscriber: string;
  /** Of the turn and the place of the event in it: they name the event. */
  readonly rev: number;
  readonly place: number;
  readonly what: 'on' | 'off' | 'change';
  readonly fromMs: number;
}

/** Told again it changes nothing. */
export const keepSwitchings = (switchings: ReadonlyArray<Switching>): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    if (switchings.length === 0) return;
    const collection = databaseOf(yield* Mongo).collection<{ readonly _id: string }>(SWITCHINGS);
    yield* mongoTry('keeping that numbers were switched', () =>
      collection.bulkWrite(
        switchings.map(({ tenant, subscriber, rev, place, what, fromMs }) => ({
          replaceOne: {
            filter: { _id: [tenant, subscriber, rev, place].join('/') },
            replacement: { tenant, subscriber, what, fromMs },
            upsert: true,
          },
        })),
        { ordered: false },
      ),
    );
  });

export interface Switchings {
  /** By hour of the day. */
  readonly hours: ReadonlyArray<{ readonly what: Switching['what']; readonly hour: number; readonly count: number }>;
  /** How many subscribers changed the number for calls how often. */
  readonly changes: ReadonlyArray<{ readonly times: number; readonly subscribers: number }>;
}

const MAX_TIME_MS = 30_000;

/** Switchings that count from a moment of these on; hours in the zone. */
export const readSwitchings = (
  tenant: TenantId,
  { fromMs, beforeMs }: { readonly fromMs: number; readonly beforeMs: number },
  zone: string,
): Effect.Effect<Switchings, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('adding up switchings of numbers', async () => {
      const collection = databaseOf(connection).collection(SWITCHINGS);
      const $match = { tenant, fromMs: { $gte: fromMs, $lt: beforeMs } };
      const hour = { $hour: { date: { $toDate: '$fromMs' }, timezone: zone } };
      const options = { maxTimeMS: MAX_TIME_MS };
      const hours = await collection
        .aggregate<Switchings['hours'][number]>(
          [
            { $match },
            { $group: { _id: { what: '$what', hour }, count: { $sum: 1 } } },
            { $sort: { _id: 1 } },
            { $project: { _id: 0, what: '$_id.what', hour: '$_id.hour', count: 1 } },
          ],
          options,
        )
        .toArray();
      const changes = await collection
        .aggregate<Switchings['changes'][number]>(
          [
            { $match: { ...$match, what: 'change' } },
            { $group: { _id: '$subscriber', times: { $sum: 1 } } },
            { $group: { _id: '$times', subscribers: { $sum: 1 } } },
            { $sort: { _id: 1 } },
            { $project: { _id: 0, times: '$_id', subscribers: 1 } },
          ],
          options,
        )
        .toArray();
      return { hours, changes };
    }),
  );
