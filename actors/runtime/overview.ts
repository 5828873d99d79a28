import * as EntityId from '@effect/cluster/EntityId';
import * as Sharding from '@effect/cluster/Sharding';
import * as ShardingConfig from '@effect/cluster/ShardingConfig';
import { Context, Effect, Option } from 'effect';
import type { mongo } from 'mongoose';
import { type ActorId, formatActorId } from '../../domain/kernel/actor-id.ts';
import { type Fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import { readCursor, writeCursor } from '../../store/list-cursor.ts';
import { mongoTry } from '../../store/mongo.ts';
import { readNodes } from '../../store/runtime/cluster-storage-runners.ts';
import { LOCK_EXPIRATION_MS } from './cluster.ts';
import type { AnyDefinition } from './definition.ts';
import {
  type ActorReply,
  type AwakeFilter,
  type AwakeView,
  fullName,
  type Look,
  type Looked,
  type NodeReply,
  type RestartReply,
} from './looks.ts';
import { PARTITIONS, partitionOf } from './partition.ts';

/**
 * All nodes at a glance: which there are, who is awake where. The cluster's storage says who holds what, each node
 * answers for itself. A node that does not answer in time is named; it fails nobody's look.
 */

/** A node as the storage of the cluster knows it. */
export interface Holder {
  readonly address: string;
  readonly healthy: boolean;
  readonly heartbeatAtMs: number;
  readonly shards: number;
  readonly partitions: ReadonlyArray<number>;
}

export interface NodeView {
  readonly address: string;
  readonly healthy: boolean;
  readonly heartbeatAtMs: number;
  readonly shards: number;
  readonly partitions: number;
  /** `empty`: it holds nothing yet, so there is nothing to ask; `silent`: it did not answer in time. */
  readonly contact: 'answered' | 'silent' | 'empty';
  /** What it says of itself, when it answered. */
  readonly own: Omit<NodeReply, '_tag'> | null;
}

export interface AwakePage {
  readonly items: ReadonlyArray<AwakeView & { readonly node: string }>;
  readonly nextCursor: string | null;
  /** Nodes that did not answer: their actors are missing here. */
  readonly silent: ReadonlyArray<string>;
}

export interface AwakeQuery extends AwakeFilter {
  /** Only this one's; refusal `NoSuchNode`. */
  readonly node?: string;
  readonly cursor?: string;
  /** 1–200, default 50. */
  readonly limit?: number;
}

export interface Place {
  readonly partition: number;
  /** Null on a node without a cluster. */
  readonly shard: string | null;
  /** Address of the node that holds the partition; null: nobody at the moment. */
  readonly node: string | null;
  /** Null: nobody holds it, or whoever does did not answer in time. */
  readonly found: Omit<ActorReply, '_tag'> | null;
}

export class ActorOverview extends Context.Tag('hufu/ActorOverview')<
  ActorOverview,
  {
    readonly definitions: ReadonlyArray<AnyDefinition>;
    readonly nodes: Effect.Effect<ReadonlyArray<NodeView>, Fault>;
    /** Refusals: NoSuchNode, InvalidCursor. */
    readonly awake: (query: AwakeQuery) => Effect.Effect<AwakePage, Refusal | Fault, KeyRing>;
    readonly place: (kind: string, id: ActorId) => Effect.Effect<Place, Fault>;
    /** Puts the actor to sleep where it lives. Null: nobody answered. */
    readonly restart: (kind: string, id: ActorId) => Effect.Effect<RestartReply['outcome'] | null, Fault>;
  }
>() {}

/** Where the answers come from: the cluster, or one process alone. */
export interface Source {
  readonly holders: Effect.Effect<ReadonlyArray<Holder>, Fault>;
  readonly shardOf: (partition: number) => string | null;
  readonly look: (
    holder: Holder,
    partition: number,
    look: Look,
    withinMs: number,
  ) => Effect.Effect<Option.Option<Looked>>;
}

const ANSWER_WITHIN_MS = 2_000;
/** What is under way gets its time to end. */
const RESTART_WITHIN_MS = 10_000;
const AT_ONCE = 16;
const PAGE = 50;
const MAX_PAGE = 200;

export const noSuchNode = (): Refusal =>
  refuse('missing', 'NoSuchNode', 'There is no such node.', { field: 'node', action: 'List the nodes.' });

/** Through a partition that it holds; through another one when that has moved meanwhile. */
const askNode = (source: Source, holder: Holder, look: Look): Effect.Effect<Option.Option<Looked>> =>
  Effect.gen(function* () {
    for (const partition of new Set([holder.partitions[0], holder.partitions.at(-1)])) {
      if (partition === undefined) continue;
      const reply = yield* source.look(holder, partition, look, ANSWER_WITHIN_MS);
      if (Option.isNone(reply) || reply.value.node === holder.address) return reply;
    }
    return Option.none();
  });

const nodeView = (source: Source, holder: Holder): Effect.Effect<NodeView> =>
  Effect.map(askNode(source, holder, { _tag: 'Node' }), (reply) => {
    const { partitions, ...rest } = holder;
    const seen = { ...rest, partitions: partitions.length };
    if (partitions.length === 0) return { ...seen, contact: 'empty', own: null };
    if (Option.isNone(reply) || reply.value._tag !== 'Node') return { ...seen, contact: 'silent', own: null };
    const { awake, kinds, open, appending } = reply.value;
    return { ...seen, contact: 'answered', own: { awake, kinds, open, appending } };
  });

/** In code units, as the nodes do. */
const byName = (one: AwakeView, other: AwakeView): number => (fullName(one) < fullName(other) ? -1 : 1);

const awakePage = (source: Source, query: AwakeQuery): Effect.Effect<AwakePage, Refusal | Fault, KeyRing> =>
  Effect.gen(function* () {
    const { node, cursor, limit: asked = PAGE, ...filter } = query;
    const limit = Math.min(Math.max(asked, 1), MAX_PAGE);
    const list = JSON.stringify(['awake', filter.tenant, filter.kind, filter.phase, filter.busy, node]);
    const after = (yield* readCursor(list, cursor)) ?? '';
    const holders = (yield* source.holders).filter((one) => node === undefined || one.address === node);
    if (node !== undefined && holders.length === 0) return yield* Effect.fail(noSuchNode());
    const asking = holders.filter((one) => one.partitions.length > 0);
    const look: Look = { _tag: 'Awake', filter, after, limit: limit + 1 };
    const replies = yield* Effect.forEach(asking, (holder) => askNode(source, holder, look), { concurrency: AT_ONCE });
    const silent: Array<string> = [];
    const found = new Map<string, AwakeView & { readonly node: string }>();
    for (const [index, reply] of replies.entries()) {
      const address = asking[index]?.address ?? '';
      if (Option.isNone(reply) || reply.value._tag !== 'Awake') silent.push(address);
      // One that moves in this moment may be seen twice.
      else for (const actor of reply.value.actors) found.set(fullName(actor), { ...actor, node: address });
    }
    const items = [...found.values()].toSorted(byName).slice(0, limit);
    const last = items.at(-1);
    const more = found.size > limit && last !== undefined;
    return { items, nextCursor: more ? yield* writeCursor(list, fullName(last)) : null, silent };
  });

export const makeOverview = (
  source: Source,
  definitions: ReadonlyArray<AnyDefinition>,
): Context.Tag.Service<typeof ActorOverview> => {
  const at = (kind: string, id: ActorId) => {
    const name = formatActorId(id);
    const partition = partitionOf(kind, name);
    const holder = Effect.map(source.holders, (all) => all.find((one) => one.partitions.includes(partition)));
    return { name, partition, holder };
  };
  return {
    definitions,
    nodes: Effect.flatMap(source.holders, (holders) =>
      Effect.forEach(holders, (holder) => nodeView(source, holder), { concurrency: AT_ONCE }),
    ),
    awake: (query) => awakePage(source, query),
    place: (kind, id) =>
      Effect.gen(function* () {
        const { name, partition, holder } = at(kind, id);
        const known = yield* holder;
        const place = { partition, shard: source.shardOf(partition) };
        if (known === undefined) return { ...place, node: null, found: null };
        const reply = yield* source.look(known, partition, { _tag: 'Actor', kind, name, partition }, ANSWER_WITHIN_MS);
        if (Option.isNone(reply) || reply.value._tag !== 'Actor') return { ...place, node: known.address, found: null };
        const { node, epoch, actor } = reply.value;
        return { ...place, node, found: { epoch, actor } };
      }),
    restart: (kind, id) =>
      Effect.gen(function* () {
        const { name, partition, holder } = at(kind, id);
        const known = yield* holder;
        if (known === undefined) return null;
        const reply = yield* source.look(
          known,
          partition,
          { _tag: 'Restart', kind, name, partition },
          RESTART_WITHIN_MS,
        );
        return Option.isSome(reply) && reply.value._tag === 'Restart' ? reply.value.outcome : null;
      }),
  };
};

type Here = (look: Look) => Promise<Looked>;

/** One process alone, without a cluster: it holds everything. */
export const localSource = (here: Here, address: string): Source => ({
  holders: Effect.sync(() => [
    {
      address,
      healthy: true,
      heartbeatAtMs: Date.now(),
      shards: 0,
      partitions: Array.from({ length: PARTITIONS }, (_, partition) => partition),
    },
  ]),
  shardOf: () => null,
  look: (_holder, _partition, look) => Effect.asSome(Effect.promise(() => here(look))),
});

/** This node's name in the cluster; undefined for one that holds no actors. */
export const ownAddress: Effect.Effect<string | undefined, never, ShardingConfig.ShardingConfig> = Effect.map(
  ShardingConfig.ShardingConfig,
  ({ runnerAddress }) => {
    const address = Option.getOrUndefined(runnerAddress);
    return address === undefined ? undefined : `${address.host}:${address.port}`;
  },
);

/** The nodes of a cluster. `own`: this node, which is asked without a message; undefined when it holds no actors. */
export const clusterSource = (
  db: mongo.Db,
  own: { readonly address: string; readonly here: Here } | undefined,
  remote: (partition: number, look: Look, withinMs: number) => Effect.Effect<Option.Option<Looked>>,
): Effect.Effect<Source, never, Sharding.Sharding> =>
  Effect.map(Sharding.Sharding, (sharding) => {
    const shardOf = (partition: number): string =>
      sharding.getShardId(EntityId.make(String(partition)), 'default').toString();
    const partitions = Map.groupBy(
      Array.from({ length: PARTITIONS }, (_, partition) => partition),
      shardOf,
    );
    return {
      holders: Effect.map(
        mongoTry('reading the nodes of the cluster', () => readNodes(db, LOCK_EXPIRATION_MS)),
        (nodes) =>
          nodes.map(({ shards, ...node }) => ({
            ...node,
            shards: shards.length,
            partitions: shards.flatMap((shard) => partitions.get(shard) ?? []),
          })),
      ),
      shardOf,
      look: (holder, partition, look, withinMs) => {
        if (own !== undefined && holder.address === own.address)
          return Effect.asSome(Effect.promise(() => own.here(look)));
        // A node alone listens for nobody.
        return holder.address.endsWith(':0') ? Effect.succeedNone : remote(partition, look, withinMs);
      },
    };
  });
