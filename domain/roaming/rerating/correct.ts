import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import type { ReadyAgreement } from '../rating/compile.ts';
import { rescaled } from '../rating/decimal.ts';
import { NO_TOTALS } from '../rating/discounts.ts';
import { type Price, rateEvent, type Step, type UsageEvent } from '../rating/rate.ts';
import { type ReadyPlan, rateByPlan } from '../rating/retail.ts';
import { numberKind } from '../statistics/calling-codes.ts';
import { localDay, type RatedUsage, type UsageTerms } from '../usage/usage-record.ts';
import type { TotalLine, Totals } from './schema.ts';

/**
 * Usage records priced anew. What comes out are records with differences: what the other revision makes of a price, less what
 * the record and the corrections of earlier re-ratings come to.
 */

export interface By {
  /** Null: that side keeps its prices. */
  readonly agreement: ReadyAgreement | null;
  readonly plan: ReadyPlan | null;
  /** Both counted. */
  readonly from: string;
  readonly to: string;
}

export const NO_TOTALS_YET: Totals = { records: 0, lines: [], disputed: 0, unpriced: 0 };

const keyOf = ({ side, service, currency, decimals }: TotalLine): string =>
  [side, service, currency, decimals].join('/');

/** Both together. */
export const addTotals = (a: Totals, b: Totals): Totals => {
  const lines = new Map(a.lines.map((line) => [keyOf(line), line]));
  for (const line of b.lines) {
    const sum = lines.get(keyOf(line));
    lines.set(
      keyOf(line),
      sum === undefined
        ? line
        : {
            ...sum,
            records: sum.records + line.records,
            changed: sum.changed + line.changed,
            beforeMinor: sum.beforeMinor + line.beforeMinor,
            afterMinor: sum.afterMinor + line.afterMinor,
          },
    );
  }
  return {
    records: a.records + b.records,
    lines: [...lines.values()],
    disputed: a.disputed + b.disputed,
    unpriced: a.unpriced + b.unpriced,
  };
};

/** What a record has come to by now. */
interface Standing {
  readonly agreedMinor: bigint;
  readonly retailMinor: bigint;
}

const standingOf = (
  { record, agreedMinor, retailMinor }: RatedUsage,
  earlier: ReadonlyMap<number, Standing>,
): Standing => {
  const corrected = earlier.get(record);
  return {
    agreedMinor: agreedMinor + (corrected?.agreedMinor ?? 0n),
    retailMinor: retailMinor + (corrected?.retailMinor ?? 0n),
  };
};

const sumsOf = (corrections: ReadonlyArray<RatedUsage>): ReadonlyMap<number, Standing> => {
  const sums = new Map<number, Standing>();
  for (const one of corrections) sums.set(one.record, standingOf(one, sums));
  return sums;
};

/** A kept record as an event again. */
export const eventOfUsage = (
  usage: RatedUsage,
  { home, network }: UsageTerms,
  groups: ReadonlyArray<string>,
): UsageEvent => ({
  home,
  visited: network,
  service: usage.service,
  direction: usage.direction,
  destination: usage.destination,
  atMs: usage.atMs,
  utcOffsetMinutes: usage.utcOffsetMinutes,
  quantity: usage.quantity,
  local: numberKind(usage.number, home, network) === 'local',
  subscriber: groups,
});

/** Packages keep what they have covered: what is priced anew is the rest. */
export const retailPrice = (plan: ReadyPlan, event: UsageEvent, { takes }: RatedUsage): Price | Refusal => {
  const steps: Step[] = [];
  let left = event.quantity;
  for (const { balance, taken } of takes) {
    const quantity = BigInt(Math.min(left, taken));
    steps.push({ kind: 'package', balance, package: null, quantity, taken: BigInt(taken), amount: 0n });
    left -= Number(quantity);
  }
  return rateByPlan(plan, event, NO_TOTALS, BigInt(left), steps);
};

/** One side of a record: what it has come to, and what it would cost. */
interface Repriced {
  readonly side: TotalLine['side'];
  readonly beforeMinor: bigint;
  readonly afterMinor: bigint;
  readonly version: number;
}

const UNPRICED = 'unpriced';
const DISPUTED = 'disputed';

const wholesaleOf = (
  { agreement }: By,
  { charged }: UsageTerms,
  usage: RatedUsage,
  event: UsageEvent,
  { agreedMinor }: Standing,
): Repriced | typeof UNPRICED | typeof DISPUTED | undefined => {
  if (agreement === null) return undefined;
  if (usage.chargedMinor !== usage.agreedMinor) return DISPUTED;
  const price = rateEvent(agreement, event);
  if (isRefusal(price) || price.currency !== charged.currency) return UNPRICED;
  const afterMinor = rescaled(price.chargeMinor, price.decimals, charged.decimals);
  return { side: 'wholesale', beforeMinor: agreedMinor, afterMinor, version: price.version };
};

const retailOf = (
  { plan }: By,
  { retail }: UsageTerms,
  usage: RatedUsage,
  event: UsageEvent,
  { retailMinor }: Standing,
): Repriced | typeof UNPRICED | undefined => {
  if (plan === null || retail === null) return undefined;
  const price = retailPrice(plan, event, usage);
  if (isRefusal(price) || price.currency !== retail.currency || price.decimals !== retail.decimals) return UNPRICED;
  return { side: 'retail', beforeMinor: retailMinor, afterMinor: price.totalMinor, version: price.version };
};

const lineOf = ({ service }: RatedUsage, terms: UsageTerms, { side, beforeMinor, afterMinor }: Repriced): TotalLine => {
  const { currency, decimals } = (side === 'wholesale' ? terms.charged : terms.retail) ?? terms.charged;
  const changed = beforeMinor === afterMinor ? 0 : 1;
  return { side, service, currency, decimals, records: 1, changed, beforeMinor, afterMinor };
};

/** A record with differences: it has used nothing, and the network charges nothing for it. */
const differenceOf = (
  usage: RatedUsage,
  wholesale: Repriced | undefined,
  retail: Repriced | undefined,
): RatedUsage => ({
  ...usage,
  quantity: 0,
  chargedMinor: 0n,
  agreedMinor: wholesale === undefined ? 0n : wholesale.afterMinor - wholesale.beforeMinor,
  retailMinor: retail === undefined ? 0n : retail.afterMinor - retail.beforeMinor,
  agreementVersion: wholesale?.version ?? usage.agreementVersion,
  planVersion: retail?.version ?? usage.planVersion,
  takes: [],
});

export interface CorrectedPart {
  /** Of those records whose price changes. */
  readonly differences: ReadonlyArray<RatedUsage>;
  readonly totals: Totals;
}

const isSide = (side: Repriced | string | undefined): side is Repriced => typeof side === 'object';

/**
 * A part of the usage of one owner, with the corrections that earlier re-ratings made of it. `groups`: membership level and
 * package type of who pays, as far as the plan names them.
 */
export const correctPart = (
  records: ReadonlyArray<RatedUsage>,
  earlier: ReadonlyArray<RatedUsage>,
  terms: UsageTerms,
  by: By,
  groups: ReadonlyArray<string> = [],
): CorrectedPart => {
  const corrected = sumsOf(earlier);
  const differences: Array<RatedUsage> = [];
  let totals = NO_TOTALS_YET;
  for (const usage of records) {
    const day = localDay(usage.atMs, usage.utcOffsetMinutes);
    if (day < by.from || day > by.to) continue;
    const event = eventOfUsage(usage, terms, groups);
    const standing = standingOf(usage, corrected);
    const wholesale = wholesaleOf(by, terms, usage, event, standing);
    const retail = retailOf(by, terms, usage, event, standing);
    const sides = [wholesale, retail].filter(isSide);
    totals = addTotals(totals, {
      records: 1,
      lines: sides.map((side) => lineOf(usage, terms, side)),
      disputed: wholesale === DISPUTED ? 1 : 0,
      unpriced: wholesale === UNPRICED || retail === UNPRICED ? 1 : 0,
    });
    if (sides.every(({ beforeMinor, afterMinor }) => beforeMinor === afterMinor)) continue;
    differences.push(
      differenceOf(usage, isSide(wholesale) ? wholesale : undefined, isSide(retail) ? retail : undefined),
    );
  }
  return { differences, totals };
};
