import { Clock, Effect } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { accountKey } from '../../../domain/roaming/finance/account-key.ts';
import { monthReport } from '../../../domain/roaming/settlement/book-reports.ts';
import { lastDayOver, monthBefore, monthDays } from '../../../domain/roaming/settlement/day.ts';
import { comparedMonths, type Finding, monthOf, type RangeRule } from '../../../domain/roaming/settlement/month.ts';
import { printedReport } from '../../../printing/report.ts';
import { closedDays, mergedDays } from '../../../store/roaming/day-files.ts';
import { listPeriods } from '../../../store/roaming/settlement.ts';
import type { OfTenant } from '../../../workflows/contract.ts';
import type { MonthRule } from '../../../workflows/roaming/settlement/contract.ts';
import { requestAccount } from './accounts.ts';
import { alertAbout, termsOf } from './asking.ts';
import { openFindings } from './cases.ts';
import { departmentsOf, keepFile, sendFile } from './sending.ts';

/**
 * The month of a partner (seed 002 §3.3.1): its closed days summed, never priced afresh; what its checks find is told to a
 * person, once each, and stands in the report that is kept and sent.
 */

const notOver = refuse('conflict', 'MonthNotOver', 'The month is not over in the tenant’s zone.', { field: 'month' });

const daysOf = (tenant: TenantId, partner: string, month: string) => {
  const { from, to } = monthDays(month);
  return Effect.map(closedDays(tenant, partner, from, to), mergedDays);
};

export const rangeRule = ({ factor, floorMinor }: MonthRule): RangeRule => ({
  factor: BigInt(factor),
  floorMinor: BigInt(floorMinor),
});

/** A finding's place: of a charge that came twice the day and where it was booked, naming nobody. */
const placeOf = (finding: Finding): string =>
  finding._tag === 'DoubleCharged' ? `${finding.day} ${finding.booked}` : finding.day;

export const reportMonth = ({
  tenant,
  partner,
  month,
  rule,
}: OfTenant & { readonly partner: string; readonly month: string; readonly rule: MonthRule }) =>
  Effect.gen(function* () {
    const { terms } = yield* termsOf(partner);
    const departments = yield* departmentsOf('monthly');
    const nowMs = yield* Clock.currentTimeMillis;
    const { from, to } = monthDays(month);
    if (to > lastDayOver(nowMs, terms.zone)) return yield* Effect.fail(notOver);
    const before = monthBefore(month);
    const now = monthOf(month, yield* daysOf(tenant, partner, month), rangeRule(rule));
    const last = monthOf(before, yield* daysOf(tenant, partner, before), rangeRule(rule));
    const subject = `${partner} ${month}`;
    for (const finding of now.findings) yield* alertAbout(tenant, subject, finding._tag, placeOf(finding));
    yield* openFindings(tenant, partner, month, now.findings);
    const periods = yield* listPeriods({ tenant, filters: { partner }, limit: 200 });
    if (!periods.items.some((period) => period.from <= from && period.to >= to)) {
      yield* alertAbout(tenant, subject, 'PeriodNotOpened', 'month', 'reminder');
    }
    const report = monthReport(partner, now, comparedMonths(last, now), 'zh', nowMs);
    const bytes = yield* Effect.promise(() => printedReport(report, 'csv'));
    const name = `BM${terms.home}${partner}${month.replace('-', '')}.csv`;
    const counts = { findings: now.findings.length, lines: report.rows.length };
    const about = { kind: 'monthReport', partner, of: month, name, way: 'made', counts } as const;
    const file = yield* keepFile(tenant, about, bytes);
    yield* requestAccount(tenant, accountKey({ kind: 'month', partner, of: month }), partner);
    yield* sendFile(tenant, file, departments);
    return { findings: now.findings.length };
  });
