import type { TelecomReply } from '../../../domain/sim/telecom/application/schema.ts';
import type { Steps } from '../../process.ts';
import type { Problem, simContract } from '../contract.ts';
import type { Watching } from '../look-out.ts';
import { interrupt, type Standing, tell } from '../running.ts';
import type { TelecomArrival, TelecomInput, TelecomProgress } from './contract.ts';

/** One run of the card-making process with Telecom: its progress, and what moves it on. */

export interface TelecomProcess extends Watching {
  readonly input: TelecomInput;
  readonly progress: TelecomProgress;
  readonly steps: Steps<typeof simContract>;
  /** How often the application has said what it is: a look that began before the last time tells nothing new. */
  told: number;
  readonly standing: TelecomStanding;
}

/** The application stands or goes as a whole: it is its own only round. */
export type TelecomStanding = TelecomProgress & Standing;

export const newTelecomProgress = (application: string, nowMs: number): TelecomStanding => ({
  round: 1,
  application,
  stage: 'draft',
  waitingFor: null,
  paused: false,
  pausedSinceMs: null,
  sinceMs: nowMs,
  reminded: false,
  alarmed: false,
  problem: null,
  stuckOn: null,
  keptOut: [],
  result: null,
  reports: [],
  spent: [],
  mailCursor: null,
  vendorCursor: null,
  polls: 0,
  partnerFault: null,
  books: null,
  ended: null,
});

/** What the application says of itself is what the process shows; a problem waits for staff. */
export const follow = (process: TelecomProcess, reply: TelecomReply): void => {
  const { standing } = process;
  process.told += 1;
  if (standing.stage !== reply.stage) {
    standing.stage = reply.stage;
    standing.sinceMs = Date.now();
    standing.reminded = false;
    standing.alarmed = false;
  }
  standing.waitingFor = reply.waitingFor;
  standing.books = reply.books;
  process.refresh();
};

export const refreshTelecom = ({ standing }: TelecomProcess): void => {
  standing.problem = standing.stuckOn ?? standing.keptOut[0] ?? null;
};

export const endTelecom = (process: TelecomProcess, how: 'completed' | 'cancelled'): void => {
  process.standing.ended = how;
  process.standing.stage = how;
  process.standing.waitingFor = null;
  process.stopping = 'ended';
  interrupt(process);
  process.refresh();
};

/** Of what may come without end, the newest are remembered. */
const MAX_KEPT = 20;

/** Something that came cannot be used: shown, and told once. */
export const keepOut = (process: TelecomProcess, problem: Problem): void => {
  const { standing } = process;
  const same = (other: Problem) => other.code === problem.code && other.partnerFile === problem.partnerFile;
  if (standing.keptOut.some(same)) return;
  standing.keptOut = [...standing.keptOut, problem].slice(-MAX_KEPT);
  tell(process, standing, 'problem', problem.code);
  process.refresh();
};

const problemOf = ({ partnerFile, error }: TelecomArrival): Problem => ({
  code: error?.code ?? 'Quarantined',
  message: `A file is quarantined${error === undefined ? '.' : `, line ${error.line}: ${error.reason}`}`,
  action: 'Have it sent again, or put the file right and hand it in.',
  partnerFile,
});

/** Puts a file that has come where the process waits for it; what is not needed any more changes nothing. */
export const deliver = (process: TelecomProcess, arrival: TelecomArrival): void => {
  const { standing } = process;
  const { sm3 } = arrival.file;
  const wantsResult = standing.result === null;
  if (arrival.status === 'quarantined') {
    if (arrival.kind === 'pos' || wantsResult) keepOut(process, problemOf(arrival));
    return;
  }
  if (arrival.status === 'known') return;
  if (arrival.kind === 'cardMaking') {
    if (!wantsResult) return;
    standing.result = arrival;
  } else {
    if (standing.spent.includes(sm3) || standing.reports.some(({ file }) => file.sm3 === sm3)) return;
    standing.reports = [...standing.reports, arrival].slice(-MAX_KEPT);
  }
  // A good one takes the place of those that were kept out.
  standing.keptOut = [];
  process.refresh();
};

/** Staff have decided about a file, or, without one, about all. */
export const dismiss = (process: TelecomProcess, partnerFile?: string): void => {
  const { standing } = process;
  standing.keptOut = standing.keptOut.filter((each) => partnerFile !== undefined && each.partnerFile !== partnerFile);
  process.refresh();
};
