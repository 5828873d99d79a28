import { differenceKey } from './difference.ts';
import { cellsOfRow, type FileHeader, OUR_CODE } from './file.ts';
import { type WholeFile, wholeFile } from './file-writer.ts';
import type { FileRow, Found, Scope } from './schema.ts';

/**
 * The error-handling file (差错处理文件) of a province: per difference what must hold there, as one of two verbs, so that
 * a row that is applied twice changes nothing more; and what the province answers, line by line.
 */

/** Of the difference, within its run: the last part of its key. */
const shortKey = (key: string): string => key.slice(key.lastIndexOf(':') + 1);

/** Only where it begins or ends something is the user to be told. */
const textOf = (stands: boolean, stood: boolean): string => {
  if (stands === stood) return 'NONE';
  return stands ? 'BEGUN' : 'ENDED';
};

/** @param base our relation by now; null: it does not stand, or we have never heard of it */
export const errorRow = (found: Found, base: FileRow | null): ReadonlyArray<string> | undefined => {
  const set = base !== null && base.state === 'formal';
  const row = base ?? found.there;
  if (row === null) return undefined;
  const text = textOf(set, found.there !== null && found.there.state === 'formal');
  const shown: FileRow = set ? row : { ...row, state: 'cancelled' };
  return [shortKey(differenceKey(found)), set ? 'SET' : 'END', text, found.class, ...cellsOfRow(shown)];
};

/** Rows come in the order of their differences. */
export const errorFile = (
  { partner, period }: Scope,
  sequence: number,
  rows: ReadonlyArray<ReadonlyArray<string>>,
): WholeFile => wholeFile({ kind: 'ERR', sender: OUR_CODE, receiver: partner, period, sequence }, 'GB18030', rows);

/** Of the answer to the error-handling file of this sequence. */
export const answerHeader = (partner: string, period: string, sequence: number): FileHeader => ({
  kind: 'ANS',
  sender: partner,
  receiver: OUR_CODE,
  period,
  sequence,
});

/** What a province says of one row. */
export interface AnswerRow {
  readonly difference: string;
  readonly result: 'DONE' | 'REFUSED';
  readonly boss: 'DONE' | 'REFUSED' | 'NONE';
  readonly text: 'SENT' | 'FAILED' | 'NONE';
  readonly reason: string;
}

/** Of cells that have been checked by the columns. */
export const answerRowOf = (cells: ReadonlyArray<string>): AnswerRow => {
  const [difference = '', result, boss, text, reason = ''] = cells;
  return {
    difference,
    result: result as AnswerRow['result'],
    boss: boss as AnswerRow['boss'],
    text: text as AnswerRow['text'],
    reason,
  };
};
