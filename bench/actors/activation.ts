import type { mongo } from 'mongoose';
import { databaseOf } from '../../store/mongo.ts';
import { JOURNAL, type JournalDocument, journalKey } from '../../store/runtime/journal.ts';
import { readStateDocuments } from '../../store/runtime/state-documents.ts';
import { Counter } from '../../test/support/counter.ts';
import type { BenchContext } from '../bench.ts';
import { nodeOn, type OwnDatabase } from '../database.ts';
import { startNodeProcess } from '../node-process.ts';
import { fill, type Known, knownName } from './known.ts';
import type { Touch } from './load.ts';

/**
 * Waking actors that sleep, on a node that is alone in its cluster: each is read or asked once by many callers. Beside
 * it, in the same run, the same documents found in batches of the same size, and nothing done with them.
 */

const CALLERS = 512;
const GOAL = 5_000;
const WARM = 2_000;
const RECORDS = 8;
/** As the runtime loads. */
const TOGETHER = 256;
const UNDER_WAY = 4;
const KEYS_A_QUERY = 2_560;

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
  for (const known of cases) {
    await fill(db, known);
    await fill(db, { ...known, prefix: `warm${known.prefix}`, actors: WARM });
  }
  const maxAwake = 2 * cases.reduce((sum, { actors }) => sum + actors, 0);
  const node = await startNodeProcess({ ...nodeOn(context, own), maxAwake });
  const all = { do: 'touch', from: 0, callers: CALLERS } as const;
  // The partitions open with their first ask, and code is compiled when it has run for a while.
  await node.request({ ...all, how: 'ask', prefix: 'warm', count: 3_000 });
  for (const { how, prefix } of cases) await node.request({ ...all, how, prefix: `warm${prefix}`, count: WARM });
  for (const known of cases) {
    const baseline = await found(db, known);
    const { how, prefix, actors, documents } = known;
    const done = await node.request({ ...all, how, prefix, count: actors });
    const from = documents ? 'from state documents' : `from the journal alone (${RECORDS} records each)`;
    const name = `activations ${from}, by ${how === 'read' ? 'a read' : 'an ask'}`;
    context.report({ figure: name, value: done.perSecond, unit: '1/s', baseline, goal: { min: GOAL } });
    context.report({ figure: `${name}: p99`, value: done.p99Ms, unit: 'ms' });
  }
  await node.stop();
};
