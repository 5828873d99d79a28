import { Config, Context, Effect, Layer } from 'effect';
import { Redis } from 'ioredis';

/** The connection to Redis: limits, short-lived tickets, queues. Nothing that may not be lost lives there alone. */
export class RedisConnection extends Context.Tag('hufu/Redis')<RedisConnection, Redis>() {}

export const redisLayer = (url: string): Layer.Layer<RedisConnection> =>
  Layer.scoped(
    RedisConnection,
    Effect.acquireRelease(
      Effect.sync(() => new Redis(url, { lazyConnect: false, maxRetriesPerRequest: 2, enableAutoPipelining: true })),
      (redis) => Effect.sync(() => redis.disconnect()),
    ),
  );

/** From `REDIS_URL`. */
export const RedisLive = Layer.unwrapEffect(Effect.map(Config.string('REDIS_URL'), redisLayer));
