import type { mongo } from 'mongoose';
import { DUPLICATE_KEY } from '../mongo.ts';
import type { SealedBody } from './journal.ts';

/**
 * State documents: one per actor in its area's own collection, a cache of what the journal says. Lists and searches
 * read the projected fields at the top; the part under `actor` lets an actor start without reading its whole journal.
 * They are written behind and never go backwards.
 */

/** What a projection may not be called: `_id`, `tenant`, `key`, `rev` and `actor` are the runtime's. */
export const RESERVED_FIELDS: ReadonlyArray<string> = ['_id', 'tenant', 'key', 'rev', 'actor'];

export interface StoredReceipt {
  readonly id: string;
  readonly hash: string;
  readonly reply: unknown;
  readonly rev: number;
}

/** What a quick start needs, encoded. Of a sealed kind it is one encrypted body. */
export interface StoredState {
  readonly state: unknown;
  readonly receipts: ReadonlyArray<StoredReceipt>;
}

export interface StateDocument {
  /** `tenant/key` */
  readonly _id: string;
  readonly tenant: string;
  readonly key: string;
  readonly rev: number;
  readonly actor: {
    readonly seq: number;
    readonly stateVersion: number;
    readonly at: Date;
    readonly stored?: StoredState;
    readonly sealed?: SealedBody;
  };
}

interface UpdateReply {
  readonly writeErrors?: ReadonlyArray<{ readonly code: number }>;
}

// An older revision gives way; the same one only to a newer shape, or when everything is written anew.
const gives = (document: StateDocument, anew: boolean): object => ({
  _id: document._id,
  $or: [
    { rev: { $lt: document.rev } },
    anew ? { rev: document.rev } : { rev: document.rev, 'actor.stateVersion': { $lt: document.actor.stateVersion } },
  ],
});

/**
 * Writes each document unless the stored one is as new. Rejects when the server does not answer; what is lost is
 * written again or read from the journal.
 */
export const writeStateDocuments = async (
  db: mongo.Db,
  collection: string,
  documents: ReadonlyArray<StateDocument>,
  options: { readonly anew?: boolean } = {},
): Promise<void> => {
  if (documents.length === 0) return;
  const reply: UpdateReply = await db.command({
    update: collection,
    // Where a newer one is stored nothing matches, and the insert that follows is a duplicate: just what is meant.
    updates: documents.map((document) => ({ q: gives(document, options.anew === true), u: document, upsert: true })),
    ordered: false,
    // Lists read with majority: what has been acknowledged here is what they see.
    writeConcern: { w: 'majority' },
  });
  const wrong = reply.writeErrors?.find((error) => error.code !== DUPLICATE_KEY);
  if (wrong !== undefined) throw new Error(`state documents of ${collection}: error ${wrong.code}`);
};

export const readStateDocuments = (
  db: mongo.Db,
  collection: string,
  ids: ReadonlyArray<string>,
): Promise<ReadonlyArray<StateDocument>> =>
  db
    .collection<StateDocument>(collection)
    .find({ _id: { $in: [...ids] } }, { projection: { rev: 1, actor: 1 }, readPreference: 'primary' })
    .toArray();
