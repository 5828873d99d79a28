import type { OfTenant } from '../contract.ts';
import { activitiesOf, showStage, showSubject } from '../process.ts';
import {
  type ImportResult,
  roamingContract,
  type SendDayInput,
  type SendInput,
  type SendResult,
  type SettleReturnInput,
} from './contract.ts';

/**
 * A partner's file of a day. Its number is given in one step and the file is sent in another: whatever is cut short in
 * between is found in the partner's actor, also by the run of the next day.
 */
export async function sendDay(input: SendDayInput): Promise<SendResult> {
  const { tenant, partner } = input;
  showSubject({ partner });
  showStage('numbering');
  const steps = activitiesOf(roamingContract);
  const { sequence, kind } = await steps.cutDay(input);
  showStage('sending', `${kind} ${sequence} of ${input.day}`);
  const result = await steps.sendFiles({ tenant, partner, series: 'billing' });
  showStage(result.held === 0 ? 'sent' : 'held');
  return result;
}

export async function sendDays(input: OfTenant): Promise<{ readonly started: number }> {
  return activitiesOf(roamingContract).startDay(input);
}

export async function sendNrtrde(input: OfTenant): Promise<SendResult> {
  return activitiesOf(roamingContract).sendNrtrde(input);
}

/** A file that was put right, or sent back as a whole, and what waits behind it. */
export async function send(input: SendInput): Promise<SendResult> {
  showSubject({ partner: input.partner });
  return activitiesOf(roamingContract).sendFiles(input);
}

export async function settleReturn(input: SettleReturnInput): Promise<ImportResult> {
  showSubject({ partner: input.partner });
  return activitiesOf(roamingContract).settleReturn(input);
}
