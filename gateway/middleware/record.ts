import { Cause, Clock, Effect, type Exit, Option } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { Audit } from '../../store/operations/audit.ts';
import { log } from '../../telemetry/log.ts';
import { counter, gauge, histogram } from '../../telemetry/metrics.ts';
import type { Route } from '../route.ts';
import type { Progress } from './admit.ts';
import type { Client } from './origin.ts';

/** What is kept of a request: metrics by route pattern, an access log without personal data, the audit trail. */

const requests = counter({
  name: 'hufu_http_requests_total',
  help: 'Requests answered, by route pattern and status',
  labels: ['method', 'route', 'status'],
});
const seconds = histogram({
  name: 'hufu_http_request_seconds',
  help: 'Time to the answer; of streams, to its beginning',
  labels: ['method', 'route'],
});
export const inFlight = gauge({ name: 'hufu_http_requests_in_flight', help: 'Requests not yet answered' });

export interface Answered {
  readonly method: string;
  /** The route's pattern, or `(none)`. */
  readonly route: string;
  readonly status: number;
  readonly requestId: string;
  readonly tookMs: number;
  readonly caller?: Caller | undefined;
  readonly code?: string | undefined;
  /** A probe or a scraper asks every few seconds: that all is well is not worth a line. */
  readonly quiet?: boolean;
}

export const recordAnswer = (answered: Answered): void => {
  const { method, route, status, tookMs } = answered;
  requests.inc({ method, route, status: String(status) });
  seconds.observe({ method, route }, tookMs / 1_000);
  const line = {
    method,
    route,
    status,
    tookMs: Math.round(tookMs),
    requestId: answered.requestId,
    subject: answered.caller?.subject,
    tenant: answered.caller?.tenant,
    code: answered.code,
  };
  if (status >= 500) log.warn(line, 'request');
  else if (answered.quiet === true && status < 400) log.debug(line, 'request');
  else log.info(line, 'request');
};

/** A defect is told to nobody but the log. */
export const recordDefect = (cause: Cause.Cause<unknown>, requestId: string, operationId: string): void => {
  log.error({ requestId, operationId, cause: Cause.pretty(cause) }, 'a request met a defect');
};

/** An answer whose beginning had gone out already when its content failed: the client sees the connection break. */
export const recordBroken = (cause: Cause.Cause<unknown>, requestId: string, operationId: string): void => {
  log.warn({ requestId, operationId, cause: Cause.pretty(cause) }, 'an answer broke off');
};

/** The refusal or fault in a cause; undefined for a defect. */
export const failureOf = (cause: Cause.Cause<Refusal | Fault>): Refusal | Fault | undefined =>
  Option.getOrUndefined(Cause.failureOption(cause));

const isAudited = (route: Route<unknown>): boolean =>
  route.personalData === true || (route.method !== 'GET' && route.changesNothing !== true);

/** `accepted`, `refused:<code>`, or `failed`: by a fault or a defect, so that the outcome may be unknown. */
const outcomeOf = (exit: Exit.Exit<unknown, Refusal | Fault>): string => {
  if (exit._tag === 'Success') return 'accepted';
  const failure = failureOf(exit.cause);
  return isRefusal(failure) ? `refused:${failure.code}` : 'failed';
};

const detailOf = (caller: Caller, tenant: TenantId | undefined, said: Progress['detail']) => {
  const elsewhere = tenant === undefined || tenant === caller.tenant ? {} : { callerTenant: caller.tenant };
  const detail = { ...said, ...elsewhere };
  return Object.keys(detail).length === 0 ? {} : { detail };
};

/**
 * Writes the entry of a request that changed something or showed personal data, before it is answered. When it cannot
 * be written the request fails as a fault: the caller repeats it with the same key, the effect stays one, and the entry
 * is written then. Requests without an accepted token are counted, not audited.
 */
export const audit = (
  route: Route<unknown>,
  exit: Exit.Exit<unknown, Refusal | Fault>,
  at: { readonly path: string; readonly requestId: string; readonly client: Client; readonly progress: Progress },
): Effect.Effect<void, Fault, Audit> =>
  Effect.gen(function* () {
    const { caller, tenant, detail } = at.progress;
    if (!isAudited(route) || caller === undefined) return;
    const trail = yield* Audit;
    yield* trail.append({
      tenant: tenant ?? caller.tenant,
      subject: caller.subject,
      action: route.operationId,
      object: at.path,
      outcome: outcomeOf(exit),
      from: at.client.address,
      requestId: at.requestId,
      atMs: yield* Clock.currentTimeMillis,
      ...detailOf(caller, tenant, detail),
    });
  });
