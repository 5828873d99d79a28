import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fileOf, headerOf } from '../../../test/support/mandate-files.ts';
import { DAY, foundOf, rowOf } from '../../../test/support/reconciliation.ts';
import { cellsOf, FramedRows } from '../../matching/frame.ts';
import { mustBe } from '../../matching/layout.ts';
import type { RowError } from '../../matching/row-reader.ts';
import { answerRowOf, errorFile, errorRow } from './error-file.ts';
import {
  balanceOf,
  boundsOf,
  cellsOfRow,
  FILE_KINDS,
  fileName,
  frameOf,
  headerProblem,
  imbalancesOf,
  openFile,
  parseFileName,
  parseReportLine,
  ROW_COLUMNS,
  rowOfCells,
} from './file.ts';
import type { FileRow, Scope } from './schema.ts';

const read = (bytes: Buffer, cut = bytes.length) => {
  const opened = openFile(bytes);
  if ('code' in opened) return { rows: [], unreadable: [], problems: [opened], totals: {} };
  const rows: Array<FileRow> = [];
  const unreadable: Array<RowError> = [];
  const framed = new FramedRows(opened.frame, {
    row: (...row) => rows.push(rowOfCells(cellsOf(row[0], row[1], row[2]))),
    unreadable: (error) => unreadable.push(error),
  });
  for (let at = 0; at < bytes.length; at += cut) framed.feed(bytes.subarray(at, at + cut));
  const { problems, totals } = framed.end();
  return { rows, unreadable, problems, totals };
};
const codes = (errors: ReadonlyArray<RowError>) => errors.map(({ line, field, code }) => `${line} ${field} ${code}`);

const MONTH: Scope = { ...DAY, period: '2026-11' };
const rows = [rowOf(1), rowOf(2, { state: 'cancelled', begun: '2026-11-01T00:00:00' })];
const good = fileOf(headerOf(DAY), rows);
/** Changed, and sealed again so that nothing else is wrong. */
const resealed = (change: (text: string) => string): Buffer => {
  const text = change(good.toString('utf8'));
  const at = text.lastIndexOf('T|');
  const sm3 = createHash('sm3').update(text.slice(0, at)).digest('hex');
  return Buffer.from(text.slice(0, at) + text.slice(at).replace(/[0-9a-f]{64}/, sm3));
};

describe('a file of mandates', () => {
  const row = fc.record({
    serial: fc.integer({ min: 0, max: 999_999 }),
    state: fc.constantFrom('formal', 'cancelled'),
    channel: fc.constantFrom('hall', 'branch', 'onlineBanking', 'selfService'),
    thresholdMinor: fc.option(fc.integer({ min: 0, max: 1e12 })),
    amountMinor: fc.option(fc.integer({ min: 0, max: 1e12 })),
    automaticPayment: fc.boolean(),
  });
  it('is read as it was written, in both charsets, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 20 }),
        fc.constantFrom('UTF-8', 'GB18030'),
        fc.integer({ min: 1, max: 500 }),
        (given, charset, cut) => {
          const all = given.map(({ serial, ...more }) => rowOf(serial, more as Partial<FileRow>));
          const found = read(fileOf(headerOf(DAY), all, charset), cut);
          expect(found.problems).toEqual([]);
          expect(found.unreadable).toEqual([]);
          expect(found.rows).toEqual(all);
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each<[string, Buffer, ReadonlyArray<string>]>([
    ['empty', Buffer.alloc(0), ['0  Empty']],
    ['not ours', Buffer.from('hello\n'), ['1  MissingHeader']],
    ['of another version', resealed((text) => text.replace('|1|BDAY', '|2|BDAY')), ['1 version UnknownVersion']],
    ['of an unknown kind', resealed((text) => text.replace('BDAY', 'XDAY')), ['1 kind InvalidField']],
    ['of no period', resealed((text) => text.replace('2026-11-25|1', '2026-13-25|1')), ['1 period InvalidField']],
    ['in another charset', resealed((text) => text.replace('UTF-8', 'GB18030')), ['1 witness WrongEncoding']],
    ['truncated', good.subarray(0, good.length - 200), ['3  Truncated']],
    ['with more behind', Buffer.concat([good, Buffer.from('D|1\n')]), ['4  AfterTrailer']],
    ['a digit of the checksum off', Buffer.from(good.toString().replace(/.\n$/, 'x\n')), ['4 checksum WrongChecksum']],
    ['a byte off', Buffer.from(good.toString().replace('6217', '6218')), ['4 checksum WrongChecksum']],
    [
      'a row short',
      resealed((text) => text.replace(/\nD\|.*\n/, '\n')),
      ['3 count WrongCount', '3 amount WrongTotal', '3 opened WrongTotal'],
    ],
    ['a sum wrong by one', resealed((text) => text.replace('T|2|10000|', 'T|2|10001|')), ['4 amount WrongTotal']],
    ['without a total', resealed((text) => text.replace('T|2|10000|', 'T|2|')), ['4  WrongFieldCount']],
  ])('that is %s is not fit', (_name, bytes, awaited) => {
    expect(codes(read(bytes).problems)).toEqual(awaited);
  });

  test.each<[string, (text: string) => string, string]>([
    ['of another bank', (text) => text.replace('D|CCB|A1', 'D|ICBC|A1'), '2 bank OtherBank'],
    ['of another day', (text) => text.replace(/2026-11-25(T09:00:00\nD)/, '2026-11-24$1'), '2 changed OtherDay'],
    ['without a number', (text) => text.replace('|8613800000001|', '||'), '2 number InvalidField'],
    ['of an unknown state', (text) => text.replace('|FORMAL|', '|OPEN|'), '2 state InvalidField'],
    ['with a cell too few', (text) => text.replace('|Y|FORMAL', '|FORMAL'), '2  WrongFieldCount'],
    ['that is none', (text) => text.replace('D|CCB|A1', 'X|CCB|A1'), '2  UnknownRecord'],
  ])('keeps a line %s, with its number and field', (_name, change, awaited) => {
    const { problems, unreadable, rows: others } = read(resealed(change));
    expect(codes(unreadable)).toEqual([awaited]);
    expect(problems).toEqual([]);
    expect(others).toEqual(rows.slice(1));
  });

  it('of a province keeps out a line of another province', () => {
    const scope: Scope = { party: 'province', partner: '310000', period: DAY.period };
    expect(codes(read(fileOf(headerOf(scope), [rowOf(1)])).unreadable)).toEqual(['2 province OtherProvince']);
  });

  it('of a month holds what stands at its end', () => {
    const full = fileOf(headerOf(MONTH), [rowOf(1), rowOf(2)], 'UTF-8', { cancelled: 3, opening: 3 });
    expect(balanceOf(read(full).totals)).toEqual({ opening: 3, opened: 2, cancelled: 3, closing: 2 });
    expect(codes(read(fileOf(headerOf(MONTH), rows)).unreadable)).toEqual(['3 state InvalidField']);
  });

  test.each([
    ['kind', { kind: 'PDAY' as const }, 'UnexpectedKind'],
    ['sender', { sender: 'ICBC' }, 'OtherSender'],
    ['receiver', { receiver: 'OTHER' }, 'OtherReceiver'],
    ['period', { period: '2026-11-24' }, 'WrongPeriod'],
  ])('of another %s is not the awaited one', (field, more, code) => {
    expect(headerProblem({ ...headerOf(DAY), ...more }, headerOf(DAY))).toMatchObject({ field, code });
  });

  it('has a name that says what its header says', () => {
    const header = headerOf(DAY);
    expect(fileName(header)).toBe('BDAY_CCB_HUFU_20261125_S01.txt');
    expect(parseFileName(fileName(headerOf(MONTH)))).toEqual(headerOf(MONTH));
    expect(headerProblem(header, header, 'BDAY_CCB_HUFU_20261125_S02.txt')).toMatchObject({ code: 'NameMismatch' });
    expect(headerProblem(header, header, fileName(header))).toBeUndefined();
    expect(parseFileName('BDAY_CCB.txt')).toBeUndefined();
  });
});

test.each([
  [{ opening: 5, opened: 2, cancelled: 1, closing: 6 }, 5, []],
  [{ opening: 5, opened: 2, cancelled: 1, closing: 7 }, undefined, ['TheirsDoesNotAddUp']],
  [{ opening: 5, opened: 2, cancelled: 1, closing: 6 }, 4, ['TheirsOpeningDiffers']],
])('a balance says what does not add up (%#)', (balance, before, awaited) => {
  expect(imbalancesOf('Theirs', balance, before)).toEqual(awaited);
});

test('periods begin and end at midnight in China', () => {
  expect(boundsOf('2026-11-25')).toEqual({
    fromMs: Date.UTC(2026, 10, 24, 16),
    toMs: Date.UTC(2026, 10, 25, 16),
  });
  expect(boundsOf('2026-12').toMs).toBe(Date.UTC(2026, 11, 31, 16));
});

test('lines of a report are understood', () => {
  expect(parseReportLine('unreadable|there|5091|state|InvalidField')).toEqual({
    class: 'unreadable',
    columns: ['state'],
    lineHere: 0,
    lineThere: 5091,
    code: 'InvalidField',
  });
  expect(parseReportLine('CCB|A1|8613800000001|terms|threshold,amount|-2|4050')).toEqual({
    class: 'terms',
    columns: ['threshold', 'amount'],
    lineHere: -2,
    lineThere: 4050,
    code: null,
  });
});

describe('the error-handling file', () => {
  const province = { party: 'province', partner: '110000', period: DAY.period } as const;
  const found = foundOf({ scope: province, action: 'write', text: 'ended', there: rowOf(1) });

  it('says what must hold, and the same rows are the same bytes', () => {
    const given = [errorRow(found, null) ?? [], errorRow({ ...found, there: null }, rowOf(2)) ?? []];
    expect(given.map((cells) => [cells[1], cells[2], cells[15]])).toEqual([
      ['END', 'ENDED', 'CANCELLED'],
      ['SET', 'BEGUN', 'FORMAL'],
    ]);
    const { name, bytes } = errorFile(province, 1, given);
    expect(name).toBe('ERR_HUFU_110000_20261125_S01.txt');
    expect(errorFile(province, 1, given).bytes).toEqual(bytes);
    const opened = openFile(bytes);
    if ('code' in opened) throw new Error(opened.message);
    const framed = new FramedRows(opened.frame, {
      row: () => undefined,
      unreadable: ({ code }) => expect.unreachable(code),
    });
    framed.feed(bytes);
    expect(framed.end()).toMatchObject({ rows: 2, problems: [], totals: { set: '1', end: '1' } });
  });

  it('is answered row by row', () => {
    expect(answerRowOf(['0123456789abcdef', 'DONE', 'REFUSED', 'NONE', 'BOSS 忙'])).toEqual({
      difference: '0123456789abcdef',
      result: 'DONE',
      boss: 'REFUSED',
      text: 'NONE',
      reason: 'BOSS 忙',
    });
  });
});

test('the page of the files has every column as it is read', () => {
  const page = readFileSync(new URL('../../../docs/partners/mandate-files.md', import.meta.url), 'utf8');
  const frames = FILE_KINDS.map((kind) =>
    frameOf({ kind, sender: 'X', receiver: 'Y', period: '2026-11-25', sequence: 1 }, 'UTF-8'),
  );
  for (const column of [...ROW_COLUMNS, ...(frames[4]?.columns ?? []), ...(frames[5]?.columns ?? [])]) {
    expect(page).toContain(`| \`${column.name}\` | ${mustBe(column)} |`);
  }
});

test('cells and rows are each other’s', () => {
  expect(rowOfCells(cellsOfRow(rowOf(7)))).toEqual(rowOf(7));
});
