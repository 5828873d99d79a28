import { RATED } from '../../domain/roaming/imports/fate.ts';
import { KEY_BYTES, type UsageTable } from '../../domain/roaming/imports/usage-table.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Keys of the records by local day, those that are duplicates left out. */
export const keysByDay = (table: UsageTable): ReadonlyMap<string, Uint8Array> => {
  const rows = new Map<number, Array<number>>();
  const { fates } = table;
  for (let row = 0; row < table.rows; row += 1) {
    if (fates[row] !== RATED) continue;
    const day = Math.floor((table.atMs(row) + table.utcOffsetMinutes(row) * MINUTE_MS) / DAY_MS);
    const known = rows.get(day);
    if (known === undefined) rows.set(day, [row]);
    else known.push(row);
  }
  return new Map(
    [...rows].map(([day, list]) => {
      const keys = new Uint8Array(list.length * KEY_BYTES);
      for (const [at, row] of list.entries()) keys.set(table.key(row), at * KEY_BYTES);
      return [new Date(day * DAY_MS).toISOString().slice(0, 10), keys] as const;
    }),
  );
};
