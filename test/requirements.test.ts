import { describe, expect, test } from 'vitest';
import { commandsOf, missingFiles, missingTests, readPage, testsOf, unknownCommands } from './support/page.ts';

/** Pages of requirements may claim only what is there: ids, tests and commands. One page per source document. */

const PAGES = [
  { path: 'docs/requirements.md', prefix: 'S', rows: 96, named: 40 },
  { path: 'docs/requirements-mandates.md', prefix: 'M', rows: 103, named: 30 },
  { path: 'docs/requirements-roaming.md', prefix: 'R', rows: 288, named: 150 },
] as const;

interface Row {
  readonly id: string;
  readonly shownBy: string;
}

describe.each(PAGES)('$path', ({ path, prefix, rows: count, named: atLeast }) => {
  const page = readPage(path);
  const rows: ReadonlyArray<Row> = [...page.matchAll(/^\| (\S+) \| [^|]+ \| (.+) \|$/gm)]
    .filter(([, id]) => id !== 'id')
    .map(([, id = '', shownBy = '']) => ({ id, shownBy }));

  test('every id is there exactly once, in order', () => {
    const ids = Array.from({ length: count }, (_, n) => `${prefix}-${String(n + 1).padStart(3, '0')}`);
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  test('every row names a test or a command, or says why not', () => {
    const reason = /^(?:Not built yet: .{20,}|Met otherwise: .{20,}|Partly: .{20,})/;
    const silent = rows.filter(
      ({ shownBy }) => !reason.test(shownBy) && testsOf(shownBy).length + commandsOf(shownBy).length === 0,
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  test('every test that is named exists, by file and title', () => {
    const named = rows.flatMap(({ id, shownBy }) => testsOf(shownBy).map((one) => ({ ...one, id })));
    expect(named.length).toBeGreaterThan(atLeast);
    expect(missingTests(named)).toEqual([]);
  });

  test('every file that is named anywhere exists', () => expect(missingFiles(page)).toEqual([]));

  test('every command exists', () => expect(unknownCommands(page)).toEqual([]));
});
