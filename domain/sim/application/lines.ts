import type { Refusal } from '../../kernel/refusal.ts';
import { LIMITS } from '../limits.ts';
import { refusals } from './refusals.ts';

/** What is wrong with the lines of an application to either base operator: a number twice, or too many cards in all. */
export const linesProblem = (
  lines: ReadonlyArray<{ readonly no: number; readonly quantity: number }>,
): Refusal | undefined => {
  const seen = new Set<number>();
  let total = 0;
  for (const { no, quantity } of lines) {
    if (seen.has(no)) return refusals.duplicateLine(no);
    seen.add(no);
    total += quantity;
  }
  return total > LIMITS.quantity ? refusals.tooManyCards() : undefined;
};
