import { randomUUID } from 'node:crypto';
import * as Sharding from '@effect/cluster/Sharding';
import { Cause, Effect, Layer } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { StockPool } from '../../domain/sim/stock/schema.ts';
import { isNews, stockPoolKey } from '../../domain/sim/stock/stock-pool.ts';
import type { Mongo } from '../../store/mongo.ts';
import { type Alert, clearAlert, raiseOnce } from '../../store/operations/alerts.ts';
import { type StockLevel, stockLevels } from '../../store/sim/statistics.ts';
import { watchedPools } from '../../store/sim/stock-pools.ts';
import { log } from '../../telemetry/log.ts';
import { Actors } from '../runtime/actors.ts';
import { eventsOf, type Subscription } from '../runtime/subscriptions.ts';
import { stockPoolActor } from './stock-pool.ts';

/**
 * Watches the stock (seed 000 §6.1, §6.2): one node of the cluster looks at the levels once a second and tells a pool
 * what is in stock when that is news for it. The pool decides, once, whether its alarm is raised or cleared, and a
 * subscription makes the alert of it: a look that is repeated, late or of two nodes at once changes nothing.
 */

const LOOK_EVERY_MS = 1_000;

/** Cities: a pool of one city counts what is for that city; a pool of any counts everything. */
const availableIn = (pool: StockPool & { readonly tenant: TenantId }, levels: ReadonlyArray<StockLevel>): number =>
  levels
    .filter(
      (level) =>
        level.tenant === pool.tenant &&
        level.type === pool.type &&
        (pool.product === null || level.product === pool.product) &&
        (pool.city === null || level.city === pool.city),
    )
    .reduce((sum, { available }) => sum + available, 0);

const watcher = (tenant: TenantId): Caller => ({ subject: 'service:stock-watch', tenant, roles: [] });

/** One look at everything that has a threshold. False when there was nothing to go by. */
export const lookAtStock: Effect.Effect<boolean, Fault, Mongo | Actors> = Effect.gen(function* () {
  const pools = yield* watchedPools;
  if (pools.length === 0) return true;
  const levels = yield* stockLevels();
  // While everything is counted anew, levels say less than there is.
  if (levels === undefined) return false;
  const actors = yield* Actors;
  for (const pool of pools) {
    const available = availableIn(pool, levels);
    if (!isNews(pool, available)) continue;
    const { tenant } = pool;
    const key = stockPoolKey(pool);
    yield* actors
      .ask(stockPoolActor, {
        id: { tenant, key },
        command: { _tag: 'Observe', available },
        // Each look is one of its own: what was no news before may be some when the threshold has changed.
        envelope: { commandId: `look:${randomUUID()}`, caller: watcher(tenant) },
      })
      .pipe(
        Effect.catchTag('Refusal', ({ code }) =>
          Effect.sync(() => log.warn({ tenant, pool: key, code }, 'a pool of stock refused what was seen')),
        ),
      );
  }
  return true;
});

/** Looks in vain before it is said: a rebuild that nobody has ended would silence all alarms. */
const VAIN_LOOKS = 60;

/** Looks for as long as this node is the one that watches. */
export const StockWatchLive: Layer.Layer<never, never, Sharding.Sharding | Mongo | Actors> = Layer.scopedDiscard(
  Effect.gen(function* () {
    const sharding = yield* Sharding.Sharding;
    let vain = 0;
    const round = lookAtStock.pipe(
      Effect.tap((looked) =>
        Effect.sync(() => {
          vain = looked ? 0 : vain + 1;
          if (vain % VAIN_LOOKS !== VAIN_LOOKS - 1) return;
          log.warn({ looks: vain }, 'the stock is not watched while it is counted anew: hufu admin statistics rebuild');
        }),
      ),
      Effect.catchAllCause((cause) => {
        if (Cause.isInterrupted(cause)) return Effect.interrupt;
        return Effect.sync(() => log.warn({ error: String(Cause.squash(cause)) }, 'stock watch: trying again'));
      }),
      Effect.zipRight(Effect.sleep(LOOK_EVERY_MS)),
    );
    yield* sharding.registerSingleton('sim/stock-watch', Effect.forever(round));
  }),
);

const alertOf = (key: string): Alert => ({
  source: 'stock',
  subject: key,
  level: 'alarm',
  code: 'StockLow',
  stage: 'stock',
});

/** Makes the alerts of what pools have decided. */
export const stockAlarmSubscription: Subscription<Mongo> = {
  name: 'sim.stockAlarms',
  kinds: [stockPoolActor.kind],
  slices: 1,
  handle: (turn) =>
    Effect.gen(function* () {
      const { tenant, key } = turn.id;
      const fact = { rev: turn.rev, atMs: turn.atMs };
      for (const event of eventsOf(stockPoolActor, turn)) {
        if (event._tag === 'Crossed') yield* raiseOnce(tenant, alertOf(key), fact);
        if (event._tag === 'Cleared' || event._tag === 'Removed') yield* clearAlert(tenant, alertOf(key), fact);
      }
    }),
};
