import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { rootDir } from '../cli/supervisor/run.ts';
import type { NodeSettings, Reply, Request } from './node/messages.ts';

/**
 * A node in a process of its own, on the layers that `hufu node` has: to be looked at from outside, and to be killed.
 * It ends with this process however that ends: it stops when the channel between them closes, and it carries the mark
 * of the run, by which the watchdog finds it.
 */

const READY_MS = 60_000;

const running = new Set<ChildProcess>();

/** Those that a part of a bench has left, also when it failed. */
export const killNodes = async (): Promise<void> => {
  const ends = [...running].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(ends);
};

export interface NodeProcess {
  /** `performance.now()` when it was started, when its program was loaded, and when its layers stood. */
  readonly spawnedMs: number;
  readonly loadedMs: number;
  readonly readyMs: number;
  readonly request: <R extends Request>(request: R) => Promise<Reply<R>>;
  /** As a power cut would; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
  /** In order. */
  readonly stop: () => Promise<void>;
}

interface Message {
  readonly type: 'loaded' | 'ready' | 'reply' | 'failed';
  readonly id?: number;
  readonly value?: unknown;
}

const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'type' in message;

/** What the process says, in order: first that its program is loaded, then that it is ready, then replies. */
const listen = (child: ChildProcess) => {
  const waiting = new Map<string, { resolve: (value: unknown) => void; reject: (cause: Error) => void }>();
  const next = (key: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.set(key, { resolve, reject });
    });
  child.on('message', (message) => {
    if (!isMessage(message)) return;
    const key = message.id === undefined ? message.type : `reply ${message.id}`;
    const one = waiting.get(key);
    waiting.delete(key);
    if (message.type === 'failed') one?.reject(new Error(String(message.value)));
    else one?.resolve(message.value);
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  running.add(child);
  void exited.then(() => {
    running.delete(child);
    const gone = new Error(`the node ended with ${child.exitCode ?? child.signalCode}`);
    for (const one of waiting.values()) one.reject(gone);
    waiting.clear();
  });
  return { next, exited };
};

export const startNodeProcess = async (settings: NodeSettings): Promise<NodeProcess> => {
  const spawnedMs = performance.now();
  const child = fork(join(rootDir, 'bench', 'node', 'node.ts'), [JSON.stringify(settings)], {
    execArgv: ['--expose-gc'],
    // The allocator as `hufu up` sets it. What goes wrong is told beside the figures, not among them.
    env: { MALLOC_ARENA_MAX: '2', HUFU_LOG: 'error', ...process.env },
    stdio: ['ignore', 2, 'inherit', 'ipc'],
  });
  const { next, exited } = listen(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  const ready = next('ready').then(() => performance.now());
  try {
    const loadedMs = await Promise.race([next('loaded').then(() => performance.now()), ready]);
    const readyMs = await ready;
    let requests = 0;
    const request = async <R extends Request>(what: R): Promise<Reply<R>> => {
      requests += 1;
      const reply = next(`reply ${requests}`);
      child.send({ id: requests, request: what });
      // The process answers each request with its own reply, as `node/messages.ts` says.
      return (await reply) as Reply<R>;
    };
    return { spawnedMs, loadedMs, readyMs, request, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
  } catch (cause) {
    await end('SIGKILL');
    throw cause;
  } finally {
    clearTimeout(timer);
  }
};
