import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MARK, processesOf } from './marked.ts';
import { claim, runFilePath } from './run-file.ts';

let stateDir = '';
let child: ChildProcess;
const runId = () => `run-${stateDir}`;

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'hufu-watchdog-'));
  claim(stateDir, runId());
  child = spawn('sleep', ['600'], { env: { ...process.env, [MARK]: runId() }, stdio: 'ignore' });
  await once(child, 'spawn');
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(stateDir, { recursive: true, force: true });
});

/** Lets the watchdog see its pipe close, after this word. @returns its exit code. */
const closing = async (word: string): Promise<unknown> => {
  const script = join(import.meta.dirname, 'watchdog.ts');
  const env = { ...process.env, [MARK]: undefined };
  const watchdog = spawn(process.execPath, [script, runId(), stateDir, '0'], {
    env,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  watchdog.stdin.end(word);
  const [code] = await once(watchdog, 'exit');
  return code;
};

test('a pipe that closes without a word ends the run, also while its supervisor is still to be seen', async () => {
  // This process stands for the supervisor: it claimed the run, and it lives.
  expect(processesOf({ runId: runId(), children: [] })).toEqual([child.pid]);
  expect(await closing('')).toBe(0);
  expect(processesOf({ runId: runId(), children: [] })).toEqual([]);
  expect(existsSync(runFilePath(stateDir))).toBe(false);
});

test('a watchdog that is dismissed touches nothing', async () => {
  expect(await closing('done')).toBe(0);
  expect(processesOf({ runId: runId(), children: [] })).toEqual([child.pid]);
  expect(existsSync(runFilePath(stateDir))).toBe(true);
});
