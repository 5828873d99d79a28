import { formatDecimal, parseDecimal } from '../../kernel/decimal.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { addedSums } from './month.ts';
import { isOneOf, KINDS, type PartnerStatement, rowsOf, wrong } from './partner-statement.ts';
import {
  type BookLine,
  DIRECTIONS,
  type EndRules,
  type PeriodTerms,
  SERVICES,
  type Statement,
  type SumLine,
} from './schema.ts';
import { drawnStatement } from './statement.ts';
import { summed } from './sums.ts';

/**
 * The usage report of a month (seed 002 §1.2: TAP and BCE coexist): under the GSMA's Billing and Charging Evolution operators
 * settle by sums of usage that each reports to the other, not by records. The reports of TD.202 are published to members
 * alone; this layout is to be confirmed with the partner. CSV in ASCII, a row per network, direction, service, kind and
 * currency: docs/roaming-settlement.md.
 */

export const REPORT_COLUMNS = [
  ...['agreement', 'month', 'network', 'direction', 'service', 'kind'],
  ...['currency', 'events', 'usage', 'unit', 'charge'],
] as const;
/** Of usage: what its events are measured in, without a rest. */
const UNITS = { voice: 'seconds', sms: 'messages', data: 'bytes' } as const;
const MOST_ROWS = 5_000;
const AMOUNT = /^(-?)([0-9]{1,15})(?:\.([0-9]{1,6}))?$/;
const COUNT = /^[0-9]{1,15}$/;
const NETWORK = /^[A-Z0-9]{5}$/;

/** A row: what a network's usage of one sort came to in the month. */
export interface UsageRow extends SumLine {
  /** The visited network. */
  readonly network: string;
}

const rowKey = ({ network, direction, service, adjustment, currency, decimals }: UsageRow): string =>
  [network, direction, service, adjustment, currency, decimals].join('|');

/** What the lines of closed days come to, nobody's number in it. */
export const usageRows = (lines: Iterable<BookLine>): ReadonlyArray<UsageRow> => {
  const rows = [...lines].map(
    ({ belongs, network, direction, service, currency, decimals, events, usage, amountMinor }): UsageRow => ({
      ...{ network, direction, service, adjustment: belongs !== null, currency, decimals, events, usage, amountMinor },
    }),
  );
  return summed(rows, rowKey);
};

type Terms = Pick<PeriodTerms, 'agreement' | 'from'>;

export const usageReportText = ({ agreement, from }: Terms, rows: ReadonlyArray<UsageRow>): string =>
  [
    REPORT_COLUMNS.join(),
    ...rows.map(({ network, direction, service, adjustment, currency, decimals, events, usage, amountMinor }) =>
      [
        ...[agreement, from.slice(0, 7), network, direction, service, adjustment ? 'adjustment' : 'period'],
        ...[currency, events, usage, UNITS[service], formatDecimal(amountMinor, decimals)],
      ].join(),
    ),
  ]
    .map((row) => `${row}\n`)
    .join('');

const charged = (cell: string): { readonly amountMinor: bigint; readonly decimals: number } | undefined => {
  const [, sign, whole, fraction = ''] = AMOUNT.exec(cell) ?? [];
  if (whole === undefined) return undefined;
  const minor = parseDecimal(fraction === '' ? whole : `${whole}.${fraction}`, fraction.length);
  return { amountMinor: sign === '-' ? -minor : minor, decimals: fraction.length };
};

const rowOf = (cells: ReadonlyArray<string>, line: number, terms: Terms): UsageRow | Refusal => {
  const [agreement = '', month, network = '', direction = '', service = '', kind = '', ...rest] = cells;
  const [currency = '', events = '', usage = '', unit = '', charge = ''] = rest;
  if (cells.length !== REPORT_COLUMNS.length) {
    return wrong(line, '', 'WrongFieldCount', `${cells.length} cells instead of ${REPORT_COLUMNS.length}.`);
  }
  const invalid = (column: string, what: string): Refusal => wrong(line, column, 'InvalidField', `must be ${what}.`);
  if (agreement !== terms.agreement) return wrong(line, 'agreement', 'OtherAgreement', `must be ${terms.agreement}.`);
  const awaited = terms.from.slice(0, 7);
  if (month !== awaited) return wrong(line, 'month', 'WrongPeriod', `must be ${awaited}.`);
  if (!NETWORK.test(network)) return invalid('network', 'a TADIG code');
  if (!isOneOf(DIRECTIONS, direction)) return invalid('direction', DIRECTIONS.join(' or '));
  if (!isOneOf(SERVICES, service)) return invalid('service', SERVICES.join(', '));
  if (!isOneOf(KINDS, kind)) return invalid('kind', KINDS.join(' or '));
  if (!/^[A-Z]{3}$/.test(currency)) return wrong(line, 'currency', 'WrongCurrency', 'must be three letters.');
  if (!COUNT.test(events)) return invalid('events', 'a count');
  if (!COUNT.test(usage)) return invalid('usage', 'a count');
  if (unit !== UNITS[service]) return invalid('unit', UNITS[service]);
  const money = charged(charge);
  if (money === undefined) return wrong(line, 'charge', 'InvalidAmount', 'must be a decimal with at most 6 decimals.');
  const what = { network, direction, service, adjustment: kind === 'adjustment', currency };
  return { ...what, events: Number(events), usage: BigInt(usage), ...money };
};

/** What a file says that it is of; undefined for one that is no usage report. */
export const usageReportOf = (text: string): { readonly agreement: string; readonly from: string } | undefined => {
  const [heading, [agreement = '', month = ''] = []] = rowsOf(text.slice(0, 4_096));
  return heading?.join() === REPORT_COLUMNS.join() && agreement !== '' ? { agreement, from: `${month}-01` } : undefined;
};

/** The file's text against the terms of the period that it is handed in for. */
export const parseUsageReport = (text: string, terms: Terms): ReadonlyArray<UsageRow> | Refusal => {
  const [heading, ...rest] = rowsOf(text);
  if (heading?.join() !== REPORT_COLUMNS.join()) {
    return wrong(1, '', 'WrongHeading', `the heading must be ${REPORT_COLUMNS.join()}.`);
  }
  if (rest.length > MOST_ROWS) return wrong(MOST_ROWS, '', 'TooManyLines', `more than ${MOST_ROWS} lines.`);
  const rows: Array<UsageRow> = [];
  const seen = new Set<string>();
  for (const [index, cells] of rest.entries()) {
    const row = rowOf(cells, index + 2, terms);
    if ('_tag' in row) return row;
    if (seen.has(rowKey(row))) return wrong(index + 2, 'network', 'LineTwice', 'this line is there already.');
    seen.add(rowKey(row));
    rows.push(row);
  }
  return rows;
};

/** The statement that the partner's report comes to: its sums, converted and rounded as ours are, and by the same rules of the period's end. */
export const statementFrom = (
  rows: ReadonlyArray<UsageRow>,
  terms: PeriodTerms,
  rules: ReadonlyArray<EndRules>,
  { drawnAtMs, revision }: Pick<Statement, 'drawnAtMs' | 'revision'>,
): PartnerStatement | Refusal => {
  const sums = addedSums(
    [],
    rows.map(({ network: _, ...sum }) => sum),
  );
  const drawn = drawnStatement(terms, sums, rules, drawnAtMs, revision);
  if ('_tag' in drawn) return drawn;
  const lines = drawn.lines.map(({ direction, service, adjustment, convertedMinor }) => ({
    ...{ direction, service, adjustment, amountMinor: convertedMinor },
  }));
  return { lines, netMinor: drawn.netMinor };
};

/** Sorts of usage, by network, of which the two sides count other events or other usage. */
export const usageDiffers = (ours: ReadonlyArray<UsageRow>, theirs: ReadonlyArray<UsageRow>): number => {
  const kindOf = ({ network, direction, service, adjustment }: UsageRow): string =>
    [network, direction, service, adjustment].join('|');
  const counted = (rows: ReadonlyArray<UsageRow>) =>
    new Map(summed(rows, kindOf).map((row) => [kindOf(row), `${row.events}/${row.usage}`] as const));
  const [here, there] = [counted(ours), counted(theirs)];
  return [...new Set([...here.keys(), ...there.keys()])].filter((kind) => here.get(kind) !== there.get(kind)).length;
};
