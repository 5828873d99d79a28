import { setImmediate } from 'node:timers/promises';
import mongoose from 'mongoose';
import { sm3Stream } from '../../../domain/keys/sm3.ts';
import { compareMoments } from '../../../domain/operations/backup/chain.ts';
import { backupRefusals } from '../../../domain/operations/backup/refusals.ts';
import type { BackupPart, CollectionStand, Manifest, Moment } from '../../../domain/operations/backup/schema.ts';
import { commandWithBytes } from '../../runtime/document-sequence.ts';
import { commandOf, type Operation, OplogReader } from './operations.ts';
import { fieldBytes, orderedDocument } from './ordered.ts';
import { blocksIn, documentsIn } from './parts.ts';

/**
 * A chain of backups into an empty database: the full one's documents, held against its counts and hashes; then the entries of
 * each increment in their order, up to a moment, held against the counts; indexes last. What differs is a refusal.
 */

const { BSON } = mongoose.mongo;
const { EJSON } = BSON;

/** Of one insert: below what the server takes in a message (48 MB). */
const INSERT_BYTES = 8 * 1024 * 1024;
const INSERT_DOCUMENTS = 50_000;
const APPLY_OPERATIONS = 1_000;
const APPLY_BYTES = 6 * 1024 * 1024;

export interface Restored {
  /** What the database shows. */
  readonly until: Moment;
  readonly entries: number;
  readonly collections: ReadonlyArray<{ readonly name: string; readonly documents: number }>;
}

export interface RestoreSource {
  readonly chain: ReadonlyArray<Manifest>;
  /** Documents or entries of a part, opened. @throws Refusal */
  readonly open: (part: BackupPart) => Promise<Buffer>;
  /** Entries after this second are left out. */
  readonly toMs?: number | undefined;
  readonly tell: (line: string) => void;
}

const insert = async (db: mongoose.mongo.Db, collection: string, documents: number, bytes: Buffer): Promise<void> => {
  const reply = await commandWithBytes(
    db,
    { insert: collection, ordered: true, bypassDocumentValidation: true },
    'documents',
    bytes,
  );
  if (reply['n'] !== documents) throw backupRefusals.differs(collection);
};

/** A block in as many inserts as the server's limits want. */
const insertBlock = async (db: mongoose.mongo.Db, collection: string, bytes: Buffer): Promise<void> => {
  let from = 0;
  let at = 0;
  let documents = 0;
  for (const document of documentsIn(bytes)) {
    const full = documents === INSERT_DOCUMENTS || at + document.length - from > INSERT_BYTES;
    if (full && documents > 0) {
      await insert(db, collection, documents, bytes.subarray(from, at));
      from = at;
      documents = 0;
    }
    at += document.length;
    documents += 1;
  }
  if (documents > 0) await insert(db, collection, documents, bytes.subarray(from, at));
};

const make = async (db: mongoose.mongo.Db, name: string, options: string): Promise<void> => {
  await db.createCollection(name, EJSON.parse(options));
};

/** Documents and hash as they stand, in the order in which they were put. */
const standOf = async (db: mongoose.mongo.Db, name: string): Promise<Pick<CollectionStand, 'documents' | 'sm3'>> => {
  const hash = sm3Stream();
  let documents = 0;
  for await (const found of db.collection(name).find({}, { raw: true, hint: { $natural: 1 } })) {
    hash.update(found as unknown as Uint8Array);
    documents += 1;
  }
  return { documents, sm3: hash.digest('hex') };
};

const load = async (db: mongoose.mongo.Db, full: Manifest, { open, tell }: RestoreSource): Promise<void> => {
  for (const { name, options } of full.collections) await make(db, name, options);
  for (const [at, part] of full.parts.entries()) {
    for (const block of blocksIn(await open(part))) await insertBlock(db, block.collection, block.bytes);
    tell(`${full.id}: part ${at + 1} of ${full.parts.length}`);
  }
  for (const { name, documents, sm3 } of full.collections) {
    const found = await standOf(db, name);
    if (found.documents !== documents || found.sm3 !== sm3) throw backupRefusals.differs(name);
  }
};

class Applier {
  #operations: object[] = [];
  #bytes = 0;
  readonly #db: mongoose.mongo.Db;

  constructor(db: mongoose.mongo.Db) {
    this.#db = db;
  }

  async add(operation: Operation): Promise<void> {
    if (operation.op === 'c') {
      await this.flush();
      await this.#command(operation.bytes);
      return;
    }
    const [o, o2] = ['o', 'o2'].map((name) => fieldBytes(operation.bytes, name));
    this.#operations.push({
      op: operation.op,
      ns: `${this.#db.databaseName}.${operation.collection}`,
      ...(o === undefined ? {} : { o: orderedDocument(o) }),
      ...(o2 === undefined || operation.op === 'i' ? {} : { o2: orderedDocument(o2) }),
    });
    this.#bytes += operation.bytes.length;
    if (this.#operations.length >= APPLY_OPERATIONS || this.#bytes >= APPLY_BYTES) await this.flush();
  }

  /** A change of a document that is not there is an error: what went before is not what it was. */
  async flush(): Promise<void> {
    if (this.#operations.length === 0) return;
    const applyOps = this.#operations;
    this.#operations = [];
    this.#bytes = 0;
    await this.#db.admin().command({ applyOps, alwaysUpsert: false });
    await setImmediate();
  }

  async #command(bytes: Uint8Array): Promise<void> {
    const { name, collection, to, options } = commandOf(bytes);
    if (name === 'create') await this.#db.createCollection(collection, options);
    if (name === 'drop') await this.#db.dropCollection(collection);
    if (name === 'renameCollection' && to !== undefined) await this.#db.renameCollection(collection, to);
    if (name === 'dropDatabase') {
      for (const one of await this.#db.collections()) await one.drop();
    }
  }
}

/** Entries up to the moment; what is known of documents by collection afterwards. */
const applyIncrements = async (
  db: mongoose.mongo.Db,
  [full, ...increments]: readonly [Manifest, ...ReadonlyArray<Manifest>],
  { open, tell, toMs }: RestoreSource,
) => {
  const reader = new OplogReader(
    full.database,
    new Map(full.collections.map(({ name, documents }) => [name, documents])),
  );
  const applier = new Applier(db);
  const mostT = toMs === undefined ? Number.POSITIVE_INFINITY : Math.floor(toMs / 1_000);
  let entries = 0;
  let until = full.until;
  let whole = true;
  for (const { id, parts, from, until: end } of increments) {
    if (compareMoments(from, until) !== 0) throw backupRefusals.chainBroken(id);
    for (const [at, part] of parts.entries()) {
      for (const bytes of documentsIn(await open(part))) {
        const { at: moment, effective } = reader.read(bytes);
        if (moment.t > mostT) {
          whole = false;
          break;
        }
        for (const operation of effective) await applier.add(operation);
        entries += 1;
        until = moment;
      }
      tell(`${id}: part ${at + 1} of ${parts.length}`);
      if (!whole) break;
    }
    if (!whole) break;
    until = end;
  }
  await applier.flush();
  return { entries, until, counts: reader.counts, whole };
};

const makeIndexes = async (
  db: mongoose.mongo.Db,
  collections: ReadonlyArray<CollectionStand>,
  there: ReadonlyMap<string, number>,
): Promise<void> => {
  for (const { name, indexes } of collections) {
    if (!there.has(name)) continue;
    const wanted = indexes
      .map((text) => EJSON.parse(text) as mongoose.mongo.Document)
      .filter(({ name: index }) => index !== '_id_')
      .map(({ ns: _, ...index }) => index);
    if (wanted.length > 0) await db.command({ createIndexes: name, indexes: wanted });
  }
};

/** @throws Refusal DatabaseNotEmpty, RestoreDiffers, BackupPartDamaged, BackupPartMissing, BackupChainBroken */
export const restoreInto = async (db: mongoose.mongo.Db, source: RestoreSource): Promise<Restored> => {
  const [full, ...increments] = source.chain;
  if (full === undefined) throw backupRefusals.none();
  if ((await db.listCollections({}, { nameOnly: true }).toArray()).length > 0) {
    throw backupRefusals.notEmpty(db.databaseName);
  }
  await load(db, full, source);
  const { entries, until, counts, whole } = await applyIncrements(db, [full, ...increments], source);
  const last = increments.at(-1) ?? full;
  // Written down when the backup was made, where it was restored to its end; else counted by the entries.
  const expected = whole ? new Map(last.collections.map(({ name, documents }) => [name, documents])) : counts;
  for (const [name, documents] of expected) {
    if ((await db.collection(name).countDocuments({})) !== documents) throw backupRefusals.differs(name);
  }
  await makeIndexes(db, last.collections, expected);
  const collections = [...expected].map(([name, documents]) => ({ name, documents }));
  return { until, entries, collections };
};
