import { Effect } from 'effect';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { eventsOf, type Subscription } from '../../actors/runtime/subscriptions.ts';
import type { Mongo } from '../../store/mongo.ts';
import { raiseOnce } from '../../store/operations/alerts.ts';
import { Processes } from '../../temporal/client.ts';
import { roamingContract } from '../../workflows/roaming/contract.ts';
import { followerFault } from '../follower-fault.ts';

/**
 * What follows when a subscriber's usage reaches a limit (seed 002 §1.2, §3.3.1: high usage): an alert for staff, and a
 * process that tells the subscriber. Each threshold of a day or month has one of both, however often it is delivered.
 */
export const limitFollower: Subscription<Mongo | Processes> = {
  name: 'roaming.limits',
  kinds: [subscriberActor.kind],
  handle: (turn) =>
    Effect.gen(function* () {
      const { tenant, key: subscriber } = turn.id;
      for (const event of eventsOf(subscriberActor, turn)) {
        if (event._tag !== 'LimitReached') continue;
        const { scope, period, thresholdMinor, spentMinor } = event;
        const alert = { source: 'roaming-limits', subject: subscriber, level: 'alarm', code: 'LimitReached' } as const;
        const stage = `${period}/${thresholdMinor}`;
        yield* raiseOnce(tenant, { ...alert, stage }, { rev: turn.rev, atMs: turn.atMs });
        const reached = { scope, period, thresholdMinor: String(thresholdMinor), usedMinor: String(spentMinor) };
        yield* (yield* Processes).start(roamingContract.workflows.tellLimit, {
          key: `${subscriber}/${stage}`,
          input: { tenant, subscriber, ...reached },
        });
      }
    }).pipe(Effect.mapError(followerFault('roaming-limits'))),
};
