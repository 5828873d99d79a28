import { createHash } from 'node:crypto';
import { type Charset, decodeStrict, splitCells } from '../../kernel/delimited-text.ts';
import { LineCutter } from '../../kernel/line-cutter.ts';
import type { NumberType } from '../schema.ts';

/**
 * The partner's layout of a resource file, as docs/partners/vop.md defines it: a header, rows, a trailer with count and
 * checksum, in the text of the other VOP files. Reading never stops at a broken row: it is refused by itself. What is
 * wrong with the file as a whole (`problems`) quarantines it.
 */

const MAGIC = 'RPSRES';
/** Ends every header, in the declared charset. */
const WITNESS = '资源';
const TYPES: Readonly<Record<string, NumberType>> = { ICCID: 'iccid', IMSI: 'imsi' };
const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const BATCH = /^[A-Z0-9][A-Z0-9-]{2,39}$/;
const NAME = /^RES_(ICCID|IMSI)_([A-Z0-9][A-Z0-9-]{2,39})_S(\d{2})_([A-Za-z0-9][A-Za-z0-9._-]{0,31})\.txt$/;
const MAX_PROBLEMS = 100;

export interface ResourceHeader {
  readonly type: NumberType;
  readonly sender: string;
  readonly receiver: string;
  readonly batch: string;
  readonly sequence: number;
  readonly created: string;
  readonly charset: Charset;
}

export interface FileProblem {
  /** 0: the file as a whole. */
  readonly line: number;
  readonly code: string;
  readonly reason: string;
}

/** A row's cells, or undefined when they are not as many as they must be. */
export type RowCells =
  | { readonly first: string; readonly last: string; readonly product: string; readonly city: string }
  | undefined;

const headerName = ({ type, batch, sequence, sender }: ResourceHeader): string =>
  `RES_${type.toUpperCase()}_${batch}_S${String(sequence).padStart(2, '0')}_${sender}.txt`;

const parseHeader = (line: Buffer): ResourceHeader | undefined => {
  // The cells before the charset are ASCII; which one the witness is in is known only after them.
  const cells = line.toString('latin1').split('|');
  const charset = cells[9] === 'UTF-8' || cells[9] === 'GB18030' ? cells[9] : undefined;
  const [mark, magic, version, kind = '', sender = '', receiver = '', batch = '', sequence = '', created = ''] = cells;
  const type = TYPES[kind];
  if (mark !== 'H' || magic !== MAGIC || version !== '1' || type === undefined || charset === undefined)
    return undefined;
  const valid = CODE.test(sender) && CODE.test(receiver) && BATCH.test(batch) && /^[1-9]\d?$/.test(sequence);
  if (!valid || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(created)) return undefined;
  if (splitCells(decodeStrict(line, charset) ?? '')?.[10] !== WITNESS) return undefined;
  return { type, sender, receiver, batch, sequence: Number(sequence), created, charset };
};

/** The first line of a file in this layout. */
export const looksLikePartnerLayout = (head: Uint8Array): boolean =>
  Buffer.from(head).toString('latin1').startsWith(`H|${MAGIC}|`);

/** `RES_IMSI_20261126-01_S01_VOP.txt`; other names are as good, the header decides. */
export const isResourceFileName = (name: string): boolean => NAME.test(name);

export class PartnerLayoutReader {
  readonly #cutter = new LineCutter();
  readonly #hash = createHash('sm3');
  readonly #row: (line: number, cells: RowCells) => void;
  readonly #expected: { readonly receiver: string; readonly name: string };
  #header: ResourceHeader | undefined;
  #line = 0;
  #rows = 0;
  #trailer: { readonly count: string; readonly checksum: string } | undefined;
  #problemCount = 0;
  readonly #problems: Array<FileProblem> = [];

  /** @param row is shown every row with the number of its line; only once the header has been read without a problem */
  constructor(
    expected: { readonly receiver: string; readonly name: string },
    row: (line: number, cells: RowCells) => void,
  ) {
    this.#expected = expected;
    this.#row = row;
  }

  get header(): ResourceHeader | undefined {
    return this.#header;
  }
  get lines(): number {
    return this.#line;
  }
  get rows(): number {
    return this.#rows;
  }
  get problems(): ReadonlyArray<FileProblem> {
    return this.#problems;
  }
  get problemCount(): number {
    return this.#problemCount;
  }

  feed(chunk: Uint8Array): void {
    for (const piece of this.#cutter.feed(chunk)) {
      if (piece === undefined) {
        this.#line += 1;
        this.#problem(this.#line, 'LineTooLong', 'the line is longer than 64 KiB');
      } else this.#lines(piece);
    }
  }

  end(): void {
    const rest = this.#cutter.rest();
    if (rest !== undefined) this.#lines(Buffer.concat([rest, Buffer.from('\n')]));
    if (this.#line === 0) return void this.#problem(0, 'Empty', 'the file is empty');
    if (this.#header === undefined) return;
    if (this.#trailer === undefined) return void this.#problem(0, 'Truncated', 'the file has no trailer');
    if (this.#trailer.count !== String(this.#rows)) {
      this.#problem(this.#line, 'WrongCount', 'the trailer counts other rows than there are');
    }
    if (this.#trailer.checksum !== this.#hash.digest('hex')) {
      this.#problem(this.#line, 'WrongChecksum', 'the trailer has another checksum than the content');
    }
  }

  #problem(line: number, code: string, reason: string): void {
    this.#problemCount += 1;
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ line, code, reason });
  }

  /** Whole lines, each with its LF. What comes before the trailer is hashed in as large pieces as it comes in. */
  #lines(piece: Buffer): void {
    let unhashed = 0;
    for (let from = 0; from < piece.length; ) {
      const end = piece.indexOf(0x0a, from);
      const line = piece.subarray(from, end);
      const isTrailer = line[0] === 0x54 && line[1] === 0x7c;
      if (isTrailer && this.#trailer === undefined) {
        this.#hash.update(piece.subarray(unhashed, from));
        unhashed = piece.length;
      }
      this.#one(line, isTrailer);
      from = end + 1;
    }
    if (this.#trailer === undefined) this.#hash.update(piece.subarray(unhashed));
  }

  #one(line: Buffer, isTrailer: boolean): void {
    this.#line += 1;
    if (this.#line === 1) return void this.#first(line);
    if (this.#header === undefined) return;
    if (this.#trailer !== undefined)
      return void this.#problem(this.#line, 'AfterTrailer', 'something follows the trailer');
    const text = decodeStrict(line, this.#header.charset);
    if (text === undefined) {
      return void this.#problem(
        this.#line,
        'WrongEncoding',
        'the line has bytes of another charset than the header says',
      );
    }
    const cells = splitCells(text);
    if (isTrailer) {
      const [, count = '', checksum = ''] = cells ?? [];
      this.#trailer = { count, checksum };
      if (cells?.length !== 3) this.#problem(this.#line, 'WrongFieldCount', 'a trailer has count and checksum');
      return;
    }
    if (cells?.[0] !== 'D') return void this.#problem(this.#line, 'UnknownRecord', 'the line is no D or T record');
    this.#rows += 1;
    const [, seq, first = '', last = '', product = '', city = ''] = cells;
    if (seq !== String(this.#rows)) {
      this.#problem(this.#line, 'SequenceGap', 'the rows are not numbered without a gap');
    }
    this.#row(this.#line, cells.length === 6 ? { first, last, product, city } : undefined);
  }

  #first(line: Buffer): void {
    const header = parseHeader(line);
    if (header === undefined) {
      return void this.#problem(1, 'MissingHeader', 'the first line is no header of a resource file');
    }
    this.#header = header;
    if (header.receiver !== this.#expected.receiver) {
      this.#problem(1, 'HeaderMismatch', 'the file is for another receiver');
    }
    if (isResourceFileName(this.#expected.name) && headerName(header) !== this.#expected.name) {
      this.#problem(1, 'NameMismatch', 'the name says another thing than the header');
    }
  }
}

/** Writes the layout: what the partner's side (and its simulator) does. Rows are given with whole ICCIDs or IMSIs. */
export class PartnerLayoutWriter {
  readonly #hash = createHash('sm3');
  #rows = 0;
  readonly name: string;
  readonly #head: string;

  constructor(header: Omit<ResourceHeader, 'charset'>) {
    const { type, sender, receiver, batch, sequence, created } = header;
    this.name = headerName({ ...header, charset: 'UTF-8' });
    this.#head = `H|${MAGIC}|1|${type.toUpperCase()}|${sender}|${receiver}|${batch}|${sequence}|${created}|UTF-8|${WITNESS}\n`;
  }

  #hashed(text: string): Buffer {
    const bytes = Buffer.from(text);
    this.#hash.update(bytes);
    return bytes;
  }

  begin(): Buffer {
    return this.#hashed(this.#head);
  }

  rows(rows: ReadonlyArray<NonNullable<RowCells>>): Buffer {
    let text = '';
    for (const { first, last, product, city } of rows) {
      this.#rows += 1;
      text += `D|${this.#rows}|${first}|${last}|${product}|${city}\n`;
    }
    return this.#hashed(text);
  }

  end(): Buffer {
    return Buffer.from(`T|${this.#rows}|${this.#hash.digest('hex')}\n`);
  }
}
