import { continueAsNew } from '@temporalio/workflow';
import { activitiesOf, faultOf, isStepFailure, refusalOf, showStage } from '../../process.ts';
import { type CaseInput, type CaseResult, settlementContract } from './contract.ts';

/** Books the adjustment of a case that was approved; what the books do not take goes back to the person who works on it. */
export async function postCase(input: CaseInput): Promise<CaseResult> {
  const steps = activitiesOf(settlementContract);
  showStage('posting', input.case);
  try {
    const result = await steps.postCase(input);
    showStage(result.status);
    return result;
  } catch (error) {
    if (!isStepFailure(error)) throw error;
    const refusal = refusalOf(error);
    // Something may have been booked: it is tried until it is known.
    if (refusal === undefined && faultOf(error) !== undefined) return continueAsNew<typeof postCase>(input);
    const result = await steps.returnCase({ ...input, code: refusal?.code ?? 'StepFailed' });
    showStage(result.status);
    return result;
  }
}
