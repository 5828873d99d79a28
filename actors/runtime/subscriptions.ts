import * as Sharding from '@effect/cluster/Sharding';
import { Effect, Layer } from 'effect';
import type { ActorId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import type { JournalReminder } from '../../store/runtime/journal.ts';
import type { AnyDefinition, EventOf } from './definition.ts';
import type { Lease } from './lease.ts';
import { protocolOf } from './protocol.ts';
import { eachTurn, inBatches } from './subscriptions-delivery.ts';
import { type Deliver, followSlice } from './subscriptions-slice.ts';

/**
 * Subscriptions follow the journal: whatever happens *because* an actor decided something (starting a workflow,
 * counting, notifying) hangs here, never inside a turn.
 *
 * What a handler may rely on: every turn of its kinds reaches it at least once, an actor's turns in their order; a turn
 * comes again after a crash or a change of owner, so the handler must be idempotent (`kind`, `id` and `rev` name the
 * turn for ever). A `Fault` is retried with growing pauses; after that, or when the handler dies, the turn becomes a
 * dead letter and the later turns of that actor wait behind it (`dead-letters.ts`), while other actors go on.
 */

/** An accepted command as the journal holds it. */
export interface Turn {
  readonly kind: string;
  readonly id: ActorId;
  /** The actor's revision after the turn; with kind and id it names the turn. */
  readonly rev: number;
  /** Of the actor, 0–255. */
  readonly partition: number;
  /** `_id` of the journal record that holds it. */
  readonly record: string;
  /** Encoded, of `eventVersion`; `eventsOf` decodes them. Never empty: turns without events are not delivered. */
  readonly events: ReadonlyArray<unknown>;
  readonly eventVersion: number;
  /** The command's tag. */
  readonly command: string;
  readonly commandId: string;
  readonly caller: Caller;
  readonly atMs: number;
  readonly traceparent?: string;
  readonly reminders?: ReadonlyArray<JournalReminder>;
}

export interface Subscription<R = never> {
  /** Names the durable position: never changes, unique. */
  readonly name: string;
  readonly kinds: ReadonlyArray<string>;
  /** In how many parts (1–256) the actors are divided, each followed by one node at a time. Default 2. */
  readonly slices?: number;
  /** Actors handled at the same time within a slice. Default 32. */
  readonly concurrency?: number;
  /** Tries before a turn becomes a dead letter (pauses of 0.1 s, doubling up to 10 s). Default 8: about 13 s. */
  readonly attempts?: number;
  /** Where a subscription that has no position yet begins. Default `beginning`: the whole journal is replayed to it. */
  readonly startAt?: 'beginning' | 'now';
  readonly handle: (turn: Turn) => Effect.Effect<void, Fault, R>;
}

/**
 * A subscription that only writes to MongoDB: everything that has come goes to it in one call, tried until it succeeds;
 * there are no dead letters. An actor's turns are in their order; all of them may come again.
 */
export interface BatchSubscription<R = never> {
  readonly name: string;
  readonly kinds: ReadonlyArray<string>;
  readonly slices?: number;
  readonly startAt?: 'beginning' | 'now';
  readonly handleAll: (turns: ReadonlyArray<Turn>) => Effect.Effect<void, Fault, R>;
}

/** The turn's events, decoded by the definition of its kind, from whatever version they were written in. */
export const eventsOf = <D extends AnyDefinition>(definition: D, turn: Turn): ReadonlyArray<EventOf<D>> => {
  const { decodeEvent } = protocolOf(definition);
  return turn.events.map((event) => decodeEvent(turn.eventVersion, event) as EventOf<D>);
};

const DEFAULT_SLICES = 2;

const deliveryOf = <R>(subscription: Subscription<R> | BatchSubscription<R>): Deliver<R> =>
  'handleAll' in subscription
    ? inBatches(
        subscription.name,
        (turns) => subscription.handleAll(turns),
        () => Effect.never,
      )
    : eachTurn(subscription);

const registerOne = <R>(subscription: Subscription<R> | BatchSubscription<R>) =>
  Effect.gen(function* () {
    const sharding = yield* Sharding.Sharding;
    const slices = subscription.slices ?? DEFAULT_SLICES;
    for (let slice = 0; slice < slices; slice += 1) {
      const following = {
        name: subscription.name,
        kinds: subscription.kinds,
        slice,
        slices,
        startAt: subscription.startAt ?? 'beginning',
        deliver: deliveryOf(subscription),
      };
      yield* sharding.registerSingleton(
        `subscription/${subscription.name}/${slice}of${slices}`,
        followSlice(following),
      );
    }
  });

/** Follows all of the list on this node's share of the slices, until the layer is closed. */
export const SubscriptionsLive = <R = never>(
  list: ReadonlyArray<Subscription<R> | BatchSubscription<R>>,
): Layer.Layer<never, never, Sharding.Sharding | Mongo | KeyRing | Lease | R> => {
  const names = new Set(list.map((subscription) => subscription.name));
  if (names.size !== list.length) throw new Error('two subscriptions have the same name');
  return Layer.scopedDiscard(Effect.forEach(list, registerOne, { discard: true }));
};
