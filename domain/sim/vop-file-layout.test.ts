import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FILE_KINDS } from './vop-file.ts';
import { type Cell, HEADER, KIND_CODES, ROWS, SUMMARY, TRAILER } from './vop-file-layout.ts';

test('docs/partners/vop.md has the layouts that the code has', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/partners/vop.md'), 'utf8');
  const table = (heading: string) => {
    const section = page.split(/^#{2,3} /m).find((found) => found.startsWith(heading)) ?? '';
    return [...section.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, must]) => [name, must]);
  };
  const cells = (layout: ReadonlyArray<readonly [string, Cell]>) => layout.map(([name, { must }]) => [name, must]);
  expect(table('Header')).toEqual(cells(HEADER));
  expect(table('Summary')).toEqual(cells(SUMMARY));
  expect(table('Trailer')).toEqual(cells(TRAILER));
  for (const kind of FILE_KINDS) expect(table(`${KIND_CODES[kind]} · ${kind}`)).toEqual(cells(ROWS[kind]));
});
