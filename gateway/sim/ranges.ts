import { Effect, Schedule, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { rangeActorOf, registerRange } from '../../actors/sim/register-range.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { rangeKey, rangeRefusals } from '../../domain/sim/number-range.ts';
import { registryRefusals } from '../../domain/sim/range-registry.ts';
import { CardType, Code, Count, Digits, NumberType, RangeBooks, Reason } from '../../domain/sim/schema.ts';
import { cardStock } from '../../store/sim/card-counts.ts';
import { listRanges } from '../../store/sim/lists.ts';
import { numberStock } from '../../store/sim/number-ranges.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/** Ranges of ICCIDs and IMSIs, and what is in stock (seed 000 §6). */

const FIRST = '8986012600000000000';
const LAST = '8986012600000099999';
const BOOKS = { size: 100_000, free: 98_500, allocated: 1_500, used: 0, recycled: 0, retired: 0, quarantined: 0 };
const KEY = `${FIRST}-${LAST}`;

const params = sampled(
  Schema.Struct({ type: NumberType, range: Schema.String.pipe(Schema.pattern(/^\d{14,19}-\d{14,19}$/)) }),
  { type: 'iccid', range: KEY },
);

const rangeFields = {
  type: NumberType,
  first: Digits.annotations({ description: 'First ICCID without its check digit, or first IMSI' }),
  last: Digits,
  product: Code,
  city: Schema.NullOr(Code).annotations({ description: 'Null: for any city' }),
};
const NEW = { type: 'iccid' as const, first: FIRST, last: LAST, product: '4G-STD', city: null };

const RangeItem = Schema.Struct({
  key: Schema.String,
  ...rangeFields,
  books: RangeBooks,
  fragments: Count.annotations({ description: 'Blocks that the free numbers are in' }),
}).annotations({ identifier: 'SimRangeItem' });

const Range = Schema.Struct({ key: Schema.String, ...rangeFields, books: RangeBooks }).annotations({
  identifier: 'SimRange',
});
const RANGE = { key: KEY, ...NEW, books: BOOKS };

/**
 * Ends when look-ups know the range: documents are written a moment behind, and an application that is submitted right
 * after this answer shall find its numbers. After two seconds it is answered all the same.
 */
const listed = (tenant: TenantId, key: string) =>
  listRanges({ tenant, where: { key }, limit: 1 }).pipe(
    Effect.repeat({ until: ({ items }) => items.length > 0, schedule: Schedule.spaced(50) }),
    Effect.timeoutOption(2_000),
  );

const register = route({
  method: 'POST',
  path: '/v1/sim/ranges',
  operationId: 'sim.range.register',
  summary: 'Register a range of numbers',
  description: 'Once for its bounds: the same range again changes nothing, one that overlaps another is refused.',
  in: { body: sampled(Schema.Struct(rangeFields), NEW) },
  out: { 201: sampled(Range, RANGE, 'The range') },
  refusals: [rangeRefusals.invalidBounds(), rangeRefusals.rangeDiffers(), registryRefusals.rangeOverlaps()],
  handler: ({ tenant, body, envelope }) =>
    Effect.gen(function* () {
      const { reply, rev } = yield* registerRange(tenant, body, envelope);
      const key = rangeKey(body);
      yield* listed(tenant, key);
      const location = `/v1/sim/ranges/${body.type}/${key}`;
      return answer(201, { key, ...body, books: reply.books }, { rev, location });
    }),
});

const list = route({
  method: 'GET',
  path: '/v1/sim/ranges',
  operationId: 'sim.range.list',
  summary: 'List ranges of numbers',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        type: Schema.optional(NumberType),
        product: Schema.optional(oneOrMore(Code)),
        city: Schema.optional(oneOrMore(Code)),
      }),
      { type: 'iccid', limit: '20' },
    ),
  },
  out: {
    200: sampled(pageOf(RangeItem), { items: [{ ...RANGE, fragments: 1 }], nextCursor: null }, 'By first number'),
  },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listRanges({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const read = route({
  method: 'GET',
  path: '/v1/sim/ranges/{type}/{range}',
  operationId: 'sim.range.read',
  summary: 'Read a range as it is now',
  in: { params },
  out: { 200: sampled(Range, RANGE, 'The range') },
  refusals: [rangeRefusals.rangeUnknown()],
  handler: ({ tenant, params: { type, range } }) =>
    Effect.gen(function* () {
      const id = { tenant, key: range };
      const { state, rev } = yield* readActor(rangeActorOf(type), id, rangeRefusals.rangeUnknown());
      const { key, first, last, product, city, books } = state;
      return answer(200, { key, type: state.type, first, last, product, city, books }, { rev });
    }),
});

const retire = route({
  method: 'POST',
  path: '/v1/sim/ranges/{type}/{range}/retire',
  operationId: 'sim.range.retire',
  summary: 'Take free numbers out of use for ever',
  in: {
    params,
    body: sampled(Schema.Struct({ first: Digits, last: Digits, reason: Reason }), {
      first: LAST,
      last: LAST,
      reason: 'kept for tests',
    }),
  },
  out: { 200: sampled(RangeBooks, { ...BOOKS, free: 98_499, retired: 1 }, 'The books after it') },
  refusals: [rangeRefusals.notFree()],
  handler: ({ tenant, params: { type, range }, body, envelope }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Retire' as const, ...body };
      const id = { tenant, key: range };
      const { reply, rev } = yield* actors.ask(rangeActorOf(type), { id, command, envelope });
      return answer(200, reply.books, { rev });
    }),
});

const NumberStock = Schema.Struct({
  type: NumberType,
  product: Schema.String,
  city: Schema.NullOr(Schema.String),
  ranges: Count,
  ...RangeBooks.fields,
}).annotations({ identifier: 'SimNumberStock' });

const stockOfNumbers = route({
  method: 'GET',
  path: '/v1/sim/stock/numbers',
  operationId: 'sim.stock.numbers',
  summary: 'Add up the stock of numbers by product and city',
  in: {
    query: sampled(
      Schema.Struct({
        type: Schema.optionalWith(NumberType, { exact: true }),
        product: Schema.optionalWith(Code, { exact: true }),
        city: Schema.optionalWith(Code, { exact: true }),
      }),
      { type: 'imsi' },
    ),
  },
  out: {
    200: sampled(
      Schema.Struct({ stock: Schema.Array(NumberStock) }),
      { stock: [{ type: 'imsi', product: '4G-STD', city: null, ranges: 1, ...BOOKS }] },
      'By type, product and city; a moment behind the ranges themselves',
    ),
  },
  handler: ({ tenant, query }) => Effect.map(numberStock(tenant, query), (stock) => answer(200, { stock })),
});

const CardStock = Schema.Struct({
  cardType: CardType,
  product: Schema.String,
  city: Schema.String,
  cards: Count.annotations({ description: 'In stock' }),
  used: Count,
  failed: Count.annotations({ description: 'Not made, refused by the operator, or found broken since' }),
  returned: Count,
}).annotations({ identifier: 'SimCardStock' });

const stockOfCards = route({
  method: 'GET',
  path: '/v1/sim/stock/cards',
  operationId: 'sim.stock.cards',
  summary: 'Add up finished and blank cards in stock, used, failed and returned, by product and city',
  out: {
    200: sampled(
      Schema.Struct({ stock: Schema.Array(CardStock) }),
      {
        stock: [
          { cardType: 'blank', product: '4G-STD', city: '310000', cards: 499, used: 120, failed: 1, returned: 2 },
        ],
      },
      'By card type, product and city; a moment behind the cards themselves',
    ),
  },
  handler: ({ tenant }) => Effect.map(cardStock(tenant), (stock) => answer(200, { stock })),
});

export const rangeRoutes = [register, list, read, retire, stockOfNumbers, stockOfCards];
