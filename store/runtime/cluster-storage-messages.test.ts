import { type ClusterError, MessageStorage, ShardId, ShardingConfig, Snowflake } from '@effect/cluster';
import { Effect, Layer, ManagedRuntime, Option } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectForTest } from '../../test/support/mongo.ts';
import { migrate } from '../migrations.ts';
import { databaseOf, Mongo } from '../mongo.ts';
import { clusterIndexes, MESSAGES, REPLIES } from './cluster-storage.ts';
import { encodedMessages } from './cluster-storage-messages.ts';

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
  for (const name of [MESSAGES, REPLIES]) await databaseOf(connection).collection(name).deleteMany({});
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
