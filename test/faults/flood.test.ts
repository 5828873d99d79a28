import { Effect, Either, Fiber, Layer, ManagedRuntime } from 'effect';
import { afterAll, expect, test } from 'vitest';
import { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { testCaller, testId } from '../../actors/runtime/test-kit.ts';
import { isFault } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { Counter } from '../support/counter.ts';
import { serverAddress, uniqueName } from '../support/names.ts';
import { percentile } from './summary.ts';

/** One actor is flooded with more than its mailbox holds; who asks other actors of the node hardly notices. */

const noKeys = Layer.succeed(KeyRing, {
  current: () => ({ id: 'none', key: Buffer.alloc(16) }),
  byId: () => undefined,
  refresh: Effect.void,
});
const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('flood') });
const storage = ManagedRuntime.make(mongo);
const runtime = ManagedRuntime.make(ActorsLocal([Counter]).pipe(Layer.provide(Layer.merge(mongo, noKeys))));
afterAll(async () => {
  await runtime.dispose();
  await databaseOf(await storage.runPromise(Mongo)).dropDatabase();
  await storage.dispose();
});

/** More than a mailbox holds (1,024). */
const FLOODERS = 3_000;
const AGAIN_MS = 100;
const OTHERS = 32;
const ASKS_EACH = 60;

let commands = 0;
const ask = (key: string) =>
  Effect.flatMap(Actors, (actors) => {
    commands += 1;
    return Effect.either(
      actors.ask(Counter, {
        id: testId(key),
        command: { _tag: 'Add', by: 1 },
        envelope: { commandId: `c${commands}`, caller: testCaller },
      }),
    );
  });

/** What the others wait for their answers, in rising order; none of them is turned away. */
const others = Effect.gen(function* () {
  const waits: Array<number> = [];
  const one = (n: number) =>
    Effect.gen(function* () {
      for (let at = 0; at < ASKS_EACH; at += 1) {
        const started = performance.now();
        expect(Either.isRight(yield* ask(`other${n}`))).toBe(true);
        waits.push(performance.now() - started);
        yield* Effect.sleep(10);
      }
    });
  yield* Effect.all(
    Array.from({ length: OTHERS }, (_, n) => one(n)),
    { concurrency: 'unbounded' },
  );
  return waits.sort((a, b) => a - b);
});

test('a flood on one actor is turned away there, and slows nobody else much', async () => {
  let busy = 0;
  let accepted = 0;
  const flooder = Effect.forever(
    Effect.gen(function* () {
      const outcome = yield* ask('flooded');
      if (Either.isRight(outcome)) accepted += 1;
      else {
        expect(isFault(outcome.left) && outcome.left.code).toBe('Busy');
        busy += 1;
      }
      yield* Effect.sleep(AGAIN_MS);
    }),
  );
  const [quiet, flooded] = await runtime.runPromise(
    Effect.gen(function* () {
      yield* others;
      const before = yield* others;
      const flood = yield* Effect.forkDaemon(
        Effect.all(
          Array.from({ length: FLOODERS }, () => flooder),
          { concurrency: 'unbounded' },
        ),
      );
      yield* Effect.promise(() => expect.poll(() => busy, { timeout: 20_000 }).toBeGreaterThan(FLOODERS / 10));
      const during = yield* others;
      yield* Fiber.interrupt(flood);
      return [before, during] as const;
    }),
  );
  const told = (waits: ReadonlyArray<number>): string =>
    `p50 ${percentile(waits, 0.5).toFixed(1)} ms, p99 ${percentile(waits, 0.99).toFixed(1)} ms`;
  console.log(`others: quiet ${told(quiet)}; during the flood ${told(flooded)}; ${accepted} accepted, ${busy} Busy`);
  expect(accepted).toBeGreaterThan(1_000);
  // A mailbox that let everything in would make everybody wait for seconds; a machine with much else to do takes its time.
  expect(percentile(flooded, 0.5)).toBeLessThan(10 * percentile(quiet, 0.5) + 1_000);
});
