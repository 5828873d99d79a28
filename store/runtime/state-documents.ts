import type { mongo } from 'mongoose';
import { DUPLICATE_KEY } from '../mongo.ts';
import { commandWith } from './document-sequence.ts';
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

interface WriteReply {
  readonly writeErrors?: ReadonlyArray<{ readonly index: number; readonly code: number }>;
}

// An older revision gives way; the same one only to a newer shape, or when everything is written anew. As a pipeline,
// because a filter by `_id` alone is the one that the server need not plan: nearly twice as many documents a second.
const update = (document: StateDocument, anew: boolean): object => {
  const { rev, actor } = document;
  const newerShape = { $and: [{ $eq: ['$rev', rev] }, { $lt: ['$actor.stateVersion', actor.stateVersion] }] };
  const gives = { $or: [{ $lt: ['$rev', rev] }, anew ? { $eq: ['$rev', rev] } : newerShape] };
  return {
    q: { _id: document._id },
    u: [{ $replaceWith: { $cond: [gives, { $literal: document }, '$$ROOT'] } }],
    upsert: true,
  };
};

// Lists read with majority: what has been acknowledged here is what they see.
const ACKNOWLEDGED = { ordered: false, writeConcern: { w: 'majority' } } as const;

const check = (collection: string, reply: WriteReply): void => {
  const wrong = reply.writeErrors?.find((error) => error.code !== DUPLICATE_KEY);
  if (wrong !== undefined) throw new Error(`state documents of ${collection}: error ${wrong.code}`);
};

/** Inserts, which costs a fifth of an update. @returns those that were there already. */
const insertStateDocuments = async (
  db: mongo.Db,
  collection: string,
  documents: ReadonlyArray<StateDocument>,
): Promise<ReadonlyArray<StateDocument>> => {
  if (documents.length === 0) return [];
  const reply: WriteReply = await commandWith(db, { insert: collection, ...ACKNOWLEDGED }, 'documents', documents);
  check(collection, reply);
  return (reply.writeErrors ?? []).flatMap(({ index }) => documents[index] ?? []);
};

export interface StateDocumentOptions {
  /** The same revision gives way too. */
  readonly anew?: boolean;
  /** Names of actors that had no document when they awoke. */
  readonly missing?: ReadonlySet<string>;
}

/**
 * Writes each document unless the stored one is as new.
 * Rejects when the server does not answer; what is lost is written again or read from the journal.
 */
export const writeStateDocuments = async (
  db: mongo.Db,
  collection: string,
  documents: ReadonlyArray<StateDocument>,
  options: StateDocumentOptions = {},
): Promise<void> => {
  const { anew = false, missing } = options;
  const fresh = documents.filter(({ _id }) => missing?.has(_id) === true);
  const there = await insertStateDocuments(db, collection, fresh);
  const known = [...documents.filter(({ _id }) => missing?.has(_id) !== true), ...there];
  if (known.length === 0) return;
  const updates = known.map((document) => update(document, anew));
  check(collection, await commandWith(db, { update: collection, ...ACKNOWLEDGED }, 'updates', updates));
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
