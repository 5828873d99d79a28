import { createHash } from 'node:crypto';
import { Effect } from 'effect';
import mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../../domain/kernel/refusal.ts';
import {
  localDay,
  packUsage,
  type RatedUsage,
  type UsageOwner,
  type UsageTerms,
} from '../../domain/roaming/usage/usage-record.ts';
import { KeyRing } from '../keys/key-ring.ts';
import type { Ring } from '../keys/private-fields.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { DUPLICATE_KEY, databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { type SealedBody, sealBytes } from '../runtime/journal.ts';

/** Parts of rated usage as documents: how they are named, packed and written (`usage.ts`, `usage-pricing.ts`). */

/** Collections are named by it and the month. */
export const USAGE_PREFIX = 'roaming_usage_';
const PART_RECORDS = 1_000;
export const WRITES = 500;

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

/** One way in which a part's records were priced. */
interface Pricing {
  readonly priced: string;
  readonly terms: UsageTerms;
  readonly sealed: SealedBody;
}

export interface Stored {
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
  /** How the records were priced, where several attempts may price them. */
  readonly priced?: string;
  /** As other attempts priced them; none of them is read. */
  readonly others?: ReadonlyArray<Pricing>;
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

export const collectionOf = (connection: mongoose.Connection, month: string): Collection =>
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

export const byMonth = (records: ReadonlyArray<RatedUsage>): ReadonlyMap<string, ReadonlyArray<RatedUsage>> => {
  const [first] = records;
  if (first === undefined) return new Map();
  const month = monthOf(first);
  // Most often a file has one.
  return records.every((one) => monthOf(one) === month) ? new Map([[month, records]]) : Map.groupBy(records, monthOf);
};

const PRICED_DIGITS = 32;

/** A part before it is sealed. */
export interface Packed {
  readonly _id: string;
  readonly part: UsagePart;
  readonly months: ReadonlyArray<{
    readonly month: string;
    readonly records: ReadonlyArray<RatedUsage>;
    readonly bytes: Uint8Array;
  }>;
}

export const packed = (
  ring: Ring,
  tenant: TenantId,
  parts: ReadonlyArray<UsagePart>,
): Effect.Effect<ReadonlyArray<Packed>, Fault> =>
  Effect.forEach(parts, (part) => {
    const { owner, records } = part;
    if (records.length > PART_RECORDS) throw new RangeError(`a part has at most ${PART_RECORDS} records`);
    const name = ownerKey(ring, tenant, owner);
    if (isFault(name)) return Effect.fail(name);
    const months = Array.from(byMonth(records), ([month, some]) => ({ month, records: some, bytes: packUsage(some) }));
    return Effect.succeed({ _id: `${tenant}/${name}/${part.part}`, part, months });
  });

/** Of what was packed: the same records priced otherwise have another. */
export const pricedOf = ({ months }: Packed): string => {
  const all = createHash('sha256');
  for (const { bytes } of months) all.update(bytes);
  return all.digest('hex').slice(0, PRICED_DIGITS);
};

/** By month. `pricings`: how each was priced, in the order of the parts, where several attempts may price them. */
export const documentsOf = (
  ring: Ring,
  tenant: TenantId,
  packs: ReadonlyArray<Packed>,
  pricings: ReadonlyArray<string> = [],
): ReadonlyMap<string, ReadonlyArray<Stored>> => {
  const documents = new Map<string, Stored[]>();
  for (const [at, { _id, part, months }] of packs.entries()) {
    const { file, terms } = part;
    const priced = pricings[at];
    for (const { month, records, bytes } of months) {
      const sealed = sealBytes(ring, `${month}/${_id}`, bytes);
      const { partner } = terms;
      const common = { _id, tenant, partner, file, terms, ...extent(records), records: records.length };
      const list = documents.get(month) ?? [];
      documents.set(month, list);
      list.push({ ...common, sealed, ...(priced === undefined ? {} : { priced }) });
    }
  }
  return documents;
};

/** Places of documents that are there already; undefined when something else went wrong. */
const duplicatesIn = (cause: unknown): ReadonlyArray<number> | undefined => {
  if (!(cause instanceof mongoose.mongo.MongoBulkWriteError)) return undefined;
  const errors = Array.isArray(cause.writeErrors) ? cause.writeErrors : [cause.writeErrors];
  return errors.every(({ code }) => code === DUPLICATE_KEY) ? errors.map(({ index }) => index) : undefined;
};

/** @returns those that were there already and are as they were. */
export const insert = async (
  collection: Collection,
  documents: ReadonlyArray<Stored>,
): Promise<ReadonlyArray<Stored>> => {
  try {
    await collection.insertMany([...documents], { ordered: false });
    return [];
  } catch (cause) {
    const known = duplicatesIn(cause);
    if (known === undefined) throw cause;
    return documents.filter((_, at) => known.includes(at));
  }
};

export const eachOf = (
  documents: ReadonlyMap<string, ReadonlyArray<Stored>>,
  write: (collection: Collection, some: ReadonlyArray<Stored>) => Promise<void>,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    for (const [month, all] of documents) {
      const collection = yield* prepare(connection, month);
      for (let at = 0; at < all.length; at += WRITES) {
        const some = all.slice(at, at + WRITES);
        yield* mongoTry('keeping usage records', () => write(collection, some));
      }
    }
  });

export const idsOf = (
  tenant: TenantId,
  parts: ReadonlyArray<UsagePart>,
): Effect.Effect<ReadonlyArray<string>, Fault, KeyRing> =>
  Effect.flatMap(KeyRing, (ring) =>
    Effect.forEach(parts, ({ owner, part }) => {
      const name = ownerKey(ring, tenant, owner);
      return isFault(name) ? Effect.fail(name) : Effect.succeed(`${tenant}/${name}/${part}`);
    }),
  );
