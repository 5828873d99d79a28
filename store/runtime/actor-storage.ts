import type { mongo } from 'mongoose';
import { commandWith } from './document-sequence.ts';
import { clusterTime, JOURNAL, type JournalDocument, readTails, type Tail, writersOf } from './journal.ts';
import { LatestWriters } from './latest-writers.ts';
import {
  readStateDocuments,
  type StateDocument,
  type StateDocumentOptions,
  writeStateDocuments,
} from './state-documents.ts';

/**
 * All that a node of actors asks of its storage, as one interface: MongoDB behind it in earnest, a storage that fails
 * by a seed in a simulation. What an implementation must hold to is said here; the runtime relies on nothing else.
 */

/** A moment of the storage's own clock. */
export type ClusterTime = mongo.Timestamp;

/** As the server says it. A record that is in none of the errors was written. */
export interface InsertReply {
  /** `code` is `DUPLICATE_KEY` where the record's key was taken. */
  readonly writeErrors?: ReadonlyArray<{ readonly index: number; readonly code: number }>;
  /** Whether the records were written durably is not known. */
  readonly writeConcernError?: { readonly errmsg?: string };
}

export interface ActorStorage {
  /**
   * Inserts each record whose key is free, in no certain order, and answers when the majority has them journaled. A
   * rejection says nothing: each may have been written, or may be still.
   */
  readonly insertRecords: (documents: ReadonlyArray<JournalDocument>) => Promise<InsertReply>;
  /** Who wrote these records, as far as they are durable: `_id` → writer. */
  readonly writersOf: (ids: ReadonlyArray<string>) => Promise<ReadonlyMap<string, string>>;
  /**
   * The durable records of many actors of one kind after a sequence each, each actor's in order: all that there were at
   * `since`. Without it they may be a little old.
   */
  readonly readTails: (kind: string, tails: ReadonlyArray<Tail>, since?: ClusterTime) => AsyncIterable<JournalDocument>;
  /** Linearizable: no record that was acknowledged before it was asked is later. */
  readonly clusterTime: () => Promise<ClusterTime>;
  /** Linearizable: sees every record acknowledged before it was asked. */
  readonly lastWriterAfter: (kind: string, tail: Tail) => Promise<string | undefined>;
  readonly readStateDocuments: (
    collection: string,
    ids: ReadonlyArray<string>,
  ) => Promise<ReadonlyArray<StateDocument>>;
  /** Writes each document unless the stored one is as new. */
  readonly writeStateDocuments: (
    collection: string,
    documents: ReadonlyArray<StateDocument>,
    options?: StateDocumentOptions,
  ) => Promise<void>;
}

// The bare command: the driver's insertMany measures every document once more.
const APPEND = { insert: JOURNAL, ordered: false, writeConcern: { w: 'majority', j: true, wtimeout: 10_000 } } as const;

export const mongoActorStorage = (db: mongo.Db): ActorStorage => {
  const latest = new LatestWriters(db);
  return {
    insertRecords: (documents) => commandWith(db, APPEND, 'documents', documents),
    writersOf: (ids) => writersOf(db, ids),
    readTails: (kind, tails, since) => readTails(db, kind, tails, since),
    clusterTime: () => clusterTime(db),
    lastWriterAfter: (kind, { actor, afterSeq }) => latest.after(kind, actor, afterSeq),
    readStateDocuments: (collection, ids) => readStateDocuments(db, collection, ids),
    writeStateDocuments: (collection, documents, options) => writeStateDocuments(db, collection, documents, options),
  };
};
