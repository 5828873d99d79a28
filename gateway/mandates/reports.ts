import { Clock, Effect, Schema, Stream } from 'effect';
import { dayOf, type Period, periodProblem } from '../../domain/kernel/period.ts';
import type { Refusal } from '../../domain/kernel/refusal.ts';
import { LANGUAGES, type Report } from '../../domain/kernel/report.ts';
import { differenceReport, type RunRow, runReport } from '../../domain/mandates/reconciliation/reports.ts';
import { caseReport, movementReport, REPORTS, type ReportName, standingReport } from '../../domain/mandates/reports.ts';
import { BankCode, ProvinceCode } from '../../domain/mandates/schema.ts';
import { printedReport, REPORT_FORMATS, REPORT_TYPES } from '../../printing/report.ts';
import { caseFigures, differenceFigures, movementFigures, standingFigures } from '../../store/mandates/figures.ts';
import { listReconciliations } from '../../store/mandates/reconciliation.ts';
import { answer, download, type RouteRequest, route, sampled } from '../route.ts';
import { runsWithin } from './reconciliation/runs.ts';
import { AT_MS, PROVINCE } from './samples.ts';

/** Reports of mandates by province and bank, to be shown as they are, or as PDF, workbook and CSV. */

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });
const Day = Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\d$/));
const params = sampled(Schema.Struct({ report: Schema.Literal(...REPORTS) }), { report: 'movements' });
const asked = {
  province: optional(ProvinceCode),
  bank: optional(BankCode),
  from: optional(Day).annotations({
    description: 'The first day in China; default: of this month. `relations` and `cases` are as of now',
  }),
  to: optional(Day).annotations({ description: 'The last day; default: today' }),
  by: Schema.optionalWith(Schema.Literal('day', 'month'), { default: () => 'day' as const }),
  language: Schema.optionalWith(Schema.Literal(...LANGUAGES), { default: () => 'en' as const }),
};
const query = Schema.Struct(asked);
const EXAMPLE = { province: PROVINCE, from: '2026-11-01', to: '2026-11-30', by: 'month', language: 'zh' } as const;

type Within = Pick<RouteRequest, 'tenant' | 'reach'>;

/** Pages of a list that are read for one report, each of 200 runs. */
const MOST_PAGES = 50;

/** Runs of the period's days, and of its months. */
const runsOf = ({ tenant, reach }: Within, { province, bank }: typeof query.Type, period: Period) =>
  Effect.gen(function* () {
    const rows: Array<RunRow> = [];
    const partner = [province, bank].filter((one) => one !== undefined);
    const filters = { fromPeriod: period.from.slice(0, 7), ...(partner.length === 0 ? {} : { partner }) };
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const found = yield* listReconciliations({ tenant, filters, cursor, limit: 200, where: runsWithin(reach) });
      rows.push(...found.items.filter((run) => run.period >= period.from.slice(0, run.period.length)));
      if (found.nextCursor === null) break;
      cursor = found.nextCursor;
    }
    return rows
      .filter((run) => run.period <= period.to.slice(0, run.period.length))
      .toSorted((one, other) =>
        `${one.period} ${one.party} ${one.partner}` < `${other.period} ${other.party} ${other.partner}` ? -1 : 1,
      );
  });

/** The words of a query as a period: this month so far, unless it says otherwise. */
const periodOf = ({ from, to }: typeof query.Type, nowMs: number): Effect.Effect<Period, Refusal> => {
  const today = dayOf(nowMs);
  const period = { from: from ?? `${today.slice(0, 8)}01`, to: to ?? today };
  const problem = periodProblem(period);
  return problem === undefined ? Effect.succeed(period) : Effect.fail(problem);
};

const reportOf = (name: ReportName, request: Within, wanted: typeof query.Type) =>
  Effect.gen(function* () {
    const { province, bank, by, language } = wanted;
    const createdAtMs = yield* Clock.currentTimeMillis;
    const of = { ...request, province, bank };
    const scope = { province: province ?? null, bank: bank ?? null, createdAtMs };
    if (name === 'relations') return standingReport(yield* standingFigures(of), scope, language);
    if (name === 'cases') return caseReport(yield* caseFigures(of), scope, language);
    const period = yield* periodOf(wanted, createdAtMs);
    const dated = { ...scope, period };
    switch (name) {
      case 'movements':
        return movementReport(yield* movementFigures(of, period, by), dated, language);
      case 'differences':
        return differenceReport(yield* differenceFigures(of, period), dated, language);
      case 'reconciliation':
        return runReport(yield* runsOf(request, wanted, period), dated, language);
    }
  });

const Pairs = Schema.Array(Schema.Tuple(Schema.String, Schema.String));
const ReportBody = Schema.Struct({
  title: Schema.String,
  name: Schema.String,
  createdAtMs: Schema.Int,
  head: Pairs,
  headings: Schema.Array(Schema.String),
  rows: Schema.Array(Schema.Array(Schema.String)),
  totals: Pairs,
}).annotations({ identifier: 'Report' });

const SHOWN: Report = movementReport(
  [{ at: '2026-11', province: PROVINCE, bank: 'CCB', opened: 1_204, cancelled: 87 }],
  { province: PROVINCE, bank: null, createdAtMs: AT_MS, period: { from: EXAMPLE.from, to: EXAMPLE.to } },
  'zh',
);

const read = route({
  method: 'GET',
  path: '/v1/mandates/reports/{report}',
  operationId: 'mandates.report.read',
  summary:
    'Read a report of your provinces: mandates by state, openings and cancellations, cases, reconciliation, differences',
  rate: 'bulk',
  timeoutMs: 60_000,
  in: { params, query: sampled(query, EXAMPLE) },
  out: { 200: sampled(ReportBody, SHOWN, 'Rows of text under headings, a second behind the relations') },
  refusals: [],
  handler: (request) =>
    Effect.map(
      reportOf(request.params.report, { tenant: request.tenant, reach: request.reach }, request.query),
      (report) => answer(200, report),
    ),
});

const exported = download({
  method: 'GET',
  path: '/v1/mandates/reports/{report}/export',
  operationId: 'mandates.report.export',
  summary: 'The same report as PDF, workbook or CSV',
  timeoutMs: 60_000,
  contentTypes: [REPORT_TYPES.pdf, REPORT_TYPES.xlsx, REPORT_TYPES.csv],
  in: {
    params,
    query: sampled(
      Schema.Struct({
        ...asked,
        format: Schema.optionalWith(Schema.Literal(...REPORT_FORMATS), { default: () => 'csv' }),
      }),
      { ...EXAMPLE, format: 'pdf' },
    ),
  },
  handler: ({ params: { report: name }, query: { format, ...wanted }, ...request }) =>
    Effect.gen(function* () {
      const { tenant, reach } = request;
      const report = yield* reportOf(name, { tenant, reach }, wanted);
      const printed = yield* Effect.promise(() => printedReport(report, format));
      return {
        contentType: REPORT_TYPES[format],
        name: `mandates-${name}-${dayOf(report.createdAtMs)}.${format}`,
        bytes: printed.byteLength,
        open: (offset) => Stream.make(printed.subarray(offset)),
      };
    }),
});

export const reportRoutes = [read, exported];
