import { Entity, type Sharding } from '@effect/cluster';
import { Rpc } from '@effect/rpc';
import { Cause, Duration, Effect, Option, Runtime, Schedule, Schema } from 'effect';
import { log } from '../../telemetry/log.ts';
import { LOCK_EXPIRATION_MS } from './cluster.ts';
import type { BatchReply, Line, Transport } from './lanes.ts';
import { answerBatch, type LinesHost } from './line-answers.ts';
import { answerLook, type Look, type Looked } from './looks.ts';

/**
 * How the cluster decides: one entity per partition. Where the cluster builds the entity, there the partition's actors
 * live; when it takes the entity away, they stop. Asks of the same node do not come through here.
 */

// The lines are JSON of the definitions' own schemas, decoded by the receiver: a second schema would only cost.
const Partition = Entity.make('HufuPartition', [
  Rpc.make('Ask', { payload: { lines: Schema.Unknown }, success: Schema.Unknown }),
  Rpc.make('Look', { payload: { look: Schema.Unknown }, success: Schema.Unknown }),
]);

/**
 * A message that has no answer by then is given up; its asks are told to retry. As long as a lease: a node that stands
 * still for longer has lost its actors to others, who would answer.
 */
const ANSWER_WITHIN_MS = LOCK_EXPIRATION_MS;

export interface PartitionHost extends LinesHost {
  /** Its address in the cluster, by which operators know it. */
  readonly address: string;
  readonly takeEpoch: (partition: number) => Promise<number>;
  /** Told which shard the partition lies in, before it opens. */
  readonly placed: (partition: number, shard: string) => void;
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
      const address = yield* Entity.CurrentAddress;
      const partition = Number(address.entityId);
      const epoch = yield* Effect.tryPromise(() => host.takeEpoch(partition)).pipe(
        // Without an epoch the partition cannot be served; asks to it wait, and give up by themselves.
        Effect.retry(Schedule.spaced(500)),
        Effect.orDie,
      );
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          host.placed(partition, address.shardId.toString());
          host.node.open(partition, epoch);
        }),
        () => Effect.promise(() => host.node.close(partition)),
      );
      return Partition.of({
        Ask: (request) =>
          Effect.promise(() => answerBatch(host, { lines: request.payload.lines as ReadonlyArray<Line> })),
        Look: (request) => Effect.promise(() => lookHere(host, request.payload.look as Look)),
      });
    }),
    // The cluster counts only its own messages as activity; idling is ours.
    { concurrency: 'unbounded', maxIdleTime: Duration.infinity, mailboxCapacity: 'unbounded' },
  );

export const clusterTransport: Effect.Effect<Transport, never, Sharding.Sharding> = Effect.gen(function* () {
  const client = yield* Partition.client;
  const runtime = yield* Effect.runtime();
  return (partition, batch) =>
    Runtime.runPromise(runtime)(
      client(String(partition))
        .Ask({ lines: batch.lines })
        .pipe(
          Effect.map((reply) => reply as BatchReply),
          // A message that cannot be called back, because nobody is there, is not waited for either.
          Effect.disconnect,
          Effect.timeout(ANSWER_WITHIN_MS),
          Effect.catchAllCause((cause) =>
            Effect.sync(() => {
              log.warn(
                { partition, lines: batch.lines.length, cause: Cause.pretty(cause) },
                'no answer from a partition',
              );
              return undefined;
            }),
          ),
        ),
    );
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
