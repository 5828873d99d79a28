import { Effect, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { stockPoolActor } from '../../actors/sim/stock-pool.ts';
import { Code } from '../../domain/sim/schema.ts';
import { StockPoolState, StockType, Threshold } from '../../domain/sim/stock/schema.ts';
import { stockPoolKey, stockPoolRefusals, usualClear } from '../../domain/sim/stock/stock-pool.ts';
import { stockLevels } from '../../store/sim/statistics.ts';
import { listStockPools } from '../../store/sim/stock-pools.ts';
import { pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/** Thresholds of pools of stock, and what is in stock now (seed 000 §6.1, §6.2). */

const KEY = 'imsi:4G-STD:110000';
const POOL = {
  type: 'imsi' as const,
  product: '4G-STD',
  city: '110000',
  low: 10_000,
  clear: 11_000,
  active: true,
  raised: false,
  crossedAt: null,
  sinceMs: 1_795_416_000_000,
};
const params = sampled(
  Schema.Struct({ pool: Schema.String.pipe(Schema.pattern(/^[a-z]+:[A-Za-z0-9._-]{1,32}:[A-Za-z0-9._-]{1,32}$/)) }),
  { pool: KEY },
);
const Pool = Schema.Struct({ pool: Schema.String, ...StockPoolState.fields }).annotations({
  identifier: 'SimStockPool',
});

const set = route({
  method: 'POST',
  path: '/v1/sim/stock/pools',
  operationId: 'sim.stockPool.set',
  summary: 'Set the threshold of a pool of stock',
  description:
    'Once the stock has come down to `low`, one alarm is raised (`GET /v1/operations/alerts`); it is cleared when the ' +
    'stock has grown to `clear` (default: a tenth above). Leave out product or city for any.',
  in: {
    body: sampled(
      Schema.Struct({
        type: StockType.annotations({ description: 'Free IMSIs or ICCIDs; blank or finished cards in stock' }),
        product: Schema.optionalWith(Schema.NullOr(Code), { default: () => null }),
        city: Schema.optionalWith(Schema.NullOr(Code), { default: () => null }),
        low: Threshold,
        clear: Schema.optionalWith(Threshold, { exact: true }),
      }),
      { type: 'imsi', product: '4G-STD', city: '110000', low: 10_000 },
    ),
  },
  out: { 200: sampled(Pool, { pool: KEY, ...POOL }, 'The pool with its threshold') },
  refusals: [stockPoolRefusals.invalidThreshold()],
  handler: ({ tenant, envelope, body: { low, clear = usualClear(low), ...pool } }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const id = { tenant, key: stockPoolKey(pool) };
      yield* actors.ask(stockPoolActor, { id, command: { _tag: 'Set', low, clear }, envelope });
      const { state, rev } = yield* readActor(stockPoolActor, id, stockPoolRefusals.poolUnknown());
      return answer(200, { pool: id.key, ...state }, { rev, location: `/v1/sim/stock/pools/${id.key}` });
    }),
});

const list = route({
  method: 'GET',
  path: '/v1/sim/stock/pools',
  operationId: 'sim.stockPool.list',
  summary: 'List pools of stock with their thresholds; with raised=true, those that are low',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        active: Schema.optional(Schema.Literal('true', 'false')),
        raised: Schema.optional(Schema.Literal('true', 'false')),
        type: Schema.optional(StockType),
      }),
      { raised: 'true' },
    ),
  },
  out: { 200: sampled(pageOf(Pool), { items: [{ pool: KEY, ...POOL }], nextCursor: null }, 'By name') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listStockPools({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const read = route({
  method: 'GET',
  path: '/v1/sim/stock/pools/{pool}',
  operationId: 'sim.stockPool.read',
  summary: 'Read a pool of stock with its threshold',
  in: { params },
  out: { 200: sampled(Pool, { pool: KEY, ...POOL }, 'The pool') },
  refusals: [stockPoolRefusals.poolUnknown()],
  handler: ({ tenant, params: { pool } }) =>
    Effect.map(readActor(stockPoolActor, { tenant, key: pool }, stockPoolRefusals.poolUnknown()), ({ state, rev }) =>
      answer(200, { pool, ...state }, { rev }),
    ),
});

const remove = route({
  method: 'POST',
  path: '/v1/sim/stock/pools/{pool}/remove',
  operationId: 'sim.stockPool.remove',
  summary: 'Take the threshold of a pool away; its alarm is cleared',
  in: { params },
  out: { 200: sampled(Pool, { pool: KEY, ...POOL, active: false }, 'The pool') },
  refusals: [stockPoolRefusals.poolUnknown()],
  handler: ({ tenant, envelope, params: { pool } }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const id = { tenant, key: pool };
      yield* actors.ask(stockPoolActor, { id, command: { _tag: 'Remove' }, envelope });
      const { state, rev } = yield* readActor(stockPoolActor, id, stockPoolRefusals.poolUnknown());
      return answer(200, { pool, ...state }, { rev });
    }),
});

const Level = Schema.Struct({
  type: StockType,
  product: Schema.String,
  city: Schema.NullOr(Schema.String).annotations({ description: 'Null: numbers for any city' }),
  available: Schema.Int,
}).annotations({ identifier: 'SimStockLevel' });

const levels = route({
  method: 'GET',
  path: '/v1/sim/stock/levels',
  operationId: 'sim.stock.levels',
  summary: 'What is available now: free numbers, and cards that are made and not used',
  description: 'What thresholds are compared with.',
  out: {
    200: sampled(
      Schema.Struct({
        counting: Schema.Boolean.annotations({ description: 'True while everything is counted anew; then no levels' }),
        levels: Schema.Array(Level),
      }),
      { counting: false, levels: [{ type: 'imsi', product: '4G-STD', city: '110000', available: 98_500 }] },
      'By type, product and city; a second behind the ranges and cards themselves',
    ),
  },
  handler: ({ tenant }) =>
    Effect.map(stockLevels(tenant), (found) =>
      answer(200, {
        counting: found === undefined,
        levels: (found ?? []).map(({ type, product, city, available }) => {
          return { type, product, city: city === '' ? null : city, available };
        }),
      }),
    ),
});

export const stockRoutes = [set, list, read, remove, levels];
