import { Clock, Effect, Either, Schema } from 'effect';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { revisionReady, type TermsOf } from '../../actors/roaming/terms-documents.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { parseDay } from '../../domain/roaming/rating/calendar.ts';
import { explainPrice } from '../../domain/roaming/rating/explain.ts';
import { type Price, rateEvent, usageEvent } from '../../domain/roaming/rating/rate.ts';
import { ratingRefusals } from '../../domain/roaming/rating/refusals.ts';
import { OUTSIDE, outsideOf, rateForSubscriber } from '../../domain/roaming/rating/retail.ts';
import { type Balance, Day, Quantity, Service, Tadig, UsageRecord } from '../../domain/roaming/rating/schema.ts';
import { tariffOf } from '../../domain/roaming/rating/tariff.ts';
import { subscriberRefusals } from '../../domain/roaming/subscriber/refusals.ts';
import { termsRefusals } from '../../domain/roaming/terms/refusals.ts';
import { RevisionNumber, TermsName } from '../../domain/roaming/terms/schema.ts';
import { agreementName } from '../../domain/roaming/terms/terms.ts';
import { listTerms } from '../../store/roaming/terms.ts';
import { operationsTenant } from '../../temporal.config.ts';
import { ANONYMOUS } from '../middleware/sign-in.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/** What something costs, and why: tariffs for whoever travels (seed 002 §2.1.3), and prices step by step. */

const Money = Schema.String.annotations({ description: 'A decimal string in the currency' });
const Unit = Schema.Struct({ units: Schema.Int, price: Money });
const Services = Schema.Array(Service).annotations({ description: 'None: all' });
const { direction: Direction } = UsageRecord.fields;

const TariffPrice = Schema.Struct({
  service: Service,
  direction: Direction,
  zone: Schema.NullOr(Schema.String),
  band: Schema.NullOr(Schema.String).annotations({ description: 'Null: at any time' }),
  unit: Schema.Literal('second', 'message', 'byte'),
  prefixes: Schema.Array(Schema.String).annotations({ description: 'Of the numbers called; none: all others' }),
  setup: Money,
  first: Unit,
  following: Unit,
  minimum: Money,
  example: Schema.Struct({ quantity: Schema.String, total: Money }).annotations({
    description: 'A minute, a message, a megabyte (1,048,576 bytes), with discounts and taxes',
  }),
});
const Tariff = Schema.Struct({
  network: Tadig,
  plan: TermsName,
  revision: RevisionNumber,
  version: Schema.Int,
  validFrom: Schema.String,
  validUntil: Schema.NullOr(Schema.String),
  currency: Schema.String,
  bands: Schema.Array(
    Schema.Struct({ name: Schema.String, days: Schema.Array(Schema.String), from: Schema.String, to: Schema.String }),
  ),
  prices: Schema.Array(TariffPrice),
  localPrices: Schema.Array(TariffPrice).annotations({
    description: 'Of the subscriber’s own numbers of that country, before the prices of all; none: no such tariff',
  }),
  discounts: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      services: Services,
      subscribers: Schema.Array(Schema.String).annotations({
        description: 'Membership levels and package types whose it is, left out of the examples; none: everybody’s',
      }),
      percent: Schema.String,
      month: Schema.NullOr(
        Schema.Struct({
          basis: Schema.Literal('charge', 'usage'),
          method: Schema.Literal('incremental', 'whole'),
          tiers: Schema.Array(Schema.Struct({ from: Schema.String, percent: Schema.String })),
        }),
      ).annotations({
        description: 'Of the month’s sums, on its bill and not in the examples; null: of each event',
      }),
    }),
  ),
  taxes: Schema.Array(Schema.Struct({ name: Schema.String, services: Services, percent: Schema.String })),
  packages: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      service: Service,
      directions: Schema.Array(Direction),
      quantity: Schema.Int,
      unit: Schema.Int,
      price: Schema.NullOr(Money).annotations({ description: 'Null: nothing' }),
    }),
  ),
}).annotations({ identifier: 'RoamingTariff' });

export const planNeeded = refuse('invalid', 'PlanNeeded', 'There is not exactly one plan in force: name one.', {
  field: 'plan',
});

/** The plan that was named, else the only one there is. */
export const planNamed = (tenant: TenantId, plan: string | undefined) =>
  Effect.gen(function* () {
    if (plan !== undefined) return plan;
    const { items } = yield* listTerms({ tenant, filters: { kind: 'plan' }, limit: 200 });
    const [only, ...more] = items.filter(({ inForce }) => inForce !== null);
    return only === undefined || more.length > 0 ? yield* Effect.fail(planNeeded) : only.name;
  });

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });

const tariff = route({
  method: 'GET',
  path: '/v1/roaming/tariffs/{network}',
  operationId: 'roaming.tariff.read',
  summary: 'Read what a call, a message and a megabyte cost in a network, before you travel',
  description: 'Needs no token: then it is the tariff of the tenant that operates.',
  in: {
    params: sampled(Schema.Struct({ network: Tadig }), { network: 'HKGPP' }),
    query: sampled(Schema.Struct({ plan: optional(TermsName), on: optional(Day) }), { on: '2026-11-26' }),
  },
  out: {
    200: sampled(
      Tariff,
      {
        ...{ network: 'HKGPP', plan: 'TRAVEL', revision: 1, version: 1, validFrom: '2026-01-01', validUntil: null },
        currency: 'CNY',
        bands: [],
        prices: [
          {
            ...{ service: 'voice', direction: 'originating', zone: null, band: null, unit: 'second', prefixes: [] },
            setup: '0',
            first: { units: 60, price: '0.99' },
            following: { units: 60, price: '0.99' },
            minimum: '0',
            example: { quantity: '60', total: '0.89' },
          },
        ],
        localPrices: [],
        discounts: [{ name: 'gold-member', services: [], subscribers: [], percent: '10', month: null }],
        taxes: [],
        packages: [
          { name: 'VOICE-30', service: 'voice', directions: ['originating'], quantity: 1_800, unit: 60, price: '28' },
        ],
      },
      'On the day that is asked for, else today',
    ),
  },
  refusals: [ratingRefusals.networkWithoutTariff(), ratingRefusals.noTermsInForce(), planNeeded],
  handler: ({ tenant: own, caller, params: { network }, query: { plan, on } }) =>
    Effect.gen(function* () {
      const tenant = caller.subject === ANONYMOUS.subject ? yield* operationsTenant : own;
      const today = new Date(yield* Clock.currentTimeMillis).toISOString().slice(0, 10);
      const terms = { tenant, kind: 'plan', name: yield* planNamed(tenant, plan) } as const;
      const { revision, ready } = yield* revisionReady(terms);
      const found = tariffOf(ready, network, parseDay(on ?? today) ?? 0);
      return isRefusal(found) ? yield* Effect.fail(found) : answer(200, { ...found, revision });
    }),
});

const Explained = Schema.Struct({
  version: Schema.Int,
  rate: Schema.String,
  zone: Schema.NullOr(Schema.String),
  band: Schema.NullOr(Schema.String),
  currency: Schema.String,
  quantity: Schema.String,
  charge: Money,
  discount: Money,
  tax: Money,
  total: Money,
  steps: Schema.Array(Schema.Struct({ kind: Schema.String, text: Schema.String, amount: Money })),
}).annotations({ identifier: 'RoamingPrice' });
export const Side = Schema.Struct({
  name: TermsName,
  revision: Schema.NullOr(RevisionNumber),
  price: Schema.NullOr(Explained),
  refusal: Schema.NullOr(Schema.Struct({ code: Schema.String, message: Schema.String })),
});

/** Why packages of a subscriber cover nothing of an event, or no more. */
export const Outsides = Schema.Array(
  Schema.Struct({ balance: Schema.String, package: Schema.String, reason: Schema.Literal(...OUTSIDE) }),
).annotations({ description: 'Balances that nothing is taken from, each with the first reason that holds' });

/** One side of an event: the price in words, or why there is none. */
export const sideOf = <K extends TermsOf['kind']>(
  terms: TermsOf & { readonly kind: K },
  wanted: number | undefined,
  price: (ready: Effect.Effect.Success<ReturnType<typeof revisionReady<K>>>['ready']) => Price | Refusal,
) =>
  Effect.gen(function* () {
    const { name } = terms;
    const found = yield* Effect.either(revisionReady(terms, wanted));
    const told = ({ code, message }: Refusal) => ({ code, message });
    if (Either.isLeft(found)) {
      if (!isRefusal(found.left)) return yield* Effect.fail(found.left);
      return { name, revision: null, price: null, refusal: told(found.left) };
    }
    const { revision, ready } = found.right;
    const priced = price(ready);
    return isRefusal(priced)
      ? { name, revision, price: null, refusal: told(priced) }
      : { name, revision, price: explainPrice(priced), refusal: null };
  });

const balancesOf = (tenant: TenantId, subscriber: string | undefined) =>
  subscriber === undefined
    ? Effect.succeed<ReadonlyArray<Balance>>([])
    : Effect.map(
        readActor(subscriberActor, { tenant, key: subscriber }, subscriberRefusals.unknown()),
        ({ state }) => state.balances,
      );

/** What a price takes off which balance. */
const takenBy = ({ steps }: Price): ReadonlyMap<string, number> =>
  new Map(steps.flatMap((step) => (step.kind === 'package' ? [[step.balance, Number(step.taken)] as const] : [])));

const { home, visited, destination, at } = UsageRecord.fields;
const Revisions = Schema.NumberFromString.pipe(Schema.compose(RevisionNumber));

const rating = route({
  method: 'GET',
  path: '/v1/roaming/rating',
  operationId: 'roaming.rating.explain',
  summary: 'Explain step by step what an event would cost between operators, and the subscriber',
  description:
    'Under the revisions in force, or others that were approved. With a subscriber, the packages it has now come first. ' +
    'Discounts that grow over a period are those of its first event. Of a number called, its first digits are enough.',
  personalData: true,
  in: {
    query: sampled(
      Schema.Struct({
        ...{ home, visited, service: Service, direction: Direction, destination, at },
        quantity: Schema.NumberFromString.pipe(Schema.compose(Quantity)),
        plan: optional(TermsName),
        agreementRevision: optional(Revisions),
        planRevision: optional(Revisions),
        subscriber: optional(Schema.String.pipe(Schema.maxLength(80))),
        local: optional(
          Schema.BooleanFromString.annotations({
            description: 'Of a number of the visited country, by the local tariff of the plan',
          }),
        ),
      }),
      {
        ...{ home: 'CHNCM', visited: 'HKGPP', service: 'voice', direction: 'originating', destination: '86139' },
        at: '2026-11-26T09:30:00+08:00',
        quantity: '125',
      },
    ),
  },
  out: {
    200: sampled(
      Schema.Struct({ agreement: Side, plan: Side, outside: Outsides }),
      {
        outside: [{ balance: 'B2', package: 'ASIA-1G', reason: 'OtherService' }],
        agreement: {
          name: 'CHNCM-HKGPP',
          revision: 1,
          price: {
            ...{ version: 2, rate: 'moc-home', zone: 'home', band: 'peak', currency: 'XDR', quantity: '60' },
            ...{ charge: '0.530', discount: '0.000', tax: '0.032', total: '0.562' },
            steps: [{ kind: 'setup', text: 'set-up', amount: '0.05' }],
          },
          refusal: null,
        },
        plan: {
          ...{ name: 'TRAVEL', revision: 1, price: null },
          refusal: { code: 'NoTermsInForce', message: 'No version holds on the local day of the event.' },
        },
      },
      'The amounts of the steps add up to the total exactly',
    ),
  },
  refusals: [planNeeded, subscriberRefusals.unknown(), termsRefusals.unknown()],
  handler: ({ tenant, query: { plan, agreementRevision, planRevision, subscriber, ...record } }) =>
    Effect.gen(function* () {
      const event = usageEvent({ id: 'event', ...record });
      const balances = yield* balancesOf(tenant, subscriber);
      const between = { tenant, kind: 'agreement', name: agreementName(record.home, record.visited) } as const;
      const retail = { tenant, kind: 'plan', name: yield* planNamed(tenant, plan) } as const;
      let outside: typeof Outsides.Type = [];
      const paid = yield* sideOf(retail, planRevision, (ready) => {
        const priced = rateForSubscriber(ready, event, balances);
        outside = outsideOf(ready, event, balances, isRefusal(priced) ? new Map() : takenBy(priced));
        return priced;
      });
      const agreement = yield* sideOf(between, agreementRevision, (ready) => rateEvent(ready, event));
      return answer(200, { agreement, plan: paid, outside });
    }),
});

export const priceRoutes = [tariff, rating];
