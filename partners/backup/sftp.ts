import { createHash } from 'node:crypto';
import { Effect, type Scope, Stream } from 'effect';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { backupRefusals } from '../../domain/operations/backup/refusals.ts';
import { sftpClient } from '../sftp.ts';
import { SFTP_TUNING, type SftpServer, type SftpTuning } from '../sftp-connection.ts';
import type { BackupPlace } from './port.ts';

/** A directory of a file server, which is made beforehand. */

/** Of the server's directory itself. */
const HERE = '.';

export const sftpPlace = (
  server: SftpServer,
  tuning: SftpTuning = { ...SFTP_TUNING, settleMs: 0 },
): Effect.Effect<BackupPlace, never, Scope.Scope> =>
  Effect.map(sftpClient(server, tuning), (client) => {
    const list = Effect.map(client.list(HERE), (files) => files.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    return {
      title: `sftp://${server.host}${server.basePath}`,
      list,
      put: (name, content) =>
        client
          .upload(HERE, {
            name,
            bytes: content.length,
            sm3: createHash('sm3').update(content).digest('hex'),
            open: (offset) => Stream.make(content.subarray(offset)),
          })
          .pipe(Effect.asVoid),
      get: (name) =>
        Effect.gen(function* () {
          const file = yield* client.stat(HERE, name);
          if (file === undefined) return yield* Effect.fail(backupRefusals.partMissing(name));
          const pieces = yield* Stream.runCollect(client.download(file));
          return Buffer.concat([...pieces]);
        }),
      remove: (name) =>
        client.remove(HERE, name).pipe(
          Effect.catchIf(
            (failure) => isRefusal(failure) && failure.code === 'RemoteFileMissing',
            () => Effect.void,
          ),
        ),
    };
  });
