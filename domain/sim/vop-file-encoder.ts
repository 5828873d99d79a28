import { createHash } from 'node:crypto';
import { encodeText, escapeCell } from '../kernel/delimited-text.ts';
import { type Refusal, refuse } from '../kernel/refusal.ts';
import type { FileKind, NewRow, RowOf, VopHeader, VopSummary, VopTrailer } from './vop-file.ts';
import { ANSWERS, type Cells, HEADER, MAGIC, ROWS, SUMMARY, TRAILER, WITNESS, writeCells } from './vop-file-layout.ts';
import { headerError, isObjection, quantityOf, RowRules, type RuleError, summaryError } from './vop-file-rules.ts';

/**
 * Writes a file piece by piece (docs/partners/vop.md): rows in, bytes out, nothing kept but counts and a hash. It
 * refuses what the reader would report, so that no file leaves us that we would not take.
 */
export interface VopEncoder<K extends FileKind> {
  /** The bytes of these rows (before the first: the header's, too). Rows are numbered here, 1, 2, 3… */
  readonly push: (rows: ReadonlyArray<NewRow<K>>) => Uint8Array | Refusal;
  /** The last bytes, and what the whole file is. Call once. */
  readonly end: () => VopFileEnd | Refusal;
}

export interface VopFileEnd {
  readonly bytes: Uint8Array;
  readonly trailer: VopTrailer;
  /** Of the whole file. */
  readonly totalBytes: number;
  readonly sm3: string;
}

const refusal = (record: number, error: Pick<RuleError, 'field' | 'message'>): Refusal =>
  refuse('invalid', 'InvalidVopFile', `The file cannot be written: ${error.field} ${error.message}.`, {
    field: record === 0 ? error.field : `rows/${record}/${error.field}`,
  });

const lineOf = <Row>(tag: string, cells: Cells<Row>, row: Row, record: number): string | Refusal => {
  const written = writeCells(cells, row);
  if ('field' in written) return refusal(record, { field: written.field, message: `must be ${written.must}` });
  return `${tag}|${written.texts.map(escapeCell).join('|')}`;
};

class Writer<K extends FileKind> implements VopEncoder<K> {
  readonly #header: VopHeader<K>;
  readonly #summary: VopSummary | undefined;
  readonly #rules: RowRules<K>;
  readonly #body = createHash('sm3');
  readonly #identity = createHash('sm3');
  #bytes = 0;
  #begun = false;
  #rows = 0;
  #quantity = 0;
  #objections = 0;

  constructor(header: VopHeader<K>, summary: VopSummary | undefined) {
    this.#header = header;
    this.#summary = summary;
    this.#rules = new RowRules({ kind: header.kind });
  }

  readonly push = (rows: ReadonlyArray<NewRow<K>>): Uint8Array | Refusal => {
    const lines = this.#begin();
    if (!Array.isArray(lines)) return lines;
    const layout = ROWS[this.#header.kind];
    for (const row of rows) {
      const seq = this.#rows + 1;
      // A row is its cells and its number; `NewRow` is exactly the row without the number.
      const numbered = { ...row, seq } as unknown as RowOf<K>;
      const line = lineOf('D', layout, numbered, seq);
      if (typeof line !== 'string') return line;
      const error = this.#rules.check(numbered);
      if (error !== undefined) return refusal(seq, error);
      lines.push(line);
      this.#rows = seq;
      this.#quantity += quantityOf(this.#header.kind, numbered);
      if (isObjection(numbered)) this.#objections += 1;
    }
    return this.#write(lines, true);
  };

  readonly end = (): VopFileEnd | Refusal => {
    const head = this.push([]);
    if ('_tag' in head) return head;
    if (this.#summary !== undefined) {
      const error = summaryError(this.#summary, this.#rows, this.#objections);
      if (error !== undefined) return refusal(0, error);
    }
    const trailer = { count: this.#rows, quantity: this.#quantity, checksum: this.#body.digest('hex') };
    const line = lineOf('T', TRAILER, trailer, 0);
    if (typeof line !== 'string') return line;
    const bytes = Buffer.concat([head, this.#write([line], false)]);
    return { bytes, trailer, totalBytes: this.#bytes, sm3: this.#identity.digest('hex') };
  };

  /** The lines that stand before the first row, once. */
  #begin(): Array<string> | Refusal {
    if (this.#begun) return [];
    const { kind } = this.#header;
    const error = headerError(this.#header);
    if (error !== undefined) return refusal(0, error);
    if (ANSWERS.has(kind) !== (this.#summary !== undefined)) {
      return refusal(0, { field: 'summary', message: 'belongs to the answers, and only to them' });
    }
    const header = lineOf('H', HEADER, this.#header, 0);
    if (typeof header !== 'string') return header;
    const lines = [`H|${MAGIC}|${this.#header.version}${header.slice(1)}|${WITNESS}`];
    if (this.#summary !== undefined) {
      const summary = lineOf('S', SUMMARY, this.#summary, 0);
      if (typeof summary !== 'string') return summary;
      lines.push(summary);
    }
    this.#begun = true;
    return lines;
  }

  #write(lines: ReadonlyArray<string>, body: boolean): Uint8Array {
    if (lines.length === 0) return new Uint8Array(0);
    const bytes = encodeText(`${lines.join('\n')}\n`, this.#header.charset);
    if (body) this.#body.update(bytes);
    this.#identity.update(bytes);
    this.#bytes += bytes.length;
    return bytes;
  }
}

/** A writer for one file. `summary` is needed for validation and posValidation, and refused for the others. */
export const encodeVopFile = <K extends FileKind>(header: VopHeader<K>, summary?: VopSummary): VopEncoder<K> =>
  new Writer(header, summary);
