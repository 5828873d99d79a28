import { databaseOf } from '../../store/mongo.ts';
import type { BenchContext } from '../bench.ts';
import { nodeOn, type OwnDatabase } from '../database.ts';
import { startNodeProcess } from '../node-process.ts';
import { fill } from './known.ts';

/**
 * A hundred thousand actors that are known: what they take in memory when all are awake and idle, how soon the first
 * answers after their node was killed, and how long it takes to touch them all again.
 */

const ACTORS = 100_000;
/** Turns that each has had, and so receipts that it remembers. */
const RECEIPTS = 8;
const CALLERS = 512;
const PREFIX = 'idle';
const KIBI = 1_024;

const KNOWN = { prefix: PREFIX, actors: ACTORS, records: 1, turnsARecord: RECEIPTS, documents: true };
const ALL = { do: 'touch', prefix: PREFIX, from: 0, count: ACTORS, callers: CALLERS } as const;
const ONE = { ...ALL, how: 'ask', count: 1, callers: 1 } as const;

export const idle = async (context: BenchContext, own: OwnDatabase): Promise<void> => {
  const of = `${ACTORS.toLocaleString('en')} actors`;
  const report = (figure: string, value: number, unit: string, more: object = {}): void =>
    context.report({ figure, value, unit, ...more });
  await fill(databaseOf(own.connection), KNOWN);
  context.log(`${of} are known`);
  const settings = { ...nodeOn(context, own), maxAwake: 2 * ACTORS };
  const first = await startNodeProcess(settings);
  // Partitions open, code compiled.
  await first.request({ ...ALL, how: 'read', count: 2_000 });
  const before = await first.request({ do: 'look' });
  await first.request({ ...ALL, how: 'read', from: 2_000, count: ACTORS - 2_000 });
  const after = await first.request({ do: 'look' });
  const awoken = after.awake - before.awake;
  if (after.awake < ACTORS) throw new Error(`only ${after.awake} of ${ACTORS} are awake`);
  const each = (bytes: number): number => Number((bytes / KIBI / awoken).toFixed(2));
  const memory = `memory of an idle actor with ${RECEIPTS} receipts, of ${of} awake`;
  report(memory, each(after.usedBytes - before.usedBytes), 'KiB', { goal: { max: 10 } });
  report(`${memory}: resident`, each(after.residentBytes - before.residentBytes), 'KiB');

  const killedMs = performance.now();
  await first.kill();
  const second = await startNodeProcess(settings);
  const answer = await second.request(ONE);
  const answeredMs = performance.now();
  const seconds = (fromMs: number): number => Number(((answeredMs - fromMs) / 1_000).toFixed(2));
  const loaded = Number(((second.loadedMs - second.spawnedMs) / 1_000).toFixed(2));
  // Beside it: what the process needs to load its program, before it knows of any actor.
  const name = `first durable answer after kill -9, ${of} known`;
  report(name, seconds(killedMs), 's', { baseline: loaded, goal: { max: 2 } });
  report(`${name}: from the new process's start`, seconds(second.spawnedMs), 's', { baseline: loaded });
  report(`${name}: the ask itself`, Number(answer.seconds.toFixed(3)), 's');
  const again = await second.request({ ...ALL, how: 'ask' });
  report(`time to touch all ${of} again, a durable ask each`, Number(again.seconds.toFixed(1)), 's');
  report(`touching all ${of} again`, again.perSecond, '1/s');
  await second.stop();
};
