import { Effect } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../../domain/kernel/refusal.ts';
import type { BackupKind, Manifest } from '../../../domain/operations/backup/schema.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import {
  type ListedDocument,
  type ListPlan,
  type ListRequest,
  listIndexes,
  listPage,
  type Page,
} from '../../list-query.ts';
import type { CollectionPlan } from '../../migrations.ts';
import { databaseOf, Mongo, mongoTry } from '../../mongo.ts';
import { type Fields, planOf, readModel } from '../../read-model.ts';

/**
 * What became of each backup, for people: also of those that failed, and of those that the rule has removed. What can be
 * restored is said by the manifests in their place; this is gone with the database.
 */
export interface BackupItem {
  readonly id: string;
  readonly kind: BackupKind;
  readonly state: 'running' | 'good' | 'failed' | 'removed';
  /** What it goes on from; null of a full one. */
  readonly after: string | null;
  /** Path or address, without a credential. */
  readonly place: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** The moment up to which it restores. */
  readonly untilMs: number | null;
  /** As they lie there. */
  readonly bytes: number;
  readonly parts: number;
  readonly documents: number;
  readonly entries: number;
  /** Why it failed; null when it did not. */
  readonly code: string | null;
}

interface BackupDocument extends BackupItem {
  /** `tenant/id` */
  readonly _id: string;
  readonly tenant: TenantId;
}

const COLLECTION = 'operations_backups';

const fields = {
  ...{ id: String, kind: String, state: String, after: String, place: String },
  ...{ startedAtMs: Number, endedAtMs: Number, untilMs: Number },
  ...{ bytes: Number, parts: Number, documents: Number, entries: Number, code: String },
} satisfies Fields;

const backupList: ListPlan<BackupItem> = {
  collection: COLLECTION,
  fields: Object.keys(fields),
  filters: {
    state: { field: 'state', type: 'text' },
    kind: { field: 'kind', type: 'text' },
  },
  orders: { newest: { field: 'startedAtMs', direction: -1 } },
  defaultOrder: 'newest',
  // The plan's fields are exactly those of the item.
  item: ({ _id, ...item }: ListedDocument) => item as unknown as BackupItem,
};

const backupModel = readModel(COLLECTION, fields, [
  ...listIndexes(backupList),
  { name: 'newest_good', key: { state: 1, kind: 1, untilMs: -1 } },
]);

export const backupPlan: CollectionPlan = planOf(backupModel);

/** Filters: state, kind. */
export const listBackups = (request: ListRequest): Effect.Effect<Page<BackupItem>, Refusal | Fault, Mongo | KeyRing> =>
  Effect.flatMap(Mongo, (connection) => listPage(connection, backupList, request, backupModel));

const logged = <A>(run: (log: ReturnType<typeof collectionOf>) => Promise<A>): Effect.Effect<A, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) => mongoTry('noting a backup', () => run(collectionOf(connection))));

const collectionOf = (connection: Parameters<typeof databaseOf>[0]) =>
  databaseOf(connection).collection<BackupDocument>(COLLECTION);

export const noteBegun = (
  tenant: TenantId,
  { id, kind, after, place, startedAtMs }: Pick<BackupItem, 'id' | 'kind' | 'after' | 'place' | 'startedAtMs'>,
): Effect.Effect<void, Fault, Mongo> =>
  logged(async (log) => {
    const none = { endedAtMs: null, untilMs: null, bytes: 0, parts: 0, documents: 0, entries: 0, code: null };
    const begun = { tenant, id, kind, after, place, startedAtMs, state: 'running' as const, ...none };
    await log.replaceOne({ _id: `${tenant}/${id}` }, begun, { upsert: true });
  });

/** The figures of a manifest. */
export const figuresOf = ({ parts, collections, entries, endedAtMs, until }: Manifest) => ({
  endedAtMs,
  untilMs: until.t * 1_000,
  bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
  parts: parts.length,
  documents: collections.reduce((sum, { documents }) => sum + documents, 0),
  entries,
});

/** Not known yet, as after a restore into another database: noted anew. */
export const noteGood = (tenant: TenantId, manifest: Manifest, place: string): Effect.Effect<void, Fault, Mongo> =>
  logged(async (log) => {
    const { id, kind, after, startedAtMs } = manifest;
    const good = { tenant, id, kind, after, place, startedAtMs, state: 'good' as const, code: null };
    await log.replaceOne({ _id: `${tenant}/${id}` }, { ...good, ...figuresOf(manifest) }, { upsert: true });
  });

export const noteFailed = (
  tenant: TenantId,
  id: string,
  code: string,
  endedAtMs: number,
): Effect.Effect<void, Fault, Mongo> =>
  logged(async (log) => {
    await log.updateOne({ _id: `${tenant}/${id}` }, { $set: { state: 'failed', code, endedAtMs } });
  });

export const noteRemoved = (tenant: TenantId, ids: ReadonlyArray<string>): Effect.Effect<void, Fault, Mongo> =>
  logged(async (log) => {
    await log.updateMany({ _id: { $in: ids.map((id) => `${tenant}/${id}`) } }, { $set: { state: 'removed' } });
  });

/** Whose writers are dead: begun before `beforeMs`, and nothing was heard since. */
export const noteLost = (tenant: TenantId, beforeMs: number, endedAtMs: number): Effect.Effect<void, Fault, Mongo> =>
  logged(async (log) => {
    const dead = { tenant, state: 'running' as const, startedAtMs: { $lt: beforeMs } };
    await log.updateMany(dead, { $set: { state: 'failed', code: 'WriterLost', endedAtMs } });
  });

/** Until when the newest good one of a kind reaches, in ms; undefined: there is none. */
export const lastGood = (kind: BackupKind): Effect.Effect<number | undefined, Fault, Mongo> =>
  logged(async (log) => {
    const found = await log.find({ state: 'good', kind }).sort({ untilMs: -1 }).limit(1).next();
    return found?.untilMs ?? undefined;
  });
