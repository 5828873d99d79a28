import type { Refusal } from '../kernel/refusal.ts';
import { type AccountNumber, fitsKind, isMsisdn, type Msisdn } from './identifiers.ts';
import type { ResultCode } from './messages/results.ts';
import type { Answer, Message, MessageOf } from './messages/schema.ts';
import type { Claim, NumberReply, ProvinceRules, Subscriber } from './schema.ts';
import type { Of } from './state.ts';

/**
 * A bank's messages as commands of the number's actor, and what that says as answers to the bank (seed 003, parts 1 and
 * 2; docs/partners/bank.md).
 */

/** Its id at the actor: banks name messages without knowing of each other. */
export const messageIdOf = ({ bank, id }: Pick<Message, 'bank' | 'id'>): string => `${bank}:${id}`;

/** The answer to an `openRequest` without what follows from the message. */
export type OpenReply = Pick<Extract<Answer, { readonly type: 'openRequest' }>, 'result' | 'offer' | 'existing'>;

type Account = MessageOf<'openRequest'>['account'];
/** Undefined: the number is none of an account of its kind. */
const accountOf = ({ kind, number }: Account): Claim['account'] | undefined =>
  // A schema of messages does not brand what it has checked.
  fitsKind(kind, number) ? { kind, number: number as AccountNumber } : undefined;

const numberOf = (number: string): Msisdn => {
  if (!isMsisdn(number)) throw new Error('a message with a malformed number was let in');
  return number;
};

/** Undefined when the message names an impossible account. */
export const requestOf = (
  message: MessageOf<'openRequest'>,
  found: { readonly province: Claim['province']; readonly subscriber: Subscriber; readonly rules: ProvinceRules },
): Of<'Request'> | undefined => {
  const { bank, agreement, channel } = message;
  const { province, subscriber, rules } = found;
  const account = accountOf(message.account);
  if (account === undefined) return undefined;
  const mandate = { bank, agreement, account, channel, province };
  return {
    _tag: 'Request',
    message: messageIdOf(message),
    number: numberOf(message.number),
    mandate,
    subscriber,
    rules,
  };
};

/** The bank has made it formal, with a request of its own before (`resultNotice`) or on its page (`formalNotice`). */
export const establishOf = (
  message: MessageOf<'resultNotice'> | MessageOf<'formalNotice'>,
  province: Claim['province'],
  rules: ProvinceRules,
): Of<'Establish'> | undefined => {
  const { bank, agreement, userType, terms } = message;
  const account = accountOf(message.account);
  if (account === undefined) return undefined;
  const channel = message.type === 'resultNotice' ? message.channel : ('hall' as const);
  const claim = { bank, agreement, account, channel, province, userType, terms };
  return { _tag: 'Establish', message: messageIdOf(message), number: numberOf(message.number), claim, rules };
};

const named = (message: MessageOf<'declineNotice'> | MessageOf<'provisionalEnded'> | MessageOf<'cancelRequest'>) => {
  const { bank, agreement } = message;
  return { message: messageIdOf(message), number: numberOf(message.number), bank, agreement };
};

/** The bank has not made it after all: declined, expired or released there. */
export const declineOf = (message: MessageOf<'declineNotice'> | MessageOf<'provisionalEnded'>): Of<'Decline'> => {
  const reason = message.type === 'declineNotice' ? message.reason : `The bank says that it ${ENDS[message.how]}.`;
  return { _tag: 'Decline', ...named(message), reason };
};

/** The bank has ended it. */
export const cancelOf = (message: MessageOf<'cancelRequest'>): Of<'Cancel'> => {
  return { _tag: 'Cancel', ...named(message), by: 'bank', reason: message.reason };
};

const ENDS = { expired: 'has expired', released: 'was released' } as const;

/** Why a number may have no mandate (`domain/mandates/eligibility.ts`), as its bank is told. */
const NOT_ELIGIBLE: Readonly<Record<string, ResultCode>> = {
  SecondaryNumber: 'NumberNotPrimary',
  NumberNotNormal: 'NumberNotNormal',
  ExclusiveService: 'ExclusiveService',
  Blacklisted: 'Blacklisted',
  CollectionUser: 'CollectionUser',
  PrepaidNotOffered: 'AutomaticPaymentClosed',
  AgreementDiffers: 'AlreadyMandated',
};

const OVER: Partial<Record<NumberReply['word'], ResultCode>> = {
  declined: 'RelationEnded',
  refused: 'RelationEnded',
  cancelled: 'RelationEnded',
  expired: 'ProvisionalExpired',
};

/** @param subscriber what the province said, also of a relation that it knows and we do not */
export const openReplyOf = ({ word, code, offer, relation }: NumberReply, { existing }: Subscriber): OpenReply => {
  if (word === 'provisional' && offer !== null) {
    const { userType, terms, expiresAtMs } = offer;
    const expires = new Date(expiresAtMs).toISOString();
    return { result: 'Done', offer: { userType, terms, expires }, existing: null };
  }
  if (word === 'manual') return { result: 'Manual', offer: null, existing: null };
  const ended = code === 'AgreementEnded' ? OVER[word] : undefined;
  const result = ended ?? NOT_ELIGIBLE[code ?? ''] ?? 'AlreadyMandated';
  if (result !== 'AlreadyMandated') return { result, offer: null, existing: null };
  const status = relation?.status === 'provisional' ? 'provisional' : 'formal';
  return { result, offer: null, existing: relation === null ? existing : { status, channel: 'bank' } };
};

/** What a bank is told that says what has become of a relation on its side. */
export const noticeResultOf = (type: Message['type'], { word, code }: NumberReply): ResultCode => {
  if (word === 'manual') return 'Manual';
  if (type === 'resultNotice' || type === 'formalNotice') return word === 'formal' ? 'Done' : (OVER[word] ?? 'Manual');
  // What it has made formal before: a person asks it what it means.
  return code === 'AlreadyFormal' ? 'Manual' : 'Done';
};

/** The answer to a message that the actor does not decide upon; `Busy`: it may come again. */
export const refusedResultOf = ({ code }: Refusal): ResultCode => {
  if (code === 'MessageConflict') return 'MessageDiffers';
  return code === 'MandateUnknown' ? 'RelationUnknown' : 'Busy';
};
