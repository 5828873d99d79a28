import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Stream } from 'effect';
import fc from 'fast-check';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault, type Refusal } from '../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { keyRingLayer, rotate } from '../keys/key-ring.ts';
import { migrate } from '../migrations.ts';
import { Mongo, mongoLayer } from '../mongo.ts';
import { Files, type NewFile } from './files.ts';
import { FilesLive, sweepFiles } from './gridfs.ts';
import { collections, filePlans } from './gridfs-layout.ts';
import { SEGMENT_BYTES } from './segments.ts';

const directory = mkdtempSync(join(tmpdir(), 'hufu-files-'));
const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('files') });
const outside = Layer.merge(mongo, keyRingLayer({ directory: join(directory, 'keys'), demoKeys: true }));
const runtime = ManagedRuntime.make(Layer.provideMerge(FilesLive, outside));
let connection: mongoose.Connection;

beforeAll(async () => {
  connection = await runtime.runPromise(Mongo);
  await runtime.runPromise(migrate(connection, filePlans));
});
afterAll(async () => {
  await connection.dropDatabase();
  await runtime.dispose();
  rmSync(directory, { recursive: true });
});

const [one, other] = ['one', 'other'] as [TenantId, TenantId];
const file = (name: string, more: Partial<NewFile> = {}): NewFile => ({
  tenant: one,
  area: 'sim',
  name,
  contentType: 'text/plain',
  ...more,
});
const bytesOf = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 7) ^ (at >>> 8)));
const streamOf = (content: Buffer, piece = 100_000): Stream.Stream<Uint8Array> =>
  Stream.range(0, Math.max(0, Math.ceil(content.length / piece) - 1)).pipe(
    Stream.map((n) => content.subarray(n * piece, (n + 1) * piece)),
  );

const put = (of: NewFile, content: Buffer, piece?: number) =>
  runtime.runPromise(Effect.flatMap(Files, (files) => files.put(of, streamOf(content, piece))));
const read = async (id: string, offset?: number, tenant = one): Promise<Buffer> => {
  const pieces = Stream.unwrap(Effect.map(Files, (files) => files.open(tenant, id, offset)));
  return Buffer.concat([...(await runtime.runPromise(Stream.runCollect(pieces)))]);
};
const failureOf = <A>(use: (files: Effect.Effect.Success<typeof Files>) => Effect.Effect<A, Refusal | Fault>) =>
  runtime.runPromise(Effect.flip(Effect.flatMap(Files, use)));
const readFailure = (id: string, offset?: number, tenant = one) =>
  failureOf((files) => Stream.runDrain(files.open(tenant, id, offset)));
const orphans = async (): Promise<number> => {
  const { files, chunks, uploads } = collections(connection);
  const known = await files.distinct('_id');
  return (await chunks.countDocuments({ files_id: { $nin: known } })) + (await uploads.countDocuments());
};

describe.each([false, true])('a file, sealed: %s', (sealed) => {
  const edges = [0, 1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 9 * SEGMENT_BYTES, 9 * SEGMENT_BYTES + 5];
  it.each(edges)('comes back as it was put: %i bytes', async (length) => {
    const content = bytesOf(length);
    const ref = await put(file(`edge-${length}`, { sealed }), content);
    expect(ref).toMatchObject({ name: `edge-${length}`, bytes: length, sm3: sm3Hex(content) });
    expect((await read(ref.id)).equals(content)).toBe(true);
  });

  it('is read from any offset, whatever the pieces were that it came in', async () => {
    const content = bytesOf(3 * SEGMENT_BYTES + 77);
    const offset = fc.oneof(fc.integer({ min: 0, max: content.length }), fc.constantFrom(...edges.slice(0, 5)));
    await fc.assert(
      fc.asyncProperty(offset, fc.integer({ min: 1_000, max: 900_000 }), async (from, piece) => {
        const ref = await put(file(`pieces-${piece}`, { sealed }), content, piece);
        expect((await read(ref.id, from)).equals(content.subarray(from))).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['changed', (id) => spoil(id, (data) => data.with(9, (data[9] ?? 0) ^ 1))],
    ['shortened', (id) => spoil(id, (data) => data.subarray(1))],
    ['missing', async (id) => collections(connection).chunks.deleteOne({ files_id: await rawId(id), n: 1 })],
  ])('is not given out when a segment is %s', async (what, harm) => {
    const { id } = await put(file(`harmed-${what}`, { sealed }), bytesOf(3 * SEGMENT_BYTES));
    await harm(id);
    expect(await readFailure(id)).toMatchObject({ _tag: 'Fault', code: 'Damaged' });
  });
});

const rawId = async (id: string) => {
  const all = await collections(connection).files.distinct('_id');
  const found = all.find((raw) => raw.toHexString() === id);
  if (found === undefined) throw new Error(`no file ${id}`);
  return found;
};
const spoil = async (id: string, change: (data: Uint8Array) => Uint8Array) => {
  const { chunks } = collections(connection);
  const where = { files_id: await rawId(id), n: 1 };
  const chunk = await chunks.findOne(where);
  const data = change(new Uint8Array(chunk?.data.buffer ?? []));
  await connection.db?.collection('files.chunks').updateOne(where, { $set: { data: Buffer.from(data) } });
};

describe('the file store', () => {
  it('keeps no plain byte of a sealed file', async () => {
    const content = Buffer.from('460011234567890,'.repeat(40_000));
    const plain = await put(file('imsi'), content);
    const sealed = await put(file('imsi', { sealed: true }), content);
    expect(sealed.id).not.toBe(plain.id);
    const holds = async (id: string) => {
      const found = await collections(connection)
        .chunks.find({ files_id: await rawId(id) })
        .toArray();
      return found.some((chunk) => Buffer.from(chunk.data.buffer).includes('46001123'));
    };
    expect([await holds(plain.id), await holds(sealed.id)]).toEqual([true, false]);
  });

  it('refuses segments of a sealed file that changed places, and a file cut at a segment', async () => {
    const { id } = await put(file('swapped', { sealed: true }), bytesOf(4 * SEGMENT_BYTES));
    const { chunks, files } = collections(connection);
    const raw = await rawId(id);
    const [a, b] = await chunks
      .find({ files_id: raw, n: { $in: [1, 2] } })
      .sort({ n: 1 })
      .toArray();
    await chunks.updateOne({ files_id: raw, n: 1 }, { $set: { n: 99 } });
    await chunks.updateOne({ _id: b?._id ?? raw }, { $set: { n: 1 } });
    await chunks.updateOne({ _id: a?._id ?? raw }, { $set: { n: 2 } });
    expect(await readFailure(id)).toMatchObject({ code: 'Damaged' });

    const cut = await put(file('cut', { sealed: true }), bytesOf(4 * SEGMENT_BYTES));
    const cutId = await rawId(cut.id);
    await chunks.deleteOne({ files_id: cutId, n: 3 });
    await files.updateOne({ _id: cutId }, { $set: { 'metadata.bytes': 3 * SEGMENT_BYTES } });
    expect(await readFailure(cut.id, 10)).toMatchObject({ code: 'Damaged' });
  });

  it('still reads a sealed file when the key was rotated', async () => {
    const content = bytesOf(1_000);
    const { id } = await put(file('old-key', { sealed: true }), content);
    await Effect.runPromise(rotate(join(directory, 'keys'), 'file'));
    expect((await read(id)).equals(content)).toBe(true);
  });

  it('gives the same reference for the same content, name, tenant and area, and else another', async () => {
    const content = bytesOf(500_000);
    const first = await put(file('same'), content);
    expect(await put(file('same'), content, 7_000)).toEqual(first);
    const others = await Promise.all([
      put(file('same'), bytesOf(500_001)),
      put(file('another'), content),
      put(file('same', { tenant: other }), content),
      put(file('same', { area: 'transit' }), content),
    ]);
    expect(new Set([first, ...others].map((ref) => ref.id)).size).toBe(5);
    expect(await orphans()).toBe(0);
  });

  it('makes one file of writers that race', async () => {
    const content = bytesOf(2 * SEGMENT_BYTES);
    const refs = await Promise.all(Array.from({ length: 6 }, () => put(file('raced'), content)));
    expect(new Set(refs.map((ref) => ref.id)).size).toBe(1);
    expect((await read(refs[0]?.id ?? '')).equals(content)).toBe(true);
    expect(await orphans()).toBe(0);
  });

  it('leaves nothing of a source that fails, and passes its failure on', async () => {
    const source = Stream.concat(streamOf(bytesOf(9 * SEGMENT_BYTES)), Stream.fail(fault('vop', 'Lost', 'gone')));
    const failure = await failureOf((files) => files.put(file('broken'), source));
    expect(failure).toMatchObject({ service: 'vop', code: 'Lost' });
    expect(await runtime.runPromise(Effect.flatMap(Files, (files) => files.find(one, 'sim', {})))).not.toContainEqual(
      expect.objectContaining({ name: 'broken' }),
    );
    expect(await orphans()).toBe(0);
  });

  it('sweeps what a dead writer left, and refuses the writer should it come back', async () => {
    let swept = -1;
    const stalls = Effect.gen(function* () {
      // The first batch is in the database while the source still runs.
      expect(yield* Effect.promise(orphans)).toBeGreaterThan(1);
      expect(yield* sweepFiles()).toBe(0);
      swept = yield* sweepFiles(-60_000).pipe(Effect.provideService(Mongo, connection));
      return bytesOf(10);
    }).pipe(Effect.provideService(Mongo, connection));
    const source = Stream.concat(streamOf(bytesOf(10 * SEGMENT_BYTES)), Stream.fromEffect(stalls));
    expect(await failureOf((files) => files.put(file('slow'), source))).toMatchObject({ code: 'Retry' });
    expect(swept).toBe(1);
    expect(await orphans()).toBe(0);
  });

  it('shows a file to its own tenant only', async () => {
    const { id } = await put(file('private'), bytesOf(10));
    const missing = { _tag: 'Refusal', kind: 'missing', code: 'FileNotFound' };
    expect(await readFailure(id, 0, other)).toMatchObject(missing);
    expect(await failureOf((files) => files.stat(other, id))).toMatchObject(missing);
    expect(await failureOf((files) => files.stat(one, 'no-such-id'))).toMatchObject(missing);
    expect(await runtime.runPromise(Effect.flatMap(Files, (files) => files.find(other, 'sim', {})))).toEqual([
      expect.objectContaining({ name: 'same' }),
    ]);
  });

  it.each([-1, 11, 0.5])('refuses the offset %d in ten bytes', async (offset) => {
    const { id } = await put(file('ten'), bytesOf(10));
    expect(await readFailure(id, offset)).toMatchObject({ kind: 'invalid', code: 'InvalidOffset' });
  });

  it('finds files by all their labels, with any characters in them', async () => {
    const labels = { application: 'A-1', kind: 'pos', 'a=b.$c': 'x=y' };
    const ref = await put(file('labelled', { labels }), bytesOf(3));
    await put(file('labelled-2', { labels: { application: 'A-1', kind: 'card' } }), bytesOf(3));
    const found = (asked: Record<string, string>) =>
      runtime.runPromise(Effect.flatMap(Files, (files) => files.find(one, 'sim', asked)));
    expect((await found({ application: 'A-1' })).map((one) => one.name)).toEqual(['labelled-2', 'labelled']);
    expect(await found({ application: 'A-1', 'a=b.$c': 'x=y' })).toEqual([ref]);
    expect(await found({ application: 'A' })).toEqual([]);
    const stat = await runtime.runPromise(Effect.flatMap(Files, (files) => files.stat(one, ref.id)));
    expect(stat).toEqual({ ...ref, labels });
  });

  it('carries 200 MB both ways in bounded memory', async () => {
    const megabytes = 200;
    const piece = Buffer.alloc(1_000_000, 'a line of a card file;');
    const before = process.memoryUsage().rss;
    let highest = before;
    const watch = () => Effect.sync(() => (highest = Math.max(highest, process.memoryUsage().rss)));
    const source = Stream.range(1, megabytes).pipe(
      Stream.map(() => piece),
      Stream.tap(watch),
    );
    const ref = await runtime.runPromise(Effect.flatMap(Files, (files) => files.put(file('large'), source)));
    expect(ref.bytes).toBe(megabytes * 1_000_000);
    let total = 0;
    const back = Stream.unwrap(Effect.map(Files, (files) => files.open(one, ref.id))).pipe(Stream.tap(watch));
    await runtime.runPromise(Stream.runForEach(back, (data) => Effect.sync(() => (total += data.length))));
    expect(total).toBe(ref.bytes);
    expect((highest - before) / 1e6).toBeLessThan(120);
  }, 180_000);
});
