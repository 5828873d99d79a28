import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { NumberType, RangeBooks } from '../../domain/sim/schema.ts';
import { Mongo, mongoTry } from '../mongo.ts';
import { modelOf } from '../read-model.ts';
import { rangeModel } from './lists.ts';

/** What the ranges of numbers have in stock, as their actors have written it. */

const MAX_TIME_MS = 10_000;
/** Ranges that one look-up offers to a line: it needs few, and the next look-up finds others. */
const MAX_RANGES = 100;
const MAX_ENTRIES = 10_000;

/** Numbers of a type for a product and a city; `city` null: for any city. */
export interface NumberStock extends RangeBooks {
  readonly type: NumberType;
  readonly product: string;
  readonly city: string | null;
  readonly ranges: number;
}

const BOOKS = ['size', 'free', 'allocated', 'used', 'recycled', 'retired', 'quarantined'] as const;

/** Stock per type, product and city, in this order; at most 10,000 entries. */
export const numberStock = (
  tenant: TenantId,
  filter: { readonly type?: NumberType; readonly product?: string; readonly city?: string } = {},
): Effect.Effect<ReadonlyArray<NumberStock>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('adding up the stock of numbers', () =>
      modelOf(connection, rangeModel)
        .aggregate<NumberStock>(
          [
            { $match: { tenant, ...filter } },
            {
              $group: {
                _id: { type: '$type', product: '$product', city: '$city' },
                ranges: { $sum: 1 },
                ...Object.fromEntries(BOOKS.map((name) => [name, { $sum: `$books.${name}` }])),
              },
            },
            { $sort: { _id: 1 } },
            { $limit: MAX_ENTRIES },
            { $replaceWith: { $mergeObjects: ['$_id', '$$ROOT'] } },
            { $project: { _id: 0 } },
          ],
          { maxTimeMS: MAX_TIME_MS },
        )
        .exec(),
    ),
  );

export type Wanted = { readonly type: NumberType; readonly product: string; readonly city: string };

const rangesWhere = (tenant: TenantId, { type, product, city }: Wanted, books: Readonly<Record<string, unknown>>) =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('looking for ranges', async () => {
      const found = await modelOf(connection, rangeModel)
        .find(
          { tenant, type, product, city: { $in: [city, null] }, ...books },
          { _id: 0, key: 1 },
          { maxTimeMS: MAX_TIME_MS, sort: { city: -1, first: 1 }, limit: MAX_RANGES },
        )
        .lean<Array<{ readonly key: string }>>()
        .exec();
      return found.map(({ key }) => key);
    }),
  );

/** What each range is for, by its key. */
export const rangesKnown = (
  tenant: TenantId,
  type: NumberType,
): Effect.Effect<ReadonlyMap<string, Pick<NumberStock, 'product' | 'city'>>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('looking for ranges', async () => {
      const found = await modelOf(connection, rangeModel)
        .find({ tenant, type }, { _id: 0, key: 1, product: 1, city: 1 }, { maxTimeMS: MAX_TIME_MS })
        .lean<Array<{ readonly key: string } & Pick<NumberStock, 'product' | 'city'>>>()
        .exec();
      return new Map(found.map(({ key, product, city }) => [key, { product, city }]));
    }),
  );

/** The key of the range that holds the number; null when none does. */
export const rangeOfNumber = (
  tenant: TenantId,
  type: NumberType,
  number: string,
): Effect.Effect<string | null, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('looking for a range', async () => {
      const found = await modelOf(connection, rangeModel)
        .find(
          { tenant, type, first: { $lte: number }, last: { $gte: number } },
          { _id: 0, key: 1, first: 1 },
          // Digits of another length compare as text, too: the range's own length decides.
          { maxTimeMS: MAX_TIME_MS, sort: { first: -1 }, limit: MAX_RANGES },
        )
        .lean<Array<{ readonly key: string; readonly first: string }>>()
        .exec();
      return found.find(({ first }) => first.length === number.length)?.key ?? null;
    }),
  );

/** Keys of the ranges in which somebody holds numbers that are not settled; the range itself says who. */
export const rangesInUse = (tenant: TenantId, wanted: Wanted): Effect.Effect<ReadonlyArray<string>, Fault, Mongo> =>
  rangesWhere(tenant, wanted, { 'books.allocated': { $gt: 0 } });

/**
 * Keys of the ranges to ask for a line's numbers, best first: those of the city before those for any city, then in the
 * order of their numbers. What is written here is behind the actors: the range itself says what it can give.
 */
export const rangesWithStock = (tenant: TenantId, wanted: Wanted): Effect.Effect<ReadonlyArray<string>, Fault, Mongo> =>
  rangesWhere(tenant, wanted, { 'books.free': { $gt: 0 } });
