import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { FileRef } from '../files/files.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from '../sim/lists.ts';

/**
 * The log of settlement's files (seed 002 §3.2.3): what was made or received, of which partner and day, month or period,
 * when it was sent to whom, and what came of it. The bytes lie in the file store; a row is never removed.
 */

export const CLEARING_KINDS = [
  /** The lines of a closed day of a book, and its reports. */
  'day',
  'dayReport',
  'weekReport',
  'month',
  'monthReport',
  'statement',
  /** What the partner states, or reports under BCE. */
  'partnerStatement',
  /** Ours under BCE. */
  'usageReport',
  'instruction',
  /** A row for each usage record: ours, the partner's, and how they differ. */
  'detail',
  'partnerDetail',
  'detailDifferences',
] as const;
export type ClearingKind = (typeof CLEARING_KINDS)[number];

export interface ClearingFile {
  readonly kind: ClearingKind;
  /** TADIG code. */
  readonly partner: string;
  /** A day, a month, or the key of a period. */
  readonly of: string;
  readonly name: string;
  readonly way: 'made' | 'received';
  /** Null of a day without lines: there is nothing to keep. */
  readonly ref: FileRef | null;
  /** Of a `day`: the book whose it is. */
  readonly book?: string;
  readonly atMs: number;
  /** When it was sent, in milliseconds since the epoch, by receiver: a department's or a partner's code. */
  readonly sent: Readonly<Record<string, number>>;
  /** `kept`, or the code of why it was not taken. */
  readonly result: string;
  /** Figures of it: lines, events, differences by class. */
  readonly counts: Readonly<Record<string, number>>;
}

const COLLECTION = 'roaming_clearing_files';

const fields = {
  kind: String,
  partner: String,
  of: String,
  name: String,
  way: String,
  ref: Object,
  atMs: Number,
  sent: Object,
  result: String,
  counts: Object,
} satisfies Fields;

export const clearingFileList: ListPlan<ClearingFile & { readonly key: string }> = {
  collection: COLLECTION,
  fields: ['key', ...Object.keys(fields)],
  filters: {
    kind: { field: 'kind', type: 'text', indexed: true },
    partner: { field: 'partner', type: 'text', indexed: true },
    of: { field: 'of', type: 'text', indexed: true },
  },
  orders: { newest: { field: 'atMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

const model = readModel(COLLECTION, fields, listIndexes(clearingFileList));

export const clearingFilePlan = planOf(model);

export const listClearingFiles = listOf(clearingFileList, model);

type Known = Pick<ClearingFile, 'kind' | 'partner' | 'of' | 'name'>;

interface Stored extends ClearingFile {
  readonly _id: string;
  readonly tenant: TenantId;
  readonly key: string;
}

/** Names it within the tenant, also in a path. */
export const clearingKey = ({ kind, partner, of, name }: Known): string => [kind, partner, of, name].join('~');

const collectionOf = Effect.map(Mongo, (connection) => databaseOf(connection).collection<Stored>(COLLECTION));

/** Once: the same file again keeps the row, and the bytes, that are there. Gives what counts. */
export const keepClearingFile = (
  tenant: TenantId,
  file: Omit<ClearingFile, 'sent'>,
): Effect.Effect<ClearingFile, Fault, Mongo> =>
  Effect.flatMap(collectionOf, (collection) =>
    mongoTry('keeping a file of settlement', async () => {
      const key = clearingKey(file);
      const kept = await collection.findOneAndUpdate(
        { _id: `${tenant}/${key}` },
        { $setOnInsert: { tenant, key, ...file, sent: {} } },
        { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority', j: true } },
      );
      if (kept === null) throw new Error('an upsert gave nothing');
      return kept;
    }),
  );

/** The first time counts. */
export const noteSent = (tenant: TenantId, file: Known, to: string, atMs: number): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(collectionOf, (collection) =>
    mongoTry('noting that a file was sent', () =>
      collection.updateOne(
        { _id: `${tenant}/${clearingKey(file)}`, [`sent.${to}`]: { $exists: false } },
        { $set: { [`sent.${to}`]: atMs } },
        { writeConcern: { w: 'majority', j: true } },
      ),
    ),
  );

export const noteResult = (
  tenant: TenantId,
  file: Known,
  result: string,
  counts: Readonly<Record<string, number>>,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(collectionOf, (collection) =>
    mongoTry('noting what came of a file', () =>
      collection.updateOne({ _id: `${tenant}/${clearingKey(file)}` }, { $set: { result, counts } }),
    ),
  );

export const readClearingFile = (tenant: TenantId, key: string): Effect.Effect<ClearingFile | null, Fault, Mongo> =>
  Effect.flatMap(collectionOf, (collection) =>
    mongoTry('reading the row of a file', () => collection.findOne({ _id: `${tenant}/${key}` })),
  );

/** All rows of a kind of a partner, from one day, month or period to another, both counted, in their order. */
export const clearingFilesOf = (
  tenant: TenantId,
  kind: ClearingKind,
  partner: string,
  from: string,
  to: string,
): Effect.Effect<ReadonlyArray<ClearingFile>, Fault, Mongo> =>
  Effect.flatMap(collectionOf, (collection) =>
    mongoTry('looking up files of settlement', () =>
      collection
        .find({ tenant, kind, partner, of: { $gte: from, $lte: to } })
        .sort({ of: 1, name: 1 })
        .toArray(),
    ),
  );
