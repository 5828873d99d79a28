import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Effect } from 'effect';
import type { Redis } from 'ioredis';
import type { JWK } from 'jose';
import { type ClientMetadata, type Configuration, Provider } from 'oidc-provider';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { type DemoUser, demoUsers, passwordMatches, publicKey, signingKeys } from './demo-users.ts';
import { loginPage, logoutPage, messagePage, PAGE_HEADERS } from './pages.ts';
import { redisAdapter } from './redis-adapter.ts';

/**
 * The embedded OpenID Connect issuer: it lets a fresh machine sign people and scripts in without anything outside. It
 * knows the demo users only; in production `OIDC_ISSUER` names a real one and none of this runs.
 */

export interface IssuerOptions {
  /** Where browsers find the gateway, e.g. `http://127.0.0.1:8080`; the issuer is `<publicUrl>/oidc`. */
  readonly publicUrl: string;
  readonly audience: string;
  readonly keyDirectory: string;
  readonly redis: Redis;
  /** Begins every key in Redis. */
  readonly redisPrefix: string;
  /** False when this login name or address has tried too often. */
  readonly mayTry: (key: string) => Promise<boolean>;
}

export interface Issuer {
  readonly issuer: string;
  /** The public signing keys, newest first. */
  readonly keys: ReadonlyArray<JWK>;
  readonly users: ReadonlyArray<DemoUser>;
  /** Answers a request whose path begins with `/oidc`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export const MOUNT = '/oidc';
/** The resource (RFC 8707) that access tokens are for; their `aud` is the configured audience. */
const RESOURCE = 'urn:hufu:api';
const SCOPE = 'api';
const TOKEN_SECONDS = 3_600;
const MAX_FORM_BYTES = 4_096;

/** Public clients (PKCE): the API documents and the web console, both served by the gateway itself. */
const publicClients = (publicUrl: string): ReadonlyArray<ClientMetadata> =>
  [
    { client_id: 'hufu-docs', callback: '/docs/oauth2-redirect.html' },
    { client_id: 'hufu-console', callback: '/console/callback' },
  ].map(({ client_id, callback }) => ({
    client_id,
    redirect_uris: [`${publicUrl}${callback}`],
    post_logout_redirect_uris: [`${publicUrl}${callback}`],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: 'ES256',
  }));

const serviceClient = (user: DemoUser): ClientMetadata => ({
  client_id: user.subject,
  client_secret: user.clientSecret,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  id_token_signed_response_alg: 'ES256',
});

const claimsOf = ({ roles, tenant, provinces, tadig }: DemoUser) => ({
  ...{ roles: [...roles], tenant, provinces: [...provinces] },
  ...(tadig === null ? {} : { tadig }),
});

const configuration = (
  options: IssuerOptions,
  users: ReadonlyMap<string, DemoUser>,
  keys: ReadonlyArray<JWK>,
): Configuration => ({
  adapter: redisAdapter(options.redis, options.redisPrefix),
  clients: [...publicClients(options.publicUrl), ...[...users.values()].map(serviceClient)],
  jwks: { keys: keys as NonNullable<Configuration['jwks']>['keys'] },
  cookies: {
    keys: [cookieKey(keys)],
    names: { session: 'hufu_oidc', interaction: 'hufu_oidc_at', resume: 'hufu_oidc_back' },
  },
  claims: { openid: ['sub', 'roles', 'tenant', 'provinces', 'tadig'] },
  pkce: { required: () => true },
  // Pages of the gateway itself ask for tokens; a browser names their origin though it is the issuer's own.
  clientBasedCORS: (_context, origin) => origin === new URL(options.publicUrl).origin,
  findAccount: (_context, subject) => {
    const user = users.get(subject);
    if (user === undefined) return undefined;
    return { accountId: subject, claims: () => ({ sub: subject, ...claimsOf(user) }) };
  },
  extraTokenClaims: (_context, token) => {
    const user = users.get(token.kind === 'AccessToken' ? token.accountId : (token.clientId ?? ''));
    return user === undefined ? undefined : claimsOf(user);
  },
  loadExistingGrant: firstPartyGrant,
  interactions: { url: (_context, interaction) => `${MOUNT}/interaction/${interaction.uid}` },
  renderError: (context, out) => {
    context.set(PAGE_HEADERS);
    context.body = messagePage('Sign-in failed', `${out.error}: ${out.error_description ?? ''}`);
  },
  features: {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    clientCredentials: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        context.set(PAGE_HEADERS);
        context.body = logoutPage(form);
      },
      postLogoutSuccessSource: (context) => {
        context.set(PAGE_HEADERS);
        context.body = messagePage('Signed out', 'You are signed out.');
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        audience: options.audience,
        accessTokenFormat: 'jwt',
        accessTokenTTL: TOKEN_SECONDS,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ttl: {
    AccessToken: TOKEN_SECONDS,
    AuthorizationCode: 60,
    ClientCredentials: TOKEN_SECONDS,
    Grant: 12 * 3_600,
    IdToken: TOKEN_SECONDS,
    Interaction: 600,
    Session: 12 * 3_600,
  },
});

/** Our own clients ask for no consent: signing in to them is the consent. */
const firstPartyGrant: NonNullable<Configuration['loadExistingGrant']> = async (context) => {
  const { client, session, provider } = context.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const known = session.grantIdFor(client.clientId);
  const found = known === undefined ? undefined : await provider.Grant.find(known);
  if (found !== undefined) return found;
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope('openid');
  grant.addResourceScope(RESOURCE, SCOPE);
  await grant.save();
  return grant;
};

/** Cookies are signed with a key derived from the signing key, so that all nodes agree on it. */
const cookieKey = (keys: ReadonlyArray<JWK>): string =>
  createHmac('sha256', JSON.stringify(keys[0] ?? {}))
    .update('issuer cookies')
    .digest('base64url');

export const makeIssuer = (options: IssuerOptions): Effect.Effect<Issuer, Fault> =>
  Effect.gen(function* () {
    const users = yield* demoUsers(options.keyDirectory);
    const keys = yield* signingKeys(options.keyDirectory);
    const bySubject = new Map(users.map((user) => [user.subject, user]));
    const issuer = `${options.publicUrl}${MOUNT}`;
    const provider = new Provider(issuer, configuration(options, bySubject, keys));
    provider.proxy = options.publicUrl.startsWith('https:');
    const answer = provider.callback();
    return {
      issuer,
      keys: keys.map(publicKey),
      users,
      handle: async (request, response) => {
        const path = new URL(request.url ?? '/', options.publicUrl).pathname;
        if (/^\/oidc\/interaction\/[\w-]+$/.test(path)) {
          await interaction(provider, bySubject, options, request, response);
          return;
        }
        // The library finds its own mount point by comparing the two.
        const mounted = request as IncomingMessage & { originalUrl?: string };
        mounted.originalUrl = request.url ?? '/';
        mounted.url = mounted.originalUrl.slice(MOUNT.length) || '/';
        await answer(mounted, response);
      },
    };
  });

/** The sign-in page: shown, and what it posts. The library's cookie ties it to the browser that began. */
const interaction = async (
  provider: Provider,
  users: ReadonlyMap<string, DemoUser>,
  options: IssuerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const show = (status: number, html: string): void => {
    response.writeHead(status, PAGE_HEADERS).end(html);
  };
  const action = new URL(request.url ?? '/', options.publicUrl).pathname;
  try {
    await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
      show(200, loginPage(action));
      return;
    }
    const form = await readForm(request);
    if (form === undefined) {
      show(413, messagePage('Sign in', 'The form is too long.'));
      return;
    }
    const login = form.get('login') ?? '';
    if (!(await options.mayTry(loginKey(login)))) {
      show(429, loginPage(action, 'Too many attempts. Wait a minute and try again.'));
      return;
    }
    const user = users.get(login);
    if (user === undefined || !passwordMatches(user, form.get('password') ?? '')) {
      show(401, loginPage(action, 'The user or the password is wrong.'));
      return;
    }
    await provider.interactionFinished(request, response, { login: { accountId: user.subject, remember: false } });
  } catch {
    show(400, messagePage('Sign in', 'This sign-in has ended or began in another browser. Start again.'));
  }
};

/** Login names are bounded and not written to Redis as they are. */
const loginKey = (login: string): string =>
  `login:${createHash('sha256').update(login).digest('base64url').slice(0, 22)}`;

const readForm = async (request: IncomingMessage): Promise<URLSearchParams | undefined> => {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_FORM_BYTES) return undefined;
  }
  return new URLSearchParams(text);
};
