import mongoose from 'mongoose';
import { sm3Stream } from '../../../domain/keys/sm3.ts';
import type { CollectionStand, Moment } from '../../../domain/operations/backup/schema.ts';
import type { RingKey } from '../../keys/key-ring.ts';
import { databaseOf } from '../../mongo.ts';
import { blockHead, PART_BYTES, partName, type SealedPart, sealPart } from './parts.ts';
import { type Definition, definitionsOf, lastMajority, momentOf, snapshotUnavailable } from './server.ts';

/**
 * The whole database at one moment, read in a session that shows a snapshot: every collection as it was then, whatever is
 * written meanwhile. Documents go over byte for byte, in the order in which the database has them.
 */

const BATCH_DOCUMENTS = 10_000;

/** Of each collection its own, which another of the same name does not have. */
const identitiesOf = async (db: mongoose.mongo.Db): Promise<ReadonlySet<string>> => {
  const listed = await db.listCollections({ type: 'collection' }, { nameOnly: false }).toArray();
  return new Set(listed.map((one) => String('info' in one ? one.info?.uuid : '')));
};

/** The first read of a collection that is there says which moment the session shows. */
const momentOfSnapshot = async (
  connection: mongoose.Connection,
  db: mongoose.mongo.Db,
  session: mongoose.mongo.ClientSession,
): Promise<Moment> => {
  const [any] = await definitionsOf(db);
  if (any === undefined) return lastMajority(connection);
  await db.collection(any.name).findOne({}, { session, readConcern: { level: 'snapshot' }, projection: { _id: 1 } });
  // The driver keeps it with the session, and does not say so in its types.
  const time: unknown = Reflect.get(session, 'snapshotTime');
  if (time instanceof mongoose.mongo.Timestamp) return momentOf(time);
  throw new Error('this version of the MongoDB driver does not say which moment a snapshot shows');
};

export class FullCopy {
  /** Known when the parts have been taken. */
  readonly collections: CollectionStand[] = [];
  moment: Moment = { t: 0, i: 0 };
  readonly #connection: mongoose.Connection;
  readonly #id: string;
  readonly #key: RingKey;
  #parts = 0;
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(connection: mongoose.Connection, id: string, key: RingKey) {
    this.#connection = connection;
    this.#id = id;
    this.#key = key;
  }

  async *parts(): AsyncGenerator<SealedPart> {
    const db = databaseOf(this.#connection);
    const session = this.#connection.getClient().startSession({ snapshot: true });
    try {
      this.moment = await momentOfSnapshot(this.#connection, db, session);
      // A collection that was made since is refused, and the copy begun anew.
      const before = await identitiesOf(db);
      for (const definition of await definitionsOf(db)) yield* this.#collection(db, definition, session);
      // One that was dropped meanwhile looks empty, whatever it held at the moment.
      const after = await identitiesOf(db);
      if ([...before].some((one) => !after.has(one))) throw snapshotUnavailable('copying the database');
      if (this.#bytes > 0) yield await this.#take();
    } finally {
      await session.endSession();
    }
  }

  async *#collection(
    db: mongoose.mongo.Db,
    definition: Definition,
    session: mongoose.mongo.ClientSession,
  ): AsyncGenerator<SealedPart> {
    const hash = sm3Stream();
    let documents = 0;
    let block: Uint8Array[] = [];
    let blockBytes = 0;
    const close = (): void => {
      if (block.length === 0) return;
      this.#add(blockHead(definition.name, block.length, blockBytes));
      for (const piece of block) this.#add(piece);
      block = [];
      blockBytes = 0;
    };
    const cursor = db.collection(definition.name).find(
      {},
      {
        session,
        raw: true,
        hint: { $natural: 1 },
        batchSize: BATCH_DOCUMENTS,
        readConcern: { level: 'snapshot' },
      },
    );
    try {
      for await (const found of cursor) {
        // Bytes, because of `raw`; its type does not say so.
        const document = found as unknown as Uint8Array;
        hash.update(document);
        documents += 1;
        block.push(document);
        blockBytes += document.length;
        if (this.#bytes + blockBytes < PART_BYTES) continue;
        close();
        yield await this.#take();
      }
    } finally {
      await cursor.close();
    }
    close();
    this.collections.push({ ...definition, documents, sm3: hash.digest('hex') });
  }

  #add(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
  }

  #take(): Promise<SealedPart> {
    const plain = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    this.#parts += 1;
    return sealPart(this.#key, partName(this.#id, this.#parts, 'documents'), 'documents', plain);
  }
}
