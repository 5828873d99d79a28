import * as NodeRuntime from '@effect/platform-node-shared/NodeRuntime';
import { Effect, Layer } from 'effect';
import { clusterLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLive } from '../../actors/runtime/live.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { mongoLayer } from '../../store/mongo.ts';
import { registry } from '../../telemetry/metrics.ts';
import { type Notes, PROGRAMS, reader, type Seen, type Version, type Written, writer } from './load.ts';

/**
 * A node as a process of its own, to be killed, paused and stopped: the layers of production over one kind of actor.
 * It has callers and readers itself, whose asks go straight into its mailboxes: what a paused node would answer from
 * the past, they would see. What they were told goes to the parent ten times a second.
 */
export interface NodeSettings {
  readonly uri: string;
  readonly database: string;
  /** Where it listens, and the port by which others reach it: what is between the two can be cut. */
  readonly listenPort: number;
  readonly port: number;
  readonly keyDirectory: string;
  readonly name: string;
  readonly actors: number;
  readonly version: Version;
}

const { uri, database, listenPort, port, keyDirectory, name, actors, version }: NodeSettings = JSON.parse(
  process.argv[2] ?? '{}',
);
const program = PROGRAMS[version];

/** From a node to its parent. */
export type Message =
  | { readonly type: 'ready' }
  /** Its callers have had their last answers, and everything that they were told has been passed on. */
  | { readonly type: 'rested' }
  | {
      readonly type: 'notes';
      readonly written: ReadonlyArray<Written>;
      readonly seen: ReadonlyArray<Seen>;
      readonly faults: ReadonlyArray<Fault>;
      /** Appends of this process that found another owner's record in their place. */
      readonly fenced: number;
    };

const WRITERS = 2;
const READERS = 3;
const TELL_EVERY_MS = 100;

const anyActor = (): number => Math.floor(Math.random() * actors);

const fencedSoFar = async (): Promise<number> => {
  const metric = await registry.getSingleMetric('hufu_actor_fenced_total')?.get();
  return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
};

const run = Effect.gen(function* () {
  let written: Array<Written> = [];
  let seen: Array<Seen> = [];
  let faults: Array<Fault> = [];
  const notes: Notes = {
    written: (one) => written.push(one),
    seen: (one) => seen.push(one),
    fault: (one) => faults.push(one),
  };
  const tell = Effect.promise(async () => {
    const message: Message = { type: 'notes', written, seen, faults, fenced: await fencedSoFar() };
    written = [];
    seen = [];
    faults = [];
    process.send?.(message);
  });
  let resting = false;
  // The parent says one thing only.
  process.on('message', () => {
    resting = true;
  });
  const stopping = () => resting;
  yield* Effect.fork(Effect.forever(Effect.delay(tell, TELL_EVERY_MS)));
  process.send?.({ type: 'ready' } satisfies Message);
  yield* Effect.all(
    [
      ...Array.from({ length: WRITERS }, (_, n) => writer(program, `${name}-${n}`, anyActor, 40, notes, stopping)),
      ...Array.from({ length: READERS }, () => reader(program, anyActor, 12, notes, stopping)),
    ],
    { concurrency: 'unbounded', discard: true },
  );
  yield* tell;
  process.send?.({ type: 'rested' } satisfies Message);
  yield* Effect.never;
});

const base = Layer.mergeAll(
  clusterLayer({ host: '127.0.0.1', port, listenPort }),
  keyRingLayer({ directory: keyDirectory, demoKeys: true }),
).pipe(Layer.provideMerge(mongoLayer({ uri, database })));

// The parent is gone, also by kill -9: nobody wants this node.
process.on('disconnect', () => process.exit(0));

NodeRuntime.runMain(run.pipe(Effect.provide(ActorsLive([program.definition]).pipe(Layer.provideMerge(base)))));
