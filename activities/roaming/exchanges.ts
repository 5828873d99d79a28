import { Clock, Duration, Effect, Either } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import type { Way } from '../../domain/roaming/exchange.ts';
import type { Mongo } from '../../store/mongo.ts';
import { countExchange } from '../../store/roaming/exchanges.ts';
import { histogram } from '../../telemetry/metrics.ts';

/** Every look at a partner's server and every file that goes over its line, measured (seed 002 §5.1.1). */

const exchangeSeconds = histogram({
  name: 'hufu_roaming_exchange_seconds',
  help: 'Looks at servers of partners and elements, files taken and sent, with what the line needed for them',
  labels: ['way', 'outcome'],
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 120],
});

/** A file that is gone again was taken by another look: nothing was wrong with the line. */
const isGone = (failure: Refusal | Fault): boolean => isRefusal(failure) && failure.code === 'RemoteFileMissing';

/** Does it, and counts how it went. */
export const exchanged = <A, R>(
  tenant: TenantId,
  partner: string,
  way: Way,
  work: Effect.Effect<A, Refusal | Fault, R>,
): Effect.Effect<A, Refusal | Fault, R | Mongo> =>
  Effect.gen(function* () {
    const [took, outcome] = yield* Effect.timed(Effect.either(work));
    if (Either.isLeft(outcome) && isGone(outcome.left)) return yield* Effect.fail(outcome.left);
    const succeeded = Either.isRight(outcome);
    exchangeSeconds.observe({ way, outcome: succeeded ? 'done' : 'failed' }, Duration.toSeconds(took));
    const atMs = yield* Clock.currentTimeMillis;
    const tookMs = succeeded ? Duration.toMillis(took) : undefined;
    yield* countExchange(tenant, { partner, way, atMs, tookMs });
    return yield* outcome;
  });
