import { Effect, Fiber, Option } from 'effect';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { gone, type Link } from './link.ts';

/**
 * Counted bytes from a link, for drivers whose frames say how long they are: `take(n)` waits for n bytes however they
 * happen to be cut, and keeps what came beyond them for the next call. One fiber reads at a time.
 */
export interface ByteReader {
  /**
   * Exactly so many bytes. Fails with `LinkTimeout` when nothing arrives for `silenceMs`; what has come stays for the
   * next call. After a close of ours it fails with `LinkGone` as well.
   */
  readonly take: (count: number, silenceMs: number) => Effect.Effect<Uint8Array, Fault>;
  /** Forgets what has arrived so far. */
  readonly discard: Effect.Effect<void, Fault>;
}

const EMPTY = Buffer.alloc(0);
/** Never waited for: the pull is interrupted long before. */
const DISCARD_LIMIT_MS = 60_000;

export const byteReader = (link: Pick<Link, 'name' | 'next'>): ByteReader => {
  let held: Buffer = EMPTY;
  const more = (silenceMs: number): Effect.Effect<void, Fault> =>
    Effect.flatMap(link.next(silenceMs), (chunk) => {
      if (chunk === undefined) return Effect.fail(gone(link.name, 'it was closed here'));
      held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
      return Effect.void;
    });
  const take = (count: number, silenceMs: number): Effect.Effect<Uint8Array, Fault> =>
    Effect.suspend(() => {
      if (held.length < count) return Effect.flatMap(more(silenceMs), () => take(count, silenceMs));
      const taken = held.subarray(0, count);
      held = held.subarray(count);
      return Effect.succeed(new Uint8Array(taken));
    });
  // A chunk that is here is taken within the fork's first turn; whoever still waits after it would wait for new ones.
  const discard: Effect.Effect<void, Fault> = Effect.gen(function* () {
    for (;;) {
      held = EMPTY;
      const pulling = yield* Effect.fork(more(DISCARD_LIMIT_MS));
      yield* Effect.yieldNow();
      const done = yield* pulling.poll;
      if (Option.isNone(done)) {
        yield* Fiber.interrupt(pulling);
        held = EMPTY;
        return;
      }
      yield* done.value;
    }
  });
  return { take, discard };
};
