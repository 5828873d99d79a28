import { setTimeout as sleep } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { REMINDERS } from '../../actors/runtime/dead-letters.ts';
import { databaseOf } from '../../store/mongo.ts';
import { type Rate, rateOf } from '../actors/load.ts';
import type { BenchContext } from '../bench.ts';
import { nodeOn, type OwnDatabase } from '../database.ts';
import { startNodeProcess } from '../node-process.ts';
import { dueAtMs, type Spread } from './arm.ts';
import { type Audit, audit } from './rung.ts';

/**
 * Reminders due over a day, with a node that is killed in the middle of it and started anew. The day is compressed, not
 * the clock moved: nodes live by real clocks (leases and the marks of followers compare them with MongoDB's), so a
 * million reminders come due within twenty minutes, at 72 times the rate of a real day. Nothing else differs from a
 * node's own way: the reminders are set by durable asks, followed from the journal, and delivered to sleeping actors.
 */

const PER_ACTOR = 10;
/** In the small and in the full size: as many a second. */
const DUE_PER_SECOND = 833;
/** The day begins when all of them can have been asked for and set. */
const SET_PER_SECOND = 4_000;
const LOOK_EVERY_MS = 1_000;
/** After the last one is due. */
const PATIENCE_MS = 60_000;
/** So near to the outage, a reminder may be late because of it. */
const BEFORE_MS = 1_000;
const AFTER_MS = 10_000;

interface Outage {
  readonly killedAtMs: number;
  readonly readyAtMs: number;
}

interface Delivered extends Audit {
  /** Of those that were due while a node ran. */
  readonly late: Rate;
  /** From the kill to the first delivery after it. */
  readonly againMs: number;
  readonly latestMs: number;
  readonly lastAtMs: number;
}

const until = async (atMs: number): Promise<void> => {
  await sleep(Math.max(0, atMs - Date.now()));
};

/** What the journal says. */
const delivered = async (db: mongo.Db, spread: Spread, outage: Outage): Promise<Delivered> => {
  const late: Array<number> = [];
  let [latestMs, lastAtMs, againAtMs] = [0, 0, Number.POSITIVE_INFINITY];
  const counts = await audit(db, spread.actors, spread.perActor, ({ actor, nth, atMs }) => {
    const dueMs = dueAtMs(spread, actor, nth);
    latestMs = Math.max(latestMs, atMs - dueMs);
    lastAtMs = Math.max(lastAtMs, atMs);
    if (atMs > outage.killedAtMs) againAtMs = Math.min(againAtMs, atMs);
    if (dueMs < outage.killedAtMs - BEFORE_MS || dueMs > outage.readyAtMs + AFTER_MS) late.push(atMs - dueMs);
  });
  return { ...counts, late: rateOf(late, 1), againMs: againAtMs - outage.killedAtMs, latestMs, lastAtMs };
};

/** Until none is left, or nobody has patience any more. */
const settled = async (db: mongo.Db, untilMs: number): Promise<void> => {
  // With the slot, so that the index answers, in which only those that are set are.
  const left = { status: 'set', slot: { $gte: 0 } };
  while (Date.now() < untilMs && (await db.collection(REMINDERS).countDocuments(left)) > 0) await sleep(LOOK_EVERY_MS);
};

/** `total` reminders over a day of `spanMs`. */
const live = async (context: BenchContext, own: OwnDatabase, total: number) => {
  const db = databaseOf(own.connection);
  const settings = nodeOn(context, own);
  const spanMs = (total / DUE_PER_SECOND) * 1_000;
  const first = await startNodeProcess(settings);
  const fromMs = Date.now() + (total / SET_PER_SECOND) * 1_000;
  const spread = { actors: total / PER_ACTOR, perActor: PER_ACTOR, fromMs, spanMs };
  const { seconds } = await first.request({ do: 'arm', ...spread });
  context.log(`${total} reminders asked for in ${seconds.toFixed(1)} s; the day takes ${Math.round(spanMs / 1_000)} s`);
  await until(fromMs);
  const setInTime = await db.collection(REMINDERS).estimatedDocumentCount();
  if (setInTime < total) context.log(`the day begins while only ${setInTime} are set`);
  await until(fromMs + spanMs / 2);
  const killedAtMs = Date.now();
  await first.kill();
  const second = await startNodeProcess(settings);
  const outage = { killedAtMs, readyAtMs: Date.now() };
  context.log(`killed in the middle; another one is ready after ${outage.readyAtMs - killedAtMs} ms`);
  await until(fromMs + spanMs);
  await settled(db, fromMs + spanMs + PATIENCE_MS);
  await second.stop();
  return { spread, outage, armedPerSecond: total / seconds };
};

export const day = async (context: BenchContext, own: OwnDatabase): Promise<void> => {
  const total = context.full ? 1_000_000 : 40_000;
  const { spread, outage, armedPerSecond } = await live(context, own, total);
  const found = await delivered(databaseOf(own.connection), spread, outage);
  const of = `${total.toLocaleString('en')} over a day with a kill -9`;
  const report = (figure: string, value: number, unit: string, more: object = {}): void =>
    context.report({ figure: `${of}: ${figure}`, value, unit, ...more });
  report('delivered never', found.never, 'reminders', { goal: { max: 0 } });
  report('delivered more than once', found.oftener, 'reminders', { goal: { max: 0 } });
  const seconds = (found.lastAtMs - spread.fromMs) / 1_000;
  report('delivered', Math.round(total / seconds), 'reminders/s', { baseline: DUE_PER_SECOND });
  report('asked for', Math.round(armedPerSecond), 'reminders/s');
  report('late while a node ran, p50', found.late.p50Ms, 'ms');
  report('late while a node ran, p99', found.late.p99Ms, 'ms');
  report('latest', found.latestMs, 'ms');
  report('from the kill to the first delivery', found.againMs, 'ms');
};
