import {
  type ClusterError,
  MessageStorage,
  Runner,
  RunnerAddress,
  ShardId,
  ShardingConfig,
  Snowflake,
} from '@effect/cluster';
import { Effect, Layer, ManagedRuntime, Option } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectForTest } from '../../test/support/mongo.ts';
import { migrate } from '../migrations.ts';
import { databaseOf, Mongo } from '../mongo.ts';
import { clusterIndexes, LOCKS, MESSAGES, REPLIES, RUNNERS } from './cluster-storage.ts';
import { encodedMessages } from './cluster-storage-messages.ts';
import { makeRunnerStorage } from './cluster-storage-runners.ts';

/**
 * One list of scenarios, run over Effect's own storage in memory and over ours on a real MongoDB: ours behaves as
 * theirs. What theirs does not do (it is memory: nothing is lost, nothing is read twice) follows for ours alone.
 */

let connection: mongoose.Connection;

beforeAll(async () => {
  connection = await connectForTest('cluster_storage');
  await Effect.runPromise(migrate(connection, clusterIndexes));
});

beforeEach(async () => {
  for (const name of [MESSAGES, REPLIES, LOCKS, RUNNERS]) await databaseOf(connection).collection(name).deleteMany({});
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

type Storage = MessageStorage.Encoded;
type Run = <A>(effect: Effect.Effect<A, ClusterError.PersistenceError>) => Promise<A>;
const run: Run = Effect.runPromise;

const memory = (): Promise<Storage> =>
  ManagedRuntime.make(MessageStorage.MemoryDriver.Default.pipe(Layer.provide(ShardingConfig.layerDefaults))).runPromise(
    Effect.map(MessageStorage.MemoryDriver, (driver) => driver.encoded),
  );

const mongo = (): Promise<Storage> => Effect.runPromise(Effect.provideService(encodedMessages, Mongo, connection));

// --- what is sent ---

let counter = 0;
const nextId = (): string => String(7_000_000_000_000_000_000n + BigInt(++counter));

const addressOf = (entityId: string, shard = 1) => ({
  shardId: { group: 'default', id: shard },
  entityType: 'Partition',
  entityId,
});

const request = (entityId = 'e1', shard = 1, payload: object = { 'a.b': 1, $c: [null, '虎符'] }) =>
  ({
    _tag: 'Request',
    requestId: nextId(),
    address: addressOf(entityId, shard),
    tag: 'Do',
    payload,
    headers: { 'x-one': '1' },
    traceId: 't',
    spanId: 's',
    sampled: true,
  }) as const;

type Request = ReturnType<typeof request>;

const save = (storage: Storage, envelope: Request, primaryKey: string | null = null, deliverAt: number | null = null) =>
  run(storage.saveEnvelope({ envelope, primaryKey, deliverAt }));

const exit = (to: Request, value: string) =>
  ({ _tag: 'WithExit', id: nextId(), requestId: to.requestId, exit: { _tag: 'Success', value } }) as const;

const chunk = (to: Request, sequence: number) =>
  ({ _tag: 'Chunk', id: nextId(), requestId: to.requestId, sequence, values: [sequence] }) as const;

const ack = (to: Request, replyId: string) =>
  ({ _tag: 'AckChunk', id: nextId(), requestId: to.requestId, replyId, address: to.address }) as const;

const interrupt = (to: Request) =>
  ({ _tag: 'Interrupt', id: nextId(), requestId: to.requestId, address: to.address }) as const;

type Sent = ReturnType<typeof ack> | ReturnType<typeof interrupt>;
const send = (storage: Storage, envelope: Sent) =>
  run(storage.saveEnvelope({ envelope, primaryKey: null, deliverAt: null }));

const read = async (storage: Storage, shards: [string, ...Array<string>] = ['default:1'], now = Date.now()) =>
  (await run(storage.unprocessedMessages(shards, now))).map(({ envelope, lastSentReply }) => ({
    tag: envelope._tag,
    requestId: envelope.requestId,
    lastSent: Option.getOrUndefined(lastSentReply)?.id,
  }));

const address = (entityId: string) =>
  ({ ...addressOf(entityId), shardId: ShardId.make('default', 1) }) as unknown as Parameters<
    Storage['clearAddress']
  >[0];

const storages: ReadonlyArray<readonly [string, () => Promise<Storage>]> = [
  ['memory (Effect)', memory],
  ['MongoDB', mongo],
];

describe.each(storages)('messages: %s', (name, open) => {
  it('gives a saved request to the reader of its shard as it was, in the order of saving', async () => {
    const storage = await open();
    const [first, second, elsewhere] = [request('e1'), request('e2'), request('e3', 2)];
    for (const one of [first, second, elsewhere]) {
      expect((await save(storage, one))._tag).toBe('Success');
    }
    const found = await run(storage.unprocessedMessages(['default:1'], Date.now()));
    expect(found.map((one) => one.envelope)).toEqual([first, second]);
    expect(await read(storage, ['default:3'])).toEqual([]);
    expect((await read(storage, ['default:2'])).map((one) => one.requestId)).toEqual([elsewhere.requestId]);
  });

  it('saves one request per primary key, whatever comes later under it', async () => {
    const storage = await open();
    const [first, again] = [request(), request('e1', 1, { other: true })];
    expect((await save(storage, first, 'Partition/e1/Do/k'))._tag).toBe('Success');
    const duplicate = await save(storage, again, 'Partition/e1/Do/k');
    expect(duplicate).toMatchObject({ _tag: 'Duplicate', originalId: BigInt(first.requestId) });
    expect(await read(storage)).toHaveLength(1);
    expect(await run(storage.requestIdForPrimaryKey('Partition/e1/Do/k'))).toEqual(
      Option.some(Snowflake.Snowflake(first.requestId)),
    );
    expect(await run(storage.requestIdForPrimaryKey('Partition/e1/Do/none'))).toEqual(Option.none());
  });

  it('saves the same request once also without a primary key', async () => {
    const storage = await open();
    const one = request();
    expect((await save(storage, one))._tag).toBe('Success');
    expect((await save(storage, one))._tag).toBe('Duplicate');
    expect(await read(storage)).toHaveLength(1);
  });

  it('a duplicate of an answered request has its exit', async () => {
    const storage = await open();
    const one = request();
    await save(storage, one, 'k1');
    const done = exit(one, 'done');
    await run(storage.saveReply(done));
    const duplicate = await save(storage, request(), 'k1');
    expect(duplicate).toMatchObject({ _tag: 'Duplicate', lastReceivedReply: Option.some(done) });
  });

  it('an answered request is not read again, and its exit is found', async () => {
    const storage = await open();
    const one = request();
    await save(storage, one);
    const done = exit(one, 'done');
    await run(storage.saveReply(done));
    await run(storage.saveReply(done));
    expect(await read(storage)).toEqual([]);
    expect(await run(storage.unprocessedMessagesById([Snowflake.Snowflake(one.requestId)], Date.now()))).toEqual([]);
    expect(await run(storage.repliesFor([one.requestId]))).toEqual([done]);
    expect(await run(storage.repliesForUnfiltered([one.requestId]))).toEqual([done]);
    expect(await run(storage.repliesFor([nextId()]))).toEqual([]);
  });

  it('a reply to a request that is not there is dropped', async () => {
    const storage = await open();
    const gone = request();
    await run(storage.saveReply(exit(gone, 'late')));
    expect(await run(storage.repliesForUnfiltered([gone.requestId]))).toEqual([]);
  });

  it('delivers at its time, not before', async () => {
    const storage = await open();
    const one = request();
    const at = Date.now() + 3_600_000;
    await save(storage, one, null, at);
    const byId = (now: number) => run(storage.unprocessedMessagesById([Snowflake.Snowflake(one.requestId)], now));
    expect(await byId(Date.now())).toEqual([]);
    expect(await read(storage)).toEqual([]);
    // Effect's memory reads its own clock and not the time given, so only ours can be asked about the future.
    if (name !== 'MongoDB') return;
    expect(await byId(at - 1)).toEqual([]);
    expect(await byId(at)).toHaveLength(1);
    expect(await read(storage, ['default:1'], at - 1)).toEqual([]);
    expect(await read(storage, ['default:1'], at)).toHaveLength(1);
  });

  it('replies in chunks: those not acknowledged are found, and the exit after them', async () => {
    const storage = await open();
    const one = request();
    await save(storage, one);
    await read(storage);
    const [c0, c1, done] = [chunk(one, 0), chunk(one, 1), exit(one, 'end')];
    await run(storage.saveReply(c0));
    expect(await run(storage.repliesFor([one.requestId]))).toEqual([c0]);
    await send(storage, ack(one, c0.id));
    expect(await run(storage.repliesFor([one.requestId]))).toEqual([]);
    await run(storage.saveReply(c1));
    await run(storage.saveReply(done));
    expect(await run(storage.repliesFor([one.requestId]))).toEqual([c1, done]);
    expect(await run(storage.repliesForUnfiltered([one.requestId]))).toEqual([c0, c1, done]);
  });

  it('an acknowledgement is read by the owner of the request, which knows the chunk it sent last', async () => {
    const storage = await open();
    const one = request();
    await save(storage, one);
    const c0 = chunk(one, 0);
    await run(storage.saveReply(c0));
    await send(storage, ack(one, c0.id));
    expect(await read(storage)).toEqual([
      { tag: 'Request', requestId: one.requestId, lastSent: c0.id },
      { tag: 'AckChunk', requestId: one.requestId, lastSent: undefined },
    ]);
  });

  it('a duplicate of a request whose chunk was acknowledged says which', async () => {
    const storage = await open();
    const one = request();
    await save(storage, one, 'k2');
    const c0 = chunk(one, 0);
    await run(storage.saveReply(c0));
    await send(storage, ack(one, c0.id));
    const duplicate = await save(storage, request(), 'k2');
    expect(duplicate).toMatchObject({ lastReceivedReply: Option.some(c0) });
  });

  it('an interrupt is read after its request', async () => {
    const storage = await open();
    const one = request();
    await save(storage, one);
    await send(storage, interrupt(one));
    expect((await read(storage)).map((found) => found.tag)).toEqual(['Request', 'Interrupt']);
  });

  it('cleared replies make the request unprocessed again', async () => {
    const storage = await open();
    const one = request();
    await save(storage, one, 'k3');
    await run(storage.saveReply(exit(one, 'first')));
    await run(storage.clearReplies(Snowflake.Snowflake(one.requestId)));
    expect(await run(storage.repliesForUnfiltered([one.requestId]))).toEqual([]);
    expect(await read(storage)).toMatchObject([{ requestId: one.requestId }]);
    const second = exit(one, 'second');
    await run(storage.saveReply(second));
    expect(await run(storage.repliesFor([one.requestId]))).toEqual([second]);
  });

  it('clearing an address removes its messages and nobody else’s', async () => {
    const storage = await open();
    const [one, other] = [request('e1'), request('e2')];
    await save(storage, one);
    await save(storage, other);
    await run(storage.clearAddress(address('e1')));
    expect(await read(storage)).toMatchObject([{ requestId: other.requestId }]);
  });
});

describe('messages: what only a durable storage has', () => {
  it('a message is given to one reader; after a crash the next owner resets its shards and gets it again', async () => {
    const [first, second] = [await mongo(), await mongo()];
    const one = request();
    await save(first, one);
    expect(await read(first)).toHaveLength(1);
    expect(await read(first)).toEqual([]);
    expect(await read(second)).toEqual([]);
    await run(second.resetShards(['default:1']));
    expect(await read(second)).toMatchObject([{ requestId: one.requestId }]);
    await run(second.resetAddress(address('other')));
    expect(await read(second)).toEqual([]);
    await run(second.resetAddress(address('e1')));
    expect(await read(second)).toMatchObject([{ requestId: one.requestId }]);
  });

  it('readers at the same time share the messages, none gets one that another has', async () => {
    const readers = await Promise.all([mongo(), mongo(), mongo(), mongo()]);
    const [storage] = readers;
    const sent = Array.from({ length: 40 }, () => request());
    if (storage === undefined) throw new Error('no reader');
    await Promise.all(sent.map((one) => save(storage, one)));
    const found = (await Promise.all(readers.map((reader) => read(reader)))).flat();
    expect(found.map((one) => one.requestId).sort()).toEqual(sent.map((one) => one.requestId).sort());
  });

  it('many savers of one primary key: one wins, all others are told its id', async () => {
    const storage = await mongo();
    const results = await Promise.all(Array.from({ length: 16 }, () => save(storage, request(), 'race')));
    const won = results.filter((result) => result._tag === 'Success');
    expect(won).toHaveLength(1);
    const originals = new Set(results.flatMap((one) => (one._tag === 'Duplicate' ? [one.originalId] : [])));
    expect(originals.size).toBe(1);
  });

  it('a request with a chunk not acknowledged is not given to the next owner before it is', async () => {
    const storage = await mongo();
    const one = request();
    await save(storage, one);
    await read(storage);
    const c0 = chunk(one, 0);
    await run(storage.saveReply(c0));
    await run(storage.resetShards(['default:1']));
    expect(await read(storage)).toEqual([]);
    await send(storage, ack(one, c0.id));
    expect((await read(storage)).map((found) => found.tag)).toEqual(['Request', 'AckChunk']);
    const c1 = chunk(one, 1);
    await run(storage.saveReply(c1));
    await send(storage, ack(one, c1.id));
    await run(storage.resetShards(['default:1']));
    // Only the latest acknowledgement is of interest.
    expect((await read(storage)).map((found) => found.tag)).toEqual(['Request', 'AckChunk']);
  });

  it('the first exit and the first chunk of a number stand', async () => {
    const storage = await mongo();
    const one = request();
    await save(storage, one);
    const [c0, done] = [chunk(one, 0), exit(one, 'first')];
    await run(storage.saveReply(c0));
    await run(storage.saveReply({ ...chunk(one, 0), values: ['other'] }));
    await Promise.all([run(storage.saveReply(done)), run(storage.saveReply(done))]);
    await run(storage.saveReply(exit(one, 'second')));
    expect(await run(storage.repliesForUnfiltered([one.requestId]))).toEqual([c0, done]);
  });

  it('acknowledgements and interrupts of an ended request are nobody’s business any more', async () => {
    const storage = await mongo();
    const one = request();
    await save(storage, one);
    await run(storage.saveReply(exit(one, 'done')));
    await send(storage, interrupt(one));
    expect(await read(storage)).toEqual([]);
  });

  it('everything that is finished has a day to live, everything else a month after its moment', async () => {
    const storage = await mongo();
    const [done, open] = [request(), request()];
    await save(storage, done);
    const later = Date.now() + 10 * 86_400_000;
    await save(storage, open, null, later);
    await run(storage.saveReply(exit(done, 'x')));
    const daysLeft = async (collection: string, filter: object) => {
      const found = await databaseOf(connection).collection<{ expiresAt: Date }>(collection).findOne(filter);
      return Math.round(((found?.expiresAt.getTime() ?? 0) - Date.now()) / 86_400_000);
    };
    expect(await daysLeft(MESSAGES, { requestId: done.requestId })).toBe(1);
    expect(await daysLeft(REPLIES, { requestId: done.requestId })).toBe(1);
    expect(await daysLeft(MESSAGES, { requestId: open.requestId })).toBe(40);
  });
});

describe('runners', () => {
  const EXPIRATION_MS = 600;
  const open = () =>
    Effect.runPromise(Effect.provideService(makeRunnerStorage({ lockExpirationMs: EXPIRATION_MS }), Mongo, connection));
  const at = (port: number) => RunnerAddress.make('127.0.0.1', port);
  const runner = (port: number) => Runner.make({ address: at(port), groups: ['default'], weight: 1 });
  const shards = (...ids: ReadonlyArray<number>) => ids.map((id) => ShardId.make('default', id));
  const names = (found: ReadonlyArray<ShardId.ShardId>) => found.map((one) => one.id).sort((a, b) => a - b);
  const until = (condition: () => Promise<boolean>) =>
    expect.poll(condition, { timeout: 5_000, interval: 20 }).toBe(true);

  it('registers, keeps the machine id of an address, tells healthy from not, forgets', async () => {
    const { storage } = await open();
    const one = await run(storage.register(runner(1), true));
    const two = await run(storage.register(runner(2), true));
    expect(one).not.toBe(two);
    expect(await run(storage.register(runner(1), true))).toBe(one);
    await run(storage.setRunnerHealth(at(2), false));
    const found = await run(storage.getRunners);
    expect(found.map(([found_, healthy]) => [found_.address.port, healthy]).sort()).toEqual([
      [1, true],
      [2, false],
    ]);
    await run(storage.unregister(at(1)));
    expect((await run(storage.getRunners)).map(([found_]) => found_.address.port)).toEqual([2]);
  });

  it('machine ids are within what a snowflake can carry, and of live nodes unique', async () => {
    const { storage } = await open();
    await databaseOf(connection)
      .collection<{ _id: string; next: number }>('cluster_counters')
      .updateOne({ _id: 'machineId' }, { $set: { next: 1_022 } }, { upsert: true });
    const ids = [];
    for (const port of [1, 2, 3, 4]) ids.push(await run(storage.register(runner(port), true)));
    expect(ids).toEqual([1_023, 0, 1, 2]);
  });

  it('a shard has one owner, until it is released', async () => {
    const [a, b] = [(await open()).storage, (await open()).storage];
    expect(names(await run(a.acquire(at(1), shards(1, 2, 3))))).toEqual([1, 2, 3]);
    expect(names(await run(b.acquire(at(2), shards(2, 3, 4))))).toEqual([4]);
    await run(a.release(at(1), ShardId.make('default', 2)));
    expect(names(await run(b.acquire(at(2), shards(2, 3))))).toEqual([2]);
    await run(a.releaseAll(at(1)));
    expect(names(await run(b.acquire(at(2), shards(1, 3))))).toEqual([1, 3]);
    expect(names(await run(a.refresh(at(1), shards(1, 2, 3))))).toEqual([]);
    // A release that comes late takes nothing from the new owner.
    await run(a.release(at(1), ShardId.make('default', 1)));
    expect(names(await run(b.refresh(at(2), shards(1, 2, 3, 4))))).toEqual([1, 2, 3, 4]);
  });

  it('many nodes at once: every shard is acquired once', async () => {
    const nodes = await Promise.all([open(), open(), open(), open()]);
    const wanted = shards(...Array.from({ length: 64 }, (_, index) => index + 1));
    const got = await Promise.all(nodes.map(({ storage }, port) => run(storage.acquire(at(port + 1), wanted))));
    expect(names(got.flat())).toEqual(names(wanted));
  });

  it('a lock that is refreshed holds; one that is not is anybody’s when it has expired', async () => {
    const [a, b] = [(await open()).storage, (await open()).storage];
    await run(a.register(runner(1), true));
    await run(a.acquire(at(1), shards(1, 2)));
    const acquiredAt = Date.now();
    while (Date.now() - acquiredAt < EXPIRATION_MS * 1.5) {
      expect(names(await run(a.refresh(at(1), shards(1))))).toEqual([1]);
      expect(names(await run(b.acquire(at(2), shards(1))))).toEqual([]);
    }
    expect(names(await run(b.acquire(at(2), shards(2))))).toEqual([2]);
    expect(names(await run(a.refresh(at(1), shards(1, 2))))).toEqual([1]);
    await until(async () => names(await run(b.acquire(at(2), shards(1)))).length === 1);
    expect(Date.now() - acquiredAt).toBeGreaterThan(EXPIRATION_MS * 2);
    expect(names(await run(a.refresh(at(1), shards(1, 2))))).toEqual([]);
  });

  it('a runner that gives no sign of life is no longer listed; one without shards stays by refreshing', async () => {
    const { storage } = await open();
    await run(storage.register(runner(1), true));
    await run(storage.register(runner(2), true));
    await until(async () => {
      await run(storage.refresh(at(1), []));
      return (await run(storage.getRunners)).length === 1;
    });
    expect((await run(storage.getRunners)).map(([found]) => found.address.port)).toEqual([1]);
  });

  it('a process started again at the same address takes over at once, and its predecessor is told', async () => {
    const [old, fresh] = [(await open()).storage, (await open()).storage];
    await run(old.register(runner(1), true));
    await run(old.acquire(at(1), shards(1, 2)));
    await run(fresh.register(runner(1), true));
    expect(names(await run(fresh.acquire(at(1), shards(1, 2))))).toEqual([1, 2]);
    expect(names(await run(old.refresh(at(1), shards(1, 2))))).toEqual([]);
    await run(old.releaseAll(at(1)));
    await run(old.unregister(at(1)));
    expect(names(await run(fresh.refresh(at(1), shards(1, 2))))).toEqual([1, 2]);
    expect(await run(fresh.getRunners)).toHaveLength(1);
  });

  it('entries of processes of this machine that are gone are removed at the start, others stay', async () => {
    const [dead, alive] = [await open(), await open()];
    await run(dead.storage.register(runner(1), true));
    await run(dead.storage.acquire(at(1), shards(1)));
    await run(alive.storage.register(runner(2), true));
    await run(alive.storage.acquire(at(2), shards(2)));
    // A process number is used again: the same number with another start is another process.
    await databaseOf(connection)
      .collection<{ _id: string }>(RUNNERS)
      .updateOne({ _id: '127.0.0.1:1' }, { $set: { 'process.startedAt': '1' } });
    const next = await open();
    expect(await run(next.buryDead)).toEqual(['127.0.0.1:1']);
    expect(names(await run(next.storage.acquire(at(3), shards(1, 2))))).toEqual([1]);
  });
});
