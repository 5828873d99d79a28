import { Effect, type Scope, type Stream } from 'effect';
import { refuse } from '../domain/kernel/refusal.ts';
import { SFTP_TUNING, type SftpServer, type SftpTuning, sftpConnections } from './sftp-connection.ts';
import { type Failure, SftpSession } from './sftp-session.ts';
import { download, upload } from './sftp-transfer.ts';
import type { RemoteFile, Upload, Uploaded } from './transfer.ts';

/**
 * The client of partners' SFTP servers: whole files in, whole files out. An upload appears under its name all at once
 * or not at all; a broken transfer goes on where it broke, after the bytes before were compared; what is still being
 * written is not seen. Memory per transfer is one window (512 KiB), whatever the file's size.
 */
export interface SftpClient {
  /** Complete files of a directory, oldest first, then by name. Temporary names and growing files are left out. */
  readonly list: (directory: string) => Effect.Effect<ReadonlyArray<RemoteFile>, Failure>;
  readonly upload: <E>(directory: string, upload: Upload<E>) => Effect.Effect<Uploaded, Failure | E>;
  readonly download: (file: RemoteFile) => Stream.Stream<Uint8Array, Failure>;
  /** Moves a file into another directory, under a further name if its own is taken there. Moved already: success. */
  readonly move: (file: RemoteFile, directory: string) => Effect.Effect<void, Failure>;
  /** Undefined when there is no such file. */
  readonly stat: (directory: string, name: string) => Effect.Effect<RemoteFile | undefined, Failure>;
  /** Refusal `RemoteFileMissing` when there is no such file. */
  readonly remove: (directory: string, name: string) => Effect.Effect<void, Failure>;
}

const TEMPORARY = /^\.|\.(part|tmp|temp|filepart|uploading)$/i;
const complete = (name: string): boolean => !TEMPORARY.test(name);

const list = (session: SftpSession, directory: string, settleMs: number) =>
  Effect.gen(function* () {
    const first = yield* session.again(session.look(directory, complete));
    if (first.length === 0) return first;
    yield* Effect.sleep(settleMs);
    const before = new Map(first.map((file) => [file.path, file]));
    const still = (yield* session.again(session.look(directory, complete))).filter((file) => {
      const was = before.get(file.path);
      return was?.bytes === file.bytes && was.modifiedMs === file.modifiedMs;
    });
    return still.sort((a, b) => a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : 1));
  });

const MAX_DELIVERIES = 1_000;

const move = (session: SftpSession, file: RemoteFile, directory: string): Effect.Effect<void, Failure> =>
  session.again(
    Effect.gen(function* () {
      if ((yield* session.stat(file.path)) === undefined) {
        if ((yield* session.stat(session.path(directory, file.name))) !== undefined) return;
        return yield* Effect.fail(refuse('missing', 'RemoteFileMissing', `${session.service} has no ${file.name}.`));
      }
      for (let turn = 1; turn < MAX_DELIVERIES; turn += 1) {
        const target = session.path(directory, turn === 1 ? file.name : `${file.name}.${turn}`);
        if ((yield* session.stat(target)) === undefined) return yield* session.rename(file.path, target);
      }
      return yield* Effect.fail(refuse('exhausted', 'ArchiveFull', `${file.name} was delivered a thousand times.`));
    }),
  );

const stat = (session: SftpSession, path: string, name: string): Effect.Effect<RemoteFile | undefined, Failure> =>
  Effect.map(session.again(session.stat(path)), (found) =>
    found === undefined ? undefined : { path, name, bytes: found.size, modifiedMs: found.mtime * 1_000 },
  );

export const sftpClient = (
  server: SftpServer,
  tuning: SftpTuning = SFTP_TUNING,
): Effect.Effect<SftpClient, never, Scope.Scope> =>
  Effect.map(sftpConnections(server, tuning), (connections) => {
    const session = new SftpSession(server, tuning, connections);
    return {
      list: (directory) => list(session, directory, tuning.settleMs),
      upload: (directory, file) => upload(session, directory, file),
      download: (file) => download(session, file),
      move: (file, directory) => move(session, file, directory),
      stat: (directory, name) => stat(session, session.path(directory, name), name),
      remove: (directory, name) => session.again(session.remove(session.path(directory, name))),
    };
  });
