import type { SessionState } from './schema.ts';

/**
 * What the web hall is told of a session (seed 003 part 1 steps 5.1 and 5.4), where the bank tells us and not the hall. It
 * names no number: the hall knows whose session it is. A notice may come twice; `revision` grows, and the greatest counts.
 */
export interface HallNotice {
  readonly session: string;
  readonly revision: number;
  /** `made`: the bank has made it, and we are at it; it succeeds with `formal` alone. */
  readonly status: 'made' | 'formal' | 'manual' | 'failed' | 'expired';
  readonly bank: string;
  readonly code: string | null;
}

/** Undefined while the bank has said nothing, and where the bank tells the hall itself. */
export const hallNoticeOf = (
  session: string,
  { status, ticket, code }: SessionState,
  revision: number,
): HallNotice | undefined => {
  if (ticket === null || !ticket.tellHall) return undefined;
  if (status === 'checking' || status === 'refused' || status === 'eligible') return undefined;
  if (status === 'sent' || status === 'atBank') return undefined;
  return { session, revision, status, bank: ticket.bank, code };
};
