import { Context, Effect, Layer } from 'effect';
import { expect, it } from 'vitest';
import { exposition } from '../telemetry/metrics.ts';
import { serverAddress, uniqueName } from '../test/support/names.ts';
import { Mongo, mongoLayer } from './mongo.ts';
import { MongoMetricsLive } from './mongo-metrics.ts';

/** By metric, its only value. */
const valuesOf = (text: string): Map<string, number> =>
  new Map(
    [...text.matchAll(/^(hufu_mongodb_\w+)\{member="[^"]+"\} (\S+)$/gm)].map(([, name = '', value]) => [
      name,
      Number(value),
    ]),
  );

it('the database’s processor, memory and disk are measured when somebody asks', async () => {
  const layer = Layer.provideMerge(
    MongoMetricsLive,
    mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('mongo_metrics') }),
  );
  const [first, then] = await Effect.runPromise(
    Effect.gen(function* () {
      const connection = Context.get(yield* Layer.build(layer), Mongo);
      yield* Effect.promise(() => connection.collection('measured').insertOne({ some: 'thing' }));
      const before = valuesOf(yield* Effect.promise(exposition));
      yield* Effect.promise(() => connection.dropDatabase());
      return [before, valuesOf(yield* Effect.promise(exposition))] as const;
    }).pipe(Effect.scoped),
  );
  for (const name of ['cpu_seconds', 'memory_resident_bytes', 'disk_used_bytes', 'connections', 'disk_written_bytes']) {
    expect(first.get(`hufu_mongodb_${name}`), name).toBeGreaterThan(0);
  }
  const [used, size] = ['used', 'size'].map((which) => first.get(`hufu_mongodb_disk_${which}_bytes`));
  expect(used).toBeLessThan(size ?? 0);
  expect(then.get('hufu_mongodb_cpu_seconds')).toBeGreaterThanOrEqual(first.get('hufu_mongodb_cpu_seconds') ?? 0);
});
