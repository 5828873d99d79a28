import { randomBytes } from 'node:crypto';
import mongoose, { type mongo } from 'mongoose';
import type { Caller } from '../../domain/kernel/caller.ts';
import { open, seal } from '../../domain/keys/sm4-gcm.ts';
import type { CollectionPlan } from '../migrations.ts';
import { readDocument } from './document-reader.ts';
import { EPOCHS } from './journal-epochs.ts';

/**
 * The journal: what every actor decided, in order, for ever. A record holds one or more turns of one actor; its key is
 * `kind/tenant/key/seq`, so a second owner of the same actor cannot write where the first has written. Bodies of sealed
 * kinds are SM4-GCM under the key ring's `journal` key, bound to the record's key.
 *
 * These are plain functions over the driver and not services: an append serves a thousand callers at once and must not
 * cost each of them a fiber (docs/decisions/0010).
 */

export const JOURNAL = 'journal';

/** An accepted command with the events it led to. All values are the encoded (JSON) sides of the kind's schemas. */
export interface JournalTurn {
  readonly commandId: string;
  /** The command's tag. */
  readonly command: string;
  /** SM3 of the command's tag and canonical input, base64. */
  readonly inputHash: string;
  readonly reply: unknown;
  readonly events: ReadonlyArray<unknown>;
  readonly caller: Caller;
  readonly traceparent?: string;
  readonly atMs: number;
  /** The actor's revision after the turn. */
  readonly rev: number;
  /** Changes to the actor's reminders, in order; commands in them are encoded. Left out when there are none. */
  readonly reminders?: ReadonlyArray<JournalReminder>;
}

export type JournalReminder =
  | { readonly _tag: 'Set'; readonly name: string; readonly atMs: number; readonly command: unknown }
  | { readonly _tag: 'Wake'; readonly name: string; readonly atMs: number }
  | { readonly _tag: 'Cancel'; readonly name: string };

export interface JournalHead {
  readonly _id: string;
  readonly kind: string;
  /** `tenant/key` */
  readonly actor: string;
  readonly partition: number;
  /** Counts an actor's records from 1 without a gap. */
  readonly seq: number;
  /** Of the partition's owner that wrote it; grows with every change of owner. */
  readonly epoch: number;
  /** Unique to this attempt to write: tells a repeated write of ours from another owner's. */
  readonly writer: string;
  readonly at: Date;
  readonly eventVersion: number;
}

export interface SealedBody {
  readonly key: string;
  readonly nonce: Uint8Array | mongo.Binary;
  readonly body: Uint8Array | mongo.Binary;
}

/** A record as it is stored: exactly one of `turns` and `sealed`. */
export interface JournalDocument extends JournalHead {
  readonly turns?: ReadonlyArray<JournalTurn>;
  readonly sealed?: SealedBody;
}

/** What the journal needs of the key ring. */
export interface SealingKeys {
  readonly current: (purpose: 'journal') => { readonly id: string; readonly key: Uint8Array };
  readonly byId: (purpose: 'journal', id: string) => { readonly id: string; readonly key: Uint8Array } | undefined;
}

/** For the migration command. */
export const journalIndexes: ReadonlyArray<CollectionPlan> = [
  // Followers that lost their place in the change stream scan by time.
  { collection: JOURNAL, indexes: [{ name: 'at', key: { at: 1 } }] },
  { collection: EPOCHS, indexes: [] },
];

const SEQ_DIGITS = 12;
const MAX_SEQ = 10 ** SEQ_DIGITS - 1;

/** `kind/tenant/key/`: what the keys of one actor's records begin with. */
export const journalPrefix = (kind: string, actor: string): string => `${kind}/${actor}/`;

export const journalKey = (kind: string, actor: string, seq: number): string =>
  `${kind}/${actor}/${String(seq).padStart(SEQ_DIGITS, '0')}`;

const bytesOf = (value: Uint8Array | mongo.Binary): Uint8Array => (value instanceof Uint8Array ? value : value.buffer);

const NONCE_BYTES = 12;
let nonces = Buffer.alloc(0);

/** Never used before. Drawn by the thousand: a draw costs the system more than a record's encryption does. */
const freshNonce = (): Buffer => {
  if (nonces.length === 0) nonces = randomBytes(1_024 * NONCE_BYTES);
  const nonce = nonces.subarray(0, NONCE_BYTES);
  nonces = nonces.subarray(NONCE_BYTES);
  return nonce;
};

/** Encrypts bytes; `binding` (the document's key) is authenticated with them. */
export const sealBytes = (keys: SealingKeys, binding: string, plain: Uint8Array): SealedBody => {
  const { id, key } = keys.current('journal');
  const nonce = freshNonce();
  return { key: id, nonce, body: seal(key, nonce, plain, Buffer.from(binding)) };
};

/** Dies when the key is not in the ring or the body was changed: neither is an expected answer. */
export const openBytes = (keys: SealingKeys, binding: string, sealed: SealedBody): Buffer => {
  const found = keys.byId('journal', sealed.key);
  if (found === undefined) throw new Error(`${binding}: the key ring holds no journal key ${sealed.key}`);
  const plain = open(found.key, bytesOf(sealed.nonce), bytesOf(sealed.body), Buffer.from(binding));
  if (plain === undefined) throw new Error(`${binding}: the sealed body does not authenticate`);
  return plain;
};

/** Encrypts any JSON value, as `sealBytes` does. */
export const sealBody = (keys: SealingKeys, binding: string, value: unknown): SealedBody =>
  sealBytes(keys, binding, Buffer.from(JSON.stringify(value)));

/** What `sealBody` encrypted; dies as `openBytes` does. */
export const openBody = (keys: SealingKeys, binding: string, sealed: SealedBody): unknown =>
  JSON.parse(openBytes(keys, binding, sealed).toString('utf8'));

/** The turns of a stored record, decrypted when the kind is sealed. */
export const turnsOf = (keys: SealingKeys, record: JournalDocument): ReadonlyArray<JournalTurn> => {
  if (record.turns !== undefined) return record.turns;
  if (record.sealed === undefined) throw new Error(`${record._id}: a journal record without turns`);
  return openBody(keys, record._id, record.sealed) as ReadonlyArray<JournalTurn>;
};

export interface Tail {
  readonly actor: string;
  /** Records after this one are wanted. */
  readonly afterSeq: number;
}

const collection = (db: mongo.Db) => db.collection<JournalDocument>(JOURNAL);

const rangeOf = (kind: string, tail: Tail): mongo.Filter<JournalDocument> => ({
  _id: {
    $gt: journalKey(kind, tail.actor, tail.afterSeq),
    // ':' follows '9' in ASCII, so this bound is past every record of the actor and before any other actor's.
    $lt: `${journalPrefix(kind, tail.actor)}:`,
  },
});

/** In one filter: some 150 KB of keys, all of a load's first windows. */
const MAX_KEYS = 2_560;

/**
 * Records of one actor asked for at once, at first; then four times as many each time, while all of them are there. After
 * a state document one or two are usual; more are asked for, so that one lost among them shows as a gap. An actor that
 * has none is read from its first record: to ask for few and then for more costs a quarter more than ten at once.
 */
const FIRST_WINDOW = 4;
const FIRST_WINDOW_OF_ALL = 10;

/**
 * The records of many actors of one kind, each actor's in order, streamed. By the keys that come next, because a
 * hundred ranges in one filter take the server a hundred times as long; one actor alone is read as a range. A missing
 * record is found by the caller, who counts.
 */
export async function* readTails(
  db: mongo.Db,
  kind: string,
  tails: ReadonlyArray<Tail>,
  since?: mongo.Timestamp,
): AsyncGenerator<JournalDocument, void> {
  // By a session where a time is asked for: of the driver's options for a single read none carries one.
  const session = since === undefined ? undefined : db.client.startSession({ causalConsistency: true });
  try {
    if (since !== undefined) session?.advanceOperationTime(since);
    for await (const records of tailsBy(findRecords(db, session), kind, tails)) {
      for (const record of records) yield record;
    }
  } finally {
    await session?.endSession();
  }
}

/** Read from their bytes one by one: of a reply of many records never more than one is there twice. */
function* recordsOf(documents: ReadonlyArray<Uint8Array>): Generator<JournalDocument, void> {
  for (const document of documents) yield readDocument(document) as unknown as JournalDocument;
}

/**
 * By whole replies of the server, each of 16 MiB at most: to wait for every record by itself takes as long as to decode it,
 * and the driver would take four times as long for that.
 */
const findRecords = (db: mongo.Db, session: mongo.ClientSession | undefined) =>
  async function* (filter: mongo.Filter<JournalDocument>): AsyncGenerator<Iterable<JournalDocument>, void> {
    const cursor = collection(db).find(filter, {
      sort: { _id: 1 },
      batchSize: MAX_KEYS + 1,
      readPreference: 'primary',
      raw: true,
      ...(session === undefined ? {} : { session }),
    });
    try {
      while (await cursor.hasNext()) {
        // With `raw` they are bytes, which the driver's types do not say.
        yield recordsOf(cursor.readBufferedDocuments() as ReadonlyArray<unknown> as ReadonlyArray<Uint8Array>);
      }
    } finally {
      await cursor.close();
    }
  };

function* counted(records: Iterable<JournalDocument>, found: Map<string, number>): Generator<JournalDocument, void> {
  for (const record of records) {
    found.set(record.actor, (found.get(record.actor) ?? 0) + 1);
    yield record;
  }
}

async function* tailsBy(
  find: ReturnType<typeof findRecords>,
  kind: string,
  tails: ReadonlyArray<Tail>,
): AsyncGenerator<Iterable<JournalDocument>, void> {
  const [only] = tails;
  if (tails.length === 1 && only !== undefined) {
    yield* find(rangeOf(kind, only));
    return;
  }
  let open = tails.map((tail) => ({ ...tail, window: tail.afterSeq === 0 ? FIRST_WINDOW_OF_ALL : FIRST_WINDOW }));
  while (open.length > 0) {
    const keys = open.flatMap(({ actor, afterSeq, window }) =>
      Array.from({ length: window }, (_, at) => journalKey(kind, actor, afterSeq + 1 + at)),
    );
    const found = new Map<string, number>();
    for (let at = 0; at < keys.length; at += MAX_KEYS) {
      for await (const records of find({ _id: { $in: keys.slice(at, at + MAX_KEYS) } })) yield counted(records, found);
    }
    open = open
      .filter(({ actor, window }) => found.get(actor) === window)
      .map(({ actor, afterSeq, window }) => ({ actor, afterSeq: afterSeq + window, window: window * 4 }));
  }
}

/**
 * One actor's records for whoever reads a page of its history: after `afterSeq` from the oldest on, or before
 * `beforeSeq` from the newest on. Few at a time: the reader stops when it has enough.
 */
export async function* readHistory(
  db: mongo.Db,
  kind: string,
  actor: string,
  from: { readonly afterSeq: number } | { readonly beforeSeq: number },
): AsyncGenerator<JournalDocument, void> {
  const oldestFirst = 'afterSeq' in from;
  const all = rangeOf(kind, { actor, afterSeq: oldestFirst ? from.afterSeq : 0 });
  const filter = oldestFirst
    ? all
    : { $and: [all, { _id: { $lt: journalKey(kind, actor, Math.min(from.beforeSeq, MAX_SEQ)) } }] };
  yield* collection(db).find(filter, {
    sort: { _id: oldestFirst ? 1 : -1 },
    batchSize: 32,
    readPreference: 'primary',
  });
}

/** After everything that was acknowledged before this call, as only a primary knows it that still is one. */
export const clusterTime = async (db: mongo.Db): Promise<mongo.Timestamp> => {
  const reply = await db.command(
    {
      find: JOURNAL,
      filter: { _id: '' },
      projection: { _id: 1 },
      limit: 1,
      singleBatch: true,
      readConcern: { level: 'linearizable' },
      maxTimeMS: 5_000,
    },
    { readPreference: 'primary' },
  );
  const time: unknown = reply['operationTime'];
  if (!(time instanceof mongoose.mongo.Timestamp)) throw new Error('the server told no time: it is no replica set');
  return time;
};

/** The writer of an actor's last record after `afterSeq`, if there is one: is what its owner holds current? */
export const lastWriterAfter = async (db: mongo.Db, kind: string, tail: Tail): Promise<string | undefined> => {
  const found = await collection(db).findOne(rangeOf(kind, tail), {
    projection: { writer: 1 },
    sort: { _id: -1 },
    readPreference: 'primary',
    // A deposed primary must not say that nothing happened.
    readConcern: { level: 'linearizable' },
    maxTimeMS: 5_000,
  });
  return found?.writer;
};

/**
 * Which of these keys have a record. Linearizable, so that a deposed primary cannot say that nothing happened; such a
 * read has no second batch, so all answers must fit into one: ask for a thousand at most.
 */
export const laterRecords = async (db: mongo.Db, ids: ReadonlyArray<string>): Promise<ReadonlySet<string>> => {
  const found = await collection(db)
    .find(
      { _id: { $in: [...ids] } },
      {
        projection: { _id: 1 },
        batchSize: ids.length,
        singleBatch: true,
        readPreference: 'primary',
        readConcern: { level: 'linearizable' },
        maxTimeMS: 5_000,
      },
    )
    .toArray();
  return new Set(found.map(({ _id }) => _id));
};

/** Who wrote these records: `_id` → writer. */
export const writersOf = async (db: mongo.Db, ids: ReadonlyArray<string>): Promise<ReadonlyMap<string, string>> => {
  const found = await collection(db)
    .find({ _id: { $in: [...ids] } }, { projection: { writer: 1 }, readPreference: 'primary' })
    .toArray();
  return new Map(found.map((record) => [record._id, record.writer]));
};
