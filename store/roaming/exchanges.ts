import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { addExchanges, type Exchanges, exchangeClass, NO_EXCHANGES, type Way } from '../../domain/roaming/exchange.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';

/** Exchanges of files with partners and elements, added up by the day (UTC) on which they were tried. */

const COLLECTION = 'roaming_exchanges';
const KEPT_MS = 400 * 86_400_000;

interface Stored {
  /** `tenant/day/partner/way` */
  readonly _id: string;
  readonly tenant: TenantId;
  readonly partner: string;
  readonly way: Way;
  readonly day: string;
  readonly tried: number;
  readonly succeeded: number;
  readonly totalMs: number;
  readonly longestMs: number;
  /** Counts by class of delay; those that are 0 are left out. */
  readonly classes?: Readonly<Record<string, number>>;
  readonly expireAt: Date;
}

const fields = {
  partner: String,
  way: String,
  day: String,
  tried: Number,
  succeeded: Number,
  totalMs: Number,
  longestMs: Number,
  classes: Object,
  expireAt: Date,
} satisfies Fields;

export const exchangePlan = planOf(
  readModel(COLLECTION, fields, [
    { name: 'of_day', key: { tenant: 1, day: 1, partner: 1 } },
    { name: 'expiry', key: { expireAt: 1 }, expireAfterSeconds: 0 },
  ]),
);

export interface Exchange {
  readonly partner: string;
  readonly way: Way;
  readonly atMs: number;
  /** How long it took; undefined: it failed. */
  readonly tookMs: number | undefined;
}

export const countExchange = (
  tenant: TenantId,
  { partner, way, atMs, tookMs }: Exchange,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    const day = new Date(atMs).toISOString().slice(0, 10);
    const expireAt = new Date(Date.parse(day) + KEPT_MS);
    const took = tookMs === undefined ? 0 : Math.round(tookMs);
    const succeeded = tookMs === undefined ? 0 : 1;
    yield* mongoTry('counting an exchange', () =>
      collection.updateOne(
        { _id: [tenant, day, partner, way].join('/') },
        {
          $setOnInsert: { tenant, partner, way, day, expireAt },
          $inc: { tried: 1, succeeded, totalMs: took, [`classes.${exchangeClass(took)}`]: succeeded },
          $max: { longestMs: took },
        },
        { upsert: true },
      ),
    );
  });

const exchangesIn = ({ tried, succeeded, totalMs, longestMs, classes = {} }: Stored): Exchanges => {
  const counts: Array<number> = [];
  for (const [at, count] of Object.entries(classes)) counts[Number(at)] = count;
  return { tried, succeeded, totalMs, longestMs, classes: counts };
};

export interface ExchangesOf {
  readonly partner: string;
  readonly way: Way;
  readonly exchanges: Exchanges;
}

/** By partner and way, of these days, both counted. */
export const exchangesOf = (
  tenant: TenantId,
  { from, to, partner }: { readonly from: string; readonly to: string; readonly partner?: string | undefined },
): Effect.Effect<ReadonlyArray<ExchangesOf>, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    const found = yield* mongoTry('reading exchanges', () =>
      collection
        .find({ tenant, day: { $gte: from, $lte: to }, ...(partner === undefined ? {} : { partner }) })
        .sort({ partner: 1, way: 1 })
        .toArray(),
    );
    const sums = new Map<string, ExchangesOf>();
    for (const one of found) {
      const key = `${one.partner}/${one.way}`;
      const before = sums.get(key)?.exchanges ?? NO_EXCHANGES;
      sums.set(key, { partner: one.partner, way: one.way, exchanges: addExchanges(before, exchangesIn(one)) });
    }
    return [...sums.values()];
  });
