import { condition } from '@temporalio/workflow';
import { type Refusal, refuse } from '../../../domain/kernel/refusal.ts';
import type { TelecomReply } from '../../../domain/sim/telecom/application/schema.ts';
import { onUpdate, orRefusal } from '../../process.ts';
import { simContract } from '../contract.ts';
import { afterPause } from '../deadlines.ts';
import { lookNow } from '../look-out.ts';
import { ended, interrupt, PATIENCE_MS, retry, stepBy } from '../running.ts';
import { deliver, dismiss, endTelecom, follow, type TelecomProcess } from './process.ts';

/** What staff can tell Telecom's process: each an update, judged before it is accepted. */

const { telecomCardMaking } = simContract.workflows;

const atStage = (process: TelecomProcess, ...stages: ReadonlyArray<string>): Refusal | undefined => {
  const { stage } = process.standing;
  return stages.includes(stage)
    ? ended(process)
    : (ended(process) ?? refuse('conflict', 'StageMismatch', `The application is in stage ${stage}.`));
};

/** A step of staff's that moves the application on; whatever it stood still with is tried again. */
const moveOn = async (process: TelecomProcess, step: Promise<TelecomReply>): Promise<TelecomReply | Refusal> => {
  const reply = await orRefusal(step);
  if ('_tag' in reply) return reply;
  follow(process, reply);
  if (process.standing.stuckOn !== null) retry(process, process.standing.round);
  return reply;
};

/** Lets no step begin meanwhile; what waits on somebody outside is broken off, anything else is finished first. */
const undisturbed = async <A>(process: TelecomProcess, work: () => Promise<A | Refusal>): Promise<A | Refusal> => {
  process.holding = true;
  try {
    interrupt(process);
    if (!(await condition(() => process.busy === 0, PATIENCE_MS))) {
      return refuse('conflict', 'StepUnderWay', 'A step is under way that cannot be broken off.', {
        action: 'Try again in a while; pause the application to let no further step begin.',
      });
    }
    return await work();
  } finally {
    process.holding = false;
  }
};

const takeLetters = (process: TelecomProcess): void => {
  const { steps } = process;
  onUpdate(telecomCardMaking, 'attachScan', {
    // The application knows best whether a scan may still be replaced.
    refuse: () => ended(process),
    handle: ({ by, file }) => moveOn(process, steps.telecomAttachScan({ ...stepBy(process, by), file })),
  });
  onUpdate(telecomCardMaking, 'resend', {
    refuse: () => atStage(process, 'mailing', 'result'),
    handle: ({ by, reason }) => moveOn(process, steps.telecomResend({ ...stepBy(process, by), reason })),
  });
  onUpdate(telecomCardMaking, 'chooseVendor', {
    refuse: () => ended(process),
    // A vendor whose server does not answer is tried for days: that is broken off for another one.
    handle: ({ by, vendor }) =>
      undisturbed(process, () => moveOn(process, steps.telecomChooseVendor({ ...stepBy(process, by), vendor }))),
  });
};

const takeFiles = (process: TelecomProcess): void => {
  const { steps } = process;
  onUpdate(telecomCardMaking, 'takeFile', {
    refuse: () => ended(process),
    handle: async ({ by, file }) => {
      const arrival = await orRefusal(steps.telecomReadFile({ ...stepBy(process, by), file }));
      if (!('_tag' in arrival)) deliver(process, arrival);
      return arrival;
    },
  });
  onUpdate(telecomCardMaking, 'dismissFile', {
    refuse: () => ended(process),
    handle: ({ partnerFile }) => {
      dismiss(process, partnerFile);
      return { waitingFor: process.standing.problem === null ? process.standing.waitingFor : 'staff' };
    },
  });
  onUpdate(telecomCardMaking, 'confirmProduction', {
    refuse: () => atStage(process, 'production'),
    handle: async ({ by, failed }) => {
      const arrival = await orRefusal(steps.telecomConfirm({ ...stepBy(process, by), failed }));
      if (!('_tag' in arrival)) deliver(process, arrival);
      return arrival;
    },
  });
  onUpdate(telecomCardMaking, 'giveUp', {
    refuse: () => atStage(process, 'production'),
    handle: async ({ by, reason }) => {
      // What the vendor has reported is counted first.
      if (!(await condition(() => process.standing.reports.length === 0 && process.busy === 0, PATIENCE_MS))) {
        return refuse('conflict', 'StepUnderWay', 'A report of the vendor is being counted.', {
          action: 'Try again in a while; see first to what holds the application up.',
        });
      }
      process.holding = true;
      try {
        return await moveOn(process, steps.telecomGiveUp({ ...stepBy(process, by), reason }));
      } finally {
        process.holding = false;
      }
    },
  });
};

const takeRetries = (process: TelecomProcess): void => {
  const { standing } = process;
  onUpdate(telecomCardMaking, 'retryStage', {
    refuse: () =>
      standing.problem === null
        ? refuse('conflict', 'NothingToRetry', 'The application has no problem.')
        : ended(process),
    handle: () => {
      retry(process, standing.round);
      dismiss(process);
      process.pollNow = !standing.paused;
      return { stage: standing.stage };
    },
  });
  onUpdate(telecomCardMaking, 'pollNow', {
    refuse: () =>
      standing.paused
        ? refuse('conflict', 'ApplicationPaused', 'The application is paused.', { action: 'Resume it first.' })
        : ended(process),
    handle: () => lookNow(process),
  });
};

const takePauses = (process: TelecomProcess): void => {
  const { standing, steps } = process;
  onUpdate(telecomCardMaking, 'pause', {
    refuse: () => ended(process),
    handle: async ({ by, reason }) => {
      const reply = await orRefusal(steps.telecomPause({ ...stepBy(process, by), reason }));
      if ('_tag' in reply) return reply;
      standing.pausedSinceMs ??= Date.now();
      standing.paused = true;
      process.refresh();
      return { paused: true };
    },
  });
  onUpdate(telecomCardMaking, 'resume', {
    refuse: () => ended(process),
    handle: async ({ by }) => {
      const reply = await orRefusal(steps.telecomResume(stepBy(process, by)));
      if ('_tag' in reply) return reply;
      afterPause(standing, [standing], Date.now());
      standing.paused = false;
      process.refresh();
      return { paused: false };
    },
  });
};

const takeCancellation = (process: TelecomProcess): void => {
  onUpdate(telecomCardMaking, 'cancel', {
    refuse: () => ended(process),
    handle: ({ by, reason }) =>
      undisturbed(process, async () => {
        const reply = await orRefusal(process.steps.telecomCancel({ ...stepBy(process, by), reason }));
        if ('_tag' in reply) return reply;
        process.standing.books = reply.books;
        endTelecom(process, 'cancelled');
        return { ended: 'cancelled' as const };
      }),
  });
};

/** Answers to staff from here on. */
export const listenToTelecomStaff = (process: TelecomProcess): void => {
  takeLetters(process);
  takeFiles(process);
  takeRetries(process);
  takePauses(process);
  takeCancellation(process);
};
