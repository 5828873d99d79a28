import { condition } from '@temporalio/workflow';
import type { FileRef } from '../../../domain/mandates/reconciliation/schema.ts';
import { activitiesOf, onSignal, showStage, showSubject } from '../../process.ts';
import { type ReconcileInput, type ReconcileResult, reconciliationContract } from './contract.ts';

/**
 * One run: waits for the partner's file until the deadline, compares, corrects; for a province it sends the
 * error-handling file and waits for the answer as long.
 */
export async function reconcile(input: ReconcileInput): Promise<ReconcileResult> {
  const { tenant, scope, waitUntilMs, pollEveryMs, unbalanced = [] } = input;
  const steps = activitiesOf(reconciliationContract);
  const step = { tenant, scope };
  let looked = true;
  const given: Array<FileRef> = input.file === undefined ? [] : [input.file];
  onSignal(reconciliationContract.workflows.reconcile, 'look', ({ file }) => {
    looked = false;
    if (file !== undefined) given.push(file);
  });
  /** Looks again and again until `look` says that it is there; false: not by the deadline. */
  const until = async (look: () => Promise<boolean>): Promise<boolean> => {
    for (;;) {
      looked = true;
      if (await look()) return true;
      const leftMs = waitUntilMs - Date.now();
      if (leftMs <= 0) return false;
      await condition(() => !looked, Math.min(pollEveryMs, leftMs));
    }
  };
  showSubject({ partner: scope.partner });
  showStage('awaiting', `${scope.party} ${scope.partner}, ${scope.period}`);
  await steps.openReconciliation(step);
  const counts = await until(async () => {
    const file = given.shift();
    return (await steps.takeReconciliationFile(file === undefined ? step : { ...step, file })).status === 'counts';
  });
  if (!counts) {
    showStage('missing');
    await steps.missReconciliationFile(step);
    return { stage: 'missing', differences: null, outcomes: {} };
  }
  showStage('comparing');
  const { differences, stopped } = await steps.compareReconciliation({ ...step, unbalanced });
  if (stopped) return { stage: 'stopped', differences, outcomes: {} };
  showStage('correcting');
  const { outcomes, stage } = await steps.correctReconciliation({ ...step, unbalanced });
  if (stage !== 'sent') return { stage, differences, outcomes };
  showStage('sent');
  await steps.sendErrorFile(step);
  const answered = await until(async () => (await steps.takeErrorAnswer(step)).answered);
  return { stage: answered ? 'done' : 'sent', differences, outcomes };
}
