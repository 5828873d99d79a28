import { matchFiles } from '../../store/matching/match-files.ts';
import type { MatchJob } from '../../store/matching/tasks.ts';

/** Matches the files of the job that it is given, and says how long it took and what it needed. */

export interface EngineRun {
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** The most that the process, with its threads, had in memory. */
  readonly memoryMiB: number;
  readonly problems: number;
}

const job: MatchJob = JSON.parse(process.argv[2] ?? '');
const begun = performance.now();
const { counts, here, there } = await matchFiles(job);
process.send?.({
  counts,
  seconds: (performance.now() - begun) / 1_000,
  memoryMiB: process.resourceUsage().maxRSS / 1_024,
  problems: here.problems.length + there.problems.length,
} satisfies EngineRun);
