import mongoose from 'mongoose';
import { fault } from '../../../domain/kernel/refusal.ts';
import { compareMoments } from '../../../domain/operations/backup/chain.ts';
import { backupRefusals } from '../../../domain/operations/backup/refusals.ts';
import type { CollectionStand, Manifest, Moment } from '../../../domain/operations/backup/schema.ts';
import type { RingKey } from '../../keys/key-ring.ts';
import { databaseOf } from '../../mongo.ts';
import { OplogReader } from './operations.ts';
import { PART_BYTES, partName, type SealedPart, sealPart } from './parts.ts';
import { definitionsOf, lastMajority, momentOf, timestampOf } from './server.ts';

/** What was written to the database after a moment, from the log of operations: its entries, byte for byte, in their order. */

const BATCH_ENTRIES = 10_000;
const { BSON } = mongoose.mongo;

export class IncrementCopy {
  until: Moment;
  entries = 0;
  /** Known when the parts have been taken. */
  collections: ReadonlyArray<CollectionStand> = [];
  readonly #connection: mongoose.Connection;
  readonly #parent: Pick<Manifest, 'until' | 'collections'>;
  readonly #id: string;
  readonly #key: RingKey;

  constructor(
    connection: mongoose.Connection,
    parent: Pick<Manifest, 'until' | 'collections'>,
    id: string,
    key: RingKey,
  ) {
    this.#connection = connection;
    this.#parent = parent;
    this.#id = id;
    this.#key = key;
    this.until = parent.until;
  }

  async *parts(): AsyncGenerator<SealedPart> {
    const db = databaseOf(this.#connection);
    const from = this.#parent.until;
    const most = await lastMajority(this.#connection);
    const reader = new OplogReader(
      db.databaseName,
      new Map(this.#parent.collections.map(({ name, documents }) => [name, documents])),
    );
    let kept: Uint8Array[] = [];
    let bytes = 0;
    let parts = 0;
    const take = (): Promise<SealedPart> => {
      const plain = Buffer.concat(kept);
      kept = [];
      bytes = 0;
      parts += 1;
      return sealPart(this.#key, partName(this.#id, parts, 'oplog'), 'oplog', plain);
    };
    for await (const entry of this.#log(from, most)) {
      const { at, ours } = reader.read(entry);
      this.until = at;
      if (!ours) continue;
      this.entries += 1;
      kept.push(entry);
      bytes += entry.length;
      if (bytes >= PART_BYTES) yield await take();
    }
    if (reader.within) throw fault('mongodb', 'Retry', 'The log of operations ends within a transaction.', 1_000);
    if (bytes > 0) yield await take();
    const definitions = new Map((await definitionsOf(db)).map((one) => [one.name, one]));
    const none = { options: '{}', indexes: [] };
    this.collections = [...reader.counts].map(([name, documents]) => {
      // One that was dropped a moment ago is made again by the next increment's entries, or dropped by them.
      const { options, indexes } = definitions.get(name) ?? none;
      return { name, options, indexes, documents, sm3: null };
    });
  }

  /** Entries after `from`. @throws Refusal OplogOvertaken when there may be some that are not there any more. */
  async *#log(from: Moment, most: Moment): AsyncGenerator<Uint8Array> {
    const log = this.#connection
      .getClient()
      .db('local')
      .collection('oplog.rs', { readConcern: { level: 'majority' } });
    const oldest = await log
      .find({}, { projection: { ts: 1 } })
      .sort({ $natural: 1 })
      .limit(1)
      .next();
    if (oldest === null || compareMoments(momentOf(oldest['ts']), from) > 0) throw backupRefusals.oplogOvertaken();
    const cursor = log.find(
      { ts: { $gte: timestampOf(from), $lte: timestampOf(most) } },
      { raw: true, batchSize: BATCH_ENTRIES },
    );
    let first = true;
    try {
      for await (const found of cursor) {
        const entry = found as unknown as Uint8Array;
        if (first) {
          first = false;
          const { ts } = BSON.deserialize(entry, { fieldsAsRaw: { o: true, o2: true } });
          // The entry with which the parent ends is there: nothing between the two was overwritten.
          if (compareMoments(momentOf(ts), from) !== 0) throw backupRefusals.oplogOvertaken();
        } else yield entry;
      }
    } finally {
      await cursor.close();
    }
    if (first) throw backupRefusals.oplogOvertaken();
  }
}
