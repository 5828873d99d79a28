import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Chunk, Effect, Exit, Option, Schedule, Scope, Stream } from 'effect';
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import { type Fault, fault, isFault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import {
  SFTP_TUNING,
  type SftpConnection,
  type SftpServer,
  type SftpTuning,
  sftpConnections,
} from './sftp-connection.ts';
import type { RemoteFile, Upload, Uploaded } from './transfer.ts';

/**
 * The client of partners' SFTP servers: whole files in, whole files out. An upload appears under its name all at once
 * or not at all; a broken transfer goes on where it broke, after the bytes before were compared; what is still being
 * written is not seen. Memory per transfer is one window (512 KiB), whatever the file's size.
 */

const BLOCK = 32 * 1024;
/** Requests under way at once: 16 × 32 KiB fill a link of 100 Mbit/s at 40 ms. */
const IN_FLIGHT = 16;
export const WINDOW = BLOCK * IN_FLIGHT;
/** How much before the place where a transfer broke is compared before it goes on. */
const TAIL = 64 * 1024;
const complete = (name: string): boolean => !TEMPORARY.test(name);
const TEMPORARY = /^\.|\.(part|tmp|temp|filepart|uploading)$/i;

export interface SftpClient {
  /** Complete files of a directory, oldest first, then by name. Temporary names and growing files are left out. */
  readonly list: (directory: string) => Effect.Effect<ReadonlyArray<RemoteFile>, Refusal | Fault>;
  readonly upload: <E>(directory: string, upload: Upload<E>) => Effect.Effect<Uploaded, Refusal | Fault | E>;
  readonly download: (file: RemoteFile) => Stream.Stream<Uint8Array, Refusal | Fault>;
  /** Moves a file into another directory, under a further name if its own is taken there. Moved already: success. */
  readonly move: (file: RemoteFile, directory: string) => Effect.Effect<void, Refusal | Fault>;
}

type Failure = Refusal | Fault;
interface Opened {
  readonly connection: SftpConnection;
  readonly sftp: SFTPWrapper;
  readonly handle: Buffer;
}
type OpenFlags = 'r' | 'r+' | 'w';

/** Where an upload stands: how much of the temporary file is known to be right. */
const tail = (bytes: number) => ({ from: Math.max(0, bytes - TAIL), length: Math.min(bytes, TAIL) });

export const sftpClient = (
  server: SftpServer,
  tuning: SftpTuning = SFTP_TUNING,
): Effect.Effect<SftpClient, never, Scope.Scope> =>
  Effect.map(sftpConnections(server, tuning), (connections) => {
    const { request } = connections;
    const path = (directory: string, name: string) => `${server.basePath}/${directory}/${name}`;

    const again = <A, E>(step: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      step.pipe(
        Effect.retry({
          while: (error: E) => isFault(error) && error.code !== 'RemoteFileChanged',
          schedule: Schedule.exponential(tuning.backoffMs).pipe(
            Schedule.union(Schedule.spaced(tuning.backoffMaxMs)),
            Schedule.jittered,
            Schedule.intersect(Schedule.recurs(tuning.attempts - 1)),
          ),
        }),
      );

    /** One use of the connection; after a fault the connection is not used again. */
    const on = <A>(use: (sftp: SFTPWrapper) => Effect.Effect<A, Failure>): Effect.Effect<A, Failure> =>
      Effect.scoped(
        Effect.flatMap(connections.get, (connection) =>
          Effect.tapError(Effect.raceFirst(use(connection.sftp), connection.ended), (error) =>
            isFault(error) ? connections.drop(connection) : Effect.void,
          ),
        ),
      );

    const stat = (target: string) =>
      on((sftp) => request<Stats>(`stat of ${target}`, (done) => sftp.stat(target, done))).pipe(
        Effect.map(Option.some),
        Effect.catchIf(
          (error) => error._tag === 'Refusal' && error.code === 'RemoteFileMissing',
          () => Effect.succeed(Option.none<Stats>()),
        ),
      );

    const look = (directory: string, wanted: (name: string) => boolean) =>
      on((sftp) =>
        request<Array<FileEntryWithStats>>(`directory ${directory}`, (done) =>
          sftp.readdir(`${server.basePath}/${directory}`, done),
        ),
      ).pipe(
        Effect.map((entries) =>
          entries
            .filter(({ filename, attrs }) => attrs.isFile() && wanted(filename))
            .map(({ filename, attrs }): RemoteFile => {
              const target = path(directory, filename);
              return { path: target, name: filename, bytes: attrs.size, modifiedMs: attrs.mtime * 1000 };
            }),
        ),
      );

    const rename = (sftp: SFTPWrapper, from: string, to: string) =>
      request<void>(to, (done) => sftp.rename(from, to, (error) => done(error, undefined)));

    const readAt = ({ sftp, handle }: Opened, offset: number, length: number) => {
      const buffer = Buffer.allocUnsafe(length);
      const rest = (done: number): Effect.Effect<Buffer, Failure> =>
        request<number>('read', (answer) =>
          sftp.read(handle, buffer, done, length - done, offset + done, (error, count) => answer(error, count)),
        ).pipe(
          Effect.flatMap((count) => {
            if (count <= 0) return Effect.fail(fault(server.service, 'RemoteFileChanged', 'the file became shorter'));
            return done + count === length ? Effect.succeed(buffer) : rest(done + count);
          }),
        );
      return rest(0);
    };

    /** Blocks of a window, read or written several at once, in order. */
    const blocks = (offset: number, length: number) =>
      Array.from({ length: Math.ceil(length / BLOCK) }, (_, at) => ({
        offset: offset + at * BLOCK,
        from: at * BLOCK,
        length: Math.min(BLOCK, length - at * BLOCK),
      }));

    const readWindow = (opened: Opened, offset: number, length: number) =>
      Effect.forEach(blocks(offset, length), (block) => readAt(opened, block.offset, block.length), {
        concurrency: IN_FLIGHT,
      }).pipe(Effect.map((read) => Buffer.concat(read)));

    const writeWindow = ({ sftp, handle }: Opened, offset: number, bytes: Buffer) =>
      Effect.forEach(
        blocks(offset, bytes.length),
        (block) =>
          request<void>('write', (done) =>
            sftp.write(handle, bytes, block.from, block.length, block.offset, (error) => done(error, undefined)),
          ),
        { concurrency: IN_FLIGHT, discard: true },
      );

    /**
     * A file held open over several connections: `use` opens it when it is not, runs on it, and after a fault tries
     * again on a new connection. `check` runs after each opening but the first.
     */
    const held = (target: string, flags: OpenFlags, check: (opened: Opened) => Effect.Effect<void, Failure>) =>
      Effect.gen(function* () {
        let scope: Scope.CloseableScope | undefined;
        let opened: Opened | undefined;
        let openings = 0;
        const close = Effect.suspend(() => {
          const closing = scope;
          scope = undefined;
          opened = undefined;
          return closing === undefined ? Effect.void : Scope.close(closing, Exit.void);
        });
        const open = Effect.gen(function* () {
          scope = yield* Scope.make();
          const connection = yield* Scope.extend(connections.get, scope);
          const { sftp } = connection;
          // 'w' empties the file: only the first time.
          const how = flags === 'w' && openings > 0 ? 'r+' : flags;
          const handle = yield* Effect.raceFirst(
            request<Buffer>(target, (done) => sftp.open(target, how, done)),
            connection.ended,
          );
          const closing = request<void>('close', (done) => sftp.close(handle, (error) => done(error, undefined)));
          yield* Scope.addFinalizer(scope, Effect.ignore(Effect.timeout(closing, 1_000)));
          opened = { connection, sftp, handle };
          openings += 1;
          if (openings > 1) yield* check(opened);
          return opened;
        });
        yield* Effect.addFinalizer(() => close);
        const failed = (error: Failure) =>
          Effect.zipRight(isFault(error) && opened ? connections.drop(opened.connection) : Effect.void, close);
        return <A>(use: (opened: Opened) => Effect.Effect<A, Failure>): Effect.Effect<A, Failure> =>
          again(
            Effect.suspend(() => (opened === undefined ? open : Effect.succeed(opened))).pipe(
              Effect.flatMap((now) => Effect.raceFirst(use(now), now.connection.ended)),
              Effect.tapError(failed),
            ),
          );
      });

    const changed = (why: string) => Effect.fail(fault(server.service, 'RemoteFileChanged', why));

    const download = (file: RemoteFile): Stream.Stream<Uint8Array, Failure> =>
      Stream.unwrapScoped(
        Effect.gen(function* () {
          let offset = 0;
          let last = Buffer.alloc(0);
          const unchanged = (opened: Opened) =>
            Effect.gen(function* () {
              const { size, mtime } = yield* request<Stats>('fstat', (done) => opened.sftp.fstat(opened.handle, done));
              if (size !== file.bytes || mtime * 1000 !== file.modifiedMs)
                return yield* changed('the file is another now');
              if (last.length === 0) return;
              const before = yield* readAt(opened, offset - last.length, last.length);
              if (!timingSafeEqual(before, last)) return yield* changed('the bytes before the break are others now');
            });
          const use = yield* held(file.path, 'r', unchanged);
          yield* use(unchanged);
          const next = Effect.suspend(() => {
            const length = Math.min(WINDOW, file.bytes - offset);
            if (length === 0) return Effect.fail(Option.none<Failure>());
            return use((opened) => readWindow(opened, offset, length)).pipe(
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
    const hashOf = (file: RemoteFile) =>
      Stream.runFold(download(file), createHash('sm3'), (hash, bytes) => hash.update(bytes)).pipe(
        Effect.map((hash) => hash.digest('hex')),
      );

    const standing = (target: string, upload: Upload<unknown>): Effect.Effect<Uploaded | undefined, Failure> =>
      Effect.gen(function* () {
        const found = Option.getOrUndefined(yield* again(stat(target)));
        if (found === undefined) return undefined;
        const file = { path: target, name: upload.name, bytes: found.size, modifiedMs: found.mtime * 1000 };
        if (found.size === upload.bytes && (yield* hashOf(file)) === upload.sm3) {
          return { path: target, bytes: found.size, written: false };
        }
        return yield* Effect.fail(
          refuse('conflict', 'UploadConflict', `${server.service} has ${upload.name} with other content.`, {
            action: 'Send it as a new sequence or round, or ask the partner to remove the other one.',
          }),
        );
      });

    /**
     * Takes over what a broken upload of the same bytes left behind, by renaming it: whoever may still be writing it can
     * then no longer publish it. How many of its bytes are whole; 0 when there is nothing to go on from.
     */
    const takeOver = <E>(
      directory: string,
      prefix: string,
      own: string,
      upload: Upload<E>,
    ): Effect.Effect<number, Failure | E> =>
      Effect.gen(function* () {
        const left = (yield* again(look(directory, (name) => name.startsWith(prefix)))).sort(
          (a, b) => b.bytes - a.bytes,
        )[0];
        // Within the last window blocks may be missing, since several were under way at once.
        const whole = Math.min(left?.bytes ?? 0, upload.bytes) - WINDOW;
        if (left === undefined || left.bytes > upload.bytes || whole <= 0) return 0;
        const claimed = yield* Effect.either(on((sftp) => rename(sftp, left.path, own)));
        if (claimed._tag === 'Left') return 0;
        const { from, length } = tail(whole);
        const theirs = yield* Effect.scoped(
          Effect.flatMap(
            held(own, 'r', () => Effect.void),
            (use) => use((opened) => readAt(opened, from, length)),
          ),
        );
        const ours = yield* upload.open(from).pipe(takeBytes(length), Stream.runCollect);
        return Buffer.concat(Chunk.toReadonlyArray(ours)).equals(theirs) ? whole : 0;
      });

    const send = <E>(temporary: string, upload: Upload<E>, begin: number): Effect.Effect<void, Failure | E> =>
      Effect.scoped(
        Effect.gen(function* () {
          const use = yield* held(temporary, begin === 0 ? 'w' : 'r+', () => Effect.void);
          yield* use(() => Effect.void);
          let offset = begin;
          yield* upload.open(begin).pipe(
            windows,
            Stream.runForEach((bytes) =>
              Effect.map(
                use((opened) => writeWindow(opened, offset, bytes)),
                () => {
                  offset += bytes.length;
                },
              ),
            ),
          );
          const { size } = yield* use(({ sftp, handle }) =>
            request<Stats>('fstat', (done) => sftp.fstat(handle, done)),
          );
          if (offset !== upload.bytes || size !== upload.bytes) {
            return yield* Effect.fail(
              fault(server.service, 'UploadIncomplete', `${upload.name}: ${size} of ${upload.bytes} bytes are there`),
            );
          }
        }),
      );

    const upload = <E>(directory: string, file: Upload<E>): Effect.Effect<Uploaded, Failure | E> =>
      Effect.gen(function* () {
        const target = path(directory, file.name);
        const before = yield* standing(target, file);
        if (before !== undefined) return before;
        // Named by content: what an upload of other bytes left behind is never continued with these.
        const prefix = `.${file.name}.${file.sm3.slice(0, 16)}.`;
        const temporary = path(directory, `${prefix}${randomBytes(4).toString('hex')}.part`);
        yield* send(temporary, file, yield* takeOver(directory, prefix, temporary, file));
        const renamed = yield* Effect.either(on((sftp) => rename(sftp, temporary, target)));
        if (renamed._tag === 'Right') return { path: target, bytes: file.bytes, written: true };
        // The answer may be lost and the rename done; or another writer was first.
        const after = yield* standing(target, file);
        return after === undefined ? yield* Effect.fail(renamed.left) : { ...after, written: true };
      });

    const list = (directory: string) =>
      Effect.gen(function* () {
        const first = yield* again(look(directory, complete));
        if (first.length === 0) return first;
        yield* Effect.sleep(tuning.settleMs);
        const before = new Map(first.map((file) => [file.path, file]));
        const still = (yield* again(look(directory, complete))).filter((file) => {
          const was = before.get(file.path);
          return was?.bytes === file.bytes && was.modifiedMs === file.modifiedMs;
        });
        return still.sort((a, b) => a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : 1));
      });

    const move = (file: RemoteFile, directory: string) =>
      again(
        Effect.gen(function* () {
          if (Option.isNone(yield* stat(file.path))) {
            if (Option.isSome(yield* stat(path(directory, file.name)))) return;
            return yield* Effect.fail(refuse('missing', 'RemoteFileMissing', `${server.service} has no ${file.name}.`));
          }
          for (let turn = 1; turn < 1_000; turn += 1) {
            const target = path(directory, turn === 1 ? file.name : `${file.name}.${turn}`);
            if (Option.isSome(yield* stat(target))) continue;
            return yield* on((sftp) => rename(sftp, file.path, target));
          }
          return yield* Effect.fail(refuse('exhausted', 'ArchiveFull', `${file.name} was delivered a thousand times.`));
        }),
      );

    return { list, upload, download, move };
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
