import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Exit, Layer, Scope } from 'effect';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import type { NeedsOf, Route } from '../../gateway/route.ts';
import { Gateway, type GatewayParts, type GivenServices, gatewayLayer } from '../../gateway/server.ts';
import { DEFAULT_SETTINGS, type GatewaySettings } from '../../gateway/settings.ts';
import { Audit } from '../../store/operations/audit.ts';
import type { AuditEntry } from '../../store/operations/audit-chain.ts';
import { RedisConnection, redisLayer } from '../../store/redis.ts';
import { serverAddress, uniqueName } from './names.ts';

/** A gateway on a port of its own, with the real Redis, for the time of a test. */
export interface TestGateway {
  /** The public one; `address` is where this node itself listens. */
  readonly url: string;
  readonly address: string;
  readonly settings: GatewaySettings;
  /** What was written to the audit trail so far. */
  readonly audited: ReadonlyArray<AuditEntry>;
  /** While true the audit trail answers with a fault. */
  auditDown: boolean;
  /** An access token of the embedded issuer for a demo user, e.g. `demo-operator`. */
  readonly token: (subject: string) => Promise<string>;
  /** Bearer header of a demo user, with more headers. */
  readonly as: (subject: string, more?: Readonly<Record<string, string>>) => Promise<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export interface TestGatewayParts<T extends Route<unknown>> extends Omit<GatewayParts<T>, 'settings' | 'checks'> {
  readonly checks?: GatewayParts<T>['checks'];
  readonly settings?: Partial<GatewaySettings>;
  readonly redisUrl?: string;
}

/** The services that the routes need, when they need any. */
type Needed<T> = [Exclude<NeedsOf<T>, GivenServices>] extends [never]
  ? []
  : [Layer.Layer<Exclude<NeedsOf<T>, GivenServices>>];

const HIGH = 1_000_000;

export const startGateway = async <T extends Route<unknown>>(
  parts: TestGatewayParts<T>,
  ...services: Needed<T>
): Promise<TestGateway> => {
  const keyDirectory = await mkdtemp(join(tmpdir(), 'hufu-gateway-'));
  const settings: GatewaySettings = {
    ...DEFAULT_SETTINGS,
    port: 0,
    keyDirectory,
    redisPrefix: `${uniqueName('gateway')}:`,
    limits: { read: HIGH, write: HIGH, bulk: HIGH, 'sign-in': HIGH, probe: HIGH },
    stopMs: 2_000,
    ...parts.settings,
  };
  const audited: AuditEntry[] = [];
  const state = { auditDown: false };
  const append = (entry: AuditEntry): Effect.Effect<void, Fault> =>
    state.auditDown
      ? Effect.fail(fault('audit', 'Unavailable', 'The audit trail is down.'))
      : Effect.sync(() => void audited.push(entry));
  const redis = redisLayer(parts.redisUrl ?? serverAddress('REDIS_URL'));
  const scope = await Effect.runPromise(Scope.make());
  // Closed also when the gateway does not start.
  await Effect.runPromise(
    Scope.addFinalizer(
      scope,
      Effect.promise(() => rm(keyDirectory, { recursive: true, force: true })),
    ),
  );
  const layer = gatewayLayer({ checks: {}, ...parts, settings }).pipe(
    Layer.provideMerge(Layer.mergeAll(redis, Layer.succeed(Audit, { append }), services[0] ?? Layer.empty)),
  ) as Layer.Layer<Gateway | RedisConnection, unknown>;
  const context = await Effect.runPromise(
    Effect.tapErrorCause(Layer.buildWithScope(layer, scope), (cause) => Scope.close(scope, Exit.failCause(cause))),
  );
  const gateway = await Effect.runPromise(Effect.provide(Gateway, context));
  const connection = await Effect.runPromise(Effect.provide(RedisConnection, context));
  const tokens = new Map<string, string>();
  const token = async (subject: string): Promise<string> => {
    const known = tokens.get(subject) ?? (await fetchToken(gateway, subject));
    tokens.set(subject, known);
    return known;
  };
  return {
    url: gateway.url,
    address: `http://127.0.0.1:${gateway.port}`,
    settings,
    audited,
    get auditDown() {
      return state.auditDown;
    },
    set auditDown(down: boolean) {
      state.auditDown = down;
    },
    token,
    as: async (subject, more = {}) => ({ authorization: `Bearer ${await token(subject)}`, ...more }),
    stop: async () => {
      const keys = connection.status === 'ready' ? await connection.keys(`${settings.redisPrefix}*`) : [];
      if (keys.length > 0) await connection.del(...keys);
      await Effect.runPromise(Scope.close(scope, Exit.void));
    },
  };
};

/** The `client_credentials` grant (RFC 6749 §4.4): how the demo and scripts get a token. */
const fetchToken = async (
  gateway: {
    readonly issuer: string;
    readonly embedded: { readonly users: ReadonlyArray<{ subject: string; clientSecret: string }> } | undefined;
  },
  subject: string,
): Promise<string> => {
  const user = gateway.embedded?.users.find((one) => one.subject === subject);
  if (user === undefined) throw new Error(`no demo user ${subject}`);
  const response = await fetch(`${gateway.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${user.subject}:${user.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'api' }),
  });
  const answer = (await response.json()) as { readonly access_token?: string };
  if (answer.access_token === undefined) throw new Error(`the issuer gave no token: ${JSON.stringify(answer)}`);
  return answer.access_token;
};
