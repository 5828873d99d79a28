import { Effect, Option, Stream } from 'effect';
import mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';

/**
 * Keys of the records that have been taken from a partner, by the local day of the event: segments of up to 20,000 keys of
 * 16 bytes, for a document per key would cost more than all the rest of an import (decision 0256). They are forgotten when
 * no record so old is taken any more.
 */

const COLLECTION = 'roaming_record_keys';
const KEYS = 20_000;
const KEY_BYTES = 16;
const WRITES = 20;
/** Longer than any record may be late. */
const KEPT_MS = 200 * 86_400_000;

interface Segment {
  readonly _id: string;
  readonly tenant: TenantId;
  readonly partner: string;
  readonly day: string;
  readonly sm3: string;
  readonly keys: mongoose.mongo.Binary;
  readonly expireAt: Date;
}

const fields = { partner: String, day: String, sm3: String, expireAt: Date } satisfies Fields;
const model = readModel(COLLECTION, fields, [
  { name: 'of_day', key: { tenant: 1, partner: 1, day: 1 } },
  { name: 'expiry', key: { expireAt: 1 }, expireAfterSeconds: 0 },
]);

export const recordKeyPlan = planOf(model);

export interface KeysOf {
  readonly tenant: TenantId;
  readonly partner: string;
  /** Of the file that brings, or brought, the records. */
  readonly sm3: string;
}

/** Keys of other files' records on these days, segment by segment. */
export const keysOfOthers = (
  { tenant, partner, sm3 }: KeysOf,
  days: ReadonlyArray<string>,
): Stream.Stream<Uint8Array, Fault, Mongo> =>
  Stream.unwrap(
    Effect.map(Mongo, (connection) => {
      const found = databaseOf(connection)
        .collection<Segment>(COLLECTION)
        .find({ tenant, partner, day: { $in: [...days] }, sm3: { $ne: sm3 } }, { projection: { keys: 1 } })
        .batchSize(8);
      return Stream.unfoldEffect(undefined, () =>
        mongoTry('reading keys of records', () => found.next()).pipe(
          Effect.map((segment) =>
            segment === null ? Option.none() : Option.some([segment.keys.buffer, undefined] as const),
          ),
        ),
      ).pipe(Stream.ensuring(Effect.promise(() => found.close())));
    }),
  );

/** Makes a file's keys known; the same again changes nothing. `days`: the keys of each day, one after the other. */
export const publishKeys = (
  { tenant, partner, sm3 }: KeysOf,
  days: ReadonlyMap<string, Uint8Array>,
  nowMs: number,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Segment>(COLLECTION);
    const expireAt = new Date(nowMs + KEPT_MS);
    const segments: Array<Segment> = [];
    for (const [day, keys] of days) {
      for (let at = 0; at < keys.length; at += KEYS * KEY_BYTES) {
        const bytes = keys.subarray(at, at + KEYS * KEY_BYTES);
        const _id = [tenant, partner, sm3, day, at / (KEYS * KEY_BYTES)].join('/');
        segments.push({ _id, tenant, partner, day, sm3, keys: new mongoose.mongo.Binary(bytes), expireAt });
      }
    }
    for (let at = 0; at < segments.length; at += WRITES) {
      const part = segments.slice(at, at + WRITES);
      yield* mongoTry('keeping keys of records', () =>
        collection.bulkWrite(
          part.map((replacement) => ({ replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true } })),
          { writeConcern: { w: 'majority', j: true } },
        ),
      );
    }
  });
