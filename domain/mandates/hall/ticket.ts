import { timingSafeEqual } from 'node:crypto';
import { hmacSm3 } from '../../keys/sm3.ts';

/**
 * The ticket that a user carries from the hall to a bank (seed 003 part 1 step 4.1): it names a session, and is signed
 * by HMAC-SM3 over session, bank and number, so that it is good for no other of them. How long, and once only, is for the
 * session's actor to say. Form: `T.<session>.<key version>.<43 characters>`; at most 100 characters.
 */

export interface TicketParts {
  readonly session: string;
  /** Of the key it was signed with, e.g. `token-1`. */
  readonly keyId: string;
  readonly mac: string;
}

/** What a ticket is bound to. */
export interface TicketSubject {
  readonly tenant: string;
  readonly session: string;
  readonly bank: string;
  readonly number: string;
}

const FORM = /^T\.([A-Za-z0-9-]{1,40})\.([1-9][0-9]{0,5})\.([A-Za-z0-9_-]{43})$/;
const PURPOSE = 'token';

const macOf = (key: Uint8Array, { tenant, session, bank, number }: TicketSubject): string =>
  hmacSm3(key, ['hufu-mandate-ticket-1', tenant, session, bank, number].join('\n')).toString('base64url');

export const signTicket = (key: { readonly id: string; readonly key: Uint8Array }, subject: TicketSubject): string =>
  `T.${subject.session}.${key.id.slice(PURPOSE.length + 1)}.${macOf(key.key, subject)}`;

/** Undefined for what is no ticket at all. */
export const ticketParts = (ticket: string): TicketParts | undefined => {
  const [, session, version, mac] = FORM.exec(ticket) ?? [];
  if (session === undefined || version === undefined || mac === undefined) return undefined;
  return { session, keyId: `${PURPOSE}-${version}`, mac };
};

/** Whether we have signed it for this subject; `key` is that of its id, undefined when there is none. */
export const ticketIsOurs = (key: Uint8Array | undefined, { mac }: TicketParts, subject: TicketSubject): boolean => {
  if (key === undefined) return false;
  const [ours, theirs] = [Buffer.from(macOf(key, subject)), Buffer.from(mac)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
};
