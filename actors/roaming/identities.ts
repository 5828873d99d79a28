import { Clock, Effect, Layer } from 'effect';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import { bindIdentity, type IdentityKind } from '../../store/roaming/identities.ts';
import { eventsOf, type Subscription, SubscriptionsLive } from '../runtime/subscriptions.ts';
import { subscriberActor } from './subscriber.ts';
import { switchings } from './switchings.ts';

/**
 * Whose a number or an IMSI is, for imports: follows the subscribers' journal. Two subscribers with one number are a
 * mistake that a person mends; who had it first keeps it.
 */
const identities: Subscription<Mongo | KeyRing> = {
  name: 'roaming.identities',
  kinds: [subscriberActor.kind],
  handle: (turn) =>
    Effect.gen(function* () {
      const { tenant, key } = turn.id;
      for (const event of eventsOf(subscriberActor, turn)) {
        const found: readonly [IdentityKind, string] | undefined =
          event._tag === 'Opened'
            ? ['msisdn', event.primary]
            : event._tag === 'NumberAdded'
              ? ['msisdn', event.number]
              : event._tag === 'ImsiAdded'
                ? ['imsi', event.imsi]
                : undefined;
        if (found === undefined || (yield* bindIdentity(tenant, ...found, key))) continue;
        const alert = { source: 'roaming-subscribers', subject: key, level: 'problem', code: 'IdentityTaken' } as const;
        yield* raiseAlert(tenant, { ...alert, stage: found[0] }, yield* Clock.currentTimeMillis);
      }
    }),
};

/** What follows the journal of the area, on nodes that hold actors. */
export const RoamingSubscriptionsLive = Layer.merge(SubscriptionsLive([identities]), SubscriptionsLive([switchings]));
