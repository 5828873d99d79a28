import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigProvider, Effect } from 'effect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChargeNotice, RelationNotice } from '../../domain/mandates/province-messages.ts';
import { ProvincePortLive } from './http.ts';
import { ProvincePort } from './port.ts';
import { type RunningProvince, startProvince } from './simulator.ts';

/** The driver against a province that misbehaves. */

const NUMBER = '8613800138000';
let directory: string;
let province: RunningProvince;

const start = async (): Promise<void> => {
  province = await startProvince({
    directory: join(directory, 'province'),
    code: '110000',
    name: 'Beijing',
    segments: ['8613800'],
    subscribers: new Map([[NUMBER, { balanceMinor: 400 }]]),
  });
};
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-province-'));
  await start();
});
afterEach(async () => {
  await province.close();
  await rm(directory, { recursive: true });
});

type Port = typeof ProvincePort.Service;
const through = async <A, E>(use: (port: Port) => Effect.Effect<A, E>, listed: unknown = [province.listed]) => {
  const path = join(directory, 'provinces.json');
  await writeFile(path, JSON.stringify(listed));
  return Effect.runPromise(
    Effect.either(
      Effect.flatMap(ProvincePort, use).pipe(
        Effect.provide(ProvincePortLive),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map([['HUFU_PROVINCES_FILE', path]]))),
      ),
    ),
  );
};

const notice = (revision: number, status: 'provisional' | 'formal' | null): RelationNotice => ({
  number: NUMBER,
  revision,
  relation:
    status === null
      ? null
      : {
          bank: 'CMB',
          agreement: 'A-1',
          channel: 'branch',
          userType: 'prepaid',
          terms: { thresholdMinor: 1_000, amountMinor: 5_000, automaticPayment: true },
          status,
          sinceMs: 1,
          expiresAtMs: status === 'provisional' ? 2 : null,
        },
  ended: status === null ? { bank: 'CMB', agreement: 'A-1', ending: 'cancelled' } : null,
});
const check = () => through((port) => port.check('110000', NUMBER));
const tell = (told: RelationNotice) => through((port) => port.tell('110000', told));
const charge: ChargeNotice = {
  id: 'C-1',
  number: NUMBER,
  trigger: 'B-1',
  kind: 'topUp',
  attempt: 1,
  amountMinor: 5_000,
  outcome: 'paid',
  code: null,
};

describe('a province', () => {
  it('says who a number is, and of one that it has not, nobody', async () => {
    expect(await check()).toMatchObject({ right: { primary: true, status: 'normal', existing: null } });
    await tell(notice(1, 'provisional'));
    expect(await check()).toMatchObject({ right: { existing: { channel: 'bank', status: 'provisional' } } });
    expect(await through((port) => port.check('110000', '8613800000000'))).toMatchObject({ right: null });
    expect(await through((port) => port.check('310000', NUMBER))).toMatchObject({
      left: { code: 'ProvinceNotConfigured' },
    });
    expect(await through((port) => Effect.succeed(port.homeOf(NUMBER)))).toMatchObject({ right: '110000' });
  });

  it('keeps the newest of what it is told in whatever order, also after a restart, and texts once', async () => {
    for (const [revision, status] of [
      [1, 'provisional'],
      [3, 'formal'],
      [2, 'provisional'],
      [3, 'formal'],
      [4, 'formal'],
    ] as const) {
      expect(await tell(notice(revision, status))).toMatchObject({ _tag: 'Right' });
    }
    await province.close();
    await start();
    expect(province.boss().get(NUMBER)).toMatchObject({ revision: 4, relation: { status: 'formal' } });
    await tell(notice(5, null));
    expect(province.records().get(NUMBER)).toEqual({ revision: 5, relation: null });
    expect(province.texts().map(({ about }) => about)).toEqual(['formal', 'ended']);
  });

  it('that loses its answer has it all the same', async () => {
    await province.control({ loseAnswers: 1 });
    expect(await tell(notice(1, 'formal'))).toMatchObject({ left: { _tag: 'Fault', code: 'Unavailable' } });
    expect(province.boss().get(NUMBER)?.revision).toBe(1);
    expect(await tell(notice(1, 'formal'))).toMatchObject({ _tag: 'Right' });
    expect(province.texts()).toHaveLength(1);
  });

  it.each([
    ['is down', { down: true }, 'Fault'],
    ['is busy', { busy: 1 }, 'Fault'],
    ['has a BOSS that is down', { bossDown: true }, 'Fault'],
    ['does not want to know', { refuse: true }, 'Refusal'],
  ] as const)('that %s says so', async (_, patch, tag) => {
    await province.control(patch);
    expect(await tell(notice(1, 'formal'))).toMatchObject({ left: { _tag: tag } });
  });

  it('that differs keeps another amount', async () => {
    await province.control({ differ: 1 });
    await tell(notice(1, 'formal'));
    expect(province.records().get(NUMBER)?.relation?.terms.amountMinor).toBe(5_001);
  });

  it('tops a balance up once', async () => {
    for (let times = 0; times < 2; times += 1) {
      expect(await through((port) => port.tellCharge('110000', charge))).toMatchObject({ _tag: 'Right' });
    }
    expect([...province.charges().values()]).toEqual([charge]);
    const shown = (await (await fetch(province.controlUrl)).json()) as { subscribers: Record<string, unknown> };
    expect(shown.subscribers[NUMBER]).toMatchObject({ balanceMinor: 5_400 });
  });

  it('turns away what somebody else has signed', async () => {
    const keyFile = join(directory, 'other.key');
    await writeFile(keyFile, '00'.repeat(32));
    const asked = await through((port) => port.check('110000', NUMBER), [{ ...province.listed, keyFile }]);
    expect(asked).toMatchObject({ left: { _tag: 'Fault' } });
    expect(province.checks()).toBe(0);
  });

  it.each([
    ['no list', 'x'],
    ['another address', [{ code: '110000', name: 'B', url: 'ftp://x', keyFile: '/x', segments: ['8613800'] }]],
    ['no key', [{ code: '110000', name: 'B', url: 'http://x', keyFile: '/not/there', segments: ['8613800'] }]],
    [
      'a segment twice',
      [1, 2].map(() => ({ code: '110000', name: 'B', url: 'http://x', keyFile: '/x', segments: ['8613800'] })),
    ],
  ])('in a file with %s stops the start', async (_, listed) => {
    expect(await through((port) => Effect.succeed(port), listed)).toMatchObject({
      left: { code: 'PartnerConfiguration' },
    });
  });
});
