import type { MessageStorage, RunnerStorage } from '@effect/cluster';
import { Effect } from 'effect';

/**
 * What a scenario is. The list of them (`scenarios.ts`) is data and knows no implementation: it is run over Effect's own
 * storage in memory, which proves the list right, and over ours on MongoDB. Only the public interfaces are used.
 */

export type Messages = MessageStorage.MessageStorage['Type'];
export type Runners = RunnerStorage.RunnerStorage['Type'];
export type Method = `messages.${keyof Messages}` | `runners.${keyof Runners}`;

/** What one process of the cluster holds. All nodes of a world work over the same storage. */
export interface StorageNode {
  readonly messages: Messages;
  readonly runners: Runners;
}

export interface World {
  readonly node: () => Promise<StorageNode>;
  /** Sets the clock of all nodes forward, in milliseconds. Leases are not moved by it: they are the server's. */
  readonly advance: (ms: number) => void;
  readonly nowMs: () => number;
  /** How long a runner's entry and its locks hold without a refresh. */
  readonly expirationMs: number;
  /** From now on this node does not reach the database. */
  readonly cutOff: (node: StorageNode) => Promise<void>;
}

export interface Scenario {
  readonly name: string;
  /** The methods that it is about; each is called by it. */
  readonly of: readonly [Method, ...Array<Method>];
  /** Why Effect's storage in memory behaves otherwise, on purpose: there the scenario must fail. */
  readonly memoryDiffers?: string;
  readonly run: (world: World) => Promise<void>;
}

/** Memory gives every open request at every read: the one process remembers by itself which it has. */
export const MEMORY_READS_AGAIN = 'one process that never loses what it read: a request is given at every read';
export const MEMORY_FORGETS_NOTHING = 'it is emptied by its end, so it does not tidy up';
export const MEMORY_IS_ALONE = 'one process is always the owner of every shard';
export const MEMORY_HAS_NO_LEASE =
  'what is registered or locked never expires: the process and its memory end together';

/** Fails with what the storage failed with. */
export const run = <A, E>(effect: Effect.Effect<A, E>): Promise<A> => Effect.runPromise(effect);
