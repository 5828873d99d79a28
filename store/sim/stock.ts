import type { Effect } from 'effect';
import type mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { CardType, NumberType, RangeBooks } from '../../domain/sim/schema.ts';
import { databaseOf, mongoTry } from '../mongo.ts';
import type { RangeItem } from './lists.ts';

/** Sums over what card making has written: stock of numbers, and where an application's cards are. */

const MAX_TIME_MS = 10_000;
/** Ranges that one look-up offers to a line: it needs few, and the next look-up finds others. */
const MAX_RANGES = 100;

/** Numbers of a type for a product and a city; `city` null: for any city. */
export interface NumberStock extends RangeBooks {
  readonly type: NumberType;
  readonly product: string;
  readonly city: string | null;
  readonly ranges: number;
}

const BOOKS = ['size', 'free', 'allocated', 'used', 'recycled', 'retired'] as const;

/** Stock per type, product and city, in this order; at most 10,000 entries. */
export const numberStock = (
  connection: mongoose.Connection,
  tenant: TenantId,
  filter: { readonly type?: NumberType; readonly product?: string; readonly city?: string } = {},
): Effect.Effect<ReadonlyArray<NumberStock>, Fault> =>
  mongoTry('adding up the stock of numbers', () =>
    databaseOf(connection)
      .collection('sim_number_ranges')
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
          { $sort: { '_id.type': 1, '_id.product': 1, '_id.city': 1 } },
          { $limit: 10_000 },
          {
            $project: {
              _id: 0,
              type: '$_id.type',
              product: '$_id.product',
              city: '$_id.city',
              ranges: 1,
              ...Object.fromEntries(BOOKS.map((name) => [name, 1])),
            },
          },
        ],
        { maxTimeMS: MAX_TIME_MS },
      )
      .toArray(),
  );

/**
 * Ranges to ask for a line's numbers, best first: those of the city before those for any city, then in the order of
 * their numbers. What is written here is behind the actors: the range itself says what it can give.
 */
export const rangesWithStock = (
  connection: mongoose.Connection,
  tenant: TenantId,
  wanted: { readonly type: NumberType; readonly product: string; readonly city: string },
): Effect.Effect<ReadonlyArray<RangeItem>, Fault> =>
  mongoTry('looking for ranges with stock', async () => {
    const { type, product, city } = wanted;
    const found = await databaseOf(connection)
      .collection<RangeItem>('sim_number_ranges')
      .find(
        { tenant, type, product, city: { $in: [city, null] }, 'books.free': { $gt: 0 } },
        { projection: { _id: 0, actor: 0, rev: 0, tenant: 0 }, maxTimeMS: MAX_TIME_MS },
      )
      .sort({ city: -1, first: 1 })
      .limit(MAX_RANGES)
      .toArray();
    return found;
  });

/** How many cards of an application are in which status, from their own documents: what the audit compares. */
export interface CardCount {
  readonly line: number;
  readonly status: string;
  readonly confirmed: boolean;
  readonly cards: number;
}

export const countCards = (
  connection: mongoose.Connection,
  tenant: TenantId,
  application: string,
): Effect.Effect<ReadonlyArray<CardCount>, Fault> =>
  mongoTry('counting cards', () =>
    databaseOf(connection)
      .collection('sim_cards')
      .aggregate<CardCount>([
        { $match: { tenant, application } },
        { $group: { _id: { line: '$line', status: '$status', confirmed: '$confirmed' }, cards: { $sum: 1 } } },
        { $sort: { '_id.line': 1, '_id.status': 1 } },
        { $project: { _id: 0, line: '$_id.line', status: '$_id.status', confirmed: '$_id.confirmed', cards: 1 } },
      ])
      .toArray(),
  );

/** Finished and blank cards that are made and confirmed, per product and city (seed 000 §6.2). */
export interface CardStock {
  readonly cardType: CardType;
  readonly product: string;
  readonly city: string;
  readonly cards: number;
}

export const cardStock = (
  connection: mongoose.Connection,
  tenant: TenantId,
): Effect.Effect<ReadonlyArray<CardStock>, Fault> =>
  mongoTry('adding up the stock of cards', () =>
    databaseOf(connection)
      .collection('sim_cards')
      .aggregate<CardStock>([
        { $match: { tenant, status: 'made' } },
        { $group: { _id: { cardType: '$cardType', product: '$product', city: '$city' }, cards: { $sum: 1 } } },
        { $sort: { '_id.cardType': 1, '_id.product': 1, '_id.city': 1 } },
        { $limit: 10_000 },
        { $project: { _id: 0, cardType: '$_id.cardType', product: '$_id.product', city: '$_id.city', cards: 1 } },
      ])
      .toArray(),
  );
