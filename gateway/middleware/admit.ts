import { Effect } from 'effect';
import { parseTenantId, type TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { isNowhere, NOWHERE, type Reach, reachOf } from '../../domain/kernel/province.ts';
import { type Fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { judge, type Right } from '../rights.ts';
import type { RateClass, Route } from '../route.ts';
import { type LimitState, RateLimits } from './limits.ts';
import type { Client, Origins } from './origin.ts';
import { unauthenticated } from './problem.ts';
import { ANONYMOUS, type Identity, SignIn } from './sign-in.ts';

/** May this request come in at all: token, rate, right, tenant, province. In this order, and before anything of it is read. */

export interface Admitted {
  readonly caller: Caller;
  readonly tenant: TenantId;
  readonly reach: Reach;
  readonly expiresAtMs: number | undefined;
  readonly limit: LimitState;
}

/** What became known on the way, also when the request was refused: the audit and the log want to know. */
export interface Progress {
  caller?: Caller;
  tenant?: TenantId;
  limit?: LimitState;
  detail?: Readonly<Record<string, string>>;
}

export const rateClassOf = (route: Route<unknown>): RateClass => {
  if (route.rate !== undefined) return route.rate;
  if (route.kind === 'upload' || route.kind === 'download') return 'bulk';
  return route.method === 'GET' ? 'read' : 'write';
};

export const admit = (
  route: Route<unknown>,
  right: Right,
  headers: Headers,
  client: Client,
  origins: Origins,
  progress: Progress,
): Effect.Effect<Admitted, Refusal | Fault, SignIn | RateLimits> =>
  Effect.gen(function* () {
    const limits = yield* RateLimits;
    const identity = yield* identify(route, headers, client, origins);
    if (identity !== undefined) progress.caller = identity.caller;
    const verdict = judge(right, identity?.caller.roles, client.loopback);
    if (verdict === 'unauthenticated') return yield* Effect.fail(unauthenticated('This needs an access token.'));
    const caller = identity?.caller ?? ANONYMOUS;
    const who = identity === undefined ? `address:${client.address}` : `${caller.tenant}/${caller.subject}`;
    const limit = yield* limits.consume(rateClassOf(route), who);
    progress.limit = limit;
    if (verdict === 'denied') return yield* Effect.fail(notAllowed(right));
    const tenant = yield* tenantFor(caller, right, headers.get('hufu-tenant') ?? undefined);
    progress.tenant = tenant;
    const reach = yield* reachFor(caller, right);
    return { caller, tenant, reach, expiresAtMs: identity?.expiresAtMs, limit };
  });

/** Who opens a WebSocket, from the token in its first message: as strict as for a request. */
export const admitSocket = (
  right: Right,
  token: string,
  address: string,
): Effect.Effect<Identity, Refusal | Fault, SignIn | RateLimits> =>
  Effect.gen(function* () {
    const limits = yield* RateLimits;
    const identity = yield* signedIn(`Bearer ${token}`, address);
    if (identity === undefined) return yield* Effect.fail(unauthenticated('This needs an access token.'));
    yield* limits.consume('read', `${identity.caller.tenant}/${identity.caller.subject}`);
    return judge(right, identity.caller.roles, false) === 'allowed' ? identity : yield* Effect.fail(notAllowed(right));
  });

/** A token that is not accepted costs its address an attempt, so that guessing has an end. */
const signedIn = (
  authorization: string | undefined,
  address: string,
): Effect.Effect<Identity | undefined, Refusal | Fault, SignIn | RateLimits> =>
  Effect.gen(function* () {
    const signIn = yield* SignIn;
    const limits = yield* RateLimits;
    return yield* signIn
      .identify(authorization)
      .pipe(
        Effect.tapError((failure) =>
          failure._tag === 'Refusal' && failure.code === 'InvalidToken'
            ? limits.consume('sign-in', `address:${address}`)
            : Effect.void,
        ),
      );
  });

const identify = (
  route: Route<unknown>,
  headers: Headers,
  client: Client,
  origins: Origins,
): Effect.Effect<Identity | undefined, Refusal | Fault, SignIn | RateLimits> =>
  signedIn(headers.get('authorization') ?? cookieToken(route, headers, origins), client.address);

/** Only a route that says so takes its token from a cookie, and only when a page of its list of origins sent it. */
const cookieToken = (route: Route<unknown>, headers: Headers, origins: Origins): string | undefined => {
  if (
    route.tokenCookie === undefined ||
    !(origins[route.crossOrigin ?? ''] ?? []).includes(headers.get('origin') ?? '')
  ) {
    return undefined;
  }
  const wanted = `${route.tokenCookie}=`;
  const pair = (headers.get('cookie') ?? '').split(/; */).find((part) => part.startsWith(wanted));
  return pair === undefined ? undefined : `Bearer ${pair.slice(wanted.length)}`;
};

const notAllowed = (right: Right): Refusal =>
  refuse('denied', 'NotAllowed', 'Your roles do not allow this.', {
    action: Array.isArray(right.allow)
      ? `Ask for one of the roles ${right.allow.join(', ')}.`
      : 'Ask an administrator.',
  });

/** A province-bound route takes a caller of no province at no door (decision 0248). */
const reachFor = (caller: Caller, right: Right): Effect.Effect<Reach, Refusal> => {
  if (right.byProvince !== true) return Effect.succeed(NOWHERE);
  const reach = reachOf(caller);
  if (!isNowhere(reach)) return Effect.succeed(reach);
  return Effect.fail(
    refuse('denied', 'NoProvince', 'You work for no province.', {
      action: 'Have the issuer name your provinces in the token, or ask the administrator of your unit.',
    }),
  );
};

/** The caller's own tenant, or the one in `Hufu-Tenant` where the table lets a system administrator name it. */
const tenantFor = (caller: Caller, right: Right, named: string | undefined): Effect.Effect<TenantId, Refusal> => {
  if (named === undefined || named === caller.tenant) return Effect.succeed(caller.tenant);
  if (right.otherTenants !== true || !caller.roles.includes('system-administrator')) {
    return Effect.fail(
      refuse('denied', 'OtherTenant', 'You may act in your own tenant only.', {
        field: 'Hufu-Tenant',
        action: 'Leave the header Hufu-Tenant out.',
      }),
    );
  }
  const tenant = parseTenantId(named);
  return typeof tenant === 'string' ? Effect.succeed(tenant) : Effect.fail({ ...tenant, field: 'Hufu-Tenant' });
};
