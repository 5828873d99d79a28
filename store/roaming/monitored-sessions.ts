import { Effect } from 'effect';
import mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../../domain/kernel/refusal.ts';
import type { Observed } from '../../domain/roaming/monitor/evidence.ts';
import type { SERVICES } from '../../domain/roaming/rating/services.ts';
import { localDay } from '../../domain/roaming/usage/usage-record.ts';
import { KeyRing } from '../keys/key-ring.ts';
import type { Ring } from '../keys/private-fields.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { DUPLICATE_KEY, databaseOf, Mongo, mongoTry } from '../mongo.ts';

/**
 * What monitors have seen of our subscribers abroad (seed 002 §2.2.2), a document for each session, in a collection for each month as
 * usage records are, and removed with them. Whose it is stands there as a pseudonym of the card alone: no number is kept.
 */

export const MONITORED_PREFIX = 'roaming_monitored_';
export const monitoredCollection = (month: string): string => `${MONITORED_PREFIX}${month.replace('-', '_')}`;

const WRITES = 1_000;

interface Stored {
  /** `tenant/monitor/<sm3 of the file>.<record>` */
  readonly _id: string;
  readonly tenant: TenantId;
  readonly monitor: string;
  /** SM3 of the monitor's file. */
  readonly file: string;
  readonly who: string;
  readonly atMs: number;
  readonly service: (typeof SERVICES)[number];
  readonly usage: number;
}

export interface Session extends Pick<Stored, 'atMs' | 'service' | 'usage'> {
  /** In the file, from 1. */
  readonly record: number;
  readonly utcOffsetMinutes: number;
  readonly imsi: string;
}

const whoOf = (ring: Ring, tenant: TenantId, imsi: string): string | Fault =>
  pseudonymOf(ring, 'roaming.monitored', tenant, imsi);

const prepare = async (collection: mongoose.mongo.Collection<Stored>): Promise<void> => {
  await collection.createIndexes([
    { key: { tenant: 1, who: 1, atMs: 1 }, name: 'of_card' },
    { key: { tenant: 1, monitor: 1, atMs: 1 }, name: 'of_monitor' },
  ]);
};

const insertNew = async (
  collection: mongoose.mongo.Collection<Stored>,
  documents: ReadonlyArray<Stored>,
): Promise<void> => {
  try {
    await collection.insertMany([...documents], { ordered: false });
  } catch (cause) {
    if (!(cause instanceof mongoose.mongo.MongoBulkWriteError)) throw cause;
    const errors = Array.isArray(cause.writeErrors) ? cause.writeErrors : [cause.writeErrors];
    // An earlier attempt has kept them: a file never changes.
    if (!errors.every(({ code }) => code === DUPLICATE_KEY)) throw cause;
  }
};

/** Keeps them; what is there already stays as it is. */
export const keepSessions = (
  tenant: TenantId,
  monitor: string,
  file: string,
  sessions: ReadonlyArray<Session>,
): Effect.Effect<void, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const ring = yield* KeyRing;
    const connection = yield* Mongo;
    const known = new Map<string, string>();
    const months = new Map<string, Array<Stored>>();
    for (const { imsi, record, utcOffsetMinutes, ...what } of sessions) {
      const who = known.get(imsi) ?? whoOf(ring, tenant, imsi);
      if (isFault(who)) return yield* Effect.fail(who);
      known.set(imsi, who);
      const month = localDay(what.atMs, utcOffsetMinutes).slice(0, 7);
      const list = months.get(month) ?? [];
      months.set(month, list);
      list.push({ _id: `${tenant}/${monitor}/${file}.${record}`, tenant, monitor, file, who, ...what });
    }
    for (const [month, all] of months) {
      const collection = databaseOf(connection).collection<Stored>(monitoredCollection(month));
      yield* mongoTry('preparing a month of monitored sessions', () => prepare(collection));
      for (let at = 0; at < all.length; at += WRITES) {
        yield* mongoTry('keeping monitored sessions', () => insertNew(collection, all.slice(at, at + WRITES)));
      }
    }
  });

const MOST = 100;

interface Period {
  readonly months: ReadonlyArray<string>;
  /** Both counted. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sessions of the card that have begun then, the earliest first, at most a hundred. */
export const sessionsOf = (
  tenant: TenantId,
  imsi: string,
  { months, fromMs, toMs }: Period,
): Effect.Effect<ReadonlyArray<Observed>, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const who = whoOf(yield* KeyRing, tenant, imsi);
    if (isFault(who)) return yield* Effect.fail(who);
    const db = databaseOf(yield* Mongo);
    const found = yield* mongoTry('looking for monitored sessions', () =>
      Promise.all(
        months.map((month) =>
          db
            .collection<Stored>(monitoredCollection(month))
            .find({ tenant, who, atMs: { $gte: fromMs, $lte: toMs } })
            .sort({ atMs: 1 })
            .limit(MOST)
            .toArray(),
        ),
      ),
    );
    return found.flat().map(({ _id, monitor, atMs, service, usage }) => ({
      ...{ monitor, id: _id.split('/').at(-1) ?? '', atMs, service, usage: BigInt(usage) },
    }));
  });

/** Files of each monitor that have any session of then, whoever's. */
export const filesCovering = (
  tenant: TenantId,
  { months, fromMs, toMs }: Period,
): Effect.Effect<ReadonlyArray<{ readonly monitor: string; readonly file: string }>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('looking for what monitors saw', async () => {
      const found = await Promise.all(
        months.map((month) =>
          databaseOf(connection)
            .collection<Stored>(monitoredCollection(month))
            .aggregate<{ readonly _id: { readonly monitor: string; readonly file: string } }>([
              { $match: { tenant, atMs: { $gte: fromMs, $lte: toMs } } },
              { $group: { _id: { monitor: '$monitor', file: '$file' } } },
              { $sort: { _id: 1 } },
              { $limit: MOST },
            ])
            .toArray(),
        ),
      );
      return found.flat().map(({ _id }) => _id);
    }),
  );
