import { leastStage } from '../../domain/sim/application/stages.ts';
import type { Steps } from '../process.ts';
import type { CardMakingInput, CardMakingProgress, RoundProgress, simContract } from './contract.ts';
import type { Watching } from './look-out.ts';
import { interrupt } from './running.ts';

/**
 * One run of the card-making process with Unicom: its progress, its rounds, and its end.
 */
export interface Process extends Watching {
  readonly input: CardMakingInput;
  readonly progress: CardMakingProgress;
  readonly steps: Steps<typeof simContract>;
  /** Called whenever stage or wait has changed: search attributes, summary. */
  readonly onChange: () => void;
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
