import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mandateActors } from '../actors/mandates/actors.ts';
import { differenceActor, reconciliationActor } from '../actors/mandates/reconciliation.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { singleNodeLayer } from '../actors/runtime/cluster.ts';
import { ActorsLive } from '../actors/runtime/live.ts';
import { collectionPlans } from '../cli/admin/plans.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { differenceKey } from '../domain/mandates/reconciliation/difference.ts';
import { keyRingLayer } from '../store/keys/key-ring.ts';
import { listDifferences, listReconciliations } from '../store/mandates/reconciliation.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { serverAddress, uniqueName } from './support/names.ts';
import { DAY, fileRef, foundOf, RUN } from './support/reconciliation.ts';
import { eventually } from './temporal/harness.ts';

const tenant = 'demo' as TenantId;
const envelope = (commandId: string) => ({ commandId, caller: { subject: 'service:worker', tenant, roles: [] } });
let directory: string;
const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('reconciliation') });
const start = () => {
  const base = Layer.merge(singleNodeLayer, keyRingLayer({ directory, demoKeys: true })).pipe(
    Layer.provideMerge(mongo),
  );
  return ManagedRuntime.make(ActorsLive(mandateActors).pipe(Layer.provideMerge(base)));
};
let runtime: ReturnType<typeof start>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-reconciliation-'));
  const migration = Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans));
  await Effect.runPromise(Effect.provide(migration, mongo));
  runtime = start();
});
afterAll(async () => {
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

it('runs and differences are found by what people ask for, numbers masked', async () => {
  const found = foundOf({ action: 'queue' });
  const [runs, differences] = await runtime.runPromise(
    Effect.gen(function* () {
      const actors = yield* Actors;
      const run = { tenant, key: RUN };
      yield* actors.ask(reconciliationActor, {
        id: run,
        command: { _tag: 'Open', ...DAY },
        envelope: envelope('open'),
      });
      const command = { _tag: 'Receive', ref: fileRef('a'), source: 'poll' } as const;
      yield* actors.ask(reconciliationActor, { id: run, command, envelope: envelope('receive') });
      yield* actors.ask(differenceActor, {
        id: { tenant, key: differenceKey(found) },
        command: { _tag: 'Record', ...found },
        envelope: envelope('record'),
      });
      return yield* eventually(
        Effect.gen(function* () {
          const seen = yield* listReconciliations({ tenant, filters: { partner: 'CCB', fromPeriod: '2026-11-01' } });
          const asked = { run: RUN, status: 'queued', numberKey: found.numberKey ?? '', atLeastDays: 0 };
          const queue = yield* listDifferences({ tenant, filters: asked, order: 'key' });
          if (seen.items[0]?.files !== 1 || queue.items.length === 0) return yield* Effect.fail(new Error('not yet'));
          return [seen.items, queue.items] as const;
        }),
      );
    }),
  );
  expect(runs).toMatchObject([{ key: RUN, party: 'bank', stage: 'awaiting', files: 1, quarantined: 0 }]);
  expect(differences).toMatchObject([
    { key: differenceKey(found), class: 'missingHere', number: '861******0001', agreement: 'A1', status: 'queued' },
  ]);
  expect(JSON.stringify([runs, differences])).not.toContain(found.there?.account);
});
