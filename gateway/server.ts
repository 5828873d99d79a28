import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Context, Deferred, Effect, Layer, Runtime } from 'effect';
import { Hono, type Context as HonoContext } from 'hono';
import { createLocalJWKSet } from 'jose';
import { type Fault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import type { Audit } from '../store/operations/audit.ts';
import { RedisConnection } from '../store/redis.ts';
import { log } from '../telemetry/log.ts';
import { type Listener, openDoor } from './http.ts';
import { type Issuer, MOUNT, makeIssuer } from './issuer/issuer.ts';
import { admitSocket } from './middleware/admit.ts';
import { OpenStreams } from './middleware/events.ts';
import { RateLimits, rateLimitsLayer } from './middleware/limits.ts';
import { type Client, clientOf, crossOriginHeaders, preflightHeaders, securityHeaders } from './middleware/origin.ts';
import { problemHeaders, toProblem } from './middleware/problem.ts';
import { recordAnswer } from './middleware/record.ts';
import { type Env, type Machine, type Middleware, requestIdOf, serve } from './middleware/serve.ts';
import { discoveredKeys, SignIn, signInWith } from './middleware/sign-in.ts';
import { openApiDocument } from './openapi.ts';
import { ConsolePages, pagesIn } from './operations/console.ts';
import { ApiDocument } from './operations/documents.ts';
import { ReadinessChecks } from './operations/health.ts';
import { type RightsTable, SOCKET_RIGHTS, tableErrors } from './rights.ts';
import type { NeedsOf, Route } from './route.ts';
import type { GatewaySettings } from './settings.ts';
import { type SocketDoor, type SocketRoute, upgradesOf } from './socket.ts';

/**
 * The HTTP server: built from routes and the table of rights, started and stopped with its layer. It does not start
 * when the two do not fit. On stopping it takes no new connection, says so at `/health/ready`, tells event streams to
 * connect elsewhere, and gives what is under way until a deadline.
 */

/** Where the server listens. */
export class Gateway extends Context.Tag('hufu/Gateway')<
  Gateway,
  {
    readonly url: string;
    readonly port: number;
    /** The issuer whose tokens are accepted. */
    readonly issuer: string;
    /** The embedded issuer, when it is the one. */
    readonly embedded: Issuer | undefined;
  }
>() {}

export interface GatewayParts<T extends Route<unknown>> {
  readonly routes: ReadonlyArray<T>;
  readonly rights: RightsTable;
  /** Each has its row in `SOCKET_RIGHTS`. */
  readonly sockets?: ReadonlyArray<SocketRoute>;
  /** By name, e.g. `mongodb`; a failing effect makes `/health/ready` say 503. */
  readonly checks: Readonly<Record<string, Effect.Effect<unknown, unknown>>>;
  readonly settings: GatewaySettings;
}

/** Services that the gateway itself gives to handlers. */
export type GivenServices = ReadinessChecks | ApiDocument | ConsolePages;

/** Needs what the handlers of the routes need. Fails with `RightsTableWrong`, `PortTaken`, an unusable key directory… */
export const gatewayLayer = <T extends Route<unknown>>(
  parts: GatewayParts<T>,
): Layer.Layer<Gateway, Fault | Refusal, Exclude<NeedsOf<T>, GivenServices> | RedisConnection | Audit> =>
  Layer.scoped(
    Gateway,
    start<NeedsOf<T>>({
      ...parts,
      routes: parts.routes as ReadonlyArray<Route<unknown>> as ReadonlyArray<Route<NeedsOf<T>>>,
    }),
  ) as Layer.Layer<Gateway, Fault | Refusal, Exclude<NeedsOf<T>, GivenServices> | RedisConnection | Audit>;

const start = <R>(parts: GatewayParts<Route<R>>) =>
  Effect.gen(function* () {
    const { routes, rights, settings, sockets = [] } = parts;
    const { host, port, stopMs } = settings;
    yield* checkTable(routes, rights, sockets);
    const door = yield* openDoor({ host, port, stopMs, variables: { host: 'HUFU_HTTP_HOST', port: 'HUFU_HTTP_PORT' } });
    const publicUrl = settings.publicUrl ?? `http://${settings.host}:${door.port}`;
    const limits = yield* Layer.build(rateLimitsLayer(settings.limits, `${settings.redisPrefix}limit:`));
    const issuing = yield* signInOf(settings, publicUrl, Context.get(limits, RateLimits));
    const document = openApiDocument(routes, rights, { version: settings.version, publicUrl, issuer: issuing.issuer });
    const { directory, ...ofConsole } = settings.console;
    const pages = yield* pagesIn(directory);
    const state = { stopping: false };
    const own = limits.pipe(
      Context.add(ReadinessChecks, { checks: parts.checks, timeoutMs: 2_000, stopping: () => state.stopping }),
      Context.add(ApiDocument, { json: JSON.stringify(document), issuer: issuing.issuer, publicUrl }),
      Context.add(ConsolePages, { ...ofConsole, pages, issuer: issuing.issuer, publicUrl }),
      Context.add(SignIn, issuing.signIn),
    );
    const runtime = yield* Effect.provide(Effect.runtime<R | Middleware>(), own);
    const stopping = yield* Deferred.make<void>();
    const machine: Machine<R> = {
      runtime,
      openStreams: new OpenStreams(settings.eventStreams, settings.eventStreamsPerCaller),
      events: { heartbeatMs: settings.heartbeatMs, retryMs: settings.retryMs, stopping },
      securityHeaders: securityHeaders(publicUrl.startsWith('https:')),
      origins: settings.origins,
      proxies: settings.proxies,
    };
    const upgrade = upgradesOf(sockets, (route, request) =>
      socketDoor(machine, route, clientOf(request, settings.proxies)),
    );
    door.attach(listenerOf(application(machine, routes, rights), issuing.embedded), upgrade);
    yield* Effect.addFinalizer(() =>
      Effect.gen(function* () {
        state.stopping = true;
        yield* Effect.sleep(settings.drainMs);
        yield* Deferred.succeed(stopping, undefined);
        yield* Effect.promise(() => Promise.all(sockets.map((socket) => socket.stop())));
      }),
    );
    log.info({ url: publicUrl, issuer: issuing.issuer, routes: routes.length }, 'the gateway listens');
    return { url: publicUrl, port: door.port, issuer: issuing.issuer, embedded: issuing.embedded };
  });

const checkTable = (
  routes: ReadonlyArray<Route<unknown>>,
  rights: RightsTable,
  sockets: ReadonlyArray<SocketRoute>,
): Effect.Effect<void, Refusal> => {
  const unnamed = sockets.filter(({ operationId }) => SOCKET_RIGHTS[operationId] === undefined);
  const wrong = [
    ...tableErrors(routes, rights),
    ...unnamed.map(({ operationId }) => `no row of rights for the WebSocket ${operationId}`),
  ];
  if (wrong.length === 0) return Effect.void;
  return Effect.fail(refuse('conflict', 'RightsTableWrong', `The table of rights does not fit: ${wrong.join('; ')}.`));
};

const socketDoor = <R>(machine: Machine<R>, route: SocketRoute, { address }: Client): SocketDoor => ({
  from: address,
  identify: (token) => {
    // Without a row it does not start; should it ever be asked, nobody may.
    const right = SOCKET_RIGHTS[route.operationId] ?? { allow: ['device'] };
    return Runtime.runPromise(machine.runtime)(Effect.merge(admitSocket(right, token, address)));
  },
});

/** The issuer in force, and how its tokens are checked. */
const signInOf = (settings: GatewaySettings, publicUrl: string, limits: Context.Tag.Service<RateLimits>) =>
  Effect.gen(function* () {
    const { oidc } = settings;
    if (oidc.issuer !== undefined) {
      yield* checkIssuer(oidc.issuer);
      const rules = { ...oidc, issuer: oidc.issuer };
      return { issuer: oidc.issuer, signIn: signInWith(rules, discoveredKeys(oidc.issuer)), embedded: undefined };
    }
    const mayTry = (key: string): Promise<boolean> =>
      Effect.runPromise(Effect.isSuccess(limits.consume('sign-in', key)));
    const embedded = yield* makeIssuer({
      publicUrl,
      audience: oidc.audience,
      keyDirectory: settings.keyDirectory,
      redis: yield* RedisConnection,
      redisPrefix: `${settings.redisPrefix}oidc:`,
      mayTry,
    });
    const keys = createLocalJWKSet({ keys: [...embedded.keys] });
    const rules = {
      ...oidc,
      issuer: embedded.issuer,
      rolesClaim: 'roles',
      tenantClaim: 'tenant',
      provincesClaim: 'provinces',
      tadigClaim: 'tadig',
      algorithms: ['ES256'],
    };
    return { issuer: embedded.issuer, signIn: signInWith(rules, keys), embedded };
  });

/** Keys that came over an open network would let anybody on it sign tokens. */
const checkIssuer = (issuer: string): Effect.Effect<void, Refusal> => {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const local = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && local)) return Effect.void;
  return Effect.fail(
    refuse('invalid', 'IssuerNotHttps', 'OIDC_ISSUER must be an https address.', { field: 'OIDC_ISSUER' }),
  );
};

/** `/v1/a/{b}` → `/v1/a/:b`. */
const pattern = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const application = <R>(machine: Machine<R>, routes: ReadonlyArray<Route<R>>, rights: RightsTable): Hono<Env> => {
  const app = new Hono<Env>();
  for (const route of routes) {
    const right = rights[route.operationId];
    if (right !== undefined) app.on(route.method, pattern(route.path), serve(machine, route, right));
  }
  for (const [path, some] of Map.groupBy(routes, (route) => route.path)) {
    app.all(pattern(path), otherMethod(machine, some));
  }
  app.notFound((context) => {
    const refusal = refuse('missing', 'NoSuchRoute', 'There is nothing at this path.', { action: 'See /docs.' });
    return refusedOutside(machine, context, refusal, '(none)', {});
  });
  return app;
};

/** A path of ours with a method that it does not have: a browser's preflight, or 405. */
const otherMethod =
  <R>(machine: Machine<R>, routes: ReadonlyArray<Route<R>>) =>
  (context: HonoContext<Env>): Response => {
    const methods = routes.map((route) => route.method);
    const origin = context.req.header('origin');
    const list = routes.find((route) => route.crossOrigin !== undefined)?.crossOrigin;
    if (context.req.method === 'OPTIONS' && list !== undefined) {
      const allowed = crossOriginHeaders(machine.origins, list, origin);
      const more = 'access-control-allow-origin' in allowed ? preflightHeaders(methods) : {};
      return new Response(null, { status: 204, headers: { ...machine.securityHeaders, ...allowed, ...more } });
    }
    const refusal = refuse('invalid', 'MethodNotAllowed', 'This path does not have this method.');
    return refusedOutside(machine, context, refusal, routes[0]?.path ?? '(none)', { allow: methods.join(', ') });
  };

const refusedOutside = <R>(
  machine: Machine<R>,
  context: HonoContext<Env>,
  refusal: Refusal,
  route: string,
  headers: Readonly<Record<string, string>>,
): Response => {
  const requestId = requestIdOf(context.req.raw.headers);
  const problem = toProblem(refusal, { instance: context.req.path, requestId });
  const method = KNOWN_METHODS.has(context.req.method) ? context.req.method : '(other)';
  recordAnswer({ method, route, status: problem.status, requestId, tookMs: 0, code: problem.code });
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      ...machine.securityHeaders,
      ...problemHeaders(refusal, problem.status),
      ...headers,
      'content-type': 'application/problem+json',
      'x-request-id': requestId,
    },
  });
};

/** A client may send any word as a method; a metric's label has few values. */
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const listenerOf = (app: Hono<Env>, embedded: Issuer | undefined): Listener => {
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return (request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (embedded !== undefined && (path === MOUNT || path.startsWith(`${MOUNT}/`))) {
      void issue(embedded, request, response);
      return;
    }
    void answer(request, response);
  };
};

/** Requests to the embedded issuer are counted like any other; what goes wrong inside is its own page or ours. */
const issue = async (embedded: Issuer, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const startedMs = performance.now();
  const { method = 'GET' } = request;
  try {
    await embedded.handle(request, response);
  } catch (cause) {
    log.error({ err: cause }, 'the embedded issuer met a defect');
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
  const requestId = String(response.getHeader('x-request-id') ?? 'issuer');
  recordAnswer({
    method: KNOWN_METHODS.has(method) ? method : '(other)',
    route: MOUNT,
    status: response.statusCode,
    requestId,
    tookMs: performance.now() - startedMs,
  });
};
