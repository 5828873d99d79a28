import { Effect } from 'effect';
import type { mongo } from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { Mongo, mongoTry } from '../mongo.ts';
import {
  byMonth,
  collectionOf,
  documentsOf,
  eachOf,
  idsOf,
  insert,
  packed,
  pricedOf,
  type Stored,
  type UsagePart,
} from './usage-documents.ts';

/**
 * Parts of usage that several attempts price at once, as the steps of an import do when one is thought dead and lives: each
 * pricing is kept, and the one that the subscriber's account has taken is the one that is read (decision 0346).
 */

export interface KeptPricing {
  /** Names how the records were priced. */
  readonly priced: string;
  /** The part was there before, priced so or otherwise. */
  readonly before: boolean;
}

/**
 * Keeps parts that several attempts may price, each in its own way (decision 0346): what was kept first is read until
 * `settlePricing` says which of them counts. In the order of the parts.
 */
export const keepPriced = (
  tenant: TenantId,
  parts: ReadonlyArray<UsagePart>,
): Effect.Effect<ReadonlyArray<KeptPricing>, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const ring = yield* KeyRing;
    const packs = yield* packed(ring, tenant, parts);
    const pricings = packs.map(pricedOf);
    const before = new Set<string>();
    yield* eachOf(documentsOf(ring, tenant, packs, pricings), async (collection, some) => {
      const again = await insert(collection, some);
      if (again.length === 0) return;
      for (const { _id } of again) before.add(_id);
      await collection.bulkWrite(
        again.map(({ _id, priced = '', terms, sealed }) => ({
          updateOne: {
            filter: { _id, priced: { $ne: priced }, 'others.priced': { $ne: priced } },
            update: { $push: { others: { priced, terms, sealed } } },
          },
        })),
        { ordered: false },
      );
    });
    return packs.map(({ _id }, at) => ({ priced: pricings[at] ?? '', before: before.has(_id) }));
  });

/** Of each part the pricing that was posted is what is read from now on, whatever comes later; the others are gone. */
export const settlePricing = (
  tenant: TenantId,
  posted: ReadonlyArray<{ readonly usage: UsagePart; readonly priced: string }>,
): Effect.Effect<void, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const ids = yield* idsOf(
      tenant,
      posted.map(({ usage }) => usage),
    );
    const byMonthOf = new Map<string, Array<mongo.AnyBulkWriteOperation<Stored>>>();
    for (const [at, { usage, priced }] of posted.entries()) {
      const _id = ids[at] ?? '';
      const own = { $filter: { input: { $ifNull: ['$others', []] }, cond: { $eq: ['$$this.priced', priced] } } };
      const update = [
        { $set: { others: own } },
        { $replaceWith: { $mergeObjects: ['$$ROOT', { $ifNull: [{ $first: '$others' }, {}] }] } },
        { $unset: 'others' },
      ];
      for (const month of byMonth(usage.records).keys()) {
        const list = byMonthOf.get(month) ?? [];
        byMonthOf.set(month, list);
        list.push({ updateOne: { filter: { _id }, update } });
      }
    }
    for (const [month, updates] of byMonthOf) {
      yield* mongoTry('settling how usage was priced', () =>
        collectionOf(connection, month).bulkWrite(updates, { ordered: false }),
      );
    }
  });
