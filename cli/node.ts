import { join } from 'node:path';
import { Config, ConfigError, Effect, Layer } from 'effect';
import { simSteps } from '../activities/sim/steps.ts';
import { workersLayer } from '../activities/worker.ts';
import { actorDefinitions } from '../actors/actors.ts';
import { ClusterLive } from '../actors/runtime/cluster.ts';
import { ActorsLive } from '../actors/runtime/live.ts';
import { RemindersLive } from '../actors/runtime/reminders.ts';
import { type Fault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { RIGHTS } from '../gateway/rights.ts';
import type { Route } from '../gateway/route.ts';
import { routes } from '../gateway/routes.ts';
import { gatewayLayer } from '../gateway/server.ts';
import { settingsFromEnvironment } from '../gateway/settings.ts';
import { cardMakingSettingsLayer } from '../gateway/sim/settings.ts';
import { VendorPortLive } from '../partners/vendor/sftp.ts';
import { VopPortLive } from '../partners/vop/sftp.ts';
import { FilesLive } from '../store/files/gridfs.ts';
import { KeyRingLive } from '../store/keys/key-ring.ts';
import { Mongo, MongoLive, mongoHealth } from '../store/mongo.ts';
import { AuditLive } from '../store/operations/audit.ts';
import { RedisConnection, RedisLive, redisHealth } from '../store/redis.ts';
import { LogLive } from '../telemetry/log.ts';
import { TracingLive, tracing } from '../telemetry/tracing.ts';
import { allWorkflows } from '../temporal/bundle.ts';
import { Processes } from '../temporal/client.ts';
import { schedules, schedulesLayer, temporalClientLayer } from '../temporal.config.ts';
import { DEFAULT_DEADLINES } from '../workflows/sim/stages.ts';
import type { Role } from './role.ts';

/**
 * One node: the Layers of the rooms that its roles need, over one connection each to MongoDB, Redis and Temporal. This
 * is the only place where the rooms meet.
 */

const stores = Layer.mergeAll(FilesLive, AuditLive).pipe(
  Layer.provideMerge(Layer.mergeAll(MongoLive, RedisLive, KeyRingLive)),
);

const partners = Layer.mergeAll(VopPortLive, VendorPortLive);

type NeedsOf<R> = R extends Route<infer Needs> ? Needs : never;
const allRoutes: ReadonlyArray<Route<NeedsOf<(typeof routes)[number]>>> = routes;

const gateway = Layer.unwrapEffect(
  Effect.gen(function* () {
    const settings = yield* settingsFromEnvironment;
    const { health } = yield* Processes;
    const checks = {
      mongodb: Effect.provideService(mongoHealth(), Mongo, yield* Mongo),
      redis: Effect.provideService(redisHealth(), RedisConnection, yield* RedisConnection),
      temporal: health,
    };
    return gatewayLayer({ routes: allRoutes, rights: RIGHTS, checks, settings });
  }),
);

const worker = Layer.unwrapEffect(
  Effect.gen(function* () {
    const stateDir = yield* Config.nonEmptyString('HUFU_STATE_DIR').pipe(Config.withDefault('.hufu'));
    const workers = workersLayer({
      sets: [simSteps],
      workflowsPath: allWorkflows,
      cacheDir: join(stateDir, 'cache'),
      tracing,
    });
    return Layer.merge(workers, schedulesLayer(schedules)).pipe(Layer.provide(partners));
  }),
);

const unset = (error: ConfigError.ConfigError): Refusal =>
  refuse('invalid', 'Configuration', `A setting is missing or malformed: ${error}`, {
    action: 'Set it in the environment; ./hufu up sets all of them for a development machine.',
  });

/** Fails with what a person can act on; a setting that is missing or malformed is named. */
export const nodeLayer = (roles: ReadonlySet<Role>): Layer.Layer<never, Refusal | Fault> => {
  const services = ActorsLive(actorDefinitions).pipe(
    Layer.provideMerge(ClusterLive),
    Layer.provideMerge(temporalClientLayer),
    Layer.provideMerge(stores),
  );
  const parts = Layer.mergeAll(
    roles.has('actors') ? RemindersLive(actorDefinitions) : Layer.empty,
    roles.has('worker') ? worker : Layer.empty,
    roles.has('gateway') ? Layer.provide(gateway, cardMakingSettingsLayer(DEFAULT_DEADLINES)) : Layer.empty,
  );
  return Layer.discard(parts).pipe(
    Layer.provide(services),
    Layer.provide(Layer.merge(LogLive, TracingLive)),
    Layer.mapError((failure) => (ConfigError.isConfigError(failure) ? unset(failure) : failure)),
  );
};
