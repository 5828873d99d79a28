import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTimeOf } from './marked.ts';
import { claim, holderIsAlive, readRunFile, release, runFilePath, updateRunFile } from './run-file.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hufu-run-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the first takes the directory, the second finds the first', () => {
  const first = claim(dir, 'one');
  expect(first.holder).toBeUndefined();
  const second = claim(dir, 'two');
  expect(second.holder).toEqual(first.run);
  expect(readRunFile(dir)?.runId).toBe('one');
  expect(readdirSync(dir)).toEqual(['run.json']);
});

test('only the holder gives it free', () => {
  claim(dir, 'one');
  release(dir, 'two');
  expect(readRunFile(dir)?.runId).toBe('one');
  release(dir, 'one');
  expect(readRunFile(dir)).toBeUndefined();
  expect(claim(dir, 'two').holder).toBeUndefined();
});

test('it is read back as written, by its owner alone', () => {
  const { run } = claim(dir, 'one');
  const ready = { ...run, status: 'ready' as const, ports: { http: 8080 }, env: { REDIS_URL: 'redis://:secret@host' } };
  updateRunFile(dir, ready);
  expect(readRunFile(dir)).toEqual(ready);
  expect(statSync(runFilePath(dir)).mode & 0o077).toBe(0);
});

test('a process of the same number that started at another time is not the holder', () => {
  const { run } = claim(dir, 'one');
  expect(holderIsAlive(run)).toBe(true);
  expect(holderIsAlive({ ...run, startTime: `${Number(run.startTime) - 1}` })).toBe(false);
  expect(startTimeOf(2 ** 22 + 1)).toBeUndefined();
});

test('a file that is no run is no holder', () => {
  writeFileSync(runFilePath(dir), '{"runId":');
  expect(readRunFile(dir)).toBeUndefined();
});
