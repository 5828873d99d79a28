import { Clock, Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { type Fault, fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import type { SessionState } from '../../domain/mandates/hall/schema.ts';
import { signTicket, type TicketSubject, ticketIsOurs, ticketParts } from '../../domain/mandates/hall/ticket.ts';
import type { Msisdn } from '../../domain/mandates/identifiers.ts';
import type { ResultCode } from '../../domain/mandates/messages/results.ts';
import type { MessageOf } from '../../domain/mandates/messages/schema.ts';
import type { AgreementNo } from '../../domain/mandates/schema.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import { Actors } from '../runtime/actors.ts';
import { hallSessionActor } from './hall-session.ts';

/**
 * Tickets where they meet keys and sessions: made when the user has agreed, shown by banks in their messages. What is not
 * good has its code, stays with the session, and is an alert for a person.
 */

type Shown = MessageOf<'ticketQuery' | 'formalNotice' | 'failureNotice'>;

export type Presented =
  | { readonly result: 'Done'; readonly session: string; readonly state: SessionState }
  | { readonly result: Exclude<ResultCode, 'Done'> };

/** What a ticket of this session is bound to; undefined before there is one. */
const subjectOf = (tenant: TenantId, session: string, { ticket, number }: SessionState): TicketSubject | undefined =>
  ticket === null || number === null ? undefined : { tenant, session, bank: ticket.bank, number };

/** The ticket of a session whose user has agreed; the same however often it is asked for. */
export const ticketOf = (
  tenant: TenantId,
  session: string,
  state: SessionState,
): Effect.Effect<string | undefined, never, KeyRing> =>
  Effect.map(KeyRing, (ring) => {
    const subject = subjectOf(tenant, session, state);
    return subject && signTicket(ring.current('token'), subject);
  });

const alert = (tenant: TenantId, subject: string, code: string): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const told = { source: 'mandates-hall', subject, level: 'problem', code, stage: 'ticket' } as const;
    yield* raiseAlert(tenant, told, yield* Clock.currentTimeMillis);
  });

const readSession = (tenant: TenantId, session: string): Effect.Effect<SessionState | undefined, Fault, Actors> =>
  Effect.flatMap(Actors, (actors) => actors.read(hallSessionActor, { tenant, key: session })).pipe(
    Effect.map(({ state }) => state ?? undefined),
    Effect.catchIf(isRefusal, (refusal) => (refusal.kind === 'missing' ? Effect.void : Effect.die(refusal))),
    Effect.map((state) => state ?? undefined),
  );

const commandOf = (message: Shown, forged: boolean) => {
  const said = { bank: message.bank, message: message.id, forged };
  if (message.type === 'ticketQuery') return { _tag: 'PresentQuery', ...said } as const;
  // The message's schema is as strict.
  const number = message.number as Msisdn;
  if (message.type === 'failureNotice') {
    return { _tag: 'PresentFailure', ...said, number, reason: message.reason } as const;
  }
  const agreement = message.agreement as typeof AgreementNo.Type;
  return { _tag: 'PresentFormal', ...said, number, agreement } as const;
};

const unexpected = (refusal: Refusal): Fault => fault('mandates', refusal.code, refusal.message);

/**
 * Shows the ticket of a bank's message to its session. The same message, or the same agreement under another id, has the
 * same answer. Only with `Done` may the mandate be taken further.
 */
export const presentTicket = (
  tenant: TenantId,
  message: Shown,
): Effect.Effect<Presented, Fault, Actors | KeyRing | Mongo> =>
  Effect.gen(function* () {
    const parts = ticketParts(message.ticket);
    const state = parts === undefined ? undefined : yield* readSession(tenant, parts.session);
    if (parts === undefined || state === undefined) {
      // The ticket itself may be anything: its digest says whether it was the same one.
      yield* alert(tenant, `${message.bank}/${sm3Hex(message.ticket).slice(0, 16)}`, 'TicketUnknown');
      return { result: 'TicketUnknown' } as const;
    }
    const { session, keyId } = parts;
    const subject = subjectOf(tenant, session, state);
    const key = (yield* KeyRing).byId('token', keyId)?.key;
    const forged = subject === undefined || !ticketIsOurs(key, parts, subject);
    const caller: Caller = { subject: `bank:${message.bank}`, tenant, roles: ['partner'] };
    const command = commandOf(message, forged);
    // A message that comes again later is judged by what the session is by then, not by a receipt.
    const commandId = `${message.id}/${message.time}`;
    const { reply } = yield* (yield* Actors)
      .ask(hallSessionActor, { id: { tenant, key: session }, command, envelope: { commandId, caller } })
      .pipe(Effect.mapError((failure) => (isRefusal(failure) ? unexpected(failure) : failure)));
    if (reply.problem === null) {
      const now = yield* readSession(tenant, session);
      return { result: 'Done', session, state: now ?? state } as const;
    }
    if (reply.changed) yield* alert(tenant, session, reply.problem);
    return { result: reply.problem };
  });

/** What became of the mandate that a bank has made with the session's ticket. */
export const concludeSession = (
  tenant: TenantId,
  session: string,
  outcome: 'formal' | 'manual' | 'failed',
  code: string | null,
): Effect.Effect<void, Fault, Actors> =>
  Effect.gen(function* () {
    const caller: Caller = { subject: 'service:mandates', tenant, roles: [] };
    const envelope = { commandId: `conclude/${session}/${outcome}`, caller };
    const command = { _tag: 'Conclude', outcome, code } as const;
    yield* (yield* Actors)
      .ask(hallSessionActor, { id: { tenant, key: session }, command, envelope })
      .pipe(Effect.mapError((failure) => (isRefusal(failure) ? unexpected(failure) : failure)));
  });
