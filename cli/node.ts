import { join } from 'node:path';
import { Config, ConfigError, Effect, Layer, Option } from 'effect';
import type { NeedsOfSet } from '../activities/activity.ts';
import { mandateFollowers } from '../activities/mandates/followers.ts';
import { ReconciliationRulesLive } from '../activities/mandates/reconciliation/rules.ts';
import { reconciliationSteps } from '../activities/mandates/reconciliation/steps.ts';
import { mandatesSteps } from '../activities/mandates/steps.ts';
import { BackupMetricsLive } from '../activities/operations/backup/metrics.ts';
import { operationsSteps } from '../activities/operations/steps.ts';
import { limitFollower } from '../activities/roaming/limit-follower.ts';
import { accountFollower } from '../activities/roaming/settlement/account-follower.ts';
import { caseFollower } from '../activities/roaming/settlement/case-follower.ts';
import { settlementSteps } from '../activities/roaming/settlement/steps.ts';
import { roamingSteps } from '../activities/roaming/steps.ts';
import { loadFirstTerms } from '../activities/roaming/terms.ts';
import { simSteps } from '../activities/sim/steps.ts';
import { writeFollower } from '../activities/sim/write-follower.ts';
import { Workers, workersLayer } from '../activities/worker.ts';
import { actorDefinitions } from '../actors/actors.ts';
import { MandateSubscriptionsLive } from '../actors/mandates/directory.ts';
import { RoamingSubscriptionsLive } from '../actors/roaming/identities.ts';
import { ActorNodes, ClusterLive, clusterClientLayer } from '../actors/runtime/cluster.ts';
import { ActorsLive, ActorsRemote } from '../actors/runtime/live.ts';
import { RemindersLive } from '../actors/runtime/reminders.ts';
import { SubscriptionsLive } from '../actors/runtime/subscriptions.ts';
import { SimSubscriptionsLive } from '../actors/sim/subscriptions.ts';
import { TelecomSupplyLive } from '../actors/sim/telecom-supply.ts';
import { type Fault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { RIGHTS } from '../gateway/rights.ts';
import { routes } from '../gateway/routes.ts';
import { gatewayLayer } from '../gateway/server.ts';
import { settingsFromEnvironment } from '../gateway/settings.ts';
import { cardServiceSocket } from '../gateway/sim/card-service/card-service.ts';
import { cardMakingSettingsLayer } from '../gateway/sim/settings.ts';
import { BackupsLive } from '../partners/backup/configuration.ts';
import { CrmPortLive } from '../partners/crm/http.ts';
import { EopPortLive } from '../partners/eop/https.ts';
import { FinanceSystemLive } from '../partners/finance/http.ts';
import { HallPortLive } from '../partners/hall/http.ts';
import { MailPortLive } from '../partners/mail/driver.ts';
import { MandateFilesPortLive } from '../partners/mandate-files/sftp.ts';
import { ProvincePortLive } from '../partners/province/http.ts';
import { RoamingLive } from '../partners/roaming/sftp.ts';
import { SubscriberMessagesLive } from '../partners/subscriber-messages/http.ts';
import { VendorPortLive } from '../partners/vendor/sftp.ts';
import { VopPortLive } from '../partners/vop/sftp.ts';
import { FilesLive } from '../store/files/gridfs.ts';
import { KeyRingLive } from '../store/keys/key-ring.ts';
import { Mongo, MongoLive, mongoHealth } from '../store/mongo.ts';
import { MongoMetricsLive } from '../store/mongo-metrics.ts';
import { AuditLive } from '../store/operations/audit.ts';
import { thresholdMetrics } from '../store/operations/thresholds.ts';
import { RedisConnection, RedisLive, redisHealth } from '../store/redis.ts';
import { LogLive, log } from '../telemetry/log.ts';
import { TracingLive, tracing } from '../telemetry/tracing.ts';
import { allWorkflows } from '../temporal/bundle.ts';
import { Processes } from '../temporal/client.ts';
import { operationsTenant, schedules, schedulesLayer, temporalClientLayer } from '../temporal.config.ts';
import { DEFAULT_DEADLINES } from '../workflows/sim/stages.ts';
import { TELECOM_DEADLINES } from '../workflows/sim/telecom/deadlines.ts';
import { bankDoorLive, banksLive } from './banks.ts';
import { cardReadersLayer } from './card-readers.ts';
import { probeLayer } from './probe.ts';
import type { Role } from './role.ts';

/**
 * One node: the Layers of the rooms that its roles need, over one connection each to MongoDB, Redis and Temporal. This
 * is the only place where the rooms meet. A node without the role `actors` holds none, and asks those of the others.
 */

/** Whoever scrapes any node hears where alarms begin. */
const thresholds = Layer.unwrapEffect(Effect.map(operationsTenant, thresholdMetrics));

const base = Layer.merge(Layer.provideMerge(Layer.merge(MongoMetricsLive, thresholds), MongoLive), KeyRingLive);

/** The actors with their reminders and what follows their journal, here. */
const actorsHere = Layer.mergeAll(
  RemindersLive(actorDefinitions),
  SimSubscriptionsLive,
  MandateSubscriptionsLive,
  RoamingSubscriptionsLive,
).pipe(Layer.provideMerge(ActorsLive(actorDefinitions)), Layer.provideMerge(ClusterLive));

const actorsElsewhere = ActorsRemote(actorDefinitions).pipe(Layer.provideMerge(clusterClientLayer));

/** What gateway and worker need besides actors; a node without either needs neither Redis nor Temporal. */
const surroundings = Layer.mergeAll(FilesLive, AuditLive, temporalClientLayer).pipe(Layer.provideMerge(RedisLive));

const partners = Layer.mergeAll(
  VopPortLive,
  VendorPortLive,
  CrmPortLive,
  MailPortLive,
  EopPortLive,
  HallPortLive,
  banksLive,
  MandateFilesPortLive,
  ReconciliationRulesLive,
  RoamingLive,
  SubscriberMessagesLive,
  FinanceSystemLive,
  BackupsLive,
).pipe(Layer.provideMerge(ProvincePortLive));

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

/** Whoever writes a Telecom card, in a reader of this node or of a card service, asks EOP for its data. */
const telecom = Layer.provide(TelecomSupplyLive, EopPortLive);

const gateway = Layer.unwrapEffect(
  Effect.gen(function* () {
    const settings = yield* settingsFromEnvironment;
    const checks = yield* ownChecks;
    const sockets = [yield* cardServiceSocket()];
    return gatewayLayer({ routes, rights: RIGHTS, sockets, checks, settings });
  }),
);

const bankDoor = Layer.provide(bankDoorLive, ProvincePortLive);

const sets = [simSteps, mandatesSteps, reconciliationSteps, roamingSteps, settlementSteps, operationsSteps] as const;
type SetNeeds = NeedsOfSet<(typeof sets)[number]>;

const worker = Layer.unwrapEffect(
  Effect.gen(function* () {
    const stateDir = yield* Config.nonEmptyString('HUFU_STATE_DIR').pipe(Config.withDefault('.hufu'));
    const workers = workersLayer<SetNeeds>({
      sets,
      workflowsPath: allWorkflows,
      cacheDir: join(stateDir, 'cache'),
      tracing,
    });
    // In the background: the first node of a house starts before anybody can be asked.
    const terms = Layer.scopedDiscard(Effect.forkScoped(Effect.flatMap(operationsTenant, loadFirstTerms)));
    return Layer.mergeAll(workers, schedulesLayer(yield* schedules), terms, BackupMetricsLive).pipe(
      Layer.provide(partners),
    );
  }),
);

const gatewayWithSettings = gateway.pipe(
  Layer.provide(telecom),
  Layer.provide(cardMakingSettingsLayer(DEFAULT_DEADLINES, TELECOM_DEADLINES)),
);

const unset = (error: ConfigError.ConfigError): Refusal =>
  refuse('invalid', 'Configuration', `A setting is missing or malformed: ${error}`, {
    action: 'Set it in the environment; ./hufu up sets all of them for a development machine.',
  });

/** Health and metrics of a node without a gateway. */
const probe = Layer.unwrapEffect(Effect.map(ownChecks, probeLayer));

const readersHere = Layer.provide(cardReadersLayer, telecom);
const devicesOf = (roles: ReadonlySet<Role>) => (roles.has('devices') ? readersHere : Layer.empty);

/** What happens because actors have decided something. Runs where actors are. */
const followers = Layer.mergeAll(
  SubscriptionsLive([writeFollower]),
  SubscriptionsLive(mandateFollowers),
  SubscriptionsLive([limitFollower, accountFollower, caseFollower]),
);
/** The same actors as those of the rest of the node: a layer is built once. */
const followersOf = (roles: ReadonlySet<Role>) =>
  roles.has('actors') ? Layer.provide(followers, actorsHere) : Layer.empty;

/** A node with a gateway or a worker. What answers from outside starts last and stops first. */
const outward = (roles: ReadonlySet<Role>) => {
  const door = roles.has('gateway') ? Layer.discard(Layer.merge(gatewayWithSettings, bankDoor)) : probe;
  const actors = roles.has('actors') ? actorsHere : actorsElsewhere;
  const withWorker = roles.has('worker') ? Layer.provide(door, worker) : door;
  const all = Layer.mergeAll(withWorker, devicesOf(roles), followersOf(roles));
  return all.pipe(Layer.provide(actors), Layer.provide(surroundings), Layer.provide(base));
};

/** Needs Temporal; a house without it has no processes that could be started. */
const followersAlone = Layer.unwrapEffect(
  Effect.map(Config.option(Config.nonEmptyString('TEMPORAL_ADDRESS')), (address) => {
    if (Option.isSome(address)) return Layer.provide(followers, temporalClientLayer);
    log.warn(
      'without TEMPORAL_ADDRESS nobody is told the results of writes, what becomes of mandates, or limits of roaming',
    );
    return Layer.empty;
  }),
);

/** A node with neither. */
const inward = (roles: ReadonlySet<Role>) => {
  if (!roles.has('actors') && !roles.has('devices')) return probe;
  const here = Layer.merge(probe, devicesOf(roles));
  return roles.has('actors')
    ? Layer.merge(here, followersAlone).pipe(Layer.provide(actorsHere), Layer.provide(base))
    : here.pipe(Layer.provide(actorsElsewhere), Layer.provide(base));
};

/** Fails with what a person can act on; a setting that is missing or malformed is named. */
export const nodeLayer = (roles: ReadonlySet<Role>): Layer.Layer<never, Refusal | Fault> => {
  const parts = roles.has('gateway') || roles.has('worker') ? outward(roles) : inward(roles);
  return Layer.discard(parts).pipe(
    Layer.provide(Layer.merge(LogLive, TracingLive)),
    Layer.mapError((failure) => (ConfigError.isConfigError(failure) ? unset(failure) : failure)),
  );
};
