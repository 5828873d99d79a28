import { MessageStorage, RunnerStorage, ShardingConfig, Snowflake } from '@effect/cluster';
import { Clock, Effect, Layer } from 'effect';
import mongoose from 'mongoose';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, Mongo } from '../../store/mongo.ts';
import { clusterIndexes } from '../../store/runtime/cluster-storage.ts';
import { makeMessageStorage } from '../../store/runtime/cluster-storage-messages.ts';
import { makeRunnerStorage } from '../../store/runtime/cluster-storage-runners.ts';
import { serverAddress, uniqueName } from '../support/names.ts';
import { Wire } from '../support/wire.ts';
import type { Method, StorageNode, World } from './scenario.ts';

/** The two worlds in which the list is run, and a look at which methods a scenario called. */

const EXPIRATION_MS = 600;

export interface OpenedWorld extends World {
  readonly called: ReadonlySet<Method>;
  readonly close: () => Promise<void>;
}

const movableClock = () => {
  let aheadMs = 0;
  const nowMs = (): number => Date.now() + aheadMs;
  const clock: Clock.Clock = Object.create(Clock.make(), { unsafeCurrentTimeMillis: { value: nowMs } });
  return {
    clock,
    nowMs,
    advance: (ms: number): void => {
      aheadMs += ms;
    },
  };
};

/** Notes each method that is taken from the storage. */
const watched = (node: StorageNode, called: Set<Method>): StorageNode => {
  const watch = <S extends object>(storage: S, prefix: string): S =>
    new Proxy(storage, {
      get: (target, key, receiver) => {
        called.add(`${prefix}.${String(key)}` as Method);
        return Reflect.get(target, key, receiver);
      },
    });
  return { messages: watch(node.messages, 'messages'), runners: watch(node.runners, 'runners') };
};

export const openMemory = async (): Promise<OpenedWorld> => {
  const { clock, nowMs, advance } = movableClock();
  const called = new Set<Method>();
  const layer = Layer.merge(
    MessageStorage.layerMemory.pipe(Layer.provide(ShardingConfig.layerDefaults)),
    RunnerStorage.layerMemory,
  );
  const both = Effect.all({ messages: MessageStorage.MessageStorage, runners: RunnerStorage.RunnerStorage });
  const node = watched(await Effect.runPromise(both.pipe(Effect.provide(layer), Effect.withClock(clock))), called);
  return {
    node: async () => node,
    nowMs,
    advance,
    expirationMs: EXPIRATION_MS,
    cutOff: async () => undefined,
    called,
    close: async () => undefined,
  };
};

const connect = (database: string, uri: string): Promise<mongoose.Connection> =>
  mongoose
    .createConnection(uri, {
      dbName: database,
      autoIndex: false,
      autoCreate: false,
      writeConcern: { w: 'majority', j: true },
      readConcern: { level: 'majority' },
      maxPoolSize: 8,
      serverSelectionTimeoutMS: 500,
    })
    .asPromise();

/** A database of its own for each scenario, a connection of its own for each node, over a way that can be cut. */
export const openMongo = async (): Promise<OpenedWorld> => {
  const { clock, nowMs, advance } = movableClock();
  const called = new Set<Method>();
  const database = uniqueName('cluster_storage');
  const server = serverAddress('MONGODB_URI');
  const first = await connect(database, server);
  await Effect.runPromise(migrate(first, clusterIndexes));
  const wires = new Map<StorageNode, Wire>();
  const connections = [first];
  const node = async (): Promise<StorageNode> => {
    const wire = await Wire.lay(new URL(server));
    const connection = await connect(database, `mongodb://127.0.0.1:${wire.port}/?directConnection=true`);
    connections.push(connection);
    const both = Effect.all({
      messages: makeMessageStorage,
      runners: Effect.map(makeRunnerStorage({ lockExpirationMs: EXPIRATION_MS }), ({ storage }) => storage),
    });
    const made = await Effect.runPromise(
      both.pipe(
        Effect.provideService(Mongo, connection),
        Effect.provide(Snowflake.layerGenerator),
        Effect.withClock(clock),
      ),
    );
    const opened = watched(made, called);
    wires.set(opened, wire);
    return opened;
  };
  return {
    node,
    nowMs,
    advance,
    expirationMs: EXPIRATION_MS,
    cutOff: async (of) => wires.get(of)?.cut(),
    called,
    close: async () => {
      await databaseOf(first).dropDatabase();
      await Promise.all(connections.map((connection) => connection.close()));
      await Promise.all([...wires.values()].map((wire) => wire.cut()));
    },
  };
};
