import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigProvider, Effect } from 'effect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { accountParts, booksAccount } from '../../domain/roaming/finance/account-data.ts';
import { FinanceSystemLive } from './http.ts';
import { FinanceSystem } from './port.ts';
import { type RunningFinance, startFinance } from './simulator.ts';

/** The driver against a finance system that misbehaves. */

const tenant = 'demo' as TenantId;
let directory: string;
let finance: RunningFinance;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-finance-'));
  finance = await startFinance({ directory: join(directory, 'finance') });
});
afterEach(async () => {
  await finance.close();
  await rm(directory, { recursive: true });
});

const through = async <A, E>(
  use: (port: typeof FinanceSystem.Service) => Effect.Effect<A, E>,
  listed: unknown = [{ tenant, url: finance.url, keyFile: finance.keyFile }],
) => {
  const path = join(directory, 'finance.json');
  await writeFile(path, JSON.stringify(listed));
  return Effect.runPromise(
    Effect.either(
      Effect.flatMap(FinanceSystem, use).pipe(
        Effect.provide(FinanceSystemLive),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map([['HUFU_FINANCE_FILE', path]]))),
      ),
    ),
  );
};

const account = 'day:HKGPP:2026-10-01';
const about = { account, home: 'CHNCM', partner: 'HKGPP', of: '2026-10-01', file: null, kind: 'day' } as const;
const line = (number: string) => ({
  ...({ belongs: null, number, service: 'voice', direction: 'outbound', network: 'HKGPP', currency: 'SDR' } as const),
  ...{ decimals: 3, events: 1, usage: 60n, amountMinor: 1_204n },
});
const data = booksAccount(
  about,
  [{ day: '2026-10-01', lines: [line('8613800000001'), line('8613800000002')] }],
  new Map([
    ['8613800000001', 'S1'],
    ['8613800000002', 'S2'],
  ]),
);
const { parts } = accountParts(data, 1);
const send = (at: number, attempt = 1, body = parts[at]?.body ?? '') =>
  through((port) => port.send(tenant, { id: `${account}:${attempt}:${at + 1}`, body }));

describe('finance', () => {
  it('books an account once, when all its parts are there, however often they come', async () => {
    expect(await send(0)).toMatchObject({ right: { taken: true, answer: { status: 202 } } });
    expect(finance.booked.size).toBe(0);
    const booked = { right: { taken: true, answer: { status: 200, text: expect.stringContaining('FIN-000001') } } };
    expect(await send(1)).toMatchObject(booked);
    expect(await send(1)).toMatchObject(booked);
    expect(finance.bookings()).toBe(1);
    expect(finance.booked.get(account)?.lines.map(({ user, amountMinor }) => [user, amountMinor])).toEqual([
      ['S1', '1204'],
      ['S2', '1204'],
    ]);
  });

  it('whose answer was lost gives the same one to the same part', async () => {
    finance.troubles.loseAnswers = 1;
    expect(await send(0)).toMatchObject({ left: { _tag: 'Fault', service: 'finance', code: 'Unavailable' } });
    expect(await send(0)).toMatchObject({ right: { answer: { text: '{"received":1}' } } });
  });

  it('that is down is a fault, and one that refuses says why', async () => {
    finance.troubles.down = 1;
    expect(await send(0)).toMatchObject({ left: { _tag: 'Fault' } });
    finance.troubles.refuses = 'BookClosed';
    expect(await send(0)).toMatchObject({
      right: { taken: false, answer: { status: 422, text: '{"reason":"BookClosed"}' } },
    });
  });

  it('does not take what does not add up, and takes it put right as another attempt', async () => {
    const [whole] = accountParts(data).parts;
    const wrong = whole?.body.replace('"amountMinor":"2408"', '"amountMinor":"2409"') ?? '';
    expect(await send(0, 1, wrong)).toMatchObject({
      right: { taken: false, answer: { text: '{"reason":"TotalsDiffer"}' } },
    });
    expect(await send(0, 2, whole?.body)).toMatchObject({ right: { taken: true } });
  });

  it('does not take what another has signed', async () => {
    const keyFile = join(directory, 'other');
    await writeFile(keyFile, 'ab'.repeat(32));
    const sent = through((port) => port.send(tenant, { id: 'x', body: '{}' }), [{ tenant, url: finance.url, keyFile }]);
    expect(await sent).toMatchObject({ right: { taken: false, answer: { status: 401 } } });
  });

  it('is nobody without a row in the file, and a file that is wrong is refused with its variable', async () => {
    expect(await through((port) => Effect.succeed(port.has('other' as TenantId)))).toMatchObject({ right: false });
    expect(await through((port) => port.send('other' as TenantId, { id: 'x', body: '{}' }))).toMatchObject({
      right: 'nobody',
    });
    expect(await through((port) => Effect.succeed(port.has(tenant)), [{ tenant }])).toMatchObject({
      left: { code: 'PartnerConfiguration', message: expect.stringContaining('HUFU_FINANCE_FILE') },
    });
  });
});
