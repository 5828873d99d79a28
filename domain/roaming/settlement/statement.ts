import { absolute } from '../../kernel/decimal.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Bound } from '../rating/schema.ts';
import { convert, sumOf } from './amount.ts';
import { type EndSum, endSums } from './period-end.ts';
import { periodRefusals } from './refusals.ts';
import type {
  Comparison,
  Difference,
  EndRules,
  PeriodTerms,
  Statement,
  StatementLine,
  SumLine,
  TheirLine,
} from './schema.ts';

/**
 * The statement of an agreement period: a line per direction and service (and currency, adjustments apart), then what the
 * period's end brings (decision 0340), each
 * converted at the rate fixed for the period and rounded once by the agreement's rule; sums are of rounded lines, so
 * what is printed adds up (seed 002 §3.2.3, §3.3.1; decision 0227).
 */

/** The rate of the line's currency; that of other decimals will do for a line of the period's end, which no day has brought. */
const rateOf = ({ rates }: PeriodTerms, line: SumLine | EndSum): PeriodTerms['rates'][number] | undefined => {
  const ofCurrency = rates.filter(({ currency }) => currency === line.currency);
  const exact = ofCurrency.find(({ decimals }) => decimals === line.decimals);
  const [any] = ofCurrency;
  return exact ?? ('end' in line && any !== undefined ? { ...any, decimals: line.decimals } : undefined);
};

const convertedLine = (terms: PeriodTerms, line: SumLine | EndSum): StatementLine | Refusal => {
  const by =
    line.currency === terms.currency
      ? { currency: line.currency, decimals: line.decimals, rate: '1' }
      : rateOf(terms, line);
  if (by === undefined) return periodRefusals.rateMissing(line.currency, line.decimals);
  const { amountMinor, ...rest } = convert(line.amountMinor, by, terms.decimals, terms.rounding);
  return { ...line, rate: by.rate, convertedMinor: amountMinor, ...rest };
};

const totalOf = (lines: ReadonlyArray<StatementLine>, direction: StatementLine['direction']): bigint =>
  sumOf(lines.filter((line) => line.direction === direction).map((line) => line.convertedMinor));

export const drawnStatement = (
  terms: PeriodTerms,
  sums: ReadonlyArray<SumLine>,
  rules: ReadonlyArray<EndRules>,
  drawnAtMs: number,
  revision: number,
): Statement | Refusal => {
  const lines: Array<StatementLine> = [];
  for (const sum of [...sums, ...rules.flatMap((one) => endSums(one, sums))]) {
    const line = convertedLine(terms, sum);
    if ('_tag' in line) return line;
    lines.push(line);
  }
  const { partner, agreement, from, to, currency, decimals, rounding, carriedMinor } = terms;
  const [inboundMinor, outboundMinor] = [totalOf(lines, 'inbound'), totalOf(lines, 'outbound')];
  const netMinor = inboundMinor + carriedMinor - outboundMinor;
  const head = { partner, agreement, from, to, currency, decimals, rounding };
  return { ...head, lines, inboundMinor, outboundMinor, carriedMinor, netMinor, drawnAtMs, revision };
};

/** Per mille is of our amount; of nothing, nothing is tolerated. */
export const within = (oursMinor: bigint, theirsMinor: bigint, { absoluteMinor, perMille }: Bound): boolean => {
  const difference = absolute(oursMinor - theirsMinor);
  if (absoluteMinor === null && perMille === null) return difference === 0n;
  return (
    (absoluteMinor === null || difference <= absoluteMinor) &&
    (perMille === null || difference * 1_000n <= absolute(oursMinor) * BigInt(perMille))
  );
};

const kindOf = ({ direction, service, adjustment }: Pick<TheirLine, 'direction' | 'service' | 'adjustment'>): string =>
  [direction, service, adjustment].join('|');

/** Ours against the partner's, line by line and in total; a line that only one side has is compared with zero. */
export const comparedStatements = (
  ours: Statement,
  theirs: { readonly lines: ReadonlyArray<TheirLine>; readonly netMinor: bigint },
  tolerance: PeriodTerms['tolerance'],
): Comparison => {
  const kinds = new Map([...ours.lines, ...theirs.lines].map((line) => [kindOf(line), line]));
  const lines = [...kinds].map(([key, { direction, service, adjustment }]): Difference => {
    const oursMinor = sumOf(ours.lines.filter((one) => kindOf(one) === key).map((one) => one.convertedMinor));
    const theirsMinor = sumOf(theirs.lines.filter((one) => kindOf(one) === key).map((one) => one.amountMinor));
    const tolerated = within(oursMinor, theirsMinor, tolerance.line);
    return {
      direction,
      service,
      adjustment,
      oursMinor,
      theirsMinor,
      differenceMinor: oursMinor - theirsMinor,
      tolerated,
    };
  });
  const totalTolerated = within(ours.netMinor, theirs.netMinor, tolerance.total);
  const tolerated = totalTolerated && lines.every((line) => line.tolerated);
  return { lines, oursNetMinor: ours.netMinor, theirsNetMinor: theirs.netMinor, totalTolerated, tolerated };
};
