import { condition } from '@temporalio/workflow';
import type { Caller } from '../../domain/kernel/caller.ts';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { onUpdate, orRefusal } from '../process.ts';
import { deliver, dismiss, pairOf, showParts } from './arrivals.ts';
import { type PartProgress, type RoundProgress, simContract } from './contract.ts';
import { afterPause } from './deadlines.ts';
import { lookNow } from './look-out.ts';
import { end, newRound, type Process, refresh } from './process.ts';
import { ended, interrupt, PATIENCE_MS, retry, stepBy } from './running.ts';

/**
 * What staff can tell the process: each an update, judged before it is accepted, so the caller learns at once why not.
 * What the application's own rules refuse comes back as that refusal.
 */

const { cardMaking } = simContract.workflows;

const findRound = (process: Process, no: number): RoundProgress | undefined =>
  process.progress.rounds.find((round) => round.round === no);

const noRound = (no: number): Refusal =>
  refuse('missing', 'RoundUnknown', `There is no round ${no}.`, { field: 'round' });

/** Corrections go in a round of their own; lines that are given up are no longer waited for. */
const takeDecisions = (process: Process, start: (round: RoundProgress) => void): void => {
  const { progress, steps } = process;
  const decided = (lines: ReadonlyArray<number>): void => {
    progress.undecided = progress.undecided.filter((no) => !lines.includes(no));
    for (const round of progress.rounds) if (round.stuckOn?.code === 'NumbersShort') retry(process, round.round);
    refresh(process);
  };
  onUpdate(cardMaking, 'correct', {
    refuse: () => ended(process),
    handle: async ({ by, lines }) => {
      const reply = await orRefusal(steps.correctLines({ ...stepBy(process, by), lines }));
      if ('_tag' in reply) return reply;
      if (findRound(process, reply.round) === undefined) {
        const next = newRound(reply.round, Date.now());
        progress.rounds.push(next);
        start(next);
      }
      decided(lines.map(({ no }) => no));
      return { round: reply.round };
    },
  });
  onUpdate(cardMaking, 'dropLines', {
    refuse: () => ended(process),
    handle: async ({ by, lines, reason }) => {
      const reply = await orRefusal(steps.dropLines({ ...stepBy(process, by), lines, reason }));
      if ('_tag' in reply) return reply;
      decided(lines);
      return { undecided: progress.undecided };
    },
  });
};

const takeSplits = (process: Process): void => {
  const underWay = new Set<number>();
  onUpdate(cardMaking, 'split', {
    refuse: ({ round: no }) => {
      const round = findRound(process, no);
      if (round === undefined) return noRound(no);
      if (round.stage !== 'splitting') {
        return refuse('conflict', 'StageMismatch', `Round ${no} is in stage ${round.stage}.`, { field: 'round' });
      }
      return round.parts.length > 0 || underWay.has(no)
        ? refuse('conflict', 'AlreadySplit', `Round ${no} is split already.`, { field: 'round' })
        : ended(process);
    },
    handle: async ({ by, round: no, rule }) => {
      const round = findRound(process, no);
      const file = round?.cardFile?.file;
      if (round === undefined || file === undefined) return noRound(no);
      underWay.add(no);
      try {
        const split = await orRefusal(process.steps.splitCardFile({ ...stepBy(process, by), round: no, file, rule }));
        if ('_tag' in split) return split;
        round.parts = split.parts.map((part) => ({
          ...part,
          sent: false,
          pos: [],
          posValidations: [],
          spent: [],
          settled: false,
        }));
        refresh(process);
        return split;
      } finally {
        underWay.delete(no);
      }
    },
  });
};

const partSettled = (): Refusal =>
  refuse('conflict', 'PartSettled', 'Every card of the part is accounted for.', { field: 'part' });

const partRefusal = (process: Process, round: RoundProgress, part: PartProgress | undefined): Refusal | undefined => {
  if (part === undefined) {
    return refuse('missing', 'PartUnknown', `Round ${round.round} has no such part.`, { field: 'part' });
  }
  if (part.settled) return partSettled();
  return process.givingUp.has(part.id)
    ? refuse('conflict', 'PartCancelling', 'The part is being given up.', { field: 'part' })
    : ended(process);
};

/** What the vendor has reported is counted first; what then happens to the part is this update's alone. */
const giveUp = async (process: Process, round: RoundProgress, part: PartProgress, by: Caller, reason: string) => {
  const file = round.cardFile?.file;
  if (file === undefined) return noRound(round.round);
  const { id, part: no, vendor, quantity } = part;
  if (!(await condition(() => part.settled || pairOf(part) === undefined, PATIENCE_MS))) {
    return refuse('conflict', 'StepUnderWay', 'A POS file of the part is being counted.', {
      action: 'Try again in a while; see first to what holds the round up.',
    });
  }
  const refused = partRefusal(process, round, part);
  if (refused !== undefined) return refused;
  process.givingUp.add(id);
  try {
    const about = { ...stepBy(process, by), round: round.round, file, part: { id, part: no, vendor, quantity } };
    const given = await orRefusal(process.steps.cancelPart({ ...about, reason }));
    if ('_tag' in given) return given;
    part.settled = true;
    part.pos = [];
    part.posValidations = [];
    round.keptOut = round.keptOut.filter((each) => each.part !== no);
    // Whatever the round stands still with may be about this part; if it is not, it will stand still again.
    if (round.stuckOn !== null) retry(process, round.round);
    showParts(process, round);
    return { part: id, cancelled: given.cancelled };
  } finally {
    process.givingUp.delete(id);
  }
};

const takeGivenUpParts = (process: Process): void => {
  onUpdate(cardMaking, 'cancelPart', {
    refuse: ({ round: no, part: id }) => {
      const round = findRound(process, no);
      if (round === undefined) return noRound(no);
      const part = round.parts.find((each) => each.id === id);
      return partRefusal(process, round, part);
    },
    handle: ({ by, round: no, part: id, reason }) => {
      const round = findRound(process, no);
      const part = round?.parts.find((each) => each.id === id);
      return round === undefined || part === undefined ? noRound(no) : giveUp(process, round, part, by, reason);
    },
  });
};

const takeFiles = (process: Process): void => {
  onUpdate(cardMaking, 'takeFile', {
    refuse: () => ended(process),
    handle: async ({ by, file }) => {
      const arrival = await orRefusal(process.steps.readFile({ ...stepBy(process, by), file }));
      if (!('_tag' in arrival)) deliver(process, arrival);
      return arrival;
    },
  });
  onUpdate(cardMaking, 'dismissFile', {
    refuse: () => ended(process),
    handle: ({ partnerFile }) => {
      for (const round of process.progress.rounds) dismiss(process, round, partnerFile);
      return { waitingFor: process.progress.waitingFor };
    },
  });
};

const takeRetries = (process: Process): void => {
  onUpdate(cardMaking, 'retryStage', {
    refuse: ({ round: no }) => {
      const round = findRound(process, no);
      if (round === undefined) return noRound(no);
      return round.problem === null
        ? refuse('conflict', 'NothingToRetry', `Round ${no} has no problem.`, { field: 'round' })
        : ended(process);
    },
    handle: ({ round: no }) => {
      const round = findRound(process, no);
      if (round === undefined) return noRound(no);
      retry(process, no);
      dismiss(process, round);
      process.pollNow = !process.progress.paused;
      return { stage: round.stage };
    },
  });
  onUpdate(cardMaking, 'pollNow', {
    refuse: () =>
      process.progress.paused
        ? refuse('conflict', 'ApplicationPaused', 'The application is paused.', { action: 'Resume it first.' })
        : ended(process),
    handle: () => lookNow(process),
  });
};

const takePauses = (process: Process): void => {
  const { progress, steps } = process;
  onUpdate(cardMaking, 'pause', {
    refuse: () => ended(process),
    handle: async ({ by, reason }) => {
      const reply = await orRefusal(steps.pauseApplication({ ...stepBy(process, by), reason }));
      if ('_tag' in reply) return reply;
      progress.pausedSinceMs ??= Date.now();
      progress.paused = true;
      refresh(process);
      return { paused: true };
    },
  });
  onUpdate(cardMaking, 'resume', {
    refuse: () => ended(process),
    handle: async ({ by }) => {
      const reply = await orRefusal(steps.resumeApplication(stepBy(process, by)));
      if ('_tag' in reply) return reply;
      afterPause(progress, progress.rounds, Date.now());
      progress.paused = false;
      refresh(process);
      return { paused: false };
    },
  });
};

const takeCancellation = (process: Process): void => {
  onUpdate(cardMaking, 'cancel', {
    refuse: () => ended(process),
    handle: async ({ by, reason }) => {
      process.holding = true;
      try {
        // A step that has begun is finished first, so that cancelling sees all that it did.
        interrupt(process);
        if (!(await condition(() => process.busy === 0, PATIENCE_MS))) {
          return refuse('conflict', 'StepUnderWay', 'A step is under way that cannot be broken off.', {
            action: 'Try again in a while; pause the application to let no further step begin.',
          });
        }
        const reply = await orRefusal(process.steps.cancelApplication({ ...stepBy(process, by), reason }));
        if ('_tag' in reply) return reply;
        process.progress.books = reply.books;
        end(process, 'cancelled');
        return { ended: 'cancelled' as const };
      } finally {
        process.holding = false;
      }
    },
  });
};

/** Answers to staff from here on. `start` sets a new round going. */
export const listenToStaff = (process: Process, start: (round: RoundProgress) => void): void => {
  takeDecisions(process, start);
  takeSplits(process);
  takeGivenUpParts(process);
  takeFiles(process);
  takeRetries(process);
  takePauses(process);
  takeCancellation(process);
};
