import { randomUUID } from 'node:crypto';
import * as MessageStorage from '@effect/cluster/MessageStorage';
import * as RunnerAddress from '@effect/cluster/RunnerAddress';
import * as RunnerHealth from '@effect/cluster/RunnerHealth';
import * as RunnerStorage from '@effect/cluster/RunnerStorage';
import * as Runners from '@effect/cluster/Runners';
import * as Sharding from '@effect/cluster/Sharding';
import * as ShardingConfig from '@effect/cluster/ShardingConfig';
import * as Snowflake from '@effect/cluster/Snowflake';
import * as SocketRunner from '@effect/cluster/SocketRunner';
import { layerClientProtocol, layerSocketServer } from '@effect/platform-node-shared/NodeClusterSocket';
import * as RpcSerialization from '@effect/rpc/RpcSerialization';
import { Config, Context, Effect, Layer, Option, Schedule } from 'effect';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import type { Mongo } from '../../store/mongo.ts';
import { makeMessageStorage } from '../../store/runtime/cluster-storage-messages.ts';
import { makeRunnerStorage } from '../../store/runtime/cluster-storage-runners.ts';
import { Lease, leasedRunnerStorage, makeLeaseClock } from './lease.ts';

/**
 * The cluster: who owns which shard, and how nodes reach each other. Effect's sharding over our MongoDB storages, with
 * TCP between nodes. Losing a node costs a lease; what its actors knew is in the journal.
 */

/**
 * A shard is what is leased and moved. 128: enough that three or ten nodes share evenly, few enough that refreshing all
 * of them costs MongoDB 64 small updates a second, whatever the number of nodes. It must be the same on all nodes of a
 * database and never change while any runs.
 */
export const SHARDS = 128;

/**
 * A lock not refreshed for 6 s is anybody's. Nodes refresh every 2 s (a third: two refreshes may be lost), and look for
 * new and lost nodes every half second; so a killed node's shards are taken 6 to 8 s after its last refresh. Shorter
 * leases would fail over faster, and also on every stall of a disk or of a busy event loop.
 */
export const LOCK_EXPIRATION_MS = 6_000;
const LOCK_REFRESH_MS = 2_000;

/**
 * How much earlier than the stored lock our own belief in it ends: for a pause between the check of the lease and the
 * answer, and for clocks of MongoDB members that differ after a failover.
 */
export const LEASE_MARGIN_MS = 1_500;

/** How often nodes look for new and lost ones. */
const LOOK_EVERY_MS = 500;

const sharding = (address?: RunnerAddress.RunnerAddress, listen?: RunnerAddress.RunnerAddress) =>
  ShardingConfig.layer({
    runnerAddress: Option.fromNullable(address),
    runnerListenAddress: Option.fromNullable(listen),
    shardsPerGroup: SHARDS,
    shardLockRefreshInterval: LOCK_REFRESH_MS,
    shardLockExpiration: LOCK_EXPIRATION_MS,
    refreshAssignmentsInterval: LOOK_EVERY_MS,
    // Also the pause after which acquiring is tried again when the storage failed.
    entityMessagePollInterval: 2_000,
    // A node that still refreshes but whose port does not answer is marked unhealthy by pings this often.
    runnerHealthCheckInterval: 15_000,
    // Partitions stop by finishing one append; a node that hangs on longer is cut off by its lease anyway.
    entityTerminationTimeout: 5_000,
    // Local asks do not pass the cluster's messages; those that do need not be encoded to stay on the node.
    simulateRemoteSerialization: false,
  });

const storages: Layer.Layer<MessageStorage.MessageStorage | RunnerStorage.RunnerStorage | Lease, never, Mongo> =
  Layer.mergeAll(
    Layer.effect(MessageStorage.MessageStorage, makeMessageStorage).pipe(Layer.provide(Snowflake.layerGenerator)),
    Layer.effectContext(
      Effect.gen(function* () {
        const { storage, buryDead } = yield* makeRunnerStorage({ lockExpirationMs: LOCK_EXPIRATION_MS });
        yield* Effect.ignoreLogged(buryDead);
        const clock = makeLeaseClock(LOCK_EXPIRATION_MS - LEASE_MARGIN_MS);
        return Context.make(Lease, clock.lease).pipe(
          Context.add(RunnerStorage.RunnerStorage, leasedRunnerStorage(storage, clock)),
        );
      }),
    ),
  );

export type Cluster =
  | Sharding.Sharding
  | Runners.Runners
  | MessageStorage.MessageStorage
  | ShardingConfig.ShardingConfig
  | ActorNodes
  | Lease;

/** What a node has that holds no actors itself. */
export type ClusterClient = Sharding.Sharding | Runners.Runners | ShardingConfig.ShardingConfig | ActorNodes;

/** Whether there are nodes that hold actors, as this node sees it. */
export class ActorNodes extends Context.Tag('hufu/ActorNodes')<
  ActorNodes,
  {
    /** False while no node that can be reached holds actors: an ask would wait in vain. As of half a second ago. */
    readonly any: () => boolean;
    /** The same, by asking the storage of the cluster now. For readiness. */
    readonly health: Effect.Effect<void, Fault>;
  }
>() {}

export interface ClusterOptions {
  /** The address by which other nodes reach this one. */
  readonly host: string;
  readonly port: number;
  /** Where to listen, when that differs (a container, an address translation). */
  readonly listenHost?: string;
  readonly listenPort?: number;
}

/** Nothing was done: there is nobody to do it. */
export const NO_NODE = fault('actors', 'NoNode', 'No node that holds actors can be reached.', 1_000);

/** Fails while no healthy node is registered; `others`: as seen over the network. */
const someNode = (storage: RunnerStorage.RunnerStorage['Type'], others: boolean): Effect.Effect<void, Fault> =>
  storage.getRunners.pipe(
    Effect.mapError((error) => fault('mongodb', 'Unavailable', `The list of nodes cannot be read: ${error.message}`)),
    Effect.filterOrFail(
      // A node alone listens nowhere: its port is 0.
      (runners) => runners.some(([runner, healthy]) => healthy && (!others || runner.address.port !== 0)),
      () => NO_NODE,
    ),
    Effect.asVoid,
  );

/** The storages, and what a node that is one of those in them says of them. */
const ownStorages = Layer.effect(
  ActorNodes,
  Effect.map(RunnerStorage.RunnerStorage, (storage) => ({ any: () => true, health: someNode(storage, false) })),
).pipe(Layer.provideMerge(storages));

/** A node among others: listens for them, takes its part of the shards. A port that is taken is a `Fault`. */
export const clusterLayer = (options: ClusterOptions): Layer.Layer<Cluster, Fault, Mongo> => {
  const address = RunnerAddress.make(options.host, options.port);
  const listen = RunnerAddress.make(options.listenHost ?? options.host, options.listenPort ?? options.port);
  const config = sharding(address, listen);
  const server = layerSocketServer.pipe(
    Layer.mapError((error) =>
      fault('cluster', 'AddressInUse', `The cluster's address ${listen.host}:${listen.port} cannot be used: ${error}`),
    ),
  );
  const health = RunnerHealth.layerPing.pipe(Layer.provide(Runners.layerRpc), Layer.provide(layerClientProtocol));
  return SocketRunner.layer.pipe(
    Layer.provide([server, layerClientProtocol, health]),
    Layer.provideMerge(ownStorages),
    Layer.provideMerge(config),
    Layer.provide(RpcSerialization.layerMsgPack),
  );
};

/** The one node of its database: no socket. Waits for the leases of a lost predecessor; another live node is a `Fault`. */
export const singleNodeLayer: Layer.Layer<Cluster, Fault, Mongo> = Layer.unwrapEffect(
  Effect.sync(() => {
    const address = RunnerAddress.make(`single-${randomUUID()}`, 0);
    return Sharding.layer.pipe(
      Layer.provide(Layer.effectDiscard(alone)),
      Layer.provideMerge(Runners.layerNoop),
      Layer.provide(RunnerHealth.layerNoop),
      Layer.provideMerge(ownStorages),
      Layer.provideMerge(sharding(address, address)),
    );
  }),
);

const alone: Effect.Effect<void, Fault, RunnerStorage.RunnerStorage> = Effect.gen(function* () {
  const runners = yield* RunnerStorage.RunnerStorage;
  const others = yield* runners.getRunners.pipe(
    Effect.mapError((error) => fault('mongodb', 'Unavailable', `The list of nodes cannot be read: ${error.message}`)),
  );
  if (others.length === 0) return;
  const names = others.map(([runner]) => `${runner.address.host}:${runner.address.port}`).join(', ');
  return yield* Effect.fail(
    fault('cluster', 'NotAlone', `Another node uses this database (${names}): give this one a cluster address too.`),
  );
}).pipe(Effect.retry({ schedule: Schedule.spaced(500), times: Math.ceil((LOCK_EXPIRATION_MS + 1_000) / 500) }));

/**
 * A node that holds no actors and listens for nobody, but sends to those that do. It takes no shard and is not
 * registered; without any node that holds actors it starts all the same, and waits for one.
 */
export const clusterClientLayer: Layer.Layer<ClusterClient, never, Mongo> = Layer.scoped(
  ActorNodes,
  Effect.gen(function* () {
    const health = someNode(yield* RunnerStorage.RunnerStorage, true);
    let any = false;
    const look = Effect.map(Effect.isSuccess(health), (found) => {
      any = found;
    });
    yield* look;
    yield* Effect.forkScoped(Effect.forever(Effect.delay(look, LOOK_EVERY_MS)));
    return { any: () => any, health };
  }),
).pipe(
  Layer.provideMerge(SocketRunner.layerClientOnly),
  Layer.provide(layerClientProtocol),
  Layer.provide(storages),
  Layer.provideMerge(sharding()),
  Layer.provide(RpcSerialization.layerMsgPack),
);

/** From `HUFU_RUNNER_HOST` and `HUFU_RUNNER_PORT`; without a port the node is alone and does not listen. */
export const ClusterLive = Layer.unwrapEffect(
  Effect.gen(function* () {
    const port = yield* Config.option(Config.port('HUFU_RUNNER_PORT'));
    if (Option.isNone(port)) return singleNodeLayer;
    const host = yield* Config.string('HUFU_RUNNER_HOST').pipe(Config.withDefault('127.0.0.1'));
    return clusterLayer({ host, port: port.value });
  }),
);
