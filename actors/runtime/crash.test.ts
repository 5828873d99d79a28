import { Effect, Either, Layer, type Scope } from 'effect';
import { describe, expect, test } from 'vitest';
import { formatActorId } from '../../domain/kernel/actor-id.ts';
import { databaseOf, Mongo } from '../../store/mongo.ts';
import { readStateDocuments } from '../../store/runtime/state-documents.ts';
import { Counter } from '../../test/support/counter.ts';
import { testId, world } from './test-kit.ts';

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(effect));
const add = (by: number) => ({ _tag: 'Add', by }) as const;

describe('a node that dies', () => {
  test.each([
    ['before append', 'nothing', 1],
    ['after append', 'nothing', 2],
    ['before state document', 'an answer', 2],
  ] as const)('%s: the caller saw %s; asked again, it happened once', (point, seen, revAfterCrash) =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        yield* counter.ask('a', add(1));
        const result = yield* counter.crash(point, 'a', add(10), { commandId: 'crashed' });
        expect(result === undefined ? 'nothing' : 'an answer').toBe(seen);
        expect(yield* counter.read('a')).toMatchObject({ right: { rev: revAfterCrash } });
        const again = yield* counter.ask('a', add(10), { commandId: 'crashed' });
        expect(again).toEqual(Either.right({ reply: { value: 11 }, rev: 2 }));
        expect(yield* counter.read('a')).toMatchObject({ right: { state: { value: 11, turns: 2 } } });
      }),
    ),
  );

  test('before a state document: the next owner writes it as soon as somebody looks at the actor', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        yield* counter.crash('before state document', 'a', add(10));
        yield* counter.read('a');
        const db = databaseOf(yield* Effect.provide(Mongo, yield* Layer.build(counter.mongo)));
        const revs = (): Promise<ReadonlyArray<number>> =>
          readStateDocuments(db, Counter.collection, [formatActorId(testId('a'))]).then((all) =>
            all.map(({ rev }) => rev),
          );
        yield* Effect.promise(async () => expect.poll(revs, { timeout: 10_000 }).toEqual([1]));
      }),
    ));

  test('an append of unknown fate is written once, and known as our own', () =>
    run(
      Effect.gen(function* () {
        let lost = 0;
        const counter = yield* world(Counter, {
          writer: {
            around: async (insert) => {
              const outcomes = await insert();
              lost += 1;
              // The first answer gets lost on its way.
              if (lost === 1) throw new Error('connection lost');
              return outcomes;
            },
          },
        });
        expect(yield* counter.ask('a', add(1))).toEqual(Either.right({ reply: { value: 1 }, rev: 1 }));
        expect(yield* counter.journal('a')).toHaveLength(1);
      }),
    ));

  test('when the journal does not acknowledge, everything unanswered is to be retried, and happens once', () =>
    run(
      Effect.gen(function* () {
        let broken = true;
        const counter = yield* world(Counter, {
          writer: { around: (insert) => (broken ? Promise.reject(new Error('no primary')) : insert()) },
        });
        const asks = ['c1', 'c2', 'c3'].map((commandId) => counter.ask('a', add(1), { commandId }));
        const failed = yield* Effect.all([...asks, counter.ask('a', { _tag: 'Look' })], { concurrency: 'unbounded' });
        for (const one of failed) expect(one).toMatchObject({ left: { _tag: 'Fault', code: 'Retry' } });
        broken = false;
        const answers = yield* Effect.all(asks, { concurrency: 'unbounded' });
        expect(answers.map((one) => Either.isRight(one) && one.right.rev)).toEqual([1, 2, 3]);
      }),
    ));

  test('when as many as a mailbox holds lose their answers, each of them happens once, though others come before they ask again', () =>
    run(
      Effect.gen(function* () {
        let lost = true;
        const counter = yield* world(Counter, {
          writer: {
            around: async (insert) => {
              const outcomes = await insert();
              if (lost) throw new Error('connection lost');
              return outcomes;
            },
          },
        });
        const asks = Array.from({ length: 1_000 }, (_, n) => counter.ask('a', add(1), { commandId: `lost-${n}` }));
        const unanswered = yield* Effect.all(asks, { concurrency: 'unbounded' });
        expect(unanswered.every((one) => Either.isLeft(one) && one.left.code === 'Retry')).toBe(true);
        lost = false;
        const others = Array.from({ length: 300 }, () => counter.ask('a', add(1)));
        yield* Effect.all(others, { concurrency: 'unbounded' });
        const answers = yield* Effect.all(asks, { concurrency: 'unbounded' });
        const revs = answers.map((one) => (Either.isRight(one) ? one.right.rev : 0));
        expect(new Set(revs).size).toBe(1_000);
        expect(yield* counter.read('a')).toMatchObject({ right: { state: { value: 1_300, turns: 1_300 } } });
        yield* counter.restart;
        expect(yield* counter.ask('a', add(1), { commandId: 'lost-0' })).toEqual(answers[0]);
      }),
    ));
});
