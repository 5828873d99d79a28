import { Effect, Layer } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { ThresholdsState } from '../../domain/operations/thresholds/schema.ts';
import { thresholdsInForce } from '../../domain/operations/thresholds/thresholds.ts';
import { addSource, gauge } from '../../telemetry/metrics.ts';
import type { CollectionPlan } from '../migrations.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';

/** Thresholds of alarms as their actor has written them down, told to Prometheus by every node: its rules compare what is measured with them. */

const COLLECTION = 'operations_thresholds';

/** Read by tenant; there is one document of each. */
export const thresholdPlan: CollectionPlan = { collection: COLLECTION, indexes: [] };

const threshold = gauge({
  name: 'hufu_alarm_threshold',
  help: 'Where an alarm begins, in the unit of what it measures; +Inf: it is off',
  labels: ['alarm'],
});

interface Written extends Pick<ThresholdsState, 'set'> {
  readonly tenant: string;
}

const tell = (set: ThresholdsState['set']): void => {
  for (const { alarm, value } of thresholdsInForce({ set, changes: [] })) {
    threshold.set({ alarm }, value ?? Number.POSITIVE_INFINITY);
  }
};

/** Reads them anew, and sets the metric. */
const measure = (tenant: TenantId): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('reading thresholds', async () => {
      const found = await databaseOf(connection).collection<Written>(COLLECTION).findOne({ tenant });
      tell(found?.set ?? []);
    }),
  );

/** `tenant`: who operates the installation. */
export const thresholdMetrics = (tenant: TenantId): Layer.Layer<never, never, Mongo> =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const runtime = yield* Effect.runtime<Mongo>();
      // All of it is in the registry.
      const read = () => Effect.runPromise(Effect.provide(Effect.as(measure(tenant), ''), runtime));
      yield* Effect.acquireRelease(
        Effect.sync(() => addSource('thresholds', read)),
        (remove) => Effect.sync(remove),
      );
    }),
  );
