import type { mongo } from 'mongoose';
import { PARTITIONS, partitionOf } from '../../actors/runtime/partition.ts';
import { protocolOf } from '../../actors/runtime/protocol.ts';
import { Replaying, stateDocumentOf } from '../../actors/runtime/replay.ts';
import { testCaller, testTenant } from '../../actors/runtime/test-kit.ts';
import {
  JOURNAL,
  type JournalDocument,
  type JournalTurn,
  journalKey,
  type SealingKeys,
} from '../../store/runtime/journal.ts';
import { takeAllEpochs } from '../../store/runtime/journal-epochs.ts';
import { Counter } from '../../test/support/counter.ts';

/** Actors that have a history and are asleep: their records, and their state documents or none. */

export interface Known {
  readonly prefix: string;
  readonly actors: number;
  /** Each of so many turns, which is also how many receipts the actor has. */
  readonly records: number;
  readonly turnsARecord: number;
  readonly documents: boolean;
}

const BATCH = 1_000;
const WRITERS = 4;
/** Long before anybody looks back for what a killed node has left. */
const AGE_MS = 3_600_000;

export const knownName = (prefix: string, number: number): string => `${testTenant}/${prefix}${number}`;

const turnOf = (rev: number, atMs: number): JournalTurn => ({
  commandId: `made-${rev}`,
  command: 'Add',
  // As long as the true ones.
  inputHash: 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=',
  reply: { value: rev },
  events: [{ _tag: 'Added', by: 1 }],
  caller: testCaller,
  atMs,
  rev,
});

const recordsOf = (known: Known, number: number, atMs: number): ReadonlyArray<JournalDocument> => {
  const actor = knownName(known.prefix, number);
  return Array.from({ length: known.records }, (_, record) => ({
    _id: journalKey(Counter.kind, actor, record + 1),
    kind: Counter.kind,
    actor,
    partition: partitionOf(Counter.kind, actor),
    seq: record + 1,
    epoch: 1,
    writer: 'bench',
    at: new Date(atMs),
    eventVersion: Counter.eventVersion,
    turns: Array.from({ length: known.turnsARecord }, (_, turn) =>
      turnOf(record * known.turnsARecord + turn + 1, atMs),
    ),
  }));
};

const documentOf = (known: Known, number: number, records: ReadonlyArray<JournalDocument>, keys: SealingKeys) => {
  const replaying = new Replaying(protocolOf(Counter), knownName(known.prefix, number));
  for (const record of records) replaying.apply(record, keys);
  return stateDocumentOf(protocolOf(Counter), replaying.name, replaying, keys, Date.now());
};

/** Counters are not sealed: no key is ever asked for. */
const noKeys: SealingKeys = {
  current: () => {
    throw new Error('counters are not sealed');
  },
  byId: () => undefined,
};

export const fill = async (db: mongo.Db, known: Known): Promise<void> => {
  // The records are of an earlier owner: the next one has to make sure before it answers a read.
  await takeAllEpochs(db, PARTITIONS);
  const atMs = Date.now() - AGE_MS;
  const journal = db.collection<JournalDocument>(JOURNAL);
  const states = db.collection<ReturnType<typeof documentOf>>(Counter.collection);
  const perBatch = Math.max(1, Math.floor(BATCH / known.records));
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < known.actors) {
      const from = next;
      next = Math.min(known.actors, from + perBatch);
      const made = Array.from({ length: next - from }, (_, index) => recordsOf(known, from + index, atMs));
      await journal.insertMany(made.flat(), { ordered: false, writeConcern: { w: 1 } });
      if (!known.documents) continue;
      const documents = made.map((records, index) => documentOf(known, from + index, records, noKeys));
      await states.insertMany(documents, { ordered: false, writeConcern: { w: 1 } });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
};
