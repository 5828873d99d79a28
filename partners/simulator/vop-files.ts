import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, type FileHandle, open, stat, truncate } from 'node:fs/promises';
import { LineCutter } from '../../domain/kernel/line-cutter.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { bodyOfIccid, iccidOfBody, isIccid } from '../../domain/sim/iccid.ts';
import { advance } from '../../domain/sim/number-block.ts';
import type {
  FileKind,
  NewRow,
  RowOf,
  VopExpectation,
  VopHeader,
  VopReport,
  VopSummary,
} from '../../domain/sim/vop-file.ts';
import { decodeVopFile } from '../../domain/sim/vop-file-decoder.ts';
import { encodeVopFile, type VopFileEnd } from '../../domain/sim/vop-file-encoder.ts';

/** Partner files on the simulators' disks: read, written and spoilt in streams, whatever their size. */

/** Rows in pieces; `settle` gets the report after the last. */
export async function* rowsOf<K extends FileKind>(
  path: string,
  expected: VopExpectation<K>,
  settle: (report: VopReport<K>) => void = () => undefined,
): AsyncGenerator<ReadonlyArray<RowOf<K>>> {
  const decoder = decodeVopFile(expected);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    const rows = decoder.feed(chunk as Buffer);
    if (rows.length > 0) yield rows;
  }
  settle(decoder.end());
}

export const checkFile = async <K extends FileKind>(
  path: string,
  expected: VopExpectation<K>,
): Promise<VopReport<K>> => {
  let found: VopReport<K> | undefined;
  const rows = rowsOf(path, expected, (report) => {
    found = report;
  });
  for await (const _ of rows);
  if (found === undefined) throw new Error('the file was not read to its end');
  return found;
};

type Rows<K extends FileKind> = AsyncIterable<ReadonlyArray<NewRow<K>>> | Iterable<ReadonlyArray<NewRow<K>>>;

export const writeFileOf = async <K extends FileKind>(
  path: string,
  header: VopHeader<K>,
  summary: VopSummary | undefined,
  rows: Rows<K>,
): Promise<VopFileEnd> => {
  const file = await open(path, 'w');
  try {
    const encoder = encodeVopFile(header, summary);
    for await (const some of rows) {
      const bytes = encoder.push(some);
      if (isRefusal(bytes)) throw new Error(bytes.message);
      await file.write(bytes);
    }
    const end = encoder.end();
    if (isRefusal(end)) throw new Error(end.message);
    await file.write(end.bytes);
    return end;
  } finally {
    await file.close();
  }
};

/** Ways in which a file can be wrong. Each but the first two is resealed, so that nothing else is wrong with it. */
export const SPOILS = [
  'truncated',
  'wrongChecksum',
  'wrongEncoding',
  'unknownLine',
  'unknownRecord',
  'lineTooMany',
  'duplicateLine',
] as const;
export type Spoil = (typeof SPOILS)[number];

/** A row more: the next number, the next card (or, where there are no cards, the next line). */
const oneMore = (line: string): string => {
  const cells = line.split('|');
  cells[1] = String(Number(cells[1]) + 1);
  const iccid = cells[3] ?? '';
  if (isIccid(iccid)) cells[3] = iccidOfBody(advance(bodyOfIccid(iccid), 1));
  else cells[2] = String(Number(cells[2]) + 1);
  return cells.join('|');
};
const otherLine = (line: string): string => line.split('|').with(2, '999').join('|');

/** What stands instead of the last row. Rows are taken as latin1: only ASCII cells are touched. */
const LAST_ROW: Readonly<
  Record<Exclude<Spoil, 'truncated' | 'wrongChecksum'>, (line: string) => ReadonlyArray<string>>
> = {
  wrongEncoding: (line) => [`${line}\u00FF`],
  unknownLine: (line) => [otherLine(line)],
  unknownRecord: (line) => [line, `X${line.slice(1)}`],
  lineTooMany: (line) => [line, oneMore(line)],
  duplicateLine: (line) => [line, line],
};

interface Edit {
  readonly header: (line: string) => string;
  readonly lastRow: (line: string) => ReadonlyArray<string>;
}
const same: Edit = { header: (line) => line, lastRow: (line) => [line] };

/** What a row adds to the trailer's quantity (see `VopTrailer`). */
const weight = (kind: string | undefined, line: string): number => {
  const cells = line.split('|');
  if (kind === 'POS') return cells[4] === 'MADE' ? 1 : 0;
  return kind === 'VAL' ? Number(cells[4]) : 1;
};

class Rewriter {
  readonly #file: FileHandle;
  readonly #edit: Edit;
  readonly #hash = createHash('sm3');
  #kind: string | undefined;
  #held: string | undefined;
  #out: Array<string> = [];

  constructor(file: FileHandle, edit: Edit) {
    this.#file = file;
    this.#edit = edit;
  }

  async lines(lines: Buffer): Promise<void> {
    for (const line of lines.toString('latin1').slice(0, -1).split('\n')) this.#line(line);
    const bytes = Buffer.from(this.#out.map((line) => `${line}\n`).join(''), 'latin1');
    this.#out = [];
    await this.#file.write(bytes);
  }

  #put(line: string): void {
    this.#hash.update(`${line}\n`, 'latin1');
    this.#out.push(line);
  }

  #line(line: string): void {
    if (this.#kind === undefined) {
      this.#kind = line.split('|')[3];
      this.#put(this.#edit.header(line));
    } else if (line.startsWith('T|')) {
      this.#trailer(line.split('|'));
    } else {
      if (this.#held !== undefined) this.#put(this.#held);
      this.#held = line;
    }
  }

  #trailer([, count, quantity]: ReadonlyArray<string>): void {
    const last = this.#held;
    const row = last?.startsWith('D|') ?? false;
    const instead = last === undefined ? [] : row ? this.#edit.lastRow(last) : [last];
    for (const line of instead) this.#put(line);
    const more = instead.slice(1).filter((line) => line.startsWith('D|'));
    const sum = more.reduce((total, line) => total + weight(this.#kind, line), Number(quantity));
    this.#out.push(`T|${Number(count) + more.length}|${sum}|${this.#hash.digest('hex')}`);
  }
}

const rewrite = async (from: string, to: string, edit: Edit): Promise<void> => {
  const file = await open(to, 'w');
  try {
    const rewriter = new Rewriter(file, edit);
    const cutter = new LineCutter();
    for await (const chunk of createReadStream(from)) {
      for (const lines of cutter.feed(chunk as Buffer)) if (lines !== undefined) await rewriter.lines(lines);
    }
  } finally {
    await file.close();
  }
};

/** A good file, spoilt. */
export const spoil = async (from: string, to: string, how: Spoil): Promise<void> => {
  if (how !== 'truncated' && how !== 'wrongChecksum') return rewrite(from, to, { ...same, lastRow: LAST_ROW[how] });
  await copyFile(from, to);
  const { size } = await stat(to);
  if (how === 'truncated') return truncate(to, Math.floor(size * 0.6));
  const file = await open(to, 'r+');
  // The last byte before the line end is the checksum's last digit.
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 2);
  await file.write(Buffer.from(buffer.toString() === '0' ? '1' : '0'), 0, 1, size - 2);
  return file.close();
};

/** The same file as its next issue: another sequence in the header (its tenth cell), sealed again. */
export const reissue = (from: string, to: string, sequence: number): Promise<void> =>
  rewrite(from, to, { ...same, header: (line) => line.split('|').with(9, String(sequence)).join('|') });
