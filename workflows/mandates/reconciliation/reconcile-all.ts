import { executeChild } from '@temporalio/workflow';
import type { Scope, Stage } from '../../../domain/mandates/reconciliation/schema.ts';
import { workflowIdOf } from '../../contract.ts';
import { activitiesOf, showStage } from '../../process.ts';
import {
  type DecideInput,
  type DecideResult,
  type ReconcileAllInput,
  type ReconcileAllResult,
  type ReconcileResult,
  reconciliationContract,
} from './contract.ts';

const CHINA_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The day, or the month, before the one of this moment in China. */
const periodBefore = (every: 'day' | 'month', nowMs: number): string => {
  const china = new Date(nowMs + CHINA_MS);
  if (every === 'day') return new Date(china.getTime() - DAY_MS).toISOString().slice(0, 10);
  return new Date(Date.UTC(china.getUTCFullYear(), china.getUTCMonth(), 1) - DAY_MS).toISOString().slice(0, 7);
};

/**
 * Everybody's files of a period: all banks, and then, on what they have corrected, all provinces. Of a bank whose run has
 * not come to its end a province's differences are left to a person (seed 003 part 3 §2 step 4).
 */
export async function reconcileAll(input: ReconcileAllInput): Promise<ReconcileAllResult> {
  const { tenant, every, waitMs, pollEveryMs } = input;
  const steps = activitiesOf(reconciliationContract);
  const now = Date.now();
  const period = input.period ?? periodBefore(every, now);
  const waitUntilMs = now + waitMs;
  const { banks, provinces } = await steps.reconciliationPartners({ tenant });
  const stages: Record<string, Stage> = {};
  const definition = reconciliationContract.workflows.reconcile;
  const run = async (scope: Scope, unbalanced: ReadonlyArray<string>): Promise<void> => {
    const key = `${scope.party}:${scope.partner}:${scope.period}`;
    const result: ReconcileResult = await executeChild(definition.type, {
      workflowId: workflowIdOf(definition, tenant, key),
      // A day is run again by the same key when the schedule is triggered by hand.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [{ tenant, scope, waitUntilMs, pollEveryMs, unbalanced }],
    });
    stages[key] = result.stage;
  };
  showStage('banks', period);
  await Promise.all(banks.map((partner) => run({ party: 'bank', partner, period }, [])));
  const unbalanced = banks.filter((partner) => stages[`bank:${partner}:${period}`] !== 'done');
  showStage('provinces');
  await Promise.all(provinces.map((partner) => run({ party: 'province', partner, period }, unbalanced)));
  return { stages };
}

export async function differenceDecision(input: DecideInput): Promise<DecideResult> {
  return activitiesOf(reconciliationContract).decideDifference(input);
}
