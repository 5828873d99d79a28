import { Context, Effect, Schema } from 'effect';
import { answer, route, sampled } from '../route.ts';

/** Liveness and readiness, for a load balancer or an orchestrator. Public: they say nothing but names and yes or no. */

/** What this node needs, by name; a failed effect means not ready. */
export type Checks = Readonly<Record<string, Effect.Effect<unknown, unknown>>>;

/** Does all of them at once, each bounded by `timeoutMs`. */
export const checkAll = (checks: Checks, timeoutMs: number): Effect.Effect<Record<string, 'up' | 'down'>> =>
  Effect.map(
    Effect.forEach(
      Object.entries(checks),
      ([name, check]) =>
        check.pipe(
          Effect.timeout(timeoutMs),
          Effect.match({
            onSuccess: () => [name, 'up'] as const,
            onFailure: () => [name, 'down'] as const,
          }),
          Effect.catchAllDefect(() => Effect.succeed([name, 'down'] as const)),
        ),
      { concurrency: 'unbounded' },
    ),
    (results) => Object.fromEntries(results),
  );

/** The checks of this node; each is bounded by `timeoutMs`. */
export class ReadinessChecks extends Context.Tag('hufu/ReadinessChecks')<
  ReadinessChecks,
  {
    readonly checks: Checks;
    readonly timeoutMs: number;
    /** True once the server has been told to stop: it finishes what it has and wants no more. */
    readonly stopping: () => boolean;
  }
>() {}

const Health = Schema.Struct({
  status: Schema.Literal('up', 'down'),
  checks: Schema.Record({ key: Schema.String, value: Schema.Literal('up', 'down') }),
});

const live = route({
  method: 'GET',
  path: '/health/live',
  operationId: 'operations.health.live',
  summary: 'Say whether the process is alive',
  rate: 'probe',
  out: { 200: sampled(Health, { status: 'up', checks: {} }, 'Alive') },
  handler: () => Effect.succeed(answer(200, { status: 'up', checks: {} })),
});

const ready = route({
  method: 'GET',
  path: '/health/ready',
  operationId: 'operations.health.ready',
  summary: 'Say whether the process can take requests',
  rate: 'probe',
  out: {
    200: sampled(Health, { status: 'up', checks: { mongodb: 'up', redis: 'up' } }, 'Ready'),
    503: sampled(Health, { status: 'down', checks: { mongodb: 'up', redis: 'down' } }, 'Not ready, or stopping'),
  },
  handler: () =>
    Effect.gen(function* () {
      const { checks, timeoutMs, stopping } = yield* ReadinessChecks;
      const seen = yield* checkAll(checks, timeoutMs);
      const up = !stopping() && Object.values(seen).every((state) => state === 'up');
      return up ? answer(200, { status: 'up', checks: seen }) : answer(503, { status: 'down', checks: seen });
    }),
});

export const healthRoutes = [live, ready];
