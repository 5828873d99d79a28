import { Layer, ManagedRuntime } from 'effect';
import type { mongo } from 'mongoose';
import { Actors } from '../../actors/runtime/actors.ts';
import { singleNodeLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLive } from '../../actors/runtime/live.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { databaseOf, mongoLayer } from '../../store/mongo.ts';
import { JOURNAL, type JournalDocument, journalKey } from '../../store/runtime/journal.ts';
import { readStateDocuments } from '../../store/runtime/state-documents.ts';
import { TracingLive } from '../../telemetry/tracing.ts';
import { Counter } from '../../test/support/counter.ts';
import type { BenchContext } from '../bench.ts';
import type { OwnDatabase } from '../database.ts';
import { fill, type Known, knownName } from './known.ts';
import { Idle, type Touch, touch } from './load.ts';

/**
 * Waking actors that sleep, on a node that is alone in its cluster: each is read or asked once by many callers. Beside
 * it, in the same run, the same documents found in batches of the same size, and nothing done with them.
 */

const CALLERS = 512;
const GOAL = 5_000;
const RECORDS = 8;
/** As the runtime loads. */
const TOGETHER = 256;
const UNDER_WAY = 4;
const KEYS_A_QUERY = 1_024;

/** @returns actors a second. */
const found = async (db: mongo.Db, known: Known): Promise<number> => {
  const journal = db.collection<JournalDocument>(JOURNAL);
  let next = 0;
  const finder = async (): Promise<void> => {
    while (next < known.actors) {
      const from = next;
      next = Math.min(known.actors, from + TOGETHER);
      const names = Array.from({ length: next - from }, (_, index) => knownName(known.prefix, from + index));
      if (known.documents) {
        await readStateDocuments(db, Counter.collection, names);
        continue;
      }
      const keys = names.flatMap((name) =>
        Array.from({ length: known.records }, (_, record) => journalKey(Counter.kind, name, record + 1)),
      );
      for (let at = 0; at < keys.length; at += KEYS_A_QUERY) {
        await journal.find({ _id: { $in: keys.slice(at, at + KEYS_A_QUERY) } }).toArray();
      }
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: UNDER_WAY }, finder));
  return Math.round(known.actors / ((performance.now() - started) / 1_000));
};

interface Case extends Known {
  readonly how: Touch['how'];
}

const casesOf = (actors: number): ReadonlyArray<Case> =>
  [true, false].flatMap((documents) =>
    (['read', 'ask'] as const).map((how) => ({
      how,
      prefix: `${documents ? 'd' : 'j'}${how}`,
      actors,
      records: RECORDS,
      turnsARecord: 1,
      documents,
    })),
  );

export const activation = async (context: BenchContext, own: OwnDatabase): Promise<void> => {
  const db = databaseOf(own.connection);
  const cases = casesOf(context.full ? 50_000 : 8_000);
  for (const known of cases) await fill(db, known);
  const maxAwake = 2 * cases.reduce((sum, { actors }) => sum + actors, 0);
  const node = ManagedRuntime.make(
    ActorsLive([Idle], { maxAwake }).pipe(
      Layer.provide(singleNodeLayer),
      Layer.provide(keyRingLayer({ directory: own.keyDir, demoKeys: true })),
      Layer.provide(mongoLayer({ uri: context.mongodbUri, database: own.database })),
      Layer.provideMerge(TracingLive),
    ),
  );
  try {
    const service = await node.runPromise(Actors);
    // The partitions open with their first ask.
    await node.runPromise(touch(service, { how: 'ask', prefix: 'warm', from: 0, count: 3_000, callers: CALLERS }));
    for (const known of cases) {
      const baseline = await found(db, known);
      const { how, prefix, actors, documents } = known;
      const done = await node.runPromise(touch(service, { how, prefix, from: 0, count: actors, callers: CALLERS }));
      const from = documents ? 'from state documents' : `from the journal alone (${RECORDS} records each)`;
      const name = `activations ${from}, by ${how === 'read' ? 'a read' : 'an ask'}`;
      context.report({ figure: name, value: done.perSecond, unit: '1/s', baseline, goal: { min: GOAL } });
      context.report({ figure: `${name}: p99`, value: done.p99Ms, unit: 'ms' });
    }
  } finally {
    await node.dispose();
  }
};
