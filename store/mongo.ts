import { Config, Context, Effect, Layer } from 'effect';
import mongoose from 'mongoose';
import { type Fault, fault } from '../domain/kernel/refusal.ts';

/**
 * The connection to MongoDB. Facts are written with majority and journaled, so an acknowledged write survives the
 * loss of a machine; a query that may be stale says so itself.
 */
export class Mongo extends Context.Tag('hufu/Mongo')<Mongo, mongoose.Connection>() {}

export interface MongoOptions {
  /** A replica set's address; transactions and change streams need one. */
  readonly uri: string;
  readonly database: string;
}

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
              serverSelectionTimeoutMS: 10_000,
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
