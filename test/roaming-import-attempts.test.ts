import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, Deferred, Effect, Fiber } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriberActor } from '../actors/roaming/subscriber.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { spentIn } from '../domain/roaming/subscriber/spending.ts';
import { Mongo } from '../store/mongo.ts';
import { usageOf } from '../store/roaming/usage.ts';
import { serverAddress, uniqueName } from './support/names.ts';
import { agreementWith, roamingTerms } from './support/roaming-import.ts';
import {
  importOnce,
  importRuntime,
  openSubscribers,
  prepareImports,
  receiveFile,
  stepOf,
  importTenant as tenant,
} from './support/roaming-import-run.ts';

/**
 * Two attempts of one import at once, as when a worker stands still for longer than its heartbeat and then goes on: what
 * the subscriber's account has taken is what the bill says, also where a package came between the two.
 */

const PARTNER = 'HKGPP';
const SUBSCRIBERS = 3;
let directory: string;
let runtime: ReturnType<typeof importRuntime>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-attempts-'));
  runtime = importRuntime(
    { mongodbUri: serverAddress('MONGODB_URI'), database: uniqueName('import_attempts'), directory },
    roamingTerms(1),
  );
  await runtime.runPromise(Effect.zipRight(prepareImports, openSubscribers(0, SUBSCRIBERS)));
});
afterAll(async () => {
  await runtime.runPromise(Effect.flatMap(Mongo, (mongo) => Effect.promise(() => mongo.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

type Service = Context.Tag.Service<typeof Actors>;

/** Stands still after its subscribers were read, or before they are asked, until it is let go on. */
const standing = (where: 'read' | 'ask', reached: Deferred.Deferred<void>, goOn: Deferred.Deferred<void>) =>
  Effect.map(Actors, (actors): Service => {
    const stand = Effect.zipRight(Deferred.succeed(reached, undefined), Deferred.await(goOn));
    return {
      ...actors,
      read: (definition, id) =>
        where === 'read' && definition.kind === subscriberActor.kind
          ? Effect.zipLeft(actors.read(definition, id), stand)
          : actors.read(definition, id),
      askMany: (definition, asks) =>
        where === 'ask' && definition.kind === subscriberActor.kind
          ? Effect.zipRight(stand, actors.askMany(definition, asks))
          : actors.askMany(definition, asks),
    };
  });

const grant = (subscriber: string, id: string) =>
  Effect.flatMap(Actors, (actors) =>
    actors.ask(subscriberActor, {
      id: { tenant, key: subscriber },
      command: {
        _tag: 'Grant',
        balance: { id, package: 'VOICE-30', left: 1_800, fromMs: 0, untilMs: Date.UTC(2027, 0, 1) },
      },
      envelope: { commandId: `grant-${id}`, caller: stepOf('').caller },
    }),
  );

const fileOf = (sequence: number) => ({
  sender: PARTNER,
  recipient: 'CHNCM',
  sequence,
  records: 60,
  firstRecord: sequence * 60,
  subscribers: SUBSCRIBERS,
  day: '20261101',
  utcOffset: '+0800',
  agreement: agreementWith(PARTNER),
});

/** What the account says, and what the records of the bill come to. */
const bothOf = (subscriber: string) =>
  Effect.gen(function* () {
    const { state } = yield* (yield* Actors).read(subscriberActor, { tenant, key: subscriber });
    const kept = yield* usageOf({ tenant, owner: { subscriber }, month: '2026-11', limit: 1_000 });
    return {
      spent: state === null ? 0n : spentIn(state, '2026-11'),
      billed: kept.reduce((sum, { retailMinor }) => sum + retailMinor, 0n),
      records: kept.length,
      inPackage: kept.filter(({ takes }) => takes.length > 0).length,
    };
  });

describe('two attempts of one import at once', () => {
  it.each([
    ['read its subscribers, and goes on', 1, 'read', true],
    ['kept its records, and goes on', 2, 'ask', true],
    ['kept its records, and dies', 3, 'ask', false],
  ] as const)(
    'the first stands still after it has %s: the bill says what was charged',
    async (_, sequence, where, goesOn) => {
      const stored = await runtime.runPromise(receiveFile(fileOf(sequence)));
      await runtime.runPromise(
        Effect.gen(function* () {
          const reached = yield* Deferred.make<void>();
          const goOn = yield* Deferred.make<void>();
          const slow = yield* standing(where, reached, goOn);
          const first = yield* Effect.fork(Effect.provideService(importOnce(PARTNER, stored), Actors, slow));
          yield* Deferred.await(reached);
          // From here on some of the calls cost nothing: the second attempt prices them otherwise.
          yield* grant('S0', `B${sequence}`);
          yield* importOnce(PARTNER, stored);
          if (!goesOn) return yield* Fiber.interrupt(first);
          yield* Deferred.succeed(goOn, undefined);
          return yield* Fiber.join(first);
        }),
      );
      const [inPackage, plain] = await runtime.runPromise(Effect.all([bothOf('S0'), bothOf('S1')]));
      for (const one of [inPackage, plain]) {
        expect(one?.billed).toBe(one?.spent);
        expect(one?.records).toBe(sequence * 20);
      }
      expect(inPackage?.inPackage).toBeGreaterThan(0);
      expect(plain?.inPackage).toBe(0);
    },
  );
});
