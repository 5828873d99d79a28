import type { Stats } from 'node:fs';
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

const attributesOf = ({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats): Attributes => {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) };
};

/** At most so many bytes are answered to one read. */
const MAX_READ = 256 * 1024;

class Denied extends Error {
  readonly code = 'EACCES';
}

/** What a session holds open, and how its requests are answered. */
class Session {
  readonly #sftp: SFTPWrapper;
  readonly #served: ServedDirectory;
  readonly #held = new Map<number, Held>();
  #next = 0;

  constructor(sftp: SFTPWrapper, served: ServedDirectory) {
    this.#sftp = sftp;
    this.#served = served;
  }

  real(path: string): string {
    const inside = posix.normalize(`/${path}`);
    const first = inside.split('/')[1] ?? '';
    if (first !== '' && !this.#served.directories.has(first)) throw new Denied();
    return join(this.#served.root, inside);
  }

  keep(what: Held): Buffer {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(this.#next);
    this.#held.set(this.#next, what);
    this.#next += 1;
    return handle;
  }

  held(handle: Buffer): Held {
    const found = this.#held.get(handle.readUInt32BE());
    if (found === undefined) throw new Error('no such handle');
    return found;
  }

  file(handle: Buffer): FileHandle {
    const found = this.held(handle);
    if (!('file' in found)) throw new Error('no handle of a file');
    return found.file;
  }

  async release(handle: Buffer): Promise<void> {
    const found = this.held(handle);
    this.#held.delete(handle.readUInt32BE());
    if ('file' in found) await found.file.close();
  }

  /** `work` answers, or gives nothing and the answer is OK. */
  answer(id: number, work: () => Promise<unknown>): void {
    Promise.resolve(this.#served.wait())
      .then(work)
      .then((answered) => answered ?? this.#sftp.status(id, STATUS_CODE.OK))
      .catch((error: unknown) => this.#sftp.status(id, codeOf(error)));
  }

  close(): void {
    for (const found of this.#held.values()) if ('file' in found) found.file.close().catch(() => undefined);
    this.#held.clear();
  }
}

const ANSWERED = true;

const serveFiles = (sftp: SFTPWrapper, session: Session, moved: (bytes: number) => void): void => {
  sftp.on('OPEN', (id, path, flags) =>
    session.answer(id, async () => {
      const file = await open(session.real(path), flagsToString(flags) ?? 'r');
      sftp.handle(id, session.keep({ file }));
      return ANSWERED;
    }),
  );
  sftp.on('READ', (id, handle, position, wanted) =>
    session.answer(id, async () => {
      const length = Math.min(wanted, MAX_READ);
      const { bytesRead, buffer } = await session.file(handle).read(Buffer.allocUnsafe(length), { position, length });
      moved(bytesRead);
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, buffer.subarray(0, bytesRead));
      return ANSWERED;
    }),
  );
  sftp.on('WRITE', (id, handle, offset, data) =>
    session.answer(id, async () => {
      await session.file(handle).write(data, 0, data.length, offset);
      moved(data.length);
    }),
  );
  sftp.on('FSTAT', (id, handle) =>
    session.answer(id, async () => {
      sftp.attrs(id, attributesOf(await session.file(handle).stat()));
      return ANSWERED;
    }),
  );
  sftp.on('CLOSE', (id, handle) => session.answer(id, () => session.release(handle)));
  sftp.on('FSETSTAT', (id) => session.answer(id, async () => undefined));
};

const serveNames = (sftp: SFTPWrapper, session: Session, root: string): void => {
  const answerStat = (id: number, path: string) =>
    session.answer(id, async () => {
      sftp.attrs(id, attributesOf(await stat(session.real(path))));
      return ANSWERED;
    });
  sftp.on('STAT', answerStat);
  sftp.on('LSTAT', answerStat);
  sftp.on('REALPATH', (id, path) =>
    session.answer(id, async () => {
      const filename = posix.normalize(`/${path}`);
      sftp.name(id, [{ filename, longname: filename, attrs: attributesOf(await stat(root)) }]);
      return ANSWERED;
    }),
  );
  sftp.on('REMOVE', (id, path) => session.answer(id, async () => unlink(session.real(path))));
  sftp.on('RENAME', (id, from, to) =>
    session.answer(id, async () => {
      // SFTP version 3: a rename never replaces what is there.
      const taken = await lstat(session.real(to)).then(
        () => true,
        () => false,
      );
      if (taken) throw new Error('the new name is taken');
      await rename(session.real(from), session.real(to));
    }),
  );
  sftp.on('SETSTAT', (id) => session.answer(id, async () => undefined));
};

const serveListings = (sftp: SFTPWrapper, session: Session): void => {
  sftp.on('OPENDIR', (id, path) =>
    session.answer(id, async () => {
      const directory = session.real(path);
      sftp.handle(id, session.keep({ entries: await readdir(directory), path: directory, done: false }));
      return ANSWERED;
    }),
  );
  sftp.on('READDIR', (id, handle) =>
    session.answer(id, async () => {
      const found = session.held(handle);
      if ('file' in found) throw new Error('no handle of a directory');
      if (found.done) {
        sftp.status(id, STATUS_CODE.EOF);
        return ANSWERED;
      }
      found.done = true;
      const entries = found.entries.map((filename) =>
        // A file may be renamed between reading the directory and looking at it.
        stat(join(found.path, filename)).then(
          (stats) => [{ filename, longname: filename, attrs: attributesOf(stats) }],
          () => [],
        ),
      );
      sftp.name(id, (await Promise.all(entries)).flat());
      return ANSWERED;
    }),
  );
};

/** Begins to answer; gives a function that closes what the session left open. */
export const serveDirectory = (sftp: SFTPWrapper, served: ServedDirectory): (() => void) => {
  const session = new Session(sftp, served);
  serveFiles(sftp, session, served.moved);
  serveNames(sftp, session, served.root);
  serveListings(sftp, session);
  return () => session.close();
};
