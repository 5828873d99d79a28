import { Config, type ConfigError, Effect, Option } from 'effect';
import { DEFAULT_LIMITS, type Limits } from './middleware/limits.ts';
import type { Origins } from './middleware/origin.ts';

/** How the gateway is set up, from the environment; a test sets single fields of `DEFAULT_SETTINGS`. */

export interface GatewaySettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** How browsers reach it, without a slash at the end; default `http://<host>:<port>`. */
  readonly publicUrl: string | undefined;
  /** Reverse proxies of ours in front: that many entries of `X-Forwarded-For` are believed. */
  readonly proxies: number;
  readonly origins: Origins;
  readonly keyDirectory: string;
  readonly oidc: {
    /** Undefined: the embedded issuer with demo users. */
    readonly issuer: string | undefined;
    readonly audience: string;
    readonly rolesClaim: string;
    readonly tenantClaim: string;
    readonly provincesClaim: string;
    readonly tadigClaim: string;
    readonly algorithms: ReadonlyArray<string>;
    readonly clockSkewSeconds: number;
  };
  readonly console: {
    /** Where its build lies; undefined: this gateway has none. */
    readonly directory: string | undefined;
    /** Its client id at the issuer: a public one, with `<publicUrl>/console/callback` to come back to. */
    readonly client: string;
    readonly scope: string;
  };
  readonly redisPrefix: string;
  /** Requests per minute and caller, by class. */
  readonly limits: Limits;
  readonly eventStreams: number;
  readonly eventStreamsPerCaller: number;
  readonly heartbeatMs: number;
  /** How long an event stream's client waits before it connects again. */
  readonly retryMs: number;
  /** Between saying "not ready" and closing the door, so that a load balancer has noticed. */
  readonly drainMs: number;
  /** What is under way when the door is closed gets this long. */
  readonly stopMs: number;
  readonly version: string;
}

export const DEFAULT_SETTINGS: GatewaySettings = {
  host: '127.0.0.1',
  port: 8080,
  publicUrl: undefined,
  proxies: 0,
  origins: {},
  keyDirectory: '.hufu/keys',
  oidc: {
    issuer: undefined,
    audience: 'hufu',
    rolesClaim: 'roles',
    tenantClaim: 'tenant',
    provincesClaim: 'provinces',
    tadigClaim: 'tadig',
    algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
    clockSkewSeconds: 30,
  },
  console: { directory: undefined, client: 'hufu-console', scope: 'openid' },
  redisPrefix: 'hufu:',
  limits: DEFAULT_LIMITS,
  eventStreams: 2_000,
  eventStreamsPerCaller: 20,
  heartbeatMs: 15_000,
  retryMs: 2_000,
  drainMs: 0,
  stopMs: 10_000,
  version: '0.1.0',
};

const words = (text: string): ReadonlyArray<string> =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const positive = (name: string, fallback: number) =>
  Config.integer(name).pipe(
    Config.validate({ message: `${name} is a number of 1 or more`, validation: (value) => value > 0 }),
    Config.withDefault(fallback),
  );

/** A shared secret would let whoever checks a token make one too. */
const algorithms = Config.nonEmptyString('OIDC_ALGORITHMS').pipe(
  Config.map(words),
  Config.validate({
    message: 'OIDC_ALGORITHMS lists public-key algorithms, e.g. RS256,ES256',
    validation: (names) => names.length > 0 && names.every((name) => /^(RS|PS|ES)\d{3}$|^EdDSA$|^Ed25519$/.test(name)),
  }),
);

const settings = Config.all({
  host: Config.string('HUFU_HTTP_HOST').pipe(Config.withDefault(DEFAULT_SETTINGS.host)),
  port: Config.port('HUFU_HTTP_PORT').pipe(Config.withDefault(DEFAULT_SETTINGS.port)),
  publicUrl: Config.option(Config.nonEmptyString('HUFU_PUBLIC_URL')),
  proxies: Config.integer('HUFU_PROXIES').pipe(Config.withDefault(0)),
  /** Web origins of the Temporal UI, separated by commas: they may call the codec. */
  temporalUi: Config.string('HUFU_TEMPORAL_UI_ORIGIN').pipe(Config.withDefault('')),
  keyDirectory: Config.nonEmptyString('HUFU_KEY_DIR'),
  issuer: Config.option(Config.nonEmptyString('OIDC_ISSUER')),
  audience: Config.string('OIDC_AUDIENCE').pipe(Config.withDefault(DEFAULT_SETTINGS.oidc.audience)),
  rolesClaim: Config.string('OIDC_ROLES_CLAIM').pipe(Config.withDefault(DEFAULT_SETTINGS.oidc.rolesClaim)),
  tenantClaim: Config.string('OIDC_TENANT_CLAIM').pipe(Config.withDefault(DEFAULT_SETTINGS.oidc.tenantClaim)),
  provincesClaim: Config.string('OIDC_PROVINCES_CLAIM').pipe(Config.withDefault(DEFAULT_SETTINGS.oidc.provincesClaim)),
  tadigClaim: Config.string('OIDC_TADIG_CLAIM').pipe(Config.withDefault(DEFAULT_SETTINGS.oidc.tadigClaim)),
  algorithms: Config.option(algorithms),
  consoleDirectory: Config.option(Config.nonEmptyString('HUFU_CONSOLE_DIR')),
  consoleClient: Config.string('OIDC_CONSOLE_CLIENT').pipe(Config.withDefault(DEFAULT_SETTINGS.console.client)),
  consoleScope: Config.string('OIDC_CONSOLE_SCOPE').pipe(Config.withDefault(DEFAULT_SETTINGS.console.scope)),
  read: positive('HUFU_RATE_READ', DEFAULT_LIMITS.read),
  write: positive('HUFU_RATE_WRITE', DEFAULT_LIMITS.write),
  bulk: positive('HUFU_RATE_BULK', DEFAULT_LIMITS.bulk),
  drainMs: Config.integer('HUFU_DRAIN_MS').pipe(Config.withDefault(DEFAULT_SETTINGS.drainMs)),
});

/** From the environment; every variable is described in `docs/gateway.md`. */
export const settingsFromEnvironment: Effect.Effect<GatewaySettings, ConfigError.ConfigError> = Effect.map(
  settings,
  (read): GatewaySettings => ({
    ...DEFAULT_SETTINGS,
    host: read.host,
    port: read.port,
    publicUrl: Option.getOrUndefined(Option.map(read.publicUrl, (url) => url.replace(/\/+$/, ''))),
    proxies: read.proxies,
    origins: { 'temporal-ui': words(read.temporalUi) },
    keyDirectory: read.keyDirectory,
    oidc: {
      ...DEFAULT_SETTINGS.oidc,
      issuer: Option.getOrUndefined(read.issuer),
      audience: read.audience,
      rolesClaim: read.rolesClaim,
      tenantClaim: read.tenantClaim,
      provincesClaim: read.provincesClaim,
      tadigClaim: read.tadigClaim,
      algorithms: Option.getOrElse(read.algorithms, () => DEFAULT_SETTINGS.oidc.algorithms),
    },
    console: {
      directory: Option.getOrUndefined(read.consoleDirectory),
      client: read.consoleClient,
      scope: read.consoleScope,
    },
    limits: { ...DEFAULT_LIMITS, read: read.read, write: read.write, bulk: read.bulk },
    drainMs: read.drainMs,
  }),
);
