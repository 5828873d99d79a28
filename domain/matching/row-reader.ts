import type { Charset } from '../kernel/delimited-text.ts';
import { decodeStrict } from '../kernel/delimited-text.ts';
import { type ColumnCheck, columnCheck } from './column-check.ts';
import { type Column, mustBe } from './layout.ts';

/**
 * Rows `D|cell|…` of a file, judged on their bytes: a string is made only for a line that is not ASCII or is wrong.
 * A row comes out as one UTF-8 buffer and the places of its cells, valid until the next; cells stay escaped, which is
 * one and the same for equal text.
 */

type RowCode = 'UnknownRecord' | 'WrongFieldCount' | 'InvalidField' | 'InvalidEscape' | 'WrongEncoding' | 'LineTooLong';

export interface RowError {
  /** Line of the file, from 1. */
  readonly line: number;
  /** Name of the column, or '' for the whole line. */
  readonly field: string;
  /** A `RowCode`, or the column's own. */
  readonly code: string;
  /** For a person; holds no cell's text. */
  readonly message: string;
}

export interface RowSink {
  readonly row: (bytes: Buffer, starts: Int32Array, ends: Int32Array, line: number) => void;
  readonly unreadable: (error: RowError) => void;
}

const LF = 0x0a;
const BAR = 0x7c;
const BACKSLASH = 0x5c;
const ESCAPED = new Set([BAR, BACKSLASH, 0x6e, 0x72]);
const NOT_ASCII = -2;
const BAD_ESCAPE = -1;

export class RowReader {
  readonly #columns: ReadonlyArray<Column>;
  readonly #checks: ReadonlyArray<ColumnCheck>;
  readonly #charset: Charset;
  readonly #sink: RowSink;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  #line: number;

  /** `line`: how many lines of the file came before the first row. */
  constructor(columns: ReadonlyArray<Column>, charset: Charset, line: number, sink: RowSink) {
    this.#columns = columns;
    this.#checks = columns.map(columnCheck);
    this.#charset = charset;
    this.#line = line;
    this.#sink = sink;
    this.#starts = new Int32Array(columns.length);
    this.#ends = new Int32Array(columns.length);
  }

  /** Whole lines, each with its LF, as `LineCutter` hands them out; `undefined`: one that was too long. */
  feed(lines: Buffer | undefined): undefined {
    if (lines === undefined) {
      this.#line += 1;
      this.#report('LineTooLong', '', 'the line is longer than 64 KiB');
      return;
    }
    for (let from = 0; from < lines.length; ) {
      const end = lines.indexOf(LF, from);
      const to = end < 0 ? lines.length : end;
      this.#line += 1;
      this.#read(lines, from, to);
      from = to + 1;
    }
  }

  #report(code: RowCode, field: string, message: string): undefined {
    this.#sink.unreadable({ line: this.#line, field, code, message });
  }

  #read(lines: Buffer, from: number, to: number): undefined {
    if (lines[from] !== 0x44 || lines[from + 1] !== BAR) {
      return this.#report('UnknownRecord', '', 'the line is no row: it must begin with D|');
    }
    const cells = this.#split(lines, from + 2, to, false);
    if (cells !== NOT_ASCII) return this.#judge(lines, cells);
    const text = decodeStrict(lines.subarray(from + 2, to), this.#charset);
    if (text === undefined) return this.#report('WrongEncoding', '', `the line is not ${this.#charset}`);
    const bytes = Buffer.from(text, 'utf8');
    this.#judge(bytes, this.#split(bytes, 0, bytes.length, true));
  }

  /** Finds the cells; how many there are, or what stopped it. */
  #split(bytes: Buffer, from: number, to: number, utf8: boolean): number {
    let cell = 0;
    this.#starts[0] = from;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] as number;
      if (byte === BAR) {
        this.#ends[cell] = at;
        cell += 1;
        this.#starts[cell] = at + 1;
      } else if (byte === BACKSLASH) {
        at += 1;
        if (at >= to || !ESCAPED.has(bytes[at] as number)) return BAD_ESCAPE;
      } else if (byte > 0x7f && !utf8) return NOT_ASCII;
    }
    this.#ends[cell] = to;
    return cell + 1;
  }

  #judge(bytes: Buffer, cells: number): undefined {
    if (cells === BAD_ESCAPE)
      return this.#report('InvalidEscape', '', 'a backslash is followed by neither \\ nor | nor n nor r');
    if (cells !== this.#columns.length) {
      return this.#report('WrongFieldCount', '', `the row has ${cells} cells, not ${this.#columns.length}`);
    }
    for (let at = 0; at < cells; at += 1) {
      const check = this.#checks[at] as ColumnCheck;
      if (check(bytes, this.#starts[at] as number, this.#ends[at] as number)) continue;
      const column = this.#columns[at] as Column;
      const code = column.wrong ?? 'InvalidField';
      this.#sink.unreadable({ line: this.#line, field: column.name, code, message: `must be ${mustBe(column)}` });
      return;
    }
    this.#sink.row(bytes, this.#starts, this.#ends, this.#line);
  }
}
