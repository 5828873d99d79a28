import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect } from 'effect';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import { backupRefusals } from '../../domain/operations/backup/refusals.ts';
import type { BackupPlace } from './port.ts';

/** A directory, mode 0700: of another disk than the database, or mounted from another machine. */

const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown';

const away = (what: string, cause: unknown): Fault =>
  fault('backup', codeOf(cause) === 'ENOSPC' ? 'PlaceFull' : 'Unavailable', `${what}: ${codeOf(cause)}`, 60_000);

const attempt = <A>(what: string, run: () => Promise<A>): Effect.Effect<A, Fault> =>
  Effect.tryPromise({ try: run, catch: (cause) => away(what, cause) });

const make = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
};

/** A name is given to a directory by a write of its own. */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const write = async (directory: string, name: string, content: Buffer): Promise<void> => {
  await make(directory);
  const temporary = join(directory, `.${name}.part`);
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(directory, name));
  await syncDirectory(directory);
};

export const directoryPlace = (directory: string): BackupPlace => ({
  title: directory,
  list: attempt('listing backups', async () => {
    await make(directory);
    const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).toSorted();
    return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(directory, name))).size })));
  }),
  put: (name, content) => attempt(`writing ${name}`, () => write(directory, name, content)),
  get: (name) =>
    Effect.tryPromise({
      try: () => readFile(join(directory, name)),
      catch: (cause) =>
        codeOf(cause) === 'ENOENT' ? backupRefusals.partMissing(name) : away(`reading ${name}`, cause),
    }),
  remove: (name) => attempt(`removing ${name}`, () => rm(join(directory, name), { force: true })),
});
