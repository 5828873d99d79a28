import type { CollectionPlan } from '../migrations.ts';

/**
 * The cluster's collections in MongoDB: which nodes there are and which of them holds which shard (`cluster_runners`,
 * `cluster_locks`, `cluster_counters`), and the messages that are kept until answered (`cluster_messages`,
 * `cluster_replies`). Facts of actors are not here: they are in the journal. Losing these collections loses no fact.
 */

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

export const clusterIndexes: ReadonlyArray<CollectionPlan> = [
  { collection: RUNNERS, indexes: [] },
  { collection: COUNTERS, indexes: [] },
  { collection: LOCKS, indexes: [{ name: 'owner', key: { address: 1, incarnation: 1 } }] },
  {
    collection: MESSAGES,
    indexes: [
      {
        name: 'primary_key',
        key: { primaryKey: 1 },
        unique: true,
        partialFilterExpression: { primaryKey: { $type: 'string' } },
      },
      // Only what is still to be processed is in this index, so polling stays cheap whatever the retention is.
      { name: 'unprocessed_by_shard', key: { shard: 1, order: 1 }, partialFilterExpression: { processed: false } },
      { name: 'request', key: { requestId: 1, kind: 1 } },
      { name: 'address', key: { entityType: 1, entityId: 1 } },
      { name: 'retention', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ],
  },
  {
    collection: REPLIES,
    indexes: [
      { name: 'request', key: { requestId: 1, order: 1 } },
      // One exit and one chunk of a number per request: a second one is a duplicate key, whoever sends it.
      {
        name: 'one_exit',
        key: { requestId: 1, kind: 1 },
        unique: true,
        partialFilterExpression: { kind: 'WithExit' },
      },
      {
        name: 'chunk_sequence',
        key: { requestId: 1, sequence: 1 },
        unique: true,
        partialFilterExpression: { kind: 'Chunk' },
      },
      { name: 'retention', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ],
  },
];
