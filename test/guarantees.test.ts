import { expect, test } from 'vitest';
import { commandsOf, missingFiles, missingTests, readPage, testsOf, unknownCommands } from './support/page.ts';

/** `docs/guarantees.md` may promise only what a test or a command shows. */

const page = readPage('docs/guarantees.md');

/** promise | under which failure | how | shown by */
const rows = [...page.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
  .filter(([, promise]) => promise !== 'promise')
  .map(([, promise = '', failure = '', , shownBy = '']) => ({ promise, failure, shownBy }));

test('every promise names a failure, and a test or a command that shows it', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(new Set(rows.map(({ promise }) => promise)).size).toBe(rows.length);
  const silent = rows.filter(
    ({ failure, shownBy }) => failure.trim() === '' || testsOf(shownBy).length + commandsOf(shownBy).length === 0,
  );
  expect(silent).toEqual([]);
});

test('every test that is named exists, by file and title', () => {
  expect(missingTests(testsOf(page))).toEqual([]);
});

test('a test that is not there is found', () => {
  expect(missingTests(testsOf('`actors/runtime/turns.test.ts` "no such test"'))).toHaveLength(1);
});

test('every file and page that is named exists', () => expect(missingFiles(page)).toEqual([]));

test('every command that is named exists', () => expect(unknownCommands(page)).toEqual([]));
