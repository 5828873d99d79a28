import { condition } from '@temporalio/workflow';
import { faultOf, isStepFailure, refusalOf, type Steps } from '../process.ts';
import type {
  Alert,
  Arrival,
  CardMakingInput,
  CardMakingProgress,
  PartProgress,
  Problem,
  RoundProgress,
  simContract,
} from './contract.ts';
import { isTimed, leastStage } from './stages.ts';

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
  /** Rounds whose staff asked for another try. */
  readonly retries: Set<number>;
  /** Called whenever stage or wait has changed: search attributes, summary. */
  readonly onChange: () => void;
}

/** Unwinds a round at a waiting point; nothing is lost, its stage is in the progress. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export const newRound = (round: number, nowMs: number): RoundProgress => ({
  round,
  stage: 'checking',
  waitingFor: null,
  sinceMs: nowMs,
  reminded: false,
  alarmed: false,
  problem: null,
  validation: null,
  cardFile: null,
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

/** Recomputes what the whole application shows from its rounds. */
export const refresh = (process: Process): void => {
  const { progress } = process;
  const open = progress.rounds.filter((round) => round.stage !== 'completed');
  const waits = new Set(open.map((round) => (round.problem === null ? round.waitingFor : 'staff')));
  progress.stage = progress.ended ?? (open.length === 0 ? 'validation' : leastStage(open.map((round) => round.stage)));
  if (progress.ended !== null) progress.waitingFor = null;
  else if (waits.has('staff') || progress.undecided.length > 0) progress.waitingFor = 'staff';
  else progress.waitingFor = waits.has('partner') ? 'partner' : waits.has('vendor') ? 'vendor' : null;
  process.onChange();
};

export const enter = (process: Process, round: RoundProgress, stage: RoundProgress['stage']): void => {
  if (round.stage !== stage) {
    round.stage = stage;
    round.sinceMs = Date.now();
    round.reminded = false;
    round.alarmed = false;
  }
  round.problem = null;
  round.waitingFor = null;
  refresh(process);
};

export const waitFor = (process: Process, round: RoundProgress, who: RoundProgress['waitingFor']): void => {
  round.waitingFor = who;
  refresh(process);
};

const problemOf = (error: unknown): Problem => {
  const cause = refusalOf(error) ?? faultOf(error);
  return {
    code: cause?.code ?? 'StepFailed',
    message: cause?.message ?? 'The step failed; the run shows where.',
    action: (cause?._tag === 'Refusal' ? cause.action : undefined) ?? 'Put right what is said, then retry the stage.',
  };
};

export const alert = async (
  process: Process,
  { round, stage }: RoundProgress,
  level: Alert['level'],
  code: string,
): Promise<void> => {
  const { tenant, application } = process.input;
  await process.steps.raiseAlert({ tenant, application, round, stage, level, code });
};

/** The round stands still with a problem until a person has asked for another try (or something else cleared it). */
export const stuck = async (process: Process, round: RoundProgress, problem: Problem): Promise<void> => {
  round.problem = problem;
  refresh(process);
  await alert(process, round, 'problem', problem.code);
  await until(process, () => process.retries.has(round.round) || round.problem === null);
  process.retries.delete(round.round);
  round.problem = null;
  refresh(process);
};

/** Runs a step of a round; what fails for good waits for a person and is tried again, it never fails the process. */
export const attempt = async <A>(process: Process, round: RoundProgress, step: () => Promise<A>): Promise<A> => {
  for (;;) {
    await until(process, () => !process.progress.paused && !process.holding);
    process.busy += 1;
    let failure: unknown;
    try {
      return await step();
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      failure = error;
    } finally {
      process.busy -= 1;
    }
    await stuck(process, round, problemOf(failure));
  }
};

const deliverPart = (part: PartProgress, arrival: Arrival): void => {
  const slot = arrival.kind === 'pos' ? part.pos : part.posValidations;
  if (!part.settled && !slot.some((each) => each.file.sm3 === arrival.file.sm3)) slot.push(arrival);
};

export const quarantine = (round: RoundProgress, arrival: Arrival, error = arrival.error): void => {
  round.problem = {
    code: error?.code ?? 'Quarantined',
    message: `A file is quarantined${error === undefined ? '.' : `, line ${error.line}: ${error.reason}`}`,
    action: 'Have the partner send it again, or put the file right and take it by hand.',
    partnerFile: arrival.partnerFile,
  };
};

/**
 * Puts a file that has come where its round waits for it, and says which round it concerns. What came before, or comes
 * after its time, changes nothing. A good file takes the place of a quarantined one.
 */
export const deliver = (process: Process, arrival: Arrival): RoundProgress | undefined => {
  const open = process.progress.rounds.filter((each) => each.stage !== 'completed');
  const round =
    open.find((each) => each.round === arrival.round) ?? (arrival.status === 'quarantined' ? open[0] : undefined);
  if (round === undefined) return undefined;
  if (arrival.status === 'quarantined') {
    quarantine(round, arrival);
  } else {
    if (arrival.kind === 'validation') round.validation ??= arrival;
    if (arrival.kind === 'cardMaking') round.cardFile ??= arrival;
    if (arrival.kind === 'pos' || arrival.kind === 'posValidation') {
      const part = round.parts.find((each) => each.part === arrival.part);
      if (part !== undefined) deliverPart(part, arrival);
    }
    if (round.problem?.partnerFile !== undefined) round.problem = null;
  }
  refresh(process);
  return round;
};

const deadlineOf = (process: Process, round: RoundProgress): number | undefined => {
  if (!isTimed(round.stage) || process.progress.paused || round.alarmed) return undefined;
  const deadline = process.input.deadlines[round.stage];
  return round.sinceMs + (round.reminded ? deadline.alarmAfterMs : deadline.remindAfterMs);
};

/** Reminds, then alarms, when a stage takes too long. Ends with the round. */
export const watchDeadlines = async (process: Process, round: RoundProgress): Promise<void> => {
  while (process.stopping === null && round.stage !== 'completed') {
    const due = deadlineOf(process, round);
    const { stage, sinceMs } = round;
    const { paused } = process.progress;
    const moved = (): boolean =>
      process.stopping !== null ||
      round.stage !== stage ||
      round.sinceMs !== sinceMs ||
      process.progress.paused !== paused;
    if (due === undefined) {
      await condition(moved);
    } else if (!(await condition(moved, Math.max(1, due - Date.now())))) {
      const level = round.reminded ? 'alarm' : 'reminder';
      if (level === 'alarm') round.alarmed = true;
      else round.reminded = true;
      await alert(process, round, level, 'StageOverdue');
    }
  }
};
