/**
 * Activities are written as Effects and run by Temporal. `implement(contract)({...})` holds an area's steps against
 * its contract: one missing, or with another input or result, does not compile. `temporalActivities` turns them into
 * what a worker runs: a refusal fails the step for good, a fault is retried by the step's profile, cancellation
 * interrupts, a running step heartbeats by itself. Every step can be run again: it takes its command ids from
 * `commandIdFor`, which gives the same ids to every attempt.
 */
import { Context as ActivityContext, CancelledFailure } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import { Cause, Context, Effect, Exit } from 'effect';
import type { Caller } from '../domain/kernel/caller.ts';
import { type Fault, isFault, isRefusal, type Refusal } from '../domain/kernel/refusal.ts';
import { log } from '../telemetry/log.ts';
import { counter, histogram } from '../telemetry/metrics.ts';
import { withTraceparent } from '../telemetry/tracing.ts';
import type { Contract, InputOf, OfTenant, ResultOf } from '../workflows/contract.ts';
import { faultFailure, refusalFailure } from '../workflows/refusal-failure.ts';
import { traceparentOf } from './trace-context.ts';

/** What a step knows of itself while it runs. */
export class CurrentStep extends Context.Tag('hufu/CurrentStep')<
  CurrentStep,
  {
    /** `service:worker` in the tenant of the input. A step for a person passes that person on instead. */
    readonly caller: Caller;
    /**
     * Idempotency key of what the step asks: the same in every attempt, another one for every step of every run.
     * Parts tell apart what one step asks of many (a chunk number, an ICCID).
     */
    readonly commandIdFor: (...parts: ReadonlyArray<string | number>) => string;
    /** Says how far the step is; the next attempt finds it with `lastHeartbeat`. JSON data, a few hundred bytes. */
    readonly heartbeat: (progress: unknown) => Effect.Effect<void>;
    /** What the last attempt said, if there was one; the caller checks its shape. */
    readonly lastHeartbeat: unknown;
    /** 1 for the first. */
    readonly attempt: number;
    readonly workflowId: string;
  }
>() {}

type Step<Input, Result> = (input: Input) => Effect.Effect<Result, Refusal | Fault, unknown>;

export type Implementation<C extends Contract> = {
  readonly [K in keyof C['activities']]: Step<InputOf<C['activities'][K]>, ResultOf<C['activities'][K]>>;
};

/** The services that steps need; `CurrentStep` is provided here. */
export type NeedsOf<Steps> = {
  [K in keyof Steps]: Steps[K] extends (input: never) => Effect.Effect<infer _A, infer _E, infer R> ? R : never;
}[keyof Steps];

export interface ActivitySet<Needs> {
  readonly area: Contract['area'];
  readonly steps: Readonly<Record<string, (input: OfTenant) => Effect.Effect<unknown, Refusal | Fault, Needs>>>;
}

export type NeedsOfSet<Set> = Set extends ActivitySet<infer Needs> ? Needs : never;

export const implement =
  <C extends Contract>(contract: C) =>
  <const Steps extends Implementation<C>>(
    steps: Steps & Readonly<Record<Exclude<keyof Steps, keyof C['activities']>, never>>,
  ): ActivitySet<Exclude<NeedsOf<Steps>, CurrentStep>> => ({
    area: contract.area,
    // Inputs were checked against the contract above; here they are only known to have a tenant.
    steps: steps as unknown as ActivitySet<Exclude<NeedsOf<Steps>, CurrentStep>>['steps'],
  });

const outcomes = counter({
  name: 'hufu_activity_attempts_total',
  help: 'Attempts of workflow steps, by how they ended',
  labels: ['area', 'activity', 'outcome'],
});
const seconds = histogram({
  name: 'hufu_activity_seconds',
  help: 'Time that one attempt of a workflow step took',
  labels: ['area', 'activity'],
  buckets: [0.005, 0.025, 0.1, 0.5, 2, 10, 60, 300, 1_800],
});

/** Ids may hold `/`; the parts of a command id are kept apart by it, so it is written otherwise inside one. */
const part = (text: string | number): string => String(text).replace(/[%/]/g, encodeURIComponent);

const currentStep = (context: ActivityContext, input: OfTenant, beat: (progress: unknown) => void) => {
  const { workflowExecution, activityId, activityType, attempt, heartbeatDetails } = context.info;
  const workflowId = workflowExecution?.workflowId ?? context.info.activityRunId ?? activityId;
  const runId = workflowExecution?.runId ?? activityId;
  const caller: Caller = { subject: 'service:worker', tenant: input.tenant, roles: [] };
  return CurrentStep.of({
    caller,
    workflowId,
    attempt,
    // The run belongs to the id: after continue-as-new the activities are counted from 1 again.
    commandIdFor: (...parts) => [workflowId, runId, activityId, activityType, ...parts.map(part)].join('/'),
    heartbeat: (progress) => Effect.sync(() => beat(progress)),
    lastHeartbeat: heartbeatDetails,
  });
};

/** At most this long until a running step hears that it is cancelled. */
export const HEARTBEAT_EVERY_MS = 5_000;

/** Beats while the step runs, so that only a dead worker is missed; repeats the last progress. */
const beating = (context: ActivityContext): { beat: (progress: unknown) => void; stop: () => void } => {
  let progress: unknown = context.info.heartbeatDetails;
  const every = context.info.heartbeatTimeoutMs;
  const timer =
    every === undefined
      ? undefined
      : setInterval(() => context.heartbeat(progress), Math.min(every / 3, HEARTBEAT_EVERY_MS));
  timer?.unref();
  return {
    beat: (next) => {
      progress = next;
      context.heartbeat(next);
    },
    stop: () => clearInterval(timer),
  };
};

type Ended = { readonly outcome: string; readonly error: Error };

/** What the step's profile waits after this attempt, in milliseconds. */
const backoffOf = ({ info: { retryPolicy, attempt } }: ActivityContext): number => {
  const { initialInterval = 0, backoffCoefficient = 2, maximumInterval } = retryPolicy ?? {};
  const grown = msToNumber(initialInterval) * backoffCoefficient ** (attempt - 1);
  return maximumInterval === undefined ? grown : Math.min(grown, msToNumber(maximumInterval));
};

/** How an attempt that did not succeed is told to Temporal. */
const failureOf = (cause: Cause.Cause<Refusal | Fault>, context: ActivityContext): Ended => {
  const failure = Cause.failureOption(cause);
  if (failure._tag === 'Some') {
    if (isRefusal(failure.value)) return { outcome: 'refused', error: refusalFailure(failure.value) };
    if (isFault(failure.value)) return { outcome: 'fault', error: faultFailure(failure.value, backoffOf(context)) };
  }
  if (Cause.isInterruptedOnly(cause)) {
    return context.cancellationSignal.aborted
      ? { outcome: 'cancelled', error: cancellation(context) }
      : { outcome: 'interrupted', error: ApplicationFailure.retryable('The step was interrupted.', 'Interrupted') };
  }
  const thrown: unknown = Cause.squash(cause);
  // A bug: tried again by the profile, because a release may mend it while the run waits.
  return {
    outcome: 'defect',
    error: ApplicationFailure.create({
      message: thrown instanceof Error ? thrown.message : 'Something that is no error was thrown.',
      type: 'Defect',
      nonRetryable: false,
      ...(thrown instanceof Error ? { cause: thrown } : {}),
    }),
  };
};

const cancellation = (context: ActivityContext): Error => {
  const reason: unknown = context.cancellationSignal.reason;
  return reason instanceof Error ? reason : new CancelledFailure('The step was cancelled.');
};

/** A runtime with the steps' services: a `ManagedRuntime`, or one captured inside a layer. */
interface Runner<Needs> {
  readonly runPromiseExit: <A, E>(
    effect: Effect.Effect<A, E, Needs>,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<Exit.Exit<A, unknown>>;
}

/** One step as a worker runs it. */
const temporalActivity =
  <Needs>(area: string, name: string, step: ActivitySet<Needs>['steps'][string], runtime: Runner<Needs>) =>
  async (input: OfTenant): Promise<unknown> => {
    const context = ActivityContext.current();
    const { beat, stop } = beating(context);
    const { activityId, attempt, workflowExecution } = context.info;
    const effect = Effect.suspend(() => step(input)).pipe(
      Effect.provideService(CurrentStep, currentStep(context, input, beat)),
      Effect.withSpan(`activity ${area}.${name}`, {
        kind: 'consumer',
        attributes: { tenant: input.tenant, workflowId: workflowExecution?.workflowId, activityId, attempt },
        captureStackTrace: false,
      }),
      withTraceparent(traceparentOf(context)),
    );
    const end = seconds.startTimer({ area, activity: name });
    const exit = await runtime.runPromiseExit(effect, { signal: context.cancellationSignal }).finally(stop);
    end();
    if (Exit.isSuccess(exit)) {
      outcomes.inc({ area, activity: name, outcome: 'done' });
      return exit.value;
    }
    const { outcome, error } = failureOf(exit.cause as Cause.Cause<Refusal | Fault>, context);
    outcomes.inc({ area, activity: name, outcome });
    if (outcome === 'defect')
      log.error({ area, activity: name, attempt, cause: Cause.pretty(exit.cause) }, 'a step has a bug');
    throw error;
  };

export type TemporalActivities = Readonly<Record<string, (input: OfTenant) => Promise<unknown>>>;

/** The area's steps as a worker takes them, run by `runtime`, which gives them their services. */
export const temporalActivities = <Needs>(set: ActivitySet<Needs>, runtime: Runner<Needs>): TemporalActivities =>
  Object.fromEntries(
    Object.entries(set.steps).map(([name, step]) => [name, temporalActivity(set.area, name, step, runtime)]),
  );
