import { open } from 'node:fs/promises';
import type { RowError } from '../../domain/matching/row-reader.ts';
import {
  DETAIL_CLASSES,
  type DetailHeader,
  detailPlan,
  detailProblem,
  type OpenedDetail,
  openDetail,
} from '../../domain/roaming/settlement/detail.ts';
import { matchFiles } from '../matching/match-files.ts';

/** Two details of a period held against each other, line by line; files larger than memory are no matter. */

interface ComparedDetails {
  readonly header: DetailHeader;
  /** `rowsHere`, `rowsThere`, `pairs`, `equal`, `unreadable`, and every class of difference, also those that are zero. */
  readonly counts: Readonly<Record<string, number>>;
  readonly differences: number;
}

/** What keeps a file from being compared at all. */
interface UnfitDetail {
  readonly side: 'ours' | 'theirs';
  readonly problems: ReadonlyArray<RowError>;
}

const HEAD_BYTES = 4_096;

const headOf = async (path: string): Promise<OpenedDetail | RowError> => {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return openDetail(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
};

/**
 * `report` is written anew, as `matchFiles` does. `awaited`: what theirs must say of itself; left out, whatever it says.
 * Errors: those of the file system.
 */
export const compareDetails = async (job: {
  readonly ours: string;
  readonly theirs: string;
  readonly awaited?: DetailHeader;
  readonly scratch: string;
  readonly report: string;
}): Promise<ComparedDetails | UnfitDetail> => {
  const theirs = await headOf(job.theirs);
  if ('code' in theirs) return { side: 'theirs', problems: [theirs] };
  const { header } = theirs;
  const other = job.awaited === undefined ? undefined : detailProblem(header, job.awaited);
  if (other !== undefined) return { side: 'theirs', problems: [other] };
  const ours = await headOf(job.ours);
  if ('code' in ours) return { side: 'ours', problems: [ours] };
  const own = detailProblem(ours.header, { ...header, sender: header.receiver, receiver: header.sender });
  if (own !== undefined) return { side: 'ours', problems: [own] };
  const matched = await matchFiles({
    plan: detailPlan(header),
    here: { path: job.ours, ...ours.frame },
    there: { path: job.theirs, ...theirs.frame },
    scratch: job.scratch,
    report: job.report,
  });
  if (matched.there.problems.length > 0) return { side: 'theirs', problems: matched.there.problems };
  if (matched.here.problems.length > 0) return { side: 'ours', problems: matched.here.problems };
  const none = Object.fromEntries(DETAIL_CLASSES.map((name) => [name, 0]));
  const counts: Readonly<Record<string, number>> = { ...none, ...matched.counts };
  const differences = ['unreadable', ...DETAIL_CLASSES].reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  return { header, counts, differences };
};
