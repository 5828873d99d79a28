import { Effect } from 'effect';
import { numberActor } from '../../actors/mandates/number.ts';
import { eventsOf, type Subscription } from '../../actors/runtime/subscriptions.ts';
import { changesOf } from '../../domain/mandates/changes.ts';
import type { NumberCommand } from '../../domain/mandates/schema.ts';
import { Processes } from '../../temporal/client.ts';
import { agreementKey, mandatesContract } from '../../workflows/mandates/contract.ts';
import { followerFault } from '../follower-fault.ts';

/** Whatever is decided about an agreement, by whose word it may be, its process hears of, and begins if there is none. */
export const numberFollower: Subscription<Processes> = {
  name: 'mandates.processes',
  kinds: [numberActor.kind],
  // With pauses of up to ten seconds: outlasts a restart of Temporal.
  attempts: 60,
  handle: (turn) =>
    Effect.gen(function* () {
      const processes = yield* Processes;
      const { tenant, key: number } = turn.id;
      // The tag that the actor's protocol has decoded.
      const changes = changesOf(turn.command as NumberCommand['_tag'], eventsOf(numberActor, turn));
      for (const { bank, agreement, tell, reason } of changes) {
        const input = { tenant, number, bank, agreement };
        const change = { rev: turn.rev, tell, reason };
        const { agreement: process } = mandatesContract.workflows;
        yield* processes.signalOrStart(process, { key: agreementKey(input), input }, 'changed', change);
      }
    }).pipe(Effect.mapError(followerFault('mandates'))),
};
