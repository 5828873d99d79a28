import { Chunk, Clock, Effect, Schema, Stream } from 'effect';
import { settlementPeriodActor } from '../../../actors/roaming/settlement-period.ts';
import { revisionReady } from '../../../actors/roaming/terms-documents.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { isRefusal, refuse } from '../../../domain/kernel/refusal.ts';
import { LANGUAGES, type Language } from '../../../domain/kernel/report.ts';
import { Tadig } from '../../../domain/roaming/rating/schema.ts';
import { Day, type PeriodState } from '../../../domain/roaming/settlement/schema.ts';
import { settlementReport } from '../../../domain/roaming/settlement/settlement-report.ts';
import { everyItem } from '../../../store/list-query.ts';
import { listPeriods } from '../../../store/roaming/settlement.ts';
import { download, sampled } from '../../route.ts';
import { FORMATS, printed, TYPES } from './printed.ts';

/** The settlement report (seed 002 §3.2.3): amount and day of settlement for each partner, for the management. */

const PAGE = 200;
const MOST = 1_000;

const tooMany = refuse('invalid', 'TooManyPeriods', `A report has at most ${MOST} periods.`, {
  field: 'from',
  action: 'Ask for less time, or for one partner.',
});

/** Those that have a day in this time, by partner and first day. */
export const periodsIn = (tenant: TenantId, partner: string | undefined, from: string, to: string) =>
  Effect.gen(function* () {
    const filters = partner === undefined ? {} : { partner };
    const found = yield* everyItem((cursor) => listPeriods({ tenant, filters, limit: PAGE, cursor })).pipe(
      Stream.filter((one) => one.from <= to && one.to >= from),
      Stream.take(MOST + 1),
      Stream.runCollect,
      Effect.map(Chunk.toReadonlyArray),
    );
    if (found.length > MOST) return yield* Effect.fail(tooMany);
    const actors = yield* Actors;
    const states = yield* Effect.forEach(
      found.toSorted((a, b) => (`${a.partner} ${a.from}` < `${b.partner} ${b.from}` ? -1 : 1)),
      ({ agreement, from: first }) => actors.read(settlementPeriodActor, { tenant, key: `${agreement}:${first}` }),
      { concurrency: 16 },
    );
    return states.flatMap(({ state }): ReadonlyArray<PeriodState> => (state === null ? [] : [state]));
  });

/** As the operators' documents in force have them, by code. */
export const operatorNames = (tenant: TenantId, codes: ReadonlyArray<string>, language: Language) =>
  Effect.forEach(
    [...new Set(codes)],
    (name) =>
      revisionReady({ tenant, kind: 'operator', name }).pipe(
        Effect.map(({ ready: { names } }): ReadonlyArray<readonly [string, string]> => [[name, names[language]]]),
        // Nobody has said what it is called.
        Effect.catchIf(isRefusal, () => Effect.succeed([])),
      ),
    { concurrency: 16 },
  ).pipe(Effect.map((found) => new Map(found.flat())));

const report = download({
  method: 'GET',
  path: '/v1/roaming/settlement-report',
  operationId: 'roaming.settlement.report',
  summary: 'Download what was settled with each partner: amounts, who pays, when it was due, when it was settled',
  description: 'Periods that have a day in this time; those that are not settled yet stand there with their stage.',
  timeoutMs: 60_000,
  contentTypes: TYPES,
  in: {
    query: sampled(
      Schema.Struct({
        from: Day,
        to: Day,
        partner: Schema.optional(Tadig),
        format: Schema.optionalWith(Schema.Literal(...FORMATS), { default: () => 'csv' }),
        language: Schema.optionalWith(Schema.Literal(...LANGUAGES), { default: () => 'zh' }),
      }),
      { from: '2026-07-01', to: '2026-09-30', format: 'pdf' },
    ),
  },
  refusals: [tooMany],
  handler: ({ tenant, query: { from, to, partner, format, language } }) =>
    Effect.gen(function* () {
      const periods = yield* periodsIn(tenant, partner, from, to);
      const codes = periods.map(({ terms }) => terms.partner);
      const names = yield* operatorNames(tenant, codes, language);
      const made = settlementReport(periods, { from, to }, language, yield* Clock.currentTimeMillis, names);
      return yield* printed(made, `settlement-${from}-${to}`, format);
    }),
});

export const settlementReportRoutes = [report];
