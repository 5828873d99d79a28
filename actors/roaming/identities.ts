import { Clock, Effect, Layer } from 'effect';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import { type Binding, bindIdentities } from '../../store/roaming/identities.ts';
import { type BatchSubscription, eventsOf, SubscriptionsLive, type Turn } from '../runtime/subscriptions.ts';
import { subscriberActor } from './subscriber.ts';
import { switchings } from './switchings.ts';

const bound = (turn: Turn): ReadonlyArray<Binding> =>
  eventsOf(subscriberActor, turn).flatMap((event): ReadonlyArray<Binding> => {
    const { tenant, key: subscriber } = turn.id;
    switch (event._tag) {
      case 'Opened':
        return [{ tenant, kind: 'msisdn', value: event.primary, subscriber }];
      case 'NumberAdded':
        return [{ tenant, kind: 'msisdn', value: event.number, subscriber }];
      case 'ImsiAdded':
        return [{ tenant, kind: 'imsi', value: event.imsi, subscriber }];
      default:
        return [];
    }
  });

/**
 * Whose a number or an IMSI is, for imports: follows the subscribers' journal. Two subscribers with one number are a
 * mistake that a person mends; who had it first keeps it.
 */
const identities: BatchSubscription<Mongo | KeyRing> = {
  name: 'roaming.identities',
  kinds: [subscriberActor.kind],
  handleAll: (turns) =>
    Effect.gen(function* () {
      const nowMs = yield* Clock.currentTimeMillis;
      for (const { tenant, kind, subscriber } of yield* bindIdentities(turns.flatMap(bound))) {
        const about = { source: 'roaming-subscribers', subject: subscriber, level: 'problem' } as const;
        yield* raiseAlert(tenant, { ...about, code: 'IdentityTaken', stage: kind }, nowMs);
      }
    }),
};

/** What follows the journal of the area, on nodes that hold actors. */
export const RoamingSubscriptionsLive = Layer.merge(SubscriptionsLive([identities]), SubscriptionsLive([switchings]));
