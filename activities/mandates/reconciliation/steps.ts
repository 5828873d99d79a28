import { Effect } from 'effect';
import { MandateFilesPort } from '../../../partners/mandate-files/port.ts';
import { type RunStep, reconciliationContract } from '../../../workflows/mandates/reconciliation/contract.ts';
import { implement } from '../../activity.ts';
import { askRun } from './asking.ts';
import { compareReconciliation, correctReconciliation } from './comparing.ts';
import { decideDifference } from './correcting.ts';
import { alertOf, takeReconciliationFile } from './files.ts';
import { sendErrorFile, takeErrorAnswer } from './province.ts';

/** The steps of reconciliation, held against the contract. */
export const reconciliationSteps = implement(reconciliationContract)({
  reconciliationPartners: () =>
    Effect.map(MandateFilesPort, ({ partners }) => {
      const codes = partners.map(({ code }) => code);
      const isProvince = (code: string): boolean => /^[0-9]{6}$/.test(code);
      return { banks: codes.filter((code) => !isProvince(code)), provinces: codes.filter(isProvince) };
    }),
  openReconciliation: (step) => Effect.map(askRun(step, { _tag: 'Open', ...step.scope }), ({ stage }) => ({ stage })),
  takeReconciliationFile,
  missReconciliationFile: (step: RunStep) =>
    Effect.gen(function* () {
      yield* alertOf(step, 'FileMissing', 'awaiting');
      yield* askRun(step, { _tag: 'Miss' });
      return null;
    }),
  compareReconciliation,
  correctReconciliation,
  sendErrorFile,
  takeErrorAnswer,
  decideDifference,
});
