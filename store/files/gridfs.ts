/**
 * The file store on GridFS, in its own layout (`files.files`, `files.chunks`), written by ourselves because a file's
 * name within the store is the hash of its content, which is known only at the end. A file exists from the moment its
 * `files.files` document does; until then `files.uploads` says who is writing, and what a dead writer left is swept.
 */
import { setImmediate } from 'node:timers/promises';
import { Chunk, Duration, Effect, Exit, Layer, Option, Schedule, Stream } from 'effect';
import type mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { canonicalJson } from '../../domain/kernel/canonical-json.ts';
import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { sm3Hex, sm3Stream } from '../../domain/keys/sm3.ts';
import { counter } from '../../telemetry/metrics.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { isDuplicateKey, Mongo, mongoTry } from '../mongo.ts';
import { type FileRef, Files, type NewFile } from './files.ts';
import { collections, type FileDocument, ObjectId, removeChunks, SEGMENTS_AT_ONCE } from './gridfs-layout.ts';
import { SEGMENT_BYTES, type SegmentSeal, segmentCount, segmentSeal, storedBytes } from './segments.ts';
import { Upload } from './upload.ts';

type Ring = Effect.Effect.Success<typeof KeyRing>;

const bytesMoved = counter({
  name: 'hufu_store_file_bytes_total',
  help: 'Bytes of file content, by direction (in, out)',
  labels: ['direction'],
});
const filesSwept = counter({ name: 'hufu_store_files_swept_total', help: 'Half-written files that were removed' });

const SWEEP_EVERY = Duration.minutes(10);
const DEAD_AFTER_MS = 15 * 60_000;
const MAX_FOUND = 1_000;

const refOf = ({ _id, filename, metadata }: FileDocument): FileRef => ({
  id: _id.toHexString(),
  name: filename,
  bytes: metadata.bytes,
  sm3: metadata.sm3,
});

const damaged = (id: string): Fault =>
  fault('files', 'Damaged', `The stored content of file ${id} is not what was put there; restore it from a backup.`);

const labelsOf = (labels: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.entries(labels).map(([key, value]) => `${encodeURIComponent(key)}=${value}`);

const readLabels = (labels: ReadonlyArray<string>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    labels.map((label) => {
      const at = label.indexOf('=');
      return [decodeURIComponent(label.slice(0, at)), label.slice(at + 1)];
    }),
  );

const identityOf = (file: NewFile, sm3: string): string =>
  sm3Hex(canonicalJson([file.tenant, file.area, file.name, sm3, file.sealed === true]));

const put = <E>(
  connection: mongoose.Connection,
  ring: Ring,
  file: NewFile,
  content: Stream.Stream<Uint8Array, E>,
): Effect.Effect<FileRef, Fault | E> => {
  const sealing = file.sealed === true ? ring.current('file') : undefined;
  const doing = 'storing a file';
  return Effect.acquireUseRelease(
    Effect.sync(() => new Upload(connection, sealing?.key)),
    (upload) =>
      Effect.gen(function* () {
        yield* Stream.runForEach(content, (piece) => mongoTry(doing, () => upload.push(piece)));
        const { bytes, sm3 } = yield* mongoTry(doing, () => upload.end());
        bytesMoved.inc({ direction: 'in' }, bytes);
        const document: FileDocument = {
          _id: upload.id,
          length: storedBytes(bytes, sealing !== undefined),
          chunkSize: SEGMENT_BYTES,
          uploadDate: new Date(),
          filename: file.name,
          metadata: {
            identity: identityOf(file, sm3),
            tenant: file.tenant,
            area: file.area,
            contentType: file.contentType,
            bytes,
            sm3,
            labels: labelsOf(file.labels ?? {}),
            ...(sealing === undefined ? {} : { keyId: sealing.id }),
          },
        };
        return yield* finish(connection, upload, document);
      }),
    (upload, exit) =>
      Exit.isSuccess(exit) && exit.value.id === upload.id.toHexString()
        ? Effect.void
        : // What cannot be removed now is swept later.
          Effect.ignore(mongoTry('removing a half-written file', () => upload.discard())),
  );
};

const finish = (
  connection: mongoose.Connection,
  upload: Upload,
  document: FileDocument,
): Effect.Effect<FileRef, Fault> =>
  Effect.gen(function* () {
    const { identity } = document.metadata;
    const present = () => collections(connection).files.findOne({ 'metadata.identity': identity });
    const before = yield* mongoTry('looking for a file', present);
    if (before !== null) return refOf(before);
    const appeared = yield* mongoTry('storing a file', () =>
      upload.appear(document).catch((cause: unknown) => {
        if (isDuplicateKey(cause)) return 'elsewhere' as const;
        throw cause;
      }),
    );
    if (appeared === true) return refOf(document);
    const other = yield* mongoTry('looking for a file', present);
    if (other !== null) return refOf(other);
    return yield* Effect.fail(fault('files', 'Retry', 'The file took too long to arrive and was swept; put it again.'));
  });

const findOne = (
  connection: mongoose.Connection,
  tenant: TenantId,
  id: string,
): Effect.Effect<FileDocument, Refusal | Fault> => {
  const missing = refuse('missing', 'FileNotFound', 'There is no such file.', { field: 'id' });
  if (!/^[0-9a-f]{24}$/.test(id)) return Effect.fail(missing);
  return mongoTry('looking for a file', () =>
    collections(connection).files.findOne({ _id: new ObjectId(id), 'metadata.tenant': tenant }),
  ).pipe(Effect.flatMap((found) => (found === null ? Effect.fail(missing) : Effect.succeed(found))));
};

/** Segments from `first` on, opened and checked to be all there, a batch at a time. */
const segmentsFrom = (
  connection: mongoose.Connection,
  file: FileDocument,
  seal: SegmentSeal,
  first: number,
): Stream.Stream<Buffer, Fault> => {
  const { bytes } = file.metadata;
  const count = segmentCount(bytes);
  const lengthOf = (n: number): number => (n === count - 1 ? bytes - n * SEGMENT_BYTES : SEGMENT_BYTES);
  /** Undefined when one is missing, changed or out of place. */
  const readBatch = async (from: number): Promise<ReadonlyArray<Buffer> | undefined> => {
    const documents = await collections(connection)
      .chunks.find({ files_id: file._id, n: { $gte: from, $lt: from + SEGMENTS_AT_ONCE } })
      .sort({ n: 1 })
      .toArray();
    const opened: Buffer[] = [];
    for (const { n, data } of documents) {
      const plain = seal.open({ n, data: Buffer.from(data.buffer) }, n === count - 1);
      if (n !== from + opened.length || plain?.length !== lengthOf(n)) return undefined;
      opened.push(plain);
      // Opening a segment takes some milliseconds; others get their turn between two.
      await setImmediate();
    }
    return opened.length === Math.min(SEGMENTS_AT_ONCE, count - from) ? opened : undefined;
  };
  const read = (from: number) =>
    mongoTry('reading a file', () => readBatch(from)).pipe(
      Effect.flatMap((opened) => {
        if (opened === undefined) return Effect.fail(damaged(file._id.toHexString()));
        const next = from + opened.length;
        bytesMoved.inc({ direction: 'out' }, Math.min(next * SEGMENT_BYTES, bytes) - from * SEGMENT_BYTES);
        const rest = next < count ? Option.some(next) : Option.none<number>();
        return Effect.succeed([Chunk.unsafeFromArray(opened), rest] as const);
      }),
    );
  return first < count ? Stream.paginateChunkEffect(first, read) : Stream.empty;
};

const content = (
  connection: mongoose.Connection,
  ring: Ring,
  file: FileDocument,
  offset: number,
): Stream.Stream<Uint8Array, Fault> => {
  const id = file._id.toHexString();
  const { keyId, sm3 } = file.metadata;
  const key = keyId === undefined ? undefined : ring.byId('file', keyId)?.key;
  if (keyId !== undefined && key === undefined) {
    return Stream.fail(fault('files', 'KeyMissing', `The key ${keyId} of file ${id} is not in the key ring.`));
  }
  const first = Math.floor(offset / SEGMENT_BYTES);
  const segments = segmentsFrom(connection, file, segmentSeal(key, id), first);
  if (offset > 0) {
    return Stream.zipWithIndex(segments).pipe(
      Stream.map(([data, at]) => (at === 0 ? data.subarray(offset - first * SEGMENT_BYTES) : data)),
    );
  }
  return Stream.suspend(() => {
    const hash = sm3Stream();
    const check = Effect.suspend(() => (hash.digest('hex') === sm3 ? Effect.void : Effect.fail(damaged(id))));
    return Stream.concat(
      Stream.tap(segments, (data) => Effect.sync(() => hash.update(data))),
      Stream.drain(Stream.fromEffect(check)),
    );
  });
};

const open = (
  connection: mongoose.Connection,
  ring: Ring,
  tenant: TenantId,
  id: string,
  offset: number,
): Stream.Stream<Uint8Array, Refusal | Fault> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const file = yield* findOne(connection, tenant, id);
      if (!Number.isSafeInteger(offset) || offset < 0 || offset > file.metadata.bytes) {
        return yield* Effect.fail(
          refuse('invalid', 'InvalidOffset', `The file has ${file.metadata.bytes} bytes.`, { field: 'offset' }),
        );
      }
      return content(connection, ring, file, offset);
    }),
  );

const find = (
  connection: mongoose.Connection,
  tenant: TenantId,
  area: string,
  labels: Readonly<Record<string, string>>,
): Effect.Effect<ReadonlyArray<FileRef>, Fault> => {
  const wanted = labelsOf(labels);
  const query = { 'metadata.tenant': tenant, 'metadata.area': area };
  return mongoTry('looking for files', () =>
    collections(connection)
      .files.find(wanted.length === 0 ? query : { ...query, 'metadata.labels': { $all: [...wanted] } })
      .sort({ uploadDate: -1, _id: -1 })
      .limit(MAX_FOUND)
      .toArray(),
  ).pipe(Effect.map((found) => found.map(refOf)));
};

/**
 * Removes what writers left that gave no sign of life for `deadAfterMs` (by the server's clock).
 * @returns how many half-written files were removed.
 */
export const sweepFiles = (deadAfterMs = DEAD_AFTER_MS): Effect.Effect<number, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('sweeping half-written files', async () => {
      const { uploads } = collections(connection);
      const silent = { $lt: ['$seenAt', { $subtract: ['$$NOW', deadAfterMs] }] };
      // Marked first: from then on the writer cannot make the file appear, should it still be alive.
      await uploads.updateMany({ state: 'live', $expr: silent }, { $set: { state: 'dead' } });
      let swept = 0;
      for await (const { _id } of uploads.find({ state: 'dead' }).limit(MAX_FOUND)) {
        await removeChunks(connection, _id);
        swept++;
        filesSwept.inc();
      }
      return swept;
    }),
  );

export const FilesLive: Layer.Layer<Files, never, Mongo | KeyRing> = Layer.scoped(
  Files,
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const ring = yield* KeyRing;
    yield* sweepFiles().pipe(
      Effect.catchAll((failure) => Effect.logWarning(`Half-written files were not swept: ${failure.message}`)),
      Effect.repeat(Schedule.spaced(SWEEP_EVERY)),
      Effect.forkScoped,
    );
    return {
      put: (file, stream) => put(connection, ring, file, stream),
      open: (tenant, id, offset = 0) => open(connection, ring, tenant, id, offset),
      stat: (tenant, id) =>
        Effect.map(findOne(connection, tenant, id), (found) => ({
          ...refOf(found),
          labels: readLabels(found.metadata.labels),
        })),
      find: (tenant, area, labels) => find(connection, tenant, area, labels),
    };
  }),
);
