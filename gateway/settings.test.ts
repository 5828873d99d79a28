import { ConfigProvider, Effect, Either } from 'effect';
import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, settingsFromEnvironment } from './settings.ts';

const read = (variables: Record<string, string>) =>
  Effect.runSync(
    Effect.either(
      Effect.withConfigProvider(settingsFromEnvironment, ConfigProvider.fromMap(new Map(Object.entries(variables)))),
    ),
  );

test('a key directory is enough', () => {
  const settings = Either.getOrThrow(read({ HUFU_KEY_DIR: '/keys' }));
  expect(settings).toEqual({ ...DEFAULT_SETTINGS, keyDirectory: '/keys', origins: { 'temporal-ui': [] } });
});

test('everything may be said', () => {
  const settings = Either.getOrThrow(
    read({
      HUFU_KEY_DIR: '/keys',
      HUFU_HTTP_HOST: '0.0.0.0',
      HUFU_HTTP_PORT: '8443',
      HUFU_PUBLIC_URL: 'https://hufu.example/',
      HUFU_PROXIES: '1',
      HUFU_TEMPORAL_UI_ORIGIN: 'http://127.0.0.1:8233, https://temporal.example',
      OIDC_ISSUER: 'https://issuer.example',
      OIDC_AUDIENCE: 'cards',
      OIDC_ROLES_CLAIM: 'realm_access.roles',
      OIDC_TENANT_CLAIM: 'org',
      OIDC_PROVINCES_CLAIM: 'regions',
      OIDC_TADIG_CLAIM: 'code',
      OIDC_ALGORITHMS: 'RS256,ES256',
      HUFU_RATE_READ: '10',
      HUFU_DRAIN_MS: '500',
    }),
  );
  expect(settings).toMatchObject({
    host: '0.0.0.0',
    port: 8443,
    publicUrl: 'https://hufu.example',
    proxies: 1,
    origins: { 'temporal-ui': ['http://127.0.0.1:8233', 'https://temporal.example'] },
    oidc: {
      issuer: 'https://issuer.example',
      audience: 'cards',
      rolesClaim: 'realm_access.roles',
      tenantClaim: 'org',
      provincesClaim: 'regions',
      tadigClaim: 'code',
    },
    limits: { read: 10, write: DEFAULT_SETTINGS.limits.write },
    drainMs: 500,
  });
  expect(settings.oidc.algorithms).toEqual(['RS256', 'ES256']);
});

test.each([
  ['no key directory', {}],
  ['a port that is none', { HUFU_KEY_DIR: '/keys', HUFU_HTTP_PORT: 'http' }],
  ['a limit of nothing', { HUFU_KEY_DIR: '/keys', HUFU_RATE_READ: '0' }],
  ['a shared-secret algorithm', { HUFU_KEY_DIR: '/keys', OIDC_ALGORITHMS: 'RS256,HS256' }],
  ['no algorithm', { HUFU_KEY_DIR: '/keys', OIDC_ALGORITHMS: 'none' }],
])('%s is refused', (_name, variables) => {
  expect(Either.isLeft(read(variables as unknown as Record<string, string>))).toBe(true);
});
