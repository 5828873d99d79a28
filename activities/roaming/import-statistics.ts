import { Effect } from 'effect';
import { RATED } from '../../domain/roaming/imports/fate.ts';
import { clockOf } from '../../domain/roaming/settlement/day.ts';
import { numberKind } from '../../domain/roaming/statistics/calling-codes.ts';
import { Counting } from '../../domain/roaming/statistics/statistics.ts';
import { keepStatistics } from '../../store/roaming/statistics.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import type { Charging, Part } from './import-charging.ts';

/** Statistics of what subscribers were charged for (seed 002 §3.3.2), kept with the file that brought it: once. */

const countedByDay = (charging: Charging, parts: ReadonlyArray<Part>): ReadonlyMap<string, Counting> => {
  const { table, terms, partner } = charging.charged;
  const clock = clockOf(terms.zone);
  const days = new Map<string, Counting>();
  for (const { subscriber, rows } of parts) {
    const packageType = charging.packageTypes.get(subscriber) ?? '';
    for (const row of rows) {
      if (table.fates[row] !== RATED) continue;
      const moment = clock(table.atMs(row));
      const counting = days.get(moment.day) ?? new Counting();
      days.set(moment.day, counting);
      const said = table.msisdns[table.identities[row] ?? -1] ?? '';
      const number = numberKind(String(charging.numbers.get(row) ?? said), terms.home, partner.code);
      counting.count(
        {
          atMs: table.atMs(row),
          ...{ subscriber, packageType, number },
          service: table.service(row),
          way: table.direction(row),
          network: partner.code,
          usage: BigInt(table.quantity(row)),
        },
        moment,
      );
    }
  }
  return days;
};

/** `source`: the file, or the record of it that a person settled. */
export const keepFileStatistics = (
  { tenant, partner }: ImportInput,
  source: string,
  charging: Charging,
  parts: ReadonlyArray<Part>,
) =>
  Effect.suspend(() =>
    keepStatistics(tenant, { direction: 'outbound', partner, source }, countedByDay(charging, parts)),
  );
