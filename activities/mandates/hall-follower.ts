import { Effect } from 'effect';
import { hallSessionActor } from '../../actors/mandates/hall-session.ts';
import { eventsOf, type Subscription } from '../../actors/runtime/subscriptions.ts';
import type { SessionEvent } from '../../domain/mandates/hall/schema.ts';
import { Processes } from '../../temporal/client.ts';
import { mandatesContract } from '../../workflows/mandates/contract.ts';
import { followerFault } from '../follower-fault.ts';

/** What a session's process has to hear of, so that the hall does; the rest it has brought about itself. */
const HEARD: ReadonlySet<SessionEvent['_tag']> = new Set(['Made', 'Failed', 'Concluded', 'Expired']);
const LAST: ReadonlySet<SessionEvent['_tag']> = new Set(['Failed', 'Concluded', 'Expired']);

export const hallFollower: Subscription<Processes> = {
  name: 'mandates.hall',
  kinds: [hallSessionActor.kind],
  attempts: 60,
  handle: (turn) =>
    Effect.gen(function* () {
      const tags = eventsOf(hallSessionActor, turn).map(({ _tag }) => _tag);
      if (!tags.some((tag) => HEARD.has(tag))) return;
      const { tenant, key: session } = turn.id;
      const change = { rev: turn.rev, ended: tags.some((tag) => LAST.has(tag)) };
      const { hallSession } = mandatesContract.workflows;
      const start = { key: session, input: { tenant, session } };
      yield* (yield* Processes).signalOrStart(hallSession, start, 'changed', change);
    }).pipe(Effect.mapError(followerFault('mandates'))),
};
