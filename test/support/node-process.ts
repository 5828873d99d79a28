import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { MARK } from '../../cli/supervisor/marked.ts';
import { anyPort, isFree } from '../../cli/supervisor/ports.ts';

/** What it said last is kept, for the message when it fails. */
const OUTPUT_KEPT = 64 * 1024;

/** A node of ours in a process of its own, to be stopped, killed and paused. */
export class NodeProcess {
  readonly child: ChildProcess;
  readonly #what: string;
  readonly #gone: Promise<unknown>;
  #output = '';

  /** @param args the program and its arguments, as for `node`. It speaks to this process over the channel. */
  constructor(args: readonly [string, ...ReadonlyArray<string>], env: Readonly<Record<string, string | undefined>>) {
    this.#what = args[0];
    // With the mark of the run it ends with it, also when that is killed.
    const marked = { [MARK]: process.env[MARK], ...env };
    this.child = spawn(process.execPath, args, { env: marked, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#gone = once(this.child, 'exit');
    for (const stream of [this.stdout, this.child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output = (this.#output + String(chunk)).slice(-OUTPUT_KEPT);
      });
    }
  }

  get stdout(): Readable {
    if (this.child.stdout === null) throw new Error('its output was not asked for');
    return this.child.stdout;
  }

  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves at its first message, or when it is killed before. @throws when it ends by itself, or says nothing. */
  async ready(withinMs: number): Promise<void> {
    const said = once(this.child, 'message', { signal: AbortSignal.timeout(withinMs) }).catch(() => {
      throw new Error(`${this.#what}: not ready within ${withinMs} ms:\n${this.#output}`);
    });
    said.catch(() => undefined);
    const ended = this.#gone.then(() => {
      if (this.child.signalCode !== null) return;
      throw new Error(`${this.#what} ended with ${this.child.exitCode}:\n${this.#output}`);
    });
    ended.catch(() => undefined);
    await Promise.race([said, ended]);
  }

  /** Says one word to it and waits for a message of that type. */
  async request(word: string, type: string, withinMs: number): Promise<void> {
    const late = once(AbortSignal.timeout(withinMs), 'abort').then(() => {
      throw new Error(`${this.#what}: no answer to ${word} within ${withinMs} ms:\n${this.#output}`);
    });
    late.catch(() => undefined);
    const answered = new Promise<void>((resolve) => {
      this.child.on('message', (message: { readonly type?: unknown }) => {
        if (message.type === type) resolve();
      });
    });
    this.child.send(word);
    await Promise.race([answered, this.#gone, late]);
  }

  /** Ends it and waits. @returns the exit code, or null after a kill. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.running) this.child.kill(signal);
    // A paused one would hear SIGTERM only later.
    if (signal === 'SIGTERM') this.resume();
    await this.#gone;
    return this.child.exitCode;
  }

  /** Resolves when it has ended, by itself or not. @returns the signal that ended it, if one did. */
  async ended(): Promise<NodeJS.Signals | null> {
    await this.#gone;
    return this.child.signalCode;
  }

  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    if (this.running) this.child.kill('SIGCONT');
  }
}

/** Below the ports that the system gives to outgoing connections: a node that starts again finds its own still free. */
export const lastingPort = async (): Promise<number> => {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (await isFree(port)) return port;
  }
};

/** Two cores, and other tests beside it. */
const START_MS = 90_000;

export interface ServingNode {
  readonly url: string;
  readonly process: NodeProcess;
}

/**
 * `hufu node --roles …`, as the supervisor starts it. @param port where it answers over HTTP.
 * @returns it when it says that it is ready.
 */
export const startNode = async (
  roles: string,
  env: Readonly<Record<string, string>>,
  port?: number,
): Promise<ServingNode> => {
  const http = String(port ?? (await anyPort()));
  const node = new NodeProcess([resolve(import.meta.dirname, '../../cli/main.ts'), 'node', '--roles', roles], {
    PATH: process.env['PATH'],
    ...env,
    // One of the two is opened, by whether it has a gateway.
    ...{ HUFU_HTTP_PORT: http, HUFU_PROBE_PORT: http, HUFU_RUNNER_PORT: String(await anyPort()) },
  });
  try {
    await node.ready(START_MS);
    return { url: `http://127.0.0.1:${http}`, process: node };
  } catch (cause) {
    await node.end('SIGKILL');
    throw cause;
  }
};
