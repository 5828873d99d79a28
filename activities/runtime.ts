/**
 * The process's one runtime of the Temporal core: its log goes to ours, its metrics are served with ours, and signals
 * are left to whoever starts the node. Must be installed before the first worker's connection is made.
 */
import { createServer } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, type LogEntry, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { log } from '../telemetry/log.ts';
import { addSource } from '../telemetry/metrics.ts';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * A failure that a step told on purpose is shown by its type alone: the step's own attempts are counted, its message
 * belongs into the encrypted history. Anything else thrown is a bug, and its stack is wanted.
 */
const shownError = (error: unknown): unknown =>
  error instanceof ApplicationFailure ? { name: error.name, type: error.type } : error;

const toLog = ({ level, message, meta: { error, taskToken: _, ...meta } = {} }: LogEntry): void => {
  log[LEVELS[level]](
    { ...meta, source: 'temporal', ...(error === undefined ? {} : { error: shownError(error) }) },
    message,
  );
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no free port on 127.0.0.1'));
      });
    });
  });

/** Reads what the core exports on its own little port of this machine. */
const read = async (port: number): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`the worker's metrics answered ${response.status}`);
  return response.text();
};

let installed: Promise<void> | undefined;

const install = async (): Promise<void> => {
  const port = await freePort();
  Runtime.install({
    logger: new DefaultLogger('WARN', toLog),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      metrics: { prometheus: { bindAddress: `127.0.0.1:${port}`, useSecondsForDurations: true, unitSuffix: true } },
    },
  });
  addSource('temporal-core', () => read(port));
};

/** Once per process, however many workers ask for it. */
export const installRuntime = (): Promise<void> => {
  installed ??= install();
  return installed;
};
