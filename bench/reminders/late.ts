import { REMINDERS } from '../../actors/runtime/dead-letters.ts';
import { partitionOf } from '../../actors/runtime/partition.ts';
import { protocolOf } from '../../actors/runtime/protocol.ts';
import { databaseOf } from '../../store/mongo.ts';
import { JOURNAL, type JournalDocument, journalKey } from '../../store/runtime/journal.ts';
import { Timer } from '../../test/support/timer.ts';
import type { BenchContext } from '../bench.ts';
import { nodeOn, type OwnDatabase } from '../database.ts';
import { startNodeProcess } from '../node-process.ts';
import { audit } from './rung.ts';

/**
 * Reminders that came due while nothing ran: from a journal that says so, to every one of them delivered (a durable ask
 * of a sleeping actor each) and noted. Ten per actor. Beside it, in the same run, the plain way: the same number of
 * documents found by their index and marked, with nobody asked.
 */

const PER_ACTOR = 10;
const TENANT = 'bench';

const journalOf = (actor: number, dueAtMs: number): JournalDocument => {
  const name = `${TENANT}/k${actor}`;
  const { encodeReminder, encodeEvent } = protocolOf(Timer);
  const turns = Array.from({ length: PER_ACTOR }, (_, n) => ({
    commandId: `arm${n}`,
    command: 'Arm',
    inputHash: '',
    reply: null,
    events: [encodeEvent({ _tag: 'Armed', name: `n${n}`, atMs: dueAtMs })],
    caller: { subject: 'service:bench', tenant: TENANT as never, roles: [] },
    atMs: dueAtMs,
    rev: n + 1,
    reminders: [
      encodeReminder({
        _tag: 'Set',
        name: `n${n}`,
        atMs: dueAtMs,
        command: { _tag: 'Ring', name: `n${n}` } as { readonly _tag: string },
      }),
    ],
  }));
  return {
    _id: journalKey(Timer.kind, name, 1),
    kind: Timer.kind,
    actor: name,
    partition: partitionOf(Timer.kind, name),
    seq: 1,
    epoch: 1,
    writer: 'bench',
    at: new Date(dueAtMs),
    eventVersion: 1,
    turns,
  };
};

const fill = async (db: ReturnType<typeof databaseOf>, actors: number): Promise<void> => {
  const dueAtMs = Date.now() - 60_000;
  for (let from = 0; from < actors; from += 1_000) {
    const records = Array.from({ length: Math.min(1_000, actors - from) }, (_, n) => journalOf(from + n, dueAtMs));
    await db.collection<JournalDocument>(JOURNAL).insertMany(records, { ordered: false });
  }
};

const plain = async (db: ReturnType<typeof databaseOf>, count: number): Promise<number> => {
  const rows = db.collection<{ _id: string; status: string; tryAt: Date }>('plain');
  await rows.createIndex({ status: 1, tryAt: 1 });
  const total = Math.min(count, 20_000);
  await rows.insertMany(Array.from({ length: total }, (_, n) => ({ _id: `r${n}`, status: 'set', tryAt: new Date(n) })));
  const started = performance.now();
  for (;;) {
    const due = await rows
      .find({ status: 'set', tryAt: { $lte: new Date() } })
      .sort({ tryAt: 1 })
      .limit(500)
      .toArray();
    if (due.length === 0) break;
    const marks = due.map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $set: { status: 'delivered' } } } }));
    await rows.bulkWrite(marks, { ordered: false, writeConcern: { w: 1 } });
  }
  return total / ((performance.now() - started) / 1_000);
};

/** Those that are set and those that are settled. With the slot, so that the index of those that are set answers. */
const countOf = async (db: ReturnType<typeof databaseOf>) => {
  const left = await db.collection(REMINDERS).countDocuments({ status: 'set', slot: { $gte: 0 } });
  return { left, settled: (await db.collection(REMINDERS).estimatedDocumentCount()) - left };
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const late = async (context: BenchContext, own: OwnDatabase): Promise<void> => {
  const db = databaseOf(own.connection);
  const total = context.full ? 1_000_000 : 60_000;
  const baseline = await plain(db, total);
  context.log(`plain: ${Math.round(baseline)} found and marked a second`);
  await fill(db, total / PER_ACTOR);
  context.log(`the journal holds ${total} reminders that are due`);

  const node = await startNodeProcess(nodeOn(context, own));
  const started = node.loadedMs;
  let allSetMs = 0;
  for (let settled = 0; settled < total; ) {
    await pause(context.full ? 1_000 : 250);
    const counts = await countOf(db);
    settled = counts.settled;
    if (allSetMs === 0 && counts.left + settled === total) {
      allSetMs = performance.now() - started;
      context.log(`all set after ${(allSetMs / 1_000).toFixed(1)} s, ${settled} of them delivered by then`);
    }
    if (performance.now() - started > (context.full ? 1_200_000 : 100_000)) break;
  }
  const seconds = (performance.now() - started) / 1_000;
  const delivered = await db.collection(REMINDERS).countDocuments({ status: 'delivered' });
  await node.stop();
  const { never, oftener } = await audit(db, total / PER_ACTOR, PER_ACTOR);

  context.report({ figure: 'reminders delivered', value: delivered, unit: 'reminders', goal: { min: total } });
  context.report({
    figure: 'reminders whose command is in the journal other than once',
    value: never + oftener,
    unit: 'reminders',
    goal: { max: 0 },
  });
  context.report({
    figure: 'set from the journal',
    value: Math.round(total / (allSetMs / 1_000)),
    unit: 'reminders/s',
  });
  context.report({
    figure: 'set and delivered',
    value: Math.round(delivered / seconds),
    unit: 'reminders/s',
    baseline: Math.round(baseline),
    // A million a day is 12 a second; this is for the hour in which most of them come.
    goal: { min: 1_000 },
  });
};
