import { sm3Hex } from '../keys/sm3.ts';
import type { ResultCode } from './messages/results.ts';
import type { AnswerOf } from './messages/schema.ts';

/**
 * What a bank's words about money mean (docs/partners/bank.md), and the names under which it is asked. No word is ever
 * taken for more than it says: what is not known is asked again until it is paid, failed or reversed.
 */

/** One attempt at one charge of a number; `number` is the key of its actor, `charge` the id of BOSS's trigger. */
export interface ChargeAttempt {
  readonly number: string;
  readonly charge: string;
  readonly attempt: number;
}

/** Names the attempt at the bank and its process; says nothing of the number, and nothing of the trigger. */
export const chargeKey = ({ number, charge, attempt }: ChargeAttempt): string =>
  `${number}:${sm3Hex(charge).slice(0, 16)}:${attempt}`;

/** The same order, the same reversal, for ever: a bank does each once. */
export const orderId = (attempt: ChargeAttempt): string => `P:${chargeKey(attempt)}`;
export const reversalId = (attempt: ChargeAttempt): string => `V:${chargeKey(attempt)}`;

export type ChargeOutcome = 'unknown' | 'paid' | 'failed' | 'reversed';

const OPEN: ReadonlySet<ResultCode> = new Set(['OutcomeUnknown', 'Manual', 'Busy', 'MessageDiffers']);

export const outcomeOfOrder = (result: ResultCode): ChargeOutcome => {
  if (result === 'Done') return 'paid';
  // It was reversed before it came, and will not be done.
  if (result === 'PaymentUnknown') return 'reversed';
  return OPEN.has(result) ? 'unknown' : 'failed';
};

/** `never`: the bank has no such order. It may still be on its way, so it is reversed before it comes. */
export const outcomeOfQuery = ({
  result,
  state,
}: Pick<AnswerOf<'paymentQuery'>, 'result' | 'state'>): ChargeOutcome | 'never' => {
  if (result === 'PaymentUnknown') return 'never';
  return result === 'Done' ? (state ?? 'unknown') : 'unknown';
};

/** A reversal of what never came is remembered by the bank: it comes too late then. */
export const outcomeOfReversal = (result: ResultCode): ChargeOutcome =>
  result === 'Done' || result === 'PaymentUnknown' ? 'reversed' : 'unknown';
