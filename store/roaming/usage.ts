import { Effect, Option, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../../domain/kernel/refusal.ts';
import {
  correctedBy,
  type RatedUsage,
  type UsageOwner,
  type UsageTerms,
  unpackUsage,
} from '../../domain/roaming/usage/usage-record.ts';
import { KeyRing } from '../keys/key-ring.ts';
import type { Ring } from '../keys/private-fields.ts';
import { Mongo, mongoTry } from '../mongo.ts';
import { openBytes } from '../runtime/journal.ts';
import {
  byMonth,
  collectionOf,
  documentsOf,
  eachOf,
  idsOf,
  insert,
  ownerKey,
  packed,
  type Stored,
  type UsagePart,
  WRITES,
} from './usage-documents.ts';

/**
 * Rated usage records, one by one (seed 002 §3.4.1, §3.4.2): a collection for each month, by the visited network's days, so
 * that a question about a month reads that month alone. The records of one owner from one file lie together, packed and
 * sealed, in parts whose ids are made of owner and file: written again, a part replaces itself (decision 0270).
 */

/** A part as it is read. */
export interface KeptPart {
  /** Names the part and its owner without any number; what follows it in `partsOfPartner` begins after it. */
  readonly id: string;
  /** Key of the subscriber; null of a visitor. */
  readonly subscriber: string | null;
  readonly part: string;
  readonly file: string;
  readonly terms: UsageTerms;
  readonly records: ReadonlyArray<RatedUsage>;
}

/** Keeps the parts; one that is there already is replaced. */
export const keepUsage = (
  tenant: TenantId,
  parts: ReadonlyArray<UsagePart>,
): Effect.Effect<void, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const ring = yield* KeyRing;
    const packs = yield* packed(ring, tenant, parts);
    yield* eachOf(documentsOf(ring, tenant, packs), async (collection, some) => {
      const again = await insert(collection, some);
      if (again.length === 0) return;
      await collection.bulkWrite(
        again.map((replacement) => ({ replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true } })),
        { ordered: false },
      );
    });
  });

/** Takes parts out that were kept before their subscriber's account refused them. */
export const dropUsage = (
  tenant: TenantId,
  parts: ReadonlyArray<UsagePart>,
): Effect.Effect<void, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const ids = yield* idsOf(tenant, parts);
    for (const [at, { records }] of parts.entries()) {
      const _id = ids[at] ?? '';
      for (const month of byMonth(records).keys()) {
        yield* mongoTry('taking usage records out', () => collectionOf(connection, month).deleteOne({ _id }));
      }
    }
  });

/** Owner and part of `tenant/owner/part`; neither holds a slash. */
const namesIn = (_id: string): { readonly subscriber: string | null; readonly part: string } => {
  const [, owner = '', part = ''] = _id.split('/');
  return { subscriber: owner.startsWith('s:') ? owner.slice(2) : null, part };
};

const opened = (ring: Ring, month: string, { _id, file, terms, sealed }: Stored): KeptPart => ({
  id: _id,
  ...namesIn(_id),
  file,
  terms,
  records: unpackUsage(openBytes(ring, `${month}/${_id}`, sealed)),
});

/** Parts of one partner, in an order of their own that does not change; `afterId`: those behind this one. */
export const partsOfPartner = (
  tenant: TenantId,
  partner: string,
  month: string,
  afterId = '',
): Stream.Stream<KeptPart, Fault, Mongo | KeyRing> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const ring = yield* KeyRing;
      const found = collectionOf(yield* Mongo, month)
        .find({ tenant, partner, _id: { $gt: afterId } })
        .sort({ _id: 1 })
        .batchSize(WRITES);
      return Stream.unfoldEffect(undefined, () =>
        mongoTry('reading usage records of a partner', () => found.next()).pipe(
          Effect.map((one) =>
            one === null ? Option.none() : Option.some([opened(ring, month, one), undefined] as const),
          ),
        ),
      ).pipe(Stream.ensuring(Effect.promise(() => found.close())));
    }),
  );

/** A record with what it has in common with its part. */
export interface KeptUsage extends RatedUsage {
  /** `<sm3 of the file>.<record>`; of a difference `<sm3>.<record>.<re-rating>` */
  readonly id: string;
  readonly terms: UsageTerms;
}

/** A place in an owner's month; records are in order of moments, then of ids. */
export interface UsagePlace {
  readonly atMs: number;
  readonly id: string;
}

const READ_AT_ONCE = 20;

const isBehind = (one: UsagePlace, { atMs, id }: UsagePlace): boolean =>
  one.atMs > atMs || (one.atMs === atMs && one.id > id);

const inOrder = (a: UsagePlace, b: UsagePlace): number => a.atMs - b.atMs || (a.id < b.id ? -1 : 1);

export interface UsageQuestion {
  readonly tenant: TenantId;
  readonly owner: UsageOwner;
  /** `2026-11`, by the visited network's days. */
  readonly month: string;
  readonly after?: UsagePlace | undefined;
  readonly limit: number;
  /** Those to be left out are as if they were not there. */
  readonly where?: ((usage: KeptUsage) => boolean) | undefined;
}

/**
 * An owner's records of a month from a place on, at most `limit`. Of the parts only those are opened whose time comes
 * within the answer.
 */
export const usageOf = ({
  tenant,
  owner,
  month,
  after = { atMs: -1, id: '' },
  limit,
  where = () => true,
}: UsageQuestion): Effect.Effect<ReadonlyArray<KeptUsage>, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const ring = yield* KeyRing;
    const collection = collectionOf(yield* Mongo, month);
    const name = ownerKey(ring, tenant, owner);
    if (isFault(name)) return yield* Effect.fail(name);
    const heads = yield* mongoTry('reading which usage records there are', () =>
      collection
        .find(
          // `0` follows `/`.
          { _id: { $gte: `${tenant}/${name}/`, $lt: `${tenant}/${name}0` }, toMs: { $gte: after.atMs } },
          { projection: { fromMs: 1 } },
        )
        .sort({ fromMs: 1 })
        .toArray(),
    );
    let found: Array<KeptUsage> = [];
    for (let at = 0; at < heads.length; at += READ_AT_ONCE) {
      const ids = heads.slice(at, at + READ_AT_ONCE).map(({ _id }) => _id);
      const parts = yield* mongoTry('reading usage records', () => collection.find({ _id: { $in: ids } }).toArray());
      const fresh = parts.flatMap((one) => {
        const { file, part, terms, records } = opened(ring, month, one);
        const by = correctedBy(part);
        const suffix = by === undefined ? '' : `.${by}`;
        return records.map((usage) => ({ ...usage, terms, id: `${file}.${usage.record}${suffix}` }));
      });
      found = [...found, ...fresh.filter((one) => isBehind(one, after) && where(one))].sort(inOrder).slice(0, limit);
      const next = heads[at + READ_AT_ONCE]?.fromMs ?? Number.POSITIVE_INFINITY;
      // What is in the parts that follow comes behind all this.
      if (found.length === limit && (found.at(-1)?.atMs ?? 0) < next) break;
    }
    return found;
  });
