import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Effect } from 'effect';
import { errors, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import { type OtherIssuer, startOtherIssuer } from '../../test/support/issuer.ts';
import { KEYS_FILE, USERS_FILE } from '../issuer/demo-users.ts';
import { meRoutes } from '../operations/me.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { signInWith } from './sign-in.ts';

/** Who the caller is, from the tokens of another issuer and of our own, over HTTP. */

const parts = { routes: meRoutes, rights: { 'operations.me.read': { allow: 'signed-in' } } } as const;

const me = async (gateway: TestGateway, authorization?: string) => {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${gateway.url}/v1/operations/me`, { headers });
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Record<string, unknown>,
  };
};

describe('tokens of another issuer', () => {
  let issuer: OtherIssuer;
  let gateway: TestGateway;

  beforeAll(async () => {
    issuer = await startOtherIssuer();
    gateway = await startGateway({ ...parts, settings: { oidc: { ...DEFAULT_SETTINGS.oidc, issuer: issuer.url } } });
  });
  afterAll(async () => {
    await gateway.stop();
    issuer.stop();
  });

  const seconds = (offset: number): number => Math.floor(Date.now() / 1_000) + offset;

  test('a sound one', async () => {
    const got = await me(gateway, `Bearer ${await issuer.sign()}`);
    expect(got).toMatchObject({ status: 200, json: { subject: 'u-1', tenant: 'demo', roles: ['operator'] } });
  });

  test('roles that we do not know are not given', async () => {
    const token = await issuer.sign({ roles: ['auditor', 'root', 7, 'operator', 'auditor'] });
    expect((await me(gateway, `Bearer ${token}`)).json['roles']).toEqual(['operator', 'auditor']);
    for (const roles of [undefined, 'operator', {}]) {
      expect((await me(gateway, `Bearer ${await issuer.sign({ roles })}`)).json['roles']).toEqual([]);
    }
  });

  test('provinces that are none are not given', async () => {
    const token = await issuer.sign({ provinces: ['310000', '31', 110_000, '110000', '*'] });
    expect((await me(gateway, `Bearer ${token}`)).json['provinces']).toEqual(['310000', '110000']);
    expect((await me(gateway, `Bearer ${await issuer.sign({ provinces: '310000' })}`)).json['provinces']).toEqual([]);
  });

  test.each([
    ['ended', () => ({ exp: seconds(-60) }), 401, 'TokenExpired'],
    ['ended within the skew of clocks', () => ({ exp: seconds(-10) }), 200, undefined],
    ['not yet valid', () => ({ nbf: seconds(300) }), 401, 'InvalidToken'],
    ['for another audience', () => ({ aud: 'other' }), 401, 'InvalidToken'],
    ['for several audiences', () => ({ aud: ['other', 'hufu'] }), 200, undefined],
    ['of another issuer', () => ({ iss: 'https://elsewhere.test' }), 401, 'InvalidToken'],
    ['without an end', () => ({ exp: undefined }), 401, 'InvalidToken'],
    ['without a subject', () => ({ sub: undefined }), 401, 'InvalidToken'],
    ['without a tenant', () => ({ tenant: undefined }), 403, 'NoTenant'],
    ['with a tenant that is none', () => ({ tenant: '../demo' }), 403, 'NoTenant'],
  ] as const)('%s', async (_name, claims, status, code) => {
    const got = await me(gateway, `Bearer ${await issuer.sign(claims())}`);
    expect(got.status).toBe(status);
    if (code !== undefined) expect(got.json['code']).toBe(code);
    if (status === 401) expect(got.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  const sound = () => ({
    iss: issuer.url,
    aud: 'hufu',
    sub: 'u-1',
    exp: seconds(300),
    roles: ['operator'],
    tenant: 'demo',
  });
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('signed by nobody, or with our public key as a shared secret', async () => {
    const unsigned = `${encoded({ alg: 'none' })}.${encoded(sound())}.`;
    const secret = new TextEncoder().encode(JSON.stringify(issuer.publicJwk()));
    const confused = await new SignJWT(sound())
      .setProtectedHeader({ alg: 'HS256', kid: issuer.publicJwk().kid ?? '' })
      .sign(secret);
    for (const token of [unsigned, confused, 'abc', 'a'.repeat(13_000)]) {
      expect(await me(gateway, `Bearer ${token}`)).toMatchObject({ status: 401, json: { code: 'InvalidToken' } });
    }
  });

  test('changed on the way', async () => {
    const [header, , signature] = (await issuer.sign()).split('.');
    const forged = `${header}.${encoded({ ...sound(), roles: ['system-administrator'] })}.${signature}`;
    expect((await me(gateway, `Bearer ${forged}`)).status).toBe(401);
  });

  test('no token, and another scheme', async () => {
    const none = await me(gateway);
    expect(none).toMatchObject({ status: 401, json: { code: 'Unauthenticated' } });
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="hufu"');
    expect((await me(gateway, 'Basic YTpi')).status).toBe(401);
  });

  test('keys are fetched once, and again when a new one signs', async () => {
    const own = await startOtherIssuer();
    const settings = { oidc: { ...DEFAULT_SETTINGS.oidc, issuer: own.url } };
    const node = await startGateway({ ...parts, settings });
    try {
      own.down = true;
      const token = await own.sign();
      const down = await me(node, `Bearer ${token}`);
      expect(down).toMatchObject({ status: 503, json: { code: 'Unavailable' } });
      expect(down.headers.has('retry-after')).toBe(true);
      own.down = false;
      for (let call = 0; call < 3; call += 1) expect((await me(node, `Bearer ${token}`)).status).toBe(200);
      expect(own.fetches()).toBe(1);
      await own.rotate();
      const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
      try {
        expect((await me(node, `Bearer ${await own.sign()}`)).status).toBe(200);
        expect((await me(node, `Bearer ${token}`)).status).toBe(401);
        expect(own.fetches()).toBe(2);
      } finally {
        later.mockRestore();
      }
    } finally {
      await node.stop();
      own.stop();
    }
  });

  test('one that was verified is taken for a minute without another look at its signature, never past its end', async () => {
    const own = await startOtherIssuer();
    const key = await importJWK(own.publicJwk(), 'ES256');
    const state = { known: true };
    const keys = async () => {
      if (!state.known) throw new errors.JWKSNoMatchingKey();
      return key;
    };
    const { identify } = signInWith({ ...DEFAULT_SETTINGS.oidc, issuer: own.url, clockSkewSeconds: 0 }, keys);
    const looks = vi.spyOn(crypto.subtle, 'verify');
    const at = (token: string, nowMs: number) => {
      const now = vi.spyOn(Date, 'now').mockReturnValue(nowMs);
      const found = Effect.runPromise(Effect.either(identify(`Bearer ${token}`)));
      return found.finally(() => now.mockRestore());
    };
    const taken = { _tag: 'Right', right: { caller: { subject: 'u-1' } } };
    const refused = (code: string) => ({ _tag: 'Left', left: { code } });
    try {
      const startMs = Date.now();
      const token = await own.sign({ exp: Math.floor(startMs / 1_000) + 90 });
      expect(await at(token, startMs)).toMatchObject(taken);
      expect(await at(token, startMs + 59_000)).toMatchObject(taken);
      expect(looks).toHaveBeenCalledTimes(1);
      expect(await at(token, startMs + 61_000)).toMatchObject(taken);
      expect(looks).toHaveBeenCalledTimes(2);
      expect(await at(`${token.slice(0, -4)}AAAA`, startMs + 61_000)).toMatchObject(refused('InvalidToken'));
      state.known = false;
      expect(await at(token, startMs + 62_000)).toMatchObject(refused('InvalidToken'));
      state.known = true;
      expect(await at(token, startMs + 91_000)).toMatchObject(refused('TokenExpired'));
    } finally {
      looks.mockRestore();
      own.stop();
    }
  });

  test('an issuer over an open network is not trusted', async () => {
    const settings = { oidc: { ...DEFAULT_SETTINGS.oidc, issuer: 'http://issuer.example' } };
    await expect(startGateway({ ...parts, settings })).rejects.toThrow(/https/);
  });
});

test('claims may have other names, also inside others', async () => {
  const issuer = await startOtherIssuer();
  const names = {
    rolesClaim: 'realm_access.roles',
    tenantClaim: 'org',
    provincesClaim: 'realm_access.regions',
    tadigClaim: 'code',
  };
  const oidc = { ...DEFAULT_SETTINGS.oidc, issuer: issuer.url, ...names };
  const gateway = await startGateway({ ...parts, settings: { oidc } });
  try {
    const inside = { roles: ['auditor'], regions: ['440000'] };
    const token = await issuer.sign({ realm_access: inside, org: 'unit-7', roles: ['operator'], code: 'HKGPP' });
    expect((await me(gateway, `Bearer ${token}`)).json).toEqual({
      subject: 'u-1',
      tenant: 'unit-7',
      roles: ['auditor'],
      provinces: ['440000'],
      tadig: 'HKGPP',
    });
  } finally {
    await gateway.stop();
    issuer.stop();
  }
});

describe('the embedded issuer', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(parts);
  });
  afterAll(() => gateway.stop());

  const users = () =>
    JSON.parse(readFileSync(join(gateway.settings.keyDirectory, USERS_FILE), 'utf8')) as {
      readonly users: ReadonlyArray<{ readonly subject: string; readonly password: string }>;
    };

  test('its secrets are readable by their owner alone, and differ from user to user', () => {
    for (const file of [USERS_FILE, KEYS_FILE]) {
      expect(statSync(join(gateway.settings.keyDirectory, file)).mode & 0o777).toBe(0o600);
    }
    expect(new Set(users().users.map((user) => user.password)).size).toBe(users().users.length);
  });

  test('a second node with the same key directory takes the same tokens', async () => {
    const settings = { keyDirectory: gateway.settings.keyDirectory, publicUrl: gateway.url };
    const second = await startGateway({ ...parts, settings });
    const response = await fetch(`${second.address}/v1/operations/me`, {
      headers: await gateway.as('demo-auditor'),
    });
    const auditor = { subject: 'demo-auditor', tenant: 'demo', roles: ['auditor'], provinces: ['110000'] };
    expect(await response.json()).toEqual(auditor);
    expect(users().users).toHaveLength(16);
    await second.stop();
  });

  test('a wrong client secret gets no token', async () => {
    const response = await fetch(`${gateway.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('demo-operator:guess').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(response.status).toBe(401);
  });

  /** A browser: keeps cookies, follows redirects within the gateway. */
  const browser = () => {
    const jar = new Map<string, string>();
    return async (url: string, init: RequestInit = {}): Promise<Response> => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      return response;
    };
  };

  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const callback = () => `${gateway.url}/docs/oauth2-redirect.html`;
  const authorize = (more: Record<string, string> = {}): string =>
    `${gateway.url}/oidc/auth?${new URLSearchParams({
      client_id: 'hufu-docs',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: callback(),
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state: 's-1',
      ...more,
    })}`;

  const locationOf = (response: Response): string => new URL(response.headers.get('location') ?? '', gateway.url).href;

  const login = (form: string, go: ReturnType<typeof browser>, password: string) =>
    go(form, { method: 'POST', body: new URLSearchParams({ login: 'demo-operator', password }) });

  test('a person signs in with a browser: form, code, token (PKCE)', async () => {
    const go = browser();
    const form = locationOf(await go(authorize()));
    const page = await go(form);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('name="password"');
    const wrong = await login(form, go, 'guess');
    expect(wrong.status).toBe(401);
    expect(await wrong.text()).toContain('The user or the password is wrong.');

    const password = users().users.find((user) => user.subject === 'demo-operator')?.password ?? '';
    let response = await login(form, go, password);
    while (!locationOf(response).startsWith(callback())) {
      expect(response.status).toBe(303);
      response = await go(locationOf(response));
    }
    const code = new URL(locationOf(response)).searchParams.get('code') ?? '';
    const exchange = (codeVerifier: string) =>
      fetch(`${gateway.url}/oidc/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: 'hufu-docs',
          redirect_uri: callback(),
          code,
          code_verifier: codeVerifier,
        }),
      });
    const answer = (await (await exchange(verifier)).json()) as { readonly access_token: string };
    const got = await me(gateway, `Bearer ${answer.access_token}`);
    expect(got.json).toEqual({ subject: 'demo-operator', tenant: 'demo', roles: ['operator'], provinces: ['110000'] });
    expect((await exchange(verifier)).status).toBe(400);
  });

  test('no code without PKCE, nor to another address', async () => {
    const without = await browser()(authorize({ code_challenge: '', code_challenge_method: '' }));
    expect(new URL(locationOf(without)).searchParams.get('error')).toBe('invalid_request');
    const elsewhere = await browser()(authorize({ redirect_uri: 'http://evil.test/' }));
    expect(elsewhere.status).toBe(400);
    expect(elsewhere.headers.get('location')).toBeNull();
  });

  test('a form that began in another browser is refused', async () => {
    const form = locationOf(await browser()(authorize()));
    expect((await browser()(form)).status).toBe(400);
  });
});

test('guessing a password has an end', async () => {
  const limits = { ...DEFAULT_SETTINGS.limits, 'sign-in': 2 };
  const gateway = await startGateway({ ...parts, settings: { limits } });
  try {
    const query = new URLSearchParams({
      client_id: 'hufu-docs',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${gateway.url}/docs/oauth2-redirect.html`,
      code_challenge: createHash('sha256').update('v').digest('base64url'),
      code_challenge_method: 'S256',
    });
    const begun = await fetch(`${gateway.url}/oidc/auth?${query}`, { redirect: 'manual' });
    const cookie = begun.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const form = new URL(begun.headers.get('location') ?? '', gateway.url).href;
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const body = new URLSearchParams({ login: 'demo-operator', password: `guess-${attempt}` });
      statuses.push((await fetch(form, { method: 'POST', body, headers: { cookie } })).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
  } finally {
    await gateway.stop();
  }
});
