import { join } from 'node:path';
import { EXIT, say } from './failure.ts';
import { rootDir } from './supervisor/run.ts';
import { table } from './table.ts';
import { runHere, VITEST } from './test.ts';

/** `hufu check`: what needs no server. All steps run, also after one has failed, so that one call tells everything. */

const inModules = (...path: readonly string[]): string => join(rootDir, 'node_modules', ...path);

const STEPS: ReadonlyArray<{ readonly name: string; readonly args: readonly string[] }> = [
  {
    name: 'types',
    // What it remembers makes the next check of a few changed files eight times quicker.
    args: [
      ...[inModules('typescript', 'bin', 'tsc'), '--noEmit'],
      ...['--incremental', '--tsBuildInfoFile', join(rootDir, '.hufu', 'types.buildinfo')],
    ],
  },
  {
    name: 'types of the console',
    args: [
      ...[inModules('typescript', 'bin', 'tsc'), '--noEmit', '--project', 'console'],
      ...['--incremental', '--tsBuildInfoFile', join(rootDir, '.hufu', 'types-console.buildinfo')],
    ],
  },
  {
    name: 'format and lint',
    args: [inModules('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '--diagnostic-level=warn'],
  },
  { name: 'rooms and sizes', args: [VITEST, 'run', 'test/architecture'] },
  { name: 'dead code', args: [inModules('knip', 'bin', 'knip.js'), '--no-progress'] },
];

export const check = async (): Promise<number> => {
  const rows: string[][] = [];
  let failed = 0;
  for (const { name, args } of STEPS) {
    const started = performance.now();
    say(`checking ${name}`);
    const code = await runHere(args);
    if (code !== EXIT.ok) failed += 1;
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    rows.push([code === EXIT.ok ? '✓' : '✗', name, `${seconds} s`]);
  }
  process.stdout.write(`\n${table(rows)}\n`);
  return failed === 0 ? EXIT.ok : EXIT.failed;
};
