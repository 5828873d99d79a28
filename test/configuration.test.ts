import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { registry } from '../telemetry/metrics.ts';
import '../gateway/server.ts';
import '../cli/node.ts';
import { sources } from './architecture/sources.ts';

/** The operations handbook says what is true: every variable that is read, every metric, every command. */

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const code = sources().filter(({ path }) => !/^(?:test|bench)\/|\.test\.ts$|\/test-kit\.ts$/.test(path));

const section = (heading: string): string => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
const firstCells = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );

/** Names of ours are written out wherever they are read; others are read from an environment by name. */
const OURS = /'((?:HUFU|VOP|EOP|TELECOM|OIDC|OTEL|TEMPORAL|MONGODB|REDIS)_[A-Z0-9_]+)'/g;
const OTHERS = /\benv\['([A-Z][A-Z0-9_]*)'\]/g;

test('the table of variables has every variable that is read, and no other', () => {
  const read = new Set(
    code.flatMap(({ text }) => [OURS, OTHERS].flatMap((form) => [...text.matchAll(form)].map(([, name = '']) => name))),
  );
  const described = firstCells(section('Configuration'));
  expect(read.size).toBeGreaterThan(40);
  expect([...new Set(described)].toSorted()).toEqual([...described].toSorted());
  expect(described.toSorted()).toEqual([...read].toSorted());
});

test('the table of metrics has every metric, and no other', () => {
  const described = firstCells(section('Is it well?'));
  const measured = registry.getMetricsAsArray().map(({ name }) => name);
  expect(described.toSorted()).toEqual(measured.filter((name) => name.startsWith('hufu_')).toSorted());
});

test('every command and page named exists', () => {
  const main = readFileSync(join(root, 'cli/main.ts'), 'utf8');
  const adminText = code
    .filter(({ path }) => path.startsWith('cli/admin/'))
    .map(({ text }) => text)
    .join('\n');
  const commands = [...page.matchAll(/\.\/hufu (\w+)(?: ([a-z-]+)(?: ([a-z]+)\b)?)?/g)];
  expect(commands.length).toBeGreaterThan(20);
  for (const [, name = '', topic, action] of commands) {
    expect(main).toContain(`command('${name}')`);
    if (name !== 'admin' || topic === undefined || topic.startsWith('-')) continue;
    expect(adminText).toContain(`command('${topic}')`);
    if (action !== undefined && !['token', 'rebuild', 'migrate'].includes(topic))
      expect(adminText).toMatch(new RegExp(`(?:command|about)\\('${action}'\\)`));
  }
  const pages = [...page.matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([path]) => path);
  expect(pages.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
