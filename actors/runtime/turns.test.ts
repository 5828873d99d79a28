import { Effect, Either, Schema, type Scope, Tracer } from 'effect';
import { describe, expect, test } from 'vitest';
import { Mongo } from '../../store/mongo.ts';
import { JOURNAL } from '../../store/runtime/journal.ts';
import { Counter, type CounterEvent, counterDecider } from '../../test/support/counter.ts';
import { defineActor } from './definition.ts';
import { rebuildStateDocuments, replayActor } from './replay.ts';
import { given, testId, world } from './test-kit.ts';

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(effect));

const add = (by: number) => ({ _tag: 'Add', by }) as const;
const refusal = (result: Either.Either<unknown, unknown>) => (Either.isLeft(result) ? result.left : undefined);
const answer = <A>(result: Either.Either<A, unknown>): A =>
  Either.getOrThrowWith(result, (left) => new Error(JSON.stringify(left)));

describe('a decider alone', () => {
  test('says which events happen, or why not', () => {
    given(Counter).when(add(2)).events({ _tag: 'Added', by: 2 });
    given(Counter, { _tag: 'Added', by: 2 }).when({ _tag: 'Take', by: 3 }).refused('Overdrawn');
    given(Counter, { _tag: 'Added', by: 2 }).when({ _tag: 'Look' }).reply({ value: 2 });
    given(Counter, { _tag: 'Added', by: 2 }).when({ _tag: 'Take', by: 2 }).state({ value: 0, turns: 2 });
    expect(() => given(Counter).when(add(2)).refused('Overdrawn')).toThrow('accepted');
  });
});

describe('a turn', () => {
  test('the same command again gets the same answer and happens once, also after a restart', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        const first = yield* counter.ask('a', add(2), { commandId: 'c1' });
        expect(answer(first)).toEqual({ reply: { value: 2 }, rev: 1 });
        yield* counter.ask('a', add(5), { commandId: 'c2' });
        expect(answer(yield* counter.ask('a', add(2), { commandId: 'c1' }))).toEqual({ reply: { value: 2 }, rev: 1 });
        yield* counter.restart;
        expect(answer(yield* counter.ask('a', add(2), { commandId: 'c1' }))).toEqual({ reply: { value: 2 }, rev: 1 });
        expect(answer(yield* counter.read('a'))).toEqual({ state: { value: 7, turns: 2 }, rev: 2 });
      }),
    ));

  test('repetitions while the first is on its way share its append', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        const same = counter.ask('a', add(2), { commandId: 'c1' });
        const other = counter.ask('a', add(3), { commandId: 'c1' });
        const [one, two, three] = yield* Effect.all([same, same, other], { concurrency: 'unbounded' });
        expect([answer(one).rev, answer(two).rev]).toEqual([1, 1]);
        expect(refusal(three)).toMatchObject({ code: 'CommandConflict' });
        expect(yield* counter.journal('a')).toHaveLength(1);
      }),
    ));

  test.each([
    ['another input under the same id', add(3), { commandId: 'c1' }, { kind: 'conflict', code: 'CommandConflict' }],
    ['another revision than asked for', add(3), { ifRev: 7 }, { kind: 'conflict', code: 'RevisionMismatch' }],
    ['an input that is not valid', add(-1), {}, { kind: 'invalid', code: 'InvalidInput', field: 'by' }],
    ['what the decider refuses', { _tag: 'Take', by: 99 }, {}, { kind: 'exhausted', code: 'Overdrawn' }],
  ] as const)('refuses %s, and writes nothing', (_, command, envelope, expected) =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        yield* counter.ask('a', add(2), { commandId: 'c1' });
        expect(refusal(yield* counter.ask('a', command, envelope))).toMatchObject({ _tag: 'Refusal', ...expected });
        expect(yield* counter.journal('a')).toHaveLength(1);
      }),
    ),
  );

  test('an unknown actor is missing', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        expect(refusal(yield* counter.read('nobody'))).toMatchObject({ _tag: 'Refusal', kind: 'missing' });
      }),
    ));

  test('an actor that was only asked for has no state document, also when it is put to sleep', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        yield* counter.read('nobody');
        yield* counter.restart;
        const count = yield* Effect.gen(function* () {
          const { db } = yield* Mongo;
          return yield* Effect.promise(async () => db?.collection(Counter.collection).countDocuments());
        }).pipe(Effect.provide(counter.mongo));
        expect(count).toBe(0);
      }),
    ));

  test('a defect of the decider dies with its caller and leaves the actor as it was', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        yield* counter.ask('a', add(2));
        const exit = yield* Effect.exit(counter.ask('a', { _tag: 'Burst', message: 'secret' }));
        expect(exit).toMatchObject({ _tag: 'Failure', cause: { _tag: 'Die' } });
        expect(JSON.stringify(exit)).not.toContain('secret');
        expect(answer(yield* counter.ask('a', add(2))).rev).toBe(2);
      }),
    ));

  test('what comes in during an append goes together into the next record, in order', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        const asks = Array.from({ length: 200 }, (_, index) => counter.ask('a', add(1), { commandId: `n${index}` }));
        const answers = yield* Effect.all(asks, { concurrency: 'unbounded' });
        expect(answers.map((one) => answer(one).reply.value)).toEqual(asks.map((_, index) => index + 1));
        const records = yield* counter.journal('a');
        expect(records.length).toBeLessThan(20);
        expect(records.map((record) => record.seq)).toEqual(records.map((_, index) => index + 1));
        const turns = records.flatMap((record) => record.turns ?? []);
        expect(turns.map((turn) => turn.commandId)).toEqual(asks.map((_, index) => `n${index}`));
        expect(turns.map((turn) => turn.rev)).toEqual(asks.map((_, index) => index + 1));
      }),
    ));

  test('belongs to the trace of whoever asked, when that is sampled', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        const traceId = '0af7651916cd43dd8448eb211c80319c';
        const traced = (sampled: boolean) =>
          Effect.withParentSpan(Tracer.externalSpan({ traceId, spanId: 'b7ad6b7169203331', sampled }));
        yield* counter.ask('a', add(1)).pipe(traced(true));
        yield* counter.ask('a', add(1)).pipe(traced(false));
        yield* counter.ask('a', add(1), { traceparent: 'given' });
        const turns = (yield* counter.journal('a')).flatMap((record) => record.turns ?? []);
        expect(turns[0]?.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
        expect(turns.slice(1).map((turn) => turn.traceparent)).toEqual([undefined, 'given']);
      }),
    ));

  test('a stored reply that its schema no longer reads is a defect for its caller alone', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        yield* counter.ask('a', add(1), { commandId: 'c1' });
        yield* counter.restart;
        const narrow = Schema.Struct({ value: Schema.Int.pipe(Schema.greaterThan(1)) });
        const commands = { ...Counter.commands, Add: { ...Counter.commands.Add, reply: narrow } };
        const changed = yield* world(defineActor({ ...Counter, commands }), {}, counter.database);
        const [old, fresh] = yield* Effect.all(
          [
            Effect.exit(changed.ask('a', add(1), { commandId: 'c1' })),
            Effect.exit(changed.ask('a', add(1), { commandId: 'c2' })),
          ],
          { concurrency: 'unbounded' },
        );
        expect(old).toMatchObject({ _tag: 'Failure', cause: { _tag: 'Die' } });
        expect(fresh).toMatchObject({ _tag: 'Success', value: { right: { reply: { value: 2 } } } });
      }),
    ));

  test('receipts are bounded: an id older than that is decided anew', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(defineActor({ ...Counter, receipts: 2, mailbox: 2 }));
        for (const commandId of ['c1', 'c2', 'c3', 'c4']) yield* counter.ask('a', add(1), { commandId });
        expect(answer(yield* counter.ask('a', add(1), { commandId: 'c3' })).rev).toBe(3);
        expect(answer(yield* counter.ask('a', add(1), { commandId: 'c1' })).rev).toBe(5);
      }),
    ));

  test('a full mailbox says Busy and when to come again', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(defineActor({ ...Counter, mailbox: 3 }));
        const asks = Array.from({ length: 5 }, () => counter.ask('a', add(1)));
        const answers = yield* Effect.all(asks, { concurrency: 'unbounded' });
        expect(answers.map((one) => (Either.isRight(one) ? 'ok' : one.left.code))).toEqual([
          'ok',
          'ok',
          'ok',
          'Busy',
          'Busy',
        ]);
        expect(refusal(answers[4] ?? Either.right(0))).toMatchObject({
          _tag: 'Fault',
          retryAfterMs: expect.any(Number),
        });
      }),
    ));
});

describe('the journal', () => {
  test('two nodes that both believe to own an actor: the second writer is fenced off, and goes on from the journal', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter);
        yield* counter.ask('a', add(1));
        const rival = yield* counter.rival;
        expect(answer(yield* rival.read('a')).state.value).toBe(1);
        expect(answer(yield* counter.ask('a', add(10))).rev).toBe(2);
        expect(refusal(yield* rival.ask('a', add(100), { commandId: 'late' }))).toMatchObject({
          _tag: 'Fault',
          code: 'Retry',
        });
        expect(answer(yield* rival.ask('a', add(100), { commandId: 'late' }))).toEqual({
          reply: { value: 111 },
          rev: 3,
        });
        expect(refusal(yield* counter.ask('a', add(1000)))).toMatchObject({ code: 'Retry' });
        expect((yield* counter.journal('a')).map((record) => record.seq)).toEqual([1, 2, 3]);
      }),
    ));

  test('a gap is a defect, not a shorter history', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter, { flushEveryMs: 3_600_000 });
        for (let turn = 0; turn < 3; turn += 1) yield* counter.ask('a', add(1));
        const [, second] = yield* counter.journal('a');
        yield* Effect.provide(
          Effect.flatMap(Mongo, ({ db }) =>
            Effect.promise(async () => db?.collection<{ _id: string }>(JOURNAL).deleteOne({ _id: second?._id ?? '' })),
          ),
          counter.mongo,
        );
        const rival = yield* counter.rival;
        expect(yield* Effect.exit(rival.read('a'))).toMatchObject({ _tag: 'Failure', cause: { _tag: 'Die' } });
        expect(yield* Effect.exit(rival.ask('a', add(1)))).toMatchObject({ _tag: 'Failure', cause: { _tag: 'Die' } });
      }),
    ));

  test('bodies of a sealed kind are not readable, and survive a restart', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(defineActor({ ...Counter, sealed: true }));
        yield* counter.ask('a', add(41));
        yield* counter.restart;
        expect(answer(yield* counter.ask('a', add(1))).reply).toEqual({ value: 42 });
        const [record] = yield* counter.journal('a');
        expect(record?.turns).toBeUndefined();
        expect(record?.sealed?.key).toBe('journal-1');
        const replayed = yield* replayActor(defineActor({ ...Counter, sealed: true }), testId('a')).pipe(
          Effect.provide(counter.mongo),
          Effect.provide(counter.keys),
        );
        expect(replayed).toMatchObject({ state: { value: 42, turns: 2 }, rev: 2, seq: 2, broken: null });
      }),
    ));

  test('old events are upcast, from each version that was ever written', () =>
    run(
      Effect.gen(function* () {
        const newer = defineActor({
          ...Counter,
          event: Schema.Union(
            Schema.TaggedStruct('Added', { by: Schema.Int, unit: Schema.String }),
            Schema.TaggedStruct('Taken', { by: Schema.Int, unit: Schema.String }),
          ),
          eventVersion: 2,
          upcast: { 1: (event) => ({ ...(event as CounterEvent), unit: 'piece' }) },
          stateVersion: 2,
          state: Schema.Struct({ value: Schema.Int, turns: Schema.Int, units: Schema.Array(Schema.String) }),
          decider: {
            initial: { value: 0, turns: 0, units: [] as ReadonlyArray<string> },
            decide: (state, command: { readonly _tag: string; readonly by?: number }) => {
              const decision = counterDecider.decide(
                state,
                command as Parameters<typeof counterDecider.decide>[1],
                {} as never,
              );
              return decision._tag === 'Refusal'
                ? decision
                : { ...decision, events: decision.events.map((event) => ({ ...event, unit: 'box' })) };
            },
            evolve: (state, event) => ({ ...counterDecider.evolve(state, event), units: [...state.units, event.unit] }),
          },
        });
        const counter = yield* world(Counter);
        yield* counter.ask('a', add(1));
        yield* counter.restart;
        const upgraded = yield* world(newer, {}, counter.database);
        yield* upgraded.ask('a', add(1), { commandId: 'after the upgrade' });
        expect(answer(yield* upgraded.read('a')).state).toEqual({ value: 2, turns: 2, units: ['piece', 'box'] });
      }),
    ));
});

describe('state documents', () => {
  test('are rebuilt from the journal, and a replay stops at any revision', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter, { flushEveryMs: 3_600_000 });
        for (const key of ['a', 'a.b', 'a-b']) for (let turn = 0; turn < 3; turn += 1) yield* counter.ask(key, add(1));
        const collection = Effect.map(Mongo, ({ db }) => db?.collection(Counter.collection));
        const values = Effect.flatMap(collection, (all) =>
          Effect.promise(async () =>
            all?.find({}, { sort: { _id: 1 }, projection: { value: 1, rev: 1, tenant: 1, key: 1 } }).toArray(),
          ),
        ).pipe(Effect.provide(counter.mongo));
        expect(yield* values).toEqual([]);
        const rebuilt = yield* rebuildStateDocuments(Counter).pipe(
          Effect.provide(counter.mongo),
          Effect.provide(counter.keys),
        );
        expect(rebuilt.actors).toBe(3);
        expect(yield* values).toEqual(
          ['a', 'a-b', 'a.b'].map((key) => ({ _id: `test/${key}`, tenant: 'test', key, rev: 3, value: 3 })),
        );
        const replayed = yield* replayActor(Counter, testId('a'), { rev: 2 }).pipe(
          Effect.provide(counter.mongo),
          Effect.provide(counter.keys),
        );
        expect(replayed).toMatchObject({ state: { value: 2, turns: 2 }, rev: 2, seq: 2, broken: null });
      }),
    ));

  test('asleep actors start again from where they were; the awake are bounded', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(Counter, { maxAwake: 10 });
        for (let round = 1; round <= 2; round += 1) {
          for (let key = 0; key < 40; key += 1) {
            expect(answer(yield* counter.ask(`k${key}`, add(1))).rev).toBe(round);
            expect(counter.awake()).toBeLessThanOrEqual(10);
          }
        }
      }),
    ));

  test('an idle actor is put to sleep after its time', () =>
    run(
      Effect.gen(function* () {
        const counter = yield* world(defineActor({ ...Counter, idleAfterMs: 20 }), {
          sweepEveryMs: 10,
          flushEveryMs: 5,
        });
        yield* counter.ask('a', add(1));
        const until = Date.now() + 5_000;
        while (counter.awake() > 0 && Date.now() < until) yield* Effect.sleep(5);
        expect(counter.awake()).toBe(0);
        expect(answer(yield* counter.ask('a', add(1))).rev).toBe(2);
      }),
    ));
});
