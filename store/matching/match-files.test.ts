import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columns, plan, totals, writeSides } from '../../test/support/matching-sides.ts';
import { matchFiles } from './match-files.ts';
import type { MatchJob } from './tasks.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hufu-matching-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const job = (more: Partial<MatchJob> = {}): MatchJob => ({
  plan,
  here: { path: join(scratch, 'here'), columns, charset: 'UTF-8', totals },
  there: { path: join(scratch, 'there'), columns, charset: 'UTF-8', totals },
  scratch,
  report: join(scratch, 'report'),
  ...more,
});
const report = () => readFile(join(scratch, 'report'), 'utf8');

describe('two files of 20,000 rows in another order', () => {
  test.each([1, 7, 64])(
    'every planted difference is found and nothing else, with %i partitions',
    async (partitions) => {
      const awaited = await writeSides(join(scratch, 'here'), join(scratch, 'there'), 20_000);
      const { counts, here, there } = await matchFiles(job({ partitions }));
      expect((await report()).trimEnd().split('\n')).toEqual(awaited);
      expect(counts).toEqual({
        rowsHere: 19_980,
        rowsThere: 19_980,
        unreadable: 20,
        pairs: 19_920,
        equal: 19_840,
        missingHere: 20,
        missingThere: 40,
        state: 40,
        account: 20,
        terms: 40,
        duplicate: 40,
        late: 20,
      });
      expect(awaited).toHaveLength(240);
      expect([here.problems, there.problems]).toEqual([[], []]);
      expect(here.totals['formal']).toBe('19980');
      expect((await readdir(scratch)).sort()).toEqual(['here', 'report', 'there']);
    },
  );
});

const good = ['CCB', '13800000000', '62170000000', 'FORMAL', '1000', '5000', '2026-11-25T12:00:00', ''];
const withCell = (at: number, text: string): string =>
  `D|${good.map((cell, n) => (n === at ? text : cell)).join('|')}\n`;

test('the same text in GB18030 and in UTF-8 is equal; another is a difference', async () => {
  const compared = { ...plan, compare: [{ column: 'remark', differs: 'remark' }] };
  // The second byte of 亅 is 0x7C in GB18030: a bar, to who looks at bytes only.
  const text = withCell(7, '备注亅㐂') + withCell(7, '销户').replace('13800000000', '13800000001');
  await writeFile(join(scratch, 'here'), text.replace('销户', '销号'));
  await writeFile(join(scratch, 'there'), iconv.encode(text, 'gb18030'));
  const { counts } = await matchFiles(
    job({
      plan: compared,
      here: { path: join(scratch, 'here'), columns, charset: 'UTF-8' },
      there: { path: join(scratch, 'there'), columns, charset: 'GB18030' },
    }),
  );
  expect(await report()).toBe('CCB|13800000001|remark|remark|2|2\n');
  expect(counts).toMatchObject({ pairs: 2, equal: 1, remark: 1 });
});

test('rows carried over are matched by their place, and give way to newer ones of their key', async () => {
  const of = (number: string, more: (line: string) => string = (line) => line) =>
    more(withCell(1, `1380000000${number}`));
  const changed = (line: string) => line.replace('|1000|', '|2000|');
  await writeFile(join(scratch, 'here'), of('1') + of('3', changed));
  await writeFile(join(scratch, 'carried-here'), of('3') + of('4'));
  await writeFile(join(scratch, 'there'), of('3', changed));
  await writeFile(join(scratch, 'carried-there'), of('1', changed) + of('2'));
  const side = (name: string) =>
    ({
      path: join(scratch, name),
      columns,
      charset: 'UTF-8',
      carried: { path: join(scratch, `carried-${name}`), columns },
    }) as const;
  const { counts } = await matchFiles(job({ here: side('here'), there: side('there') }));
  expect((await report()).trimEnd().split('\n')).toEqual([
    'CCB|13800000001|terms|threshold|1|-1',
    'CCB|13800000002|missingHere||0|-2',
    'CCB|13800000004|missingThere||-2|0',
  ]);
  expect(counts).toMatchObject({ pairs: 2, equal: 1, superseded: 1 });
});

test('a side that is not there fails, and leaves nothing behind', async () => {
  await writeFile(join(scratch, 'there'), '');
  await expect(
    matchFiles(job({ here: { path: join(scratch, 'nowhere'), columns, charset: 'UTF-8' } })),
  ).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await readdir(scratch)).filter((name) => name.startsWith('matching-'))).toEqual([]);
});
