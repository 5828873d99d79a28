import { Effect, Layer, Stream } from 'effect';
import { refuse } from '../../domain/kernel/refusal.ts';
import { type ListedServer, mandateFileServers } from '../configuration.ts';
import { sftpClient } from '../sftp.ts';
import { SFTP_TUNING, type SftpTuning } from '../sftp-connection.ts';
import { MandateFilesPort } from './port.ts';

/** The file servers of banks and provinces over SFTP: one client each. */
const DIRECTORIES = { outbox: 'outbox', inbox: 'inbox', archive: 'archive' } as const;

const UNKNOWN = refuse('missing', 'UnknownFilePartner', 'No bank or province of this code has a file server.', {
  field: 'partner',
  action: 'Add it to HUFU_MANDATE_FILES_FILE.',
});

const makePort = (servers: ReadonlyArray<ListedServer>, tuning: SftpTuning) =>
  Effect.gen(function* () {
    const clients = new Map(
      yield* Effect.forEach(servers, ({ code, server }) =>
        Effect.map(sftpClient(server, tuning), (client) => [code, client] as const),
      ),
    );
    return MandateFilesPort.of({
      partners: servers.map(({ code, name }) => ({ code, name })),
      list: (code) => clients.get(code)?.list(DIRECTORIES.outbox) ?? Effect.fail(UNKNOWN),
      download: (code, file) => clients.get(code)?.download(file) ?? Stream.fail(UNKNOWN),
      acknowledge: (code, file) => clients.get(code)?.move(file, DIRECTORIES.archive) ?? Effect.fail(UNKNOWN),
      upload: (code, upload) => clients.get(code)?.upload(DIRECTORIES.inbox, upload) ?? Effect.fail(UNKNOWN),
    });
  });

/** Partners at given servers. */
export const mandateFilesPortAt = (
  servers: ReadonlyArray<ListedServer>,
  tuning: SftpTuning = SFTP_TUNING,
): Layer.Layer<MandateFilesPort> => Layer.scoped(MandateFilesPort, makePort(servers, tuning));

/** Partners as HUFU_MANDATE_FILES_FILE says. */
export const MandateFilesPortLive = Layer.scoped(
  MandateFilesPort,
  Effect.flatMap(mandateFileServers, (servers) => makePort(servers, SFTP_TUNING)),
);
