import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { AuditLine, ImportStatus } from '../../domain/roaming/imports/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from '../sim/lists.ts';

/** Partners' files as they can be looked up; written behind by their actors. */
export interface ImportFileItem {
  readonly partner: string;
  readonly name: string;
  readonly sm3: string;
  readonly bytes: number;
  readonly source: 'poll' | 'upload';
  readonly status: ImportStatus;
  readonly attempt: number;
  readonly deliveries: number;
  readonly format: string | null;
  readonly sequence: number | null;
  readonly records: number;
  readonly audit: AuditLine | null;
  readonly problemCount: number;
  readonly warningCount: number;
  readonly receivedAtMs: number;
}

const fields = {
  partner: String,
  name: String,
  sm3: String,
  bytes: Number,
  source: String,
  status: String,
  attempt: Number,
  deliveries: Number,
  format: String,
  sequence: Number,
  records: Number,
  audit: Object,
  problemCount: Number,
  warningCount: Number,
  receivedAtMs: Number,
} satisfies Fields;

export const importFileList: ListPlan<ImportFileItem> = {
  collection: 'roaming_import_files',
  fields: Object.keys(fields),
  filters: {
    status: { field: 'status', type: 'text', indexed: true },
    partner: { field: 'partner', type: 'text', indexed: true },
  },
  orders: { newest: { field: 'receivedAtMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

const model = readModel(importFileList.collection, fields, listIndexes(importFileList));

export const importFilePlans: ReadonlyArray<CollectionPlan> = [
  planOf(model),
  { collection: 'roaming_file_registers', indexes: [] },
  { collection: 'roaming_outgoing', indexes: [] },
];

/** Pages of the tenant's documents; refusals and faults as `listPage` says. */
export const listImportFiles = listOf(importFileList, model);

/** The imported file of this name: the one whose records have fates. Undefined where there is none. */
export const importFileNamed = (
  tenant: TenantId,
  partner: string,
  name: string,
): Effect.Effect<ImportFileItem | undefined, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<ImportFileItem>(importFileList.collection);
    const where = { tenant, partner, name, audit: { $ne: null } };
    return (yield* mongoTry('looking for a file by its name', () => collection.findOne(where as object))) ?? undefined;
  });

/** When the last file of such a format came from a partner; 0: none has. As far as its actors have written. */
export const lastReceived = (tenant: TenantId, partner: string, format: RegExp): Effect.Effect<number, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<ImportFileItem>(importFileList.collection);
    const found = yield* mongoTry('looking for the last file', () =>
      collection
        .find({ tenant, partner, format } as object, { projection: { receivedAtMs: 1 } })
        .sort({ receivedAtMs: -1 })
        .limit(1)
        .toArray(),
    );
    return found[0]?.receivedAtMs ?? 0;
  });
