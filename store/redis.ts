import { Config, Context, Duration, Effect, Layer, Runtime } from 'effect';
import { Redis } from 'ioredis';
import { type Fault, fault } from '../domain/kernel/refusal.ts';

/** The connection to Redis: limits, short-lived tickets, queues. Nothing that may not be lost lives there alone. */
export class RedisConnection extends Context.Tag('hufu/Redis')<RedisConnection, Redis>() {}

/** Connects in the background and keeps trying; a command sent meanwhile fails after its second try. */
export const redisLayer = (url: string): Layer.Layer<RedisConnection> =>
  Layer.scoped(
    RedisConnection,
    Effect.acquireRelease(
      Effect.gen(function* () {
        const log = Runtime.runSync(yield* Effect.runtime());
        const redis = new Redis(url, { lazyConnect: false, maxRetriesPerRequest: 2, enableAutoPipelining: true });
        let down = false;
        // Without a listener ioredis prints every failed attempt; one line per outage says as much.
        redis.on('error', (cause: Error) => {
          if (!down) log(Effect.logWarning(`Redis does not answer: ${cause.message}`));
          down = true;
        });
        redis.on('ready', () => {
          if (down) log(Effect.logInfo('Redis answers again.'));
          down = false;
        });
        return redis;
      }),
      (redis) => Effect.sync(() => redis.disconnect()),
    ),
  );

/** From `REDIS_URL`. */
export const RedisLive = Layer.unwrapEffect(Effect.map(Config.string('REDIS_URL'), redisLayer));

/** Runs a promise of the client; `doing`: "counting requests". Every failure is a fault: Redis keeps no facts. */
export const redisTry = <A>(doing: string, run: () => Promise<A>): Effect.Effect<A, Fault> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) =>
      fault(
        'redis',
        'Unavailable',
        `Redis did not answer while ${doing}: ${cause instanceof Error ? cause.message : 'unknown'}`,
        1_000,
      ),
  });

/** Succeeds when Redis answers a ping within the time (ms). */
export const redisHealth = (timeoutMs = 2_000): Effect.Effect<void, Fault, RedisConnection> =>
  Effect.flatMap(RedisConnection, (redis) =>
    redisTry('asking whether it is healthy', () => redis.ping()).pipe(
      Effect.asVoid,
      Effect.timeoutFail({
        duration: Duration.millis(timeoutMs),
        onTimeout: () => fault('redis', 'Timeout', `Redis did not answer within ${timeoutMs} ms.`, 1_000),
      }),
    ),
  );
