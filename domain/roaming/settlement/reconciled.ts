import type { DetailLine } from '../cases/schema.ts';
import type { Bound } from '../rating/schema.ts';
import { within } from './statement.ts';

/**
 * Whether a record’s fee is reconciled (seed 002 §2.2.2: fees are computed from records that were checked): what both sides’ details
 * count of it differs by no more than the agreement tolerates. Money decides: a difference of usage alone moves none.
 */

/** What counts of a line in the statement. */
export const countedMinor = (line: DetailLine | null): bigint => (line?.status === 'AGREED' ? line.amountMinor : 0n);

/** Null: that side does not have it, or has it once more than the other. */
export const isReconciled = (ours: DetailLine | null, theirs: DetailLine | null, bound: Bound): boolean => {
  if (ours !== null && theirs !== null && ours.currency !== theirs.currency) return false;
  return within(countedMinor(ours), countedMinor(theirs), bound);
};
