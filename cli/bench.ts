import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchContext, Figure } from '../bench/bench.ts';
import { benchmarksPage, figureCells, lineOf, type ResultLine } from './bench-results.ts';
import { EXIT, Failure, say } from './failure.ts';
import { withScratchServers } from './scratch.ts';
import { rootDir } from './supervisor/run.ts';
import { table } from './table.ts';

/**
 * `hufu bench [NAME…]`: every `bench/*.ts` exports one `bench`. It runs on fresh servers, prints its figures as a table
 * or as JSON lines, keeps them in `bench/results/<date>-<commit>.jsonl`, and writes `docs/benchmarks.md` anew.
 */

const BENCH_DIR = join(rootDir, 'bench');
const RESULTS_DIR = join(BENCH_DIR, 'results');
/** A bench that takes longer hangs. Two minutes are what it should take, on a machine that does nothing else. */
const LIMIT_MS = 300_000;
const FULL_LIMIT_MS = 60 * 60_000;

const isBench = (value: unknown): value is Bench =>
  typeof value === 'object' && value !== null && 'name' in value && 'run' in value && typeof value.run === 'function';

const discover = async (): Promise<readonly Bench[]> => {
  const files = readdirSync(BENCH_DIR).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'bench.ts',
  );
  const found: Bench[] = [];
  for (const file of files.sort()) {
    const loaded: { readonly bench?: unknown } = await import(join(BENCH_DIR, file));
    if (isBench(loaded.bench)) found.push(loaded.bench);
  }
  return found;
};

interface Choice {
  readonly bench: Bench;
  /** Undefined: all. */
  readonly parts: ReadonlySet<string> | undefined;
}

/** Names are `actors` or, for a part alone, `actors/idle`. */
const chosen = (all: readonly Bench[], names: readonly string[]): readonly Choice[] => {
  const known = new Set(all.flatMap(({ name, parts = [] }) => [name, ...parts.map((part) => `${name}/${part}`)]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0 || all.length === 0) {
    throw new Failure(
      all.length === 0 ? 'there is no benchmark in bench/.' : `no such benchmark: ${unknown.join(', ')}`,
      ...all.map(({ name, title, parts = [] }) =>
        [`${name}: ${title}`, ...parts.map((part) => `${name}/${part}`)].join('; '),
      ),
    );
  }
  if (names.length === 0) return all.map((bench) => ({ bench, parts: undefined }));
  return all.flatMap((bench): readonly Choice[] => {
    if (names.includes(bench.name)) return [{ bench, parts: undefined }];
    const parts = (bench.parts ?? []).filter((part) => names.includes(`${bench.name}/${part}`));
    return parts.length === 0 ? [] : [{ bench, parts: new Set(parts) }];
  });
};

const commit = (): string => {
  try {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', [...args], { cwd: rootDir, encoding: 'utf8' }).trim();
    const clean =
      git('status', '--porcelain', '--untracked-files=no', '--', ':!bench/results', ':!docs/benchmarks.md') === '';
    return `${git('rev-parse', '--short=10', 'HEAD')}${clean ? '' : '-changed'}`;
  } catch {
    // An unpacked archive has no history.
    return 'unversioned';
  }
};

const within = async (bench: Bench, context: BenchContext): Promise<void> => {
  const limitMs = context.full ? FULL_LIMIT_MS : LIMIT_MS;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure(`${bench.name} took longer than ${limitMs / 1_000} s.`)), limitMs);
  });
  try {
    await Promise.race([bench.run(context), late]);
  } finally {
    clearTimeout(timer);
  }
};

export const bench = async (
  names: readonly string[],
  options: { readonly full?: boolean; readonly json?: boolean },
): Promise<number> => {
  const choices = chosen(await discover(), names);
  const servers = [...new Set(choices.flatMap(({ bench: { servers } }) => servers))];
  return withScratchServers('bench', servers, async ({ env }) => {
    // Rooms read their settings from the environment, in a bench as in a node.
    Object.assign(process.env, env);
    const results: ResultLine[] = [];
    let failed = 0;
    for (const { bench: one, parts } of choices) {
      say(`${one.name}: ${one.title}`);
      const figures: ResultLine[] = [];
      const report = (figure: Figure): void => {
        const line = lineOf(one.name, figure);
        figures.push(line);
        if (options.json === true) process.stdout.write(`${JSON.stringify(line)}\n`);
      };
      try {
        await within(one, contextOf(env, { bench: one, parts }, options.full === true, report));
      } catch (cause) {
        failed += 1;
        say(`${one.name} failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause)}`);
      }
      if (options.json !== true) process.stdout.write(`\n${table([HEADER, ...figures.map(figureCells)])}\n\n`);
      results.push(...figures);
    }
    keep(results);
    return failed === 0 ? EXIT.ok : EXIT.failed;
  });
};

const HEADER = ['figure', 'value', 'unit', 'baseline', 'ratio', 'goal', 'met'] as const;

const contextOf = (
  env: Readonly<Record<string, string>>,
  { bench: { name }, parts }: Choice,
  full: boolean,
  report: (figure: Figure) => void,
): BenchContext => ({
  full,
  wants: (part) => parts?.has(part) ?? true,
  report,
  log: (line) => say(`  ${line}`),
  mongodbUri: env['MONGODB_URI'] ?? '',
  redisUrl: env['REDIS_URL'] ?? '',
  temporalAddress: env['TEMPORAL_ADDRESS'] ?? '',
  database: `bench_${name.replaceAll(/[^a-z0-9]/gi, '_')}_${randomBytes(4).toString('hex')}`,
});

const keep = (results: readonly ResultLine[]): void => {
  if (results.length === 0) return;
  mkdirSync(RESULTS_DIR, { recursive: true });
  const name = `${new Date().toISOString().slice(0, 10)}-${commit()}.jsonl`;
  appendFileSync(join(RESULTS_DIR, name), results.map((line) => `${JSON.stringify(line)}\n`).join(''));
  writeFileSync(join(rootDir, 'docs', 'benchmarks.md'), benchmarksPage(RESULTS_DIR));
  say(`kept in bench/results/${name}; docs/benchmarks.md shows the last figures`);
};
