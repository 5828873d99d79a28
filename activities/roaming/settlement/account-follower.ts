import { Effect } from 'effect';
import { financeAccountActor } from '../../../actors/roaming/finance-account.ts';
import { eventsOf, type Subscription } from '../../../actors/runtime/subscriptions.ts';
import type { Mongo } from '../../../store/mongo.ts';
import { type Alert, clearAlert, raiseOnce } from '../../../store/operations/alerts.ts';
import { Processes } from '../../../temporal/client.ts';
import { settlementContract } from '../../../workflows/roaming/settlement/contract.ts';
import { followerFault } from '../../follower-fault.ts';

/**
 * What follows when an account is requested: the process that sends it to finance. What finance refuses stays an open alert until
 * it is sent again and taken.
 */
export const accountFollower: Subscription<Mongo | Processes> = {
  name: 'roaming.financeAccounts',
  kinds: [financeAccountActor.kind],
  handle: (turn) =>
    Effect.gen(function* () {
      const { tenant, key: account } = turn.id;
      const fact = { rev: turn.rev, atMs: turn.atMs };
      const alert: Alert = {
        source: 'roaming-settlement',
        subject: account,
        level: 'problem',
        code: 'AccountRefused',
        stage: 'finance',
      };
      for (const event of eventsOf(financeAccountActor, turn)) {
        if (event._tag === 'Requested') {
          const { attempt } = event;
          yield* (yield* Processes).start(settlementContract.workflows.sendAccount, {
            key: `${account}:${attempt}`,
            input: { tenant, account, attempt },
          });
        } else if (event._tag === 'Refused') yield* raiseOnce(tenant, alert, fact);
        else yield* clearAlert(tenant, alert, fact);
      }
    }).pipe(Effect.mapError(followerFault('roaming-finance'))),
};
