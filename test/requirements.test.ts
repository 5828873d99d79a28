import { describe, expect, test } from 'vitest';
import { commandsOf, missingFiles, missingTests, readPage, testsOf, unknownCommands } from './support/page.ts';

/** `docs/requirements.md` may claim only what is there: ids, tests and commands. */

const page = readPage('docs/requirements.md');

/** The source document for card making has these rows; later documents add theirs. */
const IDS = Array.from({ length: 96 }, (_, n) => `S-${String(n + 1).padStart(3, '0')}`);

interface Row {
  readonly id: string;
  readonly shownBy: string;
}
const rows: ReadonlyArray<Row> = [...page.matchAll(/^\| (\S+) \| [^|]+ \| (.+) \|$/gm)]
  .filter(([, id]) => id !== 'id')
  .map(([, id = '', shownBy = '']) => ({ id, shownBy }));

test('every id is there exactly once, in order', () => {
  expect(rows.map(({ id }) => id)).toEqual(IDS);
});

test('every row names a test or a command, or says why not', () => {
  const reason = /^(?:Not built yet: .{20,}|Met otherwise: .{20,}|Partly: .{20,})/;
  const silent = rows.filter(
    ({ shownBy }) => !reason.test(shownBy) && testsOf(shownBy).length + commandsOf(shownBy).length === 0,
  );
  expect(silent.map(({ id }) => id)).toEqual([]);
});

describe('what is named exists', () => {
  const named = rows.flatMap(({ id, shownBy }) => testsOf(shownBy).map((one) => ({ ...one, id })));

  test('every test, by file and title', () => {
    expect(named.length).toBeGreaterThan(40);
    expect(missingTests(named)).toEqual([]);
  });

  test('every file named anywhere', () => expect(missingFiles(page)).toEqual([]));

  test('every command', () => expect(unknownCommands(page)).toEqual([]));
});
