import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anyPort } from '../cli/supervisor/ports.ts';
import { rootDir } from '../cli/supervisor/run.ts';

/**
 * The processes of a measured cycle: the simulators in one of their own, so that their memory and processor time are
 * not counted as ours, and a node with all roles, looked at from outside by its metrics and by the kernel's figures.
 */

type Environment = Readonly<Record<string, string>>;

export interface Started {
  readonly pid: number;
  /** What it names to the processes that start after it. */
  readonly env: Environment;
  /** Resolves when it has ended; rejects when it ended by itself with another code than 0. */
  readonly stop: () => Promise<void>;
}

const READY_MS = 60_000;
const GRACE_MS = 25_000;

interface Ready {
  readonly type: 'ready';
  readonly env: Environment;
}

const isReady = (message: unknown): message is Ready =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

const ready = (child: ChildProcess, name: string): Promise<Ready> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} did not become ready`)), READY_MS);
    child.on('message', (message) => {
      clearTimeout(timer);
      if (isReady(message)) resolve(message);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with ${code}`));
    });
  });

/** Starts `hufu <args>` and waits until it says that it is ready. */
const start = async (name: string, args: ReadonlyArray<string>, env: Environment): Promise<Started> => {
  const child = fork(join(rootDir, 'cli', 'main.ts'), [...args], {
    // As `hufu up` starts them.
    env: { MALLOC_ARENA_MAX: '2', ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  };
  try {
    const { env: named } = await ready(child, name);
    if (child.pid === undefined) throw new Error(`${name} has no process id`);
    return { pid: child.pid, env: named, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
};

export const startSimulators = (directory: string): Promise<Started> =>
  start('simulators', ['simulators'], { HUFU_SIMULATOR_DIR: join(directory, 'simulators') });

export interface StartedNode extends Started {
  readonly url: string;
}

/** A node with all roles. `env`: database, keys, partners. */
export const startNode = async (env: Environment): Promise<StartedNode> => {
  const port = await anyPort();
  const ports = { HUFU_HTTP_HOST: '127.0.0.1', HUFU_HTTP_PORT: `${port}`, HUFU_RUNNER_PORT: `${await anyPort()}` };
  const started = await start('node', ['node'], { HUFU_LOG: 'warn', ...env, ...ports });
  return { ...started, url: `http://127.0.0.1:${port}` };
};

/** The node at one moment. */
export interface Sample {
  readonly atMs: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Outside of V8's heap: buffers. */
  readonly externalBytes: number;
  readonly cpuSeconds: number;
  /** Questions that actors have answered since the node began; nearly all of them are turns. */
  readonly answers: number;
}

const valuesOf = (exposition: string, name: string): ReadonlyArray<number> =>
  exposition
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0);

export const sampleOf = async ({ url }: StartedNode): Promise<Sample> => {
  const response = await fetch(`${url}/metrics`);
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  const text = await response.text();
  const value = (name: string): number => sum(valuesOf(text, name));
  return {
    atMs: performance.now(),
    rssBytes: value('process_resident_memory_bytes'),
    heapBytes: value('nodejs_heap_size_used_bytes'),
    externalBytes: value('nodejs_external_memory_bytes'),
    cpuSeconds: value('process_cpu_seconds_total'),
    answers: value('hufu_actor_answers_total'),
  };
};

/** The most memory that the process ever had, as the kernel knows it; undefined where there is no /proc. */
export const peakOf = ({ pid }: Started): number | undefined => {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1_024;
  } catch {
    return undefined;
  }
};
