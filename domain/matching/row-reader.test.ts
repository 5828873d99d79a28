import { describe, expect, test } from 'vitest';
import { columns } from '../../test/support/matching-sides.ts';
import { LineCutter } from '../kernel/line-cutter.ts';
import { type RowError, RowReader } from './row-reader.ts';

const good = ['CCB', '13800000000', '62170000000', 'FORMAL', '1000', '5000', '2026-11-25T12:00:00', ''];
const withCell = (at: number, text: string): string =>
  `D|${good.map((cell, n) => (n === at ? text : cell)).join('|')}\n`;

const read = (bytes: Buffer) => {
  const rows: Array<ReadonlyArray<string>> = [];
  const errors: Array<RowError> = [];
  const reader = new RowReader(columns, 'UTF-8', 0, {
    row: (row, starts, ends) => void rows.push([...starts].map((start, at) => row.toString('utf8', start, ends[at]))),
    unreadable: (error) => void errors.push(error),
  });
  const cutter = new LineCutter();
  for (const lines of cutter.feed(bytes)) reader.feed(lines);
  const rest = cutter.rest();
  if (rest !== undefined) reader.feed(rest);
  return { rows, errors };
};

describe('a row that cannot be read', () => {
  test.each([
    ['another record', 'X|1\n', '', 'UnknownRecord'],
    ['a cell too few', 'D|CCB|13800000000\n', '', 'WrongFieldCount'],
    ['an escape that does not exist', withCell(7, '\\x'), '', 'InvalidEscape'],
    ['bytes of another charset', Buffer.from([...Buffer.from('D|'), 0xff, 0x0a]), '', 'WrongEncoding'],
    ['a line without end', Buffer.alloc(70_000, 0x44), '', 'LineTooLong'],
    ['a code with a space', withCell(0, 'C B'), 'bank', 'InvalidField'],
    ['digits too few', withCell(1, '1380000000'), 'number', 'InvalidField'],
    ['a word that is none', withCell(3, 'OPEN'), 'state', 'InvalidField'],
    ['a leading zero', withCell(4, '01000'), 'threshold', 'InvalidField'],
    ['a number too large', withCell(5, '1000001'), 'amount', 'InvalidField'],
    ['an empty number', withCell(5, ''), 'amount', 'InvalidField'],
    ['a day that does not exist', withCell(6, '2026-02-29T12:00:00'), 'changed', 'InvalidField'],
    ['an hour that does not exist', withCell(6, '2026-02-28T24:00:00'), 'changed', 'InvalidField'],
    ['a text too long', withCell(7, '备'.repeat(21)), 'remark', 'InvalidField'],
    ['a control', withCell(7, 'a\tb'), 'remark', 'InvalidField'],
  ])('%s is reported with its line, field and code, and reading goes on', (_, wrong, field, code) => {
    const before = Buffer.from(withCell(7, '备注\\|'));
    const { rows, errors } = read(Buffer.concat([before, Buffer.from(wrong), Buffer.from('\n'), before]));
    expect(rows[0]).toEqual([...good.slice(0, 7), '备注\\|']);
    expect(errors[0]).toMatchObject({ line: 2, field, code });
    expect(rows).toHaveLength(2);
  });
});
