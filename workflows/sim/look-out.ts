import { condition, workflowInfo } from '@temporalio/workflow';
import { faultOf, isStepFailure, refusalOf } from '../process.ts';
import { PATIENCE_MS, type Running } from './running.ts';

/**
 * The look-out of a cycle: it looks at the partner as long as something is awaited from there, every so often or when
 * staff ask for it, and lets a long history go on in a new run. A partner that is away does not end it.
 */
export interface Watching extends Running {
  readonly input: Running['input'] & { readonly pollEveryMs: number; readonly continueAfterEvents?: number };
  readonly progress: { readonly paused: boolean; polls: number; partnerFault: string | null };
  /** Look at once. */
  pollNow: boolean;
  /** A look at the partner is under way. */
  looking: boolean;
}

const isLong = ({ input }: Watching): boolean => {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= (input.continueAfterEvents ?? Number.POSITIVE_INFINITY);
};

/** `awaited`: something is to come from there. Ends when the process stops. */
export const watch = async (process: Watching, awaited: () => boolean, look: () => Promise<void>): Promise<void> => {
  const { progress, input } = process;
  const wanted = (): boolean => !progress.paused && awaited();
  for (;;) {
    await condition(() => process.stopping !== null || process.pollNow || wanted());
    if (process.stopping !== null) return;
    process.pollNow = false;
    process.looking = true;
    try {
      await look();
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      // The partner is away for longer than the step's own retries: say so, and look again at the next turn.
      progress.partnerFault = (faultOf(error) ?? refusalOf(error))?.code ?? 'StepFailed';
    }
    process.looking = false;
    progress.polls += 1;
    if (isLong(process) && process.stopping === null) process.stopping = 'continue';
    await condition(() => process.stopping !== null || process.pollNow, input.pollEveryMs);
  }
};

/** Staff want a look now. @returns looks made so far, with this one when it was in time. */
export const lookNow = async (process: Watching): Promise<{ readonly polls: number }> => {
  const { progress } = process;
  // A look that is under way may have passed what the person knows to be there.
  const awaited = progress.polls + (process.looking ? 2 : 1);
  process.pollNow = true;
  await condition(() => progress.polls >= awaited || process.stopping !== null, PATIENCE_MS);
  return { polls: progress.polls };
};
