import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure, say } from '../failure.ts';
import { Child, type ChildSpec } from './child.ts';
import { MARK, startTimeOf, sweep } from './marked.ts';
import { claim, holderIsAlive, type RunFile, release, updateRunFile } from './run-file.ts';

/**
 * A run: the processes that one `up` (or `test`, or `bench`) started in one state directory, and the promise that none
 * outlives it: `stop` ends them in order, and a watchdog does so when this process is killed.
 */

const NEEDED_BYTES = 300 * 1024 * 1024;
const SWEEP_GRACE_MS = 5_000;
const TRIM_EVERY_MS = 60_000;

export const rootDir = resolve(import.meta.dirname, '..', '..');

/** Where the state of this checkout lies. */
export const stateDirOf = (env: NodeJS.ProcessEnv): string => resolve(env['HUFU_STATE_DIR'] ?? join(rootDir, '.hufu'));

export interface RunOptions {
  readonly stateDir: string;
  /** True for servers of a test: the directory goes with the run. */
  readonly scratch: boolean;
}

export class Run {
  readonly stateDir: string;
  readonly logDir: string;
  /** Resolves when a part cannot be kept alive. */
  readonly broken: Promise<Failure>;
  #file: RunFile;
  #giveUp: (failure: Failure) => void = () => undefined;
  readonly #children: Child[] = [];
  #watchdog: ChildProcess | undefined;
  #stopped: Promise<void> | undefined;
  readonly #trimmer: NodeJS.Timeout;
  readonly #scratch: boolean;

  private constructor(file: RunFile, options: RunOptions) {
    this.#file = file;
    this.stateDir = options.stateDir;
    this.#scratch = options.scratch;
    this.logDir = join(options.stateDir, 'logs');
    mkdirSync(this.logDir, { recursive: true });
    this.broken = new Promise((resolveBroken) => {
      this.#giveUp = resolveBroken;
    });
    this.#watch();
    this.#trimmer = setInterval(() => {
      for (const child of this.#children) child.trimLog();
    }, TRIM_EVERY_MS);
    this.#trimmer.unref();
  }

  /** Takes the state directory. @returns the run that lives there already, if one does. */
  static async begin(options: RunOptions): Promise<Run | RunFile> {
    checkDisk(options.stateDir);
    for (;;) {
      const { holder, run } = claimed(options.stateDir);
      if (holder === undefined) {
        // Tools that fetch a server are started without `start`; they too must not outlive this process.
        process.env[MARK] = run.runId;
        return new Run(run, options);
      }
      if (holderIsAlive(holder)) return holder;
      say('tidying up after a run that was killed');
      await sweep(holder, SWEEP_GRACE_MS);
      release(options.stateDir, holder.runId);
    }
  }

  get file(): RunFile {
    return this.#file;
  }

  update(change: Partial<Pick<RunFile, 'status' | 'children' | 'ports' | 'addresses' | 'env'>>): void {
    this.#file = { ...this.#file, ...change };
    updateRunFile(this.stateDir, this.#file);
  }

  start(spec: Omit<ChildSpec, 'logPath'>): Child {
    if (this.#stopped !== undefined) throw new Failure(`${spec.name} is not started: the run is stopping.`);
    const child = new Child(
      {
        ...spec,
        env: { ...process.env, ...spec.env, [MARK]: this.#file.runId },
        logPath: join(this.logDir, `${spec.name}.log`),
      },
      { report: say, giveUp: this.#giveUp, started: () => this.#listChildren() },
    );
    this.#children.push(child);
    child.start();
    return child;
  }

  #listChildren(): void {
    const children = this.#children.flatMap(({ pid }) => {
      const startTime = pid === undefined ? undefined : startTimeOf(pid);
      return pid === undefined || startTime === undefined ? [] : [{ pid, startTime }];
    });
    this.update({ children });
  }

  /** Ends a child as a power cut would (SIGKILL), to see what survives. @returns false when there is none of the name. */
  strike(name: string): boolean {
    const pid = this.#children.find((child) => child.spec.name === name)?.pid;
    return pid !== undefined && process.kill(pid, 'SIGKILL');
  }

  /** The watchdog is started anew when it ends, so killing it alone does not disarm it. */
  #watch(): void {
    const script = join(rootDir, 'cli', 'supervisor', 'watchdog.ts');
    const args = [script, this.#file.runId, this.stateDir, this.#scratch ? '1' : '0'];
    // Without a mark, also not that of a run in which this one was started: it must outlive what it sweeps.
    const env = { ...process.env, [MARK]: undefined };
    const watchdog = spawn(process.execPath, args, { env, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    this.#watchdog = watchdog;
    watchdog.unref();
    watchdog.on('exit', () => {
      if (this.#watchdog === watchdog && this.#stopped === undefined) setTimeout(() => this.#watch(), 1_000).unref();
    });
    watchdog.on('error', (cause) => say(`the watchdog cannot be started: ${cause.message}`));
    watchdog.stdin?.on('error', () => undefined);
  }

  /** Ends everything, last started first, and gives the state directory free. Repeated calls share one end. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#trimmer);
    this.update({ status: 'stopping' });
    for (const child of this.#children.toReversed()) await child.stop();
    await sweep(this.#file, SWEEP_GRACE_MS);
    this.#leave();
    await this.#dismissWatchdog();
  }

  /** A word before the pipe closes: nothing is left to tidy. */
  async #dismissWatchdog(): Promise<void> {
    const watchdog = this.#watchdog;
    if (watchdog === undefined || watchdog.exitCode !== null || watchdog.signalCode !== null) return;
    const gone = new Promise((resolveGone) => watchdog.once('exit', resolveGone));
    watchdog.ref();
    watchdog.stdin?.end('done');
    await gone;
  }

  #leave(): void {
    release(this.stateDir, this.#file.runId);
    if (this.#scratch) rmSync(this.stateDir, { recursive: true, force: true });
  }

  /** For the person who presses Ctrl-C twice: no asking. */
  async kill(): Promise<void> {
    await sweep(this.#file, 0);
    this.#leave();
  }
}

const claimed = (stateDir: string): ReturnType<typeof claim> => {
  try {
    return claim(stateDir, randomUUID());
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOSPC') throw diskFull(stateDir);
    throw new Failure(
      `the state directory ${stateDir} cannot be written (${code ?? cause}).`,
      'Set HUFU_STATE_DIR to a directory that you may write to.',
    );
  }
};

const diskFull = (stateDir: string): Failure =>
  new Failure(
    `the disk is nearly full: the servers need ${NEEDED_BYTES / 1024 / 1024} MB where ${stateDir} lies.`,
    'Free some space, or set HUFU_STATE_DIR to a directory on another disk.',
  );

const checkDisk = (stateDir: string): void => {
  let nearest = stateDir;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  const { bavail, bsize } = statfsSync(nearest);
  if (bavail * bsize < NEEDED_BYTES) throw diskFull(stateDir);
};
