import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Address } from './run-file.ts';

/**
 * One process under the supervisor's care: started in a process group of its own (Ctrl-C reaches the supervisor alone,
 * which ends the parts in order), its output in a log that is bounded, restarted when it ends by itself.
 */

export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logPath: string;
  /** A process of ours: it says over the channel when it is ready, and ends when the channel closes. */
  readonly ours: boolean;
  /** How long it may take to end after SIGTERM, in milliseconds. */
  readonly graceMs: number;
}

/** Whoever looks after the child. */
export interface ChildListener {
  /** A line for the person. */
  readonly report: (line: string) => void;
  /** It cannot be kept alive. */
  readonly giveUp: (failure: Failure) => void;
  /** It has a new pid. */
  readonly started: () => void;
}

/** What a process of ours says when it is ready. `env` reaches the processes that start after it. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly addresses: readonly Address[];
  readonly env: Readonly<Record<string, string>>;
}

const isReady = (message: unknown): message is ReadyMessage =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

const LOG_LIMIT_BYTES = 50 * 1024 * 1024;
/** This many ends within this time are a loop that restarting does not cure. */
export const CRASH_LIMIT = 5;
export const CRASH_WINDOW_MS = 60_000;
const BACKOFF_FIRST_MS = 250;
const BACKOFF_LIMIT_MS = 8_000;

/** Wait before the next start, given how many ends lie within the window; undefined when it is to be given up. */
export const restartDelayMs = (recentEnds: number): number | undefined =>
  recentEnds >= CRASH_LIMIT ? undefined : Math.min(BACKOFF_FIRST_MS * 2 ** (recentEnds - 1), BACKOFF_LIMIT_MS);

export class Child {
  readonly spec: ChildSpec;
  ready: ReadyMessage | undefined;
  readonly #listener: ChildListener;
  #process: ChildProcess | undefined;
  #stopping = false;
  #keptAlive = false;
  #ends: number[] = [];
  #restart: NodeJS.Timeout | undefined;

  constructor(spec: ChildSpec, listener: ChildListener) {
    this.spec = spec;
    this.#listener = listener;
    try {
      if (statSync(spec.logPath).size > 0) renameSync(spec.logPath, `${spec.logPath}.1`);
    } catch {
      // The first start: there is no log yet.
    }
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  start(): void {
    const log = openSync(this.spec.logPath, 'a');
    const child = spawn(this.spec.command, [...this.spec.args], {
      env: this.spec.env as NodeJS.ProcessEnv,
      stdio: this.spec.ours ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    this.#process = child;
    this.ready = undefined;
    child.on('message', (message) => {
      if (isReady(message)) this.ready = message;
    });
    child.on('error', (cause) => this.#ended(child, cause.message));
    this.#listener.started();
    child.on('exit', (code, signalName) => this.#ended(child, signalName ?? `exit code ${code}`));
  }

  /** From now on an end that nobody asked for is followed by a new start. */
  keepAlive(): void {
    this.#keptAlive = true;
    if (!this.running && !this.#stopping) this.#ended(undefined, 'it ended early');
  }

  #ended(child: ChildProcess | undefined, how: string): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    this.ready = undefined;
    if (this.#stopping || !this.#keptAlive) return;
    const now = Date.now();
    this.#ends = [...this.#ends.filter((at) => now - at < CRASH_WINDOW_MS), now];
    const delayMs = restartDelayMs(this.#ends.length);
    if (delayMs === undefined) {
      this.#listener.giveUp(
        this.failure(`ended ${CRASH_LIMIT} times within a minute (${how}); it is not started again`),
      );
      return;
    }
    this.#listener.report(`${this.spec.name} ended (${how}); starting it again in ${delayMs} ms`);
    this.#restart = setTimeout(() => this.#startAgain(), delayMs);
  }

  #startAgain(): void {
    try {
      this.start();
    } catch (cause) {
      // The log cannot be opened: the disk is full, or somebody removed the state.
      this.#listener.giveUp(this.failure(`cannot be started again: ${cause instanceof Error ? cause.message : cause}`));
    }
  }

  failure(what: string): Failure {
    return new Failure(`${this.spec.name} ${what}.`, ...lastLines(this.spec.logPath), `Its log: ${this.spec.logPath}`);
  }

  /** Resolves once `probe` says yes. @throws Failure with the end of the log, when it ends or the time is over. */
  async healthy(probe: () => Promise<boolean>, deadlineMs: number): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    while (!(await probe())) {
      if (!this.running) throw this.failure('ended while starting');
      if (Date.now() > deadline) throw this.failure(`did not become ready within ${deadlineMs / 1_000} s`);
      await sleep(50);
    }
  }

  /** Asks it to end, and makes it end when it takes too long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#process;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const killer = setTimeout(() => {
      this.#listener.report(`${this.spec.name} did not end within ${this.spec.graceMs / 1_000} s; killing it`);
      child.kill('SIGKILL');
    }, this.spec.graceMs);
    await ended;
    clearTimeout(killer);
  }

  /** Keeps the log bounded. Writers append, so cutting it to nothing under them is safe. */
  trimLog(): void {
    try {
      if (statSync(this.spec.logPath).size < LOG_LIMIT_BYTES) return;
      copyFileSync(this.spec.logPath, `${this.spec.logPath}.1`);
      truncateSync(this.spec.logPath);
    } catch (cause) {
      this.#listener.report(
        `the log of ${this.spec.name} cannot be trimmed: ${cause instanceof Error ? cause.message : cause}`,
      );
    }
  }
}

const TAIL_LINES = 12;

const lastLines = (path: string): string[] => {
  try {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES);
    return lines.map((line) => `  | ${line.slice(0, 300)}`);
  } catch {
    return [];
  }
};
