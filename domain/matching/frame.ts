import { createHash } from 'node:crypto';
import { type Charset, decodeStrict, encodeText, escapeCell, splitCells } from '../kernel/delimited-text.ts';
import { LineCutter } from '../kernel/line-cutter.ts';
import { columnCheck, numberOf } from './column-check.ts';
import { type Column, columnIndex, mustBe } from './layout.ts';
import { type RowError, RowReader, type RowSink } from './row-reader.ts';

/**
 * Rows between a header and a trailer, as data: `H|MAGIC|VERSION|cells…|CHARSET|WITNESS`, rows `D|…`,
 * `T|COUNT|totals…|CHECKSUM`. The checksum is SM3, lower-case hex, over every byte before the trailer with line ends as
 * LF; the witness is a word that shows in the first line whether the charset is the declared one.
 */

export interface HeaderLayout {
  readonly magic: string;
  readonly version: string;
  readonly cells: ReadonlyArray<Column>;
  readonly witness: string;
}

export interface Header {
  readonly cells: Readonly<Record<string, string>>;
  readonly charset: Charset;
}

/** A cell of the trailer. `declared`: only its sender can know it. Sums and counts are of all rows. */
export type Total = { readonly name: string } & (
  | { readonly kind: 'declared' }
  | { readonly kind: 'sum'; readonly column: string }
  /** Rows whose cell begins with the text. */
  | { readonly kind: 'count'; readonly column: string; readonly begins: string }
);

/** Plain data, so that a thread can be handed it. */
export interface Frame {
  readonly columns: ReadonlyArray<Column>;
  readonly charset: Charset;
  readonly totals: ReadonlyArray<Total>;
}

/** What came of a file when all of it was read. `problems` are those of the file as a whole. */
export interface FrameEnd {
  readonly rows: number;
  readonly unreadable: number;
  /** What the trailer says, decimal; empty without a trailer. */
  readonly totals: Readonly<Record<string, string>>;
  readonly problems: ReadonlyArray<RowError>;
}

const TRAILER = Buffer.from('\nT|');
const DECIMAL = /^(?:0|[1-9][0-9]{0,19})$/;
const CHECKSUM = /^[0-9a-f]{64}$/;

const problem = (line: number, field: string, code: string, message: string): RowError => ({
  line,
  field,
  code,
  message,
});

/** Reads the header from the first line of a file; more bytes may follow it. */
export const readHeader = (layout: HeaderLayout, bytes: Buffer): Header | RowError => {
  if (bytes.length === 0) return problem(0, '', 'Empty', 'the file is empty');
  const end = bytes.indexOf(0x0a);
  if (end < 0) return problem(1, '', 'MissingHeader', 'the first line does not end');
  const line = bytes.subarray(0, bytes[end - 1] === 0x0d ? end - 1 : end);
  const cells = line.toString('latin1').split('|');
  if (cells[0] !== 'H' || cells[1] !== layout.magic) {
    return problem(1, '', 'MissingHeader', `the first line must begin with H|${layout.magic}|`);
  }
  if (cells[2] !== layout.version) return problem(1, 'version', 'UnknownVersion', `must be ${layout.version}`);
  if (cells.length !== layout.cells.length + 5) {
    return problem(1, '', 'WrongFieldCount', `the header has ${cells.length} cells, not ${layout.cells.length + 5}`);
  }
  const read: Record<string, string> = {};
  for (const [at, column] of layout.cells.entries()) {
    const cell = Buffer.from(cells[at + 3] ?? '', 'latin1');
    if (!columnCheck(column)(cell, 0, cell.length)) {
      return problem(1, column.name, column.wrong ?? 'InvalidField', `must be ${mustBe(column)}`);
    }
    read[column.name] = cell.toString('latin1');
  }
  const charset = cells.at(-2);
  if (charset !== 'UTF-8' && charset !== 'GB18030') {
    return problem(1, 'charset', 'InvalidField', 'must be UTF-8 or GB18030');
  }
  if (decodeStrict(Buffer.from(cells.at(-1) ?? '', 'latin1'), charset) !== layout.witness) {
    return problem(1, 'witness', 'WrongEncoding', `the file is not in ${charset}, which its header declares`);
  }
  return { cells: read, charset };
};

/** Adds up what the trailer is held against, on bytes. */
class Totals {
  readonly #totals: ReadonlyArray<Total>;
  readonly #at: ReadonlyArray<number>;
  readonly #begins: ReadonlyArray<Buffer>;
  readonly #small: Float64Array;
  readonly #large: Array<bigint>;

  constructor({ totals, columns }: Frame) {
    this.#totals = totals;
    this.#at = totals.map((total) => (total.kind === 'declared' ? -1 : columnIndex(columns, total.column)));
    this.#begins = totals.map((total) => Buffer.from(total.kind === 'count' ? total.begins : '', 'utf8'));
    this.#small = new Float64Array(totals.length);
    this.#large = totals.map(() => 0n);
  }

  add(row: Uint8Array, starts: Int32Array, ends: Int32Array): void {
    for (let n = 0; n < this.#at.length; n += 1) {
      const at = this.#at[n] as number;
      if (at < 0) continue;
      const start = starts[at] as number;
      const end = ends[at] as number;
      const begins = this.#begins[n] as Buffer;
      if (begins.length > 0) {
        if (startsWith(row, start, end, begins)) this.#small[n] = (this.#small[n] as number) + 1;
        continue;
      }
      const sum = (this.#small[n] as number) + (end > start ? numberOf(row, start, end) : 0);
      // Cells have at most 15 digits: the next one still fits exactly.
      if (sum < 1e15) this.#small[n] = sum;
      else {
        this.#large[n] = (this.#large[n] as bigint) + BigInt(sum);
        this.#small[n] = 0;
      }
    }
  }

  of(n: number): string | undefined {
    if (this.#totals[n]?.kind === 'declared') return undefined;
    return String((this.#large[n] as bigint) + BigInt(this.#small[n] as number));
  }
}

const startsWith = (row: Uint8Array, start: number, end: number, text: Buffer): boolean => {
  if (end - start < text.length) return false;
  for (let at = 0; at < text.length; at += 1) if (row[start + at] !== text[at]) return false;
  return true;
};

/** Reads all of a file but its header, which is known by now: rows go to the sink, the rest is checked at the end. */
export class FramedRows {
  readonly #frame: Frame;
  readonly #rows: RowReader;
  readonly #totals: Totals;
  readonly #cutter = new LineCutter();
  readonly #hash = createHash('sm3');
  readonly #problems: Array<RowError> = [];
  #good = 0;
  #bad = 0;
  #lines = 0;
  #unhashed = false;
  #trailer: Buffer | undefined;
  #after = false;

  constructor(frame: Frame, sink: RowSink) {
    this.#frame = frame;
    this.#totals = new Totals(frame);
    this.#rows = new RowReader(frame.columns, frame.charset, 1, {
      row: (bytes, starts, ends, line) => {
        this.#good += 1;
        this.#totals.add(bytes, starts, ends);
        sink.row(bytes, starts, ends, line);
      },
      unreadable: (error) => {
        this.#bad += 1;
        sink.unreadable(error);
      },
    });
  }

  feed(chunk: Uint8Array): void {
    for (const lines of this.#cutter.feed(chunk)) {
      if (lines !== undefined) this.#whole(lines);
      else {
        this.#unhashed = true;
        this.#rows.feed(undefined);
      }
    }
  }

  #whole(lines: Buffer): void {
    let rest = lines;
    if (this.#lines === 0) {
      const end = rest.indexOf(0x0a) + 1;
      this.#hash.update(rest.subarray(0, end));
      this.#lines = 1;
      rest = rest.subarray(end);
    }
    if (rest.length === 0) return;
    if (this.#trailer !== undefined) {
      this.#after = true;
      return;
    }
    const found = rest[0] === 0x54 && rest[1] === 0x7c ? 0 : rest.indexOf(TRAILER) + 1;
    const until = found > 0 || rest[0] === 0x54 ? found : rest.length;
    const body = rest.subarray(0, until);
    if (body.length > 0) {
      this.#hash.update(body);
      this.#rows.feed(body);
    }
    if (until === rest.length) return;
    const end = rest.indexOf(0x0a, until);
    this.#trailer = rest.subarray(until, end);
    this.#after = end + 1 < rest.length;
  }

  end(): FrameEnd {
    const rest = this.#cutter.rest();
    if (rest !== undefined && this.#trailer === undefined && rest[0] === 0x54 && rest[1] === 0x7c) this.#trailer = rest;
    else if (rest !== undefined) this.#after = true;
    const totals = this.#settle();
    return { rows: this.#good, unreadable: this.#bad, totals, problems: this.#problems };
  }

  #report(field: string, code: string, message: string): void {
    this.#problems.push(problem(this.#good + this.#bad + 2, field, code, message));
  }

  #settle(): Readonly<Record<string, string>> {
    const { totals } = this.#frame;
    if (this.#trailer === undefined) {
      this.#report('', 'Truncated', 'the file ends without a trailer');
      return {};
    }
    if (this.#after) this.#report('', 'AfterTrailer', 'something follows the trailer');
    const cells = this.#trailer.toString('latin1').split('|');
    if (cells.length !== totals.length + 3) {
      this.#report('', 'WrongFieldCount', `the trailer has ${cells.length} cells, not ${totals.length + 3}`);
      return {};
    }
    const [, count = '', ...said] = cells;
    const checksum = said.pop() ?? '';
    if (count !== String(this.#good + this.#bad)) {
      this.#report(
        'count',
        'WrongCount',
        `the trailer counts ${count.slice(0, 20)} rows, the file has ${this.#good + this.#bad}`,
      );
    }
    if (!CHECKSUM.test(checksum) || (!this.#unhashed && checksum !== this.#hash.digest('hex'))) {
      this.#report('checksum', 'WrongChecksum', 'the SM3 of what stands before the trailer is another');
    }
    for (const [at, { name }] of totals.entries()) this.#total(name, said[at] ?? '', this.#totals.of(at));
    return Object.fromEntries(totals.map(({ name }, at) => [name, said[at] ?? '']));
  }

  #total(name: string, said: string, found: string | undefined): void {
    if (!DECIMAL.test(said)) this.#report(name, 'InvalidField', 'must be a whole number without leading zeros');
    // Rows that cannot be read are in the sum of their sender only.
    else if (found !== undefined && this.#bad === 0 && said !== found) {
      this.#report(name, 'WrongTotal', `the trailer says ${said}, the rows add up to ${found}`);
    }
  }
}

/** Writes such a file piece by piece; the same cells give the same bytes. Cells are known to fit their columns. */
export class FrameWriter {
  readonly #frame: Frame;
  readonly #hash = createHash('sm3');
  readonly #sums: Array<bigint>;
  #rows = 0;

  constructor(frame: Frame) {
    this.#frame = frame;
    this.#sums = frame.totals.map(() => 0n);
  }

  #hashed(text: string): Buffer {
    const bytes = encodeText(text, this.#frame.charset);
    this.#hash.update(bytes);
    return bytes;
  }

  header({ magic, version, cells, witness }: HeaderLayout, values: Readonly<Record<string, string>>): Buffer {
    const said = cells.map(({ name }) => values[name] ?? '');
    return this.#hashed(`${['H', magic, version, ...said, this.#frame.charset, witness].join('|')}\n`);
  }

  rows(rows: ReadonlyArray<ReadonlyArray<string>>): Buffer {
    const { columns, totals } = this.#frame;
    const places = totals.map((total) => (total.kind === 'declared' ? -1 : columnIndex(columns, total.column)));
    let text = '';
    for (const row of rows) {
      this.#rows += 1;
      for (const [at, total] of totals.entries()) {
        const cell = row[places[at] as number] ?? '';
        if (total.kind === 'sum' && cell !== '') this.#sums[at] = (this.#sums[at] as bigint) + BigInt(cell);
        if (total.kind === 'count' && cell.startsWith(total.begins)) this.#sums[at] = (this.#sums[at] as bigint) + 1n;
      }
      text += `D|${row.map(escapeCell).join('|')}\n`;
    }
    return this.#hashed(text);
  }

  trailer(declared: Readonly<Record<string, string>>): Buffer {
    const said = this.#frame.totals.map(({ name, kind }, at) =>
      kind === 'declared' ? (declared[name] ?? '0') : String(this.#sums[at]),
    );
    return Buffer.from(`${['T', this.#rows, ...said, this.#hash.digest('hex')].join('|')}\n`, 'latin1');
  }
}

/** The cells of a row as text, unescaped; its bytes have been checked. */
export const cellsOf = (row: Buffer, starts: Int32Array, ends: Int32Array): ReadonlyArray<string> =>
  Array.from(starts, (start, at) => {
    const cell = row.toString('utf8', start, ends[at]);
    return cell.includes('\\') ? (splitCells(cell)?.[0] ?? cell) : cell;
  });
