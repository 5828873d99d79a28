import { createHash } from 'node:crypto';
import { type Charset, decodeStrict, splitCells } from '../kernel/delimited-text.ts';
import { LineCutter } from '../kernel/line-cutter.ts';
import { LIMITS } from './limits.ts';
import type {
  FileKind,
  RowOf,
  VopDecoder,
  VopErrorCode,
  VopExpectation,
  VopFileError,
  VopHeader,
  VopReport,
  VopSummary,
  VopTrailer,
} from './vop-file.ts';
import { ANSWERS, HEADER, KIND_CODES, MAGIC, ROWS, readCells, SUMMARY, TRAILER, WITNESS } from './vop-file-layout.ts';
import { nameDifference } from './vop-file-name.ts';
import { headerError, isObjection, quantityOf, RowRules, type RuleError, summaryError } from './vop-file-rules.ts';

/**
 * Reads a partner's file piece by piece (docs/partners/vop.md). A broken line is reported with its number, field and
 * code, and reading goes on; only a file whose first line does not say what it is, or is of another kind, is given up.
 */

const VERSION = '1';
const LF = 0x0a;
const HEADER_CELLS = HEADER.length + 4;
const KINDS: ReadonlySet<string> = new Set(Object.values(KIND_CODES));
const HEADER_FACTS = ['application', 'round', 'part', 'sender', 'receiver'] as const;

const isCharset = (text: string | undefined): text is Charset => text === 'UTF-8' || text === 'GB18030';
const startsWithMark = (line: Buffer): boolean =>
  (line[0] === 0xef && line[1] === 0xbb) ||
  (line[0] === 0xff && line[1] === 0xfe) ||
  (line[0] === 0xfe && line[1] === 0xff);

/** Where the reader stands. `given up`: the rest is only counted and hashed. */
type Place = 'header' | 'summary' | 'rows' | 'after' | 'given up';

class Reader<K extends FileKind> implements VopDecoder<K> {
  readonly #expected: VopExpectation<K>;
  readonly #maxErrors: number;
  readonly #maxRows: number;
  readonly #rules: RowRules<K>;
  readonly #cutter = new LineCutter();
  readonly #identity = createHash('sm3');
  readonly #body = createHash('sm3');
  readonly #errors: Array<VopFileError> = [];
  #errorCount = 0;
  #place: Place = 'header';
  #line = 0;
  #bytes = 0;
  #charset: Charset = 'UTF-8';
  #header: VopHeader<K> | undefined;
  #summary: VopSummary | undefined;
  #trailer: VopTrailer | undefined;
  /** Rows as they stand in the file, good ones among them, and what those add up to. */
  #records = 0;
  #good = 0;
  #quantity = 0;
  #objections = 0;
  #checksum: string | undefined;
  #unhashed = false;

  constructor(expected: VopExpectation<K>) {
    this.#expected = expected;
    this.#maxErrors = expected.maxErrors ?? 100;
    const perLine = expected.kind === 'application' || expected.kind === 'validation';
    this.#maxRows = expected.maxRows ?? (perLine ? LIMITS.lines : 20_000_000);
    this.#rules = new RowRules(expected);
  }

  readonly header = (): VopHeader<K> | undefined => this.#header;
  readonly errorCount = (): number => this.#errorCount;

  readonly feed = (chunk: Uint8Array): ReadonlyArray<RowOf<K>> => {
    this.#bytes += chunk.byteLength;
    this.#identity.update(chunk);
    const rows: Array<RowOf<K>> = [];
    for (const lines of this.#cutter.feed(chunk)) {
      if (lines !== undefined) {
        this.#lines(lines, rows);
      } else {
        this.#line += 1;
        this.#unhashed = true;
        this.#report('LineTooLong', '', 'the line is longer than 64 KiB');
        if (this.#place === 'header') this.#place = 'given up';
      }
    }
    return rows;
  };

  readonly end = (): VopReport<K> => {
    const rest = this.#cutter.rest();
    if (rest !== undefined) this.#lastLine(rest);
    this.#settle();
    return {
      ok: this.#errorCount === 0,
      header: this.#header,
      summary: this.#summary,
      trailer: this.#trailer,
      rows: this.#good,
      quantity: this.#quantity,
      bytes: this.#bytes,
      sm3: this.#identity.digest('hex'),
      errors: this.#errors,
      errorCount: this.#errorCount,
    };
  };

  #report(code: VopErrorCode, field: string, message: string, line = this.#line): undefined {
    this.#errorCount += 1;
    if (this.#errors.length < this.#maxErrors) this.#errors.push({ line, field, code, message });
  }

  #rule(error: RuleError | undefined, line = this.#line): undefined {
    if (error !== undefined) this.#report(error.code, error.field, error.message, line);
  }

  /** Whole lines with LF ends. The trailer, if it is among them, ends what is hashed. */
  #lines(lines: Buffer, rows: Array<RowOf<K>>): undefined {
    let rest = lines;
    if (this.#place === 'header') {
      const end = lines.indexOf(LF) + 1;
      this.#line += 1;
      this.#body.update(lines.subarray(0, end));
      this.#readHeader(lines.subarray(0, end - 1));
      rest = lines.subarray(end);
    }
    if (rest.length === 0 || this.#place === 'given up') return;
    if (this.#place === 'after') return this.#after();
    const found = rest[0] === 0x54 && rest[1] === 0x7c ? 0 : rest.indexOf('\nT|') + 1;
    const until = found > 0 || rest[0] === 0x54 ? found : rest.length;
    const body = rest.subarray(0, until);
    if (body.length > 0) {
      this.#body.update(body);
      this.#readRows(body, rows);
    }
    if (until === rest.length) return;
    const end = rest.indexOf(LF, until) + 1;
    this.#line += 1;
    this.#readTrailer(rest.subarray(until, end - 1));
    if (end < rest.length) this.#after();
  }

  #after(): undefined {
    if (this.#place !== 'after') return;
    this.#report('AfterTrailer', '', 'something follows the trailer', this.#line + 1);
    this.#place = 'given up';
  }

  /**
   * A last line without LF is read when it is the trailer (its last bytes are checked by its cells). A CR at its end
   * is a byte like another: only before an LF is it part of a line end.
   */
  #lastLine(line: Buffer): undefined {
    if (this.#place === 'after') return this.#after();
    if (this.#place === 'given up') return;
    this.#line += 1;
    if (this.#place === 'header') this.#readHeader(line);
    else if (line.subarray(0, 2).toString('latin1') === 'T|') this.#readTrailer(line);
  }

  #readHeader(line: Buffer): undefined {
    this.#place = 'given up';
    const cells = line.toString('latin1').split('|');
    if (startsWithMark(line)) {
      return this.#report('WrongEncoding', '', 'the file begins with a byte order mark: it must not have one');
    }
    if (cells[0] !== 'H' || cells[1] !== MAGIC) {
      return this.#report('MissingHeader', '', `the first line must begin with H|${MAGIC}|`);
    }
    if (cells[2] !== VERSION) return this.#report('UnknownVersion', 'version', `the version must be ${VERSION}`);
    if (!KINDS.has(cells[3] ?? '')) {
      return this.#report('UnknownKind', 'kind', `the kind must be one of ${[...KINDS].join(', ')}`);
    }
    if (cells[3] !== KIND_CODES[this.#expected.kind]) {
      return this.#report('UnexpectedKind', 'kind', `a file of kind ${KIND_CODES[this.#expected.kind]} is awaited`);
    }
    const charset = cells[HEADER_CELLS - 2];
    if (cells.length !== HEADER_CELLS || !isCharset(charset)) {
      return cells.length === HEADER_CELLS
        ? this.#report('InvalidField', 'charset', 'must be UTF-8 or GB18030')
        : this.#report('WrongFieldCount', '', `${cells.length} cells instead of ${HEADER_CELLS}`);
    }
    this.#charset = charset;
    this.#place = ANSWERS.has(this.#expected.kind) ? 'summary' : 'rows';
    if (decodeStrict(Buffer.from(cells.at(-1) ?? '', 'latin1'), charset) !== WITNESS) {
      this.#place = 'given up';
      return this.#report('WrongEncoding', 'witness', `the file is not in ${charset}, which its header declares`);
    }
    this.#headerFacts(cells);
  }

  #headerFacts(cells: ReadonlyArray<string>): undefined {
    const read = readCells(HEADER, cells, 3);
    if ('field' in read) return this.#report('InvalidField', read.field, `must be ${read.must}`);
    // Its kind was compared with the awaited one just before.
    const header = { ...read.row, version: 1 } as VopHeader<K>;
    this.#header = header;
    this.#rule(headerError(header));
    for (const fact of HEADER_FACTS) {
      const awaited = this.#expected[fact];
      if (awaited !== undefined && awaited !== header[fact]) {
        this.#report('HeaderMismatch', fact, `${awaited} is awaited here`);
      }
    }
    const name = this.#expected.name;
    const code = name === undefined ? undefined : nameDifference(name, header);
    if (code !== undefined) this.#report(code, '', 'the name of the file says another thing than its header');
  }

  #readRows(body: Buffer, rows: Array<RowOf<K>>): undefined {
    const text = decodeStrict(body, this.#charset);
    if (text !== undefined) {
      for (const line of text.slice(0, -1).split('\n')) this.#readLine(line, rows);
      return;
    }
    for (let at = 0; at < body.length; ) {
      const end = body.indexOf(LF, at);
      const line = decodeStrict(body.subarray(at, end), this.#charset);
      if (line !== undefined) {
        this.#readLine(line, rows);
      } else {
        this.#line += 1;
        this.#records += 1;
        this.#report('WrongEncoding', '', `bytes that are not ${this.#charset}`);
      }
      at = end + 1;
    }
  }

  #readLine(line: string, rows: Array<RowOf<K>>): undefined {
    this.#line += 1;
    if (this.#place === 'given up') return;
    const summaryAwaited = this.#place === 'summary';
    if (summaryAwaited) {
      this.#place = 'rows';
      if (line.startsWith('S|')) return this.#readSummary(line);
      this.#report('MissingSummary', '', 'the second line of an answer must begin with S|');
    }
    if (!line.startsWith('D|')) {
      return this.#report('UnknownRecord', '', 'the line is no row (D|) and no trailer (T|)');
    }
    this.#records += 1;
    if (this.#records > this.#maxRows) {
      this.#place = 'given up';
      return this.#report('LineTooMany', '', `the file has more than ${this.#maxRows} rows`);
    }
    const row = this.#cells(ROWS[this.#expected.kind], line);
    if (row === undefined) return;
    const error = this.#rules.check(row);
    if (error !== undefined) return this.#rule(error);
    this.#good += 1;
    this.#quantity += quantityOf(this.#expected.kind, row);
    if (isObjection(row)) this.#objections += 1;
    rows.push(row);
  }

  #cells<Row>(layout: Parameters<typeof readCells<Row>>[0], line: string): Row | undefined {
    const cells = splitCells(line);
    if (cells === undefined) {
      this.#report('InvalidField', '', 'a backslash is followed by something else than \\ | n r');
      return undefined;
    }
    if (cells.length !== layout.length + 1) {
      this.#report('WrongFieldCount', '', `${cells.length - 1} cells instead of ${layout.length}`);
      return undefined;
    }
    const read = readCells(layout, cells, 1);
    if ('row' in read) return read.row;
    this.#report('InvalidField', read.field, `must be ${read.must}`);
    return undefined;
  }

  #readSummary(line: string): undefined {
    this.#summary = this.#cells(SUMMARY, line);
  }

  #readTrailer(line: Buffer): undefined {
    if (this.#place === 'summary')
      this.#report('MissingSummary', '', 'the second line of an answer must begin with S|');
    if (this.#place !== 'given up') this.#place = 'after';
    this.#checksum = this.#body.copy().digest('hex');
    this.#trailer = this.#cells(TRAILER, line.toString('latin1'));
  }

  /** What can only be said when everything was read. Consequences of what was reported already are not repeated. */
  #settle(): undefined {
    if (this.#bytes === 0) return this.#report('Empty', '', 'the file is empty', 0);
    if (this.#trailer === undefined) {
      const read = this.#checksum === undefined && this.#place !== 'given up' && this.#header !== undefined;
      if (read) this.#report('Truncated', '', 'the file ends without a trailer');
      return;
    }
    const { count, quantity, checksum } = this.#trailer;
    const whole = this.#good === this.#records && !this.#unhashed;
    if (count !== this.#records) {
      this.#report('WrongCount', 'count', `the trailer counts ${count} rows, the file has ${this.#records}`);
    }
    if (whole && quantity !== this.#quantity) {
      this.#report('WrongQuantity', 'quantity', `the trailer says ${quantity}, the rows add up to ${this.#quantity}`);
    }
    if (!this.#unhashed && checksum !== this.#checksum) {
      this.#report('WrongChecksum', 'checksum', 'the SM3 of what stands before the trailer is another');
    }
    if (!whole) return;
    if (this.#summary !== undefined) this.#rule(summaryError(this.#summary, this.#records, this.#objections), 2);
    if (this.#summary?.verdict === 'rejected') return;
    for (const error of this.#rules.missing()) this.#rule(error, 0);
  }
}

/** A reader for one file that is awaited to be what `expected` says. */
export const decodeVopFile = <K extends FileKind>(expected: VopExpectation<K>): VopDecoder<K> => new Reader(expected);
