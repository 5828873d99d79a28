import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import type { Sm2PrivateKey } from '../../domain/keys/sm2.ts';
import type { HallNotice } from '../../domain/mandates/hall/notice.ts';
import type { DraftOf } from '../../domain/mandates/messages/schema.ts';
import { messageAt, signMessage } from '../../domain/mandates/messages/signed.ts';
import { signingKey } from '../simulator/secrets.ts';
import { hallPort } from './http.ts';
import { type RunningHall, startHall } from './simulator.ts';

/** What the hall is told, by us and by banks, and what its pages say without anybody behind them. */

const tenant = 'demo' as TenantId;
const notice: HallNotice = { session: 'S-1', revision: 3, status: 'made', bank: 'CCB', code: null };
let directory: string;
let hall: RunningHall;
let bank: Sm2PrivateKey;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-hall-'));
  bank = await signingKey(join(directory, 'bank.key'));
  const nobody = { url: 'http://127.0.0.1:1', client: async () => ({ id: 'x', secret: 'x' }) };
  hall = await startHall({
    directory: join(directory, 'hall'),
    carrier: nobody,
    bankKeys: { CMB: [bank.publicKey.hex] },
  });
});
afterAll(async () => {
  await hall.close();
  await rm(directory, { recursive: true });
});

const tell = async (more: Partial<HallNotice>, key?: SecretBytes) => {
  const ours = new SecretBytes(Buffer.from(await readFile(hall.keyFile, 'utf8'), 'hex'));
  const port = hallPort([{ tenant, url: hall.noticesUrl, key: key ?? ours }]);
  return Effect.runPromise(Effect.either(port.tell(tenant, { ...notice, ...more })));
};

const failed: DraftOf<'failureNotice'> = {
  id: 'X-1',
  request: 'X-1',
  bank: 'CMB',
  type: 'failureNotice',
  number: '8613800138000',
  ticket: `T.S-2.1.${'a'.repeat(43)}`,
  reason: 'AccountNotNormal',
};
const say = async (draft: typeof failed, own: Sm2PrivateKey) => {
  const { body, signature } = signMessage(messageAt(draft, Date.now()), { own, theirs: [] });
  const init = { method: 'POST', body, headers: { 'mandate-signature': signature } };
  return (await fetch(`${hall.banksUrl}/mandates/v1/messages`, init)).status;
};

describe('the hall', () => {
  it('takes our notices once, and the newest counts', async () => {
    for (const revision of [3, 3, 5, 4]) {
      expect(await tell({ revision, status: revision === 5 ? 'formal' : 'made' })).toMatchObject({ right: 'told' });
    }
    expect(hall.heard('S-1').carrier).toMatchObject({ revision: 5, status: 'formal' });
  });

  it('that is down, or loses its answer, is told again; it believes nobody else', async () => {
    await hall.control({ down: true });
    expect(await tell({ revision: 6 })).toMatchObject({ left: { _tag: 'Fault', service: 'hall' } });
    await hall.control({ down: false, loseAnswers: 1 });
    expect(await tell({ revision: 7 })).toMatchObject({ left: { _tag: 'Fault' } });
    expect(hall.heard('S-1').carrier).toMatchObject({ revision: 7 });
    expect(await tell({ revision: 7 })).toMatchObject({ right: 'told' });
    expect(await tell({ revision: 8 }, new SecretBytes(Buffer.alloc(32, 1)))).toMatchObject({
      left: { _tag: 'Fault' },
    });
    expect(hall.heard('S-1').carrier).toMatchObject({ revision: 7 });
    expect(await Effect.runPromise(hallPort([]).tell(tenant, notice))).toBe('nobody');
  });

  it('hears of a failure by the bank itself, by its signature and no other', async () => {
    expect(await say(failed, await signingKey(join(directory, 'other.key')))).toBe(401);
    expect(hall.heard('S-2').bank).toBeNull();
    expect(await say(failed, bank)).toBe(200);
    expect(hall.heard('S-2').bank).toEqual({ type: 'failureNotice', reason: 'AccountNotNormal' });
  });

  it('lets nobody in without a login', async () => {
    const page = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${hall.url}${path}`, { redirect: 'manual', ...init });
      return { status: response.status, text: await response.text(), headers: response.headers };
    };
    expect((await page('/mandate')).text).toContain('Log in');
    const login = (password: string) =>
      page('/login', { method: 'POST', body: new URLSearchParams({ name: hall.user.name, password }) });
    expect(await login('wrong')).toMatchObject({ status: 401 });
    const { status, headers } = await login(hall.user.password);
    expect(status).toBe(303);
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await page('/mandate', { headers: { cookie } })).text).toContain('Mobile number');
  });
});
