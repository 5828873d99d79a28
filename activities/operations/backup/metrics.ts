import { Effect, Layer } from 'effect';
import { Backups } from '../../../partners/backup/port.ts';
import type { Mongo } from '../../../store/mongo.ts';
import { lastGood } from '../../../store/operations/backup/log.ts';
import { addSource, gauge } from '../../../telemetry/metrics.ts';

/** How far back a restore would take the house, told by every worker where a place for backups is configured. */

const last = gauge({
  name: 'hufu_backup_last_good_seconds',
  help: 'Moment up to which the newest good backup of a kind restores, in seconds since 1970; 0: there is none',
  labels: ['kind'],
});

const measure = Effect.forEach(['full', 'increment'] as const, (kind) =>
  Effect.map(lastGood(kind), (untilMs = 0) => last.set({ kind }, untilMs / 1_000)),
);

export const BackupMetricsLive: Layer.Layer<never, never, Backups | Mongo> = Layer.scopedDiscard(
  Effect.gen(function* () {
    if ((yield* Backups) === undefined) return;
    const runtime = yield* Effect.runtime<Mongo>();
    // All of it is in the registry.
    const read = () => Effect.runPromise(Effect.provide(Effect.as(measure, ''), runtime));
    yield* Effect.acquireRelease(
      Effect.sync(() => addSource('backups', read)),
      (remove) => Effect.sync(remove),
    );
  }),
);
