import { Effect } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import { eventsOf, type Subscription } from '../../actors/runtime/subscriptions.ts';
import { cardWriteActor } from '../../actors/sim/card-write.ts';
import { find } from '../../actors/sim/card-writing/asking.ts';
import { followWrite } from '../../actors/sim/card-writing/write-card.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import { Processes } from '../../temporal/client.ts';
import { simContract } from '../../workflows/sim/contract.ts';
import { followerFault } from '../follower-fault.ts';

/**
 * What follows from a write that has ended, also when whoever wrote is gone: IMSI, range and card are told, and then
 * the CRM, and EOP of what it handed out, each by a process that does not give up for days.
 */

const ENDS: ReadonlySet<string> = new Set(['Written', 'Failed', 'Doubted', 'Settled']);
const TOLD: ReadonlySet<string> = new Set(['Closed', 'Doubted']);

export const writeFollower: Subscription<Actors | KeyRing | Mongo | Processes> = {
  name: 'sim-card-writes',
  kinds: [cardWriteActor.kind],
  handle: (turn) =>
    Effect.gen(function* () {
      const { tenant, key: request } = turn.id;
      const tags = eventsOf(cardWriteActor, turn).map(({ _tag }) => _tag);
      const caller: Caller = { subject: 'service:card-writing', tenant, roles: [] };
      const writing = { tenant, caller, request };
      if (tags.some((tag) => ENDS.has(tag))) yield* followWrite(writing);
      if (!tags.some((tag) => TOLD.has(tag))) return;
      const write = yield* find(tenant, cardWriteActor, request);
      const input = { tenant, request, revision: turn.rev };
      const key = `${request}/${turn.rev}`;
      const processes = yield* Processes;
      yield* processes.start(simContract.workflows.writeResult, { key, input });
      if (write?.wanted.operator === 'telecom') {
        yield* processes.start(simContract.workflows.eopResult, { key, input });
      }
    }).pipe(Effect.mapError(followerFault('card-writing'))),
};
