import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../failure.ts';
import { Child, type ChildSpec, CRASH_LIMIT, restartDelayMs } from './child.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hufu-child-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const specOf = (script: string, graceMs = 5_000): ChildSpec => ({
  name: 'part',
  command: process.execPath,
  args: ['-e', script],
  env: { ...process.env },
  logPath: join(dir, 'part.log'),
  ours: true,
  graceMs,
});

const READY = "process.send({ type: 'ready', addresses: [], env: { A: '1' } });";
const STAY = 'setInterval(() => undefined, 1000);';

const childOf = (script: string, graceMs?: number) => {
  const told: string[] = [];
  const givenUp: Failure[] = [];
  const child = new Child(specOf(script, graceMs), {
    report: (line) => told.push(line),
    giveUp: (failure) => givenUp.push(failure),
    started: () => undefined,
  });
  return { child, told, givenUp };
};

const isReady = (child: Child) => async () => child.ready !== undefined;

test('waits grow and end', () => {
  expect([1, 2, 3, 4, CRASH_LIMIT].map(restartDelayMs)).toEqual([250, 500, 1_000, 2_000, undefined]);
});

test('says what it is ready with, and ends when asked', async () => {
  const { child, told } = childOf(`${READY}${STAY}`);
  child.start();
  await child.healthy(isReady(child), 10_000);
  expect(child.ready?.env).toEqual({ A: '1' });
  child.keepAlive();
  await child.stop();
  expect(child.running).toBe(false);
  expect(told).toEqual([]);
});

test('one that ends while starting fails with the end of its log', async () => {
  const { child } = childOf("console.error('the reason'); process.exit(3);");
  child.start();
  const failure = await child.healthy(isReady(child), 10_000).catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(Failure);
  if (failure instanceof Failure) {
    expect(failure.message).toBe('part ended while starting.');
    expect(failure.todo.join('\n')).toContain('the reason');
  }
});

test('a program that is not there fails the same way', async () => {
  const { child } = childOf('');
  const missing = new Child(
    { ...child.spec, command: join(dir, 'none') },
    { report: vi.fn(), giveUp: vi.fn(), started: vi.fn() },
  );
  missing.start();
  await expect(missing.healthy(isReady(missing), 10_000)).rejects.toThrow('ended while starting');
});

test('one that is killed is started again', async () => {
  const { child, told } = childOf(`console.log('up');${READY}${STAY}`);
  child.start();
  await child.healthy(isReady(child), 10_000);
  child.keepAlive();
  const first = child.pid;
  process.kill(first ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 10_000 });
  await vi.waitFor(() => expect(child.ready).toBeDefined(), { timeout: 10_000 });
  expect(child.pid).not.toBe(first);
  expect(told).toEqual(['part ended (SIGKILL); starting it again in 250 ms']);
  // A file is written to at once, so before it said that it is ready.
  expect(readFileSync(child.spec.logPath, 'utf8')).toBe('up\nup\n');
  await child.stop();
});

test('one that keeps ending is given up with its log', async () => {
  const { child, givenUp } = childOf("console.error('broken');");
  child.start();
  child.keepAlive();
  await vi.waitFor(() => expect(givenUp).toHaveLength(1), { timeout: 20_000 });
  expect(givenUp[0]?.message).toContain(`ended ${CRASH_LIMIT} times within a minute (exit code 0)`);
  expect(givenUp[0]?.todo.join('\n')).toContain('broken');
});

test('one that does not end when asked is killed', async () => {
  const { child, told } = childOf(`process.on('SIGTERM', () => undefined);${READY}${STAY}`, 200);
  child.start();
  await child.healthy(isReady(child), 10_000);
  await child.stop();
  expect(child.running).toBe(false);
  expect(told[0]).toContain('did not end within 0.2 s');
});
