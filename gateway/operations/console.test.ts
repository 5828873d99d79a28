import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import { RIGHTS } from '../rights.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { consoleRoutes } from './console.ts';

/** How the console's files are served: the page anew each time with a policy of its own, assets for ever. */

const rights = Object.fromEntries(
  consoleRoutes.map(({ operationId }) => [operationId, RIGHTS[operationId]]),
) as typeof RIGHTS;
const SCRIPT = 'export const a = 1;\n'.repeat(100);
let directory: string;
let gateway: TestGateway;

const start = (built: string | undefined): Promise<TestGateway> =>
  startGateway({
    routes: consoleRoutes,
    rights,
    settings: { console: { ...DEFAULT_SETTINGS.console, directory: built } },
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-console-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<meta name="style-nonce" content="__NONCE__">');
  await writeFile(join(directory, 'assets', 'a-1.js'), SCRIPT);
  await writeFile(join(directory, 'assets', 'a-1.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(directory, 'secret.txt'), 'not an asset');
  gateway = await start(directory);
});
afterAll(async () => {
  await gateway.stop();
  await rm(directory, { recursive: true });
});

const NONCE = /'nonce-([\w+/=]+)'/;

test.each(['/console', '/console/', '/console/callback?code=x'])(
  '%s is the page, with a nonce of its own',
  async (path) => {
    const [first, second] = await Promise.all([fetch(gateway.url + path), fetch(gateway.url + path)]);
    const policy = first.headers.get('content-security-policy') ?? '';
    const [, nonce = ''] = NONCE.exec(policy) ?? [];
    expect(first.status).toBe(200);
    expect(nonce).toHaveLength(24);
    expect(await first.text()).toContain(`content="${nonce}"`);
    expect(NONCE.exec(second.headers.get('content-security-policy') ?? '')?.[1]).not.toBe(nonce);
    expect(policy).toContain("default-src 'none'; script-src 'self'; ");
    expect(policy).not.toContain('unsafe');
    expect(first.headers.get('cache-control')).toBe('no-store');
  },
);

test('assets are kept for ever, and come compressed to who takes that', async () => {
  const read = (encodings: string) =>
    fetch(`${gateway.url}/console/assets/a-1.js`, { headers: { 'accept-encoding': encodings } });
  for (const [accepted, sent] of [
    ['gzip, br;q=0.9', 'br'],
    ['identity', null],
  ] as const) {
    const answer = await read(accepted);
    expect(answer.headers.get('content-encoding')).toBe(sent);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('vary')).toBe('accept-encoding');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await answer.text()).toBe(SCRIPT);
  }
});

test.each(['secret.txt', 'a-2.js', '..%2Fsecret.txt', 'a-1.js.br'])('there is no asset %s', async (name) => {
  expect([400, 404]).toContain((await fetch(`${gateway.url}/console/assets/${name}`)).status);
});

test('what the page has to know is told without a token', async () => {
  expect(await (await fetch(`${gateway.url}/console/settings`)).json()).toEqual({
    issuer: `${gateway.url}/oidc`,
    client: 'hufu-console',
    scope: 'openid',
    publicUrl: gateway.url,
  });
});

test('a gateway without a console says so, and one with a wrong directory does not start', async () => {
  const without = await start(undefined);
  const answer = await fetch(`${without.url}/console/`);
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'ConsoleNotBuilt' }]);
  await without.stop();
  await expect(start(join(directory, 'nowhere'))).rejects.toThrow(/HUFU_CONSOLE_DIR/);
});
