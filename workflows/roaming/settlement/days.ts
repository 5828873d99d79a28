import { condition } from '@temporalio/workflow';
import { activitiesOf, faultOf, isStepFailure, refusalOf, showStage } from '../../process.ts';
import {
  type CloseDaysInput,
  type CloseDaysResult,
  type CloseMonthInput,
  type CloseMonthResult,
  settlementContract,
} from './contract.ts';

type Failed = Array<string>;

/** One partner's trouble does not hold the others up; a person is told. */
const forEach = async (
  { tenant }: { readonly tenant: CloseDaysInput['tenant'] },
  partners: ReadonlyArray<string>,
  what: string,
  work: (partner: string) => Promise<void>,
): Promise<Failed> => {
  const failed: Failed = [];
  for (const partner of partners) {
    try {
      await work(partner);
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      failed.push(partner);
      const code = (refusalOf(error) ?? faultOf(error))?.code ?? 'StepFailed';
      await activitiesOf(settlementContract).settlementFailed({ tenant, partner, what, code });
    }
  }
  return failed;
};

/**
 * After the end of the day in the tenant's zone: imports that are under way are waited for, then the books are closed and
 * each day is checked and reported. Nothing is to be done where that has been done before.
 */
export async function closeDays(input: CloseDaysInput): Promise<CloseDaysResult> {
  const { tenant, waitMs, pollEveryMs } = input;
  const steps = activitiesOf(settlementContract);
  const standing = await steps.settlementStanding({ tenant });
  if (standing === null) return { closed: {}, failed: [] };
  const { lastDay } = standing;
  const through = input.through !== undefined && input.through < lastDay ? input.through : lastDay;
  showStage('awaiting', through);
  const untilMs = Date.now() + waitMs;
  while ((await steps.importsUnderWay({ tenant })).count > 0) {
    const leftMs = untilMs - Date.now();
    if (leftMs <= 0) break;
    await condition(() => false, Math.min(pollEveryMs, leftMs));
  }
  showStage('closing', through);
  const closed: Record<string, number> = {};
  const failed = await forEach(input, standing.partners, through, async (partner) => {
    const { days } = await steps.closeBooks({ tenant, partner, through });
    closed[partner] = days.length;
    for (const day of days) {
      await steps.checkDay({ tenant, partner, day });
      await steps.reportDay({ tenant, partner, day });
    }
    if (days.length > 0) await steps.wakePeriods({ tenant, partner });
  });
  showStage('closed');
  return { closed, failed };
}

/** The month of each partner: its closed days summed, checked and compared with the month before. */
export async function closeMonth(input: CloseMonthInput): Promise<CloseMonthResult> {
  const { tenant, rule } = input;
  const steps = activitiesOf(settlementContract);
  const standing = await steps.settlementStanding({ tenant });
  if (standing === null) return { findings: {}, failed: [] };
  // The month of the last day that is over, or the one before when that day is not its last.
  const month = input.month ?? monthOver(standing.lastDay);
  showStage('closing', month);
  const findings: Record<string, number> = {};
  const failed = await forEach(input, standing.partners, month, async (partner) => {
    findings[partner] = (await steps.reportMonth({ tenant, partner, month, rule })).findings;
  });
  showStage('closed');
  return { findings, failed };
}

const DAY_MS = 86_400_000;

const monthOver = (lastDay: string): string => {
  const tomorrow = new Date(Date.parse(`${lastDay}T00:00:00Z`) + DAY_MS);
  return new Date(Date.UTC(tomorrow.getUTCFullYear(), tomorrow.getUTCMonth(), 0)).toISOString().slice(0, 7);
};
