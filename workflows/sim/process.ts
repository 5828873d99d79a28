import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { leastStage } from '../../domain/sim/application/stages.ts';
import { faultOf, isStepFailure, refusalOf, type Steps } from '../process.ts';
import type {
  Alert,
  CardMakingInput,
  CardMakingProgress,
  PartProgress,
  Problem,
  RoundProgress,
  simContract,
} from './contract.ts';

/**
 * One run of the card-making process: its progress, and the ways in which a round waits: for a person, for a file, for
 * the end of a pause. Only waiting points look at `stopping`, so a step that has begun is always finished.
 */
export interface Process {
  readonly input: CardMakingInput;
  readonly progress: CardMakingProgress;
  readonly steps: Steps<typeof simContract>;
  /** `continue`: the history is long, go on in a new run. `ended`: cancelled or completed. */
  stopping: 'continue' | 'ended' | null;
  /** A cancellation is being carried out: no step may begin. */
  holding: boolean;
  /** Steps of rounds that are under way. */
  busy: number;
  pollNow: boolean;
  /** A look at the partner's server is under way. */
  looking: boolean;
  /** How often staff asked for another try, by round. */
  readonly retries: Map<number, number>;
  /** Steps that need not be finished when the application is cancelled. */
  readonly interruptible: Set<CancellationScope>;
  /** Ids of parts that staff are giving up at this moment: none of their steps may begin. */
  readonly givingUp: Set<string>;
  /** Alerts that are being raised. */
  readonly telling: Set<Promise<void>>;
  /** Called whenever stage or wait has changed: search attributes, summary. */
  readonly onChange: () => void;
}

/** Unwinds a round at a waiting point; nothing is lost, its stage is in the progress. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Unwinds the way of a part that staff have given up. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

export const newRound = (round: number, nowMs: number): RoundProgress => ({
  round,
  stage: 'checking',
  waitingFor: null,
  sinceMs: nowMs,
  reminded: false,
  alarmed: false,
  problem: null,
  stuckOn: null,
  keptOut: [],
  validation: null,
  cardFile: null,
  spareCardFiles: [],
  parts: [],
});

export const newProgress = (application: string, nowMs: number): CardMakingProgress => ({
  application,
  stage: 'checking',
  waitingFor: null,
  paused: false,
  pausedSinceMs: null,
  rounds: [newRound(1, nowMs)],
  undecided: [],
  cursor: null,
  polls: 0,
  partnerFault: null,
  books: null,
  ended: null,
});

/** Waits until the condition holds; leaves the round when the run is to stop. */
export const until = async (process: Process, holds: () => boolean): Promise<void> => {
  await condition(() => holds() || process.stopping !== null);
  if (process.stopping !== null) throw new Stopped();
};

/** Recomputes what the rounds and the whole application show. */
export const refresh = (process: Process): void => {
  const { progress } = process;
  for (const round of progress.rounds) round.problem = round.stuckOn ?? round.keptOut[0]?.problem ?? null;
  const open = progress.rounds.filter((round) => round.stage !== 'completed');
  const waits = new Set(progress.rounds.map((round) => (round.problem === null ? round.waitingFor : 'staff')));
  const decisions = progress.undecided.length > 0;
  const atLast = decisions ? 'validation' : 'posValidation';
  progress.stage = progress.ended ?? leastStage(open.map((round) => round.stage)) ?? atLast;
  if (progress.ended !== null) progress.waitingFor = null;
  else if (waits.has('staff') || decisions) progress.waitingFor = 'staff';
  else progress.waitingFor = waits.has('partner') ? 'partner' : waits.has('vendor') ? 'vendor' : null;
  process.onChange();
};

export const enter = (
  process: Process,
  round: RoundProgress,
  stage: RoundProgress['stage'],
  waitingFor: RoundProgress['waitingFor'] = null,
): void => {
  if (round.stage !== stage) {
    round.stage = stage;
    round.sinceMs = Date.now();
    round.reminded = false;
    round.alarmed = false;
  }
  if (stage === 'completed') round.keptOut = [];
  round.waitingFor = waitingFor;
  refresh(process);
};

/** The process ends here. What is only looked for, or sent to the partner, is not waited for. */
export const end = (process: Process, how: 'completed' | 'cancelled'): void => {
  process.progress.ended = how;
  process.stopping = 'ended';
  interrupt(process);
  refresh(process);
};

export const interrupt = (process: Process): void => {
  for (const scope of process.interruptible) scope.cancel();
};

/** Runs a step that `interrupt` may break off; undefined when it did. */
export const interruptibly = async <A>(process: Process, step: () => Promise<A>): Promise<A | undefined> => {
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

const raise = async (process: Process, alert: Alert): Promise<void> => {
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
export const tell = (process: Process, { round, stage }: RoundProgress, level: Alert['level'], code: string): void => {
  const { tenant, application } = process.input;
  const told = raise(process, { tenant, application, round, stage, level, code }).finally(() =>
    process.telling.delete(told),
  );
  process.telling.add(told);
};

/** Staff ask a round that stands still to go on. */
export const retry = (process: Process, round: number): void => {
  process.retries.set(round, (process.retries.get(round) ?? 0) + 1);
};

/** The round stands still with a problem until a person has asked for another try. */
export const stuck = async (process: Process, round: RoundProgress, problem: Problem): Promise<void> => {
  const before = process.retries.get(round.round);
  round.stuckOn = problem;
  refresh(process);
  tell(process, round, 'problem', problem.code);
  await until(process, () => process.retries.get(round.round) !== before);
  round.stuckOn = null;
  refresh(process);
};

/**
 * Runs a step of a round; what fails for good waits for a person and is tried again, it never fails the process.
 * `lightly`: a cancellation need not wait for it. A step on a `part` rejects with `GivenUp` when staff give the part up.
 */
export const attempt = async <A>(
  process: Process,
  round: RoundProgress,
  step: () => Promise<A>,
  { lightly, part }: { readonly lightly?: true; readonly part?: PartProgress } = {},
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
      end(process, 'cancelled');
      throw new Stopped();
    }
    await stuck(process, round, problemOf(failure));
  }
};
