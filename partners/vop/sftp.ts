import { createHash } from 'node:crypto';
import { Config, Effect, Layer } from 'effect';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import type { FileKind } from '../../domain/sim/vop-file.ts';
import { parseVopFileName } from '../../domain/sim/vop-file-name.ts';
import { vopServer } from '../configuration.ts';
import { type SftpClient, sftpClient } from '../sftp.ts';
import { SFTP_TUNING, type SftpServer, type SftpTuning } from '../sftp-connection.ts';
import type { RemoteFile } from '../transfer.ts';
import { type OutboxFile, type OutboxFilter, type OutboxPage, VopPort } from './port.ts';

/** VOP's file server over SFTP. The directories are those of docs/partners/vop.md. */
export const VOP_DIRECTORIES = {
  apply: 'apply',
  making: 'making',
  pos: 'pos',
  resource: 'resource',
  archive: 'archive',
} as const;

const MAKING: ReadonlyArray<FileKind> = ['validation', 'cardMaking'];
const POS: ReadonlyArray<FileKind> = ['pos', 'posValidation'];
const PAGE = 1_000;
/** Files of resources in one look: each may hold a million numbers. */
const RESOURCE_PAGE = 100;
/** Files remembered in a cursor; the ones beyond, the oldest, are shown again. */
const REMEMBERED = 4_000;

const outboxFile = (file: RemoteFile): OutboxFile => {
  const name = parseVopFileName(file.name);
  const known = '_tag' in name ? undefined : name;
  return {
    ...file,
    kind: known?.kind,
    application: known?.application,
    round: known?.round,
    part: known?.part,
    sequence: known?.sequence,
  };
};

/** A name that is none of ours is shown to everybody, so that it is not overlooked. */
const wanted =
  ({ application, kinds }: OutboxFilter) =>
  (file: OutboxFile): boolean =>
    file.kind === undefined ||
    ((application === undefined || file.application === application) &&
      (kinds === undefined || kinds.includes(file.kind)));

/** 48 bits of path, size and time: enough to tell some thousand files apart, short enough to carry along. */
const mark = ({ path, bytes, modifiedMs }: RemoteFile): string =>
  createHash('sm3').update(`${path}\n${bytes}\n${modifiedMs}`).digest('hex').slice(0, 12);

const page = (files: ReadonlyArray<OutboxFile>, cursor: string | undefined): OutboxPage => {
  const seen = new Set(cursor === undefined || cursor === '' ? [] : cursor.split(','));
  const fresh = files.filter((file) => !seen.has(mark(file))).slice(0, PAGE);
  const shown = new Set(fresh.map(mark));
  // Only what still lies there needs remembering.
  const remembered = files.map(mark).filter((found) => seen.has(found) || shown.has(found));
  return { files: fresh, cursor: remembered.slice(-REMEMBERED).join(',') };
};

const poll = (
  client: SftpClient,
  filter: OutboxFilter,
  cursor?: string,
): Effect.Effect<OutboxPage, Refusal | Fault> => {
  const asked = (kinds: ReadonlyArray<FileKind>) =>
    filter.kinds === undefined || filter.kinds.some((kind) => kinds.includes(kind));
  const directories = [
    ...(asked(MAKING) ? [VOP_DIRECTORIES.making] : []),
    ...(asked(POS) ? [VOP_DIRECTORIES.pos] : []),
  ];
  return Effect.forEach(directories, (directory) => client.list(directory), { concurrency: 2 }).pipe(
    Effect.map((lists) => {
      const files = lists.flat().map(outboxFile).filter(wanted(filter));
      files.sort((a, b) => a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : 1));
      return page(files, cursor);
    }),
  );
};

const makeVopPort = (server: SftpServer, tuning: SftpTuning) =>
  Effect.map(sftpClient(server, tuning), (client) =>
    VopPort.of({
      uploadApplication: (upload) => client.upload(VOP_DIRECTORIES.apply, upload),
      poll: (filter, cursor) => poll(client, filter, cursor),
      resources: client.list(VOP_DIRECTORIES.resource).pipe(
        Effect.map((files) => files.slice(0, RESOURCE_PAGE)),
        // VOP need not have the directory as long as it hands out nothing there.
        Effect.catchIf(
          (failure) => isRefusal(failure) && failure.code === 'RemoteFileMissing',
          () => Effect.succeed([]),
        ),
      ),
      download: (file) => client.download(file),
      acknowledge: (file) => {
        const { pos, resource, making, archive } = VOP_DIRECTORIES;
        const lies = [pos, resource].find((directory) => file.path.startsWith(`${server.basePath}/${directory}/`));
        return client.move(file, `${archive}/${lies ?? making}`);
      },
    }),
  );

/** VOP at a given server (the simulator's, in tests and in the demo). */
export const vopPortAt = (server: SftpServer, tuning: SftpTuning = SFTP_TUNING): Layer.Layer<VopPort> =>
  Layer.scoped(VopPort, makeVopPort(server, tuning));

/** How long a file on the partner's side must stand still before it counts as complete, in milliseconds. */
const settleMs = Config.integer('VOP_SFTP_SETTLE_MS').pipe(Config.withDefault(SFTP_TUNING.settleMs));

/** VOP as the environment says: VOP_SFTP_URL, VOP_SFTP_FINGERPRINT, VOP_SFTP_KEY_FILE… (docs/partners/vop.md). */
export const VopPortLive = Layer.scoped(
  VopPort,
  Effect.flatMap(Effect.all([vopServer, settleMs]), ([server, settle]) =>
    makeVopPort(server, { ...SFTP_TUNING, settleMs: settle }),
  ),
);
