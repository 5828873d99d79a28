import { Effect } from 'effect';
import mongoose from 'mongoose';
import { type Fault, fault, isFault, isRefusal, type Refusal } from '../../../domain/kernel/refusal.ts';
import { backupRefusals } from '../../../domain/operations/backup/refusals.ts';
import type { CollectionStand, Moment } from '../../../domain/operations/backup/schema.ts';
import { databaseOf, mongoFault } from '../../mongo.ts';

/** What a backup asks of the database besides its documents. */

const { BSON, MongoServerError } = mongoose.mongo;
const { EJSON } = BSON;

const SNAPSHOT_TOO_OLD = 239;
const SNAPSHOT_UNAVAILABLE = 246;
/** A cursor's place in the log of operations has been overwritten. */
const CAPPED_POSITION_LOST = 136;
/** A collection was dropped under a cursor. */
const QUERY_KILLED = 175;

/** Not an error of anybody: the copy is begun anew. */
export const snapshotUnavailable = (doing: string): Fault =>
  fault('mongodb', 'SnapshotUnavailable', `A collection was made or dropped while ${doing}.`, 5_000);

/** What was thrown: a refusal or a fault as it is, an outage as one; undefined for a bug. */
export const backupFailure = (doing: string, cause: unknown): Refusal | Fault | undefined => {
  if (isRefusal(cause) || isFault(cause)) return cause;
  if (cause instanceof MongoServerError && cause.code === SNAPSHOT_TOO_OLD) return backupRefusals.snapshotTooOld();
  if (cause instanceof MongoServerError && cause.code === CAPPED_POSITION_LOST) return backupRefusals.oplogOvertaken();
  if (cause instanceof MongoServerError && (cause.code === SNAPSHOT_UNAVAILABLE || cause.code === QUERY_KILLED)) {
    return snapshotUnavailable(doing);
  }
  return mongoFault(doing, cause);
};

export const attempt = <A>(doing: string, run: () => Promise<A>): Effect.Effect<A, Refusal | Fault> =>
  Effect.tryPromise({ try: run, catch: (cause) => cause }).pipe(
    Effect.catchAll((cause) => {
      const known = backupFailure(doing, cause);
      return known === undefined ? Effect.die(cause) : Effect.fail(known);
    }),
  );

export const momentOf = (timestamp: mongoose.mongo.Timestamp): Moment => ({ t: timestamp.t, i: timestamp.i });
export const timestampOf = ({ t, i }: Moment): mongoose.mongo.Timestamp => new mongoose.mongo.Timestamp({ t, i });

/** What nobody can take back any more: the last operation that a majority has. */
export const lastMajority = async (connection: mongoose.Connection): Promise<Moment> => {
  const { lastWrite } = await databaseOf(connection).admin().command({ hello: 1 });
  return momentOf(lastWrite.majorityOpTime.ts);
};

/** Name, options and indexes of each collection, by name; views and the server's own are left out. */
export type Definition = Pick<CollectionStand, 'name' | 'options' | 'indexes'>;

export const definitionsOf = async (db: mongoose.mongo.Db): Promise<ReadonlyArray<Definition>> => {
  const listed = await db.listCollections({ type: 'collection' }, { nameOnly: false }).toArray();
  const ours = listed.filter(({ name }) => !name.startsWith('system.'));
  const found: Definition[] = [];
  for (const { name, ...one } of ours.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const indexes = await db.collection(name).indexes();
    found.push({
      name,
      options: EJSON.stringify('options' in one ? one.options : {}, { relaxed: false }),
      indexes: indexes.map((index) => EJSON.stringify(index, { relaxed: false })),
    });
  }
  return found;
};

const HISTORY = 'minSnapshotHistoryWindowInSeconds';
const USUAL_WINDOW_S = 300;
/** A copy that takes longer is refused; one of 20 MB/s has 800 GB by then. */
const COPY_WINDOW_S = 12 * 3_600;

/**
 * Lets the server keep its history for as long as a copy may take, and afterwards for as long as before. Without the right to
 * say so (`hostManager`) the copy has the server's own time. What a copy that was killed left is put back by the next.
 */
export const withHistory = <A, E, R>(
  connection: mongoose.Connection,
  use: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | Refusal | Fault, R> => {
  const admin = databaseOf(connection).admin();
  const set = (seconds: number) => admin.command({ setParameter: 1, [HISTORY]: seconds });
  const raise = Effect.tryPromise(async () => {
    const before = Number((await admin.command({ getParameter: 1, [HISTORY]: 1 }))[HISTORY]);
    if (before < COPY_WINDOW_S) await set(COPY_WINDOW_S);
    return before === COPY_WINDOW_S ? USUAL_WINDOW_S : before;
  }).pipe(
    Effect.catchAll(() =>
      Effect.as(
        Effect.logWarning('The server keeps its history for its own time; a backup that takes longer is refused.'),
        undefined,
      ),
    ),
  );
  return Effect.acquireUseRelease(
    raise,
    () => use,
    (before) => (before === undefined ? Effect.void : Effect.ignore(Effect.tryPromise(() => set(before)))),
  );
};
