import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { processesOf } from '../../cli/supervisor/marked.ts';
import { type RunFile, readRunFile, runFilePath } from '../../cli/supervisor/run-file.ts';

/**
 * The command as a person uses it: `up` with servers of its own in a state directory of its own, a second call, Ctrl-C,
 * and the worst end, kill -9. What must hold each time: no process and no lock is left.
 */

const START_MS = 60_000;
const END_MS = 20_000;

let stateDir = '';
beforeAll(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'hufu-up-'));
});
// Whatever a test that failed left running would be found by the next one.
afterEach(async () => {
  await finished(hufu('down'));
});
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

interface Call {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly code: Promise<number | null>;
}

const hufu = (...args: readonly string[]): Call => {
  const { MONGODB_URI: _m, REDIS_URL: _r, TEMPORAL_ADDRESS: _t, HUFU_KEY_DIR: _k, ...env } = process.env;
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../../cli/main.ts'), ...args], {
    env: { ...env, HUFU_STATE_DIR: stateDir, HUFU_ANY_PORTS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  }
  return { child, output: () => output, code: new Promise((done) => child.on('close', done)) };
};

const finished = async (call: Call): Promise<{ code: number | null; output: string }> => ({
  code: await call.code,
  output: call.output(),
});

/** Starts `up` and waits until it is ready. */
const startUp = async (): Promise<{ call: Call; run: RunFile }> => {
  const call = hufu('up');
  const ended = call.code.then((code) => {
    throw new Error(`up ended with ${code}:\n${call.output()}`);
  });
  const ready = vi.waitFor(
    () => {
      const file = readRunFile(stateDir);
      if (file?.status !== 'ready') throw new Error(`not ready yet:\n${call.output()}`);
      return file;
    },
    { timeout: START_MS, interval: 50 },
  );
  const run = await Promise.race([ready, ended]);
  // From here on its end is what the test is about.
  ended.catch(() => undefined);
  return { call, run };
};

const nothingLeft = (run: RunFile): Promise<void> =>
  vi.waitFor(
    () => {
      expect(processesOf(run)).toEqual([]);
      expect(existsSync(runFilePath(stateDir))).toBe(false);
    },
    { timeout: END_MS, interval: 50 },
  );

test('up, a second up, and Ctrl-C', { timeout: START_MS + END_MS }, async () => {
  const { call, run } = await startUp();
  // mongod, redis-server, temporal, the simulators, one node.
  expect(processesOf(run).length).toBeGreaterThanOrEqual(5);
  const second = await finished(hufu('up'));
  expect(second.code).toBe(0);
  expect(second.output).toContain(`already running (process ${call.child.pid})`);
  for (const { name, address } of run.addresses) {
    expect(second.output).toContain(`  ${name} `);
    expect(second.output).toContain(` ${address}`);
  }
  call.child.kill('SIGINT');
  expect(await call.code).toBe(0);
  await nothingLeft(run);
});

test('kill -9 leaves nothing; it starts again; down ends it', { timeout: 2 * START_MS }, async () => {
  const { call, run } = await startUp();
  call.child.kill('SIGKILL');
  await call.code;
  await nothingLeft(run);
  const again = await startUp();
  const down = await finished(hufu('down'));
  expect(down).toEqual({ code: 0, output: 'hufu: stopped\n' });
  expect(await again.call.code).toBe(0);
  await nothingLeft(again.run);
});
