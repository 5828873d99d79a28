import { bucketOf, bucketsOf, type Period, STEPS, type Step } from '../../kernel/period.ts';
import { MEASURES, type Measure, type StatisticsSubject } from './measures.ts';

/** Sums as charts want them: keys along the axis, and for each measure a value per key, beside an earlier period's. */

export const AXES = [...STEPS, 'product', 'city', 'vendor', 'cardType'] as const;
export type Axis = (typeof AXES)[number];

/** One sum, as it was counted: `key` is a day for an axis of time, else the product, city, vendor or card type. */
export interface Sum {
  readonly key: string;
  readonly measure: Measure;
  readonly count: number;
}

interface Change {
  readonly absolute: number;
  /** Rounded to a tenth of a percent; null where there was nothing before. */
  readonly percent: number | null;
}

export interface Series {
  readonly measure: Measure;
  readonly values: ReadonlyArray<number>;
  readonly total: number;
  readonly previous?: { readonly values: ReadonlyArray<number>; readonly total: number };
  readonly change?: Change;
}

export interface Chart {
  readonly keys: ReadonlyArray<string>;
  /** Keys of the earlier period, for an axis of time; its values stand at the same places. */
  readonly previousKeys?: ReadonlyArray<string>;
  readonly series: ReadonlyArray<Series>;
}

export const isTime = (axis: Axis): axis is Step => STEPS.some((step) => step === axis);

export const changeOf = (now: number, before: number): Change => ({
  absolute: now - before,
  percent: before === 0 ? null : Math.round(((now - before) / before) * 1_000) / 10,
});

const add = (
  keys: ReadonlyArray<string>,
  sums: ReadonlyArray<Sum>,
  measure: Measure,
  keyOf: (key: string) => string,
) => {
  const places = new Map(keys.map((key, index) => [key, index]));
  const values = keys.map(() => 0);
  for (const sum of sums) {
    const place = sum.measure === measure ? places.get(keyOf(sum.key)) : undefined;
    if (place !== undefined) values[place] = (values[place] ?? 0) + sum.count;
  }
  return values;
};

const total = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0);

interface Wanted {
  readonly subject: StatisticsSubject;
  readonly axis: Axis;
  /** Default: all of the subject. */
  readonly measures?: ReadonlyArray<string>;
}

interface Counted {
  readonly period: Period;
  readonly sums: ReadonlyArray<Sum>;
}

/** Where the axis is time, values of two periods are compared place by place: the shorter one ends with zeros. */
export const chartOf = ({ subject, axis, measures }: Wanted, now: Counted, before?: Counted): Chart => {
  const time = isTime(axis);
  const keyOf = (key: string): string => (time ? bucketOf(key, axis) : key);
  const named = (...sums: ReadonlyArray<ReadonlyArray<Sum>>) => [...new Set(sums.flat().map(({ key }) => key))].sort();
  const keys = time ? bucketsOf(now.period, axis) : named(now.sums, before?.sums ?? []);
  const previousKeys = before !== undefined && time ? bucketsOf(before.period, axis) : keys;
  const all: ReadonlyArray<Measure> = MEASURES[subject];
  const series = all
    .filter((measure) => measures === undefined || measures.includes(measure))
    .map((measure): Series => {
      const values = add(keys, now.sums, measure, keyOf);
      const one = { measure, values, total: total(values) };
      if (before === undefined) return one;
      const earlier = add(previousKeys, before.sums, measure, keyOf);
      const previous = { values: keys.map((_, index) => earlier[index] ?? 0), total: total(earlier) };
      return { ...one, previous, change: changeOf(one.total, previous.total) };
    });
  return { keys, ...(before !== undefined && time ? { previousKeys } : {}), series };
};
