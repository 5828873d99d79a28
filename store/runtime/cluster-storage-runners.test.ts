import { type ClusterError, Runner, RunnerAddress, ShardId } from '@effect/cluster';
import { Effect } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectForTest } from '../../test/support/mongo.ts';
import { migrate } from '../migrations.ts';
import { databaseOf, Mongo } from '../mongo.ts';
import { clusterIndexes, LOCKS, RUNNERS } from './cluster-storage.ts';
import { makeRunnerStorage } from './cluster-storage-runners.ts';

/** What is our own; how it behaves as a storage of the cluster is in `test/cluster-storage/scenarios.ts`. */

let connection: mongoose.Connection;

beforeAll(async () => {
  connection = await connectForTest('cluster_runners');
  await Effect.runPromise(migrate(connection, clusterIndexes));
});

beforeEach(async () => {
  for (const name of [LOCKS, RUNNERS]) await databaseOf(connection).collection(name).deleteMany({});
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

const run: <A>(effect: Effect.Effect<A, ClusterError.PersistenceError>) => Promise<A> = Effect.runPromise;

describe('runners', () => {
  const EXPIRATION_MS = 600;
  const open = () =>
    Effect.runPromise(Effect.provideService(makeRunnerStorage({ lockExpirationMs: EXPIRATION_MS }), Mongo, connection));
  const at = (port: number) => RunnerAddress.make('127.0.0.1', port);
  const runner = (port: number) => Runner.make({ address: at(port), groups: ['default'], weight: 1 });
  const shards = (...ids: ReadonlyArray<number>) => ids.map((id) => ShardId.make('default', id));
  const names = (found: ReadonlyArray<ShardId.ShardId>) => found.map((one) => one.id).sort((a, b) => a - b);

  it('machine ids are within what a snowflake can carry, and of live nodes unique', async () => {
    const { storage } = await open();
    await databaseOf(connection)
      .collection<{ _id: string; next: number }>('cluster_counters')
      .updateOne({ _id: 'machineId' }, { $set: { next: 1_022 } }, { upsert: true });
    const ids = [];
    for (const port of [1, 2, 3, 4]) ids.push(await run(storage.register(runner(port), true)));
    expect(ids).toEqual([1_023, 0, 1, 2]);
  });

  it('machine ids do not run out, however many nodes were killed', async () => {
    const { storage } = await open();
    const gone = Array.from({ length: 1_024 }, (_, machineId) => ({
      _id: `10.0.0.1:${machineId}`,
      machineId,
      heartbeatAt: new Date(0),
    }));
    await databaseOf(connection).collection<{ _id: string }>(RUNNERS).insertMany(gone);
    expect(await run(storage.register(runner(1), true))).toBeLessThan(1_024);
    expect(await databaseOf(connection).collection(RUNNERS).countDocuments()).toBe(1);
  });

  it('entries of processes of this machine that are gone are removed at the start, others stay', async () => {
    const [dead, alive] = [await open(), await open()];
    await run(dead.storage.register(runner(1), true));
    await run(dead.storage.acquire(at(1), shards(1)));
    await run(alive.storage.register(runner(2), true));
    await run(alive.storage.acquire(at(2), shards(2)));
    // A process number is used again: the same number with another start is another process.
    await databaseOf(connection)
      .collection<{ _id: string }>(RUNNERS)
      .updateOne({ _id: '127.0.0.1:1' }, { $set: { 'process.startedAt': '1' } });
    const next = await open();
    expect(await run(next.buryDead)).toEqual(['127.0.0.1:1']);
    expect(names(await run(next.storage.acquire(at(3), shards(1, 2))))).toEqual([1]);
  });
});
