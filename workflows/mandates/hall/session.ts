import { allHandlersFinished, condition } from '@temporalio/workflow';
import { activitiesOf, faultOf, isStepFailure, onSignal, onUpdate, refusalOf, showStage } from '../../process.ts';
import { mandatesContract } from '../contract.ts';
import type { HallChecked, HallInput } from './contract.ts';

/**
 * A session of the web hall: the province is asked once, the user is sent to a bank, and the hall is told what has become
 * of it for as long as it takes. The session itself is its actor's.
 */

const UNTOLD_AGAIN_MS = 86_400_000;
/** A session whose end is never heard of is over at its own bounds; this is longer than any. */
const LONGEST_MS = 32 * 86_400_000;

export async function hallSession(input: HallInput): Promise<null> {
  const { hallCheck, hallBegin, hallTell, hallAlert } = activitiesOf(mandatesContract);
  const { hallSession: own } = mandatesContract.workflows;
  let checked: HallChecked | undefined;
  let newest = 0;
  let told = 0;
  let ended = false;

  onUpdate(own, 'check', {
    refuse: () => undefined,
    handle: async (): Promise<HallChecked> => {
      await condition(() => checked !== undefined);
      return checked ?? { status: 'checking', code: null, banks: [] };
    },
  });
  onUpdate(own, 'begin', {
    refuse: () => undefined,
    handle: async (consent) => {
      try {
        return await hallBegin({ ...input, ...consent });
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        return refusal;
      }
    },
  });
  onSignal(own, 'changed', (change) => {
    newest = Math.max(newest, change.rev);
    ended ||= change.ended;
  });

  showStage('checking');
  try {
    checked = await hallCheck(input);
  } catch (error) {
    if (!isStepFailure(error)) throw error;
    checked = { status: 'checking', code: (refusalOf(error) ?? faultOf(error))?.code ?? 'Unavailable', banks: [] };
  }
  if (checked.status !== 'eligible') {
    await condition(allHandlersFinished);
    return null;
  }
  showStage('open');
  while (!ended || told < newest) {
    if (!(await condition(() => told < newest || ended, LONGEST_MS))) break;
    const upTo = newest;
    try {
      await hallTell(input);
      told = upTo;
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      showStage('untold');
      await hallAlert({ ...input, code: (refusalOf(error) ?? faultOf(error))?.code ?? 'HallUnreachable' });
      await condition(() => newest > upTo, UNTOLD_AGAIN_MS);
    }
  }
  await condition(allHandlersFinished);
  return null;
}
