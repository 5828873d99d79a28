import { setTimeout as sleep } from 'node:timers/promises';
import { Effect } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import type { Roaming } from '../../partners/roaming/port.ts';
import type { SimulatedFile } from '../../partners/roaming/simulator-file.ts';
import type { Files } from '../../store/files/files.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import { Processes } from '../../temporal/client.ts';
import { Temporal } from '../../temporal.config.ts';
import { workflowIdOf } from '../../workflows/contract.ts';
import { roamingContract } from '../../workflows/roaming/contract.ts';
import { roamingTerms } from '../support/roaming-import.ts';
import {
  type ImportTotals,
  importRuntime,
  importTenant,
  openSubscribers,
  prepareImports,
  receiveFile,
  totalsOf,
} from '../support/roaming-import-run.ts';
import { RoamingNodes, type Servers } from '../support/roaming-nodes.ts';
import type { Random } from './faults.ts';

/**
 * An import as it runs in a house: its workflow in Temporal, its step in the process of a worker, subscribers and books on
 * two nodes. Any of the three is killed with SIGKILL while it works, and started again.
 */

export interface ImportOnNodes {
  readonly servers: Servers;
  readonly database: string;
  readonly file: SimulatedFile;
  /** How many of the file's subscribers are ours. */
  readonly subscribers: number;
  readonly books: ReadonlyArray<string>;
}

/** When and whom to kill; `tookMs`: of the import that was left alone. */
export interface Kills {
  readonly count: number;
  readonly random: Random;
  readonly tookMs: number;
  readonly log: (line: string) => void;
}

export interface Imported {
  readonly totals: ImportTotals;
  readonly tookMs: number;
  readonly killed: number;
}

const ROLES = ['actors', 'actors', 'worker'] as const;
const [FIRST, SECOND, WORKER] = [0, 1, 2];
/** Worker, either node, or worker and node at once. */
const VICTIMS: ReadonlyArray<readonly [string, ReadonlyArray<number>]> = [
  ['the worker', [WORKER]],
  ['a node', [FIRST]],
  ['the other node', [SECOND]],
  ['worker and a node', [WORKER, SECOND]],
];

const { import: importWorkflow } = roamingContract.workflows;

/** Waits until the import's step is being tried. False: it is over. */
const working = async (house: RoamingNodes, key: string): Promise<boolean> => {
  for (;;) {
    const { status, raw } = await house.ask(
      Effect.flatMap(Temporal, ({ client }) => {
        const handle = client.workflow.getHandle(workflowIdOf(importWorkflow, importTenant, key));
        return Effect.promise(() => handle.describe());
      }),
    );
    if (status.name !== 'RUNNING') return false;
    const STARTED = 2;
    if (raw.pendingActivities?.some(({ state }) => state === STARTED) === true) return true;
    await sleep(100);
  }
};

/** One after the other, at random moments of a step that is being tried. */
const killAll = async (house: RoamingNodes, key: string, { count, random, tookMs, log }: Kills): Promise<number> => {
  const begun = performance.now();
  for (let at = 0; at < count; at += 1) {
    if (!(await working(house, key))) return at;
    // Late attempts begin where earlier ones had come to; all of the ten are to find something under way.
    await sleep((random() * tookMs) / 2);
    if (!(await working(house, key))) return at;
    const [who, places] = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? ['', []];
    log(`${at + 1}. after ${((performance.now() - begun) / 1_000).toFixed(1)} s: ${who} killed`);
    await house.kill(...places);
  }
  return count;
};

/** In a database of its own, which is gone afterwards. */
export const importOnNodes = async (
  { servers, database, file, subscribers, books }: ImportOnNodes,
  kills?: Kills,
): Promise<Imported> => {
  const partner = file.sender;
  const house = await RoamingNodes.open({ servers, database, partner, roles: ROLES });
  /** By actors of this process, while no node has them. */
  const here = async <A, E>(effect: Effect.Effect<A, E, Actors | Files | KeyRing | Mongo | Roaming>): Promise<A> => {
    const runtime = importRuntime({ mongodbUri: servers.mongodbUri, ...house.place }, roamingTerms(1));
    try {
      return await runtime.runPromise(effect);
    } finally {
      await runtime.dispose();
    }
  };
  try {
    const stored: FileRef = await here(
      prepareImports.pipe(Effect.zipRight(openSubscribers(0, subscribers)), Effect.zipRight(receiveFile(file))),
    );
    await house.start();
    const key = `${partner}-${stored.sm3}-0`;
    const begun = performance.now();
    const input = { tenant: importTenant, partner, file: stored };
    await house.ask(Effect.flatMap(Processes, (processes) => processes.start(importWorkflow, { key, input })));
    const killed = kills === undefined ? 0 : await killAll(house, key, kills);
    await house.ask(
      Effect.flatMap(Processes, (processes) => processes.result(importWorkflow, { tenant: importTenant, key })),
    );
    const tookMs = performance.now() - begun;
    await house.stop();
    return { totals: await here(totalsOf(partner, stored, subscribers, books)), tookMs, killed };
  } finally {
    await house.close();
  }
};
