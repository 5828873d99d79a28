import { Effect } from 'effect';
import { RATED } from '../../domain/roaming/imports/fate.ts';
import type { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import type { NetworkMonitor } from '../../partners/roaming/visitors.ts';
import { keepSessions, type Session } from '../../store/roaming/monitored-sessions.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { type Handling, NO_SUMS, type Step } from './import-handling.ts';
import { NetworkReading, sorted } from './import-network.ts';
import { readInto } from './import-reading.ts';

/**
 * A file of what a monitor saw of our subscribers abroad (seed 002 §2.2.2): read, numbered and held against those before it as a file of
 * an element is; its sessions are kept to be asked, and nobody pays for them.
 */

const KEPT_AT_ONCE = 10_000;

function* sessionsOf(table: UsageTable): Generator<Session> {
  for (let row = 0; row < table.rows; row += 1) {
    if (table.fates[row] !== RATED) continue;
    const { atMs, utcOffsetMinutes, service, quantity } = table.event(row);
    const imsi = table.imsis[table.identities[row] ?? -1] ?? '';
    yield { record: row + 1, atMs, utcOffsetMinutes, service, usage: quantity, imsi };
  }
}

const keepAll = ({ tenant, partner, file }: ImportInput, table: UsageTable): Step<void> =>
  Effect.gen(function* () {
    const { heartbeat } = yield* CurrentStep;
    let some: Array<Session> = [];
    let kept = 0;
    for (const session of sessionsOf(table)) {
      some.push(session);
      if (some.length < KEPT_AT_ONCE) continue;
      yield* keepSessions(tenant, partner, file.sm3, some);
      kept += some.length;
      some = [];
      yield* heartbeat({ stage: 'keeping', sessions: kept });
    }
    yield* keepSessions(tenant, partner, file.sm3, some);
  });

/** `probe-csv-v2`; a format has 32 characters at most. */
const formatOf = ({ layout: { name, version } }: NetworkMonitor): string => `${name.slice(0, 24)}-v${version}`;

export const monitorHandling = (input: ImportInput, monitor: NetworkMonitor): Handling => ({
  used: () => undefined,
  returnsFatal: false,
  // By which layout, for a file that was read by another is another measurement.
  read: () => readInto(input, new NetworkReading(monitor, formatOf(monitor))),
  attribute: (work) =>
    Effect.as(sorted(work), { subscribers: [], owners: Int32Array.from(work.reading.table.imsis, () => -1) }),
  rate: ({ reading: { table } }) => ({
    sums: () => NO_SUMS,
    charge: () => Effect.as(keepAll(input, table), new Map()),
    book: () => Effect.void,
  }),
});
