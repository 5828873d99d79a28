import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deferred, Effect, Layer, ManagedRuntime } from 'effect';
import mongoose from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatActorId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, type Mongo, mongoLayer } from '../../store/mongo.ts';
import { clusterIndexes } from '../../store/runtime/cluster-storage.ts';
import { append, record } from '../../test/support/journal.ts';
import { connectForTest } from '../../test/support/mongo.ts';
import { serverAddress } from '../../test/support/names.ts';
import { Timer } from '../../test/support/timer.ts';
import { singleNodeLayer } from './cluster.ts';
import { deadLetterIndexes, discardDeadLetter, listDeadLetters, retryDeadLetter } from './dead-letters.ts';
import { defineActor } from './definition.ts';
import { eventsOf, type Subscription, SubscriptionsLive, type Turn } from './subscriptions.ts';
import { listPositions, POSITIONS, subscriptionIndexes } from './subscriptions-position.ts';

let connection: mongoose.Connection;
let keyDirectory: string;

beforeAll(async () => {
  connection = await connectForTest('subscriptions');
  keyDirectory = await mkdtemp(join(tmpdir(), 'hufu-keys-'));
  await Effect.runPromise(migrate(connection, [...clusterIndexes, ...deadLetterIndexes, ...subscriptionIndexes]));
});

beforeEach(async () => {
  for (const name of ['journal', 'dead_letters', POSITIONS])
    await databaseOf(connection).collection(name).deleteMany({});
});

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await rm(keyDirectory, { recursive: true });
});

const running: Array<() => Promise<void>> = [];

/** A node of its own connections that follows the list; closing it is an orderly stop. */
const start = (list: ReadonlyArray<Subscription>) => {
  const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: connection.name });
  const base = Layer.mergeAll(singleNodeLayer, keyRingLayer({ directory: keyDirectory, demoKeys: true })).pipe(
    Layer.provideMerge(mongo),
  );
  const runtime = ManagedRuntime.make(SubscriptionsLive(list).pipe(Layer.provideMerge(base)));
  running.push(() => runtime.dispose());
  return {
    ready: () => runtime.runPromise(Effect.void),
    run: <A, E>(effect: Effect.Effect<A, E, Mongo>) => runtime.runPromise(effect),
    stop: () => runtime.dispose(),
  };
};

const until = (condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 20_000) =>
  expect.poll(condition, { timeout: timeoutMs, interval: 20, message: what }).toBe(true);

/** Remembers the revisions that came, per actor, in order. */
const recorder = () => {
  const seen = new Map<string, Array<number>>();
  const note = (turn: Turn): void => {
    const actor = formatActorId(turn.id);
    seen.set(actor, [...(seen.get(actor) ?? []), turn.rev]);
  };
  return { seen, note, count: () => [...seen.values()].reduce((sum, revs) => sum + revs.length, 0) };
};

const upTo = (rev: number) => Array.from({ length: rev }, (_, index) => index + 1);

describe('following', () => {
  it('gives every actor its turns in order while actors go on beside each other', async () => {
    const { seen, note, count } = recorder();
    let running = 0;
    let most = 0;
    const node = start([
      {
        name: 'order',
        kinds: ['test.counter'],
        handle: (turn) =>
          Effect.gen(function* () {
            running += 1;
            most = Math.max(most, running);
            // Uneven work: a later turn of an actor would overtake an earlier one if it could.
            yield* Effect.sleep((turn.rev * 7 + turn.partition) % 13);
            running -= 1;
            note(turn);
          }),
      },
    ]);
    const actors = Array.from({ length: 40 }, (_, index) => `t1/a${index}`);
    // Half was written before the subscription first starts, half while it runs; another kind is none of its business.
    for (let seq = 1; seq <= 10; seq += 1) {
      await append(
        connection,
        actors.map((actor) => record('test.counter', actor, seq, [{ rev: seq }])),
      );
    }
    await append(connection, [record('test.other', 't1/a0', 1, [{ rev: 1 }])]);
    await node.ready();
    for (let seq = 11; seq <= 15; seq += 1) {
      const turns = [{ rev: seq * 2 - 11 }, { rev: seq * 2 - 10 }];
      await append(
        connection,
        actors.map((actor) => record('test.counter', actor, seq, turns)),
      );
    }
    await until(() => count() >= 40 * 20, 'all turns');
    await node.stop();
    // At least once: a record written during the first scan may come from the change stream again.
    for (const actor of actors) expect([...new Set(seen.get(actor))]).toEqual(upTo(20));
    expect(seen.size).toBe(40);
    expect(most).toBeGreaterThan(4);
    expect(most).toBeLessThanOrEqual(64);
  });

  it('goes on where it was, and does not repeat what is settled after an orderly stop', async () => {
    const { seen, note, count } = recorder();
    const list: ReadonlyArray<Subscription> = [
      { name: 'resume', kinds: ['test.counter'], slices: 1, handle: (turn) => Effect.sync(() => note(turn)) },
    ];
    const first = start(list);
    await first.ready();
    await append(
      connection,
      upTo(5).map((rev) => record('test.counter', 't1/a', rev, [{ rev }])),
    );
    await until(() => count() === 5, 'five turns');
    await first.stop();
    await append(connection, [record('test.counter', 't1/a', 6, [{ rev: 6 }])]);
    const second = start(list);
    await second.ready();
    await until(() => count() === 6, 'the sixth turn');
    await second.stop();
    expect(seen.get('t1/a')).toEqual(upTo(6));
  });

  it('reads the journal when MongoDB no longer has the history', async () => {
    const { seen, note } = recorder();
    const day = 86_400_000;
    const old = upTo(3).map((rev) =>
      record('test.counter', 't1/a', rev, [{ rev }], { at: new Date(Date.now() - day) }),
    );
    // The owner changed and its clock was behind: the order of the keys counts, not that of the times.
    const recent = [
      record('test.counter', 't1/a', 4, [{ rev: 4 }], { at: new Date() }),
      record('test.counter', 't1/a', 5, [{ rev: 5 }], { at: new Date(Date.now() - 1_000) }),
    ];
    await append(connection, [...old, ...recent]);
    await databaseOf(connection)
      .collection<{ _id: string }>(POSITIONS)
      .insertOne({
        _id: 'lost/0of1',
        name: 'lost',
        phase: 'follow',
        // A token that the server refuses, as it does one whose history is gone.
        token: { _data: 'gone' },
        startAt: new mongoose.mongo.Timestamp({ t: 1_000, i: 1 }),
        atMs: Date.now() - 60_000,
        scanAfter: null,
        scanFromMs: null,
      } as { _id: string });
    const node = start([
      { name: 'lost', kinds: ['test.counter'], slices: 1, handle: (turn) => Effect.sync(() => note(turn)) },
    ]);
    await node.ready();
    await until(() => (seen.get('t1/a') ?? []).includes(5), 'the last turn');
    await append(connection, [record('test.counter', 't1/a', 6, [{ rev: 6 }])]);
    await until(() => (seen.get('t1/a') ?? []).includes(6), 'a turn after the scan');
    await until(async () => {
      const [position] = await listPositions(databaseOf(connection), 'lost');
      return position?.phase === 'follow' && position.token !== null;
    }, 'the position follows again');
    await node.stop();
    expect(seen.get('t1/a')).toEqual([4, 5, 6]);
  });

  it('a changed number of slices begins at the oldest of the former positions', async () => {
    const { seen, note, count } = recorder();
    const list = (slices: number): ReadonlyArray<Subscription> => [
      { name: 'resliced', kinds: ['test.counter'], slices, handle: (turn) => Effect.sync(() => note(turn)) },
    ];
    const one = start(list(1));
    await one.ready();
    await append(
      connection,
      upTo(8).map((n) => record('test.counter', `t1/a${n}`, 1, [{ rev: 1 }])),
    );
    await until(() => count() === 8, 'the first turns');
    await one.stop();
    await append(
      connection,
      upTo(8).map((n) => record('test.counter', `t1/a${n}`, 2, [{ rev: 2 }])),
    );
    const three = start(list(3));
    await three.ready();
    await until(() => [...seen.values()].every((revs) => revs.includes(2)), 'the second turns');
    await three.stop();
    for (const revs of seen.values()) expect([...new Set(revs)]).toEqual([1, 2]);
  });

  it('hands out encoded events, which the definition of the kind decodes', async () => {
    const decoded: Array<unknown> = [];
    const node = start([
      {
        name: 'decode',
        kinds: [Timer.kind],
        slices: 1,
        handle: (turn) => Effect.sync(() => decoded.push(...eventsOf(Timer, turn))),
      },
    ]);
    await node.ready();
    const armed = { _tag: 'Armed', name: 'tea', atMs: 1 };
    await append(connection, [
      record(Timer.kind, 't1/a', 1, [
        { rev: 1, events: [armed] },
        { rev: 1, events: [] },
      ]),
    ]);
    await until(() => decoded.length > 0, 'the turn');
    await node.stop();
    expect(decoded).toEqual([armed]);
  });

  it('leaves a turn of a newer program to a node that runs that, and buries nothing', async () => {
    const decoded: Array<unknown> = [];
    let tries = 0;
    const follow = (eventVersion: number): ReadonlyArray<Subscription> => {
      const timer = defineActor({ ...Timer, eventVersion, upcast: { 1: (event) => event } });
      const handle = (turn: Turn) =>
        Effect.sync(() => {
          tries += 1;
          decoded.push(...eventsOf(timer, turn));
        });
      return [{ name: 'newer', kinds: [Timer.kind], handle }];
    };
    const armed = { _tag: 'Armed', name: 'tea', atMs: 1 };
    await append(connection, [{ ...record(Timer.kind, 't1/a', 1, [{ rev: 1, events: [armed] }]), eventVersion: 2 }]);
    const older = start(follow(1));
    await until(async () => (await older.ready().then(() => tries)) > 1, 'it was tried again');
    expect(await older.run(listDeadLetters())).toEqual([]);
    await older.stop();
    await start(follow(2)).ready();
    await expect.poll(() => decoded, { timeout: 20_000 }).toEqual([armed]);
  });

  it('waits for nobody: a subscription that starts now sees only what comes', async () => {
    const { seen, note } = recorder();
    await append(connection, [record('test.counter', 't1/a', 1, [{ rev: 1 }])]);
    const node = start([
      {
        name: 'now',
        kinds: ['test.counter'],
        slices: 1,
        startAt: 'now',
        handle: (turn) => Effect.sync(() => note(turn)),
      },
    ]);
    await node.ready();
    await until(async () => (await listPositions(databaseOf(connection), 'now')).length === 1, 'it follows');
    await append(connection, [record('test.counter', 't1/a', 2, [{ rev: 2 }])]);
    await until(() => seen.has('t1/a'), 'the turn');
    await node.stop();
    expect(seen.get('t1/a')).toEqual([2]);
  });
});

describe('dead letters', () => {
  const failing = (fails: (turn: Turn) => Effect.Effect<void, Fault>) => {
    const { seen, note } = recorder();
    const list: ReadonlyArray<Subscription> = [
      {
        name: 'dead',
        kinds: ['test.counter'],
        slices: 2,
        attempts: 3,
        handle: (turn) => Effect.tap(fails(turn), () => Effect.sync(() => note(turn))),
      },
    ];
    return { seen, list };
  };
  const write = (actor: string, from: number, to: number) =>
    append(
      connection,
      upTo(to)
        .slice(from - 1)
        .map((rev) => record('test.counter', actor, rev, [{ rev }])),
    );

  it('a turn that fails for good holds up its actor only, and goes on in order after a retry', async () => {
    let broken = true;
    let tries = 0;
    const { seen, list } = failing((turn) => {
      if (!broken || turn.id.key !== 'bad' || turn.rev !== 2) return Effect.void;
      tries += 1;
      return Effect.fail(fault('mail', 'Unavailable', 'The mail server does not answer.'));
    });
    const node = start(list);
    await node.ready();
    await write('t1/bad', 1, 4);
    await write('t1/good', 1, 4);
    await until(() => seen.get('t1/good')?.length === 4, 'the good actor');
    const letters = () => node.run(listDeadLetters({ follower: 'dead' }));
    await until(async () => (await letters()).length === 3, 'three letters');
    expect(tries).toBe(3);
    expect(seen.get('t1/bad')).toEqual([1]);
    expect((await letters()).map(({ rev, status, code, attempts }) => ({ rev, status, code, attempts }))).toEqual([
      { rev: 2, status: 'dead', code: 'Unavailable', attempts: 3 },
      { rev: 3, status: 'waiting', code: 'Waiting', attempts: 0 },
      { rev: 4, status: 'waiting', code: 'Waiting', attempts: 0 },
    ]);

    // Still broken: it is dead again, nothing overtakes it. Asking for a later one means the oldest.
    const [, , last] = await letters();
    await node.run(retryDeadLetter(last?._id ?? ''));
    await until(() => tries === 6, 'three more tries');
    expect(seen.get('t1/bad')).toEqual([1]);

    broken = false;
    await until(async () => (await letters())[0]?.status === 'dead', 'dead again');
    await node.run(retryDeadLetter(last?._id ?? ''));
    await until(async () => (await letters()).length === 0, 'no letters');
    await write('t1/bad', 5, 5);
    await until(() => seen.get('t1/bad')?.length === 5, 'the next turn');
    await node.stop();
    expect(seen.get('t1/bad')).toEqual(upTo(5));
  });

  it('a handler that dies is not tried again; discarding lets the next turn go', async () => {
    const { seen, list } = failing((turn) =>
      turn.id.key === 'bug' && turn.rev === 1 ? Effect.die(new TypeError('secret 4711')) : Effect.void,
    );
    const node = start(list);
    await node.ready();
    await write('t1/bug', 1, 3);
    const letters = () => node.run(listDeadLetters({ follower: 'dead', kind: 'test.counter' }));
    await until(async () => (await letters()).length === 3, 'three letters');
    const [head] = await letters();
    expect(head).toMatchObject({ code: 'Defect', message: 'TypeError', attempts: 1, tenant: 't1', actor: 't1/bug' });
    await node.run(discardDeadLetter(head?._id ?? ''));
    await until(() => seen.get('t1/bug')?.length === 2, 'the turns behind it');
    await until(async () => (await letters()).length === 0, 'no letters');
    await node.stop();
    expect(seen.get('t1/bug')).toEqual([2, 3]);
  });

  it('survive a restart: the actor stays held up, and a letter is not written twice', async () => {
    let broken = true;
    const { seen, list } = failing((turn) =>
      broken && turn.rev === 1 ? Effect.fail(fault('mail', 'Unavailable', 'no')) : Effect.void,
    );
    const first = start(list);
    await first.ready();
    await write('t1/bad', 1, 2);
    await until(async () => (await first.run(listDeadLetters())).length === 2, 'two letters');
    await first.stop();
    // As after a crash before the position was saved: everything comes again.
    await databaseOf(connection).collection(POSITIONS).deleteMany({});
    const second = start(list);
    await second.ready();
    await write('t1/bad', 3, 3);
    await until(async () => (await second.run(listDeadLetters())).length === 3, 'three letters');
    expect((await second.run(listDeadLetters())).map((letter) => letter.status)).toEqual([
      'dead',
      'waiting',
      'waiting',
    ]);
    broken = false;
    const [head] = await second.run(listDeadLetters());
    await second.run(retryDeadLetter(head?._id ?? ''));
    await until(() => seen.get('t1/bad')?.length === 3, 'all three');
    await second.stop();
    expect(seen.get('t1/bad')).toEqual([1, 2, 3]);
  });

  it('are of a tenant: another one finds none', async () => {
    const started = await Effect.runPromise(Deferred.make<void>());
    const { list } = failing(() => Effect.zipRight(Deferred.succeed(started, undefined), Effect.die('bug')));
    const node = start(list);
    await node.ready();
    await write('t1/bad', 1, 1);
    await until(async () => (await node.run(listDeadLetters())).length === 1, 'a letter');
    const [letter] = await node.run(listDeadLetters());
    const other = 't2' as NonNullable<typeof letter>['tenant'];
    expect(await node.run(listDeadLetters({ tenant: other }))).toEqual([]);
    for (const act of [retryDeadLetter, discardDeadLetter]) {
      const refused = await node.run(Effect.flip(act(letter?._id ?? '', other)));
      expect(refused).toMatchObject({ _tag: 'Refusal', kind: 'missing', code: 'NoDeadLetter' });
    }
    await node.stop();
  });
});
