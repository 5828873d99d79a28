import { type ClusterError, Runner, RunnerAddress, ShardId } from '@effect/cluster';
import { Effect } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectForTest } from '../../test/support/mongo.ts';
import { migrate } from '../migrations.ts';
import { databaseOf, Mongo } from '../mongo.ts';
import { clusterIndexes, LOCKS, RUNNERS } from './cluster-storage.ts';
import { makeRunnerStorage } from './cluster-storage-runners.ts';

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
  const until = (condition: () => Promise<boolean>) =>
    expect.poll(condition, { timeout: 5_000, interval: 20 }).toBe(true);

  it('registers, keeps the machine id of an address, tells healthy from not, forgets', async () => {
    const { storage } = await open();
    const one = await run(storage.register(runner(1), true));
    const two = await run(storage.register(runner(2), true));
    expect(one).not.toBe(two);
    expect(await run(storage.register(runner(1), true))).toBe(one);
    await run(storage.setRunnerHealth(at(2), false));
    const found = await run(storage.getRunners);
    expect(found.map(([found_, healthy]) => [found_.address.port, healthy]).sort()).toEqual([
      [1, true],
      [2, false],
    ]);
    await run(storage.unregister(at(1)));
    expect((await run(storage.getRunners)).map(([found_]) => found_.address.port)).toEqual([2]);
  });

  it('machine ids are within what a snowflake can carry, and of live nodes unique', async () => {
    const { storage } = await open();
    await databaseOf(connection)
      .collection<{ _id: string; next: number }>('cluster_counters')
      .updateOne({ _id: 'machineId' }, { $set: { next: 1_022 } }, { upsert: true });
    const ids = [];
    for (const port of [1, 2, 3, 4]) ids.push(await run(storage.register(runner(port), true)));
    expect(ids).toEqual([1_023, 0, 1, 2]);
  });

  it('a shard has one owner, until it is released', async () => {
    const [a, b] = [(await open()).storage, (await open()).storage];
    expect(names(await run(a.acquire(at(1), shards(1, 2, 3))))).toEqual([1, 2, 3]);
    expect(names(await run(b.acquire(at(2), shards(2, 3, 4))))).toEqual([4]);
    await run(a.release(at(1), ShardId.make('default', 2)));
    expect(names(await run(b.acquire(at(2), shards(2, 3))))).toEqual([2]);
    await run(a.releaseAll(at(1)));
    expect(names(await run(b.acquire(at(2), shards(1, 3))))).toEqual([1, 3]);
    expect(names(await run(a.refresh(at(1), shards(1, 2, 3))))).toEqual([]);
    // A release that comes late takes nothing from the new owner.
    await run(a.release(at(1), ShardId.make('default', 1)));
    expect(names(await run(b.refresh(at(2), shards(1, 2, 3, 4))))).toEqual([1, 2, 3, 4]);
  });

  it('many nodes at once: every shard is acquired once', async () => {
    const nodes = await Promise.all([open(), open(), open(), open()]);
    const wanted = shards(...Array.from({ length: 64 }, (_, index) => index + 1));
    const got = await Promise.all(nodes.map(({ storage }, port) => run(storage.acquire(at(port + 1), wanted))));
    expect(names(got.flat())).toEqual(names(wanted));
  });

  it('a lock that is refreshed holds; one that is not is anybody’s when it has expired', async () => {
    const [a, b] = [(await open()).storage, (await open()).storage];
    await run(a.register(runner(1), true));
    await run(a.acquire(at(1), shards(1, 2)));
    const acquiredAt = Date.now();
    while (Date.now() - acquiredAt < EXPIRATION_MS * 1.5) {
      expect(names(await run(a.refresh(at(1), shards(1))))).toEqual([1]);
      expect(names(await run(b.acquire(at(2), shards(1))))).toEqual([]);
    }
    expect(names(await run(b.acquire(at(2), shards(2))))).toEqual([2]);
    expect(names(await run(a.refresh(at(1), shards(1, 2))))).toEqual([1]);
    await until(async () => names(await run(b.acquire(at(2), shards(1)))).length === 1);
    expect(Date.now() - acquiredAt).toBeGreaterThan(EXPIRATION_MS * 2);
    expect(names(await run(a.refresh(at(1), shards(1, 2))))).toEqual([]);
  });

  it('a runner that gives no sign of life is no longer listed; one without shards stays by refreshing', async () => {
    const { storage } = await open();
    await run(storage.register(runner(1), true));
    await run(storage.register(runner(2), true));
    await until(async () => {
      await run(storage.refresh(at(1), []));
      return (await run(storage.getRunners)).length === 1;
    });
    expect((await run(storage.getRunners)).map(([found]) => found.address.port)).toEqual([1]);
  });

  it('a process started again at the same address takes over at once, and its predecessor is told', async () => {
    const [old, fresh] = [(await open()).storage, (await open()).storage];
    await run(old.register(runner(1), true));
    await run(old.acquire(at(1), shards(1, 2)));
    await run(fresh.register(runner(1), true));
    expect(names(await run(fresh.acquire(at(1), shards(1, 2))))).toEqual([1, 2]);
    expect(names(await run(old.refresh(at(1), shards(1, 2))))).toEqual([]);
    await run(old.releaseAll(at(1)));
    await run(old.unregister(at(1)));
    expect(names(await run(fresh.refresh(at(1), shards(1, 2))))).toEqual([1, 2]);
    expect(await run(fresh.getRunners)).toHaveLength(1);
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
