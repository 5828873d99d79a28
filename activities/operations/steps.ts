import { Effect } from 'effect';
import { Backups } from '../../partners/backup/port.ts';
import { sweepFiles } from '../../store/files/gridfs.ts';
import { expireAlerts } from '../../store/operations/alerts.ts';
import { operationsContract } from '../../workflows/operations/contract.ts';
import { CurrentStep, implement } from '../activity.ts';
import { backUp } from './backup/back-up.ts';

/** The steps of housekeeping, held against the contract. Documents with a date of their own expire in MongoDB itself. */
export const operationsSteps = implement(operationsContract)({
  sweepFiles: () => Effect.map(sweepFiles(), (swept) => ({ swept })),
  expireAlerts: ({ nowMs }) => Effect.map(expireAlerts(nowMs), (expired) => ({ expired })),
  backUp: ({ tenant, kind }) =>
    Effect.gen(function* () {
      if ((yield* Backups) === undefined) return { id: null, bytes: 0, removed: 0 };
      const { heartbeat } = yield* CurrentStep;
      const { id, bytes, removed } = yield* backUp({ tenant, kind, progress: (parts) => heartbeat({ parts }) });
      return { id, bytes, removed };
    }),
});
