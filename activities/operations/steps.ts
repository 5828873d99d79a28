import { Effect } from 'effect';
import { sweepFiles } from '../../store/files/gridfs.ts';
import { expireAlerts } from '../../store/operations/alerts.ts';
import { operationsContract } from '../../workflows/operations/contract.ts';
import { implement } from '../activity.ts';

/** The steps of housekeeping, held against the contract. Documents with a date of their own expire in MongoDB itself. */
export const operationsSteps = implement(operationsContract)({
  sweepFiles: () => Effect.map(sweepFiles(), (swept) => ({ swept })),
  expireAlerts: ({ nowMs }) => Effect.map(expireAlerts(nowMs), (expired) => ({ expired })),
});
