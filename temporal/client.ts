/**
 * Processes as the gateway, subscriptions and steps speak to them: started, signalled, updated and asked by the
 * contract of their area. The same key starts nothing twice; an update of the same id happens once. What a process
 * refuses comes back as the refusal it gave.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import {
  type Client,
  WithStartWorkflowOperation,
  type WorkflowClientInterceptor,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
} from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { Context, Effect } from 'effect';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { canonicalJson } from '../domain/kernel/canonical-json.ts';
import { type Fault, isRefusal, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { counter } from '../telemetry/metrics.ts';
import { currentTraceparent } from '../telemetry/tracing.ts';
import {
  type AnswerOf,
  type AnyWorkflow,
  type InputOf,
  type PayloadOf,
  type QueryNames,
  queueOf,
  type ResultOf,
  type SignalNames,
  type UpdateNames,
  workflowIdOf,
} from '../workflows/contract.ts';
import { HUFU_AREA, HUFU_TENANT } from '../workflows/search-attributes.ts';
import { TRACE_HEADER } from '../workflows/trace-header.ts';
import { temporalTry } from './errors.ts';

/** One process: its tenant and the key that the business knows it by. */
export interface ProcessId {
  readonly tenant: TenantId;
  /** E.g. an application's number; no personal data: ids are readable in the Temporal UI. */
  readonly key: string;
}

export interface Started {
  readonly workflowId: string;
  readonly runId: string;
  /** False when the key had been started before, with the same input. */
  readonly started: boolean;
}

interface Startable<W extends AnyWorkflow> {
  readonly key: string;
  readonly input: InputOf<W> & { readonly tenant: TenantId };
}

type Asked<A> = Effect.Effect<A, Refusal | Fault>;

export class Processes extends Context.Tag('hufu/Processes')<
  Processes,
  {
    /** `CommandConflict` when the key was started before with another input. Keys are kept for the retention time. */
    readonly start: <W extends AnyWorkflow>(
      workflow: W,
      options: {
        readonly key: string;
        readonly input: InputOf<W> & { readonly tenant: TenantId };
        /** One line for the list in the UI; encrypted. */
        readonly summary?: string;
      },
    ) => Asked<Started>;
    readonly signal: <W extends AnyWorkflow, Name extends SignalNames<W>>(
      workflow: W,
      id: ProcessId,
      name: Name,
      payload: PayloadOf<W['signals'][Name]>,
    ) => Asked<void>;
    /** Answers when the update has been handled. `updateId` is its idempotency key. */
    readonly update: <W extends AnyWorkflow, Name extends UpdateNames<W>>(
      workflow: W,
      id: ProcessId,
      name: Name,
      input: InputOf<W['updates'][Name]>,
      updateId: string,
    ) => Asked<ResultOf<W['updates'][Name]>>;
    /**
     * The same, of a process that is started when it does not run: also after an earlier run has ended. Every call is an
     * update of its own; what it brings is known to be a repetition by whoever decides upon it.
     */
    readonly updateOrStart: <W extends AnyWorkflow, Name extends UpdateNames<W>>(
      workflow: W,
      options: Startable<W>,
      name: Name,
      input: InputOf<W['updates'][Name]>,
    ) => Asked<ResultOf<W['updates'][Name]>>;
    /** A signal for a process that is started when it does not run. */
    readonly signalOrStart: <W extends AnyWorkflow, Name extends SignalNames<W>>(
      workflow: W,
      options: Startable<W>,
      name: Name,
      payload: PayloadOf<W['signals'][Name]>,
    ) => Asked<void>;
    readonly query: <W extends AnyWorkflow, Name extends QueryNames<W>>(
      workflow: W,
      id: ProcessId,
      name: Name,
    ) => Asked<AnswerOf<W['queries'][Name]>>;
    /** Waits for the end, over continue-as-new; for tests, tools and short processes. */
    readonly result: <W extends AnyWorkflow>(workflow: W, id: ProcessId) => Asked<ResultOf<W>>;
    /** Asks the process to cancel itself. */
    readonly cancel: (workflow: AnyWorkflow, id: ProcessId) => Asked<void>;
    /** Succeeds when the server answers: for readiness. */
    readonly health: Asked<void>;
  }
>() {}

const calls = counter({
  name: 'hufu_process_calls_total',
  help: 'Calls of processes, by what was asked and how it ended',
  labels: ['type', 'call', 'outcome'],
});

/** The trace of the caller, kept while the SDK builds the request. */
const traceparents = new AsyncLocalStorage<string | undefined>();

const traced = <Input extends { readonly headers: Headers }>(input: Input): Input => {
  const own = traceparents.getStore();
  if (own === undefined) return input;
  return { ...input, headers: { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(own) } };
};

/** Sends the caller's trace along with what leads to work. */
export const traceCalls: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => next(traced(input)),
  signal: (input, next) => next(traced(input)),
  startUpdate: (input, next) => next(traced(input)),
  signalWithStart: (input, next) => next(traced(input)),
  startUpdateWithStart: (input, next) => {
    const { headers } = traced({ headers: input.updateHeaders });
    return next({ ...input, updateHeaders: headers });
  },
};

/** Longer than any answer of a live worker; a caller over HTTP has given up before. */
const DEADLINE_MS = 20_000;
const INPUT_HASH = 'inputHash';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const call = <A>(type: string, name: string, run: () => Promise<A>): Asked<A> =>
  currentTraceparent.pipe(
    Effect.flatMap((own) => temporalTry(`${name} of ${type}`, () => traceparents.run(own, run))),
    Effect.tapBoth({
      onSuccess: () => Effect.sync(() => calls.inc({ type, call: name, outcome: 'done' })),
      onFailure: (failure) =>
        Effect.sync(() => calls.inc({ type, call: name, outcome: isRefusal(failure) ? 'refused' : 'fault' })),
    }),
    Effect.withSpan(`process ${name} ${type}`, { kind: 'client', captureStackTrace: false }),
  );

/** The run that has the key already, if it was started with the same input. */
const earlier = async (handle: WorkflowHandle, inputHash: string): Promise<Started | Refusal> => {
  const { runId, memo } = await handle.describe();
  return memo?.[INPUT_HASH] === inputHash
    ? { workflowId: handle.workflowId, runId, started: false }
    : refuse('conflict', 'CommandConflict', 'The key was used before to start a process with another input.', {
        field: 'key',
      });
};

/** @param queuePrefix as the workers' */
export const makeProcesses = (client: Client, queuePrefix = 'hufu'): Context.Tag.Service<Processes> => {
  const within = <A>(run: () => Promise<A>): Promise<A> => client.withDeadline(Date.now() + DEADLINE_MS, run);
  const handleOf = (workflow: AnyWorkflow, { tenant, key }: ProcessId) =>
    client.workflow.getHandle(workflowIdOf(workflow, tenant, key));
  const startOf = (workflow: AnyWorkflow, { key, input }: Startable<AnyWorkflow>) => ({
    workflowId: workflowIdOf(workflow, input.tenant, key),
    taskQueue: queueOf(workflow.area, queuePrefix),
    args: [input],
    typedSearchAttributes: [
      { key: HUFU_AREA, value: workflow.area },
      { key: HUFU_TENANT, value: input.tenant },
    ],
  });
  return {
    start: (workflow, { key, input, summary }) =>
      call(workflow.type, 'start', async () => {
        const start = startOf(workflow, { key, input });
        const { workflowId } = start;
        const inputHash = sha256(canonicalJson(input));
        try {
          const { firstExecutionRunId } = await within(() =>
            client.workflow.start(workflow.type, {
              ...start,
              workflowIdReusePolicy: 'REJECT_DUPLICATE',
              workflowIdConflictPolicy: 'FAIL',
              memo: { [INPUT_HASH]: inputHash },
              ...(summary === undefined ? {} : { staticSummary: summary }),
            }),
          );
          return { workflowId, runId: firstExecutionRunId, started: true };
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          return within(() => earlier(client.workflow.getHandle(workflowId), inputHash));
        }
      }).pipe(Effect.flatMap((answer) => (isRefusal(answer) ? Effect.fail(answer) : Effect.succeed(answer)))),
    signal: (workflow, id, name, payload) =>
      call(workflow.type, 'signal', () => within(() => handleOf(workflow, id).signal(name, payload))),
    update: (workflow, id, name, input, updateId) =>
      call(workflow.type, 'update', () =>
        within(() => handleOf(workflow, id).executeUpdate(name, { args: [input], updateId })),
      ),
    updateOrStart: (workflow, options, name, input) =>
      call(workflow.type, 'update', () =>
        within(() =>
          client.workflow.executeUpdateWithStart(name, {
            args: [input],
            startWorkflowOperation: new WithStartWorkflowOperation(workflow.type, {
              ...startOf(workflow, options),
              workflowIdConflictPolicy: 'USE_EXISTING',
            }),
          }),
        ),
      ),
    signalOrStart: (workflow, options, name, payload) =>
      call(workflow.type, 'signal', () =>
        within(() =>
          client.workflow.signalWithStart(workflow.type, {
            ...startOf(workflow, options),
            signal: name,
            signalArgs: [payload],
          }),
        ),
      ).pipe(Effect.asVoid),
    query: (workflow, id, name) => call(workflow.type, 'query', () => within(() => handleOf(workflow, id).query(name))),
    result: (workflow, id) => call(workflow.type, 'result', () => handleOf(workflow, id).result()),
    cancel: (workflow, id) =>
      call(workflow.type, 'cancel', () => within(() => handleOf(workflow, id).cancel())).pipe(Effect.asVoid),
    health: temporalTry('asking whether it is healthy', () =>
      client.withDeadline(Date.now() + 2_000, () => client.workflowService.getSystemInfo({})),
    ).pipe(Effect.asVoid),
  };
};
