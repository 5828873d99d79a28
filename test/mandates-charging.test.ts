import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer } from 'effect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { numberIdOf, readNumber } from '../actors/mandates/asking.ts';
import type { Actors } from '../actors/runtime/actors.ts';
import { chargeKey, orderId } from '../domain/mandates/charge-words.ts';
import { chargeRoutes } from '../gateway/mandates/charges.ts';
import { RIGHTS } from '../gateway/rights.ts';
import type { BankBehaviour } from '../partners/bank/simulator-behaviour.ts';
import type { KeyRing } from '../store/keys/key-ring.ts';
import { keepEnded } from './journeys/runs.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { msisdn, RULES } from './support/mandates.ts';
import { type House, type Sides, setRules, startHouse, startSides, tenant } from './support/mandates-house.ts';
import { uniqueName } from './support/names.ts';
import { dropDatabase } from './support/telecom-house.ts';

/**
 * From BOSS's triggers to the banks' books and back to BOSS, over HTTPS and over a line, with banks that do not know, do
 * not answer, or answer too late, and a house that is ended and opened again in the middle. An auditor counts the money.
 */

const database = uniqueName('mandates_charging');
let directory: string;
let sides: Sides;
let house: House;
let gateway: TestGateway;

const openHouse = async () => {
  house = await startHouse({ directory, database, namespace: database.replaceAll('_', '-'), sides });
  const context = await house.run(Effect.context<Actors | KeyRing>());
  const rights = Object.fromEntries(
    Object.entries(RIGHTS).filter(([name]) => chargeRoutes.some(({ operationId }) => operationId === name)),
  );
  gateway = await startGateway({ routes: chargeRoutes, rights }, Layer.succeedContext(context));
};
const closeHouse = async () => {
  await gateway.stop();
  await house.close();
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-charging-'));
  sides = await startSides(directory);
  await openHouse();
  await house.run(setRules({ ...RULES, charges: { dayMinor: 20_000, monthMinor: 60_000 } }));
}, 120_000);
afterAll(async () => {
  await closeHouse();
  await dropDatabase(database);
  await sides.close();
  await rm(directory, { recursive: true });
});

const soon = { timeout: 60_000, interval: 100 };
const bankOf = (code: string) => {
  const found = sides.banks.find(({ listed }) => listed.code === code);
  if (found === undefined) throw new Error(`no bank ${code}`);
  return found;
};
const boss = () => sides.provinces[0];

let used = 0;
/** A number with a formal relation at the bank. */
const mandated = async (bank: string, userType: 'prepaid' | 'postpaid' = 'prepaid'): Promise<string> => {
  used += 1;
  const number = `13800${String(300_000 + used)}`;
  await boss()?.setSubscriber(`86${number}`, { userType });
  const account = bankOf(bank).accounts[0];
  if (account === undefined) throw new Error('no customer');
  const who = { account: account.number, name: account.name, identity: account.identity };
  const opened = await bankOf(bank).open({ ...who, number: `86${number}`, channel: 'branch', confirm: 'offered' });
  expect(opened.result).toBe('Done');
  return number;
};

let calls = 0;
const post = async (path: string, body: object, as = 'demo-province') => {
  calls += 1;
  const headers = { 'content-type': 'application/json', 'idempotency-key': `charging-${calls}` };
  const response = await fetch(`${gateway.url}/v1/mandates${path}`, {
    method: 'POST',
    headers: await gateway.as(as, headers),
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};
const low = (number: string, trigger: string, balanceMinor = 500) =>
  post('/triggers/balances', { province: '110000', number, trigger, balanceMinor, measuredAtMs: Date.now() });
const bill = (number: string, no: string, amountMinor = 8_800) =>
  post('/triggers/bills', { province: '110000', number, bill: no, amountMinor });

const chargesOf = async (number: string) => {
  const id = await house.run(numberIdOf(tenant, msisdn(number)));
  const found = await house.run(readNumber(id));
  return (found?.state.charges ?? []).map((charge) => ({
    ...charge,
    order: orderId({ number: id.key, charge: charge.id, attempt: charge.attempt }),
  }));
};
/** Until no charge of the number is open, and BOSS has heard of each. */
const settled = async (number: string) => {
  await vi.waitFor(async () => {
    for (const { order, status } of await chargesOf(number)) {
      expect(['paid', 'failed', 'reversed']).toContain(status);
      expect(boss()?.charges().get(order)?.outcome).toBe(status);
    }
  }, soon);
  return chargesOf(number);
};

/** Every fen that a bank has taken and not given back is a charge that we call paid, once; and the other way round. */
const audit = async (bank: string, numbers: ReadonlyArray<string>) => {
  const ours = new Map<string, number>();
  for (const number of numbers) {
    for (const { order, status, amountMinor } of await chargesOf(number))
      if (status === 'paid') ours.set(order, amountMinor);
  }
  const orders = new Set((await Promise.all(numbers.map(chargesOf))).flat().map(({ order }) => order));
  const theirs = new Map(
    bankOf(bank)
      .payments()
      .filter(({ id, state }) => state === 'paid' && orders.has(id))
      .map(({ id, amountMinor }) => [id, amountMinor]),
  );
  expect(theirs).toEqual(ours);
};

describe.each(['CMB', 'CCB', 'UNIONPAY'])('charges by %s', (bank) => {
  const withTrouble = async (patch: Partial<BankBehaviour>, trigger: string) => {
    const number = await mandated(bank);
    await bankOf(bank).control(patch);
    await low(number, trigger);
    const charges = await settled(number);
    await audit(bank, [number]);
    const name = `mandates-charging-${Object.keys(patch).join()}`.replaceAll(
      /[A-Z]/g,
      (letter) => `-${letter.toLowerCase()}`,
    );
    for (const { id, attempt } of charges) {
      const { key } = await house.run(numberIdOf(tenant, msisdn(number)));
      await keepEnded(house, `mandates.charging/${tenant}/${chargeKey({ number: key, charge: id, attempt })}`, name);
    }
    return charges.map(({ status }) => status);
  };

  it('top up once for a trigger, and pay a bill once, however often and at once they come', async () => {
    const prepaid = await mandated(bank);
    const answers = await Promise.all(Array.from({ length: 8 }, () => low(prepaid, `T-${bank}`)));
    for (const { status, json } of answers) {
      expect(status).toBe(200);
      expect(json).toMatchObject({ charged: true, charge: { id: `T-${bank}`, amountMinor: 5_000 } });
    }
    expect(await low(prepaid, `U-${bank}`, 5_000)).toMatchObject({ json: { charged: false, code: 'AboveThreshold' } });
    const postpaid = await mandated(bank, 'postpaid');
    await Promise.all(Array.from({ length: 8 }, () => bill(postpaid, `B-${bank}`)));
    expect((await settled(prepaid)).map(({ status }) => status)).toEqual(['paid']);
    expect((await settled(postpaid)).map(({ status }) => status)).toEqual(['paid']);
    await audit(bank, [prepaid, postpaid]);
  });

  it.each([
    ['does not know the outcome', { unknown: 1 }, 'paid'],
    ['loses its answer', { loseAnswers: 1 }, 'paid'],
    ['refuses', { refusePayments: 'InsufficientFunds' }, 'failed'],
  ] as const)('that %s', async (_, patch, status) => {
    expect(await withTrouble(patch, `X-${status}`)).toEqual([status]);
    await bankOf(bank).control({ refusePayments: '' });
  });
});

it('limits hold, the user may stop it, and only a province may trigger', async () => {
  const number = await mandated('CMB', 'postpaid');
  expect(await bill(number, 'B-1', 15_000)).toMatchObject({ json: { charged: true } });
  await settled(number);
  expect(await bill(number, 'B-2', 5_001)).toMatchObject({ json: { charged: false, code: 'DayLimit' } });
  expect(await post('/charging/stop', { number }, 'demo-web-hall')).toMatchObject({ status: 200 });
  expect(await bill(number, 'B-3', 100)).toMatchObject({ json: { charged: false, code: 'Stopped' } });
  expect(await post('/charging/resume', { number }, 'demo-web-hall')).toMatchObject({ status: 200 });
  expect(await bill(number, 'B-3', 100)).toMatchObject({ json: { charged: true } });
  await settled(number);
  await audit('CMB', [number]);
  const forbidden = { province: '110000', number, bill: 'B-4', amountMinor: 100 };
  for (const as of ['demo-web-hall', 'demo-partner', 'demo-operator']) {
    expect(await post('/triggers/bills', forbidden, as)).toMatchObject({ status: 403 });
  }
});

it('a bill that was refused is paid when it comes again, and not twice', async () => {
  const number = await mandated('CMB', 'postpaid');
  await bankOf('CMB').control({ refusePayments: 'InsufficientFunds' });
  await bill(number, 'B-R');
  expect((await settled(number)).map(({ status }) => status)).toEqual(['failed']);
  await bankOf('CMB').control({ refusePayments: '' });
  await Promise.all([bill(number, 'B-R'), bill(number, 'B-R'), bill(number, 'B-R')]);
  expect(await settled(number)).toMatchObject([{ attempt: 2, status: 'paid' }]);
  await audit('CMB', [number]);
});

it('over a line: an answer that comes after its order was given up is settled, and given to no other', async () => {
  const [slow, next] = [await mandated('CCB'), await mandated('CCB')];
  await bankOf('CCB').control({ latencyMs: 9_000 });
  await low(slow, 'T-slow');
  await vi.waitFor(async () => expect((await chargesOf(slow))[0]?.status).toBe('unknown'), soon);
  await bankOf('CCB').control({ latencyMs: 0 });
  await low(next, 'T-next');
  expect((await settled(slow)).map(({ status }) => status)).toEqual(['paid']);
  expect((await settled(next)).map(({ status }) => status)).toEqual(['paid']);
  await audit('CCB', [slow, next]);
}, 90_000);

it('a house that is ended in the middle of charges charges each at most once, and all books agree', async () => {
  const numbers = await Promise.all(Array.from({ length: 8 }, (_, i) => mandated(i % 2 === 0 ? 'CMB' : 'CCB')));
  for (const bank of ['CMB', 'CCB']) await bankOf(bank).control({ loseAnswers: 2, unknown: 1, latencyMs: 100 });
  await Promise.all(numbers.map((number, i) => low(number, `T-kill-${i}`)));
  await closeHouse();
  await openHouse();
  for (const bank of ['CMB', 'CCB']) await bankOf(bank).control({ loseAnswers: 0, unknown: 0, latencyMs: 0 });
  await Promise.all(numbers.map((number, i) => low(number, `T-kill-${i}`)));
  for (const number of numbers) {
    // What had not gone out when the house ended may have been reversed before it could come.
    const statuses = (await settled(number)).map(({ status }) => status);
    expect(statuses).toHaveLength(1);
    expect(['paid', 'reversed']).toContain(statuses[0]);
  }
  await audit(
    'CMB',
    numbers.filter((_, i) => i % 2 === 0),
  );
  await audit(
    'CCB',
    numbers.filter((_, i) => i % 2 === 1),
  );
}, 120_000);
