import { condition } from '@temporalio/workflow';
import { activitiesOf, faultOf, isStepFailure, onSignal, refusalOf, showStage } from '../../process.ts';
import { mandatesContract } from '../contract.ts';
import type { ChargeStep, ChargingInput } from './contract.ts';

/**
 * One attempt at a charge: ordered once, asked about until the bank knows, reversed when it does not for too long, and
 * then told to BOSS. Whatever runs twice or dies in between says the same messages again under the same ids.
 */

/** A bank that has lost its answer knows it in seconds; one that is down for a night is not hammered. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 3_600_000;
/** Some three hours: after that a customer's money is not left in doubt, and each query is followed by a reversal. */
const QUERIES_BEFORE_REVERSAL = 13;
const UNTOLD_AGAIN_MS = 86_400_000;

export async function charging(input: ChargingInput): Promise<ChargeStep> {
  const { orderCharge, queryCharge, reverseCharge, tellCharge, alertCharge } = activitiesOf(mandatesContract);
  let answered = 0;
  onSignal(mandatesContract.workflows.charging, 'answered', () => {
    answered += 1;
  });

  showStage('ordering');
  let { outcome } = await orderCharge(input);
  for (let query = 1; outcome === 'unknown'; query += 1) {
    showStage('inDoubt');
    const [heard, waitMs] = [answered, Math.min(FIRST_WAIT_MS * 2 ** (query - 1), LONGEST_WAIT_MS)];
    await condition(() => answered > heard, waitMs);
    ({ outcome } = await queryCharge({ ...input, query }));
    if (outcome !== 'unknown' || query < QUERIES_BEFORE_REVERSAL) continue;
    if (query === QUERIES_BEFORE_REVERSAL) await alertCharge({ ...input, stage: 'inDoubt', code: 'OutcomeUnknown' });
    ({ outcome } = await reverseCharge(input));
  }
  showStage('telling');
  for (;;) {
    try {
      await tellCharge(input);
      break;
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      const code = (refusalOf(error) ?? faultOf(error))?.code ?? 'Unreachable';
      await alertCharge({ ...input, stage: 'telling', code });
      showStage('untold');
      // A province that nobody reaches for days is a person's; it is tried again by itself all the same.
      await condition(() => false, UNTOLD_AGAIN_MS);
    }
  }
  return { outcome };
}
