/** The documents of the file store: GridFS's own layout, and a note on every file that is still on its way in. */
import mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { CollectionPlan } from '../migrations.ts';
import { databaseOf } from '../mongo.ts';

export const { ObjectId } = mongoose.mongo;
export type FileId = InstanceType<typeof ObjectId>;

export interface FileDocument {
  readonly _id: FileId;
  /** Bytes as stored, with the tags of a sealed file. */
  readonly length: number;
  readonly chunkSize: number;
  readonly uploadDate: Date;
  readonly filename: string;
  readonly metadata: {
    /** What makes two files the same: hash of tenant, area, name, content's hash and whether it is sealed. */
    readonly identity: string;
    readonly tenant: TenantId;
    readonly area: string;
    readonly contentType: string;
    readonly bytes: number;
    readonly sm3: string;
    /** `key=value`, so that one index serves every label. */
    readonly labels: ReadonlyArray<string>;
    readonly keyId?: string;
  };
}

export interface ChunkDocument {
  readonly _id: FileId;
  readonly files_id: FileId;
  readonly n: number;
  readonly data: mongoose.mongo.Binary;
}

interface UploadDocument {
  readonly _id: FileId;
  readonly state: 'live' | 'dead';
  /** Server time of the last sign of life. */
  readonly seenAt: Date;
}

export const filePlans: ReadonlyArray<CollectionPlan> = [
  {
    collection: 'files.files',
    indexes: [
      { name: 'by_identity', key: { 'metadata.identity': 1 }, unique: true },
      { name: 'by_label', key: { 'metadata.tenant': 1, 'metadata.area': 1, 'metadata.labels': 1, uploadDate: -1 } },
      { name: 'by_name', key: { filename: 1, uploadDate: 1 } },
    ],
  },
  { collection: 'files.chunks', indexes: [{ name: 'by_place', key: { files_id: 1, n: 1 }, unique: true }] },
  { collection: 'files.uploads', indexes: [{ name: 'by_sign_of_life', key: { seenAt: 1 } }] },
];

export const collections = (connection: mongoose.Connection) => {
  const db = databaseOf(connection);
  return {
    files: db.collection<FileDocument>('files.files'),
    chunks: db.collection<ChunkDocument>('files.chunks'),
    uploads: db.collection<UploadDocument>('files.uploads'),
  };
};

/** Segments written or read together: two megabytes, the most that one transfer holds in memory beside its source. */
export const SEGMENTS_AT_ONCE = 8;

/** First the chunks, then the note about them: a crash between the two leaves the note for the next sweep. */
export const removeChunks = async (connection: mongoose.Connection, id: FileId): Promise<void> => {
  const { chunks, uploads } = collections(connection);
  await chunks.deleteMany({ files_id: id });
  await uploads.deleteOne({ _id: id });
};
