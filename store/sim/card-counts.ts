import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { CardStatus, CardType } from '../../domain/sim/schema.ts';
import { Mongo, mongoTry } from '../mongo.ts';
import { modelOf } from '../read-model.ts';
import { cardModel } from './lists.ts';

/** Sums over the cards' own documents: what an audit compares with the books, and the stock of cards. */

const MAX_TIME_MS = 30_000;
const MAX_ENTRIES = 10_000;

const sumCards = <Group extends object>(
  match: Readonly<Record<string, unknown>>,
  fields: ReadonlyArray<keyof Group & string>,
): Effect.Effect<ReadonlyArray<Group & { readonly cards: number }>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('counting cards', () =>
      modelOf(connection, cardModel)
        .aggregate<Group & { readonly cards: number }>(
          [
            { $match: match },
            { $group: { _id: Object.fromEntries(fields.map((field) => [field, `$${field}`])), cards: { $sum: 1 } } },
            { $sort: { _id: 1 } },
            { $limit: MAX_ENTRIES },
            { $replaceWith: { $mergeObjects: ['$_id', { cards: '$cards' }] } },
          ],
          { maxTimeMS: MAX_TIME_MS },
        )
        .exec(),
    ),
  );

/** How many cards of an application are in which status, line by line. */
export const countCards = (tenant: TenantId, application: string) =>
  sumCards<{ readonly line: number; readonly status: CardStatus; readonly confirmed: boolean }>(
    { tenant, application },
    ['line', 'status', 'confirmed'],
  );

/** Cards of a type, product and city by where they are: `cards` are in stock. */
export interface CardStock {
  readonly cardType: CardType;
  readonly product: string;
  readonly city: string;
  readonly cards: number;
  readonly used: number;
  /** Not made by the vendor, refused by the operator, or found broken since. */
  readonly failed: number;
  readonly returned: number;
}

const counting = (...statuses: ReadonlyArray<CardStatus>) => ({
  $sum: { $cond: [{ $in: ['$status', statuses] }, 1, 0] },
});

/** Finished and blank cards that are made, used, failed and returned, per product and city (seed 000 §6.2). */
export const cardStock = (tenant: TenantId): Effect.Effect<ReadonlyArray<CardStock>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('counting cards', () =>
      modelOf(connection, cardModel)
        .aggregate<CardStock>(
          [
            { $match: { tenant, status: { $in: ['made', 'used', 'failed', 'defective', 'returned'] } } },
            {
              $group: {
                _id: { cardType: '$cardType', product: '$product', city: '$city' },
                cards: counting('made'),
                used: counting('used'),
                failed: counting('failed', 'defective'),
                returned: counting('returned'),
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
