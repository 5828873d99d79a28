import * as ClusterSchema from '@effect/cluster/ClusterSchema';
import * as Entity from '@effect/cluster/Entity';
import * as EntityId from '@effect/cluster/EntityId';
import type * as ShardId from '@effect/cluster/ShardId';
import * as Sharding from '@effect/cluster/Sharding';
import * as Rpc from '@effect/rpc/Rpc';
import { Cause, Duration, Effect, Exit, Option, Runtime, Schema } from 'effect';
import { log } from '../../telemetry/log.ts';
import { LOCK_EXPIRATION_MS } from './cluster.ts';
import type { BatchReply, Line, Transport } from './lanes.ts';
import { answerBatch, type LinesHost } from './line-answers.ts';
import { answerLook, type Look, type Looked } from './looks.ts';
import { PARTITIONS } from './partition.ts';
import type { Tenures } from './tenures.ts';

/**
 * How the cluster decides: one entity per partition. Where the cluster builds the entity, there the partition's actors
 * live; when it takes the entity away, they stop. Asks of the same node do not come through here.
 */

// The lines are JSON of the definitions' own schemas, decoded by the receiver: a second schema would only cost.
const Partition = Entity.make('HufuPartition', [
  Rpc.make('Ask', { payload: { lines: Schema.Unknown }, success: Schema.Unknown }),
  Rpc.make('Look', { payload: { look: Schema.Unknown }, success: Schema.Unknown }),
  // A message carries asks of many traces, each with its own context in its line: a span of its own belongs to none.
]).annotate(ClusterSchema.ClientTracingEnabled, false);

/**
 * A message that has no answer by then is given up; its asks are told to retry. As long as a lease: a node that stands
 * still for longer has lost its actors to others, who would answer.
 */
const ANSWER_WITHIN_MS = LOCK_EXPIRATION_MS;

export interface PartitionHost extends LinesHost {
  /** Its address in the cluster, by which operators know it. */
  readonly address: string;
  readonly tenures: Tenures;
}

/** What this node says to an operator who looks. */
export const lookHere = async (host: Pick<PartitionHost, 'node' | 'address'>, look: Look): Promise<Looked> => ({
  ...(await answerLook(host.node, look)),
  node: host.address,
});

/** Registers the entity with the cluster. */
export const partitionLayer = (host: PartitionHost) =>
  Partition.toLayer(
    Effect.gen(function* () {
      const { entityId } = yield* Entity.CurrentAddress;
      const partition = Number(entityId);
      yield* Effect.addFinalizer(() => Effect.promise(() => host.node.close(partition)));
      return Partition.of({
        Ask: (request) =>
          Effect.promise(async () => {
            await host.tenures.reach(partition);
            return answerBatch(host, { lines: request.payload.lines as ReadonlyArray<Line> });
          }),
        Look: (request) => Effect.promise(() => lookHere(host, request.payload.look as Look)),
      });
    }),
    // The cluster counts only its own messages as activity; idling is ours.
    { concurrency: 'unbounded', maxIdleTime: Duration.infinity, mailboxCapacity: 'unbounded' },
  );

/** The shard of each partition, by its number. */
export const clusterShards: Effect.Effect<ReadonlyArray<ShardId.ShardId>, never, Sharding.Sharding> = Effect.map(
  Sharding.Sharding,
  (sharding) =>
    Array.from({ length: PARTITIONS }, (_, partition) => {
      const id = EntityId.make(String(partition));
      return sharding.getShardId(id, Partition.getShardGroup(id));
    }),
);

export const clusterTransport: Effect.Effect<Transport, never, Sharding.Sharding> = Effect.gen(function* () {
  const client = yield* Partition.client;
  const clients = Array.from({ length: PARTITIONS }, (_, partition) => client(String(partition)));
  const run = Runtime.runCallback(yield* Effect.runtime());
  return (partition, batch) =>
    new Promise((resolve) => {
      const ask = (clients[partition] ?? client(String(partition))).Ask({ lines: batch.lines });
      const unanswered = (cause: Cause.Cause<unknown> | 'late'): void => {
        const why = cause === 'late' ? `none within ${ANSWER_WITHIN_MS} ms` : Cause.pretty(cause);
        log.warn({ partition, lines: batch.lines.length, cause: why }, 'no answer from a partition');
        resolve(undefined);
      };
      // By the clock itself: `Effect.timeout` would be three more fibers for each message.
      const timer = setTimeout(() => {
        unanswered('late');
        // A message that cannot be called back, because nobody is there, is not waited for either.
        cancel();
      }, ANSWER_WITHIN_MS);
      const cancel = run(ask, {
        onExit: (exit) => {
          clearTimeout(timer);
          if (Exit.isSuccess(exit)) resolve(exit.value as BatchReply);
          else if (!Cause.isInterruptedOnly(exit.cause)) unanswered(exit.cause);
          else resolve(undefined);
        },
      });
    });
});

/** Looks at the node that holds the partition. None: it did not answer within `withinMs`, or does not know the look. */
export const clusterLooks: Effect.Effect<
  (partition: number, look: Look, withinMs: number) => Effect.Effect<Option.Option<Looked>>,
  never,
  Sharding.Sharding
> = Effect.map(
  Partition.client,
  (client) => (partition, look, withinMs) =>
    client(String(partition))
      .Look({ look })
      .pipe(
        Effect.map((reply) => Option.some(reply as Looked)),
        Effect.timeout(withinMs),
        Effect.catchAllCause((cause) => {
          // Whoever looks is told which nodes were silent.
          log.debug({ partition, look: look._tag, cause: Cause.pretty(cause) }, 'no answer to a look at a node');
          return Effect.succeedNone;
        }),
      ),
);
