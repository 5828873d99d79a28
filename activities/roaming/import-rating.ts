import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { FATES, fateOfCode, RATED, reasonOf } from '../../domain/roaming/imports/fate.ts';
import type { Plan } from '../../domain/roaming/imports/plan-file.ts';
import { importRefusals } from '../../domain/roaming/imports/refusals.ts';
import type { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import { rescaled } from '../../domain/roaming/rating/decimal.ts';
import { rateEvent, type UsageEvent } from '../../domain/roaming/rating/rate.ts';
import { rateForSubscriber } from '../../domain/roaming/rating/retail.ts';
import type { RoamingPartner, RoamingTerms } from '../../partners/roaming/port.ts';
import { subscribersOf } from '../../store/roaming/identities.ts';

/** Whose each record is, and what it costs: what a file's records need beside themselves. */

type Owners = Pick<Plan, 'subscribers' | 'owners'>;

/** By MSISDN, else by IMSI. */
export const ownersOf = (tenant: TenantId, { msisdns, imsis }: UsageTable) =>
  Effect.gen(function* () {
    const byNumber = yield* subscribersOf(tenant, 'msisdn', msisdns);
    const rest = [...msisdns.keys()].filter((at) => byNumber[at] === undefined && imsis[at] !== '');
    const byImsi = yield* subscribersOf(
      tenant,
      'imsi',
      rest.map((at) => imsis[at] ?? ''),
    );
    const found = new Map(rest.map((at, place) => [at, byImsi[place]]));
    const places = new Map<string, number>();
    const subscribers: Array<string> = [];
    const owners = Int32Array.from(msisdns, (_, at) => {
      const subscriber = byNumber[at] ?? found.get(at);
      if (subscriber === undefined) return -1;
      const place = places.get(subscriber);
      if (place !== undefined) return place;
      places.set(subscriber, subscribers.length);
      subscribers.push(subscriber);
      return subscribers.length - 1;
    });
    return { subscribers, owners } satisfies Owners;
  });

/** Records that are nobody's, or have not happened yet. */
export const markUnknown = (table: UsageTable, owners: Int32Array, nowMs: number): void => {
  const { fates, identities } = table;
  for (let row = 0; row < table.rows; row += 1) {
    if (fates[row] !== RATED) continue;
    if ((owners[identities[row] ?? -1] ?? -1) < 0) fates[row] = FATES.SubscriberUnknown;
    else if (table.atMs(row) > nowMs) fates[row] = FATES.EventInFuture;
  }
};

export const usageEventOf = (table: UsageTable, row: number, home: string, visited: string): UsageEvent => ({
  home,
  visited,
  ...table.event(row),
});

/** A record of the table as an event; of files of this partner. */
export const eventOf = (table: UsageTable, row: number, { home }: RoamingTerms, { code }: RoamingPartner): UsageEvent =>
  usageEventOf(table, row, home, code);

/** What the agreement says a record costs before discounts, in units of the file's decimals. */
export class RatedFile {
  /** By row, as are the versions by which its prices were found. */
  readonly agreed: Float64Array;
  readonly agreementVersions: Uint32Array;
  readonly planVersions: Uint32Array;
  private readonly table: UsageTable;

  /**
   * Prices every record that is to be rated, as the partner may charge it and as the subscriber pays it without packages;
   * one without a price is quarantined.
   */
  constructor(table: UsageTable, terms: RoamingTerms, partner: RoamingPartner, decimals: number) {
    this.table = table;
    this.agreed = new Float64Array(table.rows);
    this.agreementVersions = new Uint32Array(table.rows);
    this.planVersions = new Uint32Array(table.rows);
    const { fates, retail } = table;
    for (let row = 0; row < table.rows; row += 1) {
      if (fates[row] !== RATED) continue;
      const event = eventOf(table, row, terms, partner);
      const price = rateEvent(partner.agreement, event);
      const paid = isRefusal(price) ? price : rateForSubscriber(terms.plan, event, []);
      if (isRefusal(price) || isRefusal(paid)) {
        fates[row] =
          fateOfCode(isRefusal(price) ? price.code : isRefusal(paid) ? paid.code : '') ?? FATES.InvalidQuantity;
        continue;
      }
      this.agreed[row] = Number(rescaled(price.chargeMinor, price.decimals, decimals));
      retail[row] = Number(paid.totalMinor);
      this.agreementVersions[row] = price.version;
      this.planVersions[row] = paid.version;
    }
  }

  sums() {
    const { table, agreed } = this;
    const { fates } = table;
    let chargedMinor = 0n;
    let agreedMinor = 0n;
    let priceDiffers = 0;
    for (let row = 0; row < table.rows; row += 1) {
      if (fates[row] !== RATED) continue;
      const charge = table.charge(row);
      chargedMinor += BigInt(charge);
      agreedMinor += BigInt(agreed[row] ?? 0);
      if (charge !== agreed[row]) priceDiffers += 1;
    }
    return { chargedMinor, agreedMinor, priceDiffers };
  }
}

/** One record of a file alone, from 1, with its price; what cannot be rated even now is refused. */
export const ratedAlone = (
  record: number,
  { terms, partner }: { readonly terms: RoamingTerms; readonly partner: RoamingPartner },
  whole: UsageTable,
  decimals: number,
): Refusal | { readonly table: UsageTable; readonly rated: RatedFile } => {
  const read = reasonOf(whole.fates[record - 1] ?? RATED);
  if (read !== undefined) return importRefusals.recordUnusable(read.code);
  const table = whole.only(record - 1);
  const rated = new RatedFile(table, terms, partner, decimals);
  const unpriced = reasonOf(table.fates[0] ?? RATED);
  return unpriced === undefined ? { table, rated } : importRefusals.recordUnusable(unpriced.code);
};
