import { copyFile, mkdir, readdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileKind, VopHeader } from '../../domain/sim/vop-file.ts';
import { vopFileName } from '../../domain/sim/vop-file-name.ts';
import type { Trouble } from './control.ts';
import { reissue, spoil } from './vop-files.ts';

/**
 * The desk of a simulated partner: files that came in and are complete, each handled once, and files that go out when
 * their time has come, possibly spoilt, twice or late. What is on it is kept in the partner's state.
 */

/** `work`: the file's name in the work directory; `name`: the one it goes out under. */
export interface Outgoing {
  readonly atMs: number;
  readonly work: string;
  readonly name: string;
}

export interface DeskState {
  /** Files of the inbox that were handled: path → size and time. */
  handled: Record<string, string>;
  outgoing: Array<Outgoing>;
}

export const EMPTY_DESK: DeskState = { handled: {}, outgoing: [] };

/** Whole files of a directory that stood still since the last look, and were not handled yet. */
export class Inbox {
  #before = new Map<string, string>();

  async look(directory: string, handled: DeskState['handled']): Promise<ReadonlyArray<{ path: string; name: string }>> {
    const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).sort();
    const now = new Map<string, string>();
    for (const name of names) {
      const path = join(directory, name);
      // It may be moved away between the two calls.
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile()) now.set(path, `${found.size}:${found.mtimeMs}`);
    }
    // What was moved away need not be remembered any more.
    for (const path of Object.keys(handled))
      if (path.startsWith(`${directory}/`) && !now.has(path)) delete handled[path];
    const ready = [...now].filter(([path, mark]) => this.#before.get(path) === mark && handled[path] !== mark);
    this.#before = now;
    return ready.map(([path]) => ({ path, name: path.slice(directory.length + 1) }));
  }

  /** To be called before the file is moved away. */
  markOf(path: string): string {
    return this.#before.get(path) ?? '';
  }
}

/** Takes one use of the first trouble planned for this kind. */
export const takeTrouble = (
  troubles: ReadonlyArray<Trouble>,
  kind: FileKind,
): { readonly trouble: Trouble | undefined; readonly left: ReadonlyArray<Trouble> } => {
  const at = troubles.findIndex((planned) => planned.kind === kind && planned.times > 0);
  const trouble = troubles[at];
  if (trouble === undefined) return { trouble: undefined, left: troubles };
  const left = troubles.with(at, { ...trouble, times: trouble.times - 1 }).filter(({ times }) => times > 0);
  return { trouble, left };
};

/** What goes out for a good file in the work directory, with the trouble that is planned for it. */
export const plan = async (
  work: string,
  file: string,
  header: VopHeader,
  delayMs: number,
  trouble: Trouble | undefined,
): Promise<ReadonlyArray<Outgoing>> => {
  const name = vopFileName(header);
  const atMs = Date.now() + delayMs;
  const next = { ...header, sequence: header.sequence + 1 };
  if (trouble === undefined) return [{ atMs, work: file, name }];
  if (trouble.how === 'late') return [{ atMs: atMs + 2 * delayMs, work: file, name }];
  if (trouble.how === 'twice' || trouble.how === 'twiceOtherName') {
    await copyFile(join(work, file), join(work, `${file}.again`));
    const again = trouble.how === 'twice' ? name : vopFileName(next);
    return [
      { atMs, work: file, name },
      { atMs: atMs + delayMs, work: `${file}.again`, name: again },
    ];
  }
  await spoil(join(work, file), join(work, `${file}.spoilt`), trouble.how);
  const wrong = { atMs, work: `${file}.spoilt`, name };
  if (trouble.repairMs === null) {
    await unlink(join(work, file));
    return [wrong];
  }
  await reissue(join(work, file), join(work, `${file}.right`), next.sequence);
  await unlink(join(work, file));
  return [wrong, { atMs: atMs + trouble.repairMs, work: `${file}.right`, name: vopFileName(next) }];
};

/** Puts a file of the work directory into a public one, all at once and with the present time. */
export const publish = async (work: string, directory: string, { work: file, name }: Outgoing): Promise<void> => {
  const from = join(work, file);
  const now = new Date();
  const there = await utimes(from, now, now).then(
    () => true,
    // Published before a crash that came before the state was saved.
    () => false,
  );
  if (there) await rename(from, join(directory, name));
};

export const makeDirectories = async (root: string, names: ReadonlyArray<string>): Promise<void> => {
  for (const name of names) await mkdir(join(root, name), { recursive: true });
};
