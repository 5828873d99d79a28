import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import type { FrameEnd } from '../../domain/matching/frame.ts';
import { byBytes } from '../../domain/matching/match.ts';
import type { MatchJob, Spread, Task } from './tasks.ts';

/**
 * Matches two files of rows that need not fit into memory: each is read once in a stream and spread by the hash of its
 * keys over partitions on disk, then partition after partition is matched, by two threads. Memory: two partitions of
 * each side.
 */

export interface MatchedFiles {
  /** `rowsHere`, `rowsThere`, `unreadable`, and those of `match`. */
  readonly counts: Readonly<Record<string, number>>;
  /** What is wrong with each file as a whole, and what its trailer says. */
  readonly here: FrameEnd;
  readonly there: FrameEnd;
}

const PARTITION_BYTES = 16 * 1024 * 1024;
const MOST_PARTITIONS = 256;

const partitionsOf = async ({ here, there, partitions }: MatchJob): Promise<number> => {
  if (partitions !== undefined) return partitions;
  const sizes = await Promise.all([here, there].map(async ({ path }) => (await stat(path)).size));
  return Math.min(Math.max(Math.ceil(Math.max(...sizes) / PARTITION_BYTES), 2), MOST_PARTITIONS);
};

/** The lines of all runs in one order; of each run one piece is in memory. */
async function* merged(directory: string, partitions: number): AsyncGenerator<string> {
  const files = await Promise.all(Array.from({ length: partitions }, (_, at) => open(join(directory, `run-${at}`))));
  try {
    const runs = files.map((file) => file.readLines({ autoClose: false })[Symbol.asyncIterator]());
    const heads = await Promise.all(runs.map((run) => run.next()));
    for (;;) {
      let least = -1;
      for (const [at, head] of heads.entries()) {
        if (head.done !== true && (least < 0 || byBytes(head.value, heads[least]?.value ?? '') < 0)) least = at;
      }
      const run = runs[least];
      if (run === undefined) return;
      yield `${heads[least]?.value}\n`;
      heads[least] = await run.next();
    }
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

type Counted = ReadonlyMap<string, number>;

const added = (parts: ReadonlyArray<Counted>): MatchedFiles['counts'] => {
  const names = [...new Set(parts.flatMap((part) => [...part.keys()]))].sort(byBytes);
  return Object.fromEntries(names.map((name) => [name, parts.reduce((sum, part) => sum + (part.get(name) ?? 0), 0)]));
};

const inThread = <A>(task: Task): Promise<A> =>
  new Promise((done, failed) => {
    const thread = new Worker(new URL('./thread.ts', import.meta.url), { workerData: task });
    thread.once('message', done);
    thread.once('error', failed);
    thread.once('exit', (code) => failed(new Error(`a thread of matching ended with ${code} and said nothing`)));
  });

/** When one fails the other is waited for: it still writes where all is about to be removed. */
const both = async <A>(one: Promise<A>, other: Promise<A>): Promise<readonly [A, A]> => {
  await Promise.allSettled([one, other]);
  return [await one, await other];
};

/** Errors: those of the file system. The same files give the same bytes, however many the partitions. */
export const matchFiles = async (job: MatchJob): Promise<MatchedFiles> => {
  const { plan } = job;
  const partitions = await partitionsOf(job);
  const only = { plan, here: job.here, there: job.there };
  const directory = await mkdtemp(join(job.scratch, 'matching-'));
  const report = createWriteStream(job.report, { mode: 0o600 });
  const ended = finished(report);
  // Told again by the await at the end; until then nobody else listens.
  ended.catch(() => undefined);
  try {
    const [here, there] = await both(
      inThread<Spread>({ kind: 'spread', side: 'here', job: only, directory, partitions }),
      inThread<Spread>({ kind: 'spread', side: 'there', job: only, directory, partitions }),
    );
    const half = (odd: number) => Array.from({ length: partitions }, (_, at) => at).filter((at) => at % 2 === odd);
    const matched = await both(
      inThread<Counted>({ kind: 'match', plan, directory, numbers: half(0) }),
      inThread<Counted>({ kind: 'match', plan, directory, numbers: half(1) }),
    );
    for (const side of ['here', 'there']) {
      await pipeline(createReadStream(join(directory, `${side}-unreadable`)), report, { end: false });
    }
    for await (const line of merged(directory, partitions)) {
      if (!report.write(line)) await Promise.race([once(report, 'drain'), ended]);
    }
    report.end();
    await ended;
    const rows = { rowsHere: here.rows, rowsThere: there.rows, unreadable: here.unreadable + there.unreadable };
    return { counts: { ...rows, ...added(matched) }, here, there };
  } finally {
    report.destroy();
    await rm(directory, { recursive: true });
  }
};
