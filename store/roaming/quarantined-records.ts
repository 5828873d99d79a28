import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from '../sim/lists.ts';

/**
 * Records that wait for a person, each with its reason and its place in the archived file. They hold no number of anybody:
 * whoever settles one reads it from the file.
 */
export interface QuarantinedRecord {
  readonly partner: string;
  /** SM3 of the file. */
  readonly file: string;
  /** In the file, from 1. */
  readonly record: number;
  readonly code: string;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** Null of a record whose time is not known. */
  readonly atMs: number | null;
  readonly status: 'open' | 'rated' | 'rejected';
}

const COLLECTION = 'roaming_quarantined_records';
const AT_ONCE = 1_000;

const fields = {
  partner: String,
  file: String,
  record: Number,
  code: String,
  offset: Number,
  atMs: Number,
  status: String,
} satisfies Fields;

export const quarantinedRecordList: ListPlan<QuarantinedRecord> = {
  collection: COLLECTION,
  fields: Object.keys(fields),
  filters: {
    status: { field: 'status', type: 'text', indexed: true },
    partner: { field: 'partner', type: 'text', indexed: true },
    file: { field: 'file', type: 'text', indexed: true },
    code: { field: 'code', type: 'text', indexed: true },
  },
  orders: { record: { field: 'record', direction: 1 } },
  defaultOrder: 'record',
  item: itemOf,
};

const model = readModel(COLLECTION, fields, listIndexes(quarantinedRecordList));

export const quarantinedRecordPlan = planOf(model);

export const listQuarantinedRecords = listOf(quarantinedRecordList, model);

const idOf = (tenant: TenantId, partner: string, file: string, record: number): string =>
  [tenant, partner, file, record].join('/');

interface Stored extends QuarantinedRecord {
  readonly _id: string;
  readonly tenant: TenantId;
}

/** Keeps records that are not kept yet; one that a person has settled stays settled. */
export const keepQuarantined = (
  tenant: TenantId,
  records: ReadonlyArray<QuarantinedRecord>,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    for (let at = 0; at < records.length; at += AT_ONCE) {
      const part = records.slice(at, at + AT_ONCE);
      yield* mongoTry('keeping records in quarantine', () =>
        collection.bulkWrite(
          part.map((record) => {
            const _id = idOf(tenant, record.partner, record.file, record.record);
            return { updateOne: { filter: { _id }, update: { $setOnInsert: { tenant, ...record } }, upsert: true } };
          }),
          { ordered: false, writeConcern: { w: 'majority', j: true } },
        ),
      );
    }
  });

export const settleQuarantined = (
  tenant: TenantId,
  { partner, file, record }: Pick<QuarantinedRecord, 'partner' | 'file' | 'record'>,
  status: 'rated' | 'rejected',
): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    yield* mongoTry('settling a record', () =>
      collection.updateOne({ _id: idOf(tenant, partner, file, record) }, { $set: { status } }),
    );
  });

export const readQuarantined = (
  tenant: TenantId,
  { partner, file, record }: Pick<QuarantinedRecord, 'partner' | 'file' | 'record'>,
): Effect.Effect<QuarantinedRecord | null, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    return yield* mongoTry('reading a record in quarantine', () =>
      collection.findOne({ _id: idOf(tenant, partner, file, record) }, { projection: { _id: 0, tenant: 0 } }),
    );
  });
