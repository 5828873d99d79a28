import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Run } from '../supervisor/run.ts';

/** A Redis of our own, with its append-only file: rate limits and queues survive a restart. */

const READY_MS = 30_000;
const GRACE_MS = 10_000;
const ANSWER_MS = 1_000;

export const redisUrl = (port: number): string => `redis://127.0.0.1:${port}`;

/** Asks over the wire (RESP inline command); a Redis that is still loading answers otherwise. */
const answersPing = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_MS });
    const done = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => done(data.toString('latin1').startsWith('+PONG')));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
    socket.once('close', () => done(false));
  });

/** Starts it and waits until it answers. */
export const startRedis = async (run: Run, program: string, port: number): Promise<void> => {
  const dir = join(run.stateDir, 'redis');
  mkdirSync(dir, { recursive: true });
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--daemonize', 'no'];
  const keeping = ['--appendonly', 'yes', '--save', '', '--maxmemory', '512mb', '--maxmemory-policy', 'noeviction'];
  const child = run.start({
    name: 'redis',
    command: program,
    args: [...args, ...keeping],
    env: {},
    ours: false,
    graceMs: GRACE_MS,
  });
  await child.healthy(() => answersPing(port), READY_MS);
  child.keepAlive();
};
