import { log } from '../../telemetry/log.ts';
import { Auditor } from './auditor.ts';
import { Caller, KEYS, Reminder, Watcher } from './callers.ts';
import { Chaos } from './chaos.ts';
import { Network } from './faults.ts';
import { Locks } from './membership.ts';
import { PROTOCOLS, type SimulatedNode, type Surroundings, type Tuning } from './node.ts';
import type { CallersHost } from './questions.ts';
import { SimulatedStorage, SOUND, type StorageRules } from './storage.ts';
import { World } from './world.ts';

/** One seed, one history: a world is made, misbehaves for a while, comes to rest, and is judged. */

export interface Report {
  readonly seed: number;
  readonly violations: ReadonlyArray<string>;
  /** Of everything that happened. */
  readonly hash: string;
  readonly events: number;
  readonly answers: number;
  readonly lines: ReadonlyArray<string>;
}

export interface SimulationOptions {
  /** Keeps what happened, line by line. */
  readonly trace?: boolean;
  readonly rules?: Partial<StorageRules>;
  readonly plant?: Surroundings['plant'];
  /** How often a node is struck while it appends; by the seed when left out. */
  readonly ambush?: number;
  /** Which part of all strikes takes the storage its primary; one in ten when left out. */
  readonly failovers?: number;
}

/** How long everybody may wait for an answer once nothing misbehaves any more. */
const PATIENCE_MS = 120_000;
/** Documents are written behind. */
const REST_MS = 60_000;

const tuningOf = ({ random }: World): Tuning => ({
  maxAwake: random.pick([3, 6, 1_000]),
  maxWaiting: random.pick([4, 20_000]),
  flushEveryMs: random.pick([50, 250, 3_000]),
  writer: {
    inFlight: random.pick([1, 2, 2, 4]),
    maxRecords: random.pick([1, 3, 1_000]),
    timeoutMs: random.pick([300, 2_000, 15_000]),
  },
});

export const simulate = async (seed: number, options: SimulationOptions = {}): Promise<Report> => {
  // Faults are the rule here; the history tells them.
  const { level } = log;
  log.level = 'silent';
  const world = new World(seed, options.trace === true);
  const network = new Network(world);
  const storage = new SimulatedStorage(world, network, { ...SOUND, ...options.rules });
  const nodes = new Map<string, SimulatedNode>();
  const auditor = new Auditor(world, storage);
  const around: Surroundings = {
    world,
    network,
    storage,
    locks: new Locks(),
    at: (address) => nodes.get(address),
    tuning: tuningOf(world),
    blame: (what) => auditor.blame(what),
    plant: options.plant ?? ((given) => given),
  };
  const host: CallersHost = { world, network, auditor, nodes: () => [...nodes.values()] };
  const chaos = new Chaos(around, nodes, options);
  // What rejects is a bug of the simulation itself.
  let broken: unknown;
  live(host, storage, chaos).catch((error: unknown) => {
    broken = error;
    world.end();
  });
  try {
    await world.run();
  } finally {
    log.level = level;
  }
  if (broken !== undefined) throw broken;
  const { hash, events, lines } = world;
  return { seed, violations: auditor.violations, hash, events, answers: auditor.answers, lines };
};

const live = async (host: CallersHost, storage: SimulatedStorage, chaos: Chaos): Promise<void> => {
  const { world, auditor, nodes } = host;
  const reminder = new Reminder(host, storage.durable);
  const callers = Array.from({ length: 3 + world.random.below(5) }, (_, at) => new Caller(host, `caller${at}`));
  const watchers = Array.from({ length: 2 }, (_, at) => new Watcher(host, `watcher${at}`));
  const badMs = world.random.between(10_000, 30_000);
  const askers = [reminder, ...callers, ...watchers].map(({ asker }) => asker);
  world.after(badMs, () => chaos.end());
  world.after(badMs + PATIENCE_MS, () => {
    for (const { process, waitingSince } of askers)
      for (const [what, sinceMs] of waitingSince)
        auditor.blame(`${process.name} waits for ${what} since ${sinceMs.toFixed(0)}`);
    for (const name of reminder.due.keys()) auditor.blame(`nobody reminded of ${name}`);
    if (auditor.violations.length === 0) auditor.blame('it does not come to rest');
    world.end();
  });
  chaos.begin(badMs);
  const [first] = callers;
  await Promise.all([...callers, ...watchers].map((one) => one.run(badMs)));
  while (reminder.due.size > 0 || reminder.asker.waitingSince.size > 0 || !chaos.calm) await reminder.asker.sleep(500);
  // All that was acknowledged is there, whichever node is asked.
  for (const node of nodes()) for (const [protocol, key] of KEYS) await first?.asker.read(protocol, key, node);
  // What came so late that nobody heard of it is found by the next command, not by a look.
  await Promise.all(watchers.map((watcher) => watcher.conclude()));
  await reminder.asker.sleep(REST_MS);
  auditor.conclude(PROTOCOLS);
  world.end();
};
