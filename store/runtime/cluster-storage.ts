import type { Mongo } from '../mongo.ts';

/**
 * The cluster's collections in MongoDB: which nodes there are and which of them holds which shard (`cluster_runners`,
 * `cluster_locks`, `cluster_counters`), and the messages that are kept until answered (`cluster_messages`,
 * `cluster_replies`). Facts of actors are not here: they are in the journal. Losing these collections loses no fact.
 */

/** An index as data, for the migration command: `createIndexes` takes `keys` and `options` as they are. */
export interface IndexSpec {
  readonly collection: string;
  readonly keys: Readonly<Record<string, 1 | -1>>;
  readonly options: {
    readonly name: string;
    readonly unique?: boolean;
    readonly expireAfterSeconds?: number;
    readonly partialFilterExpression?: Readonly<Record<string, unknown>>;
  };
}

export const RUNNERS = 'cluster_runners';
export const LOCKS = 'cluster_locks';
export const COUNTERS = 'cluster_counters';
export const MESSAGES = 'cluster_messages';
export const REPLIES = 'cluster_replies';

/**
 * How long a finished message and its replies are kept, in seconds: within it a repeated primary key gets the stored
 * reply. A day covers every retry of a step or of a caller; receipts of actors, in the journal, do not depend on it.
 */
export const MESSAGE_RETENTION_SECONDS = 86_400;

/** A message that nobody could process (its kind of entity is gone) does not stay for ever either: 30 days. */
export const UNPROCESSED_RETENTION_SECONDS = 30 * 86_400;

export const clusterIndexes: ReadonlyArray<IndexSpec> = [
  {
    collection: LOCKS,
    keys: { address: 1, incarnation: 1 },
    options: { name: 'owner' },
  },
  {
    collection: MESSAGES,
    keys: { primaryKey: 1 },
    options: { name: 'primary_key', unique: true, partialFilterExpression: { primaryKey: { $type: 'string' } } },
  },
  {
    // Only what is still to be processed is in this index, so polling stays cheap whatever the retention is.
    collection: MESSAGES,
    keys: { shard: 1, order: 1 },
    options: { name: 'unprocessed_by_shard', partialFilterExpression: { processed: false } },
  },
  { collection: MESSAGES, keys: { requestId: 1, kind: 1 }, options: { name: 'request' } },
  { collection: MESSAGES, keys: { entityType: 1, entityId: 1 }, options: { name: 'address' } },
  { collection: MESSAGES, keys: { expiresAt: 1 }, options: { name: 'retention', expireAfterSeconds: 0 } },
  { collection: REPLIES, keys: { requestId: 1, order: 1 }, options: { name: 'request' } },
  {
    // One exit per request: a second one is a duplicate key, whoever sends it.
    collection: REPLIES,
    keys: { requestId: 1 },
    options: { name: 'one_exit', unique: true, partialFilterExpression: { kind: 'WithExit' } },
  },
  {
    collection: REPLIES,
    keys: { requestId: 1, sequence: 1 },
    options: { name: 'chunk_sequence', unique: true, partialFilterExpression: { kind: 'Chunk' } },
  },
  { collection: REPLIES, keys: { expiresAt: 1 }, options: { name: 'retention', expireAfterSeconds: 0 } },
];

type Connection = Mongo['Type'];
export type NativeDb = ReturnType<ReturnType<Connection['getClient']>['db']>;

/** The driver's own database of a connection: these collections have no models. */
export const nativeDb = (connection: Connection): NativeDb => connection.getClient().db(connection.name);

/** Creates the given indexes; those that are there already stay. For the migration command and for tests. */
export const createIndexes = async (connection: Connection, indexes: ReadonlyArray<IndexSpec>): Promise<void> => {
  const db = nativeDb(connection);
  for (const index of indexes) {
    await db.collection(index.collection).createIndex({ ...index.keys }, { ...index.options });
  }
};

/** MongoDB's code for a duplicate key, as an error or within a bulk write's errors. */
export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11_000;
