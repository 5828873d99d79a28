import { Effect } from 'effect';
import { isFault } from '../../domain/kernel/refusal.ts';
import { RATED } from '../../domain/roaming/imports/fate.ts';
import { clockOf } from '../../domain/roaming/settlement/day.ts';
import { numberKind } from '../../domain/roaming/statistics/calling-codes.ts';
import { Counting } from '../../domain/roaming/statistics/statistics.ts';
import type { RoamingConfiguration } from '../../partners/roaming/port.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import type { Ring } from '../../store/keys/private-fields.ts';
import { keepStatistics } from '../../store/roaming/statistics.ts';
import { ownerKey } from '../../store/roaming/usage-documents.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import type { Step } from './import-handling.ts';
import type { RatedVisitors } from './import-network.ts';

/**
 * Statistics of what visitors used here (seed 002 §3.3.2), by home operator and day, kept with the file that brought it: once.
 * A visitor is a pseudonym of the card; the network that is counted is the one at home.
 */

type Days = Map<string, Counting>;

const countedByHome = (
  { tenant }: ImportInput,
  { home: ours, zone }: RoamingConfiguration,
  visitors: RatedVisitors,
  ring: Ring,
) => {
  const { table } = visitors;
  const clock = clockOf(zone);
  const cards = new Map<number, string>();
  const homes = new Map<string, Days>();
  for (let row = 0; row < table.rows; row += 1) {
    const home = table.fates[row] === RATED ? visitors.accountAtRow(row)?.partner.code : undefined;
    if (home === undefined) continue;
    const identity = table.identities[row] ?? -1;
    const card = cards.get(identity) ?? ownerKey(ring, tenant, { visitorOf: home, imsi: table.imsis[identity] ?? '' });
    if (isFault(card)) return card;
    cards.set(identity, card);
    const days = homes.get(home) ?? new Map<string, Counting>();
    homes.set(home, days);
    const moment = clock(table.atMs(row));
    const counting = days.get(moment.day) ?? new Counting();
    days.set(moment.day, counting);
    counting.count(
      {
        ...{ atMs: table.atMs(row), subscriber: card, packageType: '' },
        number: numberKind(table.msisdns[identity] ?? '', home, ours),
        ...{ service: table.service(row), way: table.direction(row), network: home },
        usage: BigInt(table.quantity(row)),
      },
      moment,
    );
  }
  return homes;
};

/** `source`: the file, or the record of it that a person settled. */
export const keepVisitorStatistics = (
  input: ImportInput,
  terms: RoamingConfiguration,
  visitors: RatedVisitors,
  source: string,
): Step<void> =>
  Effect.gen(function* () {
    const homes = countedByHome(input, terms, visitors, yield* KeyRing);
    if (isFault(homes)) return yield* Effect.fail(homes);
    for (const [partner, days] of homes) {
      yield* keepStatistics(input.tenant, { direction: 'inbound', partner, source }, days);
    }
  });
