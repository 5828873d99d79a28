/**
 * The worker side of a node: one worker per area on the area's task queue, all with the same prebuilt bundle. A worker
 * that loses its server for good is made again; on the way down it takes no more tasks, lets steps finish within the
 * grace time, then cancels them (they are tried again elsewhere).
 */
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { Context, Duration, Effect, Layer, Runtime, Schedule, type Scope } from 'effect';
import { type Fault, fault } from '../domain/kernel/refusal.ts';
import { gauge } from '../telemetry/metrics.ts';
import { parseTraceparent, type Tracing } from '../telemetry/tracing.ts';
import { workflowBundle } from '../temporal/bundle.ts';
import { connectionOptions, Temporal, type TemporalSettings } from '../temporal.config.ts';
import { type Area, queueOf } from '../workflows/contract.ts';
import type { WorkflowSpan } from '../workflows/interceptors.ts';
import { type ActivitySet, HEARTBEAT_EVERY_MS, type TemporalActivities, temporalActivities } from './activity.ts';
import { installRuntime } from './runtime.ts';
import { traceActivities } from './trace-context.ts';

export interface WorkersOptions<Needs> {
  /** The areas that this node works for. */
  readonly sets: ReadonlyArray<ActivitySet<Needs>>;
  /** The module that exports every workflow under its type's name; `allWorkflows` of `temporal/bundle.ts`. */
  readonly workflowsPath: string;
  /** Where the bundle is kept between starts. */
  readonly cacheDir: string;
  readonly tracing: Tracing;
  /** How long steps may go on after the node was told to stop. Default 10 s. */
  readonly graceMs?: number;
}

/** The node's workers, for readiness. */
export class Workers extends Context.Tag('hufu/Workers')<
  Workers,
  { /** Fails while one of them is not taking tasks. */ readonly health: Effect.Effect<void, Fault> }
>() {}

const running = gauge({
  name: 'hufu_worker_running',
  help: '1 while the worker of the area takes tasks',
  labels: ['area'],
});

/** Past the grace time a step that ignores its cancellation is left behind. */
const FORCE_AFTER_GRACE_MS = 5_000;

const spanOf = ({ parent, own, name, startMs, endMs, error }: WorkflowSpan, workflowId: string) => {
  const above = parseTraceparent(parent);
  const here = parseTraceparent(own);
  if (above === undefined || here === undefined) return undefined;
  return {
    traceId: here.traceId,
    spanId: here.spanId,
    parentSpanId: above.spanId,
    name,
    kind: 'internal' as const,
    startNs: BigInt(startMs) * 1_000_000n,
    endNs: BigInt(endMs) * 1_000_000n,
    ...(error === undefined ? {} : { error }),
    attributes: { workflowId },
  };
};

/** Spans of workflows come out of the sandbox through a sink; a replay sends none. */
const traceSinks = (tracing: Tracing): NonNullable<WorkerOptions['sinks']> => ({
  trace: {
    ended: {
      callDuringReplay: false,
      fn: (info, ended: WorkflowSpan) => {
        const span = spanOf(ended, info.workflowId);
        if (span !== undefined) tracing.record(span);
      },
    },
  },
});

interface Making {
  readonly connection: NativeConnection;
  readonly temporal: Context.Tag.Service<Temporal>;
  readonly code: string;
  readonly options: WorkersOptions<never>;
}

const unusable = (doing: string, error: unknown): Fault =>
  fault('temporal', 'Worker', `${doing}: ${error instanceof Error ? error.message : 'unknown'}`, 1_000);

const makeWorker = (making: Making, area: Area, activities: TemporalActivities): Effect.Effect<Worker, Fault> => {
  const { connection, temporal, code, options } = making;
  const { settings, dataConverter } = temporal;
  return Effect.tryPromise({
    try: () =>
      Worker.create({
        connection,
        namespace: settings.namespace,
        taskQueue: queueOf(area, settings.queuePrefix),
        workflowBundle: { code },
        activities,
        dataConverter,
        interceptors: { activity: [traceActivities] },
        sinks: traceSinks(options.tracing),
        shutdownGraceTime: options.graceMs ?? 10_000,
        shutdownForceTime: (options.graceMs ?? 10_000) + FORCE_AFTER_GRACE_MS,
        // A step hears of its cancellation in the answer to a heartbeat, so these must not be held back for long.
        maxHeartbeatThrottleInterval: HEARTBEAT_EVERY_MS,
        // A cached run costs some hundred kilobytes; a run that is not cached is replayed from its history.
        maxCachedWorkflows: 300,
        // Steps wait for others most of the time; more than this at once only queue up at the actors.
        maxConcurrentActivityTaskExecutions: 50,
      }),
    catch: (error) => unusable(`The worker of ${area} could not be made`, error),
  });
};

/** Runs until interrupted (then drains), or fails when the worker gave up. */
const runWorker = (worker: Worker, area: Area): Effect.Effect<never, Fault> =>
  Effect.suspend(() => {
    const ended = worker.run();
    running.set({ area }, 1);
    const gaveUp = Effect.tryPromise({
      try: () => ended,
      catch: (error) => unusable(`The worker of ${area} gave up`, error),
    });
    return gaveUp.pipe(
      Effect.zipRight(Effect.fail(fault('temporal', 'Worker', `The worker of ${area} has ended.`, 1_000))),
      Effect.ensuring(
        Effect.promise(async () => {
          running.set({ area }, 0);
          if (worker.getState() === 'RUNNING') worker.shutdown();
          // Its failure was told above; here only its end matters.
          await ended.catch(() => undefined);
        }),
      ),
    );
  });

const again = Schedule.exponential(Duration.seconds(1)).pipe(
  Schedule.union(Schedule.spaced(Duration.seconds(30))),
  Schedule.tapInput((failure: Fault) => Effect.logError(`${failure.message}; it will be made again.`)),
);

/** Made once before it counts as started, then kept alive. */
const keepWorker = (
  making: Making,
  area: Area,
  activities: TemporalActivities,
): Effect.Effect<() => boolean, Fault, Scope.Scope> =>
  Effect.gen(function* () {
    let current = yield* makeWorker(making, area, activities);
    let first = true;
    const session = Effect.gen(function* () {
      if (!first) current = yield* makeWorker(making, area, activities);
      first = false;
      return yield* runWorker(current, area);
    });
    yield* Effect.forkScoped(Effect.retry(session, again));
    return () => current.getState() === 'RUNNING';
  });

const connect = (settings: TemporalSettings): Effect.Effect<NativeConnection, Fault, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        await installRuntime();
        return NativeConnection.connect(connectionOptions(settings));
      },
      catch: (error) => unusable(`Temporal did not answer the worker at ${settings.address}`, error),
    }),
    (connection) => Effect.promise(() => connection.close()),
  );

/** One worker per area takes the steps of all its sets: a task goes to any worker of its queue. */
const byArea = <Needs>(sets: ReadonlyArray<ActivitySet<Needs>>): ReadonlyArray<ActivitySet<Needs>> =>
  [...Map.groupBy(sets, ({ area }) => area)].map(([area, of]) => ({
    area,
    steps: Object.fromEntries(of.flatMap(({ steps }) => Object.entries(steps))),
  }));

/** Takes tasks of the areas of `sets` until its scope closes. Steps run with the services that are in scope here. */
export const workersLayer = <Needs>(
  options: WorkersOptions<Needs>,
): Layer.Layer<Workers, Fault, Temporal | Exclude<Needs, Scope.Scope>> =>
  Layer.scoped(
    Workers,
    Effect.gen(function* () {
      const temporal = yield* Temporal;
      const services = yield* Effect.runtime<Needs>();
      const runner = { runPromiseExit: Runtime.runPromiseExit(services) };
      const { code } = yield* workflowBundle(options.workflowsPath, options.cacheDir);
      const connection = yield* connect(temporal.settings);
      const making: Making = { connection, temporal, code, options: { ...options, sets: [] } };
      const workers = yield* Effect.forEach(byArea(options.sets), (set) =>
        Effect.map(keepWorker(making, set.area, temporalActivities(set, runner)), (isRunning) => ({
          area: set.area,
          isRunning,
        })),
      );
      return {
        health: Effect.suspend(() => {
          const down = workers.filter(({ isRunning }) => !isRunning()).map(({ area }) => area);
          return down.length === 0
            ? Effect.void
            : Effect.fail(fault('temporal', 'Worker', `No worker takes tasks for ${down.join(', ')}.`, 1_000));
        }),
      };
    }),
  );
