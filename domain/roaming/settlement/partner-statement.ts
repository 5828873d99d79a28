import { formatDecimal, parseDecimal } from '../../kernel/decimal.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { DIRECTIONS, type PeriodTerms, STATEMENT_SERVICES, type Statement, type TheirLine } from './schema.ts';

/**
 * The partner's own statement of a period as a file (seed 002 §2.2.2, §3.2.3): CSV in ASCII, a heading, then a row per
 * direction, service and kind, and one row `net`. Every row says of which agreement and period it is, so that a file
 * cannot be taken for another's. The layout is in docs/roaming-settlement.md.
 */

export const STATEMENT_COLUMNS = ['agreement', 'from', 'currency', 'direction', 'service', 'kind', 'amount'] as const;
export const KINDS = ['period', 'adjustment'] as const;
/** As many as `Compare` takes, the heading and the net. */
const MOST_LINES = 5_002;
const MOST_DECIMALS = 6;

export interface PartnerStatement {
  readonly lines: ReadonlyArray<TheirLine>;
  readonly netMinor: bigint;
}

export const wrong = (line: number, column: string, code: string, message: string): Refusal =>
  refuse('invalid', code, `Line ${line}: ${message}`, {
    field: column === '' ? `line ${line}` : `line ${line}/${column}`,
    action: 'Ask the partner for a statement in the layout of docs/roaming-settlement.md, and hand it in.',
  });

export const rowsOf = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return (rows.at(-1) === '' ? rows.slice(0, -1) : rows).map((row) => row.split(','));
};

/** What a file says that it is of, before anything else of it is judged; undefined for one that says nothing. */
export const statementOf = (text: string): { readonly agreement: string; readonly from: string } | undefined => {
  const [heading, [agreement = '', from = ''] = []] = rowsOf(text.slice(0, 4_096));
  return heading?.join() === STATEMENT_COLUMNS.join() && agreement !== '' ? { agreement, from } : undefined;
};

type Terms = Pick<PeriodTerms, 'agreement' | 'from' | 'currency' | 'decimals'>;

const amountOf = (cell: string, decimals: number): bigint | undefined => {
  const [, sign = '', digits = ''] = /^(-?)([0-9]{1,18}(?:\.[0-9]{1,6})?)$/.exec(cell) ?? [];
  const [, fraction = ''] = digits.split('.');
  if (digits === '' || fraction.length > decimals) return undefined;
  const minor = parseDecimal(digits, decimals);
  return sign === '-' ? -minor : minor;
};

export const isOneOf = <Word extends string>(words: ReadonlyArray<Word>, cell: string): cell is Word =>
  (words as ReadonlyArray<string>).includes(cell);

/** The file's text against the terms of the period that it is handed in for. */
export const parsePartnerStatement = (text: string, terms: Terms): PartnerStatement | Refusal => {
  const [heading, ...rows] = rowsOf(text);
  if (heading?.join() !== STATEMENT_COLUMNS.join()) {
    return wrong(1, '', 'WrongHeading', `the heading must be ${STATEMENT_COLUMNS.join()}.`);
  }
  if (rows.length > MOST_LINES) return wrong(MOST_LINES, '', 'TooManyLines', `more than ${MOST_LINES} lines.`);
  const lines: Array<TheirLine> = [];
  const seen = new Set<string>();
  let netMinor: bigint | undefined;
  for (const [index, cells] of rows.entries()) {
    const line = index + 2;
    const [agreement, from, currency, direction = '', service = '', kind = '', amount = ''] = cells;
    if (cells.length !== STATEMENT_COLUMNS.length) {
      return wrong(line, '', 'WrongFieldCount', `${cells.length} cells instead of ${STATEMENT_COLUMNS.length}.`);
    }
    if (agreement !== terms.agreement) return wrong(line, 'agreement', 'OtherAgreement', `must be ${terms.agreement}.`);
    if (from !== terms.from) return wrong(line, 'from', 'WrongPeriod', `must be ${terms.from}.`);
    if (currency !== terms.currency) return wrong(line, 'currency', 'WrongCurrency', `must be ${terms.currency}.`);
    const amountMinor = amountOf(amount, terms.decimals);
    if (amountMinor === undefined) {
      return wrong(line, 'amount', 'InvalidAmount', `must be a decimal with at most ${terms.decimals} decimals.`);
    }
    const key = [direction, service, kind].join();
    if (seen.has(key)) return wrong(line, 'direction', 'LineTwice', 'this line is there already.');
    seen.add(key);
    if (direction === 'net') {
      if (service !== '' || kind !== '')
        return wrong(line, 'service', 'InvalidField', 'must be empty in the net line.');
      netMinor = amountMinor;
      continue;
    }
    if (!isOneOf(DIRECTIONS, direction)) {
      return wrong(line, 'direction', 'InvalidField', `must be ${DIRECTIONS.join(', ')} or net.`);
    }
    if (!isOneOf(STATEMENT_SERVICES, service)) {
      return wrong(line, 'service', 'InvalidField', `must be ${STATEMENT_SERVICES.join(', ')}.`);
    }
    if (!isOneOf(KINDS, kind)) return wrong(line, 'kind', 'InvalidField', `must be ${KINDS.join(' or ')}.`);
    lines.push({ direction, service, adjustment: kind === 'adjustment', amountMinor });
  }
  return netMinor === undefined
    ? wrong(rows.length + 1, '', 'NetMissing', 'the statement has no net line.')
    : { lines, netMinor };
};

/** A statement of ours in the same layout: what a partner that runs the same rules would send. */
export const partnerStatementText = (
  { agreement, from, currency, decimals }: Pick<Statement, 'agreement' | 'from' | 'currency' | 'decimals'>,
  { lines, netMinor }: PartnerStatement,
): string => {
  const row = (direction: string, service: string, kind: string, minor: bigint): string =>
    [
      agreement,
      from,
      currency,
      direction,
      service,
      kind,
      formatDecimal(minor, Math.min(decimals, MOST_DECIMALS)),
    ].join();
  return [
    STATEMENT_COLUMNS.join(),
    ...lines.map((line) =>
      row(line.direction, line.service, line.adjustment ? 'adjustment' : 'period', line.amountMinor),
    ),
    row('net', '', '', netMinor),
  ]
    .map((line) => `${line}\n`)
    .join('');
};
