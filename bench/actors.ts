import { randomBytes } from 'node:crypto';
import { Effect, Layer, ManagedRuntime } from 'effect';
import type { mongo } from 'mongoose';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { testCaller, testId } from '../actors/runtime/test-kit.ts';
import { KeyRing } from '../store/keys/key-ring.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { JOURNAL, type JournalDocument, journalIndexes } from '../store/runtime/journal.ts';
import { Counter } from '../test/support/counter.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * Durable asks: acknowledged after the majority has them journaled, with schemas, receipts, metrics and state documents
 * in. Beside them, in the same run, what MongoDB does with the same records when one writer inserts 200 at a time and
 * nobody decides anything.
 */

const ACTORS = 1_000;

interface Load {
  readonly asksPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const at = (sorted: Float64Array, part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;

let count = 0;

const load = (callers: number, actors: number, forMs: number): Effect.Effect<Load, unknown, Actors> =>
  Effect.gen(function* () {
    const service = yield* Actors;
    const started = performance.now();
    const taken: Array<number> = [];
    const caller = Effect.gen(function* () {
      while (performance.now() - started < forMs) {
        count += 1;
        const before = performance.now();
        yield* service.ask(Counter, {
          id: testId(`k${count % actors}`),
          command: { _tag: 'Add', by: 1 },
          envelope: { commandId: `c${count}`, caller: testCaller },
        });
        taken.push(performance.now() - before);
      }
    });
    yield* Effect.all(
      Array.from({ length: callers }, () => caller),
      { concurrency: 'unbounded', discard: true },
    );
    const seconds = (performance.now() - started) / 1_000;
    const sorted = Float64Array.from(taken).sort();
    return { asksPerSecond: Math.round(taken.length / seconds), p50Ms: at(sorted, 0.5), p99Ms: at(sorted, 0.99) };
  });

let rawRuns = 0;

/** Records like those that the load writes, 200 in an insert, one insert at a time. */
const raw = async (db: mongo.Db, forMs: number): Promise<number> => {
  const collection = db.collection<JournalDocument>('raw_journal');
  await collection.createIndex({ at: 1 });
  const started = performance.now();
  let written = 0;
  rawRuns += 1;
  while (performance.now() - started < forMs) {
    const records = Array.from({ length: 200 }, (_, index) => record(rawRuns * 10_000_000 + written + index));
    await collection.insertMany(records, { ordered: false, writeConcern: { w: 'majority', j: true } });
    written += records.length;
  }
  return Math.round(written / ((performance.now() - started) / 1_000));
};

const record = (seq: number): JournalDocument => ({
  _id: `${Counter.kind}/test/k${seq % ACTORS}/${String(seq).padStart(12, '0')}`,
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

const noKeys = Layer.succeed(KeyRing, {
  current: () => ({ id: 'none', key: Buffer.alloc(16) }),
  byId: () => undefined,
  refresh: Effect.void,
});

const ready = async (db: mongo.Db): Promise<void> => {
  for (const { collection, indexes } of journalIndexes) {
    for (const { name, key } of indexes) await db.collection(collection).createIndex(key, { name });
  }
};

const runs = [
  { name: '64 callers, 1,000 actors', callers: 64, actors: ACTORS, goal: 15_000, p99: 15 },
  { name: '512 callers, 1,000 actors', callers: 512, actors: ACTORS, goal: 30_000 },
  { name: '64 callers, one hot actor', callers: 64, actors: 1 },
  { name: '512 callers, one hot actor', callers: 512, actors: 1, goal: 30_000 },
] as const;

const run = async (context: BenchContext): Promise<void> => {
  const forMs = context.full ? 20_000 : 5_000;
  const layer = ActorsLocal([Counter]).pipe(
    Layer.provideMerge(mongoLayer({ uri: context.mongodbUri, database: context.database })),
    Layer.provide(noKeys),
  );
  const runtime = ManagedRuntime.make(layer);
  try {
    const { db } = await runtime.runPromise(Mongo);
    if (db === undefined) throw new Error('no database');
    await db.dropDatabase();
    await ready(db);
    await runtime.runPromise(load(64, ACTORS, 1_500));
    for (const one of runs) {
      const baseline = await raw(db, forMs / 2);
      const recordsBefore = await db.collection(JOURNAL).estimatedDocumentCount();
      const asksBefore = count;
      const cpuBefore = process.cpuUsage();
      const result = await runtime.runPromise(load(one.callers, one.actors, forMs));
      const cpu = process.cpuUsage(cpuBefore);
      const asks = count - asksBefore;
      const records = (await db.collection(JOURNAL).estimatedDocumentCount()) - recordsBefore;
      const goal = 'goal' in one ? { goal: { min: one.goal } } : {};
      context.report({ figure: `asks, ${one.name}`, value: result.asksPerSecond, unit: '1/s', baseline, ...goal });
      context.report({ figure: `p50, ${one.name}`, value: Number(result.p50Ms.toFixed(2)), unit: 'ms' });
      const p99 = 'p99' in one ? { goal: { max: one.p99 } } : {};
      context.report({ figure: `p99, ${one.name}`, value: Number(result.p99Ms.toFixed(2)), unit: 'ms', ...p99 });
      context.report({ figure: `turns a record, ${one.name}`, value: Number((asks / records).toFixed(1)), unit: '' });
      const cpuUs = (cpu.user + cpu.system) / asks;
      context.report({ figure: `processor time an ask, ${one.name}`, value: Number(cpuUs.toFixed(1)), unit: 'µs' });
    }
    await db.dropDatabase();
  } finally {
    await runtime.dispose();
  }
};

export const bench: Bench = {
  name: 'actors',
  title: 'Durable asks on one node, beside raw inserts of the same records',
  servers: ['mongodb'],
  run,
};
