import { Effect, Layer } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { testCaller, testId } from '../../actors/runtime/test-kit.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { MongoLive } from '../../store/mongo.ts';
import { Counter } from './counter.ts';

/** A process that asks counters without end and prints the id of each acknowledged command: to be killed. */

const noKeys = Layer.succeed(KeyRing, {
  current: () => ({ id: 'none', key: Buffer.alloc(16) }),
  byId: () => undefined,
  refresh: Effect.void,
});

let count = 0;
const caller = Effect.gen(function* () {
  const service = yield* Actors;
  for (;;) {
    count += 1;
    const commandId = `c${count}`;
    const id = testId(`k${count % 50}`);
    yield* service.ask(Counter, { id, command: { _tag: 'Add', by: 1 }, envelope: { commandId, caller: testCaller } });
    process.stdout.write(`${commandId}\n`);
  }
});

await Effect.runPromise(
  Effect.all(
    Array.from({ length: 32 }, () => caller),
    { concurrency: 'unbounded', discard: true },
  ).pipe(Effect.provide(ActorsLocal([Counter]).pipe(Layer.provide(Layer.merge(MongoLive, noKeys))))),
);
