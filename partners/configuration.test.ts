import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigProvider, Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverOf, vendorServers, vopServer } from './configuration.ts';

const FINGERPRINT = `SHA256:${'a'.repeat(43)}`;
let directory: string;
let keyFile: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-configuration-'));
  keyFile = join(directory, 'key');
  await writeFile(keyFile, 'a key\n');
});
afterAll(() => rm(directory, { recursive: true }));

const withEnvironment = <A, E>(effect: Effect.Effect<A, E>, environment: Readonly<Record<string, string>>) =>
  Effect.runPromise(Effect.withConfigProvider(effect, ConfigProvider.fromMap(new Map(Object.entries(environment)))));
const settings = () => ({ service: 'vop', url: 'sftp://rps@[::1]:2222/base/', fingerprint: FINGERPRINT, keyFile });

describe('a server from its settings', () => {
  test('VOP_SFTP_*', async () => {
    const environment = {
      VOP_SFTP_URL: 'sftp://rps@vop.example/',
      VOP_SFTP_FINGERPRINT: `${FINGERPRINT}, ${FINGERPRINT}`,
      VOP_SFTP_PASSWORD: 'x',
    };
    expect(await withEnvironment(vopServer, environment)).toEqual({
      service: 'vop',
      host: 'vop.example',
      port: 22,
      username: 'rps',
      fingerprints: [FINGERPRINT, FINGERPRINT],
      basePath: '',
      password: 'x',
    });
  });
  test('with a key from a file', async () => {
    expect(await Effect.runPromise(serverOf(settings()))).toMatchObject({
      host: '::1',
      port: 2222,
      basePath: '/base',
      privateKey: 'a key\n',
    });
  });
  test.each([
    ['another scheme', { url: 'ftp://rps@vop' }],
    ['no user', { url: 'sftp://vop' }],
    ['a password in the address', { url: 'sftp://rps:secret@vop' }],
    ['no fingerprint', { fingerprint: '' }],
    ['one of two fingerprints wrong', { fingerprint: `${FINGERPRINT},MD5:00` }],
    ['a key file that is not there', { keyFile: '/nowhere/key' }],
    ['neither key nor password', { keyFile: undefined }],
  ])('%s is refused, and no secret is told', async (_, wrong) => {
    const refusal = await Effect.runPromise(Effect.flip(serverOf({ ...settings(), ...wrong })));
    expect(refusal).toMatchObject({ _tag: 'Refusal', code: 'PartnerConfiguration', action: expect.any(String) });
    expect(JSON.stringify(refusal)).not.toContain('secret');
  });
});

describe('vendors', () => {
  const vendor = (code: string) => ({ code, name: '东方卡厂', url: 'sftp://rps@v', fingerprint: FINGERPRINT, keyFile });
  test('from a file, or from the variable itself', async () => {
    const file = join(directory, 'vendors.json');
    await writeFile(file, JSON.stringify([vendor('V-1'), vendor('V-2')]));
    const found = await withEnvironment(vendorServers, { HUFU_VENDORS_FILE: file });
    expect(found.map(({ code, server }) => [code, server.service])).toEqual([
      ['V-1', 'vendor:V-1'],
      ['V-2', 'vendor:V-2'],
    ]);
    expect(await withEnvironment(vendorServers, { HUFU_VENDORS: JSON.stringify([vendor('V-1')]) })).toHaveLength(1);
  });
  test.each([
    ['no JSON', '['],
    ['a code that is none', JSON.stringify([{ code: '', name: '', url: '', fingerprint: '' }])],
    [
      'a code twice',
      JSON.stringify([
        { code: 'V', name: '', url: '', fingerprint: '' },
        { code: 'V', name: '', url: '', fingerprint: '' },
      ]),
    ],
  ])('%s is refused', async (_, json) => {
    expect(await withEnvironment(Effect.flip(vendorServers), { HUFU_VENDORS: json })).toMatchObject({
      code: 'PartnerConfiguration',
    });
  });
});
