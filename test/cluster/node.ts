import { ShardId, Sharding } from '@effect/cluster';
import * as NodeRuntime from '@effect/platform-node-shared/NodeRuntime';
import { Effect, Layer } from 'effect';
import { clusterLayer, SHARDS } from '../../actors/runtime/cluster.ts';
import { Lease } from '../../actors/runtime/lease.ts';
import { SubscriptionsLive, type Turn } from '../../actors/runtime/subscriptions.ts';
import { formatActorId } from '../../domain/kernel/actor-id.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';

/**
 * A node as a process of its own, for tests that kill it. Says every 50 ms what it holds, a JSON line; its
 * subscription notes each turn in `handled` and dies by its own hand, once, right after it has noted the turn `DIE_AT`.
 */
const [, , uri = '', database = '', port = '', keyDirectory = ''] = process.argv;
const dieAt = process.env['DIE_AT'];

interface Handled {
  readonly turn: string;
  readonly actor: string;
  readonly rev: number;
  readonly port: number;
}

const note = (turn: Turn): Effect.Effect<void, never, Mongo> =>
  Effect.gen(function* () {
    const handled = databaseOf(yield* Mongo).collection<Handled>('handled');
    const name = `${formatActorId(turn.id)}/${turn.rev}`;
    const before = yield* Effect.promise(() => handled.countDocuments({ turn: name }));
    yield* Effect.promise(() =>
      handled.insertOne({ turn: name, actor: formatActorId(turn.id), rev: turn.rev, port: Number(port) }),
    );
    if (name === dieAt && before === 0) process.kill(process.pid, 'SIGKILL');
  });

const report = Effect.gen(function* () {
  const sharding = yield* Sharding.Sharding;
  const lease = yield* Lease;
  for (;;) {
    const shards = Array.from({ length: SHARDS }, (_, index) => index + 1).filter((id) =>
      sharding.hasShardId(ShardId.make('default', id)),
    );
    process.stdout.write(`${JSON.stringify({ shards, valid: lease.isValid(), at: Date.now() })}\n`);
    yield* Effect.sleep(50);
  }
});

const cluster = clusterLayer({ host: '127.0.0.1', port: Number(port) });
const mongo = mongoLayer({ uri, database });
const base = Layer.mergeAll(cluster, keyRingLayer({ directory: keyDirectory, demoKeys: true })).pipe(
  Layer.provideMerge(mongo),
);
// Several slices, so that both nodes have some.
const following = ['one', 'two', 'three', 'four'].map((name) => ({
  name,
  kinds: [`test.${name}`],
  slices: 4,
  handle: note,
}));

NodeRuntime.runMain(
  report.pipe(Effect.provide(SubscriptionsLive(following).pipe(Layer.provideMerge(base))), Effect.scoped),
);
