import { setTimeout as sleep } from 'node:timers/promises';
import { Layer, ManagedRuntime } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { clusterClientLayer, SHARDS } from '../../actors/runtime/cluster.ts';
import { ActorsRemote } from '../../actors/runtime/live.ts';
import { anyPort } from '../../cli/supervisor/ports.ts';
import { mongoLayer } from '../../store/mongo.ts';
import { TracingLive } from '../../telemetry/tracing.ts';
import { Counter } from '../../test/support/counter.ts';
import type { BenchContext } from '../bench.ts';
import { nodeOn, type OwnDatabase } from '../database.ts';
import { type NodeProcess, startNodeProcess } from '../node-process.ts';
import { localNode } from './asks.ts';
import { type Load, load } from './load.ts';

/**
 * Asks to actors of another node: a second process with the layers of a node holds them all, this one asks as a gateway
 * or a worker without actors does. Beside it, in the same run, the same asks to actors of the asking process itself.
 */

const ACTORS = 1_000;
const CALLERS = [64, 512] as const;
const GOAL = 8_000;
const WARM_MS = 6_000;
const SHARDS_WITHIN_MS = 20_000;

const untilItHoldsAll = async (node: NodeProcess): Promise<void> => {
  const until = performance.now() + SHARDS_WITHIN_MS;
  while ((await node.request({ do: 'look' })).shards < SHARDS) {
    if (performance.now() > until) throw new Error('the other node does not get all shards');
    await sleep(100);
  }
};

const locally = async (context: BenchContext, own: OwnDatabase, forMs: number): Promise<ReadonlyArray<Load>> => {
  const node = localNode(context, own);
  try {
    const service = await node.runPromise(Actors);
    await node.runPromise(load(service, 64, ACTORS, 1_000));
    const loads: Array<Load> = [];
    for (const callers of CALLERS) loads.push(await node.runPromise(load(service, callers, ACTORS, forMs)));
    return loads;
  } finally {
    await node.dispose();
  }
};

interface Remote extends Load {
  /** Of the process that holds the actors. */
  readonly holderCpuUsAnAsk: number;
}

const remotely = async (
  { mongodbUri }: BenchContext,
  { database }: OwnDatabase,
  holder: NodeProcess,
  forMs: number,
): Promise<ReadonlyArray<Remote>> => {
  const node = ManagedRuntime.make(
    ActorsRemote([Counter]).pipe(
      Layer.provide(clusterClientLayer),
      Layer.provide(mongoLayer({ uri: mongodbUri, database })),
      Layer.provideMerge(TracingLive),
    ),
  );
  try {
    const service = await node.runPromise(Actors);
    // From here on it is known who holds which partition, and the code of both processes is compiled.
    await node.runPromise(load(service, 64, ACTORS, WARM_MS));
    const loads: Array<Remote> = [];
    for (const callers of CALLERS) {
      const before = await holder.request({ do: 'processor' });
      const done = await node.runPromise(load(service, callers, ACTORS, forMs));
      const after = await holder.request({ do: 'processor' });
      const cpuUs = ((after.cpuSeconds - before.cpuSeconds) * 1_000_000) / done.asks;
      loads.push({ ...done, holderCpuUsAnAsk: Number(cpuUs.toFixed(1)) });
    }
    return loads;
  } finally {
    await node.dispose();
  }
};

export const nodes = async (context: BenchContext, own: OwnDatabase): Promise<void> => {
  const forMs = context.full ? 20_000 : 3_000;
  const local = await locally(context, own, forMs / 2);
  const port = await anyPort();
  const holder = await startNodeProcess({ ...nodeOn(context, own), port });
  await untilItHoldsAll(holder);
  const remote = await remotely(context, own, holder, forMs);
  for (const [index, done] of remote.entries()) {
    const name = `between two nodes, ${CALLERS[index]} callers`;
    const report = (figure: string, value: number, unit: string, more: object = {}): void =>
      context.report({ figure: `${figure}, ${name}`, value, unit, ...more });
    const here = local[index];
    report('asks', done.perSecond, '1/s', { baseline: here?.perSecond, goal: { min: GOAL } });
    report('p50', done.p50Ms, 'ms', { baseline: here?.p50Ms });
    report('p99', done.p99Ms, 'ms', { baseline: here?.p99Ms });
    report('processor time an ask where it is asked', done.cpuUsAnAsk, 'µs');
    report('processor time an ask where the actor is', done.holderCpuUsAnAsk, 'µs');
  }
  await holder.stop();
};
