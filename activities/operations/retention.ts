import { Clock, Config, Effect, Option } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import { LEAST_MONTHS_KEPT, monthsOutlived } from '../../domain/roaming/usage/retention.ts';
import type { Mongo } from '../../store/mongo.ts';
import { raiseOnce } from '../../store/operations/alerts.ts';
import { type RemovedMonth, removeUsageMonth, usageMonths } from '../../store/roaming/usage-months.ts';
import { counter } from '../../telemetry/metrics.ts';

/** Months of usage records that have outlived what is configured (seed 002 §3.4.2); each that goes is told to staff. */

const removed = counter({
  name: 'hufu_roaming_usage_removed_bytes_total',
  help: 'Room on disk of months of usage records that were removed',
});

const MOST_MONTHS = 600;

/** HUFU_ROAMING_USAGE_MONTHS: how many are kept besides the running one; undefined: all. */
const monthsKept: Effect.Effect<number | undefined, Fault> = Config.option(
  Config.integer('HUFU_ROAMING_USAGE_MONTHS').pipe(
    Config.validate({
      message: `${LEAST_MONTHS_KEPT} to ${MOST_MONTHS} months: fewer are still corrected and settled`,
      validation: (months) => months >= LEAST_MONTHS_KEPT && months <= MOST_MONTHS,
    }),
  ),
).pipe(
  Effect.map(Option.getOrUndefined),
  Effect.mapError((error) => fault('usage', 'Configuration', String(error))),
);

/** The oldest first. */
export const outlivedMonths = (nowMs: number): Effect.Effect<ReadonlyArray<string>, Fault, Mongo> =>
  Effect.gen(function* () {
    const keep = yield* monthsKept;
    return keep === undefined ? [] : monthsOutlived(yield* usageMonths, keep, nowMs);
  });

export const removeMonth = (tenant: TenantId, month: string): Effect.Effect<RemovedMonth, Fault, Mongo> =>
  Effect.gen(function* () {
    const nowMs = yield* Clock.currentTimeMillis;
    const found = yield* removeUsageMonth(month, nowMs);
    if (found.parts === 0) return found;
    removed.inc(found.bytes);
    yield* Effect.annotateLogs(Effect.logInfo('A month of usage records was removed.'), { month, ...found });
    const alert = {
      source: 'retention',
      subject: month,
      level: 'reminder',
      code: 'UsageRemoved',
      stage: 'done',
    } as const;
    yield* raiseOnce(tenant, alert, { rev: nowMs, atMs: nowMs });
    return found;
  });
