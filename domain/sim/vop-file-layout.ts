import { type Charset, isCleanText } from '../kernel/delimited-text.ts';
import { bodyOfIccid, iccidOfBody, isIccid, isIccidBody } from './iccid.ts';
import { isImsi } from './imsi.ts';
import { LIMITS } from './limits.ts';
import type { NumberBlock } from './number-block.ts';
import type { FileKind, RowOf, VopHeader, VopSummary, VopTrailer } from './vop-file.ts';

/**
 * The layouts of the files as data: which cells a header, a summary, a row and a trailer have, in order, and what each
 * may hold. The reader, the writer and docs/partners/vop.md follow these tables (a test compares the page with them).
 */

/** How one cell is read and written. `read` gives undefined for text that the cell may not hold; `write` likewise. */
export interface Cell {
  readonly read: (text: string) => unknown;
  readonly write: (value: unknown) => string | undefined;
  /** For the message of an error: `must be …`. */
  readonly must: string;
}
export type Cells<Row> = ReadonlyArray<readonly [name: keyof Row & string, cell: Cell]>;

const string = (must: string, valid: (text: string) => boolean): Cell => ({
  read: (text) => (valid(text) ? text : undefined),
  write: (value) => (typeof value === 'string' && valid(value) ? value : undefined),
  must,
});

const CANONICAL = /^(0|[1-9][0-9]{0,15})$/;
const integer = (min: number, max: number): Cell => {
  const valid = (value: number) => Number.isSafeInteger(value) && value >= min && value <= max;
  return {
    read: (text) => (CANONICAL.test(text) && valid(Number(text)) ? Number(text) : undefined),
    write: (value) => (typeof value === 'number' && valid(value) ? String(value) : undefined),
    must: `an integer of ${min}–${max} without leading zeros`,
  };
};

const choice = (words: Readonly<Record<string, string>>): Cell => {
  const byText = new Map(Object.entries(words).map(([value, text]) => [text, value]));
  return {
    read: (text) => byText.get(text),
    write: (value) => (typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : undefined),
    must: `one of ${Object.values(words).join(', ')}`,
  };
};

const pattern = (must: string, regex: RegExp): Cell => string(must, (text) => regex.test(text));
const text = (max: number): Cell =>
  string(`at most ${max} characters, without controls or private-use characters`, (value) => {
    return value.length <= max && isCleanText(value);
  });

const code = pattern('a code of 1–32 letters, digits, . _ -', /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/);
const codeOrEmpty = pattern('a code of 0–32 letters, digits, . _ -', /^([A-Za-z0-9][A-Za-z0-9._-]{0,31})?$/);
const sm3 = pattern('an SM3 hash, 64 lower-case hex digits', /^[0-9a-f]{64}$/);
const iccid = string('an ICCID: 19 or 20 digits, 89…, ending with its Luhn digit', isIccid);
const imsiOrEmpty = string('an IMSI of 14 or 15 digits, or empty', (value) => value === '' || isImsi(value));
const cardType = choice({ finished: 'FINISHED', blank: 'BLANK' });
const reason = text(500);
const line = integer(1, LIMITS.lines);
const seq = integer(1, 99_999_999);

/** `first-last;first-last`, at most 64; `own` turns a number as written into one of the domain's and back. */
const blocks = (must: string, read: (text: string) => string | undefined, write: (n: string) => string | undefined) => {
  const one = (part: string): NumberBlock | undefined => {
    const ends = part.split('-');
    const first = read(ends[0] ?? '');
    const last = read(ends[1] ?? '');
    if (ends.length !== 2 || first === undefined || last === undefined) return undefined;
    return first.length === last.length && first <= last ? { first, last } : undefined;
  };
  const apart = (found: ReadonlyArray<NumberBlock>): boolean =>
    found.length <= LIMITS.blocksPerLine &&
    found.every((block, at) => at === 0 || (found[at - 1]?.last ?? '') < block.first);
  const cell: Cell = {
    read: (value) => {
      const found = value === '' ? [] : value.split(';').map(one);
      const whole = found.filter((block) => block !== undefined);
      return whole.length === found.length && apart(whole) ? whole : undefined;
    },
    write: (value) => {
      const parts = (value as ReadonlyArray<NumberBlock>).map(({ first, last }) => [write(first), write(last)]);
      if (parts.some(([first, last]) => first === undefined || last === undefined)) return undefined;
      const written = parts.map(([first, last]) => `${first}-${last}`).join(';');
      return cell.read(written) === undefined ? undefined : written;
    },
    must,
  };
  return cell;
};

const iccidBlocks = blocks(
  'blocks FIRST-LAST of whole ICCIDs, separated by ;, ascending, at most 64',
  (value) => (isIccid(value) ? bodyOfIccid(value) : undefined),
  (body) => (isIccidBody(body) ? iccidOfBody(body) : undefined),
);
const imsiBlocks = blocks(
  'blocks FIRST-LAST of IMSIs, separated by ;, ascending, at most 64; empty for blank cards',
  (value) => (isImsi(value) ? value : undefined),
  (value) => (isImsi(value) ? value : undefined),
);

export const MAGIC = 'RPSCARD';
/** Ends every header, written in the declared charset: a file in another charset shows it in its first line. */
export const WITNESS = '制卡';

export const KIND_CODES: Readonly<Record<FileKind, string>> = {
  application: 'APP',
  validation: 'VAL',
  cardMaking: 'CARD',
  vendorPart: 'PART',
  pos: 'POS',
  posValidation: 'POSVAL',
};

const charset: Readonly<Record<Charset, string>> = { 'UTF-8': 'UTF-8', GB18030: 'GB18030' };

/** After `H|RPSCARD|1|`; the header's last cell is the witness. */
export const HEADER: Cells<VopHeader> = [
  ['kind', choice(KIND_CODES)],
  ['sender', code],
  ['receiver', code],
  ['application', pattern('an application number: 3–40 of A–Z, 0–9, -', /^[A-Z0-9][A-Z0-9-]{2,39}$/)],
  ['round', integer(1, 1_000)],
  ['part', integer(0, 9_999)],
  ['sequence', integer(1, 99)],
  [
    'created',
    string('a UTC instant YYYY-MM-DDTHH:MM:SSZ', (value) => {
      const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? new Date(value) : undefined;
      return (
        instant !== undefined &&
        !Number.isNaN(instant.getTime()) &&
        instant.toISOString().startsWith(value.slice(0, 19))
      );
    }),
  ],
  ['charset', choice(charset)],
];

/** After `S|`. */
export const SUMMARY: Cells<VopSummary> = [
  ['verdict', choice({ accepted: 'ACCEPTED', partial: 'PARTIAL', rejected: 'REJECTED' })],
  ['code', codeOrEmpty],
  ['reason', reason],
  ['subjectName', text(200)],
  ['subjectSm3', sm3],
  ['subjectRows', integer(0, 99_999_999)],
];

/** After `T|`. */
export const TRAILER: Cells<VopTrailer> = [
  ['count', integer(0, 99_999_999)],
  ['quantity', integer(0, 10_000_000_000)],
  ['checksum', sm3],
];

const card: Cells<RowOf<'cardMaking'>> = [
  ['seq', seq],
  ['line', line],
  ['iccid', iccid],
  ['imsi', imsiOrEmpty],
  ['product', code],
  ['city', code],
  ['cardType', cardType],
];

/** After `D|`. */
export const ROWS: { readonly [K in FileKind]: Cells<RowOf<K>> } = {
  application: [
    ['seq', seq],
    ['line', line],
    ['cardType', cardType],
    ['product', code],
    ['city', code],
    ['quantity', integer(1, LIMITS.quantity)],
    ['iccidBlocks', iccidBlocks],
    ['imsiBlocks', imsiBlocks],
    ['remark', text(1_000)],
  ],
  validation: [
    ['seq', seq],
    ['line', line],
    ['verdict', choice({ accepted: 'ACCEPTED', rejected: 'REJECTED' })],
    ['quantity', integer(1, LIMITS.quantity)],
    ['code', codeOrEmpty],
    ['reason', reason],
  ],
  cardMaking: card,
  vendorPart: card,
  pos: [
    ['seq', seq],
    ['line', line],
    ['iccid', iccid],
    ['result', choice({ made: 'MADE', failed: 'FAILED' })],
    ['code', codeOrEmpty],
    ['reason', reason],
  ],
  posValidation: [
    ['seq', seq],
    ['row', integer(0, 99_999_999)],
    ['iccid', iccid],
    ['code', code],
    ['reason', reason],
  ],
};

/** The kinds that answer another file and so begin with a summary. */
export const ANSWERS: ReadonlySet<FileKind> = new Set(['validation', 'posValidation']);

/** Reads cells into an object; the name of the first cell that may not be so, and what it must be, otherwise. */
export const readCells = <Row>(
  cells: Cells<Row>,
  texts: ReadonlyArray<string>,
  from: number,
): { readonly row: Row } | { readonly field: string; readonly must: string } => {
  const row: Record<string, unknown> = {};
  for (let at = 0; at < cells.length; at += 1) {
    const [name, cell] = cells[at] as Cells<Row>[number];
    const value = cell.read(texts[from + at] ?? '');
    if (value === undefined) return { field: name, must: cell.must };
    row[name] = value;
  }
  // The table names every key of Row with a cell of its type: that is what Cells<Row> is for.
  return { row: row as Row };
};

/** The texts of an object's cells (not yet escaped), or the first that cannot be written. */
export const writeCells = <Row>(
  cells: Cells<Row>,
  row: Row,
): { readonly texts: Array<string> } | { readonly field: string; readonly must: string } => {
  const texts: Array<string> = [];
  for (const [name, cell] of cells) {
    const written = cell.write(row[name]);
    if (written === undefined) return { field: name, must: cell.must };
    texts.push(written);
  }
  return { texts };
};
