import { Runner, RunnerAddress, type ShardId } from '@effect/cluster';
import { expect } from 'vitest';
import { shard } from './envelopes.ts';
import { MEMORY_HAS_NO_LEASE, MEMORY_IS_ALONE, type Runners, run, type Scenario, type World } from './scenario.ts';

/** Runners: who is there, and who holds which shard until when. */

const at = (port: number): RunnerAddress.RunnerAddress => RunnerAddress.make('127.0.0.1', port);
const runner = (port: number): Runner.Runner => Runner.make({ address: at(port), groups: ['default'], weight: 1 });
const shards = (...ids: ReadonlyArray<number>): ReadonlyArray<ShardId.ShardId> => ids.map(shard);
const ids = (found: ReadonlyArray<ShardId.ShardId>): ReadonlyArray<number> =>
  found.map(({ id }) => id).sort((a, b) => a - b);
const until = (condition: () => Promise<boolean>): Promise<void> =>
  expect.poll(condition, { timeout: 5_000, interval: 20 }).toBe(true);

const listed = async (runners: Runners) =>
  (await run(runners.getRunners)).map(([found, healthy]) => ({ port: found.address.port, healthy }));
const byPort = (found: ReadonlyArray<{ readonly port: number; readonly healthy: boolean }>) =>
  [...found].sort((a, b) => a.port - b.port);
const acquire = async (node: Runners, port: number, ...wanted: ReadonlyArray<number>) =>
  ids(await run(node.acquire(at(port), shards(...wanted))));
const refresh = async (node: Runners, port: number, ...held: ReadonlyArray<number>) =>
  ids(await run(node.refresh(at(port), shards(...held))));
const two = async (world: World): Promise<readonly [Runners, Runners]> => [
  (await world.node()).runners,
  (await world.node()).runners,
];

export const runnerScenarios: ReadonlyArray<Scenario> = [
  {
    name: 'a registered runner is listed as it registered, until it is unregistered',
    of: ['runners.register', 'runners.getRunners', 'runners.unregister'],
    run: async (world) => {
      const [a, b] = await two(world);
      await run(a.register(runner(1), true));
      await run(b.register(runner(2), true));
      expect(await run(a.getRunners)).toContainEqual([runner(2), true]);
      expect(byPort(await listed(b))).toEqual([
        { port: 1, healthy: true },
        { port: 2, healthy: true },
      ]);
      await run(a.unregister(at(1)));
      expect(await listed(b)).toEqual([{ port: 2, healthy: true }]);
    },
  },
  {
    name: 'a runner registers unhealthy, and its health is changed',
    of: ['runners.register', 'runners.setRunnerHealth'],
    memoryDiffers: 'the one process is always healthy',
    run: async (world) => {
      const { runners } = await world.node();
      await run(runners.register(runner(1), false));
      expect(await listed(runners)).toEqual([{ port: 1, healthy: false }]);
      await run(runners.setRunnerHealth(at(1), true));
      await run(runners.setRunnerHealth(at(9), true));
      expect(await listed(runners)).toEqual([{ port: 1, healthy: true }]);
    },
  },
  {
    name: 'runners that register at once have different machine ids',
    of: ['runners.register'],
    run: async (world) => {
      const nodes = await Promise.all([world.node(), world.node(), world.node(), world.node()]);
      const numbers = await Promise.all(
        Array.from({ length: 12 }, (_, n) => run((nodes[n % 4] ?? nodes[0]).runners.register(runner(n), true))),
      );
      expect(new Set(numbers).size).toBe(12);
      for (const one of numbers) expect(one).toBeLessThan(1_024);
    },
  },
  {
    name: 'an address keeps its machine id',
    of: ['runners.register'],
    memoryDiffers: 'one process registers once',
    run: async (world) => {
      const [a, b] = await two(world);
      const id = await run(a.register(runner(1), true));
      await run(a.register(runner(2), true));
      expect(await run(b.register(runner(1), true))).toBe(id);
    },
  },
  {
    name: 'a runner that gives no sign of life is no longer listed; one without shards stays by refreshing',
    of: ['runners.getRunners', 'runners.refresh'],
    memoryDiffers: MEMORY_HAS_NO_LEASE,
    run: async (world) => {
      const [a, b] = await two(world);
      await run(a.register(runner(1), true));
      await run(b.register(runner(2), true));
      await until(async () => {
        expect(await refresh(a, 1)).toEqual([]);
        return (await listed(a)).length === 1;
      });
      expect(await listed(b)).toEqual([{ port: 1, healthy: true }]);
    },
  },
  {
    name: 'free shards are acquired, again as often as one likes; of none there is none',
    of: ['runners.acquire', 'runners.refresh'],
    run: async (world) => {
      const { runners } = await world.node();
      await run(runners.register(runner(1), true));
      expect(await run(runners.acquire(at(1), []))).toEqual([]);
      for (let times = 0; times < 2; times += 1) expect(await acquire(runners, 1, 1, 2, 3)).toEqual([1, 2, 3]);
      expect(await refresh(runners, 1, 1, 2, 3)).toEqual([1, 2, 3]);
    },
  },
  {
    name: 'a shard has one owner: who comes second gets the others only',
    of: ['runners.acquire'],
    memoryDiffers: MEMORY_IS_ALONE,
    run: async (world) => {
      const [a, b] = await two(world);
      expect(await acquire(a, 1, 1, 2, 3)).toEqual([1, 2, 3]);
      expect(await acquire(b, 2, 2, 3, 4)).toEqual([4]);
      expect(await acquire(a, 1, 3, 4)).toEqual([3]);
    },
  },
  {
    name: 'many at once: every shard is acquired by one',
    of: ['runners.acquire'],
    memoryDiffers: MEMORY_IS_ALONE,
    run: async (world) => {
      const nodes = await Promise.all(Array.from({ length: 6 }, () => world.node()));
      const wanted = Array.from({ length: 64 }, (_, n) => n + 1);
      const got = await Promise.all(nodes.map(({ runners }, n) => acquire(runners, n + 1, ...wanted)));
      expect(got.flat().sort((a, b) => a - b)).toEqual(wanted);
    },
  },
  {
    name: 'a lock that is refreshed holds; one that is not is anybody’s when it has expired',
    of: ['runners.acquire', 'runners.refresh'],
    memoryDiffers: MEMORY_HAS_NO_LEASE,
    run: async (world) => {
      const [a, b] = await two(world);
      await acquire(a, 1, 1, 2);
      const acquiredAt = Date.now();
      while (Date.now() - acquiredAt < world.expirationMs * 1.5) {
        expect(await refresh(a, 1, 1)).toEqual([1]);
        expect(await acquire(b, 2, 1)).toEqual([]);
      }
      expect(await acquire(b, 2, 2)).toEqual([2]);
      await until(async () => (await acquire(b, 2, 1)).length === 1);
      expect(Date.now() - acquiredAt).toBeGreaterThan(world.expirationMs * 2);
    },
  },
  {
    name: 'a refresh gives what is still held: what another has taken is missing',
    of: ['runners.refresh'],
    memoryDiffers: MEMORY_IS_ALONE,
    run: async (world) => {
      const [a, b] = await two(world);
      await acquire(a, 1, 1, 2, 3);
      await until(async () => (await acquire(b, 2, 2)).length === 1);
      // 1 and 3 have expired too, but nobody took them: their holder has them again.
      expect(await refresh(a, 1, 1, 2, 3, 4)).toEqual([1, 3]);
      expect(await refresh(b, 2, 1, 2, 3)).toEqual([2]);
    },
  },
  {
    name: 'a released shard is free at once, and only that one',
    of: ['runners.release'],
    memoryDiffers: MEMORY_IS_ALONE,
    run: async (world) => {
      const [a, b] = await two(world);
      await acquire(a, 1, 1, 2);
      await run(a.release(at(1), shard(2)));
      expect(await acquire(b, 2, 1, 2)).toEqual([2]);
      expect(await refresh(a, 1, 1, 2)).toEqual([1]);
    },
  },
  {
    name: 'all shards of a runner are released together, nobody else’s',
    of: ['runners.releaseAll'],
    memoryDiffers: MEMORY_IS_ALONE,
    run: async (world) => {
      const [a, b] = await two(world);
      await acquire(a, 1, 1, 2);
      await acquire(b, 2, 3);
      await run(a.releaseAll(at(1)));
      expect(await refresh(a, 1, 1, 2)).toEqual([]);
      expect(await acquire(a, 1, 3)).toEqual([]);
      expect(await acquire(b, 2, 1, 2)).toEqual([1, 2]);
    },
  },
  {
    name: 'a release that comes late takes nothing from the new owner',
    of: ['runners.release', 'runners.releaseAll'],
    memoryDiffers: MEMORY_IS_ALONE,
    run: async (world) => {
      const [a, b] = await two(world);
      await acquire(a, 1, 1);
      await run(a.release(at(1), shard(1)));
      await acquire(b, 2, 1);
      await run(a.release(at(1), shard(1)));
      await run(a.releaseAll(at(1)));
      expect(await refresh(b, 2, 1)).toEqual([1]);
      expect(await acquire(a, 1, 1)).toEqual([]);
    },
  },
  {
    name: 'a process started again at an address takes over at once, and its predecessor harms nothing',
    of: ['runners.register', 'runners.acquire', 'runners.refresh', 'runners.releaseAll', 'runners.unregister'],
    memoryDiffers: 'there is no second process',
    run: async (world) => {
      const [old, fresh] = await two(world);
      await run(old.register(runner(1), true));
      await acquire(old, 1, 1, 2);
      await run(fresh.register(runner(1), true));
      expect(await acquire(fresh, 1, 1, 2)).toEqual([1, 2]);
      expect(await refresh(old, 1, 1, 2)).toEqual([]);
      await run(old.releaseAll(at(1)));
      await run(old.unregister(at(1)));
      expect(await refresh(fresh, 1, 1, 2)).toEqual([1, 2]);
      expect(await listed(fresh)).toEqual([{ port: 1, healthy: true }]);
    },
  },
];
