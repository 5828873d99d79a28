import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Charset } from '../../domain/kernel/delimited-text.ts';
import { LineCutter } from '../../domain/kernel/line-cutter.ts';
import { FramedRows, type FrameEnd, type Total } from '../../domain/matching/frame.ts';
import { KeyedRows, Records } from '../../domain/matching/keyed-rows.ts';
import type { Column } from '../../domain/matching/layout.ts';
import { type MatchPlan, match, type Side } from '../../domain/matching/match.ts';
import { type RowError, RowReader, type RowSink } from '../../domain/matching/row-reader.ts';

/** The two halves of the work on files, each done by a thread of its own (`thread.ts`). */

export interface FileSide {
  readonly path: string;
  readonly columns: ReadonlyArray<Column>;
  readonly charset: Charset;
  /** Of a file with header and trailer: what its trailer says beside the count. Left out: rows only. */
  readonly totals?: ReadonlyArray<Total>;
  /**
   * Rows only, UTF-8, of the same columns: what an earlier file left open. The n-th is reported as line −n; a newer row
   * of its key counts.
   */
  readonly carried?: { readonly path: string; readonly columns: ReadonlyArray<Column> };
}

export interface MatchJob {
  readonly plan: MatchPlan;
  readonly here: FileSide;
  readonly there: FileSide;
  /** For the partitions; a folder of the run's own is made in it and removed at the end. */
  readonly scratch: string;
  /** 1–256; by default as many as keep each in some 16 MiB of a side. Changes nothing but memory. */
  readonly partitions?: number;
  /** Written anew: unreadable lines of here, then of there, in their order; then differences, sorted. UTF-8. */
  readonly report: string;
}

const FLUSH_BYTES = 128 * 1024;
/** Of one side: what matching holds in memory at a time. Only rows of one key, which stay together, can come so far. */
const MOST_BYTES = 256 * 1024 * 1024;

/** One side, read to its end; without a header there are no totals and no problems. */
export type Spread = FrameEnd;

/** What a thread is asked. */
export type Task =
  | {
      readonly kind: 'spread';
      readonly side: Side;
      readonly job: Pick<MatchJob, 'plan' | Side>;
      readonly directory: string;
      readonly partitions: number;
    }
  | {
      readonly kind: 'match';
      readonly plan: MatchPlan;
      readonly directory: string;
      readonly numbers: ReadonlyArray<number>;
    };

/** Reads one side into `directory/side-N`; unreadable lines go to `directory/side-unreadable` in the order of the file. */
export const spread = async (
  side: Side,
  job: Pick<MatchJob, 'plan' | Side>,
  directory: string,
  partitions: number,
): Promise<Spread> => {
  const { carried, ...file } = job[side];
  const pending = Array.from({ length: partitions }, () => new Records());
  const written = new Float64Array(partitions);
  const keyed = new KeyedRows(job.plan, file.columns, pending);
  const files = await Promise.all(pending.map((_, at) => open(join(directory, `${side}-${at}`), 'w', 0o600)));
  const wrong = await open(join(directory, `${side}-unreadable`), 'w', 0o600);
  let told = '';
  const flush = async (least: number): Promise<void> => {
    for (const [at, records] of pending.entries()) {
      if (records.used <= least) continue;
      written[at] = (written[at] as number) + records.used;
      if ((written[at] as number) > MOST_BYTES) throw new Error(`a partition has more than ${MOST_BYTES} bytes`);
      await files[at]?.appendFile(records.bytes.subarray(0, records.used));
      records.used = 0;
    }
    if (told !== '') await wrong.appendFile(told);
    told = '';
  };
  const unreadable = ({ line, field, code }: RowError): void => {
    told += `unreadable|${side}|${line}|${field}|${code}\n`;
  };
  try {
    const end = await readRows(file, { row: (...row) => keyed.add(...row), unreadable }, () => flush(FLUSH_BYTES));
    if (carried !== undefined) {
      // After the rows of today, which count.
      const row: RowSink['row'] = (bytes, starts, ends, line) => keyed.add(bytes, starts, ends, -line);
      const plain: FileSide = { ...carried, charset: 'UTF-8' };
      const old = await readRows(plain, { row, unreadable: () => undefined }, () => flush(FLUSH_BYTES));
      if (old.unreadable > 0) throw new Error(`${old.unreadable} rows carried over cannot be read`);
    }
    await flush(0);
    return end;
  } finally {
    await Promise.all([wrong, ...files].map((each) => each.close()));
  }
};

/** Reads a file to its end; `pause` is awaited after each piece. */
export const readRows = async (
  { path, columns, charset, totals }: FileSide,
  sink: RowSink,
  pause: () => Promise<void> = async () => undefined,
): Promise<FrameEnd> => {
  const chunks = createReadStream(path, { highWaterMark: 1024 * 1024 });
  if (totals !== undefined) {
    const framed = new FramedRows({ columns, charset, totals }, sink);
    for await (const chunk of chunks) {
      framed.feed(chunk as Buffer);
      await pause();
    }
    return framed.end();
  }
  let rows = 0;
  let unreadable = 0;
  const reader = new RowReader(columns, charset, 0, {
    row: (...row) => {
      rows += 1;
      sink.row(...row);
    },
    unreadable: (error) => {
      unreadable += 1;
      sink.unreadable(error);
    },
  });
  const cutter = new LineCutter();
  for await (const chunk of chunks) {
    for (const lines of cutter.feed(chunk as Buffer)) reader.feed(lines);
    await pause();
  }
  const rest = cutter.rest();
  if (rest !== undefined) reader.feed(rest);
  return { rows, unreadable, totals: {}, problems: [] };
};

/** Memory for one partition after the other: buffers left to the garbage collector pile up before it looks at them. */
class Room {
  #bytes = Buffer.allocUnsafeSlow(0);

  /** The partition's bytes, until the next one. */
  async read(path: string): Promise<Buffer> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(size + (size >> 3) + 8);
      const bytes = this.#bytes.subarray(0, size);
      for (let at = 0; at < size; ) {
        const { bytesRead } = await file.read(bytes, at, size - at, at);
        if (bytesRead === 0) throw new Error(`a partition is ${size - at} bytes shorter than it was`);
        at += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  }
}

/** Matches each partition of `numbers`; its differences lie sorted in `directory/run-N`. */
export const matchPartitions = async (
  plan: MatchPlan,
  directory: string,
  numbers: ReadonlyArray<number>,
): Promise<Map<string, number>> => {
  const total = new Map<string, number>();
  const here = new Room();
  const there = new Room();
  for (const at of numbers) {
    const { differences, counts } = match(
      plan,
      await here.read(join(directory, `here-${at}`)),
      await there.read(join(directory, `there-${at}`)),
    );
    for (const [name, value] of counts) total.set(name, (total.get(name) ?? 0) + value);
    const file = await open(join(directory, `run-${at}`), 'w', 0o600);
    for (let from = 0; from < differences.length; from += 10_000) {
      await file.appendFile(
        differences
          .slice(from, from + 10_000)
          .map((line) => `${line}\n`)
          .join(''),
      );
    }
    await file.close();
  }
  return total;
};
