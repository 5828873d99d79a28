import type { CardWriteState } from './schema.ts';

/**
 * What the CRM is told of a write (seed 000 §4.2 step 5): the outcome, with what is on the card now, and no key. Signed,
 * so that the CRM knows who says it and when. A notice may come twice; `revision` grows, and the greatest counts.
 */
export interface WriteNotice {
  readonly request: string;
  readonly revision: number;
  readonly status: 'confirmed' | 'refused' | 'failed' | 'inDoubt';
  readonly iccid: string | null;
  /** Only of a write that is confirmed. */
  readonly imsi: string | null;
  readonly smsc: string | null;
  readonly msisdn: string | null;
  /** Why not. */
  readonly code: string | null;
  readonly message: string | null;
}

/** Undefined while there is nothing to tell. */
export const noticeOf = (write: CardWriteState, revision: number): WriteNotice | undefined => {
  const { request, status, iccid, imsi, smsc, wanted, code, message } = write;
  const confirmed = status === 'confirmed' || status === 'written';
  if (!confirmed && status !== 'refused' && status !== 'failed' && status !== 'inDoubt') return undefined;
  return {
    request,
    revision,
    status: confirmed ? 'confirmed' : status,
    iccid,
    imsi: confirmed ? imsi : null,
    smsc: confirmed ? smsc : null,
    msisdn: wanted.msisdn,
    code,
    message,
  };
};
