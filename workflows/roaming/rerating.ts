import { condition } from '@temporalio/workflow';
import { activitiesOf, onSignal, showStage, showSubject } from '../process.ts';
import { type RerateInput, type RerateResult, roamingContract } from './contract.ts';

/** How often the actor is asked again, in case word of the decision was lost between it and here. */
const LOOK_AGAIN_MS = 43_200_000;

/** Usage of a partner priced anew: what it would come to, a person's decision, adjustments. */
export async function rerate(input: RerateInput): Promise<RerateResult> {
  let told = false;
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
  if (status !== 'approved') return { status };
  const result = await steps.postRerating(input);
  showStage(result.status);
  return result;
}
