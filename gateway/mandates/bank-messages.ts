import { Effect } from 'effect';
import { alertAbout } from '../../actors/mandates/alerting.ts';
import { numberIdOf, rulesInForce, tellNumber } from '../../actors/mandates/asking.ts';
import { concludeSession, presentTicket } from '../../actors/mandates/hall-tickets.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault, isRefusal } from '../../domain/kernel/refusal.ts';
import {
  cancelOf,
  declineOf,
  establishOf,
  noticeResultOf,
  refusedResultOf,
} from '../../domain/mandates/bank-exchange.ts';
import type { Msisdn } from '../../domain/mandates/identifiers.ts';
import type { ResultCode } from '../../domain/mandates/messages/results.ts';
import type { Message, MessageOf, Reply } from '../../domain/mandates/messages/schema.ts';
import { replyOf } from '../../domain/mandates/messages/signed.ts';
import type { Message as Said } from '../../domain/mandates/state.ts';
import { Processes } from '../../temporal/client.ts';
import { agreementKey, mandatesContract } from '../../workflows/mandates/contract.ts';

/**
 * What the banks are answered, whichever way they have asked (seed 003; docs/partners/bank.md). A request to open goes
 * through the agreement's process, which asks the home province; all else the number's actor answers by itself. What
 * follows from it comes from the actor's journal, never from here.
 */

export interface BankDesk {
  /** Whose the connection to the banks is. */
  readonly tenant: TenantId;
  /** The home province of a number; undefined: none that is connected. */
  readonly homeOf: (number: string) => string | undefined;
}

/** A bank gives up after 8 s; before that it hears that it may ask again. */
const ANSWER_WITHIN_MS = 7_000;

type Relating = Extract<Message, { readonly agreement: string }>;

const SUBJECT = 'service:banks';

const late = (): Fault => fault('mandates', 'Timeout', 'The message was not answered in time.');

const open = ({ tenant }: BankDesk, message: MessageOf<'openRequest'>) =>
  Effect.gen(function* () {
    const { bank, agreement } = message;
    const { key: number } = yield* numberIdOf(tenant, message.number as Msisdn);
    const input = { tenant, number, bank, agreement };
    const { agreement: process } = mandatesContract.workflows;
    return yield* (yield* Processes).updateOrStart(process, { key: agreementKey(input), input }, 'request', message);
  });

/** What the actor decides, or that it decides nothing. */
const decide = (desk: BankDesk, message: Relating, command: Said) =>
  tellNumber(command, { tenant: desk.tenant, subject: SUBJECT }).pipe(
    // The bank takes back what it had said is formal: that is no decline, and nobody here can know what it means.
    Effect.tap(({ reply }) =>
      reply.code === 'AlreadyFormal'
        ? alertAbout({ ...message, tenant: desk.tenant }, 'bank', 'DeclinedWhenFormal')
        : Effect.void,
    ),
    Effect.map(({ reply }) => noticeResultOf(message.type, reply)),
    Effect.catchIf(isRefusal, (refusal) => Effect.succeed(refusedResultOf(refusal))),
  );

const establish = (desk: BankDesk, message: MessageOf<'resultNotice'> | MessageOf<'formalNotice'>) =>
  Effect.gen(function* () {
    const province = desk.homeOf(message.number);
    if (province === undefined) return 'NumberUnknown' as const;
    const rules = rulesInForce(desk.tenant, province).pipe(
      Effect.tapError((failure) =>
        isRefusal(failure) ? alertAbout({ ...message, tenant: desk.tenant }, 'opening', failure.code) : Effect.void,
      ),
    );
    const command = establishOf(message, province, yield* rules);
    return command === undefined ? ('Malformed' as const) : yield* decide(desk, message, command);
  });

/** Made on the bank's page: the ticket decides whether it may be, the number's actor whether it is (part 1 steps 5.3, 6.1). */
const fromHall = (desk: BankDesk, message: MessageOf<'formalNotice'>) =>
  Effect.gen(function* () {
    const { tenant } = desk;
    const presented = yield* presentTicket(tenant, message);
    if (presented.result !== 'Done') return presented.result;
    const result = yield* establish(desk, message);
    const outcome = result === 'Done' ? 'formal' : result === 'Manual' ? 'manual' : 'failed';
    yield* concludeSession(tenant, presented.session, outcome, result === 'Done' ? null : result);
    return result;
  });

/** Somebody has come to the bank's page: for which number, and what to propose to them (part 1 step 4.2). */
const queryTicket = ({ tenant }: BankDesk, message: MessageOf<'ticketQuery'>) =>
  Effect.gen(function* () {
    const presented = yield* presentTicket(tenant, message);
    if (presented.result !== 'Done') return replyOf(message.type, presented.result);
    const { number, offer, ticket } = presented.state;
    const expires = new Date(ticket?.noticeUntilMs ?? 0).toISOString();
    return { result: 'Done', number, offer: offer === null ? null : { ...offer, expires } } satisfies Reply;
  });

const resultOf = (desk: BankDesk, message: Exclude<Message, { readonly type: 'openRequest' | 'ticketQuery' }>) => {
  switch (message.type) {
    case 'resultNotice':
      return establish(desk, message);
    case 'formalNotice':
      return fromHall(desk, message);
    case 'declineNotice':
    case 'provisionalEnded':
      return decide(desk, message, declineOf(message));
    case 'cancelRequest':
      return decide(desk, message, cancelOf(message));
    case 'failureNotice':
      return Effect.map(presentTicket(desk.tenant, message), ({ result }) => result);
    default:
      // Nothing else is a bank's to say: the door has looked.
      return Effect.succeed<ResultCode>('Malformed');
  }
};

/** Fails when nothing can be decided now; the bank is told `Busy` and asks again under the same id. */
export const answerBank = (desk: BankDesk) => (message: Message) =>
  Effect.gen(function* () {
    if (message.type === 'openRequest') return yield* open(desk, message);
    if (message.type === 'ticketQuery') return yield* queryTicket(desk, message);
    return replyOf(message.type, yield* resultOf(desk, message));
  }).pipe(
    Effect.map((reply): Reply => reply),
    Effect.timeoutFail({ duration: ANSWER_WITHIN_MS, onTimeout: late }),
  );
