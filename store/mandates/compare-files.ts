import { createReadStream } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  balanceOf,
  boundsOf,
  cellsOfRow,
  fileName,
  headerProblem,
  isDay,
  kindOf,
  matchPlan,
  type OpenedFile,
  OUR_CODE,
  openFile,
  parseReportLine,
  type ReportLine,
  ROW_COLUMNS,
  rowOfCells,
} from '../../domain/mandates/reconciliation/file.ts';
import { actionOf, judge, withUnreadable } from '../../domain/mandates/reconciliation/rules.ts';
import type {
  Balance,
  DifferenceClass,
  FileRow,
  Found,
  Rules,
  Scope,
} from '../../domain/mandates/reconciliation/schema.ts';
import { cellsOf } from '../../domain/matching/frame.ts';
import type { RowError } from '../../domain/matching/row-reader.ts';
import { type MatchedFiles, matchFiles } from '../matching/match-files.ts';
import { type FileSide, readRows } from '../matching/tasks.ts';

/**
 * A partner's file of mandates held against ours: what is wrong with the files as a whole, what differs line by line and
 * what becomes of it by the rules. Files and rules alone decide: the same give the same, in its bytes.
 */

interface CompareJob {
  readonly ours: string;
  readonly theirs: string;
  /** Rows that the day before left waiting, as `carriedOf` wrote them. */
  readonly carriedHere?: string | undefined;
  readonly carriedThere?: string | undefined;
  readonly rules: Rules;
  readonly unbalanced?: ReadonlySet<string>;
  readonly scratch: string;
  /** The report of matching, written anew (`store/matching/match-files.ts`). */
  readonly report: string;
}

export type DifferenceFound = Omit<Found, 'run' | 'numberKey'>;

export interface ComparedFiles {
  readonly scope: Scope;
  readonly counts: MatchedFiles['counts'];
  readonly balanceHere: Balance;
  readonly balanceThere: Balance;
  readonly total: number;
  /** In the order of the report; none when there are more than the rules allow. */
  readonly differences: ReadonlyArray<DifferenceFound>;
}

/** What keeps a file from being compared at all. */
interface Unfit {
  readonly side: 'ours' | 'theirs';
  readonly problems: ReadonlyArray<RowError>;
}

const HEAD_BYTES = 4_096;

const openedAt = async (path: string): Promise<OpenedFile | RowError> => {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return openFile(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
};

const isProblem = (opened: OpenedFile | RowError): opened is RowError => 'code' in opened;

/** What a partner's file must say of itself, from what it says of its kind. */
const scopeOf = ({ header: { kind, sender, period } }: OpenedFile): Scope => ({
  party: kind.startsWith('B') ? 'bank' : 'province',
  partner: sender,
  period,
});

const opened = async (
  job: CompareJob,
): Promise<Unfit | { readonly scope: Scope; readonly ours: OpenedFile; readonly theirs: OpenedFile }> => {
  const theirs = await openedAt(job.theirs);
  if (isProblem(theirs)) return { side: 'theirs', problems: [theirs] };
  const scope = scopeOf(theirs);
  const kind = kindOf(scope);
  const fit = headerProblem(theirs.header, { kind, sender: scope.partner, receiver: OUR_CODE, period: scope.period });
  if (fit !== undefined) return { side: 'theirs', problems: [fit] };
  const ours = await openedAt(job.ours);
  if (isProblem(ours)) return { side: 'ours', problems: [ours] };
  const own = headerProblem(ours.header, { kind, sender: OUR_CODE, receiver: scope.partner, period: scope.period });
  if (own !== undefined) return { side: 'ours', problems: [own] };
  return { scope, ours, theirs };
};

const reportLines = async (path: string, most: number): Promise<ReadonlyArray<ReportLine>> => {
  const lines: Array<ReportLine> = [];
  const input = createReadStream(path);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (lines.length >= most) break;
    lines.push(parseReportLine(line));
  }
  input.destroy();
  return lines;
};

/** The rows of these lines; below 0: of the rows carried over. */
const rowsAt = async (side: FileSide, lines: ReadonlySet<number>): Promise<ReadonlyMap<number, FileRow>> => {
  const rows = new Map<number, FileRow>();
  const keep = (sign: 1 | -1) => ({
    row: (bytes: Buffer, starts: Int32Array, ends: Int32Array, line: number) => {
      if (lines.has(sign * line)) rows.set(sign * line, rowOfCells(cellsOf(bytes, starts, ends)));
    },
    unreadable: () => undefined,
  });
  if (lines.size > 0) await readRows(side, keep(1));
  if (side.carried !== undefined) {
    await readRows({ ...side.carried, charset: 'UTF-8' }, keep(-1));
  }
  return rows;
};

const DAY_MS = 86_400_000;
/** Of a row carried over: days since it has changed. */
const ageOf = (row: FileRow | null, period: string): number =>
  row === null
    ? 0
    : Math.max(0, Math.round((boundsOf(period).fromMs - boundsOf(row.changed.slice(0, 10)).fromMs) / DAY_MS));

interface Circumstances {
  readonly scope: Scope;
  readonly rules: Rules;
  readonly unbalanced: ReadonlySet<string>;
  /** Lines of theirs that cannot be read. */
  readonly unreadable: number;
}

const foundOf = (
  line: ReportLine,
  here: FileRow | null,
  there: FileRow | null,
  { scope, rules, unbalanced, unreadable }: Circumstances,
): DifferenceFound => {
  // Classes are those of `matchPlan` and of matching itself.
  const name = line.class as DifferenceClass;
  const byRule = judge({ scope, class: name, here, there }, actionOf(rules, scope, name), unbalanced);
  const judged = unreadable > 0 ? withUnreadable(byRule, name) : byRule;
  const ages = [line.lineHere < 0 ? ageOf(here, scope.period) : 0, line.lineThere < 0 ? ageOf(there, scope.period) : 0];
  return { scope, ...line, class: name, here, there, ageDays: Math.max(...ages), ...judged };
};

/** Errors: those of the file system. */
export const compareFiles = async (job: CompareJob): Promise<ComparedFiles | Unfit> => {
  const both = await opened(job);
  if ('side' in both) return both;
  const { scope, ours, theirs } = both;
  const { rules, unbalanced = new Set(), scratch, report } = job;
  const carried = (path: string | undefined) => (path === undefined ? {} : { carried: { path, columns: ROW_COLUMNS } });
  const here: FileSide = { path: job.ours, ...ours.frame, ...carried(job.carriedHere) };
  const there: FileSide = { path: job.theirs, ...theirs.frame, ...carried(job.carriedThere) };
  const plan = matchPlan(scope.period, rules.lateMinutes);
  const matched = await matchFiles({ plan, here, there, scratch, report });
  if (matched.there.problems.length > 0) return { side: 'theirs', problems: matched.there.problems };
  if (matched.here.problems.length > 0) return { side: 'ours', problems: matched.here.problems };
  const { pairs = 0, equal = 0, superseded = 0, rowsHere = 0, rowsThere = 0, ...classes } = matched.counts;
  const total = Object.values(classes).reduce((sum, count) => sum + count, 0);
  const lines = total > rules.most ? [] : await reportLines(report, total);
  const wanted = (of: 'lineHere' | 'lineThere') => new Set(lines.map((line) => line[of]).filter((line) => line !== 0));
  const [rowsOfHere, rowsOfThere] = [await rowsAt(here, wanted('lineHere')), await rowsAt(there, wanted('lineThere'))];
  const differences = lines.map((line) =>
    foundOf(line, rowsOfHere.get(line.lineHere) ?? null, rowsOfThere.get(line.lineThere) ?? null, {
      scope,
      rules,
      unbalanced,
      unreadable: matched.there.unreadable,
    }),
  );
  return {
    scope,
    counts: { rowsHere, rowsThere, pairs, equal, superseded, ...classes },
    balanceHere: balanceOf(matched.here.totals),
    balanceThere: balanceOf(matched.there.totals),
    total,
    differences,
  };
};

/** Writes what a day leaves waiting for the next; false: nothing, and no file. */
export const writeCarried = async (
  path: string,
  { scope, differences }: Pick<ComparedFiles, 'scope' | 'differences'>,
  side: 'here' | 'there',
): Promise<boolean> => {
  if (!isDay(scope.period)) return false;
  const rows = differences.flatMap((found) => (found.class === 'late' ? (found[side] ?? []) : []));
  if (rows.length === 0) return false;
  await writeFile(path, rows.map((row) => `D|${cellsOfRow(row).join('|')}\n`).join(''), { mode: 0o600 });
  return true;
};

/** How our file of a scope is called. */
export const oursName = (scope: Scope): string =>
  fileName({ kind: kindOf(scope), sender: OUR_CODE, receiver: scope.partner, period: scope.period, sequence: 1 });
