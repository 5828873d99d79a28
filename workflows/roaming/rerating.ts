import { condition } from '@temporalio/workflow';
import { activitiesOf, faultOf, isStepFailure, onSignal, refusalOf, showStage, showSubject } from '../process.ts';
import { type RerateInput, type RerateResult, roamingContract } from './contract.ts';

/** How often the actor is asked again, in case word of the decision was lost between it and here. */
const LOOK_AGAIN_MS = 43_200_000;

/** Where neither a refusal nor a fault says why: the step took too long, or its worker went. */
const UNKNOWN = { code: 'StepFailed', message: 'The step did not end in its time.' };

/** Usage of a partner priced anew: what it would come to, a person's decision, adjustments; or what was posted is taken back. */
export async function rerate(input: RerateInput): Promise<RerateResult> {
  let told = false;
  const heard = (): boolean => told;
  onSignal(roamingContract.workflows.rerate, 'decided', () => {
    told = true;
  });
  showSubject({ partner: input.partner });
  showStage('previewing');
  const steps = activitiesOf(roamingContract);
  let { status } = await steps.previewRerating(input);
  showStage(status);
  while (status === 'previewed') {
    await condition(() => told, LOOK_AGAIN_MS);
    told = false;
    status = (await steps.readRerating(input)).status;
  }
  showStage(status);
  while (status === 'approved' || status === 'withdrawing') {
    told = false;
    const step = status === 'approved' ? steps.postRerating : steps.takeBackRerating;
    const result = await step(input).catch((error: unknown) => {
      if (!isStepFailure(error)) throw error;
      const { code, message } = refusalOf(error) ?? faultOf(error) ?? UNKNOWN;
      return steps.stallRerating({ ...input, code, message });
    });
    showStage(result.status);
    // Once it has stalled, whoever has it go on begins another run; unless this one was told before it had ended.
    if (!heard()) return result;
    status = (await steps.readRerating(input)).status;
  }
  return { status };
}
