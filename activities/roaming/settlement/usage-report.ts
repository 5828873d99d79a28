import { Effect } from 'effect';
import { usageReportText, usageRows } from '../../../domain/roaming/settlement/usage-report.ts';
import { clearingKey, readClearingFile } from '../../../store/roaming/clearing-files.ts';
import { closedDays } from '../../../store/roaming/day-files.ts';
import type { PeriodStep } from '../../../workflows/roaming/settlement/contract.ts';
import { periodKey, termsOf } from './asking.ts';
import { keepFile } from './sending.ts';

/** Our usage report of a period that is settled by BCE: the sums of its closed days, by network. */

export const ourUsage = ({ tenant, partner, from, to }: PeriodStep) =>
  Effect.map(closedDays(tenant, partner, from, to), (days) => usageRows(days.flatMap(({ lines }) => lines)));

/** As it goes to the partner with this revision of the statement: made once, and then as it was. */
export const ourUsageReport = (step: PeriodStep, revision: number) =>
  Effect.gen(function* () {
    const { tenant, partner, from } = step;
    const { terms } = yield* termsOf(partner);
    const name = `UR${terms.home}${partner}${from.slice(0, 7).replace('-', '')}R${revision}.csv`;
    const known = { kind: 'usageReport', partner, of: periodKey(step), name } as const;
    const kept = yield* readClearingFile(tenant, clearingKey(known));
    if (kept !== null) return kept;
    const rows = yield* ourUsage(step);
    const bytes = Buffer.from(usageReportText(step, rows));
    return yield* keepFile(tenant, { ...known, way: 'made', counts: { lines: rows.length } }, bytes);
  });
