import { randomBytes } from 'node:crypto';
import * as Sharding from '@effect/cluster/Sharding';
import { Context, Effect, Layer } from 'effect';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import { mongoActorStorage } from '../../store/runtime/actor-storage.ts';
import { takeAllEpochs, takeEpoch } from '../../store/runtime/journal-epochs.ts';
import { Actors } from './actors.ts';
import { CatchUp } from './catch-up.ts';
import { ActorNodes, NO_NODE } from './cluster.ts';
import type { AnyDefinition, NeedsOf } from './definition.ts';
import { DeviceTalks } from './device-talks.ts';
import { Lanes } from './lanes.ts';
import { Lease } from './lease.ts';
import { routerOf } from './line-answers.ts';
import type { Look } from './looks.ts';
import { ActorNode, type NodeOptions } from './node.ts';
import { ActorOverview, clusterSource, localSource, makeOverview, ownAddress } from './overview.ts';
import { PARTITIONS } from './partition.ts';
import {
  clusterLooks,
  clusterShards,
  clusterTransport,
  lookHere,
  type PartitionHost,
  partitionLayer,
} from './partition-entity.ts';
import { protocolOf } from './protocol.ts';
import { makeService, type Router } from './service.ts';
import { Tenures } from './tenures.ts';

/** Starting the actors of a node: alone, or as part of a cluster. */

export type Tuning = Omit<NodeOptions, 'storage' | 'keys' | 'validUntilMs' | 'alone' | 'onCommitted' | 'onAwake'>;

/** A node with its device talks, stopped in order when the scope ends. It holds no partition yet. */
export const scopedNode = <Definitions extends ReadonlyArray<AnyDefinition>>(
  _definitions: Definitions,
  tuning: Tuning & Pick<NodeOptions, 'validUntilMs' | 'alone'>,
) =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const keys = yield* KeyRing;
    const runtime = yield* Effect.runtime<NeedsOf<Definitions[number]>>();
    const talks = new DeviceTalks(runtime);
    const node = new ActorNode({
      ...tuning,
      storage: mongoActorStorage(db),
      keys,
      onCommitted: (actor) => talks.committed(actor),
      onAwake: (actor) => talks.awoken(actor),
    });
    yield* Effect.addFinalizer(() => Effect.promise(() => node.stop()));
    return { db, node };
  });

/** The actors and the look at them, which every way of starting gives together. */
const both = (
  actors: Context.Tag.Service<typeof Actors>,
  overview: Context.Tag.Service<typeof ActorOverview>,
): Context.Context<Actors | ActorOverview> => Context.make(Actors, actors).pipe(Context.add(ActorOverview, overview));

/**
 * All actors of the database on this node, without a cluster: for tools, tests and a machine alone. A second process
 * that does the same is fenced off at its first write; reads trust that there is none.
 */
export const ActorsLocal = <Definitions extends ReadonlyArray<AnyDefinition>>(
  definitions: Definitions,
  tuning: Tuning = {},
) =>
  Layer.scopedContext(
    Effect.gen(function* () {
      const validUntilMs = () => Number.POSITIVE_INFINITY;
      const { db, node } = yield* scopedNode(definitions, { ...tuning, validUntilMs, alone: true });
      const epochs = yield* mongoTry('taking epochs', () => takeAllEpochs(db, PARTITIONS));
      for (const [partition, epoch] of epochs) node.open(partition, epoch);
      const address = 'local:0';
      const source = localSource((look) => lookHere({ node, address }, look), address);
      return both(makeService(node, definitions), makeOverview(source, definitions));
    }),
  );

/**
 * The actors of a node of a cluster: those of the partitions that the cluster gives it run here, asks to others go to
 * the nodes that hold them.
 */
export const ActorsLive = <Definitions extends ReadonlyArray<AnyDefinition>>(
  definitions: Definitions,
  tuning: Tuning = {},
) =>
  Layer.scopedContext(
    Effect.gen(function* () {
      const lease = yield* Lease;
      const sharding = yield* Sharding.Sharding;
      const shards = yield* clusterShards;
      const names = shards.map(String);
      const validUntilMs = (partition: number) => lease.validUntilMs(names[partition]);
      const { db, node } = yield* scopedNode(definitions, { ...tuning, validUntilMs });
      const lanes = new Lanes(yield* clusterTransport);
      const kinds = new Map(definitions.map((definition) => [definition.kind, protocolOf(definition)]));
      const catchUp = new CatchUp(db, yield* KeyRing, kinds);
      yield* Effect.addFinalizer(() => Effect.sync(() => catchUp.stop()));
      catchUp.wake();
      const tenures = new Tenures({
        node,
        has: (partition) => {
          const shard = shards[partition];
          return shard !== undefined && sharding.hasShardId(shard);
        },
        takeEpoch: (partition) => takeEpoch(db, partition),
        opened: () => catchUp.wake(),
      });
      yield* Effect.addFinalizer(() => Effect.sync(() => tenures.stop()));
      const name = randomBytes(9).toString('base64url');
      const host: PartitionHost = { node, kinds, name, address: (yield* ownAddress) ?? 'local:0', tenures };
      yield* Layer.build(partitionLayer(host));
      const own = { address: host.address, here: (look: Look) => lookHere(host, look) };
      const source = yield* clusterSource(db, own, yield* clusterLooks);
      return both(makeService(routerOf(node, lanes), definitions), makeOverview(source, definitions));
    }),
  );

/**
 * The actors of the other nodes: this one holds none, every ask goes to the node that does. While there is none, asks
 * are answered with the fault `NoNode` at once (nothing was done); when one appears they reach it.
 */
export const ActorsRemote = (definitions: ReadonlyArray<AnyDefinition>) =>
  Layer.effectContext(
    Effect.gen(function* () {
      const db = databaseOf(yield* Mongo);
      const nodes = yield* ActorNodes;
      const lanes = new Lanes(yield* clusterTransport);
      const router: Router = {
        ask: (protocol, id, partition, question, encoded) => {
          if (nodes.any()) lanes.ask(protocol, id, partition, question, encoded);
          else question.answer(NO_NODE);
        },
        read: (protocol, id, partition, reading) => {
          if (nodes.any()) lanes.read(protocol, id, partition, reading);
          else reading.answer(NO_NODE);
        },
      };
      const source = yield* clusterSource(db, undefined, yield* clusterLooks);
      return both(makeService(router, definitions), makeOverview(source, definitions));
    }),
  );
