import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, test, vi } from 'vitest';
import type { FileRow, Scope } from '../domain/mandates/reconciliation/schema.ts';
import { PLANTED, writeDetails } from '../test/support/detail-sides.ts';
import { fileOf, headerOf } from '../test/support/mandate-files.ts';
import { DAY, rowOf } from '../test/support/reconciliation.ts';
import { reconcile } from './reconcile.ts';

const province: Scope = { party: 'province', partner: '110000', period: DAY.period };
let directory: string;
const at = (name: string) => join(directory, name);
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-reconcile-test-'));
});
afterAll(() => rm(directory, { recursive: true }));

const write = async (scope: Scope, ours: ReadonlyArray<FileRow>, theirs: ReadonlyArray<FileRow>) => {
  await writeFile(at('ours'), fileOf(headerOf(scope, 'ours'), ours));
  await writeFile(at('theirs'), fileOf(headerOf(scope), theirs, 'GB18030'));
};
/** The exit code, what is printed, and the lines of differences. */
const run = async (...more: ReadonlyArray<string>) => {
  const written: Array<string> = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    const code = await reconcile([at('ours'), at('theirs'), '--differences', at('differences'), ...more]);
    return { code, printed: written.join('') };
  } finally {
    spy.mockRestore();
  }
};
const lines = async () => (await readFile(at('differences'), 'utf8')).trimEnd().split('\n').slice(1);

it('ends well where nothing differs', async () => {
  await write(DAY, [rowOf(1)], [rowOf(1)]);
  const { code, printed } = await run();
  expect(code).toBe(0);
  expect(printed).toContain('theirs: opening 1 + opened 1 - cancelled 0 = closing 2');
  expect(await lines()).toEqual([]);
});

it('says classes, balance and what becomes of each difference, and carries what waits into the next day', async () => {
  const late = rowOf(4, { changed: '2026-11-25T23:45:00' });
  await write(DAY, [rowOf(1), rowOf(2), rowOf(3)], [rowOf(1), { ...rowOf(2), amountMinor: 6_000 }, late]);
  const { code, printed } = await run('--carry-there', at('carry'));
  expect(code).toBe(1);
  expect(printed).toContain('terms 1\n');
  expect(await lines()).toEqual([
    'terms|takeTheirs|||0|amount||3|3|CCB|A2',
    'missingThere|takeTheirs||ended|0|||4|0|CCB|A3',
    'late|wait|||0|||0|4|CCB|A4',
  ]);
  const next = { ...DAY, period: '2026-11-26' };
  await write(next, [], []);
  expect((await run('--carried-there', at('carry'))).code).toBe(1);
  expect(await lines()).toEqual(['missingHere|takeTheirs||begun|1|||0|-1|CCB|A4']);
});

it('writes the error-handling file of a province', async () => {
  await write(province, [rowOf(1), rowOf(2)], [rowOf(1), rowOf(3)]);
  expect((await run('--error-file', at('error'))).code).toBe(1);
  const text = new TextDecoder('gb18030').decode(await readFile(at('error')));
  expect(text).toMatch(/^H\|RPSMAND\|1\|ERR\|HUFU\|110000\|2026-11-25\|1\|GB18030\|签约\n/);
  expect(text).toMatch(/\|SET\|BEGUN\|missingThere\|CCB\|A2\|.*\n.*\|END\|ENDED\|missingHere\|CCB\|A3\|.*CANCELLED/);
  expect(text).toContain('\nT|2|1|1|');
});

test.each([
  ['a sum is wrong', (text: string) => text.replace('T|1|5000|', 'T|1|5001|'), 'WrongTotal'],
  ['it is of another kind', (text: string) => text.replace('|BDAY|', '|PDAY|'), 'UnexpectedKind'],
  ['it is of another day', (text: string) => text.replaceAll('2026-11-25', '2026-11-24'), 'WrongPeriod'],
])('is not done where %s', async (_name, change, code) => {
  await write(DAY, [rowOf(1)], [rowOf(1)]);
  await writeFile(at('theirs'), change(fileOf(headerOf(DAY), [rowOf(1)]).toString('utf8')));
  const { code: exit, printed } = await run();
  expect(exit).toBe(65);
  expect(printed).toContain(code);
});

it('says what does not add up', async () => {
  await writeFile(at('ours'), fileOf(headerOf(DAY, 'ours'), [rowOf(1)]));
  await writeFile(at('theirs'), fileOf(headerOf(DAY), [rowOf(1)], 'UTF-8', { closing: 9 }));
  const { code, printed } = await run('--json');
  expect(code).toBe(1);
  expect(JSON.parse(printed)).toMatchObject({ differences: 0, imbalances: ['TheirsDoesNotAddUp'] });
});

it('holds the details of a roaming statement against each other, as the files say what they are', async () => {
  const awaited = await writeDetails(at('ours'), at('theirs'), 1_000);
  const { code, printed } = await run();
  expect(code).toBe(1);
  for (const [name, count] of Object.entries(PLANTED)) expect(printed).toContain(`${name} ${count}\n`);
  expect((await readFile(at('differences'), 'utf8')).trimEnd().split('\n')).toEqual(awaited);
  await writeFile(at('theirs'), (await readFile(at('theirs'), 'utf8')).replace('|XDR|', '|EUR|'));
  expect(await run()).toMatchObject({ code: 65, printed: expect.stringContaining('WrongChecksum') });
});
