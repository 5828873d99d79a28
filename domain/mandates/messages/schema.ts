import { Schema } from 'effect';
import { RESULT_CODES } from './results.ts';

/**
 * What we and the banks say to each other about mandates (seed 003 parts 1 and 2; docs/partners/bank.md). Each message
 * has one answer, whichever way it travels. Amounts are fen (CNY, minor units).
 */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
const BankCode = text(/^[A-Z][A-Z0-9]{1,15}$/, 'a bank code of 2–16 capital letters and digits');
/** The sender's for ever: the same id is the same message. */
const MessageId = text(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'an id of 1–100 characters');
const Agreement = text(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'an agreement number of 1–64 characters');
const Msisdn = text(/^861[3-9][0-9]{9}$/, 'a mobile number, 86 and 11 digits');
const Time = text(
  /^20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$/,
  'a moment in UTC with milliseconds: 2026-11-26T02:00:00.000Z',
);
/** Twelve digits, as field 4 of ISO 8583 has. */
const Amount = Schema.Int.pipe(Schema.between(0, 999_999_999_999));
const Charged = Schema.Int.pipe(Schema.between(1, 999_999_999_999));
/** One line: a field of ISO 8583 holds no controls. */
const Reason = text(/^\P{C}{1,100}$/u, 'one line of 1–100 characters');

const UserType = Schema.Literal('prepaid', 'postpaid');
/** Of the bank's own; a redirect's is the hall. */
const Channel = Schema.Literal('branch', 'onlineBanking', 'selfService');
const Account = Schema.Struct({
  kind: Schema.Literal('credit', 'debit', 'account'),
  number: text(/^[0-9]{6,32}$/, 'an account, 6–32 digits'),
});
/** Threshold and amount of a prepaid user, null of a postpaid one. */
const Terms = Schema.Struct({
  thresholdMinor: Schema.NullOr(Amount),
  amountMinor: Schema.NullOr(Amount),
  automaticPayment: Schema.Boolean,
});

/** Of every message and every answer, also of those that nobody here understands. */
export const Envelope = Schema.Struct({
  id: MessageId,
  /** What it belongs to: the same in all messages of one opening, cancellation or payment. */
  request: MessageId,
  time: Time,
  bank: BankCode,
  version: Schema.Int,
});
const common = { ...Envelope.fields, version: Schema.Literal(1) };
const relation = { number: Msisdn, agreement: Agreement };
const claim = { ...relation, account: Account, userType: UserType, terms: Terms };

export const messageSchemas = {
  /** Bank to us: may this number have a mandate (part 2 step 2)? */
  openRequest: Schema.Struct({
    ...common,
    type: Schema.Literal('openRequest'),
    ...relation,
    account: Account,
    channel: Channel,
  }),
  /** Bank to us: it is formal there, with the terms that the user confirmed (part 2 step 4.3.7). */
  resultNotice: Schema.Struct({ ...common, type: Schema.Literal('resultNotice'), ...claim, channel: Channel }),
  /** Bank to us: it came to nothing there (part 2 step 4.3.6). */
  declineNotice: Schema.Struct({ ...common, type: Schema.Literal('declineNotice'), ...relation, reason: Reason }),
  /** Bank to us: somebody comes to the bank's page with this ticket; is it good, and for which number (part 1 step 4.1)? */
  ticketQuery: Schema.Struct({ ...common, type: Schema.Literal('ticketQuery'), ticket: MessageId }),
  /** Bank to us: made on the bank's page after a redirect (part 1 step 5.3); `ticket` is that of the redirect. */
  formalNotice: Schema.Struct({ ...common, type: Schema.Literal('formalNotice'), ...claim, ticket: MessageId }),
  /** Bank to hall or payment web: the account is not good, the flow ends (part 1 step 5.1). */
  failureNotice: Schema.Struct({
    ...common,
    type: Schema.Literal('failureNotice'),
    number: Msisdn,
    ticket: MessageId,
    reason: Reason,
  }),
  /** Either way: a provisional relation is over. */
  provisionalEnded: Schema.Struct({
    ...common,
    type: Schema.Literal('provisionalEnded'),
    ...relation,
    how: Schema.Literal('expired', 'released'),
  }),
  /** Either way: the mandate ends, by the bank's or the carrier's side. */
  cancelRequest: Schema.Struct({ ...common, type: Schema.Literal('cancelRequest'), ...relation, reason: Reason }),
  /** We to the bank: it is formal here too, where the answer to the notice could not say so yet (part 1 step 6.2). */
  formedNotice: Schema.Struct({ ...common, type: Schema.Literal('formedNotice'), ...relation }),
  /** We to the bank: take this amount. */
  paymentOrder: Schema.Struct({
    ...common,
    type: Schema.Literal('paymentOrder'),
    ...relation,
    purpose: Schema.Literal('topUp', 'bill'),
    amountMinor: Charged,
  }),
  /** We to the bank: what became of it? `payment` is the id of its order. */
  paymentQuery: Schema.Struct({ ...common, type: Schema.Literal('paymentQuery'), payment: MessageId }),
  /** We to the bank: give it back, or never take it. */
  paymentReversal: Schema.Struct({
    ...common,
    type: Schema.Literal('paymentReversal'),
    payment: MessageId,
    amountMinor: Charged,
  }),
} as const;

const answered = {
  ...common,
  /** The id of the message. */
  answers: MessageId,
  result: Schema.Literal(...RESULT_CODES),
};
const plain = <Type extends MessageType>(type: Type) => Schema.Struct({ ...answered, type: Schema.Literal(type) });
const paid = { bankPayment: Schema.NullOr(Agreement) };

export const answerSchemas = {
  openRequest: Schema.Struct({
    ...answered,
    type: Schema.Literal('openRequest'),
    /** With `Done`: what to confirm (part 2 steps 4.3.1–4.3.3), and until when it is provisional. */
    offer: Schema.NullOr(Schema.Struct({ userType: UserType, terms: Terms, expires: Time })),
    /** With `AlreadyMandated`: what there is (part 2 step 4.1). */
    existing: Schema.NullOr(
      Schema.Struct({ status: Schema.Literal('provisional', 'formal'), channel: Schema.Literal('province', 'bank') }),
    ),
  }),
  resultNotice: plain('resultNotice'),
  declineNotice: plain('declineNotice'),
  ticketQuery: Schema.Struct({
    ...answered,
    type: Schema.Literal('ticketQuery'),
    /** With `Done`: whose mandate it is about, and what the carrier proposes. */
    number: Schema.NullOr(Msisdn),
    offer: Schema.NullOr(Schema.Struct({ userType: UserType, terms: Terms, expires: Time })),
  }),
  formalNotice: plain('formalNotice'),
  failureNotice: plain('failureNotice'),
  provisionalEnded: plain('provisionalEnded'),
  cancelRequest: plain('cancelRequest'),
  formedNotice: plain('formedNotice'),
  paymentOrder: Schema.Struct({ ...answered, type: Schema.Literal('paymentOrder'), ...paid }),
  paymentQuery: Schema.Struct({
    ...answered,
    type: Schema.Literal('paymentQuery'),
    ...paid,
    /** With `Done`. */
    state: Schema.NullOr(Schema.Literal('paid', 'failed', 'reversed', 'unknown')),
  }),
  paymentReversal: Schema.Struct({ ...answered, type: Schema.Literal('paymentReversal'), ...paid }),
} as const;

export type MessageType = keyof typeof messageSchemas;
export type MessageOf<Type extends MessageType> = (typeof messageSchemas)[Type]['Type'];
export type AnswerOf<Type extends MessageType> = (typeof answerSchemas)[Type]['Type'];
export type Message = MessageOf<MessageType>;
export type Answer = AnswerOf<MessageType>;

/** Without what is set when it goes out: a message that is sent again a day later has the same id and another time. */
type Drafts = { readonly [Type in MessageType]: Omit<MessageOf<Type>, 'time' | 'version'> };
export type DraftOf<Type extends MessageType> = Drafts[Type];
export type Draft = Drafts[MessageType];
/** What the one who decides says; the rest of the answer follows from the message. */
type Said<A> = A extends unknown ? Omit<A, 'id' | 'answers' | 'request' | 'time' | 'bank' | 'version' | 'type'> : never;
export type Reply = Said<Answer>;

export const AnyMessage = Schema.Union(...Object.values(messageSchemas));
export const AnyAnswer = Schema.Union(...Object.values(answerSchemas));

const exactly = { onExcessProperty: 'error' } as const;
export const decodeEnvelope = Schema.decodeUnknownOption(Envelope);
export const decodeMessage = Schema.decodeUnknownOption(AnyMessage, exactly);
export const decodeAnswer = Schema.decodeUnknownOption(AnyAnswer, exactly);

const NotLetInBody = Schema.parseJson(Schema.Struct({ code: Schema.Literal(...RESULT_CODES) }));
/** Why a message was not let in, in the body of an HTTP error. */
export const decodeRefusal = Schema.decodeOption(NotLetInBody);
