import { Effect } from 'effect';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';

/** The state of an actor that nothing was told yet is that of the beginning. */
export const orBeginning =
  <S>(beginning: S) =>
  <E extends Refusal | Fault, R>(reading: Effect.Effect<{ readonly state: S }, E, R>): Effect.Effect<S, E, R> =>
    reading.pipe(
      Effect.map(({ state }) => state),
      Effect.catchIf(
        (failure) => isRefusal(failure) && failure.kind === 'missing',
        () => Effect.succeed(beginning),
      ),
    );
