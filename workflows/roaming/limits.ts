import { activitiesOf, refusalOf, showStage } from '../process.ts';
import { type LimitInput, type LimitResult, roamingContract } from './contract.ts';

/**
 * Tells a subscriber that its usage has come to a limit, for as long as it takes. When it is given up, or the message
 * system does not take it, a person learns of it.
 */
export async function tellLimit(input: LimitInput): Promise<LimitResult> {
  showStage(input.scope);
  const steps = activitiesOf(roamingContract);
  try {
    return await steps.tellLimit(input);
  } catch (error) {
    const code = refusalOf(error)?.code ?? 'MessagesUnreachable';
    await steps.alertLimitUntold({ ...input, code });
    throw error;
  }
}
