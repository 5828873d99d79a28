import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { Delays } from '../../domain/roaming/imports/delivery.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';

/** When each file of near-real-time usage came, and how long after its events: kept with the file, so that it counts once. */

export interface Delivery {
  /** TADIG code. */
  readonly partner: string;
  readonly name: string;
  /** SM3 of the file. */
  readonly file: string;
  readonly sequence: number;
  /** When its sender says that it was there, and when we took it. */
  readonly availableAtMs: number;
  readonly receivedAtMs: number;
  readonly delays: Delays;
}

const COLLECTION = 'roaming_deliveries';
const KEPT_MS = 400 * 86_400_000;
const MOST = 20_000;

interface Stored extends Delivery {
  readonly _id: string;
  readonly tenant: TenantId;
  readonly expireAt: Date;
}

const fields = {
  partner: String,
  name: String,
  file: String,
  sequence: Number,
  availableAtMs: Number,
  receivedAtMs: Number,
  delays: Object,
  expireAt: Date,
} satisfies Fields;

export const deliveryPlan = planOf(
  readModel(COLLECTION, fields, [
    { name: 'of_moment', key: { tenant: 1, partner: 1, receivedAtMs: 1 } },
    { name: 'expiry', key: { expireAt: 1 }, expireAfterSeconds: 0 },
  ]),
);

/** The same file again is what it was kept as. */
export const keepDelivery = (tenant: TenantId, delivery: Delivery): Effect.Effect<void, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    const { partner, file, receivedAtMs } = delivery;
    const _id = [tenant, partner, file].join('/');
    const expireAt = new Date(receivedAtMs + KEPT_MS);
    yield* mongoTry('keeping a delivery', () =>
      collection.replaceOne({ _id }, { tenant, ...delivery, expireAt }, { upsert: true }),
    );
  });

/** Files that came from a moment on and before another, the oldest first. */
export const deliveriesOf = (
  tenant: TenantId,
  partner: string,
  { fromMs, beforeMs }: { readonly fromMs: number; readonly beforeMs: number },
): Effect.Effect<ReadonlyArray<Delivery>, Fault, Mongo> =>
  Effect.gen(function* () {
    const collection = databaseOf(yield* Mongo).collection<Stored>(COLLECTION);
    return yield* mongoTry('reading deliveries', () =>
      collection
        .find(
          { tenant, partner, receivedAtMs: { $gte: fromMs, $lt: beforeMs } },
          { projection: { _id: 0, tenant: 0, expireAt: 0 } },
        )
        .sort({ receivedAtMs: 1 })
        .limit(MOST)
        .toArray(),
    );
  });
