import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigProvider, Effect } from 'effect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import type { WriteNotice } from '../../domain/sim/writing/notice.ts';
import { CrmPortLive, crmPort } from './http.ts';
import { CrmPort } from './port.ts';
import { type RunningCrm, startCrm } from './simulator.ts';

/** The driver against a CRM that misbehaves. */

const tenant = 'demo' as TenantId;
const notice: WriteNotice = {
  request: 'CRM-1',
  revision: 7,
  status: 'confirmed',
  iccid: '89860126100000000016',
  imsi: '460017000000001',
  smsc: '8613010112500',
  msisdn: null,
  code: null,
  message: null,
};
let directory: string;
let crm: RunningCrm;
let key: SecretBytes;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-crm-'));
  crm = await startCrm({ directory });
  key = new SecretBytes(Buffer.from((await readFile(crm.keyFile, 'utf8')).trim(), 'hex'));
});
afterEach(async () => {
  await crm.close();
  await rm(directory, { recursive: true });
});

const tell = (more: Partial<WriteNotice> = {}, with_: SecretBytes = key) =>
  Effect.runPromise(
    Effect.either(crmPort([{ tenant, url: crm.url, key: with_ }]).tellWrite(tenant, { ...notice, ...more })),
  );

describe('a CRM', () => {
  it('takes a result once, however often it comes, and the newest counts', async () => {
    for (const revision of [7, 7, 9, 8]) expect(await tell({ revision })).toMatchObject({ right: 'told' });
    expect([...crm.results.values()]).toEqual([{ ...notice, revision: 9 }]);
    expect(crm.requests()).toBe(4);
  });

  it('that loses its answer is told again', async () => {
    crm.troubles.loseAnswers = 1;
    expect(await tell()).toMatchObject({ left: { _tag: 'Fault', code: 'Unavailable' } });
    expect(crm.results.size).toBe(1);
    expect(await tell()).toMatchObject({ right: 'told' });
  });

  it.each([
    ['is down', { down: true }],
    ['has another answer', { status: 404 }],
    ['is overloaded', { status: 429 }],
  ] as const)('that %s is told later', async (_, troubles) => {
    Object.assign(crm.troubles, troubles);
    expect(await tell()).toMatchObject({ left: { _tag: 'Fault', service: 'crm' } });
  });

  it('that does not want the result is left alone', async () => {
    crm.troubles.status = 422;
    expect(await tell()).toMatchObject({ left: { _tag: 'Refusal', code: 'CrmRefused' } });
  });

  it('turns away what somebody else has signed', async () => {
    expect(await tell({}, new SecretBytes(Buffer.alloc(32)))).toMatchObject({ left: { _tag: 'Fault' } });
    expect(crm.results.size).toBe(0);
  });

  it('of another tenant is not told', async () => {
    const none = await Effect.runPromise(crmPort([]).tellWrite(tenant, notice));
    expect(none).toBe('nobody');
  });
});

describe('HUFU_CRMS_FILE', () => {
  const port = async (text: string) => {
    const path = join(directory, 'crms.json');
    await writeFile(path, text);
    const provider = ConfigProvider.fromMap(new Map([['HUFU_CRMS_FILE', path]]));
    return Effect.runPromise(
      Effect.either(
        CrmPort.pipe(
          Effect.flatMap((one) => one.tellWrite(tenant, notice)),
          Effect.provide(CrmPortLive),
          Effect.withConfigProvider(provider),
        ),
      ),
    );
  };

  it('names CRMs by tenant', async () => {
    const listed = JSON.stringify([{ tenant, url: crm.url, keyFile: crm.keyFile }]);
    expect(await port(listed)).toMatchObject({ right: 'told' });
  });

  it.each([
    ['is no JSON', 'x'],
    ['has another address', JSON.stringify([{ tenant, url: 'ftp://x', keyFile: '/x' }])],
    ['has no key', JSON.stringify([{ tenant, url: 'http://127.0.0.1:1/', keyFile: '/not/there' }])],
  ])('that %s is refused', async (_, text) => {
    expect(await port(text)).toMatchObject({ left: { code: 'PartnerConfiguration' } });
  });
});
