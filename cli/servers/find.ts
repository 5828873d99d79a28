import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure, say } from '../failure.ts';
import type { ServerKind } from './catalog.ts';
import { keep, osRelease } from './sources.ts';
import { isExecutable, onPath, outputOf } from './tool.ts';

/**
 * Finds a server: an address in the environment, a program on the PATH, one in the user's cache; and fetches it into
 * the cache when there is none. Never a stand-in: where none can be had, the error names the variable to set.
 */

export type Found =
  | { readonly where: 'environment'; readonly address: string }
  | { readonly where: 'PATH' | 'cache'; readonly program: string; readonly version: string };

/** Room that fetching may need while it builds and unpacks. */
const NEEDED_BYTES = 1_500 * 1024 * 1024;

export const cacheDir = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'hufu');

/** @returns the version as the program says it, or undefined when it does not run here or is too old. */
export const versionOf = async (kind: ServerKind, program: string): Promise<string | undefined> => {
  const [line, major] = kind.version.exec((await outputOf(program, kind.versionArgs)) ?? '') ?? [];
  return line !== undefined && Number(major) >= kind.minimum ? line : undefined;
};

/** What is there already; fetches nothing. */
export const find = async (kind: ServerKind, env: NodeJS.ProcessEnv): Promise<Found | undefined> => {
  const address = env[kind.variable];
  if (address !== undefined && address !== '') return { where: 'environment', address };
  const places = [
    ['PATH', onPath(kind.binary, env['PATH'] ?? '')],
    ['cache', join(cacheDir(env), 'bin', kind.binary)],
  ] as const;
  for (const [where, program] of places) {
    if (program === undefined || !isExecutable(program)) continue;
    const version = await versionOf(kind, program);
    if (version !== undefined) return { where, program, version };
  }
  return undefined;
};

/** Finds it, or fetches it. @throws Failure that tells every way that was tried, and the variable to set. */
export const findOrFetch = async (kind: ServerKind, env: NodeJS.ProcessEnv): Promise<Found> =>
  (await find(kind, env)) ?? (await provision(kind, env));

const provision = async (kind: ServerKind, env: NodeJS.ProcessEnv): Promise<Found> => {
  const binDir = join(cacheDir(env), 'bin');
  makeCache(binDir, kind);
  const machine = { arch: process.arch, osRelease: osRelease() };
  const tried: string[] = [];
  for (const source of kind.sources) {
    const missing = source.tools.filter((tool) => onPath(tool, env['PATH'] ?? '') === undefined);
    if (missing.length > 0) {
      tried.push(`${source.title}: needs ${missing.join(' and ')} on the PATH`);
      continue;
    }
    const started = Date.now();
    const dir = mkdtempSync(join(binDir, `.new-${kind.binary}-`));
    const tidy = (): void => rmSync(dir, { recursive: true, force: true });
    process.once('exit', tidy);
    try {
      say(`fetching ${kind.title}: ${source.title}`);
      const program = await keepIfItRuns(kind, await source.fetch(dir, machine), binDir);
      const version = (await versionOf(kind, program)) ?? '';
      say(`${kind.title} is in the cache after ${Math.round((Date.now() - started) / 1_000)} s (${version})`);
      return { where: 'cache', program, version };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      say(`  ${why}`);
      tried.push(`${source.title}: ${why}${/ENOSPC|No space left/i.test(why) ? ' (free some disk space)' : ''}`);
    } finally {
      process.off('exit', tidy);
      tidy();
    }
  }
  throw new Failure(
    `${kind.title} was not found and could not be fetched.`,
    ...tried.map((line) => `- ${line}`),
    `Install ${kind.binary} and put it on the PATH, or set ${kind.variable} (${kind.example}); ./hufu doctor shows what is missing.`,
  );
};

/** Checked where it was fetched to, so that a program that does not run here never enters the cache. */
const keepIfItRuns = async (
  kind: ServerKind,
  fetched: Awaited<ReturnType<ServerKind['sources'][number]['fetch']>>,
  binDir: string,
): Promise<string> => {
  await chmod(fetched.program, 0o755);
  if ((await versionOf(kind, fetched.program)) === undefined)
    throw new Error('the program does not run on this machine');
  return keep(fetched, binDir, kind.binary);
};

const makeCache = (binDir: string, kind: ServerKind): void => {
  try {
    mkdirSync(binDir, { recursive: true });
  } catch {
    throw new Failure(
      `the cache ${binDir} cannot be written.`,
      'Set XDG_CACHE_HOME to a directory that you may write to.',
    );
  }
  const { bavail, bsize } = statfsSync(binDir);
  if (bavail * bsize < NEEDED_BYTES) {
    throw new Failure(
      `the disk is nearly full: fetching ${kind.title} needs ${NEEDED_BYTES / 1024 / 1024} MB where ${binDir} lies.`,
      'Free some space, or set XDG_CACHE_HOME to a directory on another disk.',
    );
  }
};
