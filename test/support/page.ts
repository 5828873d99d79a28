import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Pages that say what shows a claim may name only what is there: tests by file and title, files, commands. */

const root = resolve(import.meta.dirname, '../..');

export const readPage = (path: string): string => readFileSync(join(root, path), 'utf8');

export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** `` `file.ts` "title", "another title of it" ``: every test that a text names. */
export const testsOf = (text: string): ReadonlyArray<NamedTest> =>
  [...text.matchAll(/`([^`]+\.ts)`((?:,? "[^"]+")+)/g)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({ file, title })),
  );

export const commandsOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/`\.\/hufu (\w+)[^`]*`/g)].map(([, name = '']) => name);

/** Tests that are not in their file under this title. */
export const missingTests = (named: ReadonlyArray<NamedTest>): ReadonlyArray<NamedTest> => {
  const texts = new Map<string, string>();
  const textOf = (file: string): string => {
    const text = texts.get(file) ?? (existsSync(join(root, file)) ? readPage(file) : '');
    texts.set(file, text);
    return text;
  };
  return named.filter(
    ({ file, title }) => !["'", '"', '`'].some((quote) => textOf(file).includes(`${quote}${title}${quote}`)),
  );
};

/** Sources and pages that are named and not there; links are relative to `docs/`. */
export const missingFiles = (page: string): ReadonlyArray<string> =>
  [
    ...[...page.matchAll(/`([\w./-]+\.(?:test\.)?ts)`|\b(docs\/[\w/-]+\.md)\b/g)].map(([, a, b]) => a ?? b ?? ''),
    ...[...page.matchAll(/\]\((?!https?:)([\w./-]+\.md)\)/g)].map(([, link = '']) => `docs/${link}`),
  ].filter((file) => !existsSync(join(root, file)));

/** Commands, and benchmarks by their names, that do not exist. */
export const unknownCommands = (page: string): ReadonlyArray<string> => {
  const main = readPage('cli/main.ts');
  const benches = [...page.matchAll(/`\.\/hufu bench ([a-z][\w-]*)/g)].map(([, name = '']) => `bench/${name}.ts`);
  return [
    ...commandsOf(page).filter((name) => !main.includes(`command('${name}')`)),
    ...benches.filter((file) => !existsSync(join(root, file))),
  ];
};
