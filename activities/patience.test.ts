import { type Context, Effect, Either, Fiber, TestClock, TestContext } from 'effect';
import { expect, it } from 'vitest';
import { subscriberActor } from '../actors/roaming/subscriber.ts';
import { Actors } from '../actors/runtime/actors.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { type Fault, fault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { patiently } from './patience.ts';

const retry = fault('actor', 'Retry', 'Nobody knows.');
const refusal = refuse('missing', 'SubscriberUnknown', 'There is none.');

/** Answers each ask by the key of its actor, from the list of what it says in turn; the last is said again. */
const saying = (said: Readonly<Record<string, ReadonlyArray<Refusal | Fault | null>>>) => {
  const asked: Array<string> = [];
  const next = (key: string): Either.Either<unknown, Refusal | Fault> => {
    const turn = asked.filter((one) => one === key).length;
    asked.push(key);
    const list = said[key] ?? [];
    const failure = list[Math.min(turn, list.length - 1)];
    return failure === null || failure === undefined ? Either.right({ reply: key, rev: 1 }) : Either.left(failure);
  };
  const service = {
    ask: (_: unknown, { id }: { readonly id: { readonly key: string } }) => Effect.suspend(() => next(id.key)),
    read: (_: unknown, { key }: { readonly key: string }) => Effect.suspend(() => next(key)),
    askMany: (_: unknown, asks: ReadonlyArray<{ readonly id: { readonly key: string } }>) =>
      Effect.sync(() => asks.map(({ id }) => next(id.key))),
  };
  return { asked, service: service as unknown as Context.Tag.Service<typeof Actors> };
};

/** As long as it takes, on a clock that does not wait. */
const run = <A, E>(effect: Effect.Effect<A, E, Actors>, service: Context.Tag.Service<typeof Actors>) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.either(Effect.provideService(effect, Actors, service)));
      yield* TestClock.adjust('10 minutes');
      return yield* Fiber.join(fiber);
    }).pipe(Effect.provide(TestContext.TestContext)),
  );

const askOf = (key: string) => ({
  id: { tenant: 'demo' as TenantId, key },
  command: { _tag: 'Open', primary: '8613800000001', currency: 'CNY' } as const,
  envelope: { commandId: key, caller: { subject: 'service:worker', tenant: 'demo' as TenantId, roles: [] } },
});

it('asks again only those that had no answer, and leaves refusals alone', async () => {
  const { asked, service } = saying({ a: [null], b: [retry, retry, null], c: [refusal], d: [retry, refusal] });
  const step = patiently(() =>
    Effect.flatMap(Actors, (actors) => actors.askMany(subscriberActor, ['a', 'b', 'c', 'd'].map(askOf))),
  );
  const answers = Either.getOrThrow(await run(step(undefined), service));
  expect(answers.map((one) => (Either.isRight(one) ? one.right.reply : one.left))).toEqual([
    'a',
    'b',
    refusal,
    refusal,
  ]);
  expect(asked).toEqual(['a', 'b', 'c', 'd', 'b', 'd', 'b']);
});

it('asks and reads again while the fault passes, and gives up after two minutes', async () => {
  const busy = fault('actor', 'Busy', 'The mailbox of this actor is full.');
  const { asked, service } = saying({
    a: [retry, busy, null],
    b: [retry],
    c: [fault('mongodb', 'Unavailable', 'Gone.')],
  });
  const ask = patiently((key: string) => Effect.flatMap(Actors, (actors) => actors.ask(subscriberActor, askOf(key))));
  const read = patiently((key: string) =>
    Effect.flatMap(Actors, (actors) => actors.read(subscriberActor, askOf(key).id)),
  );
  expect(await run(ask('a'), service)).toMatchObject({ _tag: 'Right' });
  expect(asked).toEqual(['a', 'a', 'a']);
  expect(await run(read('b'), service)).toEqual(Either.left(retry));
  expect(asked.length).toBeGreaterThan(20);
  const before = asked.length;
  expect(await run(ask('c'), service)).toMatchObject({ _tag: 'Left', left: { service: 'mongodb' } });
  expect(asked).toHaveLength(before + 1);
});
