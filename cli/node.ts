import { join } from 'node:path';
import { Config, ConfigError, Effect, Layer, Option } from 'effect';
import { operationsSteps } from '../activities/operations/steps.ts';
import { simSteps } from '../activities/sim/steps.ts';
import { Workers, workersLayer } from '../activities/worker.ts';
import { actorDefinitions } from '../actors/actors.ts';
import { ActorNodes, ClusterLive, clusterClientLayer } from '../actors/runtime/cluster.ts';
import { ActorsLive, ActorsRemote } from '../actors/runtime/live.ts';
import { RemindersLive } from '../actors/runtime/reminders.ts';
import { type Fault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { RIGHTS } from '../gateway/rights.ts';
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
import { LogLive, log } from '../telemetry/log.ts';
import { TracingLive, tracing } from '../telemetry/tracing.ts';
import { allWorkflows } from '../temporal/bundle.ts';
import { Processes } from '../temporal/client.ts';
import { schedules, schedulesLayer, temporalClientLayer } from '../temporal.config.ts';
import { DEFAULT_DEADLINES } from '../workflows/sim/stages.ts';
import { probeLayer } from './probe.ts';
import type { Role } from './role.ts';

/**
 * One node: the Layers of the rooms that its roles need, over one connection each to MongoDB, Redis and Temporal. This
 * is the only place where the rooms meet. A node without the role `actors` holds none, and asks those of the others.
 */

const base = Layer.merge(MongoLive, KeyRingLive);

/** The actors with their reminders, here. */
const actorsHere = RemindersLive(actorDefinitions).pipe(
  Layer.provideMerge(ActorsLive(actorDefinitions)),
  Layer.provideMerge(ClusterLive),
);

const actorsElsewhere = ActorsRemote(actorDefinitions).pipe(Layer.provideMerge(clusterClientLayer));

/** What gateway and worker need besides actors; a node without either needs neither Redis nor Temporal. */
const surroundings = Layer.mergeAll(FilesLive, AuditLive, temporalClientLayer).pipe(Layer.provideMerge(RedisLive));

const partners = Layer.mergeAll(VopPortLive, VendorPortLive);

/** A node is ready when what it lives on answers; which that is depends on its roles. */
const ownChecks = Effect.gen(function* () {
  const checks: Record<string, Effect.Effect<unknown, unknown>> = {};
  const mongo = yield* Effect.serviceOption(Mongo);
  if (Option.isSome(mongo)) checks['mongodb'] = Effect.provideService(mongoHealth(), Mongo, mongo.value);
  const redis = yield* Effect.serviceOption(RedisConnection);
  if (Option.isSome(redis)) checks['redis'] = Effect.provideService(redisHealth(), RedisConnection, redis.value);
  const processes = yield* Effect.serviceOption(Processes);
  if (Option.isSome(processes)) checks['temporal'] = processes.value.health;
  const nodes = yield* Effect.serviceOption(ActorNodes);
  if (Option.isSome(nodes)) checks['actors'] = nodes.value.health;
  const workers = yield* Effect.serviceOption(Workers);
  if (Option.isSome(workers)) checks['worker'] = workers.value.health;
  return checks;
});

const gateway = Layer.unwrapEffect(
  Effect.gen(function* () {
    const settings = yield* settingsFromEnvironment;
    const checks = yield* ownChecks;
    return gatewayLayer({ routes, rights: RIGHTS, checks, settings });
  }),
);

const worker = Layer.unwrapEffect(
  Effect.gen(function* () {
    const stateDir = yield* Config.nonEmptyString('HUFU_STATE_DIR').pipe(Config.withDefault('.hufu'));
    const workers = workersLayer({
      sets: [simSteps, operationsSteps],
      workflowsPath: allWorkflows,
      cacheDir: join(stateDir, 'cache'),
      tracing,
    });
    return Layer.merge(workers, schedulesLayer(yield* schedules)).pipe(Layer.provide(partners));
  }),
);

const gatewayWithSettings = Layer.provide(gateway, cardMakingSettingsLayer(DEFAULT_DEADLINES));

/** Device links are opened by what is configured; so far no device is. */
const devices = Layer.effectDiscard(Effect.sync(() => log.info('no device links are configured on this node')));

const unset = (error: ConfigError.ConfigError): Refusal =>
  refuse('invalid', 'Configuration', `A setting is missing or malformed: ${error}`, {
    action: 'Set it in the environment; ./hufu up sets all of them for a development machine.',
  });

/** Health and metrics of a node without a gateway. */
const probe = Layer.unwrapEffect(Effect.map(ownChecks, probeLayer));

/** A node with a gateway or a worker. What answers from outside starts last and stops first. */
const outward = (roles: ReadonlySet<Role>) => {
  const door = roles.has('gateway') ? Layer.discard(gatewayWithSettings) : probe;
  const actors = roles.has('actors') ? actorsHere : actorsElsewhere;
  const withWorker = roles.has('worker') ? Layer.provide(door, worker) : door;
  return withWorker.pipe(Layer.provide(actors), Layer.provide(surroundings), Layer.provide(base));
};

/** A node with neither. */
const inward = (roles: ReadonlySet<Role>) =>
  roles.has('actors') ? probe.pipe(Layer.provide(actorsHere), Layer.provide(base)) : probe;

/** Fails with what a person can act on; a setting that is missing or malformed is named. */
export const nodeLayer = (roles: ReadonlySet<Role>): Layer.Layer<never, Refusal | Fault> => {
  const parts = Layer.mergeAll(
    roles.has('devices') ? devices : Layer.empty,
    roles.has('gateway') || roles.has('worker') ? outward(roles) : inward(roles),
  );
  return Layer.discard(parts).pipe(
    Layer.provide(Layer.merge(LogLive, TracingLive)),
    Layer.mapError((failure) => (ConfigError.isConfigError(failure) ? unset(failure) : failure)),
  );
};
