import type { Mongo } from '../../store/mongo.ts';
import { keepSwitchings, type Switching } from '../../store/roaming/statistics.ts';
import { type BatchSubscription, eventsOf, type Turn } from '../runtime/subscriptions.ts';
import { subscriberActor } from './subscriber.ts';

const switchingsIn = (turn: Turn): ReadonlyArray<Switching> =>
  eventsOf(subscriberActor, turn).flatMap((event, place) => {
    if (event._tag !== 'Switched' && event._tag !== 'Activated') return [];
    const what = event._tag === 'Activated' ? 'change' : event.on ? 'on' : 'off';
    const { tenant, key: subscriber } = turn.id;
    return [{ tenant, subscriber, rev: turn.rev, place, what, fromMs: event.fromMs }];
  });

/** When numbers are switched on and off and changed, for statistics (seed 002 §3.3.2): follows the subscribers' journal. */
export const switchings: BatchSubscription<Mongo> = {
  name: 'roaming.switchings',
  kinds: [subscriberActor.kind],
  handleAll: (turns) => keepSwitchings(turns.flatMap(switchingsIn)),
};
