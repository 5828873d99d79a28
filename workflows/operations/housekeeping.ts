import { activitiesOf } from '../process.ts';
import { type HousekeepingInput, type HousekeepingResult, operationsContract } from './contract.ts';

/** Each part is tried for itself: one that fails for good does not keep the others from their work. */
export async function housekeeping(input: HousekeepingInput): Promise<HousekeepingResult> {
  const steps = activitiesOf(operationsContract);
  const [files, alerts] = await Promise.allSettled([
    steps.sweepFiles(input),
    steps.expireAlerts({ ...input, nowMs: Date.now() }),
  ]);
  if (files.status === 'rejected') throw files.reason;
  if (alerts.status === 'rejected') throw alerts.reason;
  return { sweptFiles: files.value.swept, expiredAlerts: alerts.value.expired };
}
