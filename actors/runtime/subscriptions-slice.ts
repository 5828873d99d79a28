import { Cause, Effect, Option, type Scope } from 'effect';
import type { mongo } from 'mongoose';
import { parseActorId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import { JOURNAL, type JournalDocument, readTails, type SealingKeys, turnsOf } from '../../store/runtime/journal.ts';
import { log } from '../../telemetry/log.ts';
import { gauge } from '../../telemetry/metrics.ts';
import type { Lease } from './lease.ts';
import type { Turn } from './subscriptions.ts';
import {
  afterLostHistory,
  loadPosition,
  type Position,
  type SliceName,
  savePosition,
} from './subscriptions-position.ts';

/**
 * One slice of one follower of the journal, run by the node that owns it. A change stream gives what is written; the
 * durable position is its resume token, moved forward over records that are settled, in their order. Where the change
 * stream does not reach (the first start, a history that MongoDB no longer has) the journal itself is scanned.
 */

/** Records given out and not settled; more are not read. */
const WINDOW = 1_024;
const SAVE_EVERY_MS = 1_000;
/** How long the server holds an empty answer back. Also how often an idle slice knows that it is up to date. */
const AWAIT_MS = 250;
/** Actors whose tails are read in one query when a lost history is replaced. */
const TAILS = 200;

const lag = gauge({
  name: 'hufu_subscription_lag_seconds',
  help: 'Age of the oldest turn that the slice has not settled; 0 when it is up to date',
  labels: ['subscription', 'slice'],
});

export interface SliceView extends SliceName {
  /** Everything written to the journal before this moment (milliseconds) is settled in this slice; 0 while it scans. */
  readonly followedMs: () => number;
  /** A turn again, by its record's `_id` and its revision. */
  readonly readTurn: (record: string, rev: number) => Effect.Effect<Turn | undefined, Fault>;
}

/** One journal record to be handled; `settle` is called once when all its turns are handled or dead-lettered. */
export interface Delivery {
  readonly turns: ReadonlyArray<Turn>;
  readonly settle: () => void;
}

/**
 * How records are handled: opened per slice, gives the function that takes records in their order. It may hold the
 * reader back by not returning.
 */
export type Deliver<R> = (
  slice: SliceView,
) => Effect.Effect<(delivery: Delivery) => Effect.Effect<void>, never, R | Mongo | Lease | Scope.Scope>;

export interface Following<R> extends SliceName {
  readonly kinds: ReadonlyArray<string>;
  readonly startAt: 'beginning' | 'now';
  readonly deliver: Deliver<R>;
}

interface Entry {
  readonly mark: Partial<Position>;
  readonly atMs: number;
  settled: boolean;
}

/** Records in the order read; the position moves over the settled ones at its head. */
class Window {
  private entries: Array<Entry> = [];
  private waiting: Array<() => void> = [];
  position: Position;
  changed = false;
  /** Server time of the last change of the stream that is settled with all before it; 0 before the first. */
  settledMs = 0;

  constructor(position: Position) {
    this.position = position;
  }

  get size(): number {
    return this.entries.length;
  }

  get oldestMs(): number | undefined {
    return this.entries[0]?.atMs;
  }

  move(mark: Partial<Position>): void {
    this.position = { ...this.position, ...mark };
    this.changed = true;
  }

  admit(mark: Partial<Position>, atMs: number): () => void {
    const entry: Entry = { mark, atMs, settled: false };
    this.entries.push(entry);
    return () => {
      entry.settled = true;
      this.advance();
    };
  }

  private advance(): void {
    let settled = 0;
    while (this.entries[settled]?.settled === true) settled += 1;
    const last = this.entries[settled - 1];
    if (last === undefined) return;
    this.entries.splice(0, settled);
    this.move(last.mark);
    if (last.mark.token !== undefined) this.settledMs = Math.max(this.settledMs, last.atMs);
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Waits until at most `size` records are unsettled. */
  downTo(size: number): Effect.Effect<void> {
    return Effect.async<void>((resume) => {
      if (this.entries.length <= size) resume(Effect.void);
      else this.waiting.push(() => resume(this.downTo(size)));
    });
  }
}

/** The turns of a stored record, as followers get them. */
export const turnsIn = (keys: SealingKeys, record: JournalDocument): ReadonlyArray<Turn> => {
  const { kind, partition, eventVersion } = record;
  const slash = record.actor.indexOf('/');
  const id = parseActorId(record.actor.slice(0, slash), record.actor.slice(slash + 1));
  if (isRefusal(id)) throw new Error(`${record._id}: ${id.message}`);
  return turnsOf(keys, record).map(({ inputHash: _hash, reply: _reply, ...turn }) => ({
    ...turn,
    kind,
    id,
    partition,
    record: record._id,
    eventVersion,
  }));
};

interface Running<R> {
  readonly following: Following<R>;
  readonly db: mongo.Db;
  readonly keys: SealingKeys;
  readonly window: Window;
  readonly give: (delivery: Delivery) => Effect.Effect<void>;
}

const handOut = <R>(running: Running<R>, record: JournalDocument, mark: Partial<Position>): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* running.window.downTo(WINDOW - 1);
    const turns = turnsIn(running.keys, record);
    yield* running.give({ turns, settle: running.window.admit(mark, record.at.getTime()) });
  });

/** The parts of a filter that are the same for the journal and, with a prefix, for its changes. */
const ofSlice = ({ kinds, slice, slices }: Following<never>, prefix = '') => ({
  [`${prefix}kind`]: { $in: [...kinds] },
  [`${prefix}partition`]: { $mod: [slices, slice] },
});

/** Every record ever written, in the order of the keys: each actor's in its order. */
const scanAll = <R>(running: Running<R>): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const { db, following, window } = running;
    const after = window.position.scanAfter;
    const filter = { ...ofSlice(following as Following<never>), ...(after === null ? {} : { _id: { $gt: after } }) };
    const cursor = db.collection<JournalDocument>(JOURNAL).find(filter).sort({ _id: 1 }).batchSize(500);
    yield* eachOf(cursor, (record) => handOut(running, record, { scanAfter: record._id }));
  });

/**
 * What was written since: first which actors wrote, then each one's records in their order. (Sorted by time alone,
 * records of an actor that moved between nodes whose clocks differ could change places.)
 */
const scanSince = <R>(running: Running<R>, fromMs: number): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const { db, following } = running;
    const actors = db
      .collection(JOURNAL)
      .aggregate<{ _id: { kind: string; actor: string }; seq: number }>(
        [
          { $match: { at: { $gte: new Date(fromMs) }, ...ofSlice(following as Following<never>) } },
          { $group: { _id: { kind: '$kind', actor: '$actor' }, seq: { $min: '$seq' } } },
          { $sort: { _id: 1 } },
        ],
        { allowDiskUse: true },
      );
    let kind = '';
    let tails: Array<{ actor: string; afterSeq: number }> = [];
    const readThem = Effect.suspend(() => {
      const records = tails.length === 0 ? [] : readTails(db, kind, tails);
      tails = [];
      return eachOf(records, (record) => handOut(running, record, {}));
    });
    yield* eachOf(actors, ({ _id, seq }) =>
      Effect.gen(function* () {
        if (_id.kind !== kind || tails.length === TAILS) yield* readThem;
        kind = _id.kind;
        tails.push({ actor: _id.actor, afterSeq: seq - 1 });
      }),
    );
    yield* readThem;
  });

const eachOf = <A>(
  source: AsyncIterable<A> | Iterable<A>,
  body: (value: A) => Effect.Effect<void, unknown>,
): Effect.Effect<void, unknown> =>
  Effect.acquireUseRelease(
    Effect.sync(() => (Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]())),
    (iterator) =>
      Effect.gen(function* () {
        for (;;) {
          const next = yield* Effect.tryPromise({ try: async () => iterator.next(), catch: (cause) => cause });
          if (next.done === true) return;
          yield* body(next.value);
        }
      }),
    (iterator) => Effect.ignore(Effect.tryPromise(async () => iterator.return?.())),
  );

const scan = <R>(running: Running<R>): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const { window } = running;
    const begunAt = Date.now();
    const { scanFromMs } = window.position;
    yield* scanFromMs === null ? scanAll(running) : scanSince(running, scanFromMs);
    yield* window.downTo(0);
    window.move({ phase: 'follow', scanAfter: null, scanFromMs: null, atMs: begunAt });
  });

const openStream = <R>({ db, following, window }: Running<R>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const { token, startAt } = window.position;
      return db
        .collection(JOURNAL)
        .watch<JournalDocument, mongo.ChangeStreamInsertDocument<JournalDocument>>(
          [{ $match: { operationType: 'insert', ...ofSlice(following as Following<never>, 'fullDocument.') } }],
          {
            maxAwaitTimeMS: AWAIT_MS,
            ...(token === null ? { startAtOperationTime: startAt } : { resumeAfter: token }),
          },
        );
    }),
    (stream) => Effect.promise(() => stream.close().catch(() => undefined)),
  );

const follow = <R>(running: Running<R>, followed: (ms: number) => void): Effect.Effect<never, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const { window } = running;
    const stream = yield* openStream(running);
    for (;;) {
      const askedAt = Date.now();
      const change = yield* Effect.tryPromise({ try: () => stream.tryNext(), catch: (cause) => cause });
      if (change !== null) {
        const atMs = change.wallTime?.getTime() ?? change.fullDocument.at.getTime();
        yield* handOut(running, change.fullDocument, { token: stream.resumeToken, atMs });
      } else if (stream.closed) {
        // It answers at once from then on: a database that was dropped would be asked without a pause.
        return yield* Effect.fail(new Error('the change stream was closed'));
      } else if (window.size === 0) {
        // Nothing was waiting when we asked: all that was written before is settled. The token moves along too, so
        // that a slice without turns does not fall out of MongoDB's history.
        window.move({ token: stream.resumeToken ?? window.position.token, atMs: askedAt });
        followed(askedAt);
      }
    }
  });

const saving = (db: mongo.Db, following: SliceName, window: Window): Effect.Effect<void> => {
  const save = Effect.tryPromise(async () => {
    if (!window.changed) return;
    window.changed = false;
    await savePosition(db, following, window.position).catch((error: unknown) => {
      window.changed = true;
      throw error;
    });
  }).pipe(Effect.ignoreLogged);
  const measure = Effect.sync(() => {
    const labels = { subscription: following.name, slice: String(following.slice) };
    lag.set(labels, window.oldestMs === undefined ? 0 : Math.max(0, Date.now() - window.oldestMs) / 1000);
  });
  return Effect.forever(Effect.delay(Effect.zipRight(measure, save), SAVE_EVERY_MS)).pipe(
    Effect.onInterrupt(() => Effect.ignore(Effect.timeout(save, 1_000))),
  );
};

/**
 * ChangeStreamFatalError, ChangeStreamHistoryLost, CappedPositionLost; and a token that the server cannot read
 * (FailedToParse, Overflow, 40647), as after a restore into another version. All mean: the stream cannot be continued.
 */
const HISTORY_LOST = new Set([280, 286, 136, 9, 15, 40_647]);

const isHistoryLost = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'number' &&
  HISTORY_LOST.has(error.code);

const runOnce = <R>(following: Following<R>): Effect.Effect<never, unknown, R | Mongo | KeyRing | Lease> =>
  Effect.scoped(
    Effect.gen(function* () {
      const db = databaseOf(yield* Mongo);
      const keys = yield* KeyRing;
      const window = new Window(yield* Effect.tryPromise(() => loadPosition(db, following, following.startAt)));
      let followedMs = 0;
      const view: SliceView = {
        ...following,
        followedMs: () => Math.max(followedMs, window.settledMs),
        readTurn: (record, rev) =>
          mongoTry('reading a turn', async () => {
            const found = await db.collection<JournalDocument>(JOURNAL).findOne({ _id: record });
            return found === null ? undefined : turnsIn(keys, found).find((turn) => turn.rev === rev);
          }),
      };
      yield* Effect.forkScoped(saving(db, following, window));
      const give = yield* following.deliver(view);
      const running = { following, db, keys, window, give };
      const reading = Effect.gen(function* () {
        if (window.position.phase === 'scan') yield* scan(running);
        return yield* follow(running, (ms) => {
          followedMs = ms;
        });
      });
      return yield* reading.pipe(
        Effect.catchIf(isHistoryLost, (error) =>
          Effect.gen(function* () {
            log.warn({ subscription: following.name, slice: following.slice }, 'change stream history lost: scanning');
            const position = yield* Effect.tryPromise(() => afterLostHistory(db, window.position));
            yield* Effect.tryPromise(() => savePosition(db, following, position));
            window.position = position;
            window.changed = false;
            return yield* Effect.fail(error);
          }),
        ),
      );
    }),
  );

/** Runs until interrupted: whatever goes wrong is logged, and the slice begins again from its position. */
export const followSlice = <R>(following: Following<R>): Effect.Effect<never, never, R | Mongo | KeyRing | Lease> =>
  runOnce(following).pipe(
    Effect.sandbox,
    Effect.catchAll((cause) => {
      if (Cause.isInterruptedOnly(cause)) return Effect.interrupt;
      const error = Option.getOrElse(Cause.failureOption(cause), () => Cause.squash(cause));
      log.warn({ subscription: following.name, slice: following.slice, error: String(error) }, 'slice starts again');
      return Effect.sleep(isHistoryLost(error) ? 0 : 1_000);
    }),
    Effect.forever,
  );
