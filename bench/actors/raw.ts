import { randomBytes } from 'node:crypto';
import type { mongo } from 'mongoose';
import { testCaller } from '../../actors/runtime/test-kit.ts';
import { type JournalDocument, journalIndexes, journalKey } from '../../store/runtime/journal.ts';
import { Counter } from '../../test/support/counter.ts';
import { type Rate, rateOf } from './load.ts';

/** What MongoDB does with the records of the load when nobody decides anything: acknowledged as the journal's are. */

const ACTORS = 1_000;
const ACKNOWLEDGED = { w: 'majority', j: true } as const;

let runs = 0;

const record = (seq: number): JournalDocument => ({
  _id: journalKey(Counter.kind, `test/k${seq % ACTORS}`, seq),
  kind: Counter.kind,
  actor: `test/k${seq % ACTORS}`,
  partition: seq % 256,
  seq,
  epoch: 1,
  writer: `${randomBytes(9).toString('base64url')}.1.${seq}`,
  at: new Date(),
  eventVersion: 1,
  turns: [
    {
      commandId: `c${seq}`,
      command: 'Add',
      inputHash: randomBytes(32).toString('base64'),
      reply: { value: seq },
      events: [{ _tag: 'Added', by: 1 }],
      caller: testCaller,
      atMs: Date.now(),
      rev: seq,
    },
  ],
});

export interface Raw {
  readonly writers: number;
  /** Records in an insert; 1: an `insertOne` each. */
  readonly together: number;
}

/** @returns records a second, and the time of an insert. */
export const raw = async (db: mongo.Db, { writers, together }: Raw, forMs: number): Promise<Rate> => {
  const collection = db.collection<JournalDocument>('raw_journal');
  for (const { indexes } of journalIndexes) for (const { key } of indexes) await collection.createIndex(key);
  runs += 1;
  let seq = runs * 10_000_000;
  const taken: Array<number> = [];
  const started = performance.now();
  const writer = async (): Promise<void> => {
    while (performance.now() - started < forMs) {
      const records = Array.from({ length: together }, () => record(seq++));
      const before = performance.now();
      const [only] = records;
      if (together === 1 && only !== undefined) await collection.insertOne(only, { writeConcern: ACKNOWLEDGED });
      else await collection.insertMany(records, { ordered: false, writeConcern: ACKNOWLEDGED });
      taken.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  const rate = rateOf(taken, (performance.now() - started) / 1_000);
  return { ...rate, perSecond: rate.perSecond * together };
};
