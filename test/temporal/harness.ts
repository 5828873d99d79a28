/**
 * Tests against the real server: a namespace of the test's own (search attributes belong to a namespace), the example's
 * steps over a table of what they did, and workers that can be started and stopped apart from the client.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Effect, Layer, Schedule } from 'effect';
import { type ActivitySet, CurrentStep, implement } from '../../activities/activity.ts';
import { type Workers, workersLayer } from '../../activities/worker.ts';
import { parseTenantId, type TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault, type Refusal } from '../../domain/kernel/refusal.ts';
import { makeTracing, type Tracing, tracingLayer } from '../../telemetry/tracing.ts';
import { root } from '../../temporal/bundle.ts';
import type { Processes } from '../../temporal/client.ts';
import { processesLayer, type Temporal, type TemporalSettings, temporalLayer } from '../../temporal.config.ts';
import { TestKeyRing } from '../support/keys.ts';
import { serverAddress, uniqueName } from '../support/names.ts';
import { exampleContract } from './example-contract.ts';

export const tenant = parseTenantId('acme') as TenantId;

export const exampleWorkflows = fileURLToPath(new URL('./example-workflows.ts', import.meta.url));
export const bundleCache = join(root, '.hufu/cache');

/** A namespace that no other test uses. */
export const ownSettings = (): TemporalSettings => ({
  address: serverAddress('TEMPORAL_ADDRESS'),
  namespace: uniqueName('test').replaceAll('_', '-'),
  queuePrefix: 'hufu',
  tls: false,
  apiKey: undefined,
});

export const tracing: Tracing = makeTracing({ ratio: 1, ringSize: 1_000 });

export const clientLayer = (settings: TemporalSettings): Layer.Layer<Temporal | Processes, Fault> =>
  processesLayer.pipe(
    Layer.provideMerge(temporalLayer(settings)),
    Layer.provide(TestKeyRing),
    Layer.provideMerge(tracingLayer(tracing)),
  );

/** What the example's steps saw and how they shall behave. */
export interface Post {
  readonly recorded: Array<{ readonly parcel: string; readonly commandId: string; readonly attempt: number }>;
  /** Runs in `sendParcel`. */
  send: (parcel: string) => Effect.Effect<string, Refusal | Fault, CurrentStep>;
}

export const newPost = (): Post => ({ recorded: [], send: (parcel) => Effect.succeed(`receipt of ${parcel}`) });

/** `recordParcel` fails in its first attempt, as a store does that changes its primary. */
export const exampleSteps = (post: Post): ActivitySet<never> =>
  implement(exampleContract)({
    recordParcel: ({ parcel }) =>
      Effect.gen(function* () {
        const { commandIdFor, attempt } = yield* CurrentStep;
        const commandId = commandIdFor('record');
        post.recorded.push({ parcel, commandId, attempt });
        yield* Effect.void.pipe(Effect.withSpan('actor operations.parcel'));
        if (attempt === 1) return yield* Effect.fail(fault('store', 'Unavailable', 'Not now.', 50));
        return { commandId, attempt };
      }),
    sendParcel: ({ parcel }) => Effect.map(post.send(parcel), (receipt) => ({ receipt })),
  });

export const workersOf = (steps: ActivitySet<never>, graceMs = 2_000): Layer.Layer<Workers, Fault, Temporal> =>
  workersLayer({ sets: [steps], workflowsPath: exampleWorkflows, cacheDir: bundleCache, tracing, graceMs });

/** Tries until it succeeds; a test says what it waits for instead of sleeping. */
export const eventually = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  withinMs = 15_000,
): Effect.Effect<A, E | Error, R> =>
  effect.pipe(
    Effect.retry(Schedule.spaced(50)),
    Effect.timeoutFail({ duration: withinMs, onTimeout: () => new Error(`not within ${withinMs} ms`) }),
  );
