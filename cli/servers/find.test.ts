import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { SERVERS, type ServerKind } from './catalog.ts';
import { find, findOrFetch } from './find.ts';
import { hostsOf } from './reach.ts';
import type { Source } from './sources.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hufu-find-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const program = (path: string, says: string): string => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(path, 0o755);
  return path;
};

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: join(dir, 'path'),
  XDG_CACHE_HOME: dir,
  ...more,
});
const onPath = (says: string): string => program(join(dir, 'path', 'redis-server'), says);
const inCache = (says: string): string => program(join(dir, 'hufu', 'bin', 'redis-server'), says);

const redis = SERVERS.redis;

test('an address comes first', async () => {
  onPath('Redis server v=7.2');
  expect(await find(redis, env({ REDIS_URL: 'redis://there' }))).toEqual({
    where: 'environment',
    address: 'redis://there',
  });
});

test('then the PATH, then the cache', async () => {
  const cached = inCache('Redis server v=6.2');
  expect(await find(redis, env())).toEqual({ where: 'cache', program: cached, version: 'v=6.2' });
  const found = onPath('Redis server v=7.2');
  expect(await find(redis, env({ REDIS_URL: '' }))).toEqual({ where: 'PATH', program: found, version: 'v=7.2' });
});

test.each([
  ['too old', 'Redis server v=5.0'],
  ['something else', 'hello'],
])('a program that is %s is passed over', async (_, says) => {
  onPath(says);
  expect(await find(redis, env())).toBeUndefined();
  const cached = inCache('Redis server v=6.2');
  expect(await find(redis, env())).toMatchObject({ where: 'cache', program: cached });
});

const kindWith = (...sources: readonly Source[]): ServerKind => ({ ...redis, sources });
const gives = (says: string): Source => ({
  title: 'a source',
  tools: [],
  fetch: async (into) => ({ program: program(join(into, 'x', 'redis-server'), says) }),
});
const fails = (why: string): Source => ({
  title: 'a broken source',
  tools: [],
  fetch: () => Promise.reject(new Error(why)),
});

test('the first source that works fills the cache, and nothing else is left there', async () => {
  const found = await findOrFetch(kindWith(fails('no network'), gives('Redis server v=6.2')), env());
  expect(found).toEqual({ where: 'cache', program: join(dir, 'hufu', 'bin', 'redis-server'), version: 'v=6.2' });
  expect(readdirSync(join(dir, 'hufu', 'bin'))).toEqual(['redis-server']);
});

test('what does not run never enters the cache; the error tells every try and the variable', async () => {
  const needsTool: Source = { ...gives('Redis server v=6.2'), title: 'a builder', tools: ['no-such-tool'] };
  const kind = kindWith(fails('ENOSPC: no space left'), gives('hello'), needsTool);
  const failure = await findOrFetch(kind, env()).catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(Failure);
  if (!(failure instanceof Failure)) return;
  expect(failure.todo.slice(0, 3)).toEqual([
    '- a broken source: ENOSPC: no space left (free some disk space)',
    '- a source: the program does not run on this machine',
    '- a builder: needs no-such-tool on the PATH',
  ]);
  expect(failure.todo.at(-1)).toContain('set REDIS_URL (redis://host:6379)');
  expect(readdirSync(join(dir, 'hufu', 'bin'))).toEqual([]);
});

test.each([
  ['mongodb', 'mongodb://u:p%40x@a:1,b/?replicaSet=rs0', ['a:1', 'b:27017']],
  ['mongodb', 'mongodb+srv://cluster.example', []],
  ['redis', 'rediss://:secret@host:6380/2', ['host:6380']],
  ['redis', 'redis://[::1]', ['::1:6379']],
  ['temporal', 'localhost:7233', ['localhost:7233']],
] as const)('%s address %s', (name, address, hosts) => {
  expect(hostsOf(name, address).map(({ host, port }) => `${host}:${port}`)).toEqual(hosts);
});
