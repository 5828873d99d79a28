import * as ShardId from '@effect/cluster/ShardId';
import * as Sharding from '@effect/cluster/Sharding';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { clusterLayer, SHARDS, singleNodeLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLive } from '../../actors/runtime/live.ts';
import { RemindersLive } from '../../actors/runtime/reminders.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { mongoLayer } from '../../store/mongo.ts';
import { LogLive } from '../../telemetry/log.ts';
import { registry } from '../../telemetry/metrics.ts';
import { TracingLive } from '../../telemetry/tracing.ts';
import { Timer } from '../../test/support/timer.ts';
import { Idle, touch } from '../actors/load.ts';
import { arm } from '../reminders/arm.ts';
import type { Look, NodeSettings, Processor, Request } from './messages.ts';

/** The process behind `../node-process.ts`: the layers of a node that holds actors, and who asks them. */

const tell = (message: object): void => {
  process.send?.(message);
};

tell({ type: 'loaded' });
// Whoever started it is gone, and with it everybody who could stop it.
process.on('disconnect', () => process.exit(1));

const settings: NodeSettings = JSON.parse(process.argv[2] ?? '');
const { mongodbUri, database, keyDir, port, maxAwake } = settings;

const base = Layer.mergeAll(
  port === undefined ? singleNodeLayer : clusterLayer({ host: '127.0.0.1', port }),
  keyRingLayer({ directory: keyDir, demoKeys: true }),
).pipe(Layer.provideMerge(mongoLayer({ uri: mongodbUri, database })));

const node = ManagedRuntime.make(
  RemindersLive([Timer]).pipe(
    Layer.provideMerge(ActorsLive([Idle, Timer], maxAwake === undefined ? {} : { maxAwake })),
    Layer.provideMerge(base),
    Layer.provideMerge(Layer.merge(LogLive, TracingLive)),
  ),
);

const sumOf = async (name: string): Promise<number> =>
  ((await registry.getSingleMetric(name)?.get())?.values ?? []).reduce((sum, { value }) => sum + value, 0);

let answers = 0;
let mostAwake = 0;
const LOOK_EVERY = 50;

const lookAtAwake = (): void => {
  answers += 1;
  if (answers % LOOK_EVERY !== 0) return;
  void sumOf('hufu_actor_awake').then((awake) => {
    mostAwake = Math.max(mostAwake, awake);
  });
};

const look = async (): Promise<Look> => {
  if (globalThis.gc === undefined) throw new Error('a node of a bench is started with --expose-gc');
  // The first collection leaves what it has just found dead to finalizers.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const sharding = await node.runPromise(Sharding.Sharding);
  const ids = Array.from({ length: SHARDS }, (_, index) => ShardId.make('default', index + 1));
  return {
    usedBytes: heapUsed + external,
    residentBytes: rss,
    awake: await sumOf('hufu_actor_awake'),
    mostAwake,
    activations: await sumOf('hufu_actor_activations_total'),
    shards: ids.filter((id) => sharding.hasShardId(id)).length,
  };
};

const processor = (): Processor => {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1_000_000 };
};

const answer = async (request: Request): Promise<unknown> => {
  if (request.do === 'processor') return processor();
  if (request.do === 'look') return look();
  const service = await node.runPromise(Actors);
  if (request.do === 'touch') return node.runPromise(touch(service, request, lookAtAwake));
  return node.runPromise(arm(service, request));
};

const textOf = (cause: unknown): string =>
  cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause);

process.on('message', ({ id, request }: { readonly id: number; readonly request: Request }) => {
  answer(request).then(
    (value) => tell({ type: 'reply', id, value }),
    (cause: unknown) => tell({ type: 'failed', id, value: textOf(cause) }),
  );
});

process.once('SIGTERM', () => {
  void node.dispose().then(() => process.exit(0));
});

await node.runPromise(Effect.void);
tell({ type: 'ready' });
