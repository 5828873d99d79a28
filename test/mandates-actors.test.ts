import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Either, Layer, ManagedRuntime } from 'effect';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mandateActors } from '../actors/mandates/actors.ts';
import { MandateSubscriptionsLive } from '../actors/mandates/directory.ts';
import { numberActor } from '../actors/mandates/number.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { singleNodeLayer } from '../actors/runtime/cluster.ts';
import { ActorsLive } from '../actors/runtime/live.ts';
import { RemindersLive } from '../actors/runtime/reminders.ts';
import { world } from '../actors/runtime/test-kit.ts';
import { collectionPlans } from '../cli/admin/plans.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import type { Caller } from '../domain/kernel/caller.ts';
import { EVERYWHERE } from '../domain/kernel/province.ts';
import { isFault } from '../domain/kernel/refusal.ts';
import type { Msisdn } from '../domain/mandates/identifiers.ts';
import type { NumberCommand } from '../domain/mandates/schema.ts';
import { KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { numberKey } from '../store/mandates/number-key.ts';
import { listRelations } from '../store/mandates/relations.ts';
import { migrate } from '../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../store/mongo.ts';
import { CLAIM, msisdn, NUMBER, OTHER, RULES, SUBSCRIBER, say } from './support/mandates.ts';
import { serverAddress, uniqueName } from './support/names.ts';

const tenant = 'demo' as TenantId;
const caller: Caller = { subject: 'service:bank', tenant, roles: ['partner'] };
const database = uniqueName('mandates_actors');
let directory: string;

const start = () => {
  const base = Layer.merge(singleNodeLayer, keyRingLayer({ directory, demoKeys: true })).pipe(
    Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database })),
  );
  const actors = ActorsLive(mandateActors).pipe(Layer.provideMerge(base));
  return ManagedRuntime.make(
    Layer.merge(RemindersLive(mandateActors), MandateSubscriptionsLive).pipe(Layer.provideMerge(actors)),
  );
};
let runtime: ReturnType<typeof start>;
const run = <A, E>(effect: Effect.Effect<A, E, Actors | Mongo | KeyRing>): Promise<A> => runtime.runPromise(effect);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-mandates-keys-'));
  const outside = ManagedRuntime.make(mongoLayer({ uri: serverAddress('MONGODB_URI'), database }));
  await outside.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
  await outside.dispose();
  runtime = start();
});
afterAll(async () => {
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

const keyOf = (number: Msisdn) =>
  run(
    Effect.map(KeyRing, (ring) => {
      const key = numberKey(ring, tenant, number);
      if (isFault(key)) throw new Error(key.message);
      return key;
    }),
  );

let commands = 0;
/** All at once. */
const tell = async (number: Msisdn, ...told: ReadonlyArray<NumberCommand>) => {
  const id = { tenant, key: await keyOf(number) };
  return run(
    Effect.flatMap(Actors, (actors) =>
      actors.askMany(
        numberActor,
        told.map((command) => {
          commands += 1;
          const about = 'number' in command ? { ...command, number } : command;
          return { id, command: about as NumberCommand, envelope: { commandId: `test-${commands}`, caller } };
        }),
      ),
    ),
  );
};
const stateOf = async (number: Msisdn) => {
  const id = { tenant, key: await keyOf(number) };
  return (await run(Effect.flatMap(Actors, (actors) => actors.read(numberActor, id)))).state;
};
const wordsOf = (answers: Awaited<ReturnType<typeof tell>>) =>
  answers.map((answer) => (Either.isRight(answer) ? answer.right.reply.word : answer.left.code));

describe('mandates on real storage', () => {
  it('end in one relation and one case when hall and bank come at once', async () => {
    const numbers = Array.from({ length: 40 }, (_, at) => msisdn(`${13_900_000_000 + at}`));
    const raced = await Promise.all(
      numbers.map((number, at) => {
        const flows = [say.establish(OTHER), say.request(), say.establish()];
        return tell(number, ...(at % 2 === 0 ? flows : flows.toReversed()));
      }),
    );
    for (const answers of raced) expect(answers.every(Either.isRight)).toBe(true);
    for (const number of numbers) {
      const { relation, cases } = await stateOf(number);
      expect(relation?.status).toBe('formal');
      expect(cases).toHaveLength(1);
    }
  });

  it('are one fact for the same message told by many at once', async () => {
    const number = msisdn('13600000001');
    const message = say.establish();
    const answers = await tell(number, ...Array.from({ length: 20 }, () => message));
    expect(new Set(wordsOf(answers))).toEqual(new Set(['formal']));
    expect(answers.filter((answer) => Either.isRight(answer) && answer.right.reply.changed)).toHaveLength(1);
    expect((await stateOf(number)).answers).toHaveLength(1);
  });

  it('expire by themselves, also when nothing ran at their moment, and another bank may begin', async () => {
    const [here, asleep] = [msisdn('13600000002'), msisdn('13600000003')];
    const brief = { ...RULES, provisionalMs: 1_000 };
    await tell(here, say.request(CLAIM, SUBSCRIBER, brief));
    await expect
      .poll(async () => (await stateOf(here)).ended, { timeout: 15_000 })
      .toMatchObject([{ bank: 'CCB', agreement: 'A1', ending: 'expired', by: 'timer' }]);
    await tell(asleep, say.request(CLAIM, SUBSCRIBER, brief));
    await runtime.dispose();
    runtime = start();
    await expect
      .poll(async () => (await stateOf(asleep)).ended, { timeout: 30_000 })
      .toMatchObject([{ ending: 'expired' }]);
    expect(wordsOf(await tell(asleep, say.request(OTHER)))).toEqual(['provisional']);
  });

  it('are the same after a restart', async () => {
    const number = msisdn('13600000004');
    const messages = [say.request(), say.establish(), say.topUp('t1', Date.now())];
    for (const message of messages) await tell(number, message);
    const before = await stateOf(number);
    await runtime.dispose();
    runtime = start();
    expect(await stateOf(number)).toEqual(before);
    const again = await Promise.all(messages.map((message) => tell(number, message)));
    expect(again.flatMap(wordsOf)).toEqual(['provisional', 'formal', 'charge']);
    expect(await stateOf(number)).toEqual(before);
  });

  it.each(['before append', 'after append', 'before state document'] as const)(
    'survive a node that dies %s: the notice that comes again is answered, and nothing is twice',
    (point) =>
      Effect.gen(function* () {
        const number = yield* world(numberActor);
        yield* number.ask('n1', say.request());
        const message = say.establish();
        yield* number.crash(point, 'n1', message, { commandId: 'e1' });
        const again = yield* number.ask('n1', message, { commandId: 'e1' });
        expect(again).toMatchObject({ right: { reply: { word: 'formal' } } });
        const { state } = Either.getOrThrow(yield* number.read('n1'));
        expect(state).toMatchObject({ relation: { status: 'formal' }, cases: [] });
        expect(state.answers).toHaveLength(2);
      }).pipe(Effect.scoped, Effect.runPromise),
  );
});

/** A subscription follows behind, and begins anew after a restart; a busy machine takes its time. */
const LOOKED_UP_MS = 60_000;

describe('what is looked up', { timeout: 2 * LOOKED_UP_MS }, () => {
  const number = msisdn('13700000001');
  const listed = (request: Parameters<typeof listRelations>[0], by: Parameters<typeof listRelations>[2] = {}) =>
    run(listRelations(request, EVERYWHERE, by)).then(({ items }) => items);

  it('finds a number and an account by their whole values, and shows them masked', async () => {
    await tell(number, say.establish(OTHER));
    await tell(number, say.establish());
    const found = () => listed({ tenant }, { number });
    await expect.poll(found, { timeout: LOOKED_UP_MS }).toHaveLength(2);
    const items = await found();
    expect(items.map(({ status, bank }) => `${bank} ${status}`).sort()).toEqual(['CCB manual', 'ICBC formal']);
    for (const item of items) expect(item.number).toBe('861******0001');
    const account = OTHER.account.number;
    const ofAccount = await listed({ tenant, filters: { status: 'formal' } }, { account });
    expect(ofAccount.length).toBeGreaterThan(0);
    for (const item of ofAccount) expect(item.account).toBe(`621${'*'.repeat(12)}${account.slice(-4)}`);
    expect(await listed({ tenant }, { number: NUMBER })).toEqual([]);
    expect(await listed({ tenant: 'other' as TenantId }, { number })).toEqual([]);
    expect(await listed({ tenant, where: { province: '310000' } }, { number })).toEqual([]);
  });

  it('follows the case to its end', async () => {
    const [open] = (await stateOf(number)).cases;
    await tell(number, { _tag: 'Resolve', case: open?.id ?? '', action: 'takeTheirs', note: 'asked the user' });
    await expect
      .poll(async () => (await listed({ tenant }, { number })).map(({ status, bank }) => `${bank} ${status}`).sort(), {
        timeout: LOOKED_UP_MS,
      })
      .toEqual(['CCB formal', 'ICBC cancelled']);
    expect(await listed({ tenant, filters: { status: 'manual' } }, { number })).toEqual([]);
  });

  it('holds neither a number nor an account in clear, in journal, state or look-ups', async () => {
    const all = await run(
      Effect.flatMap(Mongo, (connection) =>
        Effect.promise(async () => {
          const names = ['journal', 'mandates_numbers', 'mandates_relations'];
          const of = (name: string) => databaseOf(connection).collection(name).find({}).toArray();
          return Promise.all(names.map(of));
        }),
      ),
    );
    for (const documents of all) {
      expect(documents.length).toBeGreaterThan(0);
      // As bytes, so that nothing hides in a binary field.
      const bytes = documents.map((document) =>
        Buffer.from(mongoose.mongo.BSON.serialize(document)).toString('latin1'),
      );
      // Of the numbers and cards above: pseudonyms are hex and may hold as many digits.
      expect(/8613[679]00000|621700000000/.exec(bytes.join())).toBeNull();
    }
  });
});
