import { Context, Effect, Layer, type Scope } from 'effect';
import { expect, test } from 'vitest';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo } from '../../store/mongo.ts';
import { mongoActorStorage } from '../../store/runtime/actor-storage.ts';
import { Counter } from '../../test/support/counter.ts';
import { CounterV2 } from '../../test/support/counter-v2.ts';
import { catchUpDocuments } from './catch-up.ts';
import { type AnyDefinition, defineActor } from './definition.ts';
import { type Batch, Lanes, type Line } from './lanes.ts';
import { answerBatch } from './line-answers.ts';
import { ActorNode } from './node.ts';
import { PARTITIONS } from './partition.ts';
import { protocolOf } from './protocol.ts';
import { makeService } from './service.ts';
import { testCaller, testId, world } from './test-kit.ts';

/**
 * In the middle of a rolling upgrade: nodes of the program before and of the one after on the same actors. What the
 * older one cannot do it leaves undone, and its callers ask again until a newer one owns the actor.
 */

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(effect));
const add = (by: number, unit?: string) => ({ _tag: 'Add', by, unit }) as const;
const OTHER_RELEASE = { left: { _tag: 'Fault', code: 'OtherRelease' } };

test('an older node answers for what it can read, tells callers of the rest to retry, and a newer one answers them', () =>
  run(
    Effect.gen(function* () {
      const before = yield* world(Counter);
      yield* before.ask('mine', { _tag: 'Add', by: 1 });
      const after = yield* world(CounterV2, {}, before.database);
      yield* after.ask('theirs', add(2, 'crate'), { commandId: 'new' });
      yield* before.restart;
      expect(yield* before.ask('mine', { _tag: 'Add', by: 4 })).toMatchObject({
        right: { reply: { value: 5 }, rev: 2 },
      });
      const late = { commandId: 'late' };
      expect(yield* before.ask('theirs', { _tag: 'Add', by: 5 }, late)).toMatchObject(OTHER_RELEASE);
      expect(yield* before.read('theirs')).toMatchObject(OTHER_RELEASE);
      yield* after.restart;
      expect(yield* after.ask('theirs', add(5), late)).toMatchObject({ right: { reply: { value: 7 }, rev: 2 } });
      expect(yield* after.read('theirs')).toMatchObject({ right: { state: { units: ['crate', 'box'] } } });
      expect(yield* after.read('mine')).toMatchObject({ right: { state: { value: 5, units: ['piece', 'piece'] } } });
    }),
  ));

test('an older node leaves the state document of a newer one alone', () =>
  run(
    Effect.gen(function* () {
      const after = yield* world(CounterV2, { flushEveryMs: 3_600_000 });
      yield* after.ask('a', add(2));
      const written = yield* Effect.gen(function* () {
        const db = databaseOf(yield* Mongo);
        const keys = yield* KeyRing;
        const look = (definition: AnyDefinition) =>
          catchUpDocuments(db, keys, new Map([[definition.kind, protocolOf(definition)]]), new Date(0));
        return yield* Effect.promise(async () => ({ older: await look(Counter), newer: await look(CounterV2) }));
      }).pipe(Effect.provide([after.mongo, after.keys]));
      expect(written).toEqual({ older: 0, newer: 1 });
    }),
  ));

/** Asks of a program with `asking` that reach a node whose program has `owning`. */
const across = (asking: AnyDefinition, owning: AnyDefinition, database: ReturnType<typeof databaseOf>) => {
  const keys = { current: () => ({ id: 'none', key: Buffer.alloc(16) }), byId: () => undefined };
  const node = new ActorNode({
    storage: mongoActorStorage(database),
    keys,
    validUntilMs: () => Number.POSITIVE_INFINITY,
  });
  for (let partition = 0; partition < PARTITIONS; partition += 1) node.open(partition, 1);
  const host = { node, kinds: new Map([[owning.kind, protocolOf(owning)]]), name: 'owner' };
  const wire = (batch: Batch): Batch => ({ lines: JSON.parse(JSON.stringify(batch.lines)) as ReadonlyArray<Line> });
  const lanes = new Lanes((_partition, batch) => answerBatch(host, wire(batch)));
  return { node, service: makeService(lanes, [asking]) };
};

test('what a newer node asks an older one is done in full or not at all', () =>
  run(
    Effect.gen(function* () {
      const other = yield* world(Counter);
      const db = databaseOf(Context.get(yield* Layer.build(other.mongo), Mongo));
      const { node, service } = across(CounterV2, Counter, db);
      yield* Effect.addFinalizer(() => Effect.promise(() => node.stop()));
      const ask = (commandId: string, command: ReturnType<typeof add>) =>
        Effect.either(
          service.ask(CounterV2, { id: testId('a'), command, envelope: { commandId, caller: testCaller } }),
        );
      // As before: done. With a field that the owner does not know: its meaning would be lost.
      expect(yield* ask('one', { _tag: 'Add', by: 1 } as ReturnType<typeof add>)).toMatchObject({ right: { rev: 1 } });
      expect(yield* ask('two', add(1, 'crate'))).toMatchObject(OTHER_RELEASE);
      // Its state lacks what the asking program wants to see.
      expect(yield* Effect.either(service.read(CounterV2, testId('a')))).toMatchObject(OTHER_RELEASE);
      // Of a kind, or with a command, that the owner does not have at all.
      const { node: bare, service: lost } = across(CounterV2, defineActor({ ...Counter, kind: 'test.other' }), db);
      yield* Effect.addFinalizer(() => Effect.promise(() => bare.stop()));
      expect(yield* Effect.either(lost.read(CounterV2, testId('a')))).toMatchObject(OTHER_RELEASE);
      expect(protocolOf(Counter).receiveInput('Rename', {})).toMatchObject(OTHER_RELEASE.left);
      expect(protocolOf(Counter).receiveInput('Add', { by: -1, unit: 'x' })).toMatchObject({ code: 'InvalidInput' });
    }),
  ));
