import { Schema } from 'effect';
import { MAX_DECIMALS } from '../rating/decimal.ts';
import { Balance, Day, Tadig } from '../rating/schema.ts';
import { LIMITS } from './limits.ts';

/** The words of a subscriber with one card and several numbers (seed 002 §2.1.1, §2.1.3). Money is in minor units of one currency. */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
export const Name = text(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'a name of 1–128 letters, digits, . _ : -');
export const Msisdn = text(/^[1-9][0-9]{4,14}$/, 'a number in international form, without +');
export const Imsi = text(/^[0-9]{14,15}$/, 'an IMSI of 14 or 15 digits');
export const Currency = text(/^[A-Z]{3}$/, 'an ISO 4217 code');
const Moment = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));
const Direction = Schema.Literal('originating', 'terminating');
const Scope = Schema.Literal('day', 'month');
const Minor = Schema.BigInt;
const list = <A, I>(item: Schema.Schema<A, I>, most: number) => Schema.Array(item).pipe(Schema.maxItems(most));
const Thresholds = list(Minor.pipe(Schema.greaterThanBigInt(0n)), LIMITS.thresholds);
const Numbers = list(Msisdn, LIMITS.list);

const Take = Schema.Struct({ balance: Name, taken: Schema.Int.pipe(Schema.between(1, Number.MAX_SAFE_INTEGER)) });
/** One priced event. `day` is that of the visited network; `number` null: the one active at `atMs`. Less than zero: given back. */
const posting = { id: Name, atMs: Moment, day: Day, takes: list(Take, 20), totalMinor: Minor };
const Posting = Schema.Struct({ ...posting, number: Schema.NullOr(Msisdn) });
const Posted = Schema.Struct({ ...posting, number: Msisdn });

/** High usage that is known before a partner's file has come (TD.35): of a day, what it is likely to cost. */
const Observation = Schema.Struct({ day: Day, estimatedMinor: Minor.pipe(Schema.greaterThanOrEqualToBigInt(0n)) });

const words = (most: number) => Schema.String.pipe(Schema.minLength(1), Schema.maxLength(most));
/** Who a subscriber is and by which terms (seed 002 §3.4.1: user). */
export const Profile = Schema.Struct({
  /** TADIG of the operator that the subscriber belongs to. */
  operator: Tadig,
  name: Schema.NullOr(words(100)),
  /** A telephone number, an address of mail or a postal one. */
  contact: Schema.NullOr(words(200)),
  /** By these a plan's discounts are found. */
  packageType: Schema.NullOr(Name),
  membership: Schema.NullOr(Name),
});

const price = {
  decimals: Schema.Int.pipe(Schema.between(0, MAX_DECIMALS)),
  amountMinor: Minor.pipe(Schema.greaterThanBigInt(0n)),
};
/** What a package has cost, on the day that it was granted; it counts as spent by the primary number. */
const Sold = Schema.Struct({
  day: Day,
  ...price,
});
const sold = Schema.optionalWith(Sold, { exact: true });
const Granted = Schema.Struct({ ...Balance.fields, sold });

const lists = { allow: Numbers, block: Numbers };
const limits = { day: Thresholds, month: Thresholds };

export const subscriberCommands = {
  Open: Schema.Struct({ primary: Msisdn, currency: Currency }),
  SetProfile: Schema.Struct({ profile: Profile }),
  AddNumber: Schema.Struct({ number: Msisdn }),
  /** Of a profile of the card: what a record of usage may name instead of a number. */
  AddImsi: Schema.Struct({ imsi: Imsi }),
  /** From a moment on: an event counts by when it began, not by when it is told. */
  Switch: Schema.Struct({ number: Msisdn, on: Schema.Boolean, fromMs: Moment }),
  /** The number for calls from a moment on. */
  Activate: Schema.Struct({ number: Msisdn, fromMs: Moment }),
  /** Others with whom calls and messages are let through (none: all), and with whom they are not. */
  SetLists: Schema.Struct(lists),
  /** A package, and what it costs if it does, on a day (default: today, by UTC). */
  Grant: Schema.Struct({
    balance: Balance,
    price: Schema.optionalWith(Schema.Struct({ currency: Currency, ...price }), { exact: true }),
    day: Schema.optionalWith(Day, { exact: true }),
  }),
  /** Spending at which an alarm is raised, once in each day or month. */
  SetLimits: Schema.Struct(limits),
  /** Whether a call or message may be, and with which number. Changes nothing. */
  Check: Schema.Struct({ atMs: Moment, direction: Direction, party: Schema.String, number: Schema.NullOr(Msisdn) }),
  /** Usage told before it comes as a record: it counts for alarms, as long as less is posted of its day. */
  Observe: Schema.Struct({
    chunk: Name,
    currency: Currency,
    observations: list(Observation, LIMITS.postings).pipe(Schema.minItems(1)),
  }),
  /** A part of a file, whole or not at all; `chunk` is made from the file's hash and the part, and counts once. */
  Post: Schema.Struct({
    chunk: Name,
    /** Names how the part's records were priced: of several attempts that price it, the one that counts. */
    priced: Schema.optionalWith(Name, { exact: true }),
    currency: Currency,
    postings: list(Posting, LIMITS.postings).pipe(Schema.minItems(1)),
  }),
};

/** From a moment on, by moment. */
const OnFrom = Schema.Struct({ fromMs: Moment, on: Schema.Boolean });
const ActiveFrom = Schema.Struct({ fromMs: Moment, number: Msisdn });
const Alarm = Schema.Struct({ scope: Scope, period: Schema.String, thresholdMinor: Minor });

export const SubscriberState = Schema.Struct({
  currency: Currency,
  profile: Schema.NullOr(Profile),
  numbers: Schema.Array(
    Schema.Struct({ number: Msisdn, role: Schema.Literal('primary', 'secondary'), on: Schema.Array(OnFrom) }),
  ),
  imsis: Schema.Array(Imsi),
  active: Schema.Array(ActiveFrom),
  ...lists,
  limits: Schema.Struct(limits),
  balances: Schema.Array(Granted),
  /** What each number has spent on each day within the horizon. */
  spent: Schema.Array(Schema.Struct({ day: Day, number: Msisdn, spentMinor: Minor })),
  /** Of all numbers together. */
  observed: Schema.Array(Observation),
  alarms: Schema.Array(Alarm),
  /** Kept as long as a posting of theirs could be taken. */
  chunks: Schema.Array(
    Schema.Struct({
      chunk: Name,
      lastDay: Day,
      count: Schema.Int,
      priced: Schema.optionalWith(Name, { exact: true }),
    }),
  ),
});

export const SubscriberReply = Schema.Struct({
  changed: Schema.Boolean,
  /** Alarms that this command raised. */
  alarms: Schema.Array(Alarm),
  number: Schema.NullOr(Msisdn),
  verdict: Schema.Literal('allowed', 'off', 'blocked'),
});

export const SubscriberEvent = Schema.Union(
  Schema.TaggedStruct('Opened', { primary: Msisdn, currency: Currency }),
  Schema.TaggedStruct('ProfileSet', { profile: Profile }),
  Schema.TaggedStruct('NumberAdded', { number: Msisdn }),
  Schema.TaggedStruct('ImsiAdded', { imsi: Imsi }),
  Schema.TaggedStruct('Switched', { number: Msisdn, on: Schema.Boolean, fromMs: Moment }),
  Schema.TaggedStruct('Activated', { number: Msisdn, fromMs: Moment }),
  Schema.TaggedStruct('ListsSet', lists),
  Schema.TaggedStruct('Granted', { balance: Granted }),
  Schema.TaggedStruct('LimitsSet', limits),
  Schema.TaggedStruct('Posted', {
    chunk: Name,
    priced: Schema.optionalWith(Name, { exact: true }),
    postings: Schema.Array(Posted),
  }),
  Schema.TaggedStruct('Observed', { chunk: Name, observations: Schema.Array(Observation) }),
  Schema.TaggedStruct('LimitReached', {
    scope: Scope,
    period: Schema.String,
    thresholdMinor: Minor,
    spentMinor: Minor,
  }),
);

export type Profile = Schema.Schema.Type<typeof Profile>;
export type SubscriberState = Schema.Schema.Type<typeof SubscriberState>;
export type SubscriberReply = Schema.Schema.Type<typeof SubscriberReply>;
export type SubscriberEvent = Schema.Schema.Type<typeof SubscriberEvent>;
type Commands = typeof subscriberCommands;
export type SubscriberCommand = {
  readonly [Tag in keyof Commands]: { readonly _tag: Tag } & Schema.Schema.Type<Commands[Tag]>;
}[keyof Commands];
