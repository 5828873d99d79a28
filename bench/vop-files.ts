import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Charset } from '../domain/kernel/delimited-text.ts';
import { isRefusal } from '../domain/kernel/refusal.ts';
import { iccidOfBody } from '../domain/sim/iccid.ts';
import type { NewRow, VopHeader } from '../domain/sim/vop-file.ts';
import { decodeVopFile } from '../domain/sim/vop-file-decoder.ts';
import { encodeVopFile } from '../domain/sim/vop-file-encoder.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * Card-making files of a million rows, written to disk and read again in streams, in both charsets. The baseline does
 * the least that any reader or writer must: split lines and cells, join cells and lines; no checks, no checksum.
 */
const BATCH = 1_000;

const header = (charset: Charset): VopHeader<'cardMaking'> => ({
  kind: 'cardMaking',
  version: 1,
  sender: 'VOP',
  receiver: 'RPS',
  application: 'A20261123-0001',
  round: 1,
  part: 0,
  sequence: 1,
  created: '2026-11-23T06:00:00Z',
  charset,
});

const batchOf = (from: number, rows: number): ReadonlyArray<NewRow<'cardMaking'>> =>
  Array.from({ length: Math.min(BATCH, rows - from) }, (_, at) => ({
    line: 1 + Math.floor((from + at) / 100_000),
    iccid: iccidOfBody(`8986011${String(from + at).padStart(12, '0')}`),
    imsi: `46001${String(from + at).padStart(10, '0')}`,
    product: 'P4G-BASIC',
    city: '110100',
    cardType: 'finished' as const,
  }));

/** Seconds spent in `work`, summed over the batches, so that making the rows is not measured. */
const stopwatch = () => {
  let seconds = 0;
  return {
    seconds: () => seconds,
    time: <A>(work: () => A): A => {
      const begun = performance.now();
      const result = work();
      seconds += (performance.now() - begun) / 1_000;
      return result;
    },
  };
};

const write = async (path: string, charset: Charset, rows: number) => {
  const ours = stopwatch();
  const plain = stopwatch();
  const file = await open(path, 'w');
  const encoder = encodeVopFile(header(charset));
  let joined = 0;
  for (let from = 0; from < rows; from += BATCH) {
    const batch = batchOf(from, rows);
    const bytes = ours.time(() => encoder.push(batch));
    if (isRefusal(bytes)) throw new Error(bytes.message);
    await file.write(bytes);
    joined += plain.time(() => Buffer.from(batch.map((row) => `D|${Object.values(row).join('|')}\n`).join(''))).length;
  }
  const end = ours.time(() => encoder.end());
  if (isRefusal(end)) throw new Error(end.message);
  await file.write(end.bytes);
  await file.close();
  if (joined === 0) throw new Error('nothing was joined');
  return { ours: rows / ours.seconds(), plain: rows / plain.seconds() };
};

const read = async (path: string, rows: number, sampled: () => void) => {
  const ours = stopwatch();
  const decoder = decodeVopFile({ kind: 'cardMaking' });
  let seen = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    seen += ours.time(() => decoder.feed(chunk as Buffer)).length;
    sampled();
  }
  const report = decoder.end();
  if (!report.ok || seen !== rows) throw new Error(`read ${seen} of ${rows} rows: ${JSON.stringify(report.errors)}`);
  return rows / ours.seconds();
};

const plainSplit = async (path: string, rows: number) => {
  const plain = stopwatch();
  let rest = '';
  let cells = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    plain.time(() => {
      const lines = (rest + (chunk as Buffer).toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) cells += line.split('|').length;
    });
  }
  if (cells < rows * 8) throw new Error('nothing was split');
  return rows / plain.seconds();
};

const MEBI = 1024 * 1024;

const run = async ({ full, report, log }: BenchContext): Promise<void> => {
  const rows = full ? 10_000_000 : 1_000_000;
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-'));
  try {
    for (const charset of ['GB18030', 'UTF-8'] as const) {
      const path = join(directory, `${charset}.txt`);
      const written = await write(path, charset, rows);
      log(`${charset}: ${rows} rows, ${Math.round((await stat(path)).size / MEBI)} MiB`);
      report({
        figure: `encode ${charset}`,
        value: written.ours,
        unit: 'rows/s',
        baseline: written.plain,
        goal: { min: 200_000 },
      });
      const before = process.memoryUsage.rss();
      let most = before;
      const sampled = () => {
        most = Math.max(most, process.memoryUsage.rss());
      };
      const decoded = await read(path, rows, sampled);
      const baseline = await plainSplit(path, rows);
      report({ figure: `decode ${charset}`, value: decoded, unit: 'rows/s', baseline, goal: { min: 300_000 } });
      report({
        figure: `decode ${charset}: memory grown`,
        value: (most - before) / MEBI,
        unit: 'MiB',
        goal: { max: 128 },
      });
    }
  } finally {
    await rm(directory, { recursive: true });
  }
};

export const bench: Bench = { name: 'vop-files', title: 'Partner files of a million cards', servers: [], run };
