import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { EXIT, Failure, say } from '../failure.ts';
import { rootDir } from '../supervisor/run.ts';
import { runHere } from '../test.ts';

/**
 * The built web console: one directory per content, below `.hufu/console`. What its name is made of are the console's
 * files, how they are built, and the versions of the packages, so whoever has not touched these never waits for a build.
 */

const home = join(rootDir, '.hufu', 'console');
const SOURCES = ['console', 'cli/console/build.ts', 'package-lock.json'];

const filesOf = (path: string): readonly string[] =>
  path.includes('.')
    ? [path]
    : readdirSync(join(rootDir, path), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(rootDir, join(entry.parentPath, entry.name)));

const contentName = (): string => {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesOf).toSorted())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(rootDir, file)));
  return hash.digest('hex').slice(0, 16);
};

/** A gateway may still serve one that is not the newest. */
const KEPT = 4;

const dropOldest = async (): Promise<void> => {
  const builds = readdirSync(home)
    .filter((name) => !name.startsWith('.'))
    .map((name) => ({ path: join(home, name), atMs: statSync(join(home, name)).mtimeMs }))
    .toSorted((a, b) => b.atMs - a.atMs);
  for (const { path } of builds.slice(KEPT)) await rm(path, { recursive: true, force: true });
};

/** Where it lies; built first when it is not there. @throws Failure when it cannot be built. */
export const builtConsole = async (): Promise<string> => {
  const directory = join(home, contentName());
  if (existsSync(directory)) return directory;
  if (!existsSync(join(rootDir, 'node_modules', 'vite'))) {
    throw new Failure(
      'the web console is not built, and its packages are not installed.',
      'Run npm ci, with development packages.',
    );
  }
  const started = performance.now();
  await mkdir(home, { recursive: true });
  const unfinished = await mkdtemp(join(home, '.new-'));
  try {
    say('building the web console');
    // A process of its own: the bundler keeps threads and memory.
    const code = await runHere([join(rootDir, 'cli', 'console', 'build.ts'), unfinished], {
      NODE_ENV: 'production',
    });
    if (code !== EXIT.ok) throw new Failure('the web console could not be built; its errors are above.');
    await dropOldest();
    // Of two that build at once the first one's stays: they are the same.
    await rename(unfinished, directory).catch((cause: unknown) => {
      if (!existsSync(directory)) throw cause;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  say(`the web console is built after ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  return directory;
};

/** For nodes: a directory that somebody has named is theirs. Without a console everything else works. */
export const consoleEnv = async (): Promise<Readonly<Record<string, string>>> => {
  const named = process.env['HUFU_CONSOLE_DIR'];
  if (named !== undefined && named !== '') return { HUFU_CONSOLE_DIR: named };
  try {
    return { HUFU_CONSOLE_DIR: await builtConsole() };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    say(`${cause.message} There is no console.`);
    return {};
  }
};

export const printConsole = async (): Promise<number> => {
  process.stdout.write(`${await builtConsole()}\n`);
  return EXIT.ok;
};
