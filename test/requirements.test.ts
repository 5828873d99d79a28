import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/** `docs/requirements.md` may claim only what is there: ids, tests and commands. */

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/requirements.md'), 'utf8');

/** The source document for card making has these rows; later documents add theirs. */
const IDS = Array.from({ length: 96 }, (_, n) => `S-${String(n + 1).padStart(3, '0')}`);

interface Row {
  readonly id: string;
  readonly shownBy: string;
}
const rows: ReadonlyArray<Row> = [...page.matchAll(/^\| (\S+) \| [^|]+ \| (.+) \|$/gm)]
  .filter(([, id]) => id !== 'id')
  .map(([, id = '', shownBy = '']) => ({ id, shownBy }));

/** `file` "title", `file` "title": what a row names. */
const testsOf = ({ shownBy }: Row) =>
  [...shownBy.matchAll(/`([^`]+\.test\.ts)` "([^"]+)"/g)].map(([, file = '', title = '']) => ({ file, title }));
const commandsOf = ({ shownBy }: Row) => [...shownBy.matchAll(/`\.\/hufu (\w+)[^`]*`/g)].map(([, name = '']) => name);

test('every id is there exactly once, in order', () => {
  expect(rows.map(({ id }) => id)).toEqual(IDS);
});

test('every row names a test or a command, or says why not', () => {
  const reason = /^(?:Not built yet: .{20,}|Met otherwise: .{20,}|Partly: .{20,})/;
  const silent = rows.filter((row) => !reason.test(row.shownBy) && testsOf(row).length + commandsOf(row).length === 0);
  expect(silent.map(({ id }) => id)).toEqual([]);
});

describe('what is named exists', () => {
  const named = rows.flatMap((row) => testsOf(row).map((one) => ({ ...one, id: row.id })));
  const texts = new Map<string, string>();
  const textOf = (file: string): string => {
    const path = join(root, file);
    const text = texts.get(file) ?? (existsSync(path) ? readFileSync(path, 'utf8') : '');
    texts.set(file, text);
    return text;
  };

  test('every test, by file and title', () => {
    const isTitle = (text: string, title: string): boolean =>
      [`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => text.includes(quoted));
    const missing = named.filter(({ file, title }) => !isTitle(textOf(file), title));
    expect(named.length).toBeGreaterThan(40);
    expect(missing).toEqual([]);
  });

  test('every file named anywhere', () => {
    const files = [...page.matchAll(/`([\w./-]+\.(?:test\.)?ts)`|\b(docs\/[\w/-]+\.md)\b/g)].map(
      ([, a, b]) => a ?? b ?? '',
    );
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test('every command', () => {
    const main = readFileSync(join(root, 'cli/main.ts'), 'utf8');
    const unknown = rows.flatMap(commandsOf).filter((name) => !main.includes(`command('${name}')`));
    expect(unknown).toEqual([]);
  });
});
