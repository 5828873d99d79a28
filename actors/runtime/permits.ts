import { Effect, Queue } from 'effect';

/**
 * So many at the same time, whoever waits longest first. A permit that is given back wakes one that waits; Effect's own
 * semaphore (3.22) wakes all of them, each of which waits again one frame deeper: with a thousand waiting that is time and
 * memory by the square (decision 0345).
 */
export interface Permits {
  readonly withPermit: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>;
}

/** A permit is lost with a fiber that is interrupted as it gets it: for fibers that end together with their permits. */
export const makePermits = (count: number): Effect.Effect<Permits> =>
  Effect.gen(function* () {
    const free = yield* Queue.bounded<void>(count);
    yield* Queue.offerAll(
      free,
      Array.from({ length: count }, () => undefined),
    );
    return {
      withPermit: (effect) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.zipRight(restore(Queue.take(free)), Effect.ensuring(restore(effect), Queue.offer(free, undefined))),
        ),
    };
  });
