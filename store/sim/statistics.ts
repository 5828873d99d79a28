import { Effect } from 'effect';
import type mongoose from 'mongoose';
import type { mongo } from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { dayOf, type Period } from '../../domain/kernel/period.ts';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import {
  type Counted,
  type Dimensions,
  NO_DIMENSIONS,
  type StatisticsSubject,
  type StockType,
} from '../../domain/sim/statistics/measures.ts';
import { type Axis, isTime, type Sum } from '../../domain/sim/statistics/series.ts';
import type { CollectionPlan } from '../migrations.ts';
import { databaseOf, isDuplicateKey, Mongo, mongoTry } from '../mongo.ts';

/**
 * Daily counters and stock levels, fed from the journal. A batch of turns is one transaction: what each actor has been
 * counted up to, the counters, the levels; so a turn counts once however often it comes, and a turn whose predecessor
 * is missing is not counted but reported, to be read again from the journal. Everything is of a *generation*: counting
 * anew begins the next one, and what an older node still writes goes to the one before.
 */

/** What is counted up to where: one for each actor. */
interface SubjectDocument extends Dimensions {
  /** `generation/kind/tenant/key` */
  readonly _id: string;
  readonly rev: number;
}

interface CounterKey {
  readonly tenant: TenantId;
  readonly generation: number;
  readonly day: string;
  readonly subject: StatisticsSubject;
  readonly measure: string;
  readonly product: string;
  readonly city: string;
  readonly vendor: string;
  readonly cardType: string;
}

interface LevelKey {
  readonly tenant: TenantId;
  readonly generation: number;
  readonly type: StockType;
  readonly product: string;
  readonly city: string;
}

interface MetaDocument {
  readonly _id: 'statistics';
  readonly generation: number;
  readonly rebuilding: boolean;
}

const SUBJECTS = 'sim_statistics_subjects';
const DAYS = 'sim_statistics_days';
const LEVELS = 'sim_stock_levels';
const META = 'sim_statistics_meta';
const MAX_TIME_MS = 30_000;
const MAX_SUMS = 50_000;

export const statisticsPlans: ReadonlyArray<CollectionPlan> = [
  { collection: SUBJECTS, indexes: [] },
  {
    collection: DAYS,
    indexes: [{ name: 'period', key: { tenant: 1, generation: 1, subject: 1, day: 1 } }],
  },
  { collection: LEVELS, indexes: [{ name: 'tenant', key: { generation: 1, tenant: 1 } }] },
  { collection: META, indexes: [] },
];

/** An actor's turn, ready to be counted. */
export interface CountedTurn {
  readonly kind: string;
  readonly tenant: TenantId;
  readonly key: string;
  readonly rev: number;
  readonly atMs: number;
  /** Pure; what the turn's events count as, one after the other. */
  readonly count: (before: Dimensions) => ReadonlyArray<Counted>;
}

/** An actor of which turns are missing in between. */
export interface Gap {
  readonly kind: string;
  readonly tenant: TenantId;
  readonly key: string;
}

const idOfActor = (generation: number, { kind, tenant, key }: Gap): string => `${generation}/${kind}/${tenant}/${key}`;

class Sums<Key extends object> {
  readonly #entries = new Map<string, { readonly key: Key; count: number }>();

  add(key: Key, by: number): void {
    if (by === 0) return;
    const id = Object.values(key).join('|');
    const known = this.#entries.get(id);
    if (known === undefined) this.#entries.set(id, { key, count: by });
    else known.count += by;
  }

  /** Increments; a counter that is not there begins. */
  operations(): Array<mongo.AnyBulkWriteOperation<CounterDocument>> {
    return [...this.#entries].map(([_id, { key, count }]) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: { ...key }, $inc: { count } }, upsert: true },
    }));
  }
}

/** A key's fields, and the count. */
interface CounterDocument {
  readonly _id: string;
  readonly count: number;
}

interface Work {
  readonly subjects: Array<mongo.AnyBulkWriteOperation<SubjectDocument>>;
  readonly days: Sums<CounterKey>;
  readonly levels: Sums<LevelKey>;
  readonly gaps: Array<Gap>;
}

/** Counts one actor's turns from where it was counted up to. */
const countActor = (
  generation: number,
  id: string,
  turns: ReadonlyArray<CountedTurn>,
  known: SubjectDocument | undefined,
  work: Work,
): void => {
  let rev = known?.rev ?? 0;
  let dimensions: Dimensions = known ?? NO_DIMENSIONS;
  for (const turn of [...turns].sort((a, b) => a.rev - b.rev)) {
    const { tenant, atMs } = turn;
    if (turn.rev <= rev) continue;
    if (turn.rev !== rev + 1) {
      work.gaps.push(turn);
      break;
    }
    for (const counted of turn.count(dimensions)) {
      const { counts, stock, stockType } = counted;
      ({ dimensions } = counted);
      const { product, city, vendor, cardType } = dimensions;
      const common = { tenant, generation };
      for (const { subject, measure, by } of counts) {
        const day = dayOf(atMs);
        work.days.add({ ...common, day, subject, measure, product, city, vendor, cardType }, by);
      }
      work.levels.add({ ...common, type: stockType, product, city }, stock);
    }
    ({ rev } = turn);
  }
  if (rev === (known?.rev ?? 0)) return;
  const { product, city, vendor, cardType, inStock } = dimensions;
  const document = { rev, product, city, vendor, cardType, inStock };
  work.subjects.push(
    known === undefined
      ? { insertOne: { document: { _id: id, ...document } } }
      : { updateOne: { filter: { _id: id }, update: { $set: document } } },
  );
};

const metaOf = async (db: mongo.Db, session?: mongo.ClientSession): Promise<MetaDocument> => {
  const options = session === undefined ? {} : { session };
  const found = await db.collection<MetaDocument>(META).findOne({ _id: 'statistics' }, options);
  return found ?? { _id: 'statistics', generation: 1, rebuilding: false };
};

const countIn = async (db: mongo.Db, session: mongo.ClientSession, turns: ReadonlyArray<CountedTurn>) => {
  const { generation } = await metaOf(db, session);
  const actors = Map.groupBy(turns, (turn) => idOfActor(generation, turn));
  const documents = await db
    .collection<SubjectDocument>(SUBJECTS)
    .find({ _id: { $in: [...actors.keys()] } }, { session })
    .toArray();
  const known = new Map(documents.map((document) => [document._id, document]));
  const work: Work = { subjects: [], days: new Sums(), levels: new Sums(), gaps: [] };
  for (const [id, ofActor] of actors) countActor(generation, id, ofActor, known.get(id), work);
  const options = { session, ordered: false };
  if (work.subjects.length > 0) await db.collection<SubjectDocument>(SUBJECTS).bulkWrite(work.subjects, options);
  const days = work.days.operations();
  if (days.length > 0) await db.collection<CounterDocument>(DAYS).bulkWrite(days, options);
  const levels = work.levels.operations();
  if (levels.length > 0) {
    await db.collection<CounterDocument>(LEVELS).bulkWrite(levels, options);
  }
  return work.gaps;
};

/**
 * Counts turns in one transaction; those that were counted before change nothing. Gives the actors of which earlier
 * turns are missing: their later ones were not counted.
 */
export const countTurns = (turns: ReadonlyArray<CountedTurn>): Effect.Effect<ReadonlyArray<Gap>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('counting turns', async () => {
      try {
        return await connection
          .getClient()
          .withSession((session) => session.withTransaction(() => countIn(databaseOf(connection), session, turns)));
      } catch (cause) {
        // Another node counted the same actor for the first time, or began the same counter, a moment earlier.
        if (isDuplicateKey(cause)) return 'again' as const;
        throw cause;
      }
    }).pipe(
      Effect.flatMap((gaps) =>
        gaps === 'again'
          ? Effect.fail(fault('mongodb', 'Retry', 'Somebody else counted the same.', 50))
          : Effect.succeed(gaps),
      ),
    ),
  );

/** Begins a new generation: everything is counted anew, and until `endRebuild` nobody raises an alarm by it. */
export const beginRebuild: Effect.Effect<number, Fault, Mongo> = Effect.flatMap(Mongo, (connection) =>
  mongoTry('beginning to count anew', async () => {
    const db = databaseOf(connection);
    const generation = (await metaOf(db)).generation + 1;
    await db
      .collection<MetaDocument>(META)
      .updateOne({ _id: 'statistics' }, { $set: { generation, rebuilding: true } }, { upsert: true });
    return generation;
  }),
);

/** Ends it: the earlier generations are removed. */
export const endRebuild = (generation: number): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('ending to count anew', async () => {
      const db = databaseOf(connection);
      const { modifiedCount } = await db
        .collection<MetaDocument>(META)
        .updateOne({ _id: 'statistics', generation }, { $set: { rebuilding: false } });
      // Somebody has begun yet another one, and removes this one with those before.
      if (modifiedCount === 0) return;
      await db.collection(DAYS).deleteMany({ generation: { $lt: generation } });
      await db.collection(LEVELS).deleteMany({ generation: { $lt: generation } });
      for (let old = generation - 1; old > 0; old -= 1) {
        const { deletedCount } = await db
          .collection<SubjectDocument>(SUBJECTS)
          .deleteMany({ _id: { $gt: `${old}/`, $lt: `${old}0` } });
        if (deletedCount === 0) break;
      }
    }),
  );

export interface StatisticsFilter {
  readonly product?: ReadonlyArray<string>;
  readonly city?: ReadonlyArray<string>;
  readonly vendor?: ReadonlyArray<string>;
  readonly cardType?: ReadonlyArray<string>;
}

/** Sums of a period by what the axis shows; at most 50,000. */
export const statisticsSums = (
  tenant: TenantId,
  subject: StatisticsSubject,
  { from, to }: Period,
  axis: Axis,
  filter: StatisticsFilter = {},
): Effect.Effect<ReadonlyArray<Sum>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('adding up statistics', async () => {
      const db = databaseOf(connection);
      const { generation } = await metaOf(db);
      const filters = Object.entries(filter)
        .filter(([, values]) => values !== undefined)
        .map(([name, values]) => [name, { $in: values }]);
      return db
        .collection(DAYS)
        .aggregate<Sum>(
          [
            {
              $match: {
                tenant,
                generation,
                subject,
                day: { $gte: from, $lte: to },
                ...Object.fromEntries(filters),
              },
            },
            {
              $group: {
                _id: { key: isTime(axis) ? '$day' : `$${axis}`, measure: '$measure' },
                count: { $sum: '$count' },
              },
            },
            { $sort: { _id: 1 } },
            { $limit: MAX_SUMS },
            { $project: { _id: 0, key: '$_id.key', measure: '$_id.measure', count: 1 } },
          ],
          { maxTimeMS: MAX_TIME_MS },
        )
        .toArray();
    }),
  );

/** What is in stock of a type, product and city; `city` empty for numbers of any city. */
export interface StockLevel {
  readonly tenant: TenantId;
  readonly type: StockType;
  readonly product: string;
  readonly city: string;
  readonly available: number;
}

/** Undefined while everything is being counted anew: then they say less than there is. */
export const stockLevels = (tenant?: TenantId): Effect.Effect<ReadonlyArray<StockLevel> | undefined, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('adding up stock levels', async () => {
      const db = databaseOf(connection as mongoose.Connection);
      const { generation, rebuilding } = await metaOf(db);
      if (rebuilding) return undefined;
      return db
        .collection(LEVELS)
        .aggregate<StockLevel>(
          [
            { $match: { generation, ...(tenant === undefined ? {} : { tenant }) } },
            {
              $group: {
                _id: { tenant: '$tenant', type: '$type', product: '$product', city: '$city' },
                available: { $sum: '$count' },
              },
            },
            { $sort: { _id: 1 } },
            { $replaceWith: { $mergeObjects: ['$_id', { available: '$available' }] } },
          ],
          { maxTimeMS: MAX_TIME_MS },
        )
        .toArray();
    }),
  );
