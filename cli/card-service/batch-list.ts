import { createReadStream, existsSync } from 'node:fs';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import type { WriteWish } from '../../sdk/protocol.ts';
import { Failure } from '../failure.ts';

/** The list of a batch, and what came of it before: CSV, read row by row. */

export interface BatchRow {
  readonly line: number;
  readonly request: string;
  readonly wish: WriteWish;
}

export interface RefusedRow {
  readonly line: number;
  readonly request: string;
  readonly reason: string;
}

const REQUIRED = ['request', 'product'] as const;
const OPTIONAL = ['city', 'msisdn', 'iccid', 'smsc', 'operator'] as const;
export const COLUMNS = [...REQUIRED, ...OPTIONAL].join(',');
const FORMS: Readonly<Record<string, RegExp>> = {
  request: /^[A-Za-z0-9._:@-]{1,100}$/,
  product: /^.{1,64}$/,
  city: /^.{1,64}$/,
  msisdn: /^[1-9]\d{5,14}$/,
  iccid: /^\d{18,20}$/,
  smsc: /^[1-9]\d{5,19}$/,
  operator: /^(?:unicom|telecom)$/,
};
const MOST_BYTES_OF_ROW = 4_096;

type Columns = Readonly<Record<string, string>>;

const isColumns = (value: unknown): value is { readonly info: { readonly lines: number }; readonly record: Columns } =>
  typeof value === 'object' && value !== null && 'record' in value && 'info' in value;

/** Rows of a CSV file with a header. @throws Failure when it cannot be read as such. */
export async function* csvRows(path: string): AsyncGenerator<{ readonly line: number; readonly columns: Columns }> {
  const options = { bom: true, columns: true, info: true, max_record_size: MOST_BYTES_OF_ROW } as const;
  const parser = createReadStream(path).pipe(
    parse({ ...options, trim: true, skip_empty_lines: true, relax_column_count: true }),
  );
  try {
    for await (const row of parser) if (isColumns(row)) yield { line: row.info.lines, columns: row.record };
  } catch (cause) {
    throw new Failure(`${path} cannot be read as CSV: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** What is wrong is told by its column, never quoted. */
const rowOf = (line: number, columns: Columns, known: ReadonlySet<string>): BatchRow | RefusedRow => {
  const request = columns['request'] ?? '';
  const wrong =
    REQUIRED.find((name) => FORMS[name]?.test(columns[name] ?? '') !== true) ??
    OPTIONAL.find((name) => (columns[name] ?? '') !== '' && FORMS[name]?.test(columns[name] ?? '') !== true);
  if (wrong !== undefined)
    return { line, request: wrong === 'request' ? '' : request, reason: `${wrong} is missing or malformed` };
  if (known.has(request)) return { line, request, reason: 'this request id stands in the list already' };
  const text = (name: (typeof OPTIONAL)[number]): string | null => columns[name] || null;
  const product = columns['product'] ?? '';
  const wish = { product, city: text('city'), msisdn: text('msisdn'), iccid: text('iccid'), smsc: text('smsc') };
  // Unicom's is a write without an operator.
  return { line, request, wish: text('operator') === 'telecom' ? { ...wish, operator: 'telecom' } : wish };
};

/** The rows of the list, each accepted or refused. @throws Failure when a column is missing. */
export async function* batchRows(path: string): AsyncGenerator<BatchRow | RefusedRow> {
  const seen = new Set<string>();
  for await (const { line, columns } of csvRows(path)) {
    const missing = REQUIRED.filter((name) => !Object.hasOwn(columns, name));
    if (seen.size === 0 && missing.length > 0) {
      throw new Failure(`${path} has no column ${missing.join(', ')}`, `The first line names the columns: ${COLUMNS}`);
    }
    const row = rowOf(line, columns, seen);
    if ('wish' in row) seen.add(row.request);
    yield row;
  }
}

export const RESULT_HEADER = 'line,request,result,status,code,iccid,message';

export interface ResultRow {
  readonly line: number;
  readonly request: string;
  /** `open`: neither; the row is done again when the batch goes on. */
  readonly result: 'good' | 'bad' | 'open';
  readonly status: string;
  readonly code: string;
  /** Masked. */
  readonly iccid: string;
  readonly message: string;
}

export const resultLine = ({ line, request, result, status, code, iccid, message }: ResultRow): string =>
  stringify([[line, request, result, status, code, iccid, message]]);

/** What is behind us, from the result file: the last row of a line counts. */
export const resultsBefore = async (path: string): Promise<ReadonlyMap<number, 'good' | 'bad'>> => {
  const done = new Map<number, 'good' | 'bad'>();
  if (!existsSync(path)) return done;
  for await (const { columns } of csvRows(path)) {
    const line = Number(columns['line']);
    if (columns['result'] === 'good' || columns['result'] === 'bad') done.set(line, columns['result']);
    else done.delete(line);
  }
  return done;
};
