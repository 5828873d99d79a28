import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Why an agreement or a tariff cannot be used, by the place in it, and why an event cannot be priced. */

/** Everything that is wrong with a document, each by its place in it. */
export interface Problems {
  readonly _tag: 'Problems';
  readonly refusals: ReadonlyArray<Refusal>;
}

export const problemsOf = (refusals: ReadonlyArray<Refusal>): Problems => ({ _tag: 'Problems', refusals });

export const isProblems = (value: unknown): value is Problems =>
  typeof value === 'object' && value !== null && '_tag' in value && value._tag === 'Problems';

const at =
  (code: string, message: string, action?: string) =>
  (field: string): Refusal =>
    refuse('invalid', code, message, action === undefined ? { field } : { field, action });

export const agreementRefusals = {
  currencyUnknown: at('CurrencyUnknown', 'This is no currency code of ISO 4217, nor XDR.'),
  validityEmpty: at('ValidityEmpty', 'The terms end before they begin.', 'Give a later `validUntil`.'),
  validityOverlaps: at(
    'ValidityOverlaps',
    'Another version holds on a day on which this one holds.',
    'End the older version with `validUntil` where the newer one begins.',
  ),
  versionTwice: at('VersionTwice', 'Two versions have the same number.'),
  nameTwice: at('NameTwice', 'Another one of this list has the same name.'),
  bandEmpty: at('BandEmpty', 'The time band ends before it begins.', 'Split a band over midnight in two entries.'),
  bandOverlaps: at('BandOverlaps', 'Another time band holds at a time at which this one holds.'),
  bandGap: (field: string, day: string, minute: number): Refusal => {
    const clock = [(minute - (minute % 60)) / 60, minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
    return refuse('invalid', 'BandGap', `No time band holds at ${clock} (${day}).`, {
      field,
      action: 'Bands cover every minute of each of the seven days and of holidays.',
    });
  },
  bandUnknown: at('BandUnknown', 'There is no time band of this name.'),
  zoneUnknown: at('ZoneUnknown', 'There is no zone of this name.'),
  prefixTwice: at('PrefixTwice', 'The prefix stands in another zone already, or twice in this one.'),
  rateTwice: at('RateTwice', 'Another rate holds for the same service, direction, zone and time.'),
  rateMissing: (field: string, band: string): Refusal =>
    refuse('invalid', 'RateMissing', `This service, direction and zone has no rate in band ${band}.`, { field }),
  tierStart: at('TierStart', 'The first tier begins at 0.'),
  tiersUnordered: at('TiersUnordered', 'Each tier begins above the one before.'),
  tierNotWhole: at('TierNotWhole', 'A tier of usage begins at a whole number of units.'),
  tierTooFine: at('TierTooFine', 'A tier begins at an amount that can be charged: it has too many decimals.'),
  discountTooHigh: at('DiscountTooHigh', 'A discount is 100 per cent at most, all discounts of an event together.'),
  discountMixesUnits: at(
    'DiscountMixesUnits',
    'A discount by usage is for one service: seconds, bytes and messages are not added.',
    'Name one service.',
  ),
  discountOfSubscribers: at(
    'DiscountOfSubscribers',
    'What operators agree about does not depend on who the subscriber is.',
    'Take the names out, or give the discount in the plan.',
  ),
  amountTooFine: at('AmountTooFine', 'The amount has more decimals than what is charged.'),
  otherCurrency: at(
    'OtherCurrency',
    'A local tariff has the currency and decimals of the tariff of all numbers there.',
  ),
  outOfScope: at('OutOfScope', 'The agreement does not cover this service.'),
  priceWithoutCurrency: at(
    'PriceWithoutCurrency',
    'A package has a price, and the tariffs are not all in one currency with the same decimals.',
    'Make a plan of its own for each currency.',
  ),
  networkTwice: at('NetworkTwice', 'Another tariff names this network, or names none as this one does.'),
} as const;

export const ratingRefusals = {
  otherNetworks: (): Refusal =>
    refuse('invalid', 'OtherNetworks', 'The event is not one of the two networks of this agreement.', {
      field: 'visited',
    }),
  networkWithoutTariff: (): Refusal =>
    refuse('missing', 'NetworkWithoutTariff', 'The plan has no tariff for the visited network.', { field: 'visited' }),
  packageNotInPlan: (): Refusal =>
    refuse('invalid', 'PackageNotInPlan', 'The plan has no package of this name.', {
      field: 'balance/package',
      action: 'Grant one of the plan, or add it to the plan first.',
    }),
  noTermsInForce: (): Refusal =>
    refuse('missing', 'NoTermsInForce', 'No version holds on the local day of the event.', {
      field: 'at',
      action: 'Add a version that holds on that day, or take the one that does.',
    }),
  serviceWithoutRate: (): Refusal =>
    refuse('missing', 'ServiceWithoutRate', 'There is no rate for this service and direction.', { field: 'service' }),
  destinationWithoutRate: (): Refusal =>
    refuse('missing', 'DestinationWithoutRate', 'No zone with a rate has a prefix of this destination.', {
      field: 'destination',
      action: 'Add a rate without a zone, for all other destinations.',
    }),
  invalidQuantity: (): Refusal =>
    refuse(
      'invalid',
      'InvalidQuantity',
      'A quantity is a whole number, 0 or more, and no more than can be used at once.',
      { field: 'quantity' },
    ),
} as const;
