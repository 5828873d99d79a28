import { Effect, Either, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { type ActorStorage, mongoActorStorage } from '../../store/runtime/actor-storage.ts';
import { takeAllEpochs } from '../../store/runtime/journal-epochs.ts';
import { Counter } from '../../test/support/counter.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { ActorNode, type NodeOptions } from './node.ts';
import { PARTITIONS, partitionOf } from './partition.ts';
import { makeService } from './service.ts';
import { testCaller, testId } from './test-kit.ts';

/** Two nodes of which the cluster may think what it likes: what each may say is settled by lease and journal. */

const storage = ManagedRuntime.make(
  mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('actors_owner') }),
);
const nodes: Array<ActorNode> = [];
const keys = { current: () => ({ id: 'none', key: Buffer.alloc(16) }), byId: () => undefined };

const database = async () => {
  const { db } = await storage.runPromise(Mongo);
  if (db === undefined) throw new Error('no database');
  return db;
};

const owner = async (around: (storage: ActorStorage) => Partial<NodeOptions> = () => ({})) => {
  const db = await database();
  const storage = mongoActorStorage(db);
  const lease = { untilMs: Number.POSITIVE_INFINITY };
  const node = new ActorNode({ storage, keys, validUntilMs: () => lease.untilMs, ...around(storage) });
  nodes.push(node);
  for (const [partition, epoch] of await takeAllEpochs(db, PARTITIONS)) node.open(partition, epoch);
  const service = makeService(node, [Counter]);
  let commands = 0;
  return {
    node,
    lease,
    add: (key: string, by: number, commandId = `${nodes.length}-${commands++}`) =>
      Effect.runPromise(
        Effect.either(
          service.ask(Counter, {
            id: testId(key),
            command: { _tag: 'Add', by },
            envelope: { commandId, caller: testCaller },
          }),
        ),
      ),
    look: (key: string) =>
      Effect.runPromise(
        Effect.either(
          service.ask(Counter, {
            id: testId(key),
            command: { _tag: 'Look' },
            envelope: { commandId: `look-${commands++}`, caller: testCaller },
          }),
        ),
      ),
    read: (key: string) => Effect.runPromise(Effect.either(service.read(Counter, testId(key)))),
  };
};

beforeAll(() => storage.runPromise(Effect.void));
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await (await database()).dropDatabase();
  await storage.dispose();
});

describe('an owner', () => {
  test('whose lease has lapsed answers no read from the past', async () => {
    const before = await owner();
    await before.add('a', 1);
    const after = await owner();
    expect(await after.add('a', 10)).toMatchObject({ right: { reply: { value: 11 } } });
    // While it believes in its lease, it believes in its memory: that is what the lease is for.
    expect(await before.read('a')).toMatchObject({ right: { state: { value: 1 } } });
    before.lease.untilMs = 0;
    expect(await before.read('a')).toMatchObject({ left: { _tag: 'Fault', code: 'Retry' } });
    expect(await before.read('a')).toMatchObject({ left: { _tag: 'Fault', code: 'Retry' } });
    expect(await after.read('a')).toMatchObject({ right: { state: { value: 11 } } });
  });

  test('tells a read what the journal has, also while it does not know yet that it was written', async () => {
    const { promise: written, resolve: tellWritten } = Promise.withResolvers<void>();
    const { promise: acknowledged, resolve: acknowledge } = Promise.withResolvers<void>();
    let appends = 0;
    const slow = await owner((storage) => ({
      storage: {
        ...storage,
        insertRecords: async (documents) => {
          const reply = await storage.insertRecords(documents);
          appends += 1;
          if (appends === 1) return reply;
          tellWritten();
          await acknowledged;
          return reply;
        },
      },
    }));
    await slow.add('told', 1);
    const adding = slow.add('told', 10);
    // As a follower of the journal, who has seen the record and asks the actor about it.
    await written;
    const reading = slow.read('told');
    acknowledge();
    expect(await reading).toMatchObject({ right: { state: { value: 11 }, rev: 2 } });
    expect(await adding).toMatchObject({ right: { rev: 2 } });
  });

  test('whose lease has lapsed still answers when the journal says that nothing has happened since', async () => {
    const alone = await owner();
    await alone.add('b', 1);
    alone.lease.untilMs = 0;
    expect(await alone.read('b')).toMatchObject({ right: { state: { value: 1 } } });
    expect(await alone.look('b')).toMatchObject({ right: { reply: { value: 1 } } });
  });

  test('whose lease has lapsed writes nothing, and decides nothing on what it no longer knows', async () => {
    const before = await owner();
    await before.add('c', 1);
    const after = await owner();
    await after.add('c', 10);
    before.lease.untilMs = 0;
    expect(await before.look('c')).toMatchObject({ left: { code: 'Retry' } });
    expect(await before.add('c', 100)).toMatchObject({ left: { code: 'Retry' } });
    expect(await before.add('never', 100)).toMatchObject({ left: { code: 'Retry' } });
    expect(await after.read('c')).toMatchObject({ right: { state: { value: 11 } } });
    expect(await after.read('never')).toMatchObject({ left: { kind: 'missing' } });
  });

  test('that has just begun sees what the one before still wrote', async () => {
    const before = await owner();
    await before.add('d', 1);
    const after = await owner();
    expect(await after.read('d')).toMatchObject({ right: { state: { value: 1 } } });
    expect(await before.add('d', 10)).toMatchObject({ right: { rev: 2 } });
    expect(await after.read('d')).toMatchObject({ left: { code: 'Retry' } });
    expect(await after.read('d')).toMatchObject({ right: { state: { value: 11 } } });
    await after.add('d', 100);
    expect(await before.add('d', 1_000)).toMatchObject({ left: { code: 'Retry' } });
    // Its epoch is the older one: it does not even start again, and the partition is given up with what it had.
    expect(await before.add('d', 1_000)).toMatchObject({ left: { code: 'Retry' } });
    const partition = partitionOf(Counter.kind, 'test/d');
    expect(before.node.holds(partition)).toBe(false);
    expect(await after.read('d')).toMatchObject({ right: { state: { value: 111 } } });
  });

  test('whose lease lapses during an append answers nothing from the past when the append comes back', async () => {
    const { promise: landed, resolve: land } = Promise.withResolvers<void>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const before = await owner((storage) => ({
      storage: {
        ...storage,
        insertRecords: async (documents) => {
          const reply = await storage.insertRecords(documents);
          land();
          await answered;
          return reply;
        },
      },
    }));
    const first = before.add('f', 1);
    await landed;
    before.lease.untilMs = 0;
    const after = await owner();
    expect(await after.add('f', 10)).toMatchObject({ right: { reply: { value: 11 } } });
    const late = before.look('f');
    answer();
    expect(await first).toMatchObject({ right: { rev: 1 } });
    expect(await late).toMatchObject({ left: { _tag: 'Fault', code: 'Retry' } });
  });

  test('that starts an actor again from a storage that is a little behind answers nothing from the past', async () => {
    let behind = true;
    const again = await owner((storage) => ({
      maxAwake: 1,
      storage: {
        ...storage,
        // As a new primary that does not know yet how far the majority is, until it is asked about a certain time.
        readStateDocuments: async (collection, ids) => (behind ? [] : storage.readStateDocuments(collection, ids)),
        readTails: async function* (kind, tails, since) {
          const old = behind && since === undefined;
          for await (const record of storage.readTails(kind, tails, since)) if (!old || record.seq === 1) yield record;
        },
      },
    }));
    await again.add('g', 1);
    await again.add('g', 10);
    await again.add('other', 1);
    expect(await again.look('g')).toMatchObject({ left: { _tag: 'Fault', code: 'Retry' } });
    await again.add('other', 1);
    expect(await again.read('g')).toMatchObject({ right: { state: { value: 11 } } });
    await again.add('other', 1);
    behind = false;
    expect(await again.read('g')).toMatchObject({ right: { state: { value: 11 } } });
  });

  test('that opens a partition anew does so without what it knew of its earlier tenure', async () => {
    const again = await owner();
    const partition = partitionOf(Counter.kind, 'test/h');
    await again.add('h', 1);
    const between = await owner();
    await between.add('h', 10);
    const epoch = Math.max(again.node.held.get(partition) ?? 0, between.node.held.get(partition) ?? 0) + 1;
    const closing = again.node.close(partition);
    again.node.open(partition, epoch);
    expect(await again.read('h')).toMatchObject({ right: { state: { value: 11 } } });
    expect(await again.add('h', 100)).toMatchObject({ right: { reply: { value: 111 } } });
    await closing;
    expect(await again.add('h', 1_000)).toMatchObject({ right: { reply: { value: 1_111 } } });
  });

  test('that gives a partition away lets what is under way end, and sends the rest on', async () => {
    const leaving = await owner();
    const adds = Array.from({ length: 50 }, (_, index) => leaving.add('e', 1, `e${index}`));
    await leaving.node.close(partitionOf(Counter.kind, 'test/e'));
    const answers = await Promise.all(adds);
    expect(answers.every(Either.isRight)).toBe(true);
    expect(await leaving.add('e', 1)).toMatchObject({ left: { code: 'Retry' } });
    const next = await owner();
    expect(await next.read('e')).toMatchObject({ right: { state: { value: 50 } } });
    const stored = (await database()).collection<{ _id: string }>(Counter.collection);
    expect(await stored.findOne({ _id: 'test/e' })).toMatchObject({ rev: 50, value: 50 });
  });
});
