import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** What a third bank has taken, read from the sources (docs/partners/bank.md). */

it('a bank with a way of its own is a file of its own, its configuration, and one choice', () => {
  const rooms = ['domain', 'actors', 'workflows', 'activities', 'gateway', 'store', 'cli'];
  const root = join(import.meta.dirname, '../..');
  const sources = globSync('**/*.ts', { cwd: root, exclude: ['node_modules/**', '**/*.test.ts', 'test/**'] });
  const naming = (pattern: RegExp) =>
    sources.filter((path) => pattern.test(readFileSync(join(root, path), 'utf8'))).sort();
  expect(naming(/over-form/)).toEqual([
    'partners/bank/banks.ts',
    'partners/bank/configuration.ts',
    'partners/bank/simulator-form.ts',
  ]);
  const inRooms = naming(/UNIONPAY|kind: 'form'|'form' \?/).filter((path) => rooms.includes(path.split('/')[0] ?? ''));
  expect(inRooms).toEqual([]);
});
