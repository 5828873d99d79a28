import { Effect, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { Mongo, mongoLayer } from '../mongo.ts';
import { JOURNAL, type JournalDocument, journalKey } from './journal.ts';
import { LatestWriters } from './latest-writers.ts';

const storage = ManagedRuntime.make(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('latest') }));
const database = async () => {
  const { db } = await storage.runPromise(Mongo);
  if (db === undefined) throw new Error('no database');
  return db;
};

beforeAll(() => storage.runPromise(Effect.void));
afterAll(async () => {
  await (await database()).dropDatabase();
  await storage.dispose();
});

const KIND = 'test.kind';

const record = (actor: string, seq: number): JournalDocument => ({
  _id: journalKey(KIND, actor, seq),
  kind: KIND,
  actor,
  partition: 0,
  seq,
  epoch: 1,
  writer: `${actor} ${seq}`,
  at: new Date(),
  eventVersion: 1,
  turns: [],
});

test('many at once, more than one look holds: each is told of its own last record and of no other', async () => {
  const db = await database();
  const actors = Array.from({ length: 2_500 }, (_, number) => `t/${number}`);
  // Every tenth has two records that nobody expected.
  const written = actors.filter((_, number) => number % 10 === 0);
  await db
    .collection<JournalDocument>(JOURNAL)
    .insertMany(written.flatMap((actor) => [record(actor, 4), record(actor, 5)]));
  const latest = new LatestWriters(db);
  const told = await Promise.all(actors.map((actor) => latest.after(KIND, actor, 3)));
  expect(told).toEqual(actors.map((actor, number) => (number % 10 === 0 ? `${actor} 5` : undefined)));
  expect(await latest.after(KIND, 't/0', 5)).toBeUndefined();
});

test('a look begins after the question: what was written before it is seen', async () => {
  const db = await database();
  const latest = new LatestWriters(db);
  for (let seq = 1; seq <= 20; seq += 1) {
    const before = latest.after(KIND, 't/growing', seq);
    await db.collection<JournalDocument>(JOURNAL).insertOne(record('t/growing', seq));
    expect(await latest.after(KIND, 't/growing', seq - 1)).toBe(`t/growing ${seq}`);
    expect(await before).toBeUndefined();
  }
});

test('a storage that does not answer rejects all who wait', async () => {
  const lost = ManagedRuntime.make(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('lost') }));
  const { db } = await lost.runPromise(Mongo);
  await lost.dispose();
  if (db === undefined) throw new Error('no database');
  const latest = new LatestWriters(db);
  const told = await Promise.allSettled(['a', 'b', 'c'].map((actor) => latest.after(KIND, `t/${actor}`, 0)));
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});
