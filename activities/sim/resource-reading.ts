import { CsvError, parse } from 'csv-parse/sync';
import { LineCutter } from '../../domain/kernel/line-cutter.ts';
import { LineRuns } from '../../domain/sim/resource/line-runs.ts';
import {
  type FileProblem,
  looksLikePartnerLayout,
  PartnerLayoutReader,
  type RowCells,
} from '../../domain/sim/resource/partner-layout.ts';
import { resourceRow } from '../../domain/sim/resource/resource-row.ts';
import { RESOURCE_LIMITS, type ResourceLayout } from '../../domain/sim/resource/schema.ts';
import type { NumberType } from '../../domain/sim/schema.ts';

/**
 * Reads a file of resources piece by piece, in whichever of the two layouts its first line is: what is wrong with the
 * file as a whole, and its lines as runs.
 */
export interface ReadResources {
  readonly type: NumberType | undefined;
  readonly layout: ResourceLayout;
  readonly lines: number;
  readonly problems: ReadonlyArray<FileProblem>;
  readonly problemCount: number;
}

interface Reader extends ReadResources {
  readonly feed: (chunk: Uint8Array) => void;
  readonly end: () => void;
}

const take = (runs: LineRuns, type: NumberType, line: number, cells: RowCells): void => {
  const row = cells === undefined ? 'WrongFieldCount' : resourceRow(type, cells);
  if (typeof row === 'string') runs.refuse(line, row);
  else runs.add(line, row);
};

const partnerReader = (runs: LineRuns, receiver: string, name: string): Reader => {
  const reader = new PartnerLayoutReader({ receiver, name }, (line, cells) => {
    const type = reader.header?.type;
    if (type !== undefined) take(runs, type, line, cells);
  });
  return {
    layout: 'partner',
    get type() {
      return reader.header?.type;
    },
    get lines() {
      return reader.rows;
    },
    get problems() {
      return reader.problems;
    },
    get problemCount() {
      return reader.problemCount;
    },
    feed: (chunk) => reader.feed(chunk),
    end: () => reader.end(),
  };
};

const COLUMNS = ['last', 'product', 'city'];

/** Where the columns are, from the header: `imsi` or `iccid` first, then `product`, and if wanted `last` and `city`. */
interface Columns {
  readonly type: NumberType;
  readonly width: number;
  readonly at: Readonly<Record<string, number>>;
}

const columnsOf = (header: ReadonlyArray<string>): Columns | undefined => {
  const [type = '', ...rest] = header.map((cell) => cell.toLowerCase());
  const known = rest.every((cell) => COLUMNS.includes(cell)) && new Set(rest).size === rest.length;
  if ((type !== 'imsi' && type !== 'iccid') || !known || !rest.includes('product')) return undefined;
  return { type, width: header.length, at: Object.fromEntries(rest.map((cell, index) => [cell, index + 1])) };
};

interface CsvRecord {
  readonly record: ReadonlyArray<string>;
  readonly info: { readonly lines: number };
}

/** CSV (RFC 4180), UTF-8, with a header. A cell holds no line end, so a file can be parsed lines at a time. */
class CsvReader implements Reader {
  readonly layout = 'csv';
  readonly problems: Array<FileProblem> = [];
  readonly #runs: LineRuns;
  readonly #cutter = new LineCutter();
  #columns: Columns | undefined;
  #headed = false;
  /** Lines of the file before the piece that is read. */
  #before = 0;
  #rows = 0;

  constructor(runs: LineRuns) {
    this.#runs = runs;
  }

  get type(): NumberType | undefined {
    return this.#columns?.type;
  }
  get lines(): number {
    return this.#rows;
  }
  get problemCount(): number {
    return this.problems.length;
  }

  feed(chunk: Uint8Array): void {
    // A file that is no CSV is not read to its end: nothing in it would make sense.
    if (this.problems.length > 0) return;
    for (const piece of this.#cutter.feed(chunk)) this.#piece(piece);
  }

  end(): void {
    const rest = this.#cutter.rest();
    if (rest !== undefined && this.problems.length === 0) this.#piece(rest);
    if (this.#headed || this.problems.length > 0) return;
    this.problems.push({ line: 0, code: 'Empty', reason: 'the file is empty' });
  }

  #piece(piece: Buffer | undefined): void {
    if (piece === undefined) {
      this.problems.push({ line: this.#before + 1, code: 'LineTooLong', reason: 'the line is longer than 64 KiB' });
      return;
    }
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true };
    try {
      const records = parse(piece, options) as unknown as ReadonlyArray<CsvRecord>;
      for (const { record, info } of records) this.#record(this.#before + info.lines, record);
    } catch (cause) {
      if (!(cause instanceof CsvError)) throw cause;
      const lines = cause['lines'];
      const line = this.#before + (typeof lines === 'number' ? lines : 1);
      this.problems.push({ line, code: 'NoCsv', reason: 'the line is no CSV: a quote is open or out of place' });
    }
    this.#before += lineEnds(piece);
  }

  #record(line: number, record: ReadonlyArray<string>): void {
    if (!this.#headed) {
      this.#headed = true;
      this.#columns = columnsOf(record);
      if (this.#columns !== undefined) return;
      this.problems.push({
        line,
        code: 'MissingHeader',
        reason: 'the first line names the columns: imsi or iccid, then product, and if wanted last and city',
      });
    }
    const columns = this.#columns;
    if (columns === undefined) return;
    this.#rows += 1;
    const cell = (name: string): string => record[columns.at[name] ?? -1] ?? '';
    const cells = { first: record[0] ?? '', last: cell('last'), product: cell('product'), city: cell('city') };
    take(this.#runs, columns.type, line, record.length === columns.width ? cells : undefined);
  }
}

const lineEnds = (piece: Buffer): number => {
  let count = 0;
  for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, at + 1)) count += 1;
  return count;
};

export class ResourceReading {
  readonly runs = new LineRuns();
  #reader: Reader | undefined;
  readonly #receiver: string;
  readonly #name: string;

  /** @param name of the file: one that says another thing than the header is a problem */
  constructor(receiver: string, name: string) {
    this.#receiver = receiver;
    this.#name = name;
  }

  /** Which layout it is shows in the first bytes; a first piece is longer than they are. */
  feed(chunk: Uint8Array): void {
    this.#reader ??= looksLikePartnerLayout(chunk.subarray(0, 16))
      ? partnerReader(this.runs, this.#receiver, this.#name)
      : new CsvReader(this.runs);
    this.#reader.feed(chunk);
  }

  get lines(): number {
    return this.#reader?.lines ?? 0;
  }

  end(): ReadResources {
    const reader = this.#reader ?? new CsvReader(this.runs);
    reader.end();
    const { type, layout, lines } = reader;
    const problems = [...reader.problems];
    if (problems.length === 0 && lines === 0) {
      problems.push({ line: 0, code: 'NoLines', reason: 'the file holds no numbers' });
    }
    if (lines > RESOURCE_LIMITS.lines) {
      problems.push({ line: 0, code: 'TooManyLines', reason: 'a file holds at most 5,000,000 lines' });
    }
    return { type, layout, lines, problems, problemCount: Math.max(problems.length, reader.problemCount) };
  }
}
