import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { AgreementNo, BankCode, Msisdn, ProvinceCode, Terms, UserType } from '../schema.ts';

/**
 * A session of the carrier's web hall (网上营业厅, seed 003 part 1): from the number that a user entered to what became of
 * it. It begins with the check at the CRM; consent gives it its one ticket, with which the user is sent to a bank.
 */

const Moment = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));
const MessageId = Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/));
const Code = Schema.String.pipe(Schema.pattern(/^[A-Z][A-Za-z0-9]{1,63}$/));
/** Of the text that the user agreed to, as the hall numbers its versions. */
export const AgreementVersion = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, { description: 'a version of 1–32 characters' }),
);

export const SessionStatus = Schema.Literal(
  /** The CRM is asked. */
  'checking',
  'refused',
  'eligible',
  /** The user has agreed and has a ticket. */
  'sent',
  /** The bank has seen the ticket. */
  'atBank',
  /** The bank has made it; we have not decided yet. */
  'made',
  'formal',
  /** A person decides. */
  'manual',
  'failed',
  'expired',
);

/** How long a ticket is good, in milliseconds: until the bank has seen it, and until its word about it. */
export const TicketBounds = Schema.Struct({
  openMs: Schema.Int.pipe(Schema.between(1_000, 86_400_000)),
  noticeMs: Schema.Int.pipe(Schema.between(1_000, 30 * 86_400_000)),
});

/** What the bank was answered about the ticket, when it was not good. */
export const TicketProblem = Schema.Literal(
  'TicketForged',
  'TicketUsed',
  'TicketLate',
  'TicketOfAnotherBank',
  'TicketOfAnotherNumber',
);
export const Misuse = Schema.Struct({
  code: TicketProblem,
  bank: BankCode,
  message: MessageId,
  atMs: Moment,
});
const ConsentGiven = Schema.Struct({ version: AgreementVersion, atMs: Moment });
const Ticket = Schema.Struct({
  bank: BankCode,
  /** Of the bank: where the user is sent. */
  page: Schema.String,
  /** Whether we tell the hall (part 1 step 5.4: the bank tells us alone). */
  tellHall: Schema.Boolean,
  issuedAtMs: Moment,
  openUntilMs: Moment,
  noticeUntilMs: Moment,
  /** When the bank saw it first. */
  openedAtMs: Schema.NullOr(Moment),
  /** What it was used for: an agreement of the bank, or the failure that ended it (null). */
  used: Schema.NullOr(Schema.Struct({ agreement: Schema.NullOr(AgreementNo), atMs: Moment })),
});

export const SessionState = Schema.Struct({
  number: Schema.NullOr(Msisdn),
  province: Schema.NullOr(ProvinceCode),
  /** Where the hall wants its user back. */
  returnUrl: Schema.NullOr(Schema.String),
  openedAtMs: Schema.NullOr(Moment),
  status: SessionStatus,
  /** Why it is refused, failed or with a person; null else. */
  code: Schema.NullOr(Schema.String),
  offer: Schema.NullOr(Schema.Struct({ userType: UserType, terms: Terms })),
  consent: Schema.NullOr(ConsentGiven),
  ticket: Schema.NullOr(Ticket),
  misuses: Schema.Array(Misuse),
});

/** http on this machine, https elsewhere: a number or a ticket never goes over an open network. */
export const ReturnUrl = Schema.String.pipe(
  Schema.maxLength(500),
  Schema.pattern(/^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])[!-~]+$/, {
    description: 'an https address (http on this machine)',
  }),
);

const Said = { bank: BankCode, message: MessageId, forged: Schema.Boolean };
export const sessionCommands = {
  Open: Schema.Struct({ number: Msisdn, returnUrl: ReturnUrl }),
  /** What the CRM and the province's rules say; `offer` of an eligible one. */
  RecordCheck: Schema.Struct({
    /** Null: no province has the number. */
    province: Schema.NullOr(ProvinceCode),
    code: Schema.NullOr(Code),
    offer: SessionState.fields.offer,
  }),
  /** The user has ticked consent and chosen a bank. */
  Begin: Schema.Struct({
    bank: BankCode,
    page: Schema.String,
    tellHall: Schema.Boolean,
    bounds: TicketBounds,
    consent: ConsentGiven,
  }),
  /** `forged`: the ticket names this session and was not signed by us. */
  PresentQuery: Schema.Struct(Said),
  PresentFormal: Schema.Struct({ ...Said, number: Msisdn, agreement: AgreementNo }),
  PresentFailure: Schema.Struct({ ...Said, number: Msisdn, reason: Schema.String.pipe(Schema.maxLength(100)) }),
  /** What the number's actor has decided about what the bank has made. */
  Conclude: Schema.Struct({ outcome: Schema.Literal('formal', 'manual', 'failed'), code: Schema.NullOr(Code) }),
  /** A reminder: the time for consent, or for the bank's word, is over. */
  Expire: Schema.Struct({}),
};

export const SessionReply = Schema.Struct({
  changed: Schema.Boolean,
  status: SessionStatus,
  /** Of a ticket that was not good; null when it was, or when none was shown. */
  problem: Schema.NullOr(TicketProblem),
});

export const SessionEvent = Schema.Union(
  Schema.TaggedStruct('Opened', { number: Msisdn, returnUrl: Schema.String, atMs: Moment }),
  Schema.TaggedStruct('Checked', {
    province: Schema.NullOr(ProvinceCode),
    code: Schema.NullOr(Schema.String),
    offer: SessionState.fields.offer,
    atMs: Moment,
  }),
  Schema.TaggedStruct('TicketIssued', { ticket: Ticket, consent: ConsentGiven, atMs: Moment }),
  Schema.TaggedStruct('TicketSeen', { atMs: Moment }),
  Schema.TaggedStruct('Made', { agreement: AgreementNo, atMs: Moment }),
  Schema.TaggedStruct('Failed', { reason: Schema.String, atMs: Moment }),
  Schema.TaggedStruct('Concluded', {
    outcome: Schema.Literal('formal', 'manual', 'failed'),
    code: Schema.NullOr(Schema.String),
    atMs: Moment,
  }),
  Schema.TaggedStruct('Expired', { atMs: Moment }),
  Schema.TaggedStruct('Misused', { misuse: Misuse }),
);

export type TicketBounds = Schema.Schema.Type<typeof TicketBounds>;
export type TicketProblem = Schema.Schema.Type<typeof TicketProblem>;
export type SessionState = Schema.Schema.Type<typeof SessionState>;
export type SessionEvent = Schema.Schema.Type<typeof SessionEvent>;
export type SessionReply = Schema.Schema.Type<typeof SessionReply>;
export type SessionCommand = CommandsOf<typeof sessionCommands>;
