import { Schema } from 'effect';
import type { CommandsOf } from '../kernel/decider.ts';
import { PROVINCE } from '../kernel/province.ts';
import { ACCOUNT_KINDS, fitsKind, isAccountNumber, isMsisdn } from './identifiers.ts';
import { LIMITS } from './limits.ts';

/**
 * The words of bank mandates (seed 003; spec `mandates`), one schema each: what actors take and remember and what the
 * gateway decodes. Amounts are fen (CNY, minor units). Every list has an upper limit here.
 */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
const Moment = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));
export const Count = Moment;
export const Reason = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(500));
/** Fen: up to ten billion yuan. */
export const Amount = Schema.Int.pipe(Schema.between(0, 1_000_000_000_000));
export const Msisdn = Schema.String.pipe(
  Schema.filter(isMsisdn, {
    description: 'a mobile number, 86 and 11 digits',
    jsonSchema: { pattern: '^861[3-9][0-9]{9}$' },
  }),
);
export const AccountNumber = Schema.String.pipe(
  Schema.filter(isAccountNumber, { description: 'an account, 6–32 digits', jsonSchema: { pattern: '^[0-9]{6,32}$' } }),
);
/** `CCB`: a bank, as the configuration names it; the wallet with UnionPay is one more. */
export const BankCode = text(/^[A-Z][A-Z0-9]{1,15}$/, 'a bank code of 2–16 capital letters and digits');
/** A province by GB/T 2260: `110000`. */
export const ProvinceCode = text(PROVINCE, 'a province, two digits of GB/T 2260 and 0000');
/** A message's id is its sender's: the bank, the hall, the CRM, or a reconciliation run begins it with a name of its own. */
export const MessageId = text(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,129}$/, 'a message id of 1–130 characters');
/** The number under which the bank keeps the mandate: with the bank's code it names one relation for ever. */
export const AgreementNo = text(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'an agreement number of 1–64 characters');
export const ServiceCode = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'a service code');

// ── the subscriber, as the home province's CRM answers ───────────────────────────────────────────────────────────

export const UserType = Schema.Literal('prepaid', 'postpaid');
/** Seed 003, part 2 step 4.2: only `normal` may open a mandate. */
export const NumberStatus = Schema.Literal('normal', 'suspended', 'reserved', 'closed');
export const Subscriber = Schema.Struct({
  primary: Schema.Boolean.annotations({ description: 'True for a primary number (主号), false for a secondary one' }),
  status: NumberStatus,
  userType: UserType,
  services: Schema.Array(ServiceCode).pipe(Schema.maxItems(LIMITS.services)),
  blacklisted: Schema.Boolean,
  collection: Schema.Boolean.annotations({ description: 'Pays by collection (托收)' }),
  /** A relation that the province knows, also one of its own; null: none. */
  existing: Schema.NullOr(
    Schema.Struct({ channel: Schema.Literal('province', 'bank'), status: Schema.Literal('provisional', 'formal') }),
  ),
});

// ── a province's rules ───────────────────────────────────────────────────────────────────────────────────────────

const Range = Schema.Struct({ minMinor: Amount, maxMinor: Amount });
export const ProvinceRules = Schema.Struct({
  secondaryNumbers: Schema.Literal('admitted', 'refused'),
  /** Services that exclude a mandate (签约互斥业务). */
  exclusiveServices: Schema.Array(ServiceCode).pipe(Schema.maxItems(LIMITS.services)),
  collectionUsers: Schema.Literal('admitted', 'refused', 'postpaidOnly'),
  prepaid: Schema.NullOr(
    Schema.Struct({
      threshold: Range,
      amount: Range,
      /** What the answer to a bank proposes; the user may choose otherwise within the bounds. */
      proposed: Schema.Struct({ thresholdMinor: Amount, amountMinor: Amount }),
    }),
  ),
  postpaid: Schema.Struct({ automaticPayment: Schema.Boolean }),
  /** How long a provisional relation lasts, in milliseconds; 30 minutes unless the province says otherwise. */
  provisionalMs: Schema.optionalWith(Schema.Int.pipe(Schema.between(1_000, 86_400_000)), {
    default: () => LIMITS.provisionalMs,
  }),
  /** What may be charged of one number in a day and in a month (China time), in fen. */
  charges: Schema.Struct({ dayMinor: Amount, monthMinor: Amount }),
  /** A case about more than this, in fen, takes two persons. */
  twoPersonsOverMinor: Amount,
});

// ── a relation ───────────────────────────────────────────────────────────────────────────────────────────────────

export const Channel = Schema.Literal('hall', 'branch', 'onlineBanking', 'selfService');
export const Party = Schema.Literal('bank', 'hall', 'crm', 'staff', 'timer');
export const Account = Schema.Struct({ kind: Schema.Literal(...ACCOUNT_KINDS), number: AccountNumber }).pipe(
  Schema.filter(({ kind, number }) => fitsKind(kind, number), {
    description: 'a card has 13–19 digits with a Luhn digit, another account 6–32',
  }),
);
export const Terms = Schema.Struct({
  /** Prepaid: below this balance it is topped up; null for postpaid. */
  thresholdMinor: Schema.NullOr(Amount),
  amountMinor: Schema.NullOr(Amount),
  /** Postpaid: bills are paid by themselves. */
  automaticPayment: Schema.Boolean,
});
const named = { bank: BankCode, agreement: AgreementNo };
export const Mandate = Schema.Struct({ ...named, account: Account, channel: Channel, province: ProvinceCode });
/** A relation that a bank says it has made. */
export const Claim = Schema.Struct({ ...Mandate.fields, userType: UserType, terms: Terms });
export const RelationStatus = Schema.Literal('provisional', 'formal', 'cancelling');
export const Relation = Schema.Struct({
  ...Claim.fields,
  status: RelationStatus,
  sinceMs: Moment,
  expiresAtMs: Schema.NullOr(Moment),
  /** Who asked for the cancellation that is going on. */
  cancelledBy: Schema.NullOr(Party),
});
export const Ending = Schema.Literal('declined', 'refused', 'expired', 'cancelled');
export const Ended = Schema.Struct({ ...named, ending: Ending, by: Party, atMs: Moment });

// ── cases for a person ───────────────────────────────────────────────────────────────────────────────────────────

/** `existing`: another relation is there; `account`, `terms`: the same agreement with others; `contradiction`. */
export const CaseKind = Schema.Literal('existing', 'account', 'terms', 'bounds', 'contradiction');
export const CaseAction = Schema.Literal('keepOurs', 'takeTheirs', 'cancelBoth');
export const Case = Schema.Struct({
  id: Schema.String,
  kind: CaseKind,
  theirs: Claim,
  openedAtMs: Moment,
  twoPersons: Schema.Boolean,
  proposed: Schema.NullOr(Schema.Struct({ action: CaseAction, by: Schema.String, note: Reason })),
});

// ── charges ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const ChargeStatus = Schema.Literal('asked', 'unknown', 'paid', 'failed', 'reversed');
export const Charge = Schema.Struct({
  /** Of the trigger: the CRM's id of the low balance, or the bill's number. */
  id: MessageId,
  kind: Schema.Literal('topUp', 'bill'),
  attempt: Schema.Int.pipe(Schema.between(1, LIMITS.attempts)),
  amountMinor: Amount,
  ...named,
  status: ChargeStatus,
  atMs: Moment,
});

// ── the actor of a primary number ────────────────────────────────────────────────────────────────────────────────

const message = { message: MessageId, number: Msisdn };
export const numberCommands = {
  /** A bank asks (part 2 steps 2–4): provisional, or why not. */
  Request: Schema.Struct({ ...message, mandate: Mandate, subscriber: Subscriber, rules: ProvinceRules }),
  /** A bank has made it formal (part 1 step 5.3; part 2 step 4.3.7). */
  Establish: Schema.Struct({ ...message, claim: Claim, rules: ProvinceRules }),
  /** The bank has not made it after all (part 2 step 4.3.6). */
  Decline: Schema.Struct({ ...message, ...named, reason: Reason }),
  /** A reminder: the provisional relation is over. */
  Expire: Schema.Struct(named),
  Cancel: Schema.Struct({ ...message, ...named, by: Party, reason: Reason }),
  /** The other sides have cancelled too. */
  ConfirmCancel: Schema.Struct({ ...message, ...named }),
  /** The bank does not let it go. */
  RejectCancel: Schema.Struct({ ...message, ...named, reason: Reason }),
  ChangeTerms: Schema.Struct({ ...message, ...named, terms: Terms, rules: ProvinceRules }),
  /** What the bank's file says of an agreement; null: the bank does not have it (part 3: the bank is the truth). */
  Reconcile: Schema.Struct({ ...message, ...named, theirs: Schema.NullOr(Claim), rules: ProvinceRules }),
  Resolve: Schema.Struct({ case: Schema.String, action: CaseAction, note: Reason }),
  /** The balance of a prepaid number, as measured at `measuredAtMs`. */
  TopUp: Schema.Struct({
    ...message,
    trigger: MessageId,
    balanceMinor: Schema.Int,
    measuredAtMs: Moment,
    rules: ProvinceRules,
  }),
  PayBill: Schema.Struct({ ...message, bill: MessageId, amountMinor: Amount, rules: ProvinceRules }),
  /** What the bank says of a charge; `unknown` is asked again until it is another. */
  RecordCharge: Schema.Struct({
    ...message,
    charge: MessageId,
    attempt: Count,
    outcome: Schema.Literal('unknown', 'paid', 'failed', 'reversed'),
  }),
  /** The user wants no more charges, or wants them again; the relation stays. */
  Stop: Schema.Struct(message),
  Resume: Schema.Struct(message),
};

export const AnswerWord = Schema.Literal(
  'provisional',
  'formal',
  'cancelling',
  'already',
  'manual',
  'charge',
  'notCharged',
  'stopped',
  'resumed',
  'unchanged',
  ...Ending.literals,
);
/** What a bank that asks is offered (part 2 steps 4.3.1–4.3.3). */
export const Offer = Schema.Struct({ userType: UserType, terms: Terms, expiresAtMs: Moment });
/** What a message was answered, for when it comes again. */
export const Answer = Schema.Struct({
  message: MessageId,
  /** SM3 of what the message said. */
  digest: Schema.String,
  word: AnswerWord,
  /** Why not, or which rule said so; null when there is nothing to say. */
  code: Schema.NullOr(Schema.String),
  /** The case it went into, or the charge. */
  subject: Schema.NullOr(Schema.String),
  /** Agreements that their banks are to be told to cancel. */
  tell: Schema.Array(Schema.Struct(named)),
  /** With the word `provisional`; null with others. */
  offer: Schema.optionalWith(Schema.NullOr(Offer), { default: () => null }),
});
export const NumberState = Schema.Struct({
  number: Schema.NullOr(Msisdn),
  relation: Schema.NullOr(Relation),
  cases: Schema.Array(Case),
  ended: Schema.Array(Ended),
  answers: Schema.Array(Answer),
  charges: Schema.Array(Charge),
  stopped: Schema.Boolean,
});
const { message: _message, digest: _digest, ...answered } = Answer.fields;
export const NumberReply = Schema.Struct({
  ...answered,
  changed: Schema.Boolean,
  /** As it is after the message; null: none. Holds no account. */
  relation: Schema.NullOr(Relation.omit('account')),
  charge: Schema.NullOr(Charge),
});

const ending = { ...named, by: Party, atMs: Moment };
export const NumberEvent = Schema.Union(
  Schema.TaggedStruct('Reserved', { claim: Claim, expiresAtMs: Moment, atMs: Moment }),
  Schema.TaggedStruct('Formalised', { claim: Claim, atMs: Moment }),
  Schema.TaggedStruct('Ended', { ...ending, ending: Ending, reason: Schema.String }),
  Schema.TaggedStruct('CancelBegun', { ...ending, reason: Schema.String }),
  Schema.TaggedStruct('CancelRejected', { ...named, reason: Schema.String, atMs: Moment }),
  /** Of the relation that stands: terms by a message, account and terms by reconciliation or a person. */
  Schema.TaggedStruct('Changed', { claim: Claim, atMs: Moment }),
  Schema.TaggedStruct('CaseOpened', { case: Case }),
  Schema.TaggedStruct('CaseProposed', { case: Schema.String, action: CaseAction, by: Schema.String, note: Reason }),
  Schema.TaggedStruct('CaseClosed', {
    case: Schema.String,
    action: Schema.Literal('withdrawn', ...CaseAction.literals),
    by: Schema.String,
    note: Schema.String,
    atMs: Moment,
  }),
  Schema.TaggedStruct('ChargeBegun', { charge: Charge }),
  Schema.TaggedStruct('ChargeSettled', { charge: MessageId, status: ChargeStatus, atMs: Moment }),
  Schema.TaggedStruct('Stopped', { atMs: Moment }),
  Schema.TaggedStruct('Resumed', { atMs: Moment }),
  Schema.TaggedStruct('Answered', { number: Msisdn, answer: Answer }),
);

// ── the actor of a province's rules ──────────────────────────────────────────────────────────────────────────────

export const RulesVersion = Schema.Struct({
  /** In force from this moment until that of the next version. */
  fromMs: Moment,
  rules: ProvinceRules,
  setBy: Schema.String,
  note: Reason,
});
export const rulesCommands = {
  /** A version that is not in force yet may be replaced by one that begins at the same moment. */
  Set: Schema.Struct({ fromMs: Moment, rules: ProvinceRules, note: Reason }),
};
export const RulesState = Schema.Struct({ versions: Schema.Array(RulesVersion) });
export const RulesReply = Schema.Struct({ changed: Schema.Boolean, versions: Count });
export const RulesEvent = Schema.TaggedStruct('RulesSet', { version: RulesVersion });

export type Subscriber = Schema.Schema.Type<typeof Subscriber>;
export type ProvinceRules = Schema.Schema.Type<typeof ProvinceRules>;
export type UserType = Schema.Schema.Type<typeof UserType>;
export type Terms = Schema.Schema.Type<typeof Terms>;
export type Claim = Schema.Schema.Type<typeof Claim>;
export type Party = Schema.Schema.Type<typeof Party>;
export type Relation = Schema.Schema.Type<typeof Relation>;
export type Ending = Schema.Schema.Type<typeof Ending>;
export type Ended = Schema.Schema.Type<typeof Ended>;
export type Case = Schema.Schema.Type<typeof Case>;
export type CaseKind = Schema.Schema.Type<typeof CaseKind>;
export type CaseAction = Schema.Schema.Type<typeof CaseAction>;
export type Charge = Schema.Schema.Type<typeof Charge>;
export type Answer = Schema.Schema.Type<typeof Answer>;
export type NumberState = Schema.Schema.Type<typeof NumberState>;
export type NumberEvent = Schema.Schema.Type<typeof NumberEvent>;
export type NumberReply = Schema.Schema.Type<typeof NumberReply>;
export type NumberCommand = CommandsOf<typeof numberCommands>;
export type RulesState = Schema.Schema.Type<typeof RulesState>;
export type RulesEvent = Schema.Schema.Type<typeof RulesEvent>;
export type RulesReply = Schema.Schema.Type<typeof RulesReply>;
export type RulesCommand = CommandsOf<typeof rulesCommands>;
