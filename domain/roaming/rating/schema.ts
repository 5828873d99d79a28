import { Either, ParseResult, Schema } from 'effect';
import { decimalPattern, ROUNDINGS } from '../../kernel/decimal.ts';
import { refuse } from '../../kernel/refusal.ts';
import { DAY_KINDS, parseDay } from './calendar.ts';
import { formatPercent, formatPrice, MAX_DECIMALS, parsePercent, parsePrice, percentPattern } from './decimal.ts';
import { type Problems, problemsOf } from './refusals.ts';
import { DIRECTIONS, SERVICES } from './services.ts';

/**
 * What two operators, or an operator and its subscribers, agreed about prices (spec `roaming`; seed 002 §2.1.3, §3.4.1),
 * as JSON: prices and percentages are decimal strings, in memory bigints; days and times of day are those of the visited
 * network. Voice is counted in seconds, data in bytes, messages by the piece.
 */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
const Name = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'a name of 1–32 letters, digits, . _ -');
/** Who a network is in roaming (TD.13): three letters of the country, two of the operator. */
export const Tadig = text(/^[A-Z0-9]{5}$/, 'a TADIG code of 5 capital letters or digits');
export const Day = Schema.String.pipe(
  Schema.filter((one) => parseDay(one) !== undefined, { description: 'a day as YYYY-MM-DD' }),
);
const TimeOfDay = text(/^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'a time of day as HH:MM, up to 24:00');
const Price = Schema.transform(
  text(decimalPattern(MAX_DECIMALS), `a decimal string, not negative, with up to ${MAX_DECIMALS} decimals`),
  Schema.BigIntFromSelf,
  { strict: true, decode: parsePrice, encode: formatPrice },
);
const Percent = Schema.transform(
  text(percentPattern, 'a percentage as a decimal string, not negative, with up to 4 decimals'),
  Schema.BigIntFromSelf,
  { strict: true, decode: parsePercent, encode: formatPercent },
);
/** Seconds, bytes or messages. */
export const Quantity = Schema.Int.pipe(Schema.between(0, Number.MAX_SAFE_INTEGER));
const Units = Schema.Int.pipe(Schema.between(1, 1_000_000_000_000));
export const Service = Schema.Literal(...SERVICES);
const Direction = Schema.Literal(...DIRECTIONS);
const RoundingMode = Schema.Literal(...ROUNDINGS);
const list = <A, I>(item: Schema.Schema<A, I>, most: number) => Schema.Array(item).pipe(Schema.maxItems(most));
const listOrNone = <A, I>(item: Schema.Schema<A, I>, most: number) =>
  Schema.optionalWith(list(item, most), { default: () => [] });
const orNull = <A, I>(item: Schema.Schema<A, I>) => Schema.optionalWith(Schema.NullOr(item), { default: () => null });
const priceOrNone = Schema.optionalWith(Price, { default: () => 0n });
/** None named: all of them. */
const Services = listOrNone(Service, SERVICES.length);

/** From `from` to before `to`, on these days. */
const Band = Schema.Struct({
  name: Name,
  days: list(Schema.Literal(...DAY_KINDS), DAY_KINDS.length).pipe(Schema.minItems(1)),
  from: TimeOfDay,
  to: TimeOfDay,
});
/** Destinations by the first digits of the number in international form, without +. */
const Zone = Schema.Struct({
  name: Name,
  prefixes: list(text(/^[0-9]{1,15}$/, 'the first 1–15 digits of a number'), 10_000).pipe(Schema.minItems(1)),
});
const Unit = Schema.Struct({ units: Units, price: Price });
const Rate = Schema.Struct({
  name: Name,
  service: Service,
  direction: Direction,
  /** Null: where no zone's prefix fits. */
  zone: orNull(Name),
  /** Null: at any time. */
  band: orNull(Name),
  setup: priceOrNone,
  /** Charged whole as soon as it is begun. */
  first: Unit,
  /** Each charged whole as soon as it is begun. */
  following: Unit,
  /** The least that an event costs before discounts and taxes. */
  minimum: priceOrNone,
});
const Discount = Schema.Struct({
  name: Name,
  services: Services,
  /** Of a plan: subscribers of this membership level or package type alone; none named: everybody. */
  subscribers: listOrNone(Name, 20),
  /** What is counted over the settlement period to find the tier: money before discount, or usage of one service. */
  basis: Schema.Literal('charge', 'usage'),
  /** `incremental`: each part at its own tier, event by event. `whole`: everything at the tier reached, at the period's end. */
  method: Schema.Literal('incremental', 'whole'),
  tiers: list(Schema.Struct({ from: Price, percent: Percent }), 100).pipe(Schema.minItems(1)),
});
const Tax = Schema.Struct({ name: Name, percent: Percent, services: Services });
/** What is paid for the period at least, for these services, after discounts. */
const Commitment = Schema.Struct({ name: Name, services: Services, amount: Price });

const Terms = Schema.Struct({
  version: Schema.Int.pipe(Schema.between(1, 100_000)),
  validFrom: Day,
  /** The first day on which they no longer hold; null: until further notice. */
  validUntil: orNull(Day),
  currency: text(/^[A-Z]{3}$/, 'an ISO 4217 code, or XDR'),
  /** Decimals of what is charged. */
  decimals: Schema.Int.pipe(Schema.between(0, MAX_DECIMALS)),
  rounding: Schema.Struct({ charge: RoundingMode, discount: RoundingMode, tax: RoundingMode }),
  holidays: listOrNone(Day, 1_000),
  bands: listOrNone(Band, 100),
  zones: listOrNone(Zone, 1_000),
  rates: list(Rate, 10_000).pipe(Schema.minItems(1)),
  discounts: listOrNone(Discount, 20),
  taxes: listOrNone(Tax, 20),
  commitments: listOrNone(Commitment, 20),
});
/** What of a version counts at the end of a settlement period. */
export const EndTerms = Terms.pick('version', 'currency', 'decimals', 'rounding', 'discounts', 'commitments');
const ListOfTerms = list(Terms, 200).pipe(Schema.minItems(1));

/** A difference is tolerated when it is within every bound that is given (decision 0228). */
export const Bound = Schema.Struct({
  /** In minor units, with the decimals of what is compared. */
  absoluteMinor: Schema.NullOr(Schema.NonNegativeBigInt),
  /** Of our amount. */
  perMille: Schema.NullOr(Schema.Int.pipe(Schema.between(0, 1_000))),
});
/** How it is paid: both directions of each whole month or quarter against each other. */
const Settled = Schema.Struct({
  period: Schema.Literal('monthly', 'quarterly'),
  method: Schema.Literal('netting'),
  /** By how much a record’s fee may differ between both details when a period is approved; null: details are not waited for. */
  reconciled: orNull(Bound),
});
/** What subscribers of `home` cost while they are in `visited`. */
export const Agreement = Schema.Struct({
  id: Name,
  home: Tadig,
  visited: Tadig,
  /** Services that it covers; none named: all. */
  scope: Services,
  settlement: orNull(Settled),
  terms: ListOfTerms,
});

/** An amount of usage that is used up before the tariff counts. */
const Package = Schema.Struct({
  name: Name,
  service: Service,
  /** None named: both. */
  directions: listOrNone(Direction, DIRECTIONS.length),
  /** Visited networks; none named: all. */
  networks: listOrNone(Tadig, 1_000),
  quantity: Units,
  /** Usage is taken off in whole units of this size. */
  unit: Units,
  /** What it costs when it is granted, in the currency of the plan's tariffs, taxes in; null: nothing. */
  price: orNull(Price),
});
const Tariff = Schema.Struct({
  /** Visited networks; none named: all that no other tariff names. */
  networks: listOrNone(Tadig, 1_000),
  /** `local`: of the subscriber's numbers of the visited country alone, before the tariff of all. */
  numbers: Schema.optionalWith(Schema.Literal('all', 'local'), { default: () => 'all' as const }),
  terms: ListOfTerms,
});
/** What a subscriber pays. */
export const RetailPlan = Schema.Struct({
  id: Name,
  packages: listOrNone(Package, 100),
  tariffs: list(Tariff, 200).pipe(Schema.minItems(1)),
});

const WHEN = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;
/** The beginning of an event by the visited network's own clock, with its offset from UTC. */
const When = Schema.String.pipe(
  Schema.filter((one) => WHEN.test(one) && parseDay(one.slice(0, 10)) !== undefined && !Number.isNaN(Date.parse(one)), {
    description: 'a moment as YYYY-MM-DDTHH:MM:SS+HH:MM, the offset that of the visited network',
  }),
);
export const UsageRecord = Schema.Struct({
  id: Schema.String.pipe(Schema.minLength(1), Schema.maxLength(128)),
  home: Tadig,
  visited: Tadig,
  service: Service,
  direction: Direction,
  /** Digits of the called number in international form; for what is received, or data, none is needed. */
  destination: Schema.optionalWith(text(/^[0-9]{0,20}$/, 'up to 20 digits'), { default: () => '' }),
  at: When,
  quantity: Quantity,
  /** Whether the subscriber's number in use is one of the visited country, for a plan's local tariffs. */
  local: Schema.optionalWith(Schema.Boolean, { exact: true }),
});
/** What a subscriber has left of a package, from a moment on and before another. */
export const Balance = Schema.Struct({
  id: Name,
  package: Name,
  left: Quantity,
  fromMs: Schema.Int,
  untilMs: Schema.Int,
});

export type Service = Schema.Schema.Type<typeof Service>;
export type Direction = Schema.Schema.Type<typeof Direction>;
export type Terms = Schema.Schema.Type<typeof Terms>;
export type EndTerms = Schema.Schema.Type<typeof EndTerms>;
export type Agreement = Schema.Schema.Type<typeof Agreement>;
export type RetailPlan = Schema.Schema.Type<typeof RetailPlan>;
export type UsageRecord = Schema.Schema.Type<typeof UsageRecord>;
export type Balance = Schema.Schema.Type<typeof Balance>;

/** Without the value, which may be a number somebody called. */
const withoutValue = (message: string): string => message.split(', actual ', 1)[0] ?? message;

/** Whatever is wrong, by its place: `terms/0/rates/3/first/units`. */
export const decoding =
  <A, I>(schema: Schema.Schema<A, I>, code: string) =>
  (json: unknown): A | Problems => {
    const decoded = Schema.decodeUnknownEither(schema, { errors: 'all', onExcessProperty: 'error' })(json);
    if (Either.isRight(decoded)) return decoded.right;
    // The first of a field says it; what follows are the other members of its union.
    const byField = new Map<string, string>();
    for (const { path, message } of ParseResult.ArrayFormatter.formatErrorSync(decoded.left)) {
      const field = path.map(String).join('/');
      if (!byField.has(field)) byField.set(field, withoutValue(message));
    }
    return problemsOf([...byField].map(([field, message]) => refuse('invalid', code, message, { field })));
  };

export const decodeAgreement = decoding(Agreement, 'InvalidAgreement');
export const decodeRetailPlan = decoding(RetailPlan, 'InvalidRetailPlan');
export const decodeUsageRecords = decoding(Schema.Array(UsageRecord), 'InvalidUsageRecord');
export const decodeBalances = decoding(Schema.Array(Balance), 'InvalidBalance');
export type Bound = typeof Bound.Type;
