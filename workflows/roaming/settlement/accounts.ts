import { condition, continueAsNew } from '@temporalio/workflow';
import { activitiesOf, faultOf, isStepFailure, refusalOf, showStage } from '../../process.ts';
import { type AccountInput, type AccountResult, settlementContract } from './contract.ts';

/** After how long without an answer a person is told. */
const TELL_AFTER_MS = 3_600_000;

/**
 * Account data to finance's own system (seed 002 §4.2.3), until it has answered, however long it is down. What it refuses is in
 * quarantine then, and a person sends it again: another attempt, and another run.
 */
export async function sendAccount(input: AccountInput): Promise<AccountResult> {
  const steps = activitiesOf(settlementContract);
  showStage('sending', input.account);
  let over = false;
  const end = (): void => {
    over = true;
  };
  const posting = steps.postAccount(input);
  void posting.then(end, end);
  if (!(await condition(() => over, TELL_AFTER_MS))) await steps.tellAccountLate(input);
  try {
    const result = await posting;
    showStage(result.status);
    return result;
  } catch (error) {
    if (!isStepFailure(error)) throw error;
    const refusal = refusalOf(error);
    if (refusal === undefined && faultOf(error) !== undefined) return continueAsNew<typeof sendAccount>(input);
    const result = await steps.refuseAccount({ ...input, code: refusal?.code ?? 'StepFailed' });
    showStage(result.status);
    return result;
  }
}
