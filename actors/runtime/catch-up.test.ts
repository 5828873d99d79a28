import { Effect, type Scope } from 'effect';
import { expect, test } from 'vitest';
import { formatActorId } from '../../domain/kernel/actor-id.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo } from '../../store/mongo.ts';
import { readStateDocuments } from '../../store/runtime/state-documents.ts';
import { Counter } from '../../test/support/counter.ts';
import { catchUpDocuments } from './catch-up.ts';
import { protocolOf } from './protocol.ts';
import { testId, world } from './test-kit.ts';

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(effect));
const add = (by: number) => ({ _tag: 'Add', by }) as const;
const KNOWN = formatActorId(testId('known'));
const NEW = formatActorId(testId('new'));
const kinds = new Map([[Counter.kind, protocolOf(Counter)]]);

test('documents that a killed node had not written are written by the next one, and only those', () =>
  run(
    Effect.gen(function* () {
      const counter = yield* world(Counter);
      yield* counter.ask('known', add(1));
      yield* counter.restart;
      // The node dies before it has written the documents of an actor that had one, and of one that had none.
      yield* counter.crash('before state document', 'known', add(10));
      yield* counter.crash('before state document', 'new', add(5));
      const revs = yield* Effect.gen(function* () {
        const db = databaseOf(yield* Mongo);
        const keys = yield* KeyRing;
        const read = async () =>
          new Map((await readStateDocuments(db, Counter.collection, [KNOWN, NEW])).map(({ _id, rev }) => [_id, rev]));
        const look = () => catchUpDocuments(db, keys, kinds, new Date(Date.now() - 60_000));
        return yield* Effect.promise(async () => ({
          before: await read(),
          written: await look(),
          after: await read(),
          again: await look(),
          later: await catchUpDocuments(db, keys, kinds, new Date(Date.now() + 60_000)),
        }));
      }).pipe(Effect.provide([counter.mongo, counter.keys]));
      expect(revs.before.get(NEW)).toBeUndefined();
      expect(revs.written).toBeGreaterThan(0);
      expect(revs.after).toEqual(
        new Map([
          [KNOWN, 2],
          [NEW, 1],
        ]),
      );
      expect(revs.again).toBe(0);
      expect(revs.later).toBe(0);
      expect(yield* counter.read('known')).toMatchObject({ right: { state: { value: 11 }, rev: 2 } });
    }),
  ));
