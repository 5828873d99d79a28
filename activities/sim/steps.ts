import { Clock, Effect } from 'effect';
import { raiseAlert } from '../../store/operations/alerts.ts';
import { simContract } from '../../workflows/sim/contract.ts';
import { implement } from '../activity.ts';
import {
  cancelApplication,
  checkResources,
  completeApplication,
  correctLines,
  dropLines,
  openApplication,
  pauseApplication,
  resumeApplication,
} from './application-steps.ts';
import { applyCardFile, assignPart, cancelPart, sendPart, splitCardFile } from './card-file.ts';
import { recordUntold, tellEop } from './eop-result.ts';
import { generateApplicationFile, pollPartner, readFile, uploadApplicationFile } from './exchange.ts';
import { archiveResourceFile, importResourceFile, takeResourceFiles } from './resource-files.ts';
import { takeStrayFiles } from './stray-files.ts';
import {
  telecomApplyReport,
  telecomApplyResult,
  telecomCancel,
  telecomChooseVendor,
  telecomComplete,
  telecomConfirm,
  telecomGiveUp,
  telecomHandOver,
  telecomPause,
  telecomReports,
  telecomResume,
} from './telecom/cards.ts';
import { telecomReadFile } from './telecom/file.ts';
import { telecomAttachScan, telecomExport, telecomLook, telecomResend, telecomSend } from './telecom/letter.ts';
import { applyPos, applyValidation } from './verdicts.ts';
import { alertUntold, tellCrm } from './write-result.ts';

/** The steps of card making, held against the contract. */
export const simSteps = implement(simContract)({
  openApplication,
  checkResources,
  generateApplicationFile,
  uploadApplicationFile,
  pollPartner,
  readFile,
  applyValidation,
  applyCardFile,
  splitCardFile,
  assignPart,
  sendPart,
  cancelPart,
  applyPos,
  correctLines,
  dropLines,
  pauseApplication,
  resumeApplication,
  cancelApplication,
  completeApplication,
  telecomExport,
  telecomAttachScan,
  telecomSend,
  telecomResend,
  telecomLook,
  telecomReports,
  telecomReadFile,
  telecomApplyResult,
  telecomChooseVendor,
  telecomHandOver,
  telecomConfirm,
  telecomApplyReport,
  telecomGiveUp,
  telecomPause,
  telecomResume,
  telecomCancel,
  telecomComplete,
  raiseAlert: ({ tenant, application, round, stage, level, code }) =>
    Effect.gen(function* () {
      const alert = { source: 'card-making', subject: `${application}/${round}`, level, code, stage };
      yield* raiseAlert(tenant, alert, yield* Clock.currentTimeMillis);
      return null;
    }),
  takeStrayFiles,
  tellCrm,
  tellEop,
  recordUntold,
  alertUntold,
  takeResourceFiles,
  importResourceFile,
  archiveResourceFile,
});
