import { fork } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rootDir } from '../../cli/supervisor/run.ts';
import type { FileSide, MatchJob } from '../../store/matching/tasks.ts';
import type { BenchContext } from '../bench.ts';
import type { EngineRun } from './engine.ts';

/** How matching is measured: files with planted differences, the report that must say just those, and a plain join. */

/** In a process of its own, so that its memory is that of matching alone. */
const alone = (job: MatchJob): Promise<EngineRun> =>
  new Promise((done, failed) => {
    const child = fork(join(rootDir, 'bench', 'matching', 'engine.ts'), [JSON.stringify(job)]);
    child.once('message', (run) => done(run as EngineRun));
    child.once('exit', (code) => failed(new Error(`matching ended with ${code} and said nothing`)));
  });

const linesOf = async (path: string): Promise<ReadonlyArray<string>> => {
  const lines: Array<string> = [];
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    lines.push(line);
  }
  return lines;
};

const plainJoin = async (here: string, there: string): Promise<number> => {
  const begun = performance.now();
  const ours = new Map<string, string>();
  const keyOf = (line: string): string => line.split('|', 3).join('|');
  const left = await linesOf(here);
  for (const line of left) ours.set(keyOf(line), line);
  let differ = 0;
  const right = await linesOf(there);
  for (const line of right) if (ours.get(keyOf(line)) !== line) differ += 1;
  if (differ === 0) throw new Error('nothing was compared');
  return (left.length + right.length) / ((performance.now() - begun) / 1_000);
};

const checkReport = async (path: string, awaited: ReadonlyArray<string>): Promise<void> => {
  const found = await linesOf(path);
  const wrong = awaited.findIndex((line, at) => line !== found[at]);
  if (wrong >= 0 || found.length !== awaited.length) {
    throw new Error(`${found.length} of ${awaited.length} differences; line ${wrong + 1}: ${found[wrong]}`);
  }
};

export interface Sides extends Pick<MatchJob, 'plan'> {
  readonly side: Omit<FileSide, 'path'>;
  /** Writes so many keys to both paths; the report awaited. The key is what stands before the third bar. */
  readonly write: (here: string, there: string, rows: number) => Promise<ReadonlyArray<string>>;
}

/** One size; the baseline, lines a second of the plain join, is measured unless it is given. Says what it was. */
export const measureSides = async (
  { plan, side, write }: Sides,
  rows: number,
  baseline: number | undefined,
  { report, log }: BenchContext,
): Promise<number> => {
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-'));
  const [here, there, written] = ['here', 'there', 'report'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  try {
    const awaited = await write(here, there, rows);
    const of = (path: string): FileSide => ({ path, ...side });
    const { counts, seconds, memoryMiB, problems } = await alone({
      plan,
      here: of(here),
      there: of(there),
      scratch: directory,
      report: written,
    });
    if (problems > 0) throw new Error('the trailers do not hold');
    const lines = (counts['rowsHere'] ?? 0) + (counts['rowsThere'] ?? 0) + (counts['unreadable'] ?? 0);
    await checkReport(written, awaited);
    log(`${lines} lines in ${seconds.toFixed(1)} s; all ${awaited.length} differences found and nothing else`);
    const plain = baseline ?? (await plainJoin(here, there));
    const name = `${rows / 1_000_000} million a side`;
    report({
      figure: name,
      value: lines / seconds,
      unit: 'lines/s',
      baseline: plain,
      goal: { min: rows > 1_000_000 ? 400_000 : 500_000 },
    });
    report({ figure: `${name}: memory of the engine`, value: memoryMiB, unit: 'MiB', goal: { max: 1_024 } });
    return plain;
  } finally {
    await rm(directory, { recursive: true });
  }
};
