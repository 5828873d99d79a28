import { join } from 'node:path';
import { ConfigProvider, Effect, Layer, ManagedRuntime } from 'effect';
import { mandateFollowers } from '../../activities/mandates/followers.ts';
import { mandatesSteps } from '../../activities/mandates/steps.ts';
import { workersLayer } from '../../activities/worker.ts';
import { mandateActors } from '../../actors/mandates/actors.ts';
import { MandateSubscriptionsLive } from '../../actors/mandates/directory.ts';
import { provinceRulesActor } from '../../actors/mandates/province-rules.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { singleNodeLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { RemindersLive } from '../../actors/runtime/reminders.ts';
import { SubscriptionsLive } from '../../actors/runtime/subscriptions.ts';
import { collectionPlans } from '../../cli/admin/plans.ts';
import { bankDoorLive, banksLive } from '../../cli/banks.ts';
import { anyPort } from '../../cli/supervisor/ports.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { ProvinceRules } from '../../domain/mandates/schema.ts';
import { HallPortLive } from '../../partners/hall/http.ts';
import { ProvincePortLive } from '../../partners/province/http.ts';
import type { CarrierAccess } from '../../partners/simulator/carrier.ts';
import { runMandateSides } from '../../partners/simulators.ts';
import type { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { type KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { makeTracing } from '../../telemetry/tracing.ts';
import { allWorkflows, root } from '../../temporal/bundle.ts';
import type { Processes } from '../../temporal/client.ts';
import { processesLayer, type Temporal, temporalLayer } from '../../temporal.config.ts';
import { serverAddress } from './names.ts';

/**
 * The exchange of mandates in one process: actors, the follower of numbers, a worker, the door and the lines of banks,
 * over the real MongoDB and Temporal, with simulated banks and provinces as servers of their own around it.
 */

export const tenant = 'demo' as TenantId;

/** Banks and provinces, and the environment that names them to a house. */
export const startSides = async (directory: string, carrier?: CarrierAccess) => {
  const port = await anyPort();
  const { environment, ...sides } = await runMandateSides(directory, '127.0.0.1', port, carrier);
  return { ...sides, env: { ...environment, HUFU_BANK_DOOR_PORT: String(port) } };
};
export type Sides = Awaited<ReturnType<typeof startSides>>;

type Services = Actors | Files | KeyRing | Mongo | Processes | Temporal;

export interface House {
  readonly run: <A, E>(effect: Effect.Effect<A, E, Services>) => Promise<A>;
  /** Where its processes are, and the keys of their payloads. */
  readonly env: Readonly<Record<'TEMPORAL_ADDRESS' | 'TEMPORAL_NAMESPACE' | 'HUFU_KEY_DIR', string>>;
  readonly close: () => Promise<void>;
}

export interface HouseAt {
  readonly directory: string;
  readonly database: string;
  readonly namespace: string;
  readonly sides: Sides;
}

export const startHouse = async ({ directory, database, namespace, sides }: HouseAt): Promise<House> => {
  const env = {
    TEMPORAL_ADDRESS: serverAddress('TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE: namespace,
    HUFU_KEY_DIR: join(directory, 'keys'),
  };
  const stores = keyRingLayer({ directory: env.HUFU_KEY_DIR, demoKeys: true }).pipe(
    Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database })),
  );
  // Before anybody follows the journal.
  await Effect.runPromise(
    Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)).pipe(Effect.provide(stores)),
  );
  const temporal = temporalLayer({
    address: env.TEMPORAL_ADDRESS,
    namespace,
    queuePrefix: 'hufu',
    tls: false,
    apiKey: undefined,
  });
  const workers = workersLayer({
    sets: [mandatesSteps],
    workflowsPath: allWorkflows,
    cacheDir: join(root, '.hufu/cache'),
    tracing: makeTracing({ ratio: 0, ringSize: 1 }),
    graceMs: 1_000,
  }).pipe(Layer.provide(banksLive));
  const runtime = ManagedRuntime.make(
    Layer.mergeAll(
      workers,
      bankDoorLive,
      SubscriptionsLive(mandateFollowers),
      MandateSubscriptionsLive,
      RemindersLive(mandateActors),
    ).pipe(
      Layer.provide(Layer.merge(ProvincePortLive, HallPortLive)),
      Layer.provideMerge(processesLayer),
      Layer.provideMerge(Layer.merge(ActorsLocal(mandateActors, { flushEveryMs: 20 }), singleNodeLayer)),
      Layer.provideMerge(temporal),
      Layer.provideMerge(FilesLive),
      Layer.provideMerge(stores),
      Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(sides.env))))),
    ),
  );
  // A house stands from here on, whether anybody asks it or not.
  await runtime.runtime();
  return { run: (effect) => runtime.runPromise(effect), env, close: () => runtime.dispose() };
};

/** Both provinces have these rules from now on. */
export const setRules = (rules: ProvinceRules, provinces: ReadonlyArray<string> = ['110000', '440000']) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const caller = { tenant, subject: 'wang', roles: [] };
    for (const key of provinces) {
      yield* actors.ask(provinceRulesActor, {
        id: { tenant, key },
        command: { _tag: 'Set', fromMs: 0, rules, note: 'for tests' },
        envelope: { commandId: `rules-${key}`, caller },
      });
    }
  });
