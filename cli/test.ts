import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { EXIT, Failure, say } from './failure.ts';
import { withScratchServers } from './scratch.ts';
import { SERVERS } from './servers/catalog.ts';
import { findOrFetch } from './servers/find.ts';
import { rootDir } from './supervisor/run.ts';

/**
 * `hufu test [WHAT…]`: brings servers up once for the whole run, on ports and a state of their own (or takes those of the
 * environment), hands their addresses to vitest, and closes with one plain line. WHAT goes to vitest as it is: a part
 * of a file's path (`faults`, `actors/runtime`), or an option.
 */

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The counts of vitest's JSON report; a file that could not even be loaded counts as one failed. */
export const countsOf = (report: string): Counts | undefined => {
  try {
    const parsed: {
      readonly numPassedTests: number;
      readonly numFailedTests: number;
      readonly numPendingTests: number;
      readonly numTodoTests: number;
      readonly testResults: ReadonlyArray<{ readonly status: string; readonly assertionResults: readonly unknown[] }>;
    } = JSON.parse(report);
    const unloaded = parsed.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    return {
      passed: parsed.numPassedTests,
      failed: parsed.numFailedTests + unloaded.length,
      skipped: parsed.numPendingTests + parsed.numTodoTests,
    };
  } catch {
    return undefined;
  }
};

export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `tests: ${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;

/** Runs a program of node_modules in the foreground. @returns its exit code. */
export const runHere = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], {
      cwd: rootDir,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? EXIT.software));
  });

export const VITEST = join(rootDir, 'node_modules', 'vitest', 'vitest.mjs');

/** A server in Java that only some tests want; where it cannot be had they fail and say so. */
const javaServer = async (
  name: 'temporalTestServer' | 'greenmail',
  without: string,
): Promise<Record<string, string>> => {
  const kind = SERVERS[name];
  try {
    const found = await findOrFetch(kind, process.env);
    return { [kind.variable]: found.where === 'environment' ? found.address : found.program };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    say(`${cause.message} ${without}`);
    for (const line of cause.todo) process.stderr.write(`      ${line}\n`);
    return {};
  }
};

/** Months pass in seconds on the one; the other is the mailbox of the mail's tests. */
const javaServers = async (): Promise<Record<string, string>> => ({
  ...(await javaServer('temporalTestServer', 'Tests that skip time will fail.')),
  ...(await javaServer('greenmail', 'Tests of mail will fail.')),
});

/**
 * Tests that start, kill or ask a Temporal server of their own need its program, also when the run's server is
 * somebody else's.
 */
const pathWithTemporal = async (): Promise<Record<string, string>> => {
  const { TEMPORAL_ADDRESS: _address, ...own } = process.env;
  const found = await findOrFetch(SERVERS.temporal, own);
  const directory = found.where === 'environment' ? [] : [dirname(found.program)];
  return { PATH: [...directory, process.env['PATH'] ?? ''].join(delimiter) };
};

export const test = (what: readonly string[]): Promise<number> =>
  withScratchServers('test', ['mongodb', 'redis', 'temporal'], async ({ env, run }) => {
    const report = join(run.stateDir, 'vitest.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await runHere([VITEST, 'run', ...reporters, ...what], {
      // What passes and fails is the news here; a log line is wanted when something goes wrong.
      HUFU_LOG: process.env['HUFU_LOG'] ?? 'error',
      ...env,
      ...(await javaServers()),
      ...(await pathWithTemporal()),
    });
    const counts = readCounts(report);
    if (counts === undefined) {
      say('vitest ended without a report');
      return code === EXIT.ok ? EXIT.failed : code;
    }
    process.stdout.write(`\n${closingLine(counts)}\n`);
    return counts.failed > 0 || counts.passed === 0 ? EXIT.failed : code;
  });

const readCounts = (path: string): Counts | undefined => {
  try {
    return countsOf(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};
