/**
 * What becomes of a record: rated, a duplicate, rejected (it goes back to the partner) or quarantined (a person settles
 * it). Kept as one byte for each record of a file, so that what was decided once is decided for good.
 */

export const RATED = 0;
export const DUPLICATE = 1;

type Sort = 'rejected' | 'quarantined' | 'duplicate';

interface Reason {
  readonly sort: Sort;
  readonly message: string;
  /** What a person can do about it. */
  readonly action: string;
}

/** By place: a reason's byte never changes, for it is in stored plans. New ones are added at the end. */
const REASONS = {
  Severe: {
    sort: 'rejected',
    message: 'The record has a severe error (TD.57).',
    action: 'It goes back to the partner; its corrected form comes in another file.',
  },
  TimestampMissing: {
    sort: 'rejected',
    message: 'The record does not say when the event began, or by which clock.',
    action: 'It goes back to the partner.',
  },
  ChargeMissing: {
    sort: 'rejected',
    message: 'The record has no total charge, or one past what can be charged.',
    action: 'It goes back to the partner.',
  },
  SubscriberMissing: {
    sort: 'rejected',
    message: 'The record names neither an MSISDN nor an IMSI.',
    action: 'It goes back to the partner.',
  },
  SubscriberUnknown: {
    sort: 'quarantined',
    message: 'Neither the MSISDN nor the IMSI is one of our subscribers.',
    action: 'Attribute it to a subscriber, or reject it.',
  },
  ServiceUnpriced: {
    sort: 'quarantined',
    message: 'The kind of event has no price of its own: it is neither voice, message nor data.',
    action: 'Reject it, or settle it with the partner by hand.',
  },
  EventInFuture: {
    sort: 'quarantined',
    message: 'The event has not happened yet.',
    action: 'Wait until its day and attribute it, or reject it.',
  },
  UnknownRecord: {
    sort: 'quarantined',
    message: 'The kind of record is not one of this version.',
    action: 'Ask the partner what it is; reject it.',
  },
  InvalidQuantity: {
    sort: 'quarantined',
    message: 'The usage is below zero, or past what can be counted.',
    action: 'A large volume most often lacks its sign byte: ask the partner; reject it.',
  },
  NoTermsInForce: {
    sort: 'quarantined',
    message: 'No version of the agreement or tariff holds on the day of the event.',
    action: 'Add one, and attribute the record again.',
  },
  ServiceWithoutRate: {
    sort: 'quarantined',
    message: 'The agreement or tariff has no rate for the service and direction.',
    action: 'Add one, and attribute the record again.',
  },
  DestinationWithoutRate: {
    sort: 'quarantined',
    message: 'No zone of the agreement or tariff has the destination.',
    action: 'Add a rate for all other destinations, and attribute the record again.',
  },
  NetworkWithoutTariff: {
    sort: 'quarantined',
    message: 'The plan has no tariff for the visited network.',
    action: 'Add one, and attribute the record again.',
  },
  PostingRefused: {
    sort: 'quarantined',
    message: 'The subscriber’s account does not take the event: another currency, or a day that is too far back.',
    action: 'Settle it as an adjustment, and reject it here.',
  },
  RecordMalformed: {
    sort: 'quarantined',
    message: 'A column of the network’s record is missing, too long, or says a word that the layout does not know.',
    action: 'Correct the fields that are wrong, or reject it.',
  },
  TimestampInvalid: {
    sort: 'quarantined',
    message: 'The record’s beginning is no moment, or its offset from UTC is none.',
    action: 'Correct `startedAt` or `utcOffset` by the element’s log, or reject it.',
  },
  NumberInvalid: {
    sort: 'quarantined',
    message:
      'An IMSI, a number or an IMEI has something else than digits, or another count of digits than it may have.',
    action: 'Correct the field by the element’s log, or reject it.',
  },
  DurationInvalid: {
    sort: 'quarantined',
    message: 'A duration or volume is no number, or a call did not last.',
    action: 'Correct the field by the element’s log, or reject it.',
  },
  HomeUnknown: {
    sort: 'quarantined',
    message: 'No partner’s IMSIs begin like this one.',
    action: 'Add the prefix to the partner’s settings and settle the record again, or reject it.',
  },
  VisitorsUnpriced: {
    sort: 'quarantined',
    message: 'There is no agreement about what the partner’s subscribers cost in our network.',
    action: 'Add `visitors` to the partner’s settings and settle the record again, or reject it.',
  },
  RepeatedCollection: {
    sort: 'duplicate',
    message: 'The element collected the record twice: it stands in the file twice, or in another among new ones.',
    action: 'Nothing: the first counts.',
  },
  TransferError: {
    sort: 'duplicate',
    message: 'The file brings nothing but records of files before it: it was transferred again under another number.',
    action: 'Nothing: the first counts.',
  },
  ReturnUnknown: {
    sort: 'quarantined',
    message: 'The partner returns what we have not sent: the record was changed, or is of another file.',
    action: 'Ask the partner which record it means; reject it.',
  },
  FieldInvalid: {
    sort: 'rejected',
    message: 'A field of the record is not of its kind (CIBER).',
    action: 'It goes back to the partner; its corrected form comes in another batch.',
  },
  ReturnedTwice: {
    sort: 'duplicate',
    message: 'The partner has returned the record, or the batch as a whole, before.',
    action: 'Nothing: the first return counts.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

export type ReasonCode = keyof typeof REASONS;

const FIRST_REASON = 16;
const CODES = Object.keys(REASONS) as ReadonlyArray<ReasonCode>;
const BYTES = new Map<string, number>(CODES.map((code, at) => [code, FIRST_REASON + at]));

const byteOf = (code: ReasonCode): number => BYTES.get(code) ?? 0;

/** The byte of each reason. */
export const FATES = Object.fromEntries(CODES.map((code) => [code, byteOf(code)])) as Readonly<
  Record<ReasonCode, number>
>;

/** The byte of a refusal's code; undefined when no fate has it. */
export const fateOfCode = (code: string): number | undefined => BYTES.get(code);

export const reasonOf = (fate: number): (Reason & { readonly code: ReasonCode }) | undefined => {
  const code = CODES[fate - FIRST_REASON];
  return code === undefined ? undefined : { code, ...REASONS[code] };
};

/** What is said of a code to a person. */
export const reasonOfCode = (code: string): Pick<Reason, 'message' | 'action'> => {
  const { message = '', action = '' } = reasonOf(fateOfCode(code) ?? RATED) ?? {};
  return { message, action };
};

/**
 * Why the duplicates of a network's file came twice: a file that has nothing else was transferred again, one that has new
 * records besides had some collected again.
 */
export const classDuplicates = (fates: Uint8Array): void => {
  const cause = fates.includes(RATED) ? FATES.RepeatedCollection : FATES.TransferError;
  for (const [row, fate] of fates.entries()) if (fate === DUPLICATE) fates[row] = cause;
};

/** Records by what became of them. */
export const countFates = (fates: Uint8Array) => {
  const counts = { in: fates.length, rated: 0, rejected: 0, duplicate: 0, quarantined: 0 };
  for (const fate of fates) {
    if (fate === RATED) counts.rated += 1;
    else if (fate === DUPLICATE) counts.duplicate += 1;
    else counts[reasonOf(fate)?.sort ?? 'quarantined'] += 1;
  }
  return counts;
};

export interface FateRun {
  /** Numbers of records in the file, from 1, both counted. */
  readonly from: number;
  readonly to: number;
  readonly result: 'rated' | 'duplicate' | Sort;
  /** Empty of records that are rated, and of a partner’s duplicates. */
  readonly code: string;
  readonly message: string;
}

/** Records that follow one another with the same fate, as one. */
export function* fateRuns(fates: Uint8Array): Generator<FateRun> {
  for (let at = 0; at < fates.length; ) {
    const fate = fates[at] ?? RATED;
    let end = at + 1;
    while (fates[end] === fate) end += 1;
    const reason = reasonOf(fate);
    const result = reason?.sort ?? (fate === DUPLICATE ? 'duplicate' : 'rated');
    yield { from: at + 1, to: end, result, code: reason?.code ?? '', message: reason?.message ?? '' };
    at = end;
  }
}
