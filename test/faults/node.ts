import { NodeRuntime } from '@effect/platform-node';
import { Effect, Layer } from 'effect';
import { clusterLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLive } from '../../actors/runtime/live.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { mongoLayer } from '../../store/mongo.ts';
import { registry } from '../../telemetry/metrics.ts';
import { Counter, NewerCounter } from '../support/counter.ts';
import { type AnyCounter, type Notes, reader, type Seen, type Written, writer } from './load.ts';

/**
 * A node as a process of its own, to be killed, paused and stopped: the layers of production over one kind of actor.
 * It has callers and readers itself, whose asks go straight into its mailboxes: what a paused node would answer from
 * the past, they would see. What they were told goes to the parent ten times a second.
 */
const [, , uri = '', database = '', port = '', keyDirectory = '', name = '', actors = '1', release = 'old'] =
  process.argv;

/** From a node to its parent. */
export type Message =
  | { readonly type: 'ready' }
  | {
      readonly type: 'notes';
      readonly written: ReadonlyArray<Written>;
      readonly seen: ReadonlyArray<Seen>;
      /** Appends of this process that found another owner's record in their place. */
      readonly fenced: number;
      /** Actors that it left asleep, because a newer release has written events of them. */
      readonly newer: number;
    };

const counter: AnyCounter = release === 'new' ? NewerCounter : Counter;

const WRITERS = 2;
const READERS = 3;
const TELL_EVERY_MS = 100;

const anyActor = (): number => Math.floor(Math.random() * Number(actors));

const countOf = async (counter: string): Promise<number> => {
  const metric = await registry.getSingleMetric(counter)?.get();
  return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
};

const run = Effect.gen(function* () {
  let written: Array<Written> = [];
  let seen: Array<Seen> = [];
  const notes: Notes = { written: (one) => written.push(one), seen: (one) => seen.push(one) };
  const tell = Effect.promise(async () => {
    const [fenced, newer] = [await countOf('hufu_actor_fenced_total'), await countOf('hufu_actor_newer_release_total')];
    const message: Message = { type: 'notes', written, seen, fenced, newer };
    written = [];
    seen = [];
    process.send?.(message);
  });
  process.send?.({ type: 'ready' } satisfies Message);
  yield* Effect.all(
    [
      ...Array.from({ length: WRITERS }, (_, n) => writer(counter, `${name}-${n}`, anyActor, 40, notes)),
      ...Array.from({ length: READERS }, () => reader(counter, anyActor, 12, notes)),
      Effect.forever(Effect.delay(tell, TELL_EVERY_MS)),
    ],
    { concurrency: 'unbounded', discard: true },
  );
});

const base = Layer.mergeAll(
  clusterLayer({ host: '127.0.0.1', port: Number(port) }),
  keyRingLayer({ directory: keyDirectory, demoKeys: true }),
).pipe(Layer.provideMerge(mongoLayer({ uri, database })));

// The parent is gone, also by kill -9: nobody wants this node.
process.on('disconnect', () => process.exit(0));

NodeRuntime.runMain(run.pipe(Effect.provide(ActorsLive([counter]).pipe(Layer.provideMerge(base)))));
