import { blocksQuantity } from './number-block.ts';
import type { CardRow, FileKind, RowOf, VopErrorCode, VopExpectation, VopHeader, VopSummary } from './vop-file.ts';

/**
 * What must hold between the cells of a row and between rows, beyond what each cell may be. One `RowRules` follows one
 * file; the reader reports what it finds, the writer refuses to write it. It remembers the last row and, at most, a
 * number per application line.
 */

export interface RuleError {
  readonly code: VopErrorCode;
  readonly field: string;
  readonly message: string;
}

const invalid = (field: string, message: string): RuleError => ({ code: 'InvalidField', field, message });

type RowCheck<K extends FileKind> = (row: RowOf<K>) => RuleError | undefined;

const card = (row: CardRow): RuleError | undefined =>
  (row.cardType === 'finished') === (row.imsi !== '')
    ? undefined
    : invalid('imsi', 'a finished card has an IMSI, a blank card has none');

const WITHIN: { readonly [K in FileKind]: RowCheck<K> } = {
  application: (row) => {
    if (blocksQuantity(row.iccidBlocks) !== row.quantity) {
      return invalid('iccidBlocks', 'the blocks hold another quantity of numbers than the line');
    }
    const imsis = row.cardType === 'finished' ? row.quantity : 0;
    return blocksQuantity(row.imsiBlocks) === imsis
      ? undefined
      : invalid('imsiBlocks', 'finished cards need one IMSI each, blank cards have none');
  },
  validation: (row) =>
    (row.verdict === 'rejected') === (row.code !== '')
      ? undefined
      : invalid('code', 'a rejected line has a code, an accepted line has none'),
  cardMaking: card,
  vendorPart: card,
  pos: (row) =>
    (row.result === 'failed') === (row.code !== '')
      ? undefined
      : invalid('code', 'a failed card has a code, a made card has none'),
  posValidation: () => undefined,
};

const ORDERED_BY_CARD: ReadonlySet<FileKind> = new Set(['cardMaking', 'vendorPart', 'pos']);
const COUNTED: ReadonlySet<FileKind> = new Set(['validation', 'cardMaking', 'vendorPart', 'pos']);

/** What a row adds to the trailer's quantity. */
export const quantityOf = <K extends FileKind>(kind: K, row: Omit<RowOf<K>, 'seq'>): number => {
  if (kind === 'application' || kind === 'validation') return (row as Omit<RowOf<'application'>, 'seq'>).quantity;
  if (kind === 'pos') return (row as Omit<RowOf<'pos'>, 'seq'>).result === 'made' ? 1 : 0;
  return 1;
};

const ABOUT_A_PART: ReadonlySet<FileKind> = new Set(['vendorPart', 'pos', 'posValidation']);

/** A file about a vendor's part has its number, any other has 0. */
export const headerError = (header: VopHeader): RuleError | undefined =>
  ABOUT_A_PART.has(header.kind) === header.part > 0
    ? undefined
    : invalid('part', 'vendorPart, pos and posValidation name a part from 1, other files have 0');

/** Whether a row of an answer says no: a rejected line, an exception. */
export const isObjection = <K extends FileKind>(row: Omit<RowOf<K>, 'seq'>): boolean =>
  'verdict' in row ? row.verdict === 'rejected' : 'row' in row;

/** What a summary says against itself or against the rows that followed it. */
export const summaryError = (summary: VopSummary, rows: number, objections: number): RuleError | undefined => {
  if ((summary.verdict === 'rejected') !== (summary.code !== '')) {
    return invalid('code', 'a rejected file has a code, any other has none');
  }
  const agrees = summary.verdict === 'rejected' ? rows === 0 : (summary.verdict === 'partial') === objections > 0;
  return agrees
    ? undefined
    : invalid('verdict', 'accepted: no objection among the rows; partial: at least one; rejected: no row at all');
};

const late = (field: string): RuleError => ({
  code: 'OutOfOrder',
  field,
  message: 'rows must ascend by line, then by ICCID',
});
const twice = (field: string): RuleError => ({ code: 'DuplicateLine', field, message: 'was there already' });

export class RowRules<K extends FileKind> {
  readonly #kind: K;
  readonly #lines: ReadonlyMap<number, number> | undefined;
  readonly #seen = new Map<number, number>();
  #seq = 0;
  #line = 0;
  #iccid = '';

  constructor(expected: Pick<VopExpectation<K>, 'kind' | 'lines'>) {
    this.#kind = expected.kind;
    this.#lines = COUNTED.has(expected.kind) ? expected.lines : undefined;
  }

  /** The row's own cells, its number, its place, and its line. A row with an error counts for nothing later. */
  check(row: RowOf<K>): RuleError | undefined {
    return this.#number(row.seq) ?? WITHIN[this.#kind](row) ?? this.#place(row);
  }

  /** After the last row: what the lines still miss. At most one error per line. */
  *missing(): Generator<RuleError> {
    for (const [line, quantity] of this.#lines ?? []) {
      const seen = this.#seen.get(line) ?? 0;
      const awaited = this.#kind === 'validation' ? 1 : quantity;
      if (seen >= awaited) continue;
      yield { code: 'LineTooFew', field: 'line', message: `line ${line} has ${seen} of ${awaited} rows` };
    }
  }

  #number(seq: number): RuleError | undefined {
    const awaited = this.#seq + 1;
    if (seq >= awaited) this.#seq = seq;
    if (seq === awaited) return undefined;
    return seq < awaited
      ? { code: 'DuplicateLine', field: 'seq', message: `record ${seq} was there already, ${awaited} is awaited` }
      : { code: 'SequenceGap', field: 'seq', message: `record ${awaited} is missing before ${seq}` };
  }

  #place(row: RowOf<K>): RuleError | undefined {
    if (!('line' in row)) return undefined;
    if ('iccid' in row && ORDERED_BY_CARD.has(this.#kind)) {
      if (row.line < this.#line) return late('line');
      if (row.line === this.#line && row.iccid < this.#iccid) return late('iccid');
      if (row.line === this.#line && row.iccid === this.#iccid) return twice('iccid');
      this.#iccid = row.iccid;
    } else {
      if (this.#seen.has(row.line)) return twice('line');
      if (row.line < this.#line) return late('line');
    }
    this.#line = row.line;
    return this.#count(row.line, 'quantity' in row ? row.quantity : undefined);
  }

  #count(line: number, quantity: number | undefined): RuleError | undefined {
    const seen = (this.#seen.get(line) ?? 0) + 1;
    this.#seen.set(line, seen);
    if (this.#lines === undefined) return undefined;
    const awaited = this.#lines.get(line);
    if (awaited === undefined) return { code: 'UnknownLine', field: 'line', message: `line ${line} is not awaited` };
    if (quantity !== undefined && quantity !== awaited) {
      return invalid('quantity', `line ${line} was applied for with another quantity`);
    }
    return quantity === undefined && seen > awaited
      ? { code: 'LineTooMany', field: 'line', message: `line ${line} has more than ${awaited} rows` }
      : undefined;
  }
}
