import type { KeyObject } from 'node:crypto';
import { Clock, Context, Effect } from 'effect';
import {
  type CryptoKey,
  createRemoteJWKSet,
  errors,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { parseTenantId, type TenantId } from '../../domain/kernel/actor-id.ts';
import { type Caller, ROLES, type Role } from '../../domain/kernel/caller.ts';
import { isProvince } from '../../domain/kernel/province.ts';
import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { unauthenticated } from './problem.ts';

/**
 * Who is calling, from an access token (a JWT, RFC 9068) of the one issuer that this system trusts. Roles, tenant
 * and provinces come from claims; what the claims do not say, the caller does not have.
 */

export interface Identity {
  readonly caller: Caller;
  /** When the token ends, in milliseconds since the epoch: a stream is closed then. */
  readonly expiresAtMs: number;
}

export class SignIn extends Context.Tag('hufu/SignIn')<
  SignIn,
  {
    /** From the `Authorization` header; undefined without one. Refusals have codes `InvalidToken`, `TokenExpired`, `NoTenant`. */
    readonly identify: (authorization: string | undefined) => Effect.Effect<Identity | undefined, Refusal | Fault>;
  }
>() {}

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Signature algorithms that are accepted; never `none` and never a shared secret (HS…). */
  readonly algorithms: ReadonlyArray<string>;
  /** Where the roles are, e.g. `roles` or `realm_access.roles`. */
  readonly rolesClaim: string;
  readonly tenantClaim: string;
  /** Where the provinces are that the caller works for, as codes of GB/T 2260. */
  readonly provincesClaim: string;
  /** Where the TADIG code of a roaming partner is. */
  readonly tadigClaim: string;
  readonly clockSkewSeconds: number;
}

export const ANONYMOUS: Caller = { subject: 'anonymous', tenant: 'anonymous' as TenantId, roles: [] };

/** Node takes 16 KiB of headers in all. */
const MAX_TOKEN_CHARS = 12_288;

/**
 * A token that was verified is not verified again for a minute, or until it ends: a signature costs as much as everything
 * else about a small request. The key that signed it must still be one of the issuer's, and is asked for each time.
 */
const VERIFIED = { forMs: 60_000, most: 20_000 } as const;

interface Verified {
  readonly payload: JWTPayload;
  readonly header: JWTHeaderParameters;
  readonly key: CryptoKey | KeyObject | JWK | Uint8Array;
}
interface Known extends Verified {
  readonly identity: Identity;
  readonly untilMs: number;
}

class VerifiedTokens {
  readonly #known = new Map<string, Known>();

  at(token: string, nowMs: number): Known | undefined {
    const found = this.#known.get(token);
    if (found === undefined || nowMs < found.untilMs) return found;
    this.#known.delete(token);
    return undefined;
  }

  /** The oldest makes room. */
  keep(token: string, verified: Verified, identity: Identity, nowMs: number): void {
    if (this.#known.size >= VERIFIED.most) {
      const [oldest = ''] = this.#known.keys();
      this.#known.delete(oldest);
    }
    this.#known.set(token, {
      ...verified,
      identity,
      untilMs: Math.min(nowMs + VERIFIED.forMs, identity.expiresAtMs),
    });
  }
}

/** Whether the issuer still has the key. */
const isSigned = (token: string, { header, key }: Known, keys: JWTVerifyGetKey): Effect.Effect<boolean> => {
  const [, payload = '', signature = ''] = token.split('.');
  return Effect.tryPromise(async () => (await keys(header, { payload, signature })) === key).pipe(
    Effect.orElseSucceed(() => false),
  );
};

export const signInWith = (rules: TokenRules, keys: JWTVerifyGetKey): Context.Tag.Service<SignIn> => {
  const verifiedTokens = new VerifiedTokens();
  return { identify: identifyWith(rules, keys, verifiedTokens) };
};

const identifyWith =
  (rules: TokenRules, keys: JWTVerifyGetKey, verifiedTokens: VerifiedTokens): Context.Tag.Service<SignIn>['identify'] =>
  (authorization) =>
    Effect.gen(function* () {
      if (authorization === undefined) return undefined;
      const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization)?.[1];
      if (token === undefined || token.length > MAX_TOKEN_CHARS) {
        return yield* Effect.fail(unauthenticated('The Authorization header holds no bearer token.', 'InvalidToken'));
      }
      const nowMs = yield* Clock.currentTimeMillis;
      const known = verifiedTokens.at(token, nowMs);
      if (known !== undefined && (yield* isSigned(token, known, keys))) return known.identity;
      const found = yield* verified(token, rules, keys, nowMs);
      const identity = yield* identityOf(found.payload, rules);
      verifiedTokens.keep(token, found, identity, nowMs);
      return identity;
    });

const verified = (token: string, rules: TokenRules, keys: JWTVerifyGetKey, nowMs: number) =>
  Effect.tryPromise({
    try: () =>
      jwtVerify(token, keys, {
        issuer: rules.issuer,
        audience: rules.audience,
        algorithms: [...rules.algorithms],
        clockTolerance: rules.clockSkewSeconds,
        currentDate: new Date(nowMs),
        requiredClaims: ['sub', 'exp'],
      }).then(({ payload, protectedHeader: header, key }): Verified => ({ payload, header, key })),
    catch: tokenFailure,
  });

/** The token's own fault is a refusal; an issuer that does not give its keys is a fault. */
const tokenFailure = (cause: unknown): Refusal | Fault => {
  if (cause instanceof errors.JWTExpired) return unauthenticated('The access token has ended.', 'TokenExpired');
  if (
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    !(cause instanceof errors.JOSEError) ||
    isUnexpectedAnswer(cause)
  ) {
    return fault('issuer', 'Unavailable', 'The issuer of tokens did not give its signing keys.', 2_000);
  }
  const claim = cause instanceof errors.JWTClaimValidationFailed ? `: its claim "${cause.claim}"` : '';
  return unauthenticated(`The access token is not accepted${claim}.`, 'InvalidToken');
};

/** jose reports an HTTP error of the key endpoint as a plain JOSEError. */
const isUnexpectedAnswer = (cause: Error): boolean => cause.constructor === errors.JOSEError;

const identityOf = (payload: JWTPayload, rules: TokenRules): Effect.Effect<Identity, Refusal> => {
  const tenantClaim = claimAt(payload, rules.tenantClaim);
  const tenant = typeof tenantClaim === 'string' ? parseTenantId(tenantClaim) : undefined;
  if (typeof tenant !== 'string') {
    return Effect.fail(
      refuse('denied', 'NoTenant', 'The access token names no tenant.', {
        action: `Have the issuer put the tenant into the claim "${rules.tenantClaim}".`,
      }),
    );
  }
  const names = listAt(payload, rules.rolesClaim);
  const roles = ROLES.filter((role): role is Role => names.includes(role));
  const provinces = listAt(payload, rules.provincesClaim).filter(isProvince);
  const tadig = claimAt(payload, rules.tadigClaim);
  const operator = typeof tadig === 'string' && /^[A-Z0-9]{5}$/.test(tadig) ? { tadig } : {};
  const reach = { ...(provinces.length === 0 ? {} : { provinces }), ...operator };
  return Effect.succeed({
    caller: { subject: payload.sub ?? '', tenant, roles, ...reach },
    expiresAtMs: (payload.exp ?? 0) * 1_000,
  });
};

const listAt = (payload: JWTPayload, path: string): ReadonlyArray<unknown> => {
  const claimed = claimAt(payload, path);
  return Array.isArray(claimed) ? claimed : [];
};

const claimAt = (payload: JWTPayload, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined,
      payload,
    );

/**
 * Keys of an external issuer, found by discovery and fetched when first needed. An unknown key id fetches them again
 * (rotation), at most once in 30 s; they are kept for ten minutes.
 */
export const discoveredKeys = (issuer: string): JWTVerifyGetKey => {
  let found: Promise<JWTVerifyGetKey> | undefined;
  const discover = async (): Promise<JWTVerifyGetKey> => {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(5_000),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`discovery answered ${response.status}`);
    const metadata = (await response.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (metadata.issuer !== issuer || typeof metadata.jwks_uri !== 'string') {
      throw new Error('the discovery document is of another issuer');
    }
    return createRemoteJWKSet(new URL(metadata.jwks_uri), {
      timeoutDuration: 5_000,
      cooldownDuration: 30_000,
      cacheMaxAge: 600_000,
    });
  };
  return async (header, token) => {
    found ??= discover();
    try {
      return await (await found)(header, token);
    } catch (cause) {
      if (!(cause instanceof errors.JOSEError)) found = undefined;
      throw cause;
    }
  };
};
