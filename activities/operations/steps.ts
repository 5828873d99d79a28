import { Config, Effect } from 'effect';
import { fault } from '../../domain/kernel/refusal.ts';
import { Backups } from '../../partners/backup/port.ts';
import { sweepFiles } from '../../store/files/gridfs.ts';
import { expireAlerts } from '../../store/operations/alerts.ts';
import { compactCollection, looseCollections } from '../../store/operations/compaction.ts';
import { counter } from '../../telemetry/metrics.ts';
import { operationsContract } from '../../workflows/operations/contract.ts';
import { CurrentStep, implement } from '../activity.ts';
import { backUp } from './backup/back-up.ts';
import { outlivedMonths, removeMonth } from './retention.ts';

const compacted = counter({
  name: 'hufu_mongodb_compacted_bytes_total',
  help: 'Room that compaction has given back to the disks of the database’s members',
});

/** Members are reached one by one, by the address that the node has. */
const mongodbUri = Effect.mapError(Config.nonEmptyString('MONGODB_URI'), (error) =>
  fault('mongodb', 'Configuration', String(error)),
);

/** The steps of housekeeping, held against the contract. Documents with a date of their own expire in MongoDB itself. */
export const operationsSteps = implement(operationsContract)({
  sweepFiles: () => Effect.map(sweepFiles(), (swept) => ({ swept })),
  expireAlerts: ({ nowMs }) => Effect.map(expireAlerts(nowMs), (expired) => ({ expired })),
  outlivedMonths: ({ nowMs }) => outlivedMonths(nowMs),
  removeMonth: ({ tenant, month }) => removeMonth(tenant, month),
  looseCollections: () => Effect.flatMap(mongodbUri, (uri) => looseCollections(uri)),
  compact: (one) =>
    Effect.gen(function* () {
      const bytes = yield* compactCollection(yield* mongodbUri, one);
      compacted.inc(bytes);
      const { member, collection } = one;
      yield* Effect.annotateLogs(Effect.logInfo('A collection was compacted.'), { member, collection, bytes });
      return { bytes };
    }),
  backUp: ({ tenant, kind }) =>
    Effect.gen(function* () {
      if ((yield* Backups) === undefined) return { id: null, bytes: 0, removed: 0 };
      const { heartbeat } = yield* CurrentStep;
      const { id, bytes, removed } = yield* backUp({ tenant, kind, progress: (parts) => heartbeat({ parts }) });
      return { id, bytes, removed };
    }),
});
