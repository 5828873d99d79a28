import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { SessionCommand, SessionEvent, SessionReply, SessionState, TicketProblem } from './schema.ts';

/**
 * A session of the web hall and its ticket. checking → eligible → sent → atBank → made → formal, manual or failed; refused
 * and expired end it before. The ticket is good once: the agreement, or the failure, that was told with it is the only one;
 * the same again is the same answer, whatever the clock says by then.
 */

/** How long a user may think before consenting. */
export const CONSENT_MS = 30 * 60_000;
/** Misuses of one ticket that are kept; an alert tells of each sort anyway. */
const MISUSES = 50;

export const sessionRefusals = {
  unknown: (): Refusal => refuse('missing', 'SessionUnknown', 'There is no such session of the hall.'),
  differs: (): Refusal => refuse('conflict', 'SessionDiffers', 'The session was opened for another number or address.'),
  notEligible: (): Refusal =>
    refuse('conflict', 'NotEligible', 'The number may not have a mandate, or is not checked yet.', {
      action: 'Only a session that is eligible goes on.',
    }),
  begun: (): Refusal =>
    refuse('conflict', 'SessionBegun', 'The user was sent to a bank before, or the session has ended.', {
      action: 'Open a new session.',
    }),
  consentOutOfTime: (): Refusal =>
    refuse('invalid', 'ConsentOutOfTime', 'The consent was given before the session began, or after now.', {
      field: 'consent/atMs',
      action: 'Give the moment at which the user ticked it.',
    }),
  notMade: (): Refusal => refuse('conflict', 'NotMade', 'The bank has not told that it has made the mandate.'),
} as const;

type Of<Tag extends SessionCommand['_tag']> = Extract<SessionCommand, { readonly _tag: Tag }>;
type Present = Of<'PresentQuery'> | Of<'PresentFormal'> | Of<'PresentFailure'>;

const ENDED: ReadonlySet<SessionState['status']> = new Set(['formal', 'manual', 'failed', 'refused', 'expired']);

const open = (state: SessionState, { number, returnUrl }: Of<'Open'>, { nowMs }: Facts) => {
  if (state.number === null) return [{ _tag: 'Opened', number, returnUrl, atMs: nowMs } as const];
  const same = state.number === number && state.returnUrl === returnUrl;
  return same ? [] : sessionRefusals.differs();
};

const check = (state: SessionState, { province, code, offer }: Of<'RecordCheck'>, { nowMs }: Facts) =>
  state.status === 'checking' ? [{ _tag: 'Checked', province, code, offer, atMs: nowMs } as const] : [];

const begin = (state: SessionState, command: Of<'Begin'>, { nowMs }: Facts) => {
  const { bank, page, tellHall, bounds, consent } = command;
  const { ticket } = state;
  // A user who clicks twice gets the same ticket.
  if (ticket !== null && ticket.bank === bank && !ENDED.has(state.status)) return [];
  if (ticket !== null || state.status === 'expired') return sessionRefusals.begun();
  if (state.status !== 'eligible') return sessionRefusals.notEligible();
  if (consent.atMs > nowMs || consent.atMs < (state.openedAtMs ?? 0)) return sessionRefusals.consentOutOfTime();
  const issued = {
    bank,
    page,
    tellHall,
    issuedAtMs: nowMs,
    openUntilMs: nowMs + bounds.openMs,
    noticeUntilMs: nowMs + Math.max(bounds.openMs, bounds.noticeMs),
    openedAtMs: null,
    used: null,
  };
  return [{ _tag: 'TicketIssued', ticket: issued, consent, atMs: nowMs } as const];
};

/** Undefined: the ticket is good for what is said with it. */
const problemOf = (state: SessionState, command: Present, { nowMs }: Facts): TicketProblem | undefined => {
  const { ticket } = state;
  // A session without a ticket has none that could be ours.
  if (ticket === null || command.forged) return 'TicketForged';
  if (command.bank !== ticket.bank) return 'TicketOfAnotherBank';
  if (command._tag !== 'PresentQuery' && command.number !== state.number) return 'TicketOfAnotherNumber';
  if (ticket.used !== null) {
    const told = command._tag === 'PresentFormal' ? command.agreement : null;
    return command._tag !== 'PresentQuery' && ticket.used.agreement === told ? undefined : 'TicketUsed';
  }
  // What the bank saw in time may be told late: its line may have been down.
  const until = command._tag === 'PresentQuery' || ticket.openedAtMs === null ? 'openUntilMs' : 'noticeUntilMs';
  return nowMs >= ticket[until] || state.status === 'expired' ? 'TicketLate' : undefined;
};

const present = (state: SessionState, command: Present, facts: Facts): ReadonlyArray<SessionEvent> => {
  const { ticket } = state;
  const atMs = facts.nowMs;
  const code = problemOf(state, command, facts);
  if (code !== undefined) {
    const { bank, message } = command;
    const known = state.misuses.some((each) => each.message === message && each.code === code);
    return known ? [] : [{ _tag: 'Misused', misuse: { code, bank, message, atMs } }];
  }
  if (ticket?.used !== null) return [];
  if (command._tag === 'PresentQuery') return ticket.openedAtMs === null ? [{ _tag: 'TicketSeen', atMs }] : [];
  if (command._tag === 'PresentFailure') return [{ _tag: 'Failed', reason: command.reason, atMs }];
  return [{ _tag: 'Made', agreement: command.agreement, atMs }];
};

const conclude = (state: SessionState, { outcome, code }: Of<'Conclude'>, { nowMs }: Facts) => {
  if (state.status === outcome) return [];
  // A case that a person has decided becomes formal or fails.
  const open = state.status === 'made' || state.status === 'manual';
  return open ? [{ _tag: 'Concluded', outcome, code, atMs: nowMs } as const] : sessionRefusals.notMade();
};

/** Until when the session waits for somebody; null when for nobody. */
export const waitsUntilMs = ({ status, openedAtMs, ticket }: SessionState): number | null => {
  if (status === 'checking' || status === 'eligible') return (openedAtMs ?? 0) + CONSENT_MS;
  if (status === 'sent') return ticket?.openUntilMs ?? null;
  return status === 'atBank' ? (ticket?.noticeUntilMs ?? null) : null;
};

const expire = (state: SessionState, { nowMs }: Facts): ReadonlyArray<SessionEvent> => {
  const untilMs = waitsUntilMs(state);
  return untilMs !== null && nowMs >= untilMs ? [{ _tag: 'Expired', atMs: nowMs }] : [];
};

const eventsOf = (
  state: SessionState,
  command: SessionCommand,
  facts: Facts,
): ReadonlyArray<SessionEvent> | Refusal => {
  if (command._tag === 'Open') return open(state, command, facts);
  if (state.number === null) return sessionRefusals.unknown();
  switch (command._tag) {
    case 'RecordCheck':
      return check(state, command, facts);
    case 'Begin':
      return begin(state, command, facts);
    case 'Conclude':
      return conclude(state, command, facts);
    case 'Expire':
      return expire(state, facts);
    default:
      return present(state, command, facts);
  }
};

const withTicket = (
  state: SessionState,
  change: Partial<NonNullable<SessionState['ticket']>>,
): SessionState['ticket'] => (state.ticket === null ? null : { ...state.ticket, ...change });

const evolve = (state: SessionState, event: SessionEvent): SessionState => {
  switch (event._tag) {
    case 'Opened': {
      const { number, returnUrl, atMs } = event;
      return { ...state, number, returnUrl, openedAtMs: atMs };
    }
    case 'Checked':
      return {
        ...state,
        status: event.code === null ? 'eligible' : 'refused',
        province: event.province,
        code: event.code,
        offer: event.offer,
      };
    case 'TicketIssued':
      return { ...state, status: 'sent', ticket: event.ticket, consent: event.consent };
    case 'TicketSeen':
      return { ...state, status: 'atBank', ticket: withTicket(state, { openedAtMs: event.atMs }) };
    case 'Made': {
      const { agreement, atMs } = event;
      return { ...state, status: 'made', ticket: withTicket(state, { used: { agreement, atMs } }) };
    }
    case 'Failed':
      return {
        ...state,
        status: 'failed',
        code: event.reason,
        ticket: withTicket(state, { used: { agreement: null, atMs: event.atMs } }),
      };
    case 'Concluded':
      return { ...state, status: event.outcome, code: event.code };
    case 'Expired':
      return { ...state, status: 'expired' };
    case 'Misused':
      return { ...state, misuses: [...state.misuses, event.misuse].slice(-MISUSES) };
  }
};

const decide = (state: SessionState, command: SessionCommand, facts: Facts): Decision<SessionEvent, SessionReply> => {
  const events = eventsOf(state, command, facts);
  if ('_tag' in events) return events;
  const { status } = events.reduce(evolve, state);
  const shown =
    command._tag === 'PresentQuery' || command._tag === 'PresentFormal' || command._tag === 'PresentFailure';
  const problem = shown ? (problemOf(state, command, facts) ?? null) : null;
  return accept(events, { changed: events.length > 0, status, problem });
};

export const sessionDecider: Decider<SessionState, SessionCommand, SessionEvent, SessionReply> = {
  initial: {
    number: null,
    province: null,
    returnUrl: null,
    openedAtMs: null,
    status: 'checking',
    code: null,
    offer: null,
    consent: null,
    ticket: null,
    misuses: [],
  },
  decide,
  evolve,
};
