import { Effect } from 'effect';
import type { Mongo } from '../../store/mongo.ts';
import { keepSwitching, type Switching } from '../../store/roaming/statistics.ts';
import { eventsOf, type Subscription } from '../runtime/subscriptions.ts';
import { subscriberActor } from './subscriber.ts';

/** When numbers are switched on and off and changed, for statistics (seed 002 §3.3.2): follows the subscribers' journal. */
export const switchings: Subscription<Mongo> = {
  name: 'roaming.switchings',
  kinds: [subscriberActor.kind],
  handle: (turn) =>
    Effect.forEach(
      eventsOf(subscriberActor, turn),
      (event, place) => {
        if (event._tag !== 'Switched' && event._tag !== 'Activated') return Effect.void;
        const what: Switching['what'] = event._tag === 'Activated' ? 'change' : event.on ? 'on' : 'off';
        const { tenant, key: subscriber } = turn.id;
        return keepSwitching(tenant, { subscriber, rev: turn.rev, place, what, fromMs: event.fromMs });
      },
      { discard: true },
    ),
};
