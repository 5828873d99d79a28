import { Clock, Effect, Schema } from 'effect';
import { ownersWithNames } from '../../../actors/roaming/owners-with-names.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { LANGUAGES, type Language } from '../../../domain/kernel/report.ts';
import { Tadig } from '../../../domain/roaming/rating/schema.ts';
import { dayReport, monthReport } from '../../../domain/roaming/settlement/book-reports.ts';
import { monthBefore, monthDays } from '../../../domain/roaming/settlement/day.ts';
import { comparedMonths, monthOf } from '../../../domain/roaming/settlement/month.ts';
import { Day } from '../../../domain/roaming/settlement/schema.ts';
import { Count } from '../../../domain/sim/schema.ts';
import { listClearingFiles } from '../../../store/roaming/clearing-files.ts';
import { closedDays, mergedDays } from '../../../store/roaming/day-files.ts';
import { Processes } from '../../../temporal/client.ts';
import { operationsTenant } from '../../../temporal.config.ts';
import { settlementContract } from '../../../workflows/roaming/settlement/contract.ts';
import { pageOf, pageQuery } from '../../page.ts';
import { answer, download, route, sampled } from '../../route.ts';
import { FORMATS, printed, TYPES } from './printed.ts';

/** Closed days and months of the partners' books, and their reports (seed 002 §3.3.1); closing, when a person asks. */

const { closeDays, closeMonth } = settlementContract.workflows;

const Month = Schema.String.pipe(Schema.pattern(/^\d{4}-(?:0[1-9]|1[0-2])$/));
const asked = sampled(
  Schema.Struct({
    format: Schema.optionalWith(Schema.Literal(...FORMATS), { default: () => 'csv' }),
    language: Schema.optionalWith(Schema.Literal(...LANGUAGES), { default: () => 'zh' }),
  }),
  { format: 'pdf', language: 'zh' },
);

const Item = Schema.Struct({
  partner: Tadig,
  /** A day, or a month. */
  of: Schema.String,
  atMs: Schema.Number,
  sent: Schema.Record({ key: Schema.String, value: Schema.Number }),
  counts: Schema.Record({ key: Schema.String, value: Count }),
}).annotations({ identifier: 'RoamingClosed' });
const ITEM = {
  partner: 'HKGPP',
  of: '2026-10-01',
  atMs: 1_793_500_800_000,
  sent: { finance: 1_793_500_802_000 },
  counts: { lines: 412 },
};
const listQuery = sampled(Schema.Struct({ ...pageQuery, partner: Schema.optional(Tadig) }), { partner: 'HKGPP' });

const listed = (kind: 'dayReport' | 'weekReport' | 'monthReport', what: 'day' | 'week' | 'month') =>
  route({
    method: 'GET',
    path: `/v1/roaming/${what}s`,
    operationId: `roaming.${what}.list`,
    summary: `List closed ${what}s of the partners’ books, with when their reports were sent`,
    in: { query: listQuery },
    out: {
      200: sampled(
        pageOf(Item),
        { items: [{ ...ITEM, of: { day: ITEM.of, week: '2026-W40', month: '2026-10' }[what] }], nextCursor: null },
        'The newest first',
      ),
    },
    handler: ({ tenant, query: { cursor, limit, partner } }) =>
      Effect.map(
        listClearingFiles({ tenant, filters: { kind, ...(partner === undefined ? {} : { partner }) }, cursor, limit }),
        (page) => answer(200, page),
      ),
  });

const notClosed = refuse('missing', 'NotClosed', 'Nothing of this partner is closed for that time.', {
  action: 'Wait until the day is over in the tenant’s zone, or close it.',
});

const day = download({
  method: 'GET',
  path: '/v1/roaming/days/{partner}/{day}/report',
  operationId: 'roaming.day.report',
  summary: 'Download the report of a day: usage and fee of each number per service, each user’s total, and the totals',
  personalData: true,
  timeoutMs: 60_000,
  contentTypes: TYPES,
  in: {
    params: sampled(Schema.Struct({ partner: Tadig, day: Day }), { partner: 'HKGPP', day: '2026-10-01' }),
    query: asked,
  },
  refusals: [notClosed],
  handler: ({ tenant, params: { partner, day: of }, query: { format, language } }) =>
    Effect.gen(function* () {
      const [found] = mergedDays(yield* closedDays(tenant, partner, of, of));
      if (found === undefined) return yield* Effect.fail(notClosed);
      const owners = yield* ownersWithNames(tenant, found.lines);
      const report = dayReport(partner, found, owners, language, yield* Clock.currentTimeMillis);
      return yield* printed(report, `day-${partner}-${of}`, format);
    }),
});

/** What is looked at in the report; what a person is told is the schedule's. */
const RULE = { factor: 5n, floorMinor: 100_000n };

const reportOfMonth = (tenant: TenantId, partner: string, month: string, language: Language) =>
  Effect.gen(function* () {
    const of = (one: string) => {
      const { from, to } = monthDays(one);
      return Effect.map(closedDays(tenant, partner, from, to), (days) => monthOf(one, mergedDays(days), RULE));
    };
    const now = yield* of(month);
    const last = yield* of(monthBefore(month));
    return monthReport(partner, now, comparedMonths(last, now), language, yield* Clock.currentTimeMillis);
  });

const month = download({
  method: 'GET',
  path: '/v1/roaming/months/{partner}/{month}/report',
  operationId: 'roaming.month.report',
  summary:
    'Download the report of a month: sums, split by visited network and number, the month before, what was found',
  description: 'Also of a month that is not over: as far as its days are closed.',
  personalData: true,
  timeoutMs: 60_000,
  contentTypes: TYPES,
  in: {
    params: sampled(Schema.Struct({ partner: Tadig, month: Month }), { partner: 'HKGPP', month: '2026-10' }),
    query: asked,
  },
  handler: ({ tenant, params: { partner, month: of }, query: { format, language } }) =>
    Effect.flatMap(reportOfMonth(tenant, partner, of, language), (report) =>
      printed(report, `month-${partner}-${of}`, format),
    ),
});

const notOurs = refuse('denied', 'NotOperationsTenant', 'The books belong to the tenant that operates.');
const Closing = Schema.Struct({ closing: Schema.Boolean });
const closing = sampled(Closing, { closing: true }, 'It has begun');

const ofOperations = (tenant: TenantId) =>
  Effect.flatMap(operationsTenant, (ours) => (ours === tenant ? Effect.void : Effect.fail(notOurs)));

const close = route({
  method: 'POST',
  path: '/v1/roaming/days/close',
  operationId: 'roaming.day.close',
  summary: 'Close all days that are over, up to one, without waiting for the schedule or for imports',
  in: { body: sampled(Schema.Struct({ through: Schema.optional(Day) }), { through: '2026-10-31' }) },
  out: { 202: closing },
  refusals: [notOurs],
  handler: ({ tenant, commandId, body: { through } }) =>
    Effect.gen(function* () {
      yield* ofOperations(tenant);
      yield* (yield* Processes).start(closeDays, {
        key: `asked-${commandId}`,
        input: { tenant, waitMs: 0, pollEveryMs: 1_000, ...(through === undefined ? {} : { through }) },
      });
      return answer(202, { closing: true });
    }),
});

const closeOfMonth = route({
  method: 'POST',
  path: '/v1/roaming/months/close',
  operationId: 'roaming.month.close',
  summary: 'Sum, check and report a month that is over, without waiting for the schedule',
  in: { body: sampled(Schema.Struct({ month: Month }), { month: '2026-10' }) },
  out: { 202: closing },
  refusals: [notOurs],
  handler: ({ tenant, commandId, body }) =>
    Effect.gen(function* () {
      yield* ofOperations(tenant);
      const rule = { factor: Number(RULE.factor), floorMinor: String(RULE.floorMinor) };
      yield* (yield* Processes).start(closeMonth, {
        key: `asked-${commandId}`,
        input: { tenant, month: body.month, rule },
      });
      return answer(202, { closing: true });
    }),
});

export const bookRoutes = [
  listed('dayReport', 'day'),
  listed('weekReport', 'week'),
  listed('monthReport', 'month'),
  day,
  month,
  close,
  closeOfMonth,
];
