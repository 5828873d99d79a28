import { Effect, Layer, ManagedRuntime } from 'effect';
import type mongoose from 'mongoose';
import { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, mongoLayer } from '../../store/mongo.ts';
import { JOURNAL } from '../../store/runtime/journal.ts';
import { TracingLive } from '../../telemetry/tracing.ts';
import { Counter } from '../../test/support/counter.ts';
import type { BenchContext } from '../bench.ts';
import type { OwnDatabase } from '../database.ts';
import { callersAlone } from './callers.ts';
import { type Load, load } from './load.ts';
import { raw } from './raw.ts';

/**
 * Durable asks on one node: acknowledged after the majority has them journaled. Beside them, in the same run, what
 * MongoDB does with the same records when one writer inserts 200 at a time and nobody decides anything.
 */

const ACTORS = 1_000;
const WARM_MS = 6_000;
/** Each load is measured so often, with the raw rate before it. */
const WINDOWS = 3;

const runs = [
  { name: '64 callers, 1,000 actors', callers: 64, actors: ACTORS, goal: 15_000, p99: 15 },
  { name: '512 callers, 1,000 actors', callers: 512, actors: ACTORS, goal: 30_000, ofRaw: 0.5 },
  { name: '64 callers, one hot actor', callers: 64, actors: 1 },
  { name: '512 callers, one hot actor', callers: 512, actors: 1, goal: 30_000 },
] as const;

type Run = { readonly name: string; readonly callers: number; readonly actors: number } & Partial<
  Readonly<Record<'goal' | 'p99' | 'ofRaw', number>>
>;

interface Window extends Load {
  /** Raw records a second, just before. */
  readonly baseline: number;
}

const inTheMiddle = (windows: ReadonlyArray<Window>): Window => {
  const sorted = windows.toSorted((one, other) => one.perSecond - other.perSecond);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
};

/** Counters are not sealed. */
const noKeys = Layer.succeed(KeyRing, {
  current: () => ({ id: 'none', key: Buffer.alloc(16) }),
  byId: () => undefined,
  refresh: Effect.void,
});

/** Actors in this process, without a cluster. */
export const localNode = ({ mongodbUri }: BenchContext, { database }: OwnDatabase) =>
  ManagedRuntime.make(
    ActorsLocal([Counter]).pipe(
      Layer.provideMerge(mongoLayer({ uri: mongodbUri, database })),
      Layer.provide(noKeys),
      Layer.provideMerge(TracingLive),
    ),
  );

const reportRaw = async (context: BenchContext, db: mongoose.mongo.Db, forMs: number): Promise<void> => {
  const four = await raw(db, { writers: 4, together: 200 }, forMs);
  context.report({ figure: 'raw journal: insertMany of 200, four writers', value: four.perSecond, unit: '1/s' });
  const each = await raw(db, { writers: 64, together: 1 }, forMs);
  context.report({ figure: 'raw journal: insertOne, 64 writers', value: each.perSecond, unit: '1/s' });
  context.report({ figure: 'raw journal: insertOne, 64 writers, p50', value: each.p50Ms, unit: 'ms' });
  context.report({ figure: 'raw journal: insertOne, 64 writers, p99', value: each.p99Ms, unit: 'ms' });
};

export const asks = async (context: BenchContext, own: OwnDatabase): Promise<void> => {
  const forMs = context.full ? 20_000 : 3_000;
  const db = databaseOf(own.connection);
  const journal = db.collection(JOURNAL);
  const node = localNode(context, own);
  const report = (figure: string, value: number, unit: string, more: object = {}): void =>
    context.report({ figure, value, unit, ...more });
  try {
    const service = await node.runPromise(Actors);
    // From here on the code is compiled.
    await node.runPromise(load(service, 64, ACTORS, WARM_MS));
    const one = { writers: 1, together: 200 };
    await raw(db, one, forMs / 4);
    const baselines: Array<number> = [];
    for (const { name, callers, actors, goal, p99, ofRaw } of runs as ReadonlyArray<Run>) {
      const before = await journal.estimatedDocumentCount();
      const windows: Array<Window> = [];
      for (let window = 0; window < WINDOWS; window += 1) {
        const { perSecond: baseline } = await raw(db, one, forMs / 3);
        windows.push({ baseline, ...(await node.runPromise(load(service, callers, actors, forMs))) });
      }
      const records = (await journal.estimatedDocumentCount()) - before;
      const asked = windows.reduce((sum, { asks: count }) => sum + count, 0);
      // A checkpoint of the server takes a second of one window; the one in the middle has what the others have.
      const { baseline, ...done } = inTheMiddle(windows);
      baselines.push(baseline);
      const least = goal === undefined ? {} : { goal: { min: goal } };
      report(`asks, ${name}`, done.perSecond, '1/s', { baseline, ...least });
      if (ofRaw !== undefined) {
        const part = Number((done.perSecond / baseline).toFixed(2));
        report(`part of the raw rate of one writer, ${name}`, part, '', { goal: { min: ofRaw } });
      }
      report(`p50, ${name}`, done.p50Ms, 'ms');
      report(`p99, ${name}`, done.p99Ms, 'ms', p99 === undefined ? {} : { goal: { max: p99 } });
      report(`turns a record, ${name}`, Number((asked / records).toFixed(1)), '');
      report(`processor time an ask, ${name}`, done.cpuUsAnAsk, 'µs');
    }
    const mean = baselines.reduce((sum, value) => sum + value, 0) / baselines.length;
    report('raw journal: insertMany of 200, one writer', Math.round(mean), '1/s');
    await reportRaw(context, db, forMs / 2);
    const alone = await callersAlone(64, ACTORS, forMs / 4);
    report('processor time an ask of its caller alone, 64 callers', alone.cpuUsAnAsk, 'µs');
  } finally {
    await node.dispose();
  }
};
