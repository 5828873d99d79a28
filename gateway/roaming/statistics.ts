import { stringify } from 'csv-stringify/sync';
import { Effect, Schema, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { momentsOf, periodProblem, STATISTICS_ZONE } from '../../domain/kernel/period.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { DIRECTIONS } from '../../domain/roaming/settlement/schema.ts';
import { chartsOf, type Point } from '../../domain/roaming/statistics/statistics.ts';
import { chartSvg } from '../../printing/chart.ts';
import { BYTE_ORDER_MARK, REPORT_TYPES } from '../../printing/report.ts';
import { workbookOf } from '../../printing/workbook.ts';
import { readStatistics, readSwitchings, type Switchings } from '../../store/roaming/statistics.ts';
import { answer, download, route, sampled } from '../route.ts';

/**
 * Statistics of roaming (seed 002 §3.3.2) as series for charts, as a table, and drawn: of the days on which events
 * happened, as far as the partners' files have come.
 */

const Day = Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\d$/));
const query = Schema.Struct({
  from: Day,
  to: Day.annotations({ description: 'The last day; it counts, too' }),
  partner: Schema.optionalWith(Tadig, { exact: true }),
  direction: Schema.optionalWith(Schema.Literal(...DIRECTIONS), { default: () => 'outbound' as const }).annotations({
    description: '`outbound`: our subscribers abroad. `inbound`: visitors here, by their home operators',
  }),
});
type Asked = Schema.Schema.Type<typeof query>;
const EXAMPLE = { from: '2026-11-01', to: '2026-11-30' } as const;

const Points = Schema.Array(Schema.Struct({ label: Schema.String, count: Schema.Int, usage: Schema.BigInt }));
const Shape = Schema.Literal('bar', 'line', 'pie');
const Chart = Schema.Struct({ shape: Shape, points: Points });
const OfService = Schema.Struct({
  ways: Chart,
  hours: Schema.Struct({ ...Chart.fields, peak: Schema.String, trough: Schema.String }),
  networks: Chart,
  countries: Chart,
  numbers: Chart.annotations({ description: 'Numbers of the home country, of the visited one, and others' }),
  packages: Chart.annotations({ description: 'By package type of the subscriber; empty: none' }),
});
const Statistics = Schema.Struct({
  from: Day,
  to: Day,
  voice: OfService,
  sms: OfService,
  data: OfService,
  lengths: Chart,
  destinations: Chart.annotations({
    description:
      'Count: subscribers; usage: days on which they used the network there; of visitors, by the country at home',
  }),
  preferences: Schema.Array(
    Schema.Struct({ situation: Schema.String, preferred: Schema.Literal('voice', 'sms', 'data'), points: Points }),
  ),
  switching: Schema.Struct({
    hours: Schema.Array(
      Schema.Struct({ what: Schema.Literal('on', 'off', 'change'), hour: Schema.Int, count: Schema.Int }),
    ),
    changes: Schema.Array(Schema.Struct({ times: Schema.Int, subscribers: Schema.Int })),
  }).annotations({ description: 'Of all partners, whichever is asked for' }),
}).annotations({ identifier: 'RoamingStatistics' });

/** Visitors switch no numbers of ours. */
const NO_SWITCHINGS: Switchings = { hours: [], changes: [] };

const statisticsOf = (tenant: TenantId, { from, to, partner, direction }: Asked) =>
  Effect.gen(function* () {
    const period = { from, to };
    const problem = periodProblem(period);
    if (problem !== undefined) return yield* Effect.fail(problem);
    const charts = chartsOf(yield* readStatistics({ tenant, from, to, partner, direction }));
    const switching =
      direction === 'inbound' ? NO_SWITCHINGS : yield* readSwitchings(tenant, momentsOf(period), STATISTICS_ZONE);
    return { from, to, ...charts, switching };
  });
type Found = Effect.Effect.Success<ReturnType<typeof statisticsOf>>;

const none = { shape: 'bar', points: [] } as const;
const EMPTY = {
  ways: { shape: 'bar', points: [{ label: 'originating', count: 40, usage: '9120' }] },
  hours: { shape: 'line', points: [{ label: '00', count: 1, usage: '60' }], peak: '18', trough: '04' },
  networks: none,
  countries: none,
  numbers: { shape: 'pie', points: [{ label: 'home', count: 40, usage: '9120' }] },
  packages: none,
} as const;

const read = route({
  method: 'GET',
  path: '/v1/roaming/statistics',
  operationId: 'roaming.statistics.read',
  summary: 'Statistics of subscribers abroad, or of visitors, as series for charts',
  description: 'Usage is seconds, messages or bytes. Days and hours are those of the tenant’s zone.',
  rate: 'bulk',
  timeoutMs: 60_000,
  in: { query: sampled(query, EXAMPLE) },
  out: {
    200: sampled(
      Statistics,
      {
        ...EXAMPLE,
        voice: EMPTY,
        sms: EMPTY,
        data: EMPTY,
        lengths: { shape: 'bar', points: [{ label: '0-60', count: 12, usage: '410' }] },
        destinations: { shape: 'pie', points: [{ label: 'HKG', count: 7, usage: '12' }] },
        preferences: [{ situation: 'HKG', preferred: 'data', points: [{ label: 'data', count: 31, usage: '900' }] }],
        switching: {
          hours: [{ what: 'off', hour: 23, count: 4 }],
          changes: [{ times: 2, subscribers: 5 }],
        },
      },
      'As far as files have come',
    ),
  },
  handler: ({ tenant, query: asked }) => Effect.map(statisticsOf(tenant, asked), (found) => answer(200, found)),
});

/** Every series by its name, as table and drawings name them. */
const seriesOf = (
  found: Found,
): ReadonlyMap<string, { readonly shape: 'bar' | 'line' | 'pie'; points: ReadonlyArray<Point> }> => {
  const all = new Map<string, { readonly shape: 'bar' | 'line' | 'pie'; points: ReadonlyArray<Point> }>();
  for (const service of ['voice', 'sms', 'data'] as const) {
    for (const [name, { shape, points }] of Object.entries(found[service]))
      all.set(`${service}-${name}`, { shape, points });
  }
  all.set('lengths', found.lengths);
  all.set('destinations', found.destinations);
  for (const { situation, points } of found.preferences) all.set(`preferences-${situation}`, { shape: 'bar', points });
  for (const what of ['on', 'off', 'change'] as const) {
    const hours = found.switching.hours.filter((one) => one.what === what);
    const points = hours.map(({ hour, count }) => ({ label: String(hour).padStart(2, '0'), count, usage: 0n }));
    all.set(`switching-${what}`, { shape: 'line', points });
  }
  const changes = found.switching.changes.map(({ times, subscribers }) => {
    return { label: String(times), count: subscribers, usage: 0n };
  });
  all.set('changes', { shape: 'bar', points: changes });
  return all;
};

function* rowsOf(found: Found): Generator<ReadonlyArray<string | number>> {
  yield ['series', 'label', 'count', 'usage'];
  for (const [name, { points }] of seriesOf(found)) {
    for (const { label, count, usage } of points) yield [name, label, count, String(usage)];
  }
}

const exported = download({
  method: 'GET',
  path: '/v1/roaming/statistics/export',
  operationId: 'roaming.statistics.export',
  summary: 'The same as a table: a row for each series and label',
  timeoutMs: 60_000,
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
  handler: ({ tenant, query: { format, ...asked } }) =>
    Effect.map(statisticsOf(tenant, asked), (found) => ({
      contentType: REPORT_TYPES[format],
      name: `roaming-${asked.direction}-${asked.from}-${asked.to}.${format}`,
      open: () =>
        format === 'csv'
          ? Stream.make(Buffer.from(BYTE_ORDER_MARK + stringify([...rowsOf(found)] as Array<Array<string | number>>)))
          : workbookOf('statistics', rowsOf(found)),
    })),
});

const unknownChart = refuse('missing', 'UnknownChart', 'There is no such series in these days.', {
  field: 'chart',
  action: 'Take one of the first column of …/statistics/export.',
});

const drawn = download({
  method: 'GET',
  path: '/v1/roaming/statistics/charts/{chart}',
  operationId: 'roaming.statistics.chart',
  summary: 'One series drawn as SVG: bars, a line, or shares',
  timeoutMs: 60_000,
  contentTypes: ['image/svg+xml'],
  in: {
    params: sampled(Schema.Struct({ chart: Schema.String.pipe(Schema.pattern(/^[A-Za-z-]{1,40}$/)) }), {
      chart: 'voice-hours',
    }),
    query: sampled(
      Schema.Struct({
        ...query.fields,
        of: Schema.optionalWith(Schema.Literal('count', 'usage'), { default: () => 'count' }),
      }),
      { ...EXAMPLE, of: 'usage' },
    ),
  },
  refusals: [unknownChart],
  handler: ({ tenant, params: { chart: name }, query: { of, ...asked } }) =>
    Effect.gen(function* () {
      const series = seriesOf(yield* statisticsOf(tenant, asked)).get(name);
      if (series === undefined) return yield* Effect.fail(unknownChart);
      const points = series.points.map((point) => ({ label: point.label, value: Number(point[of]) }));
      const svg = chartSvg({ title: `${name}, ${asked.from} – ${asked.to}`, shape: series.shape, points });
      return {
        contentType: 'image/svg+xml',
        bytes: svg.byteLength,
        open: (offset: number) => Stream.make(svg.subarray(offset)),
      };
    }),
});

export const roamingStatisticsRoutes = [read, exported, drawn];
