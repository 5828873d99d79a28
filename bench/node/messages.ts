import type { Touch, Touched } from '../actors/load.ts';
import type { Arming } from '../reminders/arm.ts';

/** What a bench and the node that it has started say to each other. */

export interface NodeSettings {
  readonly mongodbUri: string;
  readonly database: string;
  readonly keyDir: string;
  /** A node among others listens here; without it the node is alone. */
  readonly port?: number;
  /** Default: the runtime's own. */
  readonly maxAwake?: number;
}

export type Request =
  | ({ readonly do: 'touch' } & Touch)
  | ({ readonly do: 'arm' } & Arming)
  /** After a full collection of garbage. */
  | { readonly do: 'look' }
  /** Costs nothing, unlike a look: a collection of garbage is half a second of processor time. */
  | { readonly do: 'processor' };

export interface Processor {
  /** Of the process since it was started. */
  readonly cpuSeconds: number;
}

export interface Look {
  /** On V8's heap and in buffers outside of it. */
  readonly usedBytes: number;
  readonly residentBytes: number;
  readonly awake: number;
  /** The most that were awake at once, as of the looks between asks. */
  readonly mostAwake: number;
  readonly activations: number;
  readonly shards: number;
}

export type Reply<R extends Request> = R extends { readonly do: 'touch' }
  ? Touched
  : R extends { readonly do: 'look' }
    ? Look
    : R extends { readonly do: 'processor' }
      ? Processor
      : { readonly seconds: number };
