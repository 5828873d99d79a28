import { Effect, Option, Stream } from 'effect';
import mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../../domain/kernel/refusal.ts';
import {
  correctedBy,
  localDay,
  packUsage,
  type RatedUsage,
  type UsageOwner,
  type UsageTerms,
  unpackUsage,
} from '../../domain/roaming/usage/usage-record.ts';
import { KeyRing } from '../keys/key-ring.ts';
import type { Ring } from '../keys/private-fields.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { DUPLICATE_KEY, databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { openBytes, type SealedBody, sealBytes } from '../runtime/journal.ts';

/**
 * Rated usage records, one by one (seed 002 §3.4.1, §3.4.2): a collection for each month, by the visited network's days, so
 * that a question about a month reads that month alone. The records of one owner from one file lie together, packed and
 * sealed, in parts whose ids are made of owner and file: written again, a part replaces itself (decision 0270).
 */

/** Collections are named by it and the month. */
export const USAGE_PREFIX = 'roaming_usage_';
const PART_RECORDS = 1_000;
const WRITES = 500;

/** Records of one owner that a file brought. */
export interface UsagePart {
  readonly owner: UsageOwner;
  /** SM3 of the file; with the record's number it is the record's id. */
  readonly file: string;
  /** Unique within the owner: `<sm3>.<part>`, or of what a person settled `<sm3>.r17.0`. */
  readonly part: string;
  readonly terms: UsageTerms;
  readonly records: ReadonlyArray<RatedUsage>;
}

interface Stored {
  /** `tenant/owner/part` */
  readonly _id: string;
  readonly tenant: TenantId;
  readonly partner: string;
  readonly file: string;
  readonly terms: UsageTerms;
  readonly fromMs: number;
  readonly toMs: number;
  readonly records: number;
  readonly sealed: SealedBody;
}

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

export const usageCollection = (month: string): string => `${USAGE_PREFIX}${month.replace('-', '_')}`;
const monthOf = ({ atMs, utcOffsetMinutes }: RatedUsage): string => localDay(atMs, utcOffsetMinutes).slice(0, 7);

/** `s:` a subscriber's key, `v:` a visitor's home and the pseudonym of the card. */
export const ownerKey = (ring: Ring, tenant: TenantId, owner: UsageOwner): string | Fault => {
  if ('subscriber' in owner) return `s:${owner.subscriber}`;
  const pseudonym = pseudonymOf(ring, 'roaming.visitor', tenant, owner.visitorOf, owner.imsi);
  return isFault(pseudonym) ? pseudonym : `v:${owner.visitorOf}:${pseudonym}`;
};

type Collection = mongoose.mongo.Collection<Stored>;

/** Months whose collection has its index, by connection: asking for it each time would cost a round trip. */
const prepared = new WeakMap<mongoose.Connection, Set<string>>();

/** The month's collection is gone: one that is made again needs its index again. */
export const forgetPrepared = (connection: mongoose.Connection, month: string): void => {
  prepared.get(connection)?.delete(month);
};

const collectionOf = (connection: mongoose.Connection, month: string): Collection =>
  databaseOf(connection).collection<Stored>(usageCollection(month));

const prepare = (connection: mongoose.Connection, month: string): Effect.Effect<Collection, Fault> =>
  Effect.gen(function* () {
    const collection = collectionOf(connection, month);
    const months = prepared.get(connection) ?? new Set();
    prepared.set(connection, months);
    if (months.has(month)) return collection;
    yield* mongoTry('preparing a month of usage records', () =>
      collection.createIndex({ tenant: 1, partner: 1, _id: 1 }, { name: 'of_partner' }),
    );
    months.add(month);
    return collection;
  });

const extent = (records: ReadonlyArray<RatedUsage>): { readonly fromMs: number; readonly toMs: number } => {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, 0];
  for (const { atMs } of records) {
    if (atMs < fromMs) fromMs = atMs;
    if (atMs > toMs) toMs = atMs;
  }
  return { fromMs, toMs };
};

const byMonth = (records: ReadonlyArray<RatedUsage>): ReadonlyMap<string, ReadonlyArray<RatedUsage>> => {
  const [first] = records;
  if (first === undefined) return new Map();
  const month = monthOf(first);
  // Most often a file has one.
  return records.every((one) => monthOf(one) === month) ? new Map([[month, records]]) : Map.groupBy(records, monthOf);
};

const documentsOf = (ring: Ring, tenant: TenantId, parts: ReadonlyArray<UsagePart>): Map<string, Stored[]> | Fault => {
  const months = new Map<string, Stored[]>();
  for (const { owner, file, part, terms, records } of parts) {
    if (records.length > PART_RECORDS) throw new RangeError(`a part has at most ${PART_RECORDS} records`);
    const name = ownerKey(ring, tenant, owner);
    if (isFault(name)) return name;
    const _id = `${tenant}/${name}/${part}`;
    for (const [month, some] of byMonth(records)) {
      const sealed = sealBytes(ring, `${month}/${_id}`, packUsage(some));
      const { partner } = terms;
      const document = { _id, tenant, partner, file, terms, ...extent(some), records: some.length, sealed };
      const list = months.get(month);
      if (list === undefined) months.set(month, [document]);
      else list.push(document);
    }
  }
  return months;
};

/** Places of documents that are there already; undefined when something else went wrong. */
const duplicatesIn = (cause: unknown): ReadonlyArray<number> | undefined => {
  if (!(cause instanceof mongoose.mongo.MongoBulkWriteError)) return undefined;
  const errors = Array.isArray(cause.writeErrors) ? cause.writeErrors : [cause.writeErrors];
  return errors.every(({ code }) => code === DUPLICATE_KEY) ? errors.map(({ index }) => index) : undefined;
};

const write = async (collection: Collection, documents: ReadonlyArray<Stored>): Promise<void> => {
  try {
    await collection.insertMany([...documents], { ordered: false });
  } catch (cause) {
    const known = duplicatesIn(cause);
    if (known === undefined) throw cause;
    // Of an attempt before this one: what is posted is as it was priced last.
    const again = documents.filter((_, at) => known.includes(at));
    await collection.bulkWrite(
      again.map((replacement) => ({ replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true } })),
      { ordered: false },
    );
  }
};

/** Keeps the parts; one that is there already is replaced. */
export const keepUsage = (
  tenant: TenantId,
  parts: ReadonlyArray<UsagePart>,
): Effect.Effect<void, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const months = documentsOf(yield* KeyRing, tenant, parts);
    if (isFault(months)) return yield* Effect.fail(months);
    for (const [month, documents] of months) {
      const collection = yield* prepare(connection, month);
      for (let at = 0; at < documents.length; at += WRITES) {
        const some = documents.slice(at, at + WRITES);
        yield* mongoTry('keeping usage records', () => write(collection, some));
      }
    }
  });

/** Takes parts out that were kept before their subscriber's account refused them. */
export const dropUsage = (
  tenant: TenantId,
  parts: ReadonlyArray<UsagePart>,
): Effect.Effect<void, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const ring = yield* KeyRing;
    for (const { owner, part, records } of parts) {
      const name = ownerKey(ring, tenant, owner);
      if (isFault(name)) return yield* Effect.fail(name);
      for (const month of byMonth(records).keys()) {
        yield* mongoTry('taking usage records out', () =>
          collectionOf(connection, month).deleteOne({ _id: `${tenant}/${name}/${part}` }),
        );
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
