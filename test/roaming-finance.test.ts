import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAlerts } from '../store/operations/alerts.ts';
import { settlementContract } from '../workflows/roaming/settlement/contract.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { AGREEMENT, imported, SUBSCRIBERS, terms } from './support/roaming-settlement.ts';

/**
 * What finance gets of roaming, and what it does with it (seed 002 §3.2.3, §4.2.3): account data over HTTP to a finance system that
 * is down, loses answers and refuses, with real servers and workers.
 */

const { sendAccount } = settlementContract.workflows;
let house: RoamingHouse;
const DAY = '2026-09-05';
const ACCOUNT = `day:${PARTNER}:${DAY}`;
const asFinance = { as: 'demo-finance' };

beforeAll(async () => {
  house = await startRoamingHouse('roaming_finance');
  await house.openSubscribers(SUBSCRIBERS);
}, 120_000);
afterAll(() => house.stop());

const send = (account: string, as = 'demo-finance') => house.ask('POST', `/finance-accounts/${account}/send`, { as });

describe('account data', () => {
  let rated = 0;

  it('of a closed day goes to finance by itself, once, though finance is down and loses its answer', async () => {
    rated = await imported(house, '20260905');
    house.accounts.troubles.down = 1;
    house.accounts.troubles.loseAnswers = 1;
    expect(await house.ask('POST', '/days/close', { body: { through: DAY } })).toMatchObject({ status: 202 });
    await house.waitFor(`/finance-accounts/${ACCOUNT}`, { status: 'accepted', attempts: [{ attempt: 1, code: null }] });
    await house.keepHistory(sendAccount, `${ACCOUNT}:1`, 'roaming-send-account');
    const booked = house.accounts.booked.get(ACCOUNT);
    expect(booked).toMatchObject({ partner: PARTNER, of: DAY, file: { name: `BDCHNCM${PARTNER}20260905.csv` } });
    const lines = (booked?.lines ?? []) as unknown as ReadonlyArray<{ readonly user: string; readonly events: number }>;
    expect(lines.reduce((sum, { events }) => sum + events, 0)).toBe(rated);
    expect(lines.every(({ user }) => /^S[0-9]$/.test(user))).toBe(true);
    expect(house.accounts.requests()).toBeGreaterThan(house.accounts.bookings());
  }, 240_000);

  it('that was taken is not sent again: finance’s answer is handed back to whoever asks', async () => {
    const requests = house.accounts.requests();
    const bookings = house.accounts.bookings();
    const again = await send(ACCOUNT);
    expect(again).toMatchObject({
      status: 200,
      json: { status: 'accepted', attempts: [{ by: 'service:worker', answer: { status: 200 } }] },
    });
    const { attempts } = again.json as { attempts: ReadonlyArray<{ answer: { text: string } }> };
    expect(JSON.parse(attempts[0]?.answer.text ?? '')).toMatchObject({ account: ACCOUNT, reference: /^FIN-/ });
    expect([house.accounts.requests(), house.accounts.bookings()]).toEqual([requests, bookings]);
    expect(await send(ACCOUNT, 'demo-auditor')).toMatchObject({ status: 403 });
    expect(await send(`day:${PARTNER}:2026-12-01`)).toMatchObject({ status: 409, json: { code: 'NotClosed' } });
    expect(await send(`period:${AGREEMENT}:2026-09-01`)).toMatchObject({ status: 409, json: { code: 'NotClosed' } });
    expect(await send('week:HKGPP:1')).toMatchObject({ status: 400 });
    expect(await house.ask('GET', `/finance-accounts/month:${PARTNER}:2026-08`)).toMatchObject({
      status: 404,
      json: { code: 'AccountUnknown' },
    });
  });

  it('that finance refuses is in quarantine, seen with its reason, and sent again by a person', async () => {
    house.accounts.troubles.refuses = 'BookClosed';
    await imported(house, '20260906');
    expect(await house.ask('POST', '/days/close', { body: { through: '2026-09-06' } })).toMatchObject({ status: 202 });
    const account = `day:${PARTNER}:2026-09-06`;
    await house.waitFor(`/finance-accounts?status=refused&partner=${PARTNER}`, {
      items: [{ key: account, code: 'FinanceRefused', httpStatus: 422 }],
    });
    const alert = async () => {
      const { items } = await house.run(listAlerts({ tenant, filters: { source: 'roaming-settlement' } }));
      return items.find(({ code, subject }) => code === 'AccountRefused' && subject === account);
    };
    await expect.poll(alert, { timeout: 30_000 }).toMatchObject({ open: true });
    // Still not: a person learns at once why.
    expect(await send(account)).toMatchObject({
      status: 200,
      json: {
        status: 'refused',
        attempts: [{ attempt: 1 }, { attempt: 2, answer: { text: '{"reason":"BookClosed"}' } }],
      },
    });
    house.accounts.troubles.refuses = '';
    expect(await send(account)).toMatchObject({ status: 200, json: { status: 'accepted' } });
    await expect.poll(alert, { timeout: 30_000 }).toMatchObject({ open: false, clearedAtMs: expect.any(Number) });
    expect(house.accounts.booked.has(account)).toBe(true);
  }, 240_000);

  it('of a month and of a settled period go, too', async () => {
    const from = '2026-09-01';
    const say = (verb: string, body: object) =>
      house.ask('POST', `/settlements/${AGREEMENT}/${from}/${verb}`, { body, ...asFinance });
    const body = terms(from, '2026-09-30');
    expect(await house.ask('POST', '/settlements', { body, ...asFinance })).toMatchObject({ status: 201 });
    expect(await house.ask('POST', '/days/close', { body: { through: '2026-09-30' } })).toMatchObject({ status: 202 });
    await house.waitFor(`/settlements/${AGREEMENT}/${from}`, { stage: 'drawn' });
    expect(await house.ask('POST', '/months/close', { body: { month: '2026-09' } })).toMatchObject({ status: 202 });
    const month = `month:${PARTNER}:2026-09`;
    await house.waitFor(`/finance-accounts/${month}`, { status: 'accepted' });
    expect(house.accounts.booked.get(month)?.file?.name).toBe(`BMCHNCM${PARTNER}202609.csv`);
    expect(await say('approve', { despite: 'there is no other statement' })).toMatchObject({ status: 200 });
    const { json } = await say('instruct', { id: 'P-1', due: '2026-10-30' });
    const { amountMinor } = (json as { instruction: { amountMinor: string } }).instruction;
    await say('confirm', { id: 'B-1', currency: 'SDR', amountMinor, on: '2026-10-20' });
    const period = `period:${AGREEMENT}:${from}`;
    await house.waitFor(`/finance-accounts/${period}`, { kind: 'period', partner: PARTNER, status: 'accepted' });
    expect(house.accounts.booked.get(period)).toMatchObject({
      statement: {
        netMinor: `-${amountMinor}`,
        confirmations: [{ id: 'B-1', amountMinor, on: '2026-10-20' }],
      },
    });
  }, 240_000);
});
