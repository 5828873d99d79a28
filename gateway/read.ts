import { Effect } from 'effect';
import { Actors } from '../actors/runtime/actors.ts';
import type { AnyDefinition, StateOf } from '../actors/runtime/definition.ts';
import type { ActorId } from '../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../domain/kernel/refusal.ts';

/** One object from its actor, with its revision; `missing` when it has no history. */
export const readActor = <D extends AnyDefinition>(
  definition: D,
  id: ActorId,
  missing: Refusal,
): Effect.Effect<{ readonly state: NonNullable<StateOf<D>>; readonly rev: number }, Refusal | Fault, Actors> =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { state, rev } = yield* actors
      .read(definition, id)
      .pipe(
        Effect.mapError((failure) => (failure._tag === 'Refusal' && failure.kind === 'missing' ? missing : failure)),
      );
    return state === null || state === undefined ? yield* Effect.fail(missing) : { state, rev };
  });
