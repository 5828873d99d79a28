/**
 * What an answer can say (docs/partners/bank.md has the same table; a test compares them). `iso` is field 39 of the
 * link of ISO 8583's kind: its usual codes where there is one, private ones from 9A on.
 */

/** `door`: the message was not let in; `relation`, `payment`: what was decided about it. */
export type ResultKind = 'done' | 'door' | 'relation' | 'payment';

interface ResultRow {
  readonly iso: string;
  readonly kind: ResultKind;
}

export const RESULTS = {
  Done: { iso: '00', kind: 'done' },
  Malformed: { iso: '30', kind: 'door' },
  VersionUnknown: { iso: '9A', kind: 'door' },
  BankUnknown: { iso: '31', kind: 'door' },
  SignatureWrong: { iso: '63', kind: 'door' },
  TimeStale: { iso: '9B', kind: 'door' },
  MessageDiffers: { iso: '94', kind: 'door' },
  Busy: { iso: '96', kind: 'door' },
  AlreadyMandated: { iso: '9C', kind: 'relation' },
  NumberNotPrimary: { iso: '9D', kind: 'relation' },
  NumberNotNormal: { iso: '9E', kind: 'relation' },
  ExclusiveService: { iso: '9F', kind: 'relation' },
  Blacklisted: { iso: '9G', kind: 'relation' },
  CollectionUser: { iso: '9H', kind: 'relation' },
  NumberUnknown: { iso: '9J', kind: 'relation' },
  AutomaticPaymentClosed: { iso: '9K', kind: 'relation' },
  TermsOutOfBounds: { iso: '9L', kind: 'relation' },
  RelationUnknown: { iso: '25', kind: 'relation' },
  RelationEnded: { iso: '9M', kind: 'relation' },
  ProvisionalExpired: { iso: '9N', kind: 'relation' },
  TicketUnknown: { iso: '9P', kind: 'relation' },
  TicketForged: { iso: '9U', kind: 'relation' },
  TicketUsed: { iso: '9V', kind: 'relation' },
  TicketLate: { iso: '9W', kind: 'relation' },
  TicketOfAnotherBank: { iso: '9X', kind: 'relation' },
  TicketOfAnotherNumber: { iso: '9Y', kind: 'relation' },
  CancelRejected: { iso: '9Q', kind: 'relation' },
  Manual: { iso: '9R', kind: 'relation' },
  AccountNotNormal: { iso: '62', kind: 'payment' },
  InsufficientFunds: { iso: '51', kind: 'payment' },
  LimitExceeded: { iso: '61', kind: 'payment' },
  PaymentUnknown: { iso: '9S', kind: 'payment' },
  ReversalRejected: { iso: '9T', kind: 'payment' },
  OutcomeUnknown: { iso: '09', kind: 'payment' },
} as const satisfies Record<string, ResultRow>;

export type ResultCode = keyof typeof RESULTS;

const names = Object.keys(RESULTS) as ResultCode[];
/** As a list that is not empty, for a schema of literals. */
export const RESULT_CODES: readonly [ResultCode, ...ResultCode[]] = ['Done', ...names.slice(1)];

const byIso: ReadonlyMap<string, ResultCode> = new Map(names.map((name) => [RESULTS[name].iso, name]));

export const resultOfIso = (iso: string): ResultCode | undefined => byIso.get(iso);
