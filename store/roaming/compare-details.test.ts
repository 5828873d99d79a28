import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DETAIL, PLANTED, writeDetails } from '../../test/support/detail-sides.ts';
import { compareDetails } from './compare-details.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hufu-details-'));
});
afterAll(() => rm(scratch, { recursive: true }));
const at = (name: string): string => join(scratch, name);
const job = () => ({ ours: at('ours'), theirs: at('theirs'), awaited: DETAIL, scratch, report: at('report') });

const ROWS = 20_000;

describe('the details of a period of both sides', () => {
  it('have every planted difference in its class, and nothing else', async () => {
    const awaited = await writeDetails(at('ours'), at('theirs'), ROWS);
    const compared = await compareDetails(job());
    if ('side' in compared) throw new Error(JSON.stringify(compared.problems));
    const times = ROWS / 1_000;
    const planted = Object.fromEntries(Object.entries(PLANTED).map(([name, count]) => [name, count * times]));
    expect(compared.counts).toMatchObject({ ...planted, unreadable: 0 });
    expect(compared.differences).toBe(12 * times);
    expect((await readFile(at('report'), 'utf8')).trimEnd().split('\n')).toEqual(awaited);
  });

  it.each([
    ['MissingHeader', 'theirs', () => 'agreement,from\n'],
    ['OtherSender', 'theirs', (text: string) => text.replace('|HKGPP|CHNCM|', '|FRAF1|CHNCM|')],
    ['OtherReceiver', 'theirs', (text: string) => text.replace('|HKGPP|CHNCM|', '|HKGPP|CHNCT|')],
    ['WrongPeriod', 'theirs', (text: string) => text.replace('|2026-10-01|', '|2026-09-01|')],
    ['WrongChecksum', 'theirs', (text: string) => text.replace('|1001|AGREED', '|1002|AGREED')],
    ['OtherSender', 'ours', (text: string) => text.replace('|CHNCM|HKGPP|', '|CHNCT|HKGPP|')],
    ['Truncated', 'ours', (text: string) => text.slice(0, text.lastIndexOf('T|'))],
  ] as const)('are not compared when one is unfit: %s (%s)', async (code, side, spoil) => {
    await writeDetails(at('ours'), at('theirs'), 1_000);
    await writeFile(at(side), spoil(await readFile(at(side), 'utf8')));
    const problems = expect.arrayContaining([expect.objectContaining({ code })]);
    expect(await compareDetails(job())).toMatchObject({ side, problems });
  });
});
