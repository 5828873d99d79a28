import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RowError } from '../domain/matching/row-reader.ts';
import { DETAIL_MAGIC } from '../domain/roaming/settlement/detail.ts';
import { compareDetails } from '../store/roaming/compare-details.ts';
import { print } from './admin/answer.ts';
import { EXIT } from './failure.ts';

/** The details of a roaming statement, ours and the partner's, for `hufu reconcile`. */

const HEAD = Buffer.from(`H|${DETAIL_MAGIC}|`);

/** Whether the file says of itself that it is one. */
export const isDetail = async (path: string): Promise<boolean> => {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD.length), 0, HEAD.length, 0);
    return buffer.subarray(0, bytesRead).equals(HEAD);
  } finally {
    await file.close();
  }
};

/** What is wrong with a file as a whole, a line each. */
export const tellProblems = (path: string, problems: ReadonlyArray<RowError>, json: boolean | undefined): void => {
  for (const { line, field, code, message } of problems) {
    print(
      json === true
        ? JSON.stringify({ path, line, field, code, message })
        : `${path}:${line}: ${code} ${field} ${message}`,
    );
  }
};

export const reconcileDetails = async (
  { ours, theirs, scratch }: { readonly ours: string; readonly theirs: string; readonly scratch: string },
  options: { readonly differences: string; readonly json?: boolean },
): Promise<number> => {
  const report = join(scratch, 'report');
  const compared = await compareDetails({ ours, theirs, scratch, report });
  if ('side' in compared) {
    tellProblems(compared.side === 'ours' ? ours : theirs, compared.problems, options.json);
    return EXIT.badData;
  }
  await copyFile(report, options.differences);
  const { counts, differences } = compared;
  if (options.json === true) print(JSON.stringify(compared));
  else for (const [name, count] of Object.entries(counts)) print(`${name} ${count}`);
  return differences === 0 ? EXIT.ok : EXIT.failed;
};
