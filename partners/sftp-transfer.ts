import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Chunk, Effect, Option, Stream } from 'effect';
import { fault, refuse } from '../domain/kernel/refusal.ts';
import { type Failure, type Opened, type SftpSession, WINDOW } from './sftp-session.ts';
import type { RemoteFile, Upload, Uploaded } from './transfer.ts';

/**
 * Whole files over a session. A download goes on where it broke, after the bytes before were compared; an upload goes
 * to a temporary name, takes over what an earlier one left behind, and appears under its name all at once.
 */

/** How much before the place where a transfer broke is compared before it goes on. */
const TAIL = 64 * 1024;

export const download = (session: SftpSession, file: RemoteFile): Stream.Stream<Uint8Array, Failure> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      let offset = 0;
      let last = Buffer.alloc(0);
      const changed = (why: string) => Effect.fail(fault(session.service, 'RemoteFileChanged', why));
      const unchanged = (opened: Opened) =>
        Effect.gen(function* () {
          const { size, mtime } = yield* session.fstat(opened);
          if (size !== file.bytes || mtime * 1000 !== file.modifiedMs) return yield* changed('the file is another now');
          if (last.length === 0) return;
          const before = yield* session.readAt(opened, offset - last.length, last.length);
          if (!timingSafeEqual(before, last)) return yield* changed('the bytes before the break are others now');
        });
      const use = yield* session.held(file.path, 'r', unchanged);
      yield* use(unchanged);
      const next = Effect.suspend(() => {
        const length = Math.min(WINDOW, file.bytes - offset);
        if (length === 0) return Effect.fail(Option.none<Failure>());
        return use((opened) => session.readWindow(opened, offset, length)).pipe(
          Effect.map((bytes) => {
            offset += bytes.length;
            last = Buffer.from(bytes.subarray(-TAIL));
            return Chunk.of<Uint8Array>(bytes);
          }),
          Effect.mapError(Option.some),
        );
      });
      return Stream.repeatEffectChunkOption(next);
    }),
  );

/** SM3 of what lies there, to tell a repeated upload from a conflict. */
const hashOf = (session: SftpSession, file: RemoteFile): Effect.Effect<string, Failure> =>
  Stream.runFold(download(session, file), createHash('sm3'), (hash, bytes) => hash.update(bytes)).pipe(
    Effect.map((hash) => hash.digest('hex')),
  );

/** What lies under the name already: nothing, the same bytes, or a conflict. */
const standing = (
  session: SftpSession,
  path: string,
  { name, bytes, sm3 }: Pick<Upload, 'name' | 'bytes' | 'sm3'>,
): Effect.Effect<Uploaded | undefined, Failure> =>
  Effect.gen(function* () {
    const found = yield* session.again(session.stat(path));
    if (found === undefined) return undefined;
    const file = { path, name, bytes: found.size, modifiedMs: found.mtime * 1000 };
    if (found.size === bytes && (yield* hashOf(session, file)) === sm3) return { path, bytes, written: false };
    return yield* Effect.fail(
      refuse('conflict', 'UploadConflict', `${session.service} has ${name} with other content.`, {
        action: 'Send it as a new sequence or round, or ask the partner to remove the other one.',
      }),
    );
  });

/** Where an upload writes: names of one content begin alike, so that no upload goes on from other bytes. */
interface Temporary {
  readonly directory: string;
  readonly prefix: string;
  readonly path: string;
}

/**
 * Takes over what a broken upload of the same bytes left behind, by renaming it: whoever may still be writing it can
 * then no longer publish it. How many of its bytes are whole; 0 when there is nothing to go on from.
 */
const takeOver = <E>(
  session: SftpSession,
  { directory, prefix, path }: Temporary,
  upload: Upload<E>,
): Effect.Effect<number, Failure | E> =>
  Effect.gen(function* () {
    const found = yield* session.again(session.look(directory, (name) => name.startsWith(prefix)));
    const [left, ...others] = [...found].sort((a, b) => b.bytes - a.bytes);
    yield* Effect.forEach(others, (other) => Effect.ignore(session.remove(other.path)), { discard: true });
    if (left === undefined) return 0;
    const claimed = yield* Effect.either(session.rename(left.path, path));
    // Within the last window blocks may be missing, since several were under way at once.
    const whole = Math.min(left.bytes, upload.bytes) - WINDOW;
    if (claimed._tag === 'Left' || left.bytes > upload.bytes || whole <= 0) return 0;
    const length = Math.min(whole, TAIL);
    const from = whole - length;
    const theirs = yield* Effect.scoped(
      Effect.flatMap(session.held(path, 'r'), (use) => use((opened) => session.readAt(opened, from, length))),
    );
    const ours = yield* upload.open(from).pipe(takeBytes(length), Stream.runCollect);
    return Buffer.concat(Chunk.toReadonlyArray(ours)).equals(theirs) ? whole : 0;
  });

const send = <E>(
  session: SftpSession,
  temporary: string,
  upload: Upload<E>,
  begin: number,
): Effect.Effect<void, Failure | E> =>
  Effect.scoped(
    Effect.gen(function* () {
      const use = yield* session.held(temporary, begin === 0 ? 'w' : 'r+');
      yield* use(() => Effect.void);
      let offset = begin;
      const write = (bytes: Buffer) =>
        Effect.map(
          use((opened) => session.writeWindow(opened, offset, bytes)),
          () => {
            offset += bytes.length;
          },
        );
      yield* Stream.runForEach(windows(upload.open(begin)), write);
      const { size } = yield* use((opened) => session.fstat(opened));
      if (offset === upload.bytes && size === upload.bytes) return;
      const message = `${upload.name}: ${size} of ${upload.bytes} bytes are there`;
      return yield* Effect.fail(fault(session.service, 'UploadIncomplete', message));
    }),
  );

export const upload = <E>(
  session: SftpSession,
  directory: string,
  file: Upload<E>,
): Effect.Effect<Uploaded, Failure | E> =>
  Effect.gen(function* () {
    const target = session.path(directory, file.name);
    const before = yield* standing(session, target, file);
    if (before !== undefined) return before;
    const prefix = `.${file.name}.${file.sm3.slice(0, 16)}.`;
    const path = session.path(directory, `${prefix}${randomBytes(4).toString('hex')}.part`);
    yield* send(session, path, file, yield* takeOver(session, { directory, prefix, path }, file));
    const renamed = yield* Effect.either(session.rename(path, target));
    if (renamed._tag === 'Right') return { path: target, bytes: file.bytes, written: true };
    // The answer may be lost and the rename done; or another writer was first.
    const after = yield* standing(session, target, file);
    return after === undefined ? yield* Effect.fail(renamed.left) : { ...after, written: true };
  });

/** The first `bytes` bytes of a stream. */
const takeBytes =
  (bytes: number) =>
  <E>(stream: Stream.Stream<Uint8Array, E>): Stream.Stream<Uint8Array, E> =>
    stream.pipe(
      Stream.mapAccum(bytes, (left, part) => [left - part.length, left <= 0 ? undefined : part.subarray(0, left)]),
      Stream.takeWhile((part) => part !== undefined),
    );

/** Pieces of any size → pieces of one window, the last one shorter. */
const windows = <E>(stream: Stream.Stream<Uint8Array, E>): Stream.Stream<Buffer, E> =>
  Stream.suspend(() => {
    let parts: Array<Uint8Array> = [];
    let length = 0;
    const cut = (part: Uint8Array): ReadonlyArray<Buffer> => {
      parts.push(part);
      length += part.length;
      if (length < WINDOW) return [];
      const all = Buffer.concat(parts);
      const whole = all.length - (all.length % WINDOW);
      parts = whole === all.length ? [] : [all.subarray(whole)];
      length = all.length - whole;
      return Array.from({ length: whole / WINDOW }, (_, at) => all.subarray(at * WINDOW, (at + 1) * WINDOW));
    };
    const rest = Stream.suspend(() => (length === 0 ? Stream.empty : Stream.make(Buffer.concat(parts))));
    return Stream.concat(Stream.mapConcat(stream, cut), rest);
  });
