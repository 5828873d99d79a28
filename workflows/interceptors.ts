/**
 * Carries traces through workflows: what comes in a header (a start, a signal, an update) goes on to the activities,
 * children and signals that it leads to. Part of the bundle; nothing here takes from the workflow's random numbers or
 * looks at a clock of its own, so replays are the same with and without it.
 */
import { defaultPayloadConverter } from '@temporalio/common';
import {
  AsyncLocalStorage,
  type Headers,
  proxySinks,
  type Sinks,
  type WorkflowInterceptorsFactory,
  workflowInfo,
} from '@temporalio/workflow';
import { TRACE_HEADER } from './trace-header.ts';

/** A finished run or update, as the worker's side turns it into a span. Times in milliseconds since the epoch. */
export interface WorkflowSpan {
  /** What came in. */
  readonly parent: string;
  /** What was sent on: the same trace, with this span's id. */
  readonly own: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly error?: string;
}

export interface TraceSinks extends Sinks {
  readonly trace: { readonly ended: (span: WorkflowSpan) => void };
}

const textIn = (headers: Headers): string | undefined => {
  const payload = headers[TRACE_HEADER];
  const text: unknown = payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
  return typeof text === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/.test(text) ? text : undefined;
};

/** A span id of 16 hexadecimal digits that is the same in every replay: FNV-1a over what names the span. */
const spanIdOf = (name: string): string => {
  let hash = 0xcbf29ce484222325n;
  for (const character of name) {
    hash = ((hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn;
  }
  return hash.toString(16).padStart(16, '0');
};

const ownOf = (parent: string, name: string): string => `${parent.slice(0, 36)}${spanIdOf(name)}${parent.slice(52)}`;

const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

export const interceptors: WorkflowInterceptorsFactory = () => {
  const current = new AsyncLocalStorage<string>();
  const { trace } = proxySinks<TraceSinks>();

  const traced = async <A>(headers: Headers, name: string, unique: string, run: () => Promise<A>): Promise<A> => {
    const parent = textIn(headers);
    if (parent === undefined) return run();
    const own = ownOf(parent, unique);
    const startMs = Date.now();
    const ended = (error?: string) => {
      if (!own.endsWith('1')) return;
      const span = { parent, own, name, startMs, endMs: Date.now() };
      trace.ended(error === undefined ? span : { ...span, error });
    };
    try {
      const result = await current.run(own, run);
      ended();
      return result;
    } catch (error) {
      ended(errorName(error));
      throw error;
    }
  };

  const sent = <Input extends { readonly headers: Headers }>(input: Input): Input => {
    const own = current.getStore();
    if (own === undefined) return input;
    return { ...input, headers: { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(own) } };
  };

  const { runId, workflowType } = workflowInfo();
  return {
    inbound: [
      {
        execute: (input, next) => traced(input.headers, `workflow ${workflowType}`, runId, () => next(input)),
        handleUpdate: (input, next) =>
          traced(input.headers, `update ${workflowType}.${input.name}`, `${runId}/${input.updateId}`, () =>
            next(input),
          ),
        handleSignal: (input, next) => {
          const own = textIn(input.headers);
          return own === undefined ? next(input) : current.run(own, () => next(input));
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(sent(input)),
        scheduleLocalActivity: (input, next) => next(sent(input)),
        startChildWorkflowExecution: (input, next) => next(sent(input)),
        signalWorkflow: (input, next) => next(sent(input)),
        continueAsNew: (input, next) => next(sent(input)),
      },
    ],
  };
};
