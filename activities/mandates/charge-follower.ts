import { Effect } from 'effect';
import { numberActor } from '../../actors/mandates/number.ts';
import { eventsOf, type Subscription } from '../../actors/runtime/subscriptions.ts';
import { chargeKey } from '../../domain/mandates/charge-words.ts';
import { Processes } from '../../temporal/client.ts';
import { mandatesContract } from '../../workflows/mandates/contract.ts';
import { followerFault } from '../follower-fault.ts';

/** Whatever the number's actor begins to charge has its process, also when whoever triggered it is gone. */
export const chargeFollower: Subscription<Processes> = {
  name: 'mandates.charging',
  kinds: [numberActor.kind],
  // With pauses of up to ten seconds: outlasts a restart of Temporal.
  attempts: 60,
  handle: (turn) =>
    Effect.gen(function* () {
      const processes = yield* Processes;
      const { tenant, key: number } = turn.id;
      for (const event of eventsOf(numberActor, turn)) {
        if (event._tag !== 'ChargeBegun') continue;
        const { id: charge, attempt } = event.charge;
        const input = { tenant, number, charge, attempt };
        yield* processes.start(mandatesContract.workflows.charging, { key: chargeKey(input), input });
      }
    }).pipe(Effect.mapError(followerFault('mandates'))),
};
