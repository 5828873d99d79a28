import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { StockPoolState } from '../../domain/sim/stock/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { Mongo, mongoTry } from '../mongo.ts';
import { type Fields, modelOf, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from './lists.ts';

/** Pools of stock with their thresholds, written behind by their actors. */
export interface StockPoolItem extends StockPoolState {
  /** `<type>:<product>:<city>`, with `-` for any. */
  readonly pool: string;
}

const fields = {
  pool: String,
  type: String,
  product: String,
  city: String,
  low: Number,
  clear: Number,
  active: Boolean,
  raised: Boolean,
  crossedAt: Number,
  sinceMs: Number,
} satisfies Fields;

const poolList: ListPlan<StockPoolItem> = {
  collection: 'sim_stock_pools',
  fields: Object.keys(fields),
  filters: {
    active: { field: 'active', type: 'flag', indexed: true },
    raised: { field: 'raised', type: 'flag' },
    type: { field: 'type', type: 'text' },
  },
  orders: { pool: { field: 'pool', direction: 1 } },
  defaultOrder: 'pool',
  item: itemOf,
};

const model = readModel(poolList.collection, fields, listIndexes(poolList));

export const stockPoolPlan: CollectionPlan = planOf(model);

export const listStockPools = listOf(poolList, model);

const MAX_POOLS = 10_000;

/** The pools of all tenants that have a threshold, for whoever watches the stock. */
export const watchedPools: Effect.Effect<
  ReadonlyArray<StockPoolItem & { readonly tenant: TenantId }>,
  Fault,
  Mongo
> = Effect.flatMap(Mongo, (connection) =>
  mongoTry('looking for pools of stock', () =>
    modelOf(connection, model)
      .find(
        { active: true },
        { _id: 0, tenant: 1, ...Object.fromEntries(Object.keys(fields).map((name) => [name, 1])) },
      )
      .limit(MAX_POOLS)
      .lean<Array<StockPoolItem & { readonly tenant: TenantId }>>()
      .exec(),
  ),
);
