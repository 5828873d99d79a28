import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cause, Effect, Layer, ManagedRuntime, Stream } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { simActors } from '../../actors/sim/actors.ts';
import { imsiRangeActor } from '../../actors/sim/number-range.ts';
import { registerRange } from '../../actors/sim/register-range.ts';
import { resourceFileActor } from '../../actors/sim/resource-file.ts';
import { collectionPlans } from '../../cli/admin/plans.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { CurrentStep } from '../activity.ts';
import { importResourceFile } from './resource-files.ts';

/** An import that is cut short, on the real stores. */

const tenant = 'demo' as TenantId;
const caller = { subject: 'test', tenant, roles: ['operator'] as const };
let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | Files | Mongo, unknown>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-import-'));
  runtime = ManagedRuntime.make(
    Layer.mergeAll(ActorsLocal(simActors), FilesLive).pipe(
      Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
      Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('sim_import') })),
    ),
  );
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
});
afterAll(async () => {
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

const imsi = (n: number): string => `46001${String(n).padStart(10, '0')}`;
/** Twenty ranges of ten numbers each. */
const CSV = [
  'imsi,last,product',
  ...Array.from({ length: 20 }, (_, n) => `${imsi(n * 100)},${imsi(n * 100 + 9)},P1`),
].join('\n');

/** A step of a run; it dies when it has registered so many ranges. */
const step = (run: string, diesAfter = Number.POSITIVE_INFINITY) =>
  CurrentStep.of({
    caller,
    commandIdFor: (...parts) => [run, ...parts].join('/'),
    heartbeat: (progress) =>
      (progress as { readonly ranges?: number }).ranges === diesAfter ? Effect.die(new Error('killed')) : Effect.void,
    lastHeartbeat: undefined,
    attempt: 1,
    workflowId: run,
  });

it('goes on where it was cut short: what was planned is registered once, also beside others’ ranges', async () => {
  const outcome = await runtime.runPromise(
    Effect.gen(function* () {
      const files = yield* Files;
      const actors = yield* Actors;
      const kept = { tenant, area: 'sim', name: 'imsi.csv', contentType: 'text/csv', sealed: true };
      const file = yield* files.put(kept, Stream.make(Buffer.from(CSV)));
      const id = { tenant, key: file.sm3 };
      const receive = { _tag: 'Receive', name: file.name, ref: file, source: 'upload' } as const;
      yield* actors.ask(resourceFileActor, { id, command: receive, envelope: { commandId: 'receive', caller } });
      const died = yield* importResourceFile({ tenant, file }).pipe(
        Effect.provideService(CurrentStep, step('first', 7)),
        Effect.sandbox,
        Effect.flip,
      );
      const between = (yield* actors.read(resourceFileActor, id)).state;
      // Somebody registers numbers of the last line meanwhile.
      const other = { type: 'imsi', first: imsi(1_905), last: imsi(1_950), product: 'P9', city: null } as const;
      yield* registerRange(tenant, other, { commandId: 'other', caller });
      const again = yield* importResourceFile({ tenant, file }).pipe(
        Effect.provideService(CurrentStep, step('second')),
      );
      const once = yield* importResourceFile({ tenant, file }).pipe(Effect.provideService(CurrentStep, step('third')));
      const { state } = yield* actors.read(resourceFileActor, id);
      const first = yield* actors.read(imsiRangeActor, { tenant, key: `${imsi(0)}-${imsi(9)}` });
      return { died: Cause.isDie(died), between, again, once, state, first };
    }),
  );
  expect(outcome.died).toBe(true);
  expect(outcome.between).toMatchObject({ status: 'planned', accepted: 20, report: null });
  expect([outcome.again, outcome.once]).toEqual([{ status: 'done' }, { status: 'done' }]);
  expect(outcome.state).toMatchObject({ status: 'done', lines: 20, accepted: 19, refused: 1, numbers: 190 });
  // Registered by the first attempt, found by the second: one turn, not two.
  expect(outcome.first).toMatchObject({ rev: 1, state: { product: 'P1', books: { size: 10, free: 10 } } });
});
