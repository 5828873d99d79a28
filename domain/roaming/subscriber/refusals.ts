import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Why a subscriber's actor says no. */
export const subscriberRefusals = {
  unknown: (): Refusal => refuse('missing', 'SubscriberUnknown', 'No subscriber has been opened under this key.'),
  exists: (): Refusal => refuse('conflict', 'SubscriberExists', 'The subscriber is there, with other data.'),
  numberUnknown: (): Refusal =>
    refuse('missing', 'NumberUnknown', 'The number is none of this subscriber.', { field: 'number' }),
  tooManyNumbers: (): Refusal => refuse('exhausted', 'TooManyNumbers', 'A subscriber has at most 10 numbers.'),
  tooManyImsis: (): Refusal => refuse('exhausted', 'TooManyImsis', 'A subscriber has at most 20 IMSIs.'),
  numberOff: (): Refusal =>
    refuse('conflict', 'NumberOff', 'The number is switched off at that moment.', {
      field: 'number',
      action: 'Switch it on first.',
    }),
  listsContradict: (): Refusal =>
    refuse('invalid', 'ListsContradict', 'A number is on both lists.', { field: 'block' }),
  limitTwice: (): Refusal => refuse('invalid', 'LimitTwice', 'A threshold stands there twice.'),
  packageExists: (): Refusal =>
    refuse('conflict', 'PackageExists', 'A balance with this id is there, granted otherwise.', { field: 'balance/id' }),
  tooManyPackages: (): Refusal => refuse('exhausted', 'TooManyPackages', 'A subscriber has at most 100 balances.'),
  packageUnknown: (field: string): Refusal =>
    refuse('missing', 'PackageUnknown', 'There is no balance with this id.', { field }),
  packageOver: (field: string): Refusal =>
    refuse('conflict', 'PackageOver', 'The balance does not hold at the moment of the event.', { field }),
  packageExhausted: (field: string): Refusal =>
    refuse('conflict', 'PackageExhausted', 'Less is left of the package than is to be taken.', {
      field,
      action: 'Read the balances again, price the events anew, and post the same chunk.',
    }),
  currencyDiffers: (): Refusal =>
    refuse('invalid', 'CurrencyDiffers', 'The subscriber pays in another currency.', { field: 'currency' }),
  postingTwice: (field: string): Refusal =>
    refuse('invalid', 'PostingTwice', 'Another posting of the chunk has this id.', { field }),
  inFuture: (field: string): Refusal =>
    refuse('invalid', 'PostingInFuture', 'The day has not begun anywhere yet.', { field }),
  tooLate: (field: string): Refusal =>
    refuse('conflict', 'PostingTooLate', 'The day is too far back to be posted to.', {
      field,
      action: 'Settle it as an adjustment.',
    }),
  chunkDiffers: (): Refusal =>
    refuse('conflict', 'ChunkDiffers', 'The chunk was posted before, with another number of postings.', {
      field: 'chunk',
    }),
} as const;
