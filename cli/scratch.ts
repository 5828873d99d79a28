import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, say } from './failure.ts';
import type { StartedName } from './servers/catalog.ts';
import { runPorts, startServers } from './servers/start.ts';
import { sweep } from './supervisor/marked.ts';
import { Run, stateDirOf } from './supervisor/run.ts';
import { holderIsAlive, readRunFile } from './supervisor/run-file.ts';
import { untilSignal } from './supervisor/signals.ts';

/**
 * Servers for one piece of work (a test run, benchmarks): fresh ones with a state of their own that goes when the work
 * is done, on ports that nobody else has; or those that the environment names.
 */

export interface Scratch {
  readonly env: Readonly<Record<string, string>>;
  readonly run: Run;
}

/** Runs the work, then stops everything. @returns the work's answer, or 130 when it was told to stop. */
export const withScratchServers = async (
  what: string,
  servers: ReadonlyArray<StartedName>,
  work: (scratch: Scratch) => Promise<number>,
): Promise<number> => {
  const home = join(stateDirOf(process.env), what);
  await tidy(home);
  const stateDir = join(home, randomUUID().slice(0, 8));
  const run = await Run.begin({ stateDir, scratch: true });
  if (!(run instanceof Run)) throw new Error(`a fresh directory is taken: ${stateDir}`);
  const signal = untilSignal(() => run.kill());
  const working = async (): Promise<number> => {
    const ports = await runPorts(run, true);
    const { env, own } = await startServers(run, servers, ports);
    if (own.size > 0) say(`started ${[...own].join(', ')} for this run`);
    return work({ run, env: { ...env, HUFU_STATE_DIR: stateDir, HUFU_KEY_DIR: join(stateDir, 'keys') } });
  };
  try {
    const outcome = await Promise.race([working(), signal, run.broken]);
    if (outcome === 'signal') return INTERRUPTED;
    if (typeof outcome !== 'number') throw outcome satisfies Failure;
    return outcome;
  } finally {
    await run.stop();
  }
};

const INTERRUPTED = 130;

/** What runs left behind whose watchdog was killed too. */
const tidy = async (home: string): Promise<void> => {
  if (!existsSync(home)) return;
  for (const name of readdirSync(home)) {
    const left = readRunFile(join(home, name));
    if (left === undefined || holderIsAlive(left)) continue;
    await sweep(left, 1_000);
    rmSync(join(home, name), { recursive: true, force: true });
  }
};
