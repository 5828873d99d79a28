import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Cause, Effect, Exit, Runtime } from 'effect';
import type { Context as HonoContext } from 'hono';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { Audit } from '../../store/operations/audit.ts';
import { currentTraceparent, withTraceparent } from '../../telemetry/tracing.ts';
import type { Right } from '../rights.ts';
import type { Route } from '../route.ts';
import { type Admitted, admit, type Progress } from './admit.ts';
import type { EventsOptions, OpenStreams } from './events.ts';
import { limitHeaders, type RateLimits } from './limits.ts';
import { type Client, clientOf, crossOriginHeaders, type Origins } from './origin.ts';
import { type Answer, perform, type Raw } from './perform.ts';
import { idempotencyKey, parseIfMatch } from './preconditions.ts';
import { type Problem, problemHeaders, toProblem } from './problem.ts';
import { audit, failureOf, inFlight, recordAnswer, recordDefect } from './record.ts';
import type { SignIn } from './sign-in.ts';

/** The way of one request: admitted, decoded, handled, audited, answered, recorded. */

export type Middleware = SignIn | RateLimits | Audit;
export type Env = { Bindings: HttpBindings };

export interface Machine<R> {
  readonly runtime: Runtime.Runtime<R | Middleware>;
  readonly openStreams: OpenStreams;
  readonly events: Omit<EventsOptions, 'forMs' | 'problem'>;
  readonly securityHeaders: Readonly<Record<string, string>>;
  readonly origins: Origins;
  readonly proxies: number;
}

interface Exchange {
  readonly request: Request;
  readonly requestId: string;
  readonly path: string;
  readonly client: Client;
  readonly progress: Progress;
  readonly startedMs: number;
}

const REQUEST_ID = /^[\w.-]{8,64}$/;

/** The client's own request id when it is one, else a new one. */
export const requestIdOf = (headers: Headers): string => {
  const given = headers.get('x-request-id') ?? '';
  return REQUEST_ID.test(given) ? given : randomUUID();
};

export const serve =
  <R>(machine: Machine<R>, route: Route<R>, right: Right) =>
  async (context: HonoContext<Env>): Promise<Response> => {
    const request = context.req.raw;
    const exchange: Exchange = {
      request,
      requestId: requestIdOf(request.headers),
      path: context.req.path,
      client: clientOf(context.env.incoming, machine.proxies),
      progress: {},
      startedMs: performance.now(),
    };
    const raw = { request, params: context.req.param() as Record<string, string>, query: queryOf(context) };
    inFlight.inc();
    try {
      const handled = Effect.flatMap(
        admit(route, right, request.headers, exchange.client, machine.origins, exchange.progress),
        (admitted) => handle(machine, route, raw, exchange, right, admitted),
      );
      const audited = handled.pipe(
        Effect.exit,
        Effect.tap((exit) => audit(route, exit, exchange)),
        Effect.flatten,
        Effect.withSpan(`${route.method} ${route.path}`, {
          kind: 'server',
          captureStackTrace: false,
          attributes: {
            'http.request.method': route.method,
            'http.route': route.path,
            'hufu.request': exchange.requestId,
          },
        }),
        withTraceparent(request.headers.get('traceparent') ?? undefined),
      );
      // What only reads ends with its reader; what changes something is finished even when nobody waits any more.
      const until = route.method === 'GET' ? { signal: request.signal } : {};
      const exit = await Runtime.runPromiseExit(machine.runtime)(audited, until);
      return answered(machine, route, exchange, exit);
    } finally {
      inFlight.dec();
    }
  };

const handle = <R>(
  machine: Machine<R>,
  route: Route<R>,
  raw: Raw,
  exchange: Exchange,
  right: Right,
  admitted: Admitted,
): Effect.Effect<Answer, Refusal | Fault, R> =>
  Effect.gen(function* () {
    const { headers } = exchange.request;
    const needsKey = route.method === 'POST' && route.changesNothing !== true;
    const key = yield* idempotencyKey(headers.get('idempotency-key') ?? undefined, needsKey);
    const ifRev = yield* parseIfMatch(headers.get('if-match') ?? undefined, route.ifMatch === 'required');
    const traceparent = yield* currentTraceparent;
    const commandId = key ?? exchange.requestId;
    const { caller } = admitted;
    const known = {
      operationId: route.operationId,
      caller,
      tenant: admitted.tenant,
      reach: admitted.reach,
      commandId,
      envelope: {
        commandId,
        caller,
        ...(ifRev === undefined ? {} : { ifRev }),
        ...(traceparent === undefined ? {} : { traceparent }),
      },
      ifRev,
      requestId: exchange.requestId,
      traceparent,
      from: exchange.client.address,
      noteForAudit: (detail: Readonly<Record<string, string>>): void => {
        exchange.progress.detail = { ...exchange.progress.detail, ...detail };
      },
    };
    return yield* perform(route, right, raw, known, {
      runtime: machine.runtime,
      openStreams: machine.openStreams,
      events: machine.events,
      problem: (cause) => problemOf(cause, exchange, route.operationId),
      expiresAtMs: admitted.expiresAtMs,
    });
  });

/** Repeated names become arrays. */
const queryOf = (context: HonoContext<Env>): Record<string, string | ReadonlyArray<string>> =>
  Object.fromEntries(
    Object.entries(context.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );

const problemOf = (cause: Cause.Cause<Refusal | Fault>, exchange: Exchange, operationId: string): Problem => {
  const failure = failureOf(cause);
  if (failure === undefined && !Cause.isInterruptedOnly(cause)) recordDefect(cause, exchange.requestId, operationId);
  return toProblem(failure ?? Cause.squash(cause), { instance: exchange.path, requestId: exchange.requestId });
};

const answered = <R>(
  machine: Machine<R>,
  route: Route<R>,
  exchange: Exchange,
  exit: Exit.Exit<Answer, Refusal | Fault>,
): Response => {
  const { progress, request } = exchange;
  const problem = Exit.isFailure(exit) ? problemOf(exit.cause, exchange, route.operationId) : undefined;
  const failure = Exit.isFailure(exit) ? failureOf(exit.cause) : undefined;
  const answer: Answer = Exit.isSuccess(exit)
    ? exit.value
    : {
        status: problem?.status ?? 500,
        headers: { 'content-type': 'application/problem+json', ...problemHeaders(failure, problem?.status ?? 500) },
        body: JSON.stringify(problem),
      };
  recordAnswer({
    method: route.method,
    route: route.path,
    status: answer.status,
    requestId: exchange.requestId,
    tookMs: performance.now() - exchange.startedMs,
    caller: progress.caller,
    code: problem?.code,
    quiet: route.rate === 'probe',
  });
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      ...machine.securityHeaders,
      ...crossOriginHeaders(machine.origins, route.crossOrigin, request.headers.get('origin') ?? undefined),
      ...(progress.limit === undefined ? {} : limitHeaders(progress.limit)),
      ...answer.headers,
      'x-request-id': exchange.requestId,
    },
  });
};
