import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type { Run } from '../supervisor/run.ts';

/** A Temporal server of our own with its web UI, its state in SQLite. */

const READY_MS = 60_000;
const GRACE_MS = 10_000;

export interface TemporalPorts {
  readonly temporal: number;
  readonly temporalUi: number;
  /** Of the gateway, where the UI's browser asks for payloads in clear. */
  readonly http: number;
}

/** The development server's UI asks this very address: it puts nothing in for a `{namespace}`. */
const codecEndpoint = (httpPort: number, namespace: string): string =>
  `http://127.0.0.1:${httpPort}/v1/operations/codec/${namespace}`;

const hasNamespace = async (address: string, namespace: string): Promise<boolean> => {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '2s' });
    try {
      await connection.workflowService.describeNamespace({ namespace });
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
};

/** Starts it and waits until the namespace is there. */
export const startTemporal = async (
  run: Run,
  program: string,
  ports: TemporalPorts,
  namespace: string,
): Promise<void> => {
  const dir = join(run.stateDir, 'temporal');
  mkdirSync(dir, { recursive: true });
  const address = `127.0.0.1:${ports.temporal}`;
  const where = ['--ip', '127.0.0.1', '--port', String(ports.temporal), '--ui-port', String(ports.temporalUi)];
  const what = ['--db-filename', join(dir, 'temporal.db'), '--namespace', namespace, '--log-level', 'warn'];
  const child = run.start({
    name: 'temporal',
    command: program,
    args: ['server', 'start-dev', ...where, ...what, '--ui-codec-endpoint', codecEndpoint(ports.http, namespace)],
    env: {},
    ours: false,
    graceMs: GRACE_MS,
  });
  await child.healthy(() => hasNamespace(address, namespace), READY_MS);
  child.keepAlive();
};
