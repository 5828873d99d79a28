import { absolute } from '../../kernel/decimal.ts';
import { sumOf } from './amount.ts';
import { daysBetween, monthDays } from './day.ts';
import type { BookDay, BookLine, SumLine } from './schema.ts';
import { summed } from './sums.ts';

/**
 * The month of a partner's books (seed 002 §3.3.1): the sums of its closed days, never priced afresh; the checks of a
 * missing day, a day out of range and double charging; the comparison with the month before; the split by network.
 */

export type Finding =
  | { readonly _tag: 'MissingDay'; readonly day: string }
  | { readonly _tag: 'DayOutside'; readonly day: string }
  | { readonly _tag: 'DayTwice'; readonly day: string }
  | {
      readonly _tag: 'OutOfRange';
      readonly day: string;
      readonly direction: BookLine['direction'];
      readonly currency: string;
      readonly decimals: number;
      readonly amountMinor: bigint;
      readonly medianMinor: bigint;
    }
  /** The same usage for the same amount on its day and again as a late record. */
  | { readonly _tag: 'DoubleCharged'; readonly day: string; readonly booked: string; readonly line: BookLine };

/** A day is out of range when it is more than `factor` times the median day, and more than `floorMinor` from it. */
export interface RangeRule {
  readonly factor: bigint;
  readonly floorMinor: bigint;
}

export interface Month {
  readonly month: string;
  /** Per service, direction and currency; adjustments of earlier days apart. */
  readonly sums: ReadonlyArray<SumLine>;
  readonly byNumber: ReadonlyArray<SumLine & { readonly number: string }>;
  readonly byNetwork: ReadonlyArray<SumLine & { readonly network: string }>;
  readonly findings: ReadonlyArray<Finding>;
}

export interface Change {
  readonly direction: SumLine['direction'];
  readonly service: SumLine['service'];
  readonly currency: string;
  readonly decimals: number;
  readonly beforeMinor: bigint;
  readonly nowMinor: bigint;
  readonly changeMinor: bigint;
  /** Towards zero; null when there was nothing before. */
  readonly changePerMille: bigint | null;
}

const sumKey = ({ direction, service, currency, decimals, adjustment }: SumLine): string =>
  [direction, service, currency, decimals, adjustment].join('|');

const asSum = (line: BookLine): SumLine => {
  const { service, direction, currency, decimals, events, usage, amountMinor } = line;
  return { direction, service, adjustment: line.belongs !== null, currency, decimals, events, usage, amountMinor };
};

/** What a closed day brings to a period: its lines without the numbers. */
export const sumsOf = (lines: ReadonlyArray<BookLine>): ReadonlyArray<SumLine> => summed(lines.map(asSum), sumKey);

export const addedSums = (sums: ReadonlyArray<SumLine>, more: ReadonlyArray<SumLine>): ReadonlyArray<SumLine> =>
  summed([...sums, ...more], sumKey);

const median = (values: ReadonlyArray<bigint>): bigint =>
  [...values].sort((a, b) => (a < b ? -1 : Number(a > b)))[Math.floor((values.length - 1) / 2)] ?? 0n;

const outOfRange = (days: ReadonlyArray<BookDay>, { factor, floorMinor }: RangeRule): ReadonlyArray<Finding> => {
  const kinds = summed(
    days.flatMap(({ lines }) => lines),
    (line) => `${line.direction}|${line.currency}|${line.decimals}`,
  );
  return kinds.flatMap(({ direction, currency, decimals }) => {
    const amounts = days.map(({ day, lines }) => ({
      day,
      amountMinor: sumOf(
        lines
          .filter((line) => line.direction === direction && line.currency === currency && line.decimals === decimals)
          .map((line) => line.amountMinor),
      ),
    }));
    const medianMinor = median(amounts.map(({ amountMinor }) => amountMinor));
    return amounts
      .filter(
        ({ amountMinor }) =>
          absolute(amountMinor) > factor * absolute(medianMinor) && absolute(amountMinor - medianMinor) > floorMinor,
      )
      .map((one): Finding => ({ _tag: 'OutOfRange', ...one, direction, currency, decimals, medianMinor }));
  });
};

const chargeKey = (day: string, line: BookLine): string =>
  [day, line.number, line.service, line.direction, line.network, line.currency, line.decimals]
    .concat(String(line.events), String(line.usage), String(line.amountMinor))
    .join('|');

const doubleCharged = (days: ReadonlyArray<BookDay>): ReadonlyArray<Finding> => {
  const own = new Set(
    days.flatMap(({ day, lines }) =>
      lines.filter(({ belongs }) => belongs === null).map((line) => chargeKey(day, line)),
    ),
  );
  return days.flatMap(({ day: booked, lines }) =>
    lines.flatMap((line): ReadonlyArray<Finding> => {
      const { belongs } = line;
      if (belongs === null || line.amountMinor === 0n || !own.has(chargeKey(belongs, line))) return [];
      return [{ _tag: 'DoubleCharged', day: belongs, booked, line }];
    }),
  );
};

const calendar = (month: string, days: ReadonlyArray<BookDay>): ReadonlyArray<Finding> => {
  const { from, to } = monthDays(month);
  const expected = new Set(daysBetween(from, to));
  const seen = new Set<string>();
  const findings: Array<Finding> = [];
  for (const { day } of days) {
    if (!expected.has(day)) findings.push({ _tag: 'DayOutside', day });
    else if (seen.has(day)) findings.push({ _tag: 'DayTwice', day });
    seen.add(day);
  }
  for (const day of expected) if (!seen.has(day)) findings.push({ _tag: 'MissingDay', day });
  return findings;
};

/**
 * @param month `YYYY-MM`.
 * @param days the month's closed days. A day of another month, or a repeated one, is found and counts nothing.
 */
export const monthOf = (month: string, days: ReadonlyArray<BookDay>, rule: RangeRule): Month => {
  const taken = new Set<string>();
  const counted = days.filter(({ day }) => {
    if (!day.startsWith(`${month}-`) || taken.has(day)) return false;
    taken.add(day);
    return true;
  });
  const lines = counted.flatMap((day) => day.lines);
  const byNumber = lines.map((line) => ({ number: line.number, ...asSum(line) }));
  const byNetwork = lines.map((line) => ({ network: line.network, ...asSum(line) }));
  return {
    month,
    sums: sumsOf(lines),
    byNumber: summed(byNumber, (line) => `${line.number}|${sumKey(line)}`),
    byNetwork: summed(byNetwork, (line) => `${line.network}|${sumKey(line)}`),
    findings: [...calendar(month, days), ...outOfRange(counted, rule), ...doubleCharged(counted)],
  };
};

/** Per direction, service and currency, with what only one of the months has. */
export const comparedMonths = (before: Month, now: Month): ReadonlyArray<Change> => {
  const of = ({ direction, service, currency, decimals }: SumLine) =>
    [direction, service, currency, decimals].join('|');
  const kinds = summed([...before.sums, ...now.sums], of);
  const total = (month: Month, kind: SumLine): bigint =>
    sumOf(month.sums.filter((line) => of(line) === of(kind)).map((line) => line.amountMinor));
  return kinds.map((kind) => {
    const [beforeMinor, nowMinor] = [total(before, kind), total(now, kind)];
    const changeMinor = nowMinor - beforeMinor;
    const { direction, service, currency, decimals } = kind;
    const changePerMille = beforeMinor === 0n ? null : (changeMinor * 1_000n) / absolute(beforeMinor);
    return { direction, service, currency, decimals, beforeMinor, nowMinor, changeMinor, changePerMille };
  });
};
