import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Either, Layer, ManagedRuntime, Schedule } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, type Mongo, mongoLayer } from '../../store/mongo.ts';
import { clusterIndexes } from '../../store/runtime/cluster-storage.ts';
import { append, record } from '../../test/support/journal.ts';
import { connectForTest } from '../../test/support/mongo.ts';
import { serverAddress } from '../../test/support/names.ts';
import { Timer } from '../../test/support/timer.ts';
import { Actors } from './actors.ts';
import { singleNodeLayer } from './cluster.ts';
import { deadLetterIndexes, listDeadLetters, REMINDERS, retryDeadLetter } from './dead-letters.ts';
import { ActorsLive } from './live.ts';
import { RemindersLive, reminderIndexes } from './reminders.ts';
import { POSITIONS, subscriptionIndexes } from './subscriptions-position.ts';
import { testCaller, testId } from './test-kit.ts';

let connection: mongoose.Connection;
let keyDirectory: string;
const stops: Array<() => Promise<void>> = [];

beforeAll(async () => {
  connection = await connectForTest('reminders');
  keyDirectory = await mkdtemp(join(tmpdir(), 'hufu-keys-'));
  const plans = [...clusterIndexes, ...deadLetterIndexes, ...subscriptionIndexes, ...reminderIndexes];
  await Effect.runPromise(migrate(connection, plans));
});

beforeEach(async () => {
  for (const { name } of await databaseOf(connection).listCollections({}, { nameOnly: true }).toArray()) {
    if (!name.startsWith('cluster_')) await databaseOf(connection).collection(name).deleteMany({});
  }
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await rm(keyDirectory, { recursive: true });
});

const start = async (reminding = true) => {
  const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: connection.name });
  const base = Layer.mergeAll(singleNodeLayer, keyRingLayer({ directory: keyDirectory, demoKeys: true })).pipe(
    Layer.provideMerge(mongo),
  );
  const actors = ActorsLive([Timer]).pipe(Layer.provideMerge(base));
  const runtime = ManagedRuntime.make(
    (reminding ? RemindersLive([Timer]) : Layer.empty).pipe(Layer.provideMerge(actors)),
  );
  stops.push(() => runtime.dispose());
  await runtime.runPromise(Effect.void);
  let commands = 0;
  const run = <A, E>(effect: Effect.Effect<A, E, Mongo | Actors>) => runtime.runPromise(effect);
  return {
    run,
    stop: () => runtime.dispose(),
    ask: (key: string, command: Parameters<typeof Timer.decider.decide>[1]) =>
      run(
        Effect.flatMap(Actors, (service) =>
          service.ask(Timer, {
            id: testId(key),
            command,
            envelope: { commandId: `test-${process.pid}-${Date.now()}-${commands++}`, caller: testCaller },
          }),
        ).pipe(Effect.retry({ while: (error) => !isRefusal(error), times: 50, schedule: Schedule.spaced(50) })),
      ),
    rung: async (key: string, name: string): Promise<number> => {
      const read = await run(Effect.flatMap(Actors, (service) => Effect.either(service.read(Timer, testId(key)))));
      return Either.isLeft(read) ? 0 : (read.right.state.rung[name] ?? 0);
    },
  };
};

const until = (condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 15_000) =>
  expect.poll(condition, { timeout: timeoutMs, interval: 20, message: what }).toBe(true);

const status = async (key: string, name: string) =>
  (await databaseOf(connection)
    .collection<{ _id: string; status: string; rev: number; attempts: number }>(REMINDERS)
    .findOne({
      _id: `test.timer/test/${key}/${name}`,
    })) ?? undefined;

it('delivers at its moment, not before, also to an actor that fell asleep', async () => {
  const node = await start();
  const atMs = Date.now() + 1_500;
  await node.ask('a', { _tag: 'Arm', name: 'tea', atMs });
  await until(async () => (await status('a', 'tea'))?.status === 'set', 'it is set');
  await until(async () => (await status('a', 'tea'))?.status === 'delivered', 'it is delivered');
  expect(Date.now()).toBeGreaterThanOrEqual(atMs);
  expect(await node.rung('a', 'tea')).toBe(1);
});

it('delivers what came due while nothing ran, and a turn that comes again does not deliver it again', async () => {
  const before = await start(false);
  for (const key of ['a', 'b', 'c']) await before.ask(key, { _tag: 'Arm', name: 'tea', atMs: Date.now() - 60_000 });
  await before.stop();
  const node = await start();
  await until(async () => (await status('c', 'tea'))?.status === 'delivered', 'delivered after the restart');
  for (const key of ['a', 'b', 'c']) await until(async () => (await node.rung(key, 'tea')) === 1, key);
  await node.stop();
  // As after a crash before the position was saved: the journal is followed from its beginning.
  await databaseOf(connection).collection(POSITIONS).deleteMany({});
  const again = await start();
  await again.ask('z', { _tag: 'Arm', name: 'last', atMs: Date.now() });
  await until(async () => (await again.rung('z', 'last')) === 1, 'a later one');
  for (const key of ['a', 'b', 'c']) expect(await again.rung(key, 'tea')).toBe(1);
});

it('has its effect once when it is delivered twice', async () => {
  const node = await start();
  await node.ask('a', { _tag: 'Arm', name: 'tea', atMs: Date.now() });
  await until(async () => (await status('a', 'tea'))?.status === 'delivered', 'delivered');
  // As after a crash between the delivery and the note of it.
  await databaseOf(connection)
    .collection<{ _id: string }>(REMINDERS)
    .updateOne({ _id: 'test.timer/test/a/tea' }, { $set: { status: 'set' } });
  await until(async () => (await status('a', 'tea'))?.status === 'delivered', 'delivered again');
  expect(await node.rung('a', 'tea')).toBe(1);
});

it('does not deliver what was cancelled or moved before its moment, however late the follower is', async () => {
  const before = await start(false);
  const past = Date.now() + 50;
  await before.ask('a', { _tag: 'Arm', name: 'cancelled', atMs: past });
  await before.ask('a', { _tag: 'Disarm', name: 'cancelled' });
  await before.ask('a', { _tag: 'Arm', name: 'moved', atMs: past });
  await before.ask('a', { _tag: 'Arm', name: 'moved', atMs: Date.now() + 3_600_000 });
  await before.ask('a', { _tag: 'Arm', name: 'kept', atMs: past });
  await before.stop();
  const node = await start();
  await until(async () => (await node.rung('a', 'kept')) === 1, 'the one that stayed');
  expect(await status('a', 'cancelled')).toMatchObject({ status: 'cancelled' });
  expect(await status('a', 'moved')).toMatchObject({ status: 'set', rev: 4 });
  expect(await node.rung('a', 'cancelled')).toBe(0);
  expect(await node.rung('a', 'moved')).toBe(0);
});

it('a command that sets its own reminder anew is delivered each time', async () => {
  const node = await start();
  await node.ask('a', { _tag: 'Arm', name: 'again', atMs: Date.now() });
  await until(async () => (await node.rung('a', 'again')) === 3, 'three times');
});

it('a refused one becomes a dead letter of the tenant and can be tried again', async () => {
  const node = await start();
  await node.ask('a', { _tag: 'Hear', deaf: true });
  await node.ask('a', { _tag: 'Arm', name: 'tea', atMs: Date.now() });
  await until(async () => (await node.run(listDeadLetters({ tenant: testId('a').tenant }))).length === 1, 'a letter');
  const [letter] = await node.run(listDeadLetters());
  expect(letter).toMatchObject({ follower: 'reminders:delivery', code: 'Deaf', actor: 'test/a', rev: 2 });
  await until(async () => (await status('a', 'tea'))?.status === 'refused', 'refused');
  await node.ask('a', { _tag: 'Hear', deaf: false });
  await node.run(retryDeadLetter(letter?._id ?? ''));
  await until(async () => (await node.rung('a', 'tea')) === 1, 'rung after the retry');
  expect(await node.run(listDeadLetters())).toEqual([]);
});

it('an actor that meets a bug gets a dead letter and holds up nobody', async () => {
  const before = await start(false);
  const atMs = Date.now() - 1_000;
  await before.ask('broken', { _tag: 'Arm', name: 'bug', atMs });
  for (const key of ['a', 'b', 'c', 'd']) await before.ask(key, { _tag: 'Arm', name: 'tea', atMs });
  await before.stop();
  const node = await start();
  for (const key of ['a', 'b', 'c', 'd']) await until(async () => (await node.rung(key, 'tea')) === 1, key);
  await until(async () => (await node.run(listDeadLetters())).length === 1, 'a letter');
  expect(await node.run(listDeadLetters())).toMatchObject([{ code: 'Defect', actor: 'test/broken', status: 'dead' }]);
});

it('one that a newer program has set waits for a node that can read it', async () => {
  const command = { _tag: 'Chime', input: {} };
  const reminders = [{ _tag: 'Set', name: 'new', atMs: Date.now() - 1_000, command }] as const;
  const set = record(Timer.kind, 'test/a', 1, [{ rev: 1, reminders }]);
  await append(connection, [{ ...set, eventVersion: Timer.eventVersion + 1 }]);
  const node = await start();
  await until(async () => ((await status('a', 'new'))?.attempts ?? 0) > 0, 'it was tried');
  expect(await status('a', 'new')).toMatchObject({ status: 'set' });
  expect(await node.run(listDeadLetters())).toEqual([]);
});
