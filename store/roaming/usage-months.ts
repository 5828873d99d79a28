import { Effect } from 'effect';
import type mongoose from 'mongoose';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { CollectionPlan } from '../migrations.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { MONITORED_PREFIX, monitoredCollection } from './monitored-sessions.ts';
import { forgetPrepared, USAGE_PREFIX, usageCollection } from './usage-documents.ts';

/** Months of usage records, and of what monitors saw, as wholes: each is a collection, so that one that is not kept any more goes at once, with its room on disk. */

const NAME = new RegExp(`^(?:${USAGE_PREFIX}|${MONITORED_PREFIX})(\\d{4})_(\\d{2})$`);

/** All there are, as `2026-11`. */
export const usageMonths: Effect.Effect<ReadonlyArray<string>, Fault, Mongo> = Effect.flatMap(Mongo, (connection) =>
  mongoTry('looking for months of usage records', async () => {
    const listed = await databaseOf(connection).listCollections({ name: NAME }, { nameOnly: true }).toArray();
    const months = listed.flatMap(({ name }) => {
      const [, year, month] = NAME.exec(name) ?? [];
      return year === undefined ? [] : [`${year}-${month}`];
    });
    return [...new Set(months)];
  }),
);

export interface RemovedMonth {
  /** Documents: up to a thousand records of one owner each, or what a monitor saw once. */
  readonly parts: number;
  /** Room on disk, of documents and indexes. */
  readonly bytes: number;
}

const REMOVED = 'roaming_usage_removed';

/** What has been removed, for whoever asks for records of then: nothing that is found there is whole. */
export const usageRemovedPlan: CollectionPlan = { collection: REMOVED, indexes: [] };

interface Removed {
  /** `2026-11` */
  readonly _id: string;
  readonly atMs: number;
}

const removedCollection = (connection: mongoose.Connection) => databaseOf(connection).collection<Removed>(REMOVED);

/** Those of these months that were removed, the oldest first. */
export const removedUsageMonths = (months: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('looking for removed months of usage records', async () => {
      const found = await removedCollection(connection)
        .find({ _id: { $in: [...months] } })
        .sort({ _id: 1 })
        .toArray();
      return found.map(({ _id }) => _id);
    }),
  );

/** Drops the collection when it is there. */
const drop = async (db: mongoose.mongo.Db, name: string): Promise<RemovedMonth> => {
  if (!(await db.listCollections({ name }, { nameOnly: true }).hasNext())) return { parts: 0, bytes: 0 };
  const stats = db.collection(name).aggregate([{ $collStats: { storageStats: {} } }]);
  const { count = 0, totalSize = 0 } = (await stats.next())?.['storageStats'] ?? {};
  await db.dropCollection(name);
  return { parts: Number(count), bytes: Number(totalSize) };
};

/**
 * Of all tenants, with what monitors have seen then. Not there any more: nothing is removed. It is noted first, so that no removal
 * is ever unknown.
 */
export const removeUsageMonth = (month: string, atMs: number): Effect.Effect<RemovedMonth, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('removing a month of usage records', async () => {
      const db = databaseOf(connection);
      await removedCollection(connection).updateOne(
        { _id: month },
        { $setOnInsert: { atMs } },
        { upsert: true, writeConcern: { w: 'majority', j: true } },
      );
      const usage = await drop(db, usageCollection(month));
      forgetPrepared(connection, month);
      const monitored = await drop(db, monitoredCollection(month));
      return { parts: usage.parts + monitored.parts, bytes: usage.bytes + monitored.bytes };
    }),
  );
