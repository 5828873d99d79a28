import { stringify } from 'csv-stringify/sync';
import { Effect, Schema, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { COMPARISONS, compared, periodProblem, STATISTICS_ZONE } from '../../domain/kernel/period.ts';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { CardType, Code } from '../../domain/sim/schema.ts';
import { MEASURES, STATISTICS_SUBJECTS } from '../../domain/sim/statistics/measures.ts';
import { AXES, type Chart, chartOf } from '../../domain/sim/statistics/series.ts';
import { BYTE_ORDER_MARK, REPORT_TYPES } from '../../printing/report.ts';
import { workbookOf } from '../../printing/workbook.ts';
import { type StatisticsFilter, statisticsSums } from '../../store/sim/statistics.ts';
import { oneOrMore } from '../page.ts';
import { answer, download, route, sampled } from '../route.ts';

/**
 * Statistics of cards and numbers (seed 000 §6.1, §6.2: 使用情况统计分析, 对比分析): by day, week, month, product, city, vendor
 * or type of card, beside an earlier period, as series for charts and as tables for people.
 */

const Day = Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\d$/));
const Subject = Schema.Literal(...STATISTICS_SUBJECTS);

const query = Schema.Struct({
  subject: Subject,
  from: Day,
  to: Day.annotations({ description: 'The last day; it counts, too' }),
  by: Schema.optionalWith(Schema.Literal(...AXES), { default: () => 'day' }),
  compare: Schema.optionalWith(Schema.Literal(...COMPARISONS), { exact: true }).annotations({
    description: '`previous`: as many days (or whole months) before; `year`: the same days a year before',
  }),
  measure: Schema.optionalWith(oneOrMore(Schema.String), { exact: true }),
  product: Schema.optionalWith(oneOrMore(Code), { exact: true }),
  city: Schema.optionalWith(oneOrMore(Code), { exact: true }),
  vendor: Schema.optionalWith(oneOrMore(Code), { exact: true }),
  cardType: Schema.optionalWith(oneOrMore(CardType), { exact: true }),
});
type Asked = Schema.Schema.Type<typeof query>;
const EXAMPLE = { subject: 'card', from: '2026-11-01', to: '2026-11-30', by: 'vendor', compare: 'previous' } as const;

const unknownMeasure = (subject: Asked['subject']): Refusal =>
  refuse('invalid', 'UnknownMeasure', 'The subject has no such measure.', {
    field: 'measure',
    action: `Use some of: ${MEASURES[subject].join(', ')}.`,
  });

const listOf = <A>(value: A | ReadonlyArray<A> | undefined): ReadonlyArray<A> | undefined =>
  value === undefined || Array.isArray(value) ? (value as ReadonlyArray<A> | undefined) : [value as A];

const filterOf = ({ product, city, vendor, cardType }: Asked): StatisticsFilter =>
  Object.fromEntries(
    Object.entries({ product, city, vendor, cardType }).flatMap(([name, value]) => {
      const values = listOf<string>(value);
      return values === undefined ? [] : [[name, values]];
    }),
  );

interface Answer extends Chart {
  readonly subject: Asked['subject'];
  readonly by: Asked['by'];
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly previous?: { readonly from: string; readonly to: string };
}

const chart = (tenant: TenantId, asked: Asked) =>
  Effect.gen(function* () {
    const { subject, from, to, by } = asked;
    const period = { from, to };
    const measures = listOf(asked.measure);
    const known: ReadonlyArray<string> = MEASURES[subject];
    if (measures?.some((measure) => !known.includes(measure))) return yield* Effect.fail(unknownMeasure(subject));
    const problem = periodProblem(period);
    if (problem !== undefined) return yield* Effect.fail(problem);
    const filter = filterOf(asked);
    const wanted = { subject, axis: by, ...(measures === undefined ? {} : { measures }) };
    const now = { period, sums: yield* statisticsSums(tenant, subject, period, by, filter) };
    const common = { subject, by, from, to, timeZone: STATISTICS_ZONE };
    if (asked.compare === undefined) return { ...common, ...chartOf(wanted, now) } as Answer;
    const previous = compared(period, asked.compare);
    const before = { period: previous, sums: yield* statisticsSums(tenant, subject, previous, by, filter) };
    return { ...common, previous, ...chartOf(wanted, now, before) } as Answer;
  });

const Values = Schema.Array(Schema.Int);
const Series = Schema.Struct({
  measure: Schema.String,
  values: Values.annotations({ description: 'One for each key' }),
  total: Schema.Int,
  previous: Schema.optionalWith(Schema.Struct({ values: Values, total: Schema.Int }), { exact: true }),
  change: Schema.optionalWith(
    Schema.Struct({
      absolute: Schema.Int,
      percent: Schema.NullOr(Schema.Number).annotations({ description: 'Null where there was nothing before' }),
    }),
    { exact: true },
  ),
});
const period = Schema.Struct({ from: Day, to: Day });

const Statistics = Schema.Struct({
  subject: Subject,
  by: Schema.Literal(...AXES),
  from: Day,
  to: Day,
  timeZone: Schema.String,
  previous: Schema.optionalWith(period, { exact: true }),
  keys: Schema.Array(Schema.String),
  previousKeys: Schema.optionalWith(Schema.Array(Schema.String), { exact: true }),
  series: Schema.Array(Series),
}).annotations({ identifier: 'SimStatistics' });

const read = route({
  method: 'GET',
  path: '/v1/sim/statistics',
  operationId: 'sim.statistics.read',
  summary: 'Statistics of cards, IMSIs or ICCIDs as series for a chart, beside an earlier period when asked',
  in: { query: sampled(query, EXAMPLE) },
  out: {
    200: sampled(
      Statistics,
      {
        subject: 'card',
        by: 'vendor',
        from: '2026-11-01',
        to: '2026-11-30',
        timeZone: STATISTICS_ZONE,
        previous: { from: '2026-10-01', to: '2026-10-31' },
        keys: ['HENGBAO', 'YINLIAN'],
        series: [
          {
            measure: 'made',
            values: [4_900, 7_100],
            total: 12_000,
            previous: { values: [5_000, 5_000], total: 10_000 },
            change: { absolute: 2_000, percent: 20 },
          },
        ],
      },
      'A second behind the cards and ranges themselves',
    ),
  },
  refusals: [unknownMeasure('card')],
  handler: ({ tenant, query: asked }) => Effect.map(chart(tenant, asked), (found) => answer(200, found)),
});

const HEAD = ['key', 'measure', 'count', 'previous_key', 'previous', 'change', 'change_percent'];

/** A row for each key and measure; without a comparison the last columns are empty. */
function* rowsOf({ keys, previousKeys, series }: Answer): Generator<ReadonlyArray<string | number>> {
  yield HEAD;
  for (const [place, key] of keys.entries()) {
    for (const { measure, values, previous } of series) {
      const count = values[place] ?? 0;
      const before = previous?.values[place];
      if (before === undefined) yield [key, measure, count, '', '', '', ''];
      else {
        const percent = before === 0 ? '' : Math.round(((count - before) / before) * 1_000) / 10;
        yield [key, measure, count, previousKeys?.[place] ?? key, before, count - before, percent];
      }
    }
  }
}

const ROWS = 1_000;

const csvOf = (rows: Iterable<ReadonlyArray<string | number>>): Stream.Stream<Uint8Array> =>
  Stream.fromIterable(rows).pipe(
    Stream.grouped(ROWS),
    Stream.map((some) => Buffer.from(stringify([...some] as Array<Array<string | number>>))),
    (body) => Stream.concat(Stream.succeed(Buffer.from(BYTE_ORDER_MARK)), body),
  );

const exported = download({
  method: 'GET',
  path: '/v1/sim/statistics/export',
  operationId: 'sim.statistics.export',
  summary: 'The same as a table: a row for each key and measure',
  contentTypes: [REPORT_TYPES.csv, REPORT_TYPES.xlsx],
  in: {
    query: sampled(
      Schema.Struct({
        ...query.fields,
        format: Schema.optionalWith(Schema.Literal('csv', 'xlsx'), { default: () => 'csv' }),
      }),
      { ...EXAMPLE, format: 'xlsx' },
    ),
  },
  refusals: [unknownMeasure('card')],
  handler: ({ tenant, query: { format, ...asked } }) =>
    Effect.map(chart(tenant, asked), (found) => ({
      contentType: REPORT_TYPES[format],
      name: `${asked.subject}-${asked.from}-${asked.to}-by-${asked.by}.${format}`,
      open: () => (format === 'csv' ? csvOf(rowsOf(found)) : workbookOf(asked.subject, rowsOf(found))),
    })),
});

export const statisticsRoutes = [read, exported];
