import { type Context, Effect, Either } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import { testCaller, testId } from '../../actors/runtime/test-kit.ts';
import { Timer } from '../../test/support/timer.ts';

/** Reminders spread evenly over a span of time, each actor's over all of it. */
export interface Spread {
  readonly actors: number;
  readonly perActor: number;
  readonly fromMs: number;
  readonly spanMs: number;
}

export type Arming = Spread;

export const dueAtMs = ({ actors, perActor, fromMs, spanMs }: Spread, actor: number, nth: number): number =>
  Math.round(fromMs + (spanMs * (nth * actors + actor)) / (actors * perActor));

const ACTORS_TOGETHER = 500;

/** Asks every actor for its reminders: durable asks like any other. */
export const arm = (service: Context.Tag.Service<typeof Actors>, spread: Arming) =>
  Effect.gen(function* () {
    const started = performance.now();
    for (let from = 0; from < spread.actors; from += ACTORS_TOGETHER) {
      const numbers = Array.from(
        { length: Math.min(ACTORS_TOGETHER, spread.actors - from) },
        (_, index) => from + index,
      );
      const asks = numbers.flatMap((actor) =>
        Array.from({ length: spread.perActor }, (_, nth) => ({
          id: testId(`k${actor}`),
          command: { _tag: 'Arm', name: `n${nth}`, atMs: dueAtMs(spread, actor, nth) } as const,
          envelope: { commandId: `arm${nth}`, caller: testCaller },
        })),
      );
      const failed = (yield* service.askMany(Timer, asks)).find(Either.isLeft);
      if (failed !== undefined) return yield* Effect.fail(failed.left);
    }
    return { seconds: (performance.now() - started) / 1_000 };
  });
