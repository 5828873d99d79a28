import { Effect } from 'effect';
import { clearingCaseActor } from '../../../actors/roaming/clearing-case.ts';
import { eventsOf, type Subscription } from '../../../actors/runtime/subscriptions.ts';
import type { Mongo } from '../../../store/mongo.ts';
import { type Alert, clearAlert, raiseOnce } from '../../../store/operations/alerts.ts';
import { Processes } from '../../../temporal/client.ts';
import { settlementContract } from '../../../workflows/roaming/settlement/contract.ts';
import { followerFault } from '../../follower-fault.ts';

/**
 * What follows when a case moves: operations are told of a fee that finance holds to be wrong, and of a settled case that opens again, until somebody takes it; an approved
 * adjustment is booked by a process.
 */
export const caseFollower: Subscription<Mongo | Processes> = {
  name: 'roaming.clearingCases',
  kinds: [clearingCaseActor.kind],
  handle: (turn) =>
    Effect.gen(function* () {
      const { tenant, key } = turn.id;
      const fact = { rev: turn.rev, atMs: turn.atMs };
      const about = { source: 'roaming-settlement', subject: key, level: 'problem', stage: 'case' } as const;
      const reported: Alert = { ...about, code: 'FeeReported' };
      const reopened: Alert = { ...about, code: 'CaseReopened' };
      for (const event of eventsOf(clearingCaseActor, turn)) {
        if (event._tag === 'CaseOpened' && event.origin.kind === 'fee') yield* raiseOnce(tenant, reported, fact);
        if (event._tag === 'CaseRenewed' && event.reopened) yield* raiseOnce(tenant, reopened, fact);
        if (event._tag === 'CaseTaken') {
          yield* clearAlert(tenant, reported, fact);
          yield* clearAlert(tenant, reopened, fact);
        }
        if (event._tag === 'ResolutionApproved' && event.posts) {
          yield* (yield* Processes).start(settlementContract.workflows.postCase, {
            key: `${key}:${turn.rev}`,
            input: { tenant, case: key, revision: turn.rev },
          });
        }
      }
    }).pipe(Effect.mapError(followerFault('roaming-cases'))),
};
