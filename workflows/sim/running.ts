import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { faultOf, isStepFailure, refusalOf } from '../process.ts';
import type { Alert, Problem } from './contract.ts';

/**
 * How a process of days stands still and goes on: it waits for a person, for a file, for the end of a pause; what fails
 * for good waits for a person and is tried again. Shared by the cycles of both base operators. Only waiting points look
 * at `stopping`, so a step that has begun is always finished.
 */
export interface Running {
  readonly input: { readonly tenant: TenantId; readonly application: string };
  readonly progress: { readonly paused: boolean };
  readonly steps: { readonly raiseAlert: (alert: Alert) => Promise<null> };
  /** `continue`: the history is long, go on in a new run. `ended`: cancelled or completed. */
  stopping: 'continue' | 'ended' | null;
  /** A cancellation is being carried out: no step may begin. */
  holding: boolean;
  /** Steps that are under way. */
  busy: number;
  /** How often staff asked for another try, by round. */
  readonly retries: Map<number, number>;
  /** Steps that need not be finished when the application is cancelled. */
  readonly interruptible: Set<CancellationScope>;
  /** Ids of parts that staff are giving up at this moment: none of their steps may begin. */
  readonly givingUp: Set<string>;
  /** Alerts that are being raised. */
  readonly telling: Set<Promise<void>>;
  /** Recomputes what the process shows. */
  readonly refresh: () => void;
  /** The process ends here. */
  readonly end: (how: 'completed' | 'cancelled') => void;
}

/** What can stand still: a round of an application, or a whole one. */
export interface Standing {
  readonly round: number;
  readonly stage: string;
  /** The step that failed for good. */
  stuckOn: Problem | null;
}

/** A part of a round, as far as a step on it is concerned. */
interface StepPart {
  readonly id: string;
  readonly settled: boolean;
}

/** Unwinds a round at a waiting point; nothing is lost, its stage is in the progress. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export const untilStopped = (error: unknown): void => {
  if (!(error instanceof Stopped)) throw error;
};

/** Unwinds the way of a part that staff have given up. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/** Waits until the condition holds; leaves the round when the run is to stop. */
export const until = async (process: Running, holds: () => boolean): Promise<void> => {
  await condition(() => holds() || process.stopping !== null);
  if (process.stopping !== null) throw new Stopped();
};

export const interrupt = (process: Running): void => {
  for (const scope of process.interruptible) scope.cancel();
};

/** Runs a step that `interrupt` may break off; undefined when it did. */
export const interruptibly = async <A>(process: Running, step: () => Promise<A>): Promise<A | undefined> => {
  const scope = new CancellationScope();
  process.interruptible.add(scope);
  try {
    return await scope.run(step);
  } catch (error) {
    // The cancellation of the whole run is not ours to swallow.
    if (isCancellation(error) && !CancellationScope.current().consideredCancelled) return undefined;
    throw error;
  } finally {
    process.interruptible.delete(scope);
  }
};

const problemOf = (error: unknown): Problem => {
  const cause = refusalOf(error) ?? faultOf(error);
  return {
    code: cause?.code ?? 'StepFailed',
    message: cause?.message ?? 'The step failed; the run shows where.',
    action: (cause?._tag === 'Refusal' ? cause.action : undefined) ?? 'Put right what is said, then retry the stage.',
  };
};

const TELL_AGAIN_MS = 60_000;

const raise = async (process: Running, alert: Alert): Promise<void> => {
  for (;;) {
    try {
      await process.steps.raiseAlert(alert);
      return;
    } catch (error) {
      if (isCancellation(error)) return;
      if (!isStepFailure(error)) throw error;
    }
    if (await condition(() => process.stopping !== null, TELL_AGAIN_MS)) return;
  }
};

/** Raises an alert beside everything else: that it cannot be raised now holds nothing up. */
export const tell = (process: Running, { round, stage }: Standing, level: Alert['level'], code: string): void => {
  const { tenant, application } = process.input;
  const told = raise(process, { tenant, application, round, stage, level, code }).finally(() =>
    process.telling.delete(told),
  );
  process.telling.add(told);
};

/** Staff ask a round that stands still to go on. */
export const retry = (process: Running, round: number): void => {
  process.retries.set(round, (process.retries.get(round) ?? 0) + 1);
};

/** The round stands still with a problem until a person has asked for another try. */
export const stuck = async (process: Running, round: Standing, problem: Problem): Promise<void> => {
  const before = process.retries.get(round.round);
  round.stuckOn = problem;
  process.refresh();
  tell(process, round, 'problem', problem.code);
  await until(process, () => process.retries.get(round.round) !== before);
  round.stuckOn = null;
  process.refresh();
};

/**
 * Runs a step of a round; what fails for good waits for a person and is tried again, it never fails the process.
 * `lightly`: a cancellation need not wait for it. A step on a `part` rejects with `GivenUp` when staff give the part up.
 */
export const attempt = async <A>(
  process: Running,
  round: Standing,
  step: () => Promise<A>,
  { lightly, part }: { readonly lightly?: true; readonly part?: StepPart } = {},
): Promise<A> => {
  const mayBegin = (): boolean =>
    !process.progress.paused && !process.holding && !(part !== undefined && process.givingUp.has(part.id));
  for (;;) {
    await until(process, mayBegin);
    if (part?.settled === true) throw new GivenUp();
    process.busy += 1;
    let failure: unknown;
    try {
      if (lightly !== true) return await step();
      const result = await interruptibly(process, step);
      if (result !== undefined) return result;
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      failure = error;
    } finally {
      process.busy -= 1;
    }
    // What a part's step says while the part is given up is no problem any more.
    if (failure === undefined || (part !== undefined && (part.settled || process.givingUp.has(part.id)))) continue;
    if (refusalOf(failure)?.code === 'ApplicationEnded') {
      // A draft that was cancelled in the moment in which it was submitted.
      process.end('cancelled');
      throw new Stopped();
    }
    await stuck(process, round, problemOf(failure));
  }
};

export const stepBy = ({ input }: Running, by: Caller) => ({
  tenant: input.tenant,
  application: input.application,
  by,
});

export const ended = (process: Running): Refusal | undefined => {
  if (process.stopping === 'ended') return refuse('conflict', 'ApplicationEnded', 'The application has ended.');
  return process.holding ? refuse('conflict', 'Cancelling', 'The application is being cancelled.') : undefined;
};

/** A person on the line waits for so long; what is not done by then goes on by itself. */
export const PATIENCE_MS = 15_000;
