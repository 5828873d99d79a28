import { randomBytes } from 'node:crypto';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { simActors } from '../../actors/sim/actors.ts';
import { applicationActor } from '../../actors/sim/application.ts';
import { type NewRange, registerRange } from '../../actors/sim/register-range.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { simPlans } from '../../store/sim/lists.ts';
import { rangesWithStock } from '../../store/sim/number-ranges.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { CurrentStep } from '../activity.ts';
import { checkResources } from './application-steps.ts';

/** Resources are checked on a node that writes no state documents: the worst that a busy one can be behind. */

const tenant = 'demo' as TenantId;
const caller: Caller = { subject: 'operator', tenant, roles: ['operator'] };
const key = { id: 'test-1', key: randomBytes(16) };
const keys = Layer.succeed(KeyRing, { current: () => key, byId: () => key, refresh: Effect.void });
const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('check_resources') });
const runtime = ManagedRuntime.make(
  ActorsLocal(simActors, { flushEveryMs: 3_600_000 }).pipe(Layer.provide(keys), Layer.provideMerge(mongo)),
);
const storage = ManagedRuntime.make(mongo);

beforeAll(() => storage.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, simPlans))));
afterAll(async () => {
  await runtime.dispose();
  await databaseOf(await storage.runPromise(Mongo)).dropDatabase();
  await storage.dispose();
});

let steps = 0;
/** The step of card making, as an attempt of its own. */
const check = (application: string) => {
  steps += 1;
  const name = `step${steps}`;
  return checkResources({ tenant, application, round: 1, again: false }).pipe(
    Effect.provideService(CurrentStep, {
      caller,
      commandIdFor: (...parts) => [name, ...parts].join('/'),
      heartbeat: () => Effect.void,
      lastHeartbeat: undefined,
      attempt: 1,
      workflowId: name,
    }),
  );
};

const register = (range: NewRange) =>
  registerRange(tenant, range, { commandId: `${range.type} ${range.first}`, caller });

const apply = (application: string, product: string, quantity: number) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const lines = [{ no: 1, cardType: 'finished' as const, product, city: '110000', quantity }];
    for (const command of [
      { _tag: 'Draft' as const, partner: 'vop', remarks: '', vendors: ['V'], lines },
      { _tag: 'Submit' as const },
    ]) {
      const envelope = { commandId: `${application} ${command._tag}`, caller };
      yield* actors.ask(applicationActor, { id: { tenant, key: application }, command, envelope });
    }
  });

const line = (application: string) =>
  Effect.flatMap(Actors, (actors) =>
    Effect.map(actors.read(applicationActor, { tenant, key: application }), ({ state }) => state?.lines[0]),
  );

test('ranges that were registered a moment ago are found, those of the city first, and those of others are not', async () => {
  const first = { iccid: '8986012690000000000', imsi: '460019000000000' };
  await runtime.runPromise(
    Effect.gen(function* () {
      yield* register({ type: 'iccid', first: first.iccid, last: '8986012690000000009', product: 'P', city: null });
      yield* register({
        type: 'iccid',
        first: '8986012690000000010',
        last: '8986012690000000019',
        product: 'P',
        city: '110000',
      });
      yield* register({
        type: 'iccid',
        first: '8986012690000000020',
        last: '8986012690000000099',
        product: 'Q',
        city: null,
      });
      yield* register({
        type: 'iccid',
        first: '8986012690000000100',
        last: '8986012690000000199',
        product: 'P',
        city: '310000',
      });
      yield* register({ type: 'imsi', first: first.imsi, last: '460019000000014', product: 'P', city: null });
      expect(yield* rangesWithStock(tenant, { type: 'iccid', product: 'P', city: '110000' })).toEqual([]);

      yield* apply('A-LATE-1', 'P', 12);
      expect(yield* check('A-LATE-1')).toEqual({ short: [], ready: 1 });
      const found = yield* line('A-LATE-1');
      expect(found?.iccid.map((block) => [block.first, block.last])).toEqual([
        ['8986012690000000010', '8986012690000000019'],
        ['8986012690000000000', '8986012690000000001'],
      ]);

      // What is truly short is said to be so.
      yield* apply('A-LATE-2', 'P', 9);
      expect(yield* check('A-LATE-2')).toEqual({ short: [1], ready: 0 });
    }),
  );
});
