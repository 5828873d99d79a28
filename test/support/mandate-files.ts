import { cellsOfRow, type FileHeader, kindOf, OUR_CODE } from '../../domain/mandates/reconciliation/file.ts';
import { wholeFile } from '../../domain/mandates/reconciliation/file-writer.ts';
import type { Balance, FileRow, Scope } from '../../domain/mandates/reconciliation/schema.ts';

/** Files of mandates for tests, as a partner or we would write them. */

export const headerOf = (scope: Scope, from: 'ours' | 'theirs' = 'theirs', sequence = 1): FileHeader => ({
  kind: kindOf(scope),
  sender: from === 'ours' ? OUR_CODE : scope.partner,
  receiver: from === 'ours' ? scope.partner : OUR_CODE,
  period: scope.period,
  sequence,
});

/** Declares that one relation stood before, unless told otherwise. */
export const fileOf = (
  header: FileHeader,
  rows: ReadonlyArray<FileRow>,
  charset: 'UTF-8' | 'GB18030' = 'UTF-8',
  said: Partial<Balance> = {},
): Buffer => {
  const opened = rows.filter(({ begun }) => begun.startsWith(header.period)).length;
  const cancelled = rows.filter(({ state }) => state === 'cancelled').length;
  const full = header.period.length === 7;
  const opening = said.opening ?? (full ? rows.length - opened : 1 + cancelled);
  const balance = { opening, opened, cancelled, closing: opening + opened - cancelled, ...said };
  return wholeFile(header, charset, rows.map(cellsOfRow), balance).bytes;
};
