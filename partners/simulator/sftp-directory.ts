import { type FileHandle, lstat, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';

/** One SFTP session over a directory: the requests that a file exchange needs, answered from the real file system. */
const { STATUS_CODE, flagsToString } = ssh2.utils.sftp;

export interface ServedDirectory {
  readonly root: string;
  readonly directories: ReadonlySet<string>;
  /** Before each answer. */
  readonly wait: () => Promise<unknown> | undefined;
  /** Bytes of file content that went through. */
  readonly moved: (bytes: number) => void;
}

type Held =
  | { readonly file: FileHandle }
  | { readonly entries: ReadonlyArray<string>; readonly path: string; done: boolean };

const codeOf = (error: unknown): number => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE;
  return code === 'EACCES' || code === 'EPERM' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
};

const attributes = async (path: string): Promise<Attributes> => {
  const { mode, uid, gid, size, atimeMs, mtimeMs } = await stat(path);
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) };
};

class Denied extends Error {
  readonly code = 'EACCES';
}

/** Begins to answer; gives a function that closes what the session left open. */
export const serveDirectory = (sftp: SFTPWrapper, served: ServedDirectory): (() => void) => {
  const held = new Map<number, Held>();
  let next = 0;

  const real = (path: string): string => {
    const inside = posix.normalize(`/${path}`);
    const first = inside.split('/')[1] ?? '';
    if (first !== '' && !served.directories.has(first)) throw new Denied();
    return join(served.root, inside);
  };
  const keep = (what: Held): Buffer => {
    const name = Buffer.alloc(4);
    name.writeUInt32BE(next);
    held.set(next, what);
    next += 1;
    return name;
  };
  const fileOf = (handle: Buffer): FileHandle => {
    const found = held.get(handle.readUInt32BE());
    if (found === undefined || !('file' in found)) throw new Error('no such handle');
    return found.file;
  };
  const answer = (id: number, work: () => Promise<void>): void => {
    Promise.resolve(served.wait())
      .then(work)
      .catch((error: unknown) => sftp.status(id, codeOf(error)));
  };
  const ok = (id: number) => sftp.status(id, STATUS_CODE.OK);

  sftp.on('REALPATH', (id, path) =>
    answer(id, async () => {
      const filename = posix.normalize(`/${path}`);
      sftp.name(id, [{ filename, longname: filename, attrs: await attributes(served.root) }]);
    }),
  );
  sftp.on('STAT', (id, path) => answer(id, async () => sftp.attrs(id, await attributes(real(path)))));
  sftp.on('LSTAT', (id, path) => answer(id, async () => sftp.attrs(id, await attributes(real(path)))));
  sftp.on('FSTAT', (id, handle) =>
    answer(id, async () => {
      const { mode, uid, gid, size, atimeMs, mtimeMs } = await fileOf(handle).stat();
      sftp.attrs(id, { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) });
    }),
  );
  sftp.on('OPEN', (id, path, flags) =>
    answer(id, async () => {
      const file = await open(real(path), flagsToString(flags) ?? 'r');
      sftp.handle(id, keep({ file }));
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, async () => {
      const { bytesRead, buffer } = await fileOf(handle).read(Buffer.allocUnsafe(Math.min(length, 256 * 1024)), {
        position: offset,
        length: Math.min(length, 256 * 1024),
      });
      served.moved(bytesRead);
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, data) =>
    answer(id, async () => {
      await fileOf(handle).write(data, 0, data.length, offset);
      served.moved(data.length);
      ok(id);
    }),
  );
  sftp.on('CLOSE', (id, handle) =>
    answer(id, async () => {
      const number = handle.readUInt32BE();
      const found = held.get(number);
      held.delete(number);
      if (found !== undefined && 'file' in found) await found.file.close();
      ok(id);
    }),
  );
  sftp.on('OPENDIR', (id, path) =>
    answer(id, async () => {
      const directory = real(path);
      sftp.handle(id, keep({ entries: await readdir(directory), path: directory, done: false }));
    }),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, async () => {
      const found = held.get(handle.readUInt32BE());
      if (found === undefined || 'file' in found) throw new Error('no such handle');
      if (found.done) return void sftp.status(id, STATUS_CODE.EOF);
      found.done = true;
      const names = await Promise.all(
        found.entries.map((filename) =>
          // A file may be renamed between reading the directory and looking at it.
          attributes(join(found.path, filename)).then(
            (attrs) => [{ filename, longname: filename, attrs }],
            () => [],
          ),
        ),
      );
      return void sftp.name(id, names.flat());
    }),
  );
  sftp.on('REMOVE', (id, path) => answer(id, async () => unlink(real(path)).then(() => void ok(id))));
  sftp.on('RENAME', (id, from, to) =>
    answer(id, async () => {
      // SFTP version 3: a rename never replaces what is there.
      const taken = await lstat(real(to)).then(
        () => true,
        () => false,
      );
      if (taken) return void sftp.status(id, STATUS_CODE.FAILURE);
      await rename(real(from), real(to));
      return void ok(id);
    }),
  );
  sftp.on('SETSTAT', (id) => answer(id, async () => void ok(id)));
  sftp.on('FSETSTAT', (id) => answer(id, async () => void ok(id)));
  return () => {
    for (const found of held.values()) if ('file' in found) found.file.close().catch(() => undefined);
    held.clear();
  };
};
