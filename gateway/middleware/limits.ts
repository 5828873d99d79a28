import { Context, Effect, Layer } from 'effect';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { refuse } from '../../domain/kernel/refusal.ts';
import { RedisConnection } from '../../store/redis.ts';
import { counter } from '../../telemetry/metrics.ts';
import type { RateClass } from '../route.ts';
import type { LimitRefusal } from './problem.ts';

/**
 * How many requests a caller may make in a minute, per class of route, counted in Redis so that all nodes count
 * together. While Redis does not answer, each node counts for itself with the same limits: a caller then gets at most
 * the limit times the number of nodes, and nobody is locked out (decision 0042).
 */

export type Limits = Readonly<Record<RateClass, number>>;

/** Requests per minute and caller (per address for who has no token). */
export const DEFAULT_LIMITS: Limits = { read: 1_200, write: 600, bulk: 120, 'sign-in': 20, probe: 600 };

const WINDOW_SECONDS = 60;
const CONNECT_MS = 2_000;

export interface LimitState {
  readonly rateClass: RateClass;
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
}

export class RateLimits extends Context.Tag('hufu/RateLimits')<
  RateLimits,
  { readonly consume: (rateClass: RateClass, key: string) => Effect.Effect<LimitState, LimitRefusal> }
>() {}

const refused = counter({
  name: 'hufu_http_rate_limited_total',
  help: 'Requests refused by a rate limit, by class',
  labels: ['class'],
});

const classes: ReadonlyArray<RateClass> = ['read', 'write', 'bulk', 'sign-in', 'probe'];

/** `keyPrefix` begins every key in Redis. Waits a moment for Redis, so that a node that starts does not count alone. */
export const rateLimitsLayer = (limits: Limits, keyPrefix: string): Layer.Layer<RateLimits, never, RedisConnection> =>
  Layer.effect(
    RateLimits,
    Effect.gen(function* () {
      const redis = yield* RedisConnection;
      yield* Effect.timeoutOption(connected(redis), CONNECT_MS);
      const limiters = new Map(
        classes.map((rateClass) => {
          const common = { points: limits[rateClass], duration: WINDOW_SECONDS, keyPrefix: `${keyPrefix}${rateClass}` };
          const insuranceLimiter = new RateLimiterMemory(common);
          return [
            rateClass,
            new RateLimiterRedis({ ...common, storeClient: redis, rejectIfRedisNotReady: true, insuranceLimiter }),
          ];
        }),
      );
      return {
        consume: (rateClass, key) =>
          Effect.tryPromise({
            try: async () => {
              const result = await limiters.get(rateClass)?.consume(key);
              return stateOf(rateClass, limits[rateClass], result);
            },
            catch: (cause) => {
              // Only an exhausted limiter rejects: a Redis that fails is insured by memory.
              if (!(cause instanceof RateLimiterRes)) throw cause;
              refused.inc({ class: rateClass });
              return exhausted(rateClass, cause.msBeforeNext);
            },
          }),
      };
    }),
  );

/** Succeeds when the connection is there, or has just failed. */
const connected = (redis: Redis): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (redis.status === 'ready') {
      resume(Effect.void);
      return;
    }
    const settled = (): void => resume(Effect.void);
    redis.once('ready', settled);
    redis.once('close', settled);
    return Effect.sync(() => {
      redis.off('ready', settled);
      redis.off('close', settled);
    });
  });

const stateOf = (rateClass: RateClass, limit: number, result: RateLimiterRes | undefined): LimitState => ({
  rateClass,
  limit,
  remaining: Math.max(0, result?.remainingPoints ?? limit),
  resetMs: Math.max(0, result?.msBeforeNext ?? 0),
});

const exhausted = (rateClass: RateClass, retryAfterMs: number): LimitRefusal => ({
  ...refuse('exhausted', 'RateLimited', `Too many requests of the class "${rateClass}".`, {
    action: 'Wait for the time in Retry-After, then go on more slowly.',
  }),
  retryAfterMs,
});

/** draft-ietf-httpapi-ratelimit-headers: what is left, and the policy. */
export const limitHeaders = (state: LimitState): Readonly<Record<string, string>> => ({
  ratelimit: `"${state.rateClass}";r=${state.remaining};t=${Math.ceil(state.resetMs / 1_000)}`,
  'ratelimit-policy': `"${state.rateClass}";q=${state.limit};w=${WINDOW_SECONDS}`,
});
