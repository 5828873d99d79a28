import { Config, Context, Duration, Effect, Layer } from 'effect';
import mongoose from 'mongoose';
import { type Fault, fault } from '../domain/kernel/refusal.ts';

/**
 * The connection to MongoDB. Facts are written with majority and journaled, so an acknowledged write survives the
 * loss of a machine; a query that may be stale says so itself. Models have no automatic indexes: `store/migrations.ts`
 * makes them.
 */
export class Mongo extends Context.Tag('hufu/Mongo')<Mongo, mongoose.Connection>() {}

export interface MongoOptions {
  /** A replica set's address; transactions and change streams need one. */
  readonly uri: string;
  readonly database: string;
  /** How long to look for a server before giving up, in milliseconds. Default 10,000. */
  readonly serverSelectionTimeoutMs?: number;
}

const { MongoServerError, MongoError } = mongoose.mongo;

export const DUPLICATE_KEY = 11_000;
const MAX_TIME_EXPIRED = 50;
/**
 * Answers of a server that is there but cannot serve now: an election, a shutdown, a full disk, a write concern not
 * met in time. Everything else that a server says about our command is our bug.
 */
const NOT_NOW = new Set([
  6, 7, 63, 64, 89, 91, 112, 133, 189, 262, 317, 358, 9001, 10058, 10107, 11600, 11602, 13388, 13435, 13436, 14031,
]);
/** Raised by the driver itself when it has no server to talk to. */
const NO_SERVER = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoTopologyClosedError',
  'MongoExpiredSessionError',
  'MongoClientClosedError',
  'MongoWaitQueueTimeoutError',
]);

export const isDuplicateKey = (cause: unknown): boolean =>
  cause instanceof MongoServerError && cause.code === DUPLICATE_KEY;

/**
 * @returns the fault that an error of the driver stands for, or undefined when it is a bug of ours. The message holds
 * no part of a document: servers quote values in theirs.
 */
export const mongoFault = (doing: string, cause: unknown): Fault | undefined => {
  if (!(cause instanceof Error)) return undefined;
  // `insertMany` and `bulkWrite` wrap a lost connection in an error of the server's kind.
  if (cause instanceof MongoServerError && cause.errorResponse instanceof Error) {
    return mongoFault(doing, cause.errorResponse);
  }
  if (NO_SERVER.has(cause.name)) {
    return fault('mongodb', 'Unavailable', `MongoDB did not answer while ${doing}: ${cause.message}`, 1_000);
  }
  if (!(cause instanceof MongoError)) return undefined;
  if (cause.code === MAX_TIME_EXPIRED) {
    return fault('mongodb', 'Timeout', `MongoDB took too long while ${doing}.`, 1_000);
  }
  const transient = cause.hasErrorLabel('RetryableWriteError') || cause.hasErrorLabel('TransientTransactionError');
  if (!transient && !(typeof cause.code === 'number' && NOT_NOW.has(cause.code))) return undefined;
  return fault('mongodb', 'Unavailable', `MongoDB cannot serve now (${cause.code}) while ${doing}.`, 1_000);
};

/** Runs a promise of the driver: an outage becomes a `Fault`, everything unexpected a defect. `doing`: "reading X". */
export const mongoTry = <A>(doing: string, run: () => Promise<A>): Effect.Effect<A, Fault> =>
  Effect.tryPromise({ try: run, catch: (cause) => cause }).pipe(
    Effect.catchAll((cause) => {
      const known = mongoFault(doing, cause);
      return known === undefined ? Effect.die(cause) : Effect.fail(known);
    }),
  );

export const mongoLayer = (options: MongoOptions): Layer.Layer<Mongo, Fault> =>
  Layer.scoped(
    Mongo,
    Effect.acquireRelease(
      Effect.tryPromise({
        try: () =>
          mongoose
            .createConnection(options.uri, {
              dbName: options.database,
              autoIndex: false,
              autoCreate: false,
              writeConcern: { w: 'majority', j: true },
              readConcern: { level: 'majority' },
              serverSelectionTimeoutMS: options.serverSelectionTimeoutMs ?? 10_000,
              maxPoolSize: 32,
            })
            .asPromise(),
        catch: (cause) =>
          fault('mongodb', 'Unavailable', `MongoDB did not answer: ${cause instanceof Error ? cause.message : cause}`),
      }),
      (connection) => Effect.promise(() => connection.close()),
    ),
  );

/** From `MONGODB_URI` and `HUFU_DATABASE` (default `hufu`). */
export const MongoLive = Layer.unwrapEffect(
  Effect.gen(function* () {
    const uri = yield* Config.string('MONGODB_URI');
    const database = yield* Config.string('HUFU_DATABASE').pipe(Config.withDefault('hufu'));
    return mongoLayer({ uri, database });
  }),
);

/** The database behind the connection, for the driver's own operations. */
export const databaseOf = (connection: mongoose.Connection): mongoose.mongo.Db => {
  if (connection.db === undefined) throw new Error('the connection to MongoDB was used before it was open');
  return connection.db;
};

/** Succeeds when a primary that can write answers within the time (ms); a `Fault` says what is wrong otherwise. */
export const mongoHealth = (timeoutMs = 2_000): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const { setName, isWritablePrimary } = yield* mongoTry('asking whether it is healthy', () =>
      databaseOf(connection).command({ hello: 1 }),
    );
    if (typeof setName !== 'string') {
      return yield* Effect.fail(
        fault('mongodb', 'NoReplicaSet', 'MongoDB is not a replica set; start it with --replSet and initiate it.'),
      );
    }
    if (isWritablePrimary !== true) {
      return yield* Effect.fail(fault('mongodb', 'Unavailable', 'MongoDB has no primary at the moment.', 1_000));
    }
  }).pipe(
    Effect.timeoutFail({
      duration: Duration.millis(timeoutMs),
      onTimeout: () => fault('mongodb', 'Timeout', `MongoDB did not answer within ${timeoutMs} ms.`, 1_000),
    }),
  );
