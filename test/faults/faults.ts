import { setTimeout as sleep } from 'node:timers/promises';
import { LOCK_EXPIRATION_MS } from '../../actors/runtime/cluster.ts';
import type { House } from './house.ts';
import { nowUs } from './load.ts';
import type { Node } from './place.ts';

/** What can be done to a house, one thing at a time (`FAULTS`) or much at once (`storm`). */

/** Numbers from 0 to 1 that a seed gives again. */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export type Random = () => number;

const between = (random: Random, least: number, most: number): number => least + random() * (most - least);

const shuffled = (nodes: ReadonlyArray<Node>, random: Random): readonly [Node, Node, Node] => {
  const rest = [...nodes];
  const taken = () => {
    const [node] = rest.splice(Math.floor(random() * rest.length), 1);
    if (node === undefined) throw new Error('a house has three nodes');
    return node;
  };
  return [taken(), taken(), taken()];
};

/**
 * Each does its harm and puts it right again. It calls `struck` at the moment from which the time to serve again
 * counts; `served` then resolves when every actor has answered.
 */
export type FaultOf = (
  house: House,
  random: Random,
  struck: () => void,
  served: () => Promise<unknown>,
) => Promise<void>;

/** A node that another one holds for lost is away at least so long. */
const PAST_LEASE_MS = LOCK_EXPIRATION_MS + 2_000;

export const FAULTS: Readonly<Record<string, FaultOf>> = {
  'node killed, started again': async (house, random, struck) => {
    const [node] = shuffled(house.nodes, random);
    await node.end('SIGKILL');
    struck();
    await node.start();
  },
  'node killed, stays away': async (house, random, struck, served) => {
    const [node] = shuffled(house.nodes, random);
    await node.end('SIGKILL');
    struck();
    await served();
    await node.start();
  },
  'node stopped in order': async (house, random, struck, served) => {
    const [node] = shuffled(house.nodes, random);
    struck();
    await node.end('SIGTERM');
    await served();
    await node.start();
  },
  'node joins': async (house, random, struck, served) => {
    const [node] = shuffled(house.nodes, random);
    await node.end('SIGTERM');
    await house.untilAnswered(nowUs());
    struck();
    await node.start();
    await served();
    await house.untilShared();
  },
  'node paused past its lease': async (house, random, struck, served) => {
    const [node] = shuffled(house.nodes, random);
    node.pause();
    struck();
    await Promise.all([served(), sleep(PAST_LEASE_MS)]);
    node.resume();
  },
  'node paused shortly': async (house, random, struck) => {
    const [node] = shuffled(house.nodes, random);
    node.pause();
    struck();
    await sleep(between(random, 200, LOCK_EXPIRATION_MS - 2_500));
    node.resume();
  },
  'two nodes killed at once': async (house, random, struck) => {
    const [one, two] = shuffled(house.nodes, random);
    await Promise.all([one.end('SIGKILL'), two.end('SIGKILL')]);
    struck();
    await sleep(between(random, 0, 2_000));
    await Promise.all([one.start(), two.start()]);
  },
  'second node killed during the takeover': async (house, random, struck, served) => {
    const [one, two] = shuffled(house.nodes, random);
    await one.end('SIGKILL');
    await sleep(between(random, LOCK_EXPIRATION_MS - 2_000, PAST_LEASE_MS));
    await two.end('SIGKILL');
    struck();
    await served();
    await Promise.all([one.start(), two.start()]);
  },
  'mongod killed': async (house, random, struck) => {
    await house.mongod.kill();
    struck();
    await sleep(between(random, 0, 2_000));
    await house.mongod.startAgain();
  },
  'mongod paused': async (house, random, struck) => {
    house.mongod.pause();
    struck();
    await sleep(between(random, 500, 4_000));
    house.mongod.resume();
  },
  'calls to a node cut off': async (house, random, struck) => {
    const [node] = shuffled(house.nodes, random);
    await node.calls.cut();
    struck();
    await sleep(between(random, 0, 3_000));
    await node.calls.mend();
  },
  'node cut off from mongod': async (house, random, struck) => {
    const [node] = shuffled(house.nodes, random);
    await node.storage.cut();
    struck();
    // Shortly or past its lease: then others have its actors, and it must know.
    await sleep(between(random, 0, PAST_LEASE_MS));
    await node.storage.mend();
  },
  'mongod and a node killed together': async (house, random, struck) => {
    const [node] = shuffled(house.nodes, random);
    await Promise.all([house.mongod.kill(), node.end('SIGKILL')]);
    struck();
    await house.mongod.startAgain();
    await node.start();
  },
};

export interface Struck {
  readonly fault: string;
  /** Milliseconds from the fault until each actor answered again, in rising order. */
  readonly servedMs: ReadonlyArray<number>;
  /** The longest that each actor's own caller waited for an answer since then, in rising order. */
  readonly waitedMs: ReadonlyArray<number>;
  /** Of this fault alone, when it was audited by itself. */
  readonly audit?: { readonly acknowledged: number; readonly violations: number };
}

const rising = (values: ReadonlyArray<number>): ReadonlyArray<number> => [...values].sort((a, b) => a - b);

const LOAD_BETWEEN_MS = 400;

/** One fault, and everything well again after it. */
export const round = async (house: House, fault: string, random: Random): Promise<Struck> => {
  const strike = FAULTS[fault];
  if (strike === undefined) throw new Error(`no such fault: ${fault}`);
  let times: Promise<ReadonlyArray<number>> | undefined;
  await strike(
    house,
    random,
    () => {
      house.forgetWaits();
      times = Promise.all(house.timesToServe(nowUs()));
      // Told by whoever awaits it below.
      times.catch(() => undefined);
    },
    () => times ?? Promise.reject(new Error('nothing was struck')),
  );
  const servedMs = rising((await times) ?? []);
  await house.untilAnswered(nowUs());
  const waitedMs = rising(house.longestWaitsMs());
  await sleep(LOAD_BETWEEN_MS * random());
  return { fault, servedMs, waitedMs };
};

export interface StormOptions {
  readonly forMs: number;
  readonly killEveryMs: number;
}

/**
 * Under load for so long: a node killed every few seconds and started again, one paused past its lease after a quarter
 * of the time and continued, mongod killed and started again after half of it. Harm does not wait for harm to heal.
 */
export const storm = async (house: House, random: Random, options: StormOptions): Promise<ReadonlyArray<Struck>> => {
  const endAt = performance.now() + options.forMs;
  const struck: Array<Promise<Struck>> = [];
  const note = (fault: string): void => {
    const times = Promise.all(house.timesToServe(nowUs()));
    // One harm comes upon another: whose wait it was, nobody can say.
    struck.push(times.then((all) => ({ fault, servedMs: rising(all), waitedMs: [] })));
    struck.at(-1)?.catch(() => undefined);
  };
  const kills = async (): Promise<void> => {
    while (performance.now() + options.killEveryMs < endAt) {
      await sleep(options.killEveryMs * between(random, 0.7, 1.3));
      const standing = house.nodes.filter((node) => node.running && !node.paused);
      const node = standing[Math.floor(random() * standing.length)];
      if (node === undefined) continue;
      await node.end('SIGKILL');
      note('node killed');
      await sleep(between(random, 0, 1_000));
      await node.start();
    }
  };
  const pausing = async (): Promise<void> => {
    await sleep(options.forMs / 4);
    const node = house.nodes.find((one) => one.running);
    node?.pause();
    note('node paused past its lease');
    await sleep(PAST_LEASE_MS);
    node?.resume();
  };
  const losing = async (): Promise<void> => {
    await sleep(options.forMs / 2);
    await house.mongod.kill();
    note('mongod killed');
    await house.mongod.startAgain();
  };
  await Promise.all([kills(), pausing(), losing()]);
  await sleep(Math.max(0, endAt - performance.now()));
  const all = await Promise.all(struck);
  await house.untilAnswered(nowUs());
  return all;
};
