import type { OfTenant } from '../contract.ts';
import { activitiesOf, isStepFailure, showStage, showSubject } from '../process.ts';
import { type ImportInput, type ImportResult, type LookResult, roamingContract, type SettleInput } from './contract.ts';

/** A file of a partner. What is left of an attempt that was cut short, the next one finds in the file's actor. */
export async function importFile(input: ImportInput): Promise<ImportResult> {
  showSubject({ partner: input.partner });
  showStage('importing');
  const steps = activitiesOf(roamingContract);
  const result = await steps.importFile(input).catch((error: unknown) => {
    if (!isStepFailure(error)) throw error;
    return steps.giveUpImport(input);
  });
  showStage(result.status);
  if (result.status === 'done' || result.goesBack === true) await steps.returnRecords(input);
  return result;
}

/** Stores what is new, starts its import, and moves it into the partner's archive. */
export async function look(input: OfTenant): Promise<LookResult> {
  return activitiesOf(roamingContract).takeFiles(input);
}

/** A record of the quarantine as a person has decided. */
export async function settle(input: SettleInput): Promise<ImportResult> {
  return activitiesOf(roamingContract).settleRecord(input);
}
