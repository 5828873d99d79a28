import { activitiesOf } from '../process.ts';
import { type HousekeepingInput, operationsContract, type RetentionResult } from './contract.ts';

/** In one run; a house that has never removed any comes to its end over some runs. */
const MOST_MONTHS = 12;

/** The oldest first, one step for each: a run that is cut short has removed whole months. */
export async function retention(input: HousekeepingInput): Promise<RetentionResult> {
  const steps = activitiesOf(operationsContract);
  const months = (await steps.outlivedMonths({ ...input, nowMs: Date.now() })).slice(0, MOST_MONTHS);
  let parts = 0;
  let bytes = 0;
  for (const month of months) {
    const removed = await steps.removeMonth({ ...input, month });
    parts += removed.parts;
    bytes += removed.bytes;
  }
  return { months, parts, bytes };
}
