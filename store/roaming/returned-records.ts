import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from '../sim/lists.ts';

/**
 * Records of ours that partners returned in RAP files or return batches of CIBER, or files as a whole: each with what the partner says is wrong, until a
 * person, or a rule, has corrected it or accepted the loss. They hold no number of anybody.
 */
export interface ReturnedRecord {
  readonly partner: string;
  /** SM3 of the RAP file or return batch, and the return's place in it, from 1. */
  readonly file: string;
  readonly place: number;
  /** Number of the RAP file or return batch: under it the corrected record goes again. */
  readonly rap: number;
  /** Number of our file, and the record in it, from 1; 0: the file as a whole. */
  readonly sequence: number;
  readonly record: number;
  /** SM3 of our file as it was returned: its number may come again. Null of those that were kept before this was. */
  readonly ours: string | null;
  /** `code`: of TD.57, or the reject reason code of CIBER; `item`: the field. */
  readonly findings: ReadonlyArray<{ readonly item: string; readonly code: number; readonly explanation: string }>;
  readonly currency: string;
  readonly decimals: number;
  readonly chargeMinor: number;
  readonly status: 'open' | 'resubmitted' | 'lost';
  /** By whom, and why, once it is settled. */
  readonly note: string | null;
}

const COLLECTION = 'roaming_returned_records';
const AT_ONCE = 1_000;

const fields = {
  partner: String,
  file: String,
  place: Number,
  rap: Number,
  sequence: Number,
  record: Number,
  ours: String,
  findings: Array,
  currency: String,
  decimals: Number,
  chargeMinor: Number,
  status: String,
  note: String,
} satisfies Fields;

export const returnedRecordList: ListPlan<Omit<ReturnedRecord, 'ours'>> = {
  collection: COLLECTION,
  fields: Object.keys(fields).filter((name) => name !== 'ours'),
  filters: {
    status: { field: 'status', type: 'text', indexed: true },
    partner: { field: 'partner', type: 'text', indexed: true },
    file: { field: 'file', type: 'text', indexed: true },
  },
  orders: { place: { field: 'place', direction: 1 } },
  defaultOrder: 'place',
  item: itemOf,
};

const model = readModel(COLLECTION, fields, [
  ...listIndexes(returnedRecordList),
  { name: 'by_sequence', key: { tenant: 1, partner: 1, sequence: 1 } },
]);

export const returnedRecordPlan = planOf(model);

export const listReturnedRecords = listOf(returnedRecordList, model);

type Place = Pick<ReturnedRecord, 'partner' | 'file' | 'place'>;

const idOf = (tenant: TenantId, { partner, file, place }: Place): string => [tenant, partner, file, place].join('/');

interface Stored extends ReturnedRecord {
  readonly _id: string;
  readonly tenant: TenantId;
}

/** Keeps those that are not kept yet; one that is settled stays settled. */
export const keepReturned = (
  tenant: TenantId,
  records: ReadonlyArray<ReturnedRecord>,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    for (let at = 0; at < records.length; at += AT_ONCE) {
      yield* mongoTry('keeping returned records', () =>
        collection.bulkWrite(
          records.slice(at, at + AT_ONCE).map((record) => {
            const _id = idOf(tenant, record);
            return { updateOne: { filter: { _id }, update: { $setOnInsert: { tenant, ...record } }, upsert: true } };
          }),
          { ordered: false, writeConcern: { w: 'majority', j: true } },
        ),
      );
    }
  });

/** What has come back of a file of ours with this number. */
export const returnedOf = (
  tenant: TenantId,
  partner: string,
  sequence: number,
): Effect.Effect<ReadonlyArray<ReturnedRecord>, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    return yield* mongoTry('reading what has come back', () =>
      collection.find({ tenant, partner, sequence }, { projection: { _id: 0, tenant: 0 } }).toArray(),
    );
  });

export const readReturned = (tenant: TenantId, place: Place): Effect.Effect<ReturnedRecord | null, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    return yield* mongoTry('reading a returned record', () =>
      collection.findOne({ _id: idOf(tenant, place) }, { projection: { _id: 0, tenant: 0 } }),
    );
  });

/** @returns false when it was settled otherwise; settled alike it is true again. */
export const settleReturned = (
  tenant: TenantId,
  place: Place,
  status: 'resubmitted' | 'lost',
  note: string,
): Effect.Effect<boolean, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    const settled = yield* mongoTry('settling a returned record', () =>
      collection.updateOne({ _id: idOf(tenant, place), status: { $in: ['open', status] } }, { $set: { status, note } }),
    );
    return settled.matchedCount === 1;
  });
