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
import { generateApplicationFile, pollPartner, readFile, uploadApplicationFile } from './exchange.ts';
import { takeStrayFiles } from './stray-files.ts';
import { applyPos, applyValidation } from './verdicts.ts';

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
  raiseAlert: ({ tenant, application, round, stage, level, code }) =>
    Effect.gen(function* () {
      const alert = { source: 'card-making', subject: `${application}/${round}`, level, code, stage };
      yield* raiseAlert(tenant, alert, yield* Clock.currentTimeMillis);
      return null;
    }),
  takeStrayFiles,
});
