import { Effect, Exit, Schedule, Scope } from 'effect';
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import { type Fault, fault, isFault, type Refusal } from '../domain/kernel/refusal.ts';
import type { SftpConnection, SftpConnections, SftpServer, SftpTuning } from './sftp-connection.ts';
import type { RemoteFile } from './transfer.ts';

/**
 * The single requests of a file exchange, on a connection that may break at any of them: looking at a directory,
 * renaming, and reading and writing windows of a file that is held open over several connections.
 */
const BLOCK = 32 * 1024;
/** Requests under way at once: 16 × 32 KiB fill a link of 100 Mbit/s at 40 ms. */
const IN_FLIGHT = 16;
/** What is read or written at a time, and all that is kept in memory. */
export const WINDOW = BLOCK * IN_FLIGHT;

export type Failure = Refusal | Fault;
export interface Opened {
  readonly connection: SftpConnection;
  readonly sftp: SFTPWrapper;
  readonly handle: Buffer;
}
/** Runs on the file, opening it when it is not open, again after a fault. */
export type Held = <A>(use: (opened: Opened) => Effect.Effect<A, Failure>) => Effect.Effect<A, Failure>;
type OpenFlags = 'r' | 'r+' | 'w';

interface Block {
  readonly offset: number;
  /** Where in the window it begins. */
  readonly from: number;
  readonly length: number;
}

/** The blocks of a window, read or written several at once. */
const blocks = (offset: number, length: number): ReadonlyArray<Block> =>
  Array.from({ length: Math.ceil(length / BLOCK) }, (_, at) => ({
    offset: offset + at * BLOCK,
    from: at * BLOCK,
    length: Math.min(BLOCK, length - at * BLOCK),
  }));

export class SftpSession {
  readonly service: string;
  readonly #basePath: string;
  readonly #tuning: SftpTuning;
  readonly #connections: SftpConnections;

  constructor(server: SftpServer, tuning: SftpTuning, connections: SftpConnections) {
    this.service = server.service;
    this.#basePath = server.basePath;
    this.#tuning = tuning;
    this.#connections = connections;
  }

  path(directory: string, name: string): string {
    return `${this.#basePath}/${directory}/${name}`;
  }

  /** Tries a step again after a fault, with back-off. */
  again<A, E>(step: Effect.Effect<A, E>): Effect.Effect<A, E> {
    const { attempts, backoffMs, backoffMaxMs } = this.#tuning;
    return Effect.retry(step, {
      while: (error: E) => isFault(error) && error.code !== 'RemoteFileChanged',
      schedule: Schedule.exponential(backoffMs).pipe(
        Schedule.union(Schedule.spaced(backoffMaxMs)),
        Schedule.jittered,
        Schedule.intersect(Schedule.recurs(attempts - 1)),
      ),
    });
  }

  stat(target: string): Effect.Effect<Stats | undefined, Failure> {
    return this.#on((sftp) =>
      this.#connections.request<Stats>(`stat of ${target}`, (done) => sftp.stat(target, done)),
    ).pipe(
      Effect.catchIf(
        (error) => error._tag === 'Refusal' && error.code === 'RemoteFileMissing',
        () => Effect.succeed(undefined),
      ),
    );
  }

  /** The files of a directory whose names are wanted, in no order. */
  look(directory: string, wanted: (name: string) => boolean): Effect.Effect<ReadonlyArray<RemoteFile>, Failure> {
    const target = `${this.#basePath}/${directory}`;
    const read = this.#on((sftp) =>
      this.#connections.request<Array<FileEntryWithStats>>(`directory ${directory}`, (done) =>
        sftp.readdir(target, done),
      ),
    );
    return Effect.map(read, (entries) =>
      entries
        .filter(({ filename, attrs }) => attrs.isFile() && wanted(filename))
        .map(({ filename, attrs: { size, mtime } }): RemoteFile => {
          return { path: this.path(directory, filename), name: filename, bytes: size, modifiedMs: mtime * 1000 };
        }),
    );
  }

  /** Fails when `to` is there already. */
  rename(from: string, to: string): Effect.Effect<void, Failure> {
    return this.#on((sftp) => this.#plain(to, (done) => sftp.rename(from, to, done)));
  }

  remove(target: string): Effect.Effect<void, Failure> {
    return this.#on((sftp) => this.#plain(target, (done) => sftp.unlink(target, done)));
  }

  fstat({ sftp, handle }: Opened): Effect.Effect<Stats, Failure> {
    return this.#connections.request<Stats>('fstat', (done) => sftp.fstat(handle, done));
  }

  /** Exactly `length` bytes; a file that ends before is another than it was. */
  readAt({ sftp, handle }: Opened, offset: number, length: number): Effect.Effect<Buffer, Failure> {
    const buffer = Buffer.allocUnsafe(length);
    const rest = (done: number): Effect.Effect<Buffer, Failure> =>
      this.#connections
        .request<number>('read', (answer) =>
          sftp.read(handle, buffer, done, length - done, offset + done, (error, count) => answer(error, count)),
        )
        .pipe(
          Effect.flatMap((count) => {
            if (count <= 0) return Effect.fail(fault(this.service, 'RemoteFileChanged', 'the file became shorter'));
            return done + count === length ? Effect.succeed(buffer) : rest(done + count);
          }),
        );
    return rest(0);
  }

  readWindow(opened: Opened, offset: number, length: number): Effect.Effect<Buffer, Failure> {
    const one = (block: Block) => this.readAt(opened, block.offset, block.length);
    return Effect.forEach(blocks(offset, length), one, { concurrency: IN_FLIGHT }).pipe(
      Effect.map((read) => Buffer.concat(read)),
    );
  }

  writeWindow({ sftp, handle }: Opened, offset: number, bytes: Buffer): Effect.Effect<void, Failure> {
    const write = (block: Block) =>
      this.#plain('write', (done) => sftp.write(handle, bytes, block.from, block.length, block.offset, done));
    return Effect.forEach(blocks(offset, bytes.length), write, { concurrency: IN_FLIGHT, discard: true });
  }

  /** A file held open over several connections. `check` runs after each opening but the first. */
  held(
    target: string,
    flags: OpenFlags,
    check: (opened: Opened) => Effect.Effect<void, Failure> = () => Effect.void,
  ): Effect.Effect<Held, never, Scope.Scope> {
    let scope: Scope.CloseableScope | undefined;
    let opened: Opened | undefined;
    let openings = 0;
    const close = Effect.suspend(() => {
      const closing = scope;
      scope = undefined;
      opened = undefined;
      return closing === undefined ? Effect.void : Scope.close(closing, Exit.void);
    });
    const open = Effect.gen(this, function* () {
      scope = yield* Scope.make();
      // 'w' empties the file: only the first time.
      opened = yield* this.#open(target, flags === 'w' && openings > 0 ? 'r+' : flags, scope);
      openings += 1;
      if (openings > 1) yield* check(opened);
      return opened;
    });
    const failed = (error: Failure) =>
      Effect.zipRight(isFault(error) && opened ? this.#connections.drop(opened.connection) : Effect.void, close);
    const use: Held = (run) =>
      this.again(
        Effect.suspend(() => (opened === undefined ? open : Effect.succeed(opened))).pipe(
          Effect.flatMap((now) => Effect.raceFirst(run(now), now.connection.ended)),
          Effect.tapError(failed),
        ),
      );
    return Effect.as(
      Effect.addFinalizer(() => close),
      use,
    );
  }

  #open(target: string, flags: OpenFlags, scope: Scope.Scope): Effect.Effect<Opened, Failure> {
    return Effect.gen(this, function* () {
      const connection = yield* Scope.extend(this.#connections.get, scope);
      const { sftp } = connection;
      const opening = this.#connections.request<Buffer>(target, (done) => sftp.open(target, flags, done));
      const handle = yield* Effect.raceFirst(opening, connection.ended);
      // Not waited for: on a connection that is gone there is nothing to close.
      const close = Effect.try(() => sftp.close(handle, () => undefined));
      yield* Scope.addFinalizer(scope, Effect.ignore(close));
      return { connection, sftp, handle };
    });
  }

  /** One use of the connection; after a fault the connection is not used again. */
  #on<A>(use: (sftp: SFTPWrapper) => Effect.Effect<A, Failure>): Effect.Effect<A, Failure> {
    return Effect.scoped(
      Effect.flatMap(this.#connections.get, (connection) =>
        Effect.tapError(Effect.raceFirst(use(connection.sftp), connection.ended), (error) =>
          isFault(error) ? this.#connections.drop(connection) : Effect.void,
        ),
      ),
    );
  }

  /** A request whose answer is only yes or no. */
  #plain(subject: string, send: (done: (error: unknown) => void) => void): Effect.Effect<void, Failure> {
    return this.#connections.request<void>(subject, (done) => send((error) => done(error, undefined)));
  }
}
