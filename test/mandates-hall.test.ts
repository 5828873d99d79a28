import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer } from 'effect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { numberIdOf, readNumber } from '../actors/mandates/asking.ts';
import type { Actors } from '../actors/runtime/actors.ts';
import { Browser, shown } from '../cli/demo/browser.ts';
import { anyPort } from '../cli/supervisor/ports.ts';
import { mandateRoutes } from '../gateway/mandates/routes.ts';
import { RIGHTS } from '../gateway/rights.ts';
import type { RunningBank } from '../partners/bank/simulator.ts';
import type { CounterRequest } from '../partners/bank/simulator-desk.ts';
import type { Files } from '../store/files/files.ts';
import type { KeyRing } from '../store/keys/key-ring.ts';
import type { Mongo } from '../store/mongo.ts';
import type { Processes } from '../temporal/client.ts';
import { keepEnded } from './journeys/runs.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { msisdn, RULES } from './support/mandates.ts';
import { type House, type Sides, setRules, startHouse, startSides, tenant } from './support/mandates-house.ts';
import { uniqueName } from './support/names.ts';
import { dropDatabase } from './support/telecom-house.ts';

/** From the hall's pages over ours to a bank's, and from BOSS's triggers to the bank's books; over real servers all. */

const database = uniqueName('mandates_hall');
let directory: string;
let sides: Sides;
let house: House;
let gateway: TestGateway;

const openHouse = () => startHouse({ directory, database, namespace: database.replaceAll('_', '-'), sides });
const openGateway = async (port: number) => {
  const context = await house.run(Effect.context<Actors | Files | KeyRing | Mongo | Processes>());
  const rights = Object.fromEntries(Object.entries(RIGHTS).filter(([name]) => name.startsWith('mandates.')));
  return startGateway({ routes: mandateRoutes, rights, settings: { port } }, Layer.succeedContext(context));
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-hall-flows-'));
  const port = await anyPort();
  const client = async () => {
    const text = await readFile(join(gateway.settings.keyDirectory, 'issuer.demo-users.json'), 'utf8');
    const { users } = JSON.parse(text) as { users: ReadonlyArray<{ subject: string; clientSecret: string }> };
    const user = users.find(({ subject }) => subject === 'demo-web-hall');
    return { id: 'demo-web-hall', secret: user?.clientSecret ?? '' };
  };
  sides = await startSides(directory, { url: `http://127.0.0.1:${port}`, client });
  house = await openHouse();
  await house.run(setRules(RULES));
  gateway = await openGateway(port);
}, 120_000);
afterAll(async () => {
  await gateway.stop();
  await house.close();
  await dropDatabase(database);
  await sides.close();
  await rm(directory, { recursive: true });
});

const soon = { timeout: 30_000, interval: 50 };
const bankOf = (code: string): RunningBank => {
  const found = sides.banks.find(({ listed }) => listed.code === code);
  if (found === undefined) throw new Error(`no bank ${code}`);
  return found;
};
const hall = () => {
  if (sides.hall === undefined) throw new Error('no hall');
  return sides.hall;
};
const provinceOf = (number: string) => {
  const found = sides.provinces[number.startsWith('138') ? 0 : 1];
  if (found === undefined) throw new Error('no province');
  return found;
};

let used = 0;
/** A number of a kind of its own: prepaid unless it says otherwise. */
const newNumber = async (more: { userType?: 'prepaid' | 'postpaid'; blacklisted?: boolean } = {}): Promise<string> => {
  used += 1;
  const number = `13800${String(200_000 + used)}`;
  await provinceOf(number).setSubscriber(`86${number}`, more);
  return number;
};
const stateOf = async (number: string) => {
  const found = await house.run(Effect.flatMap(numberIdOf(tenant, msisdn(number)), (id) => readNumber(id)));
  return found?.state;
};
const customer = (bank: string, which = 0) => {
  const account = bankOf(bank).accounts[which];
  if (account === undefined) throw new Error('no such customer');
  return { account: account.number, name: account.name, identity: account.identity };
};

/** Through all pages; the hall's result page at the end. */
const walk = async (browser: Browser, number: string, bank: string, who = customer(bank)) => {
  const choice = await browser.number(number);
  const form = await browser.toBank(choice, bank);
  const end = await browser.send(form, { ...who, automatic: 'yes' });
  const back = shown(end, 'back', 'href');
  return { form, end, back, session: new URL(back).searchParams.get('session') ?? '' };
};
const resultOf = async (browser: Browser, back: string) => {
  const page = await browser.open(back);
  return shown(page, 'outcome', 'data-status');
};

const formalAt = async (number: string) => {
  await vi.waitFor(async () => {
    expect((await stateOf(number))?.relation?.status).toBe('formal');
    expect(provinceOf(number).boss().get(`86${number}`)?.relation?.status).toBe('formal');
  }, soon);
};

describe('the web hall', () => {
  it('lets nobody on without consent, or with a number that may not', async () => {
    const browser = new Browser(hall());
    await browser.login();
    const choice = await browser.number(await newNumber());
    expect(choice.text).toContain('Agreement on payment by a bank');
    expect(shown(choice, 'agreement')).toContain('I let the bank');
    const without = await browser.send(choice, { bank: 'CMB' });
    expect(without).toMatchObject({ status: 422 });
    expect(browser.code(without)).toContain('ConsentMissing');
    expect(browser.code(await browser.number(await newNumber({ blacklisted: true })))).toBe('Blacklisted');
    expect(browser.code(await browser.number('1380013'))).toBe('InvalidMsisdn');
    expect(browser.code(await browser.number('17000000000'))).toBe('NumberUnknown');
  });

  it.each(['CMB', 'CCB', 'UNIONPAY'])('leads to a formal relation with %s on all sides', async (code) => {
    const browser = new Browser(hall());
    await browser.login();
    const number = await newNumber();
    const { form, end, back, session } = await walk(browser, number, code);
    expect(shown(form, 'number')).toBe(`861******${number.slice(-4)}`);
    expect(shown(end, 'result')).toBe('Done');
    await formalAt(number);
    expect(bankOf(code).formal()).toContain(shown(end, 'agreement'));
    expect(provinceOf(number).texts().at(-1)?.text).toContain('解约');
    await vi.waitFor(async () => expect(await resultOf(browser, back)).toBe('formal'), soon);
    // China Merchants tells the hall itself; the others tell us, and we the hall.
    await vi.waitFor(() => {
      const { bank, carrier } = hall().heard(session);
      if (code === 'CMB')
        expect({ bank, carrier }).toEqual({ bank: { type: 'formalNotice', reason: null }, carrier: null });
      else expect({ bank, carrier }).toMatchObject({ bank: null, carrier: { status: 'formal', bank: code } });
    }, soon);
    // The form again, by a second click, is the same mandate; the ticket is good for nothing else.
    expect(shown(await browser.send(form, customer(code)), 'agreement')).toBe(shown(end, 'agreement'));
    expect(await browser.open(form.url)).toMatchObject({ status: 409 });
    const seenBy = async (staff: string) =>
      fetch(`${gateway.url}/v1/mandates/hall/sessions/${session}`, { headers: await gateway.as(staff) });
    expect(await seenBy('shanghai-operator')).toMatchObject({ status: 404 });
    expect(await (await seenBy('demo-operator')).json()).toMatchObject({
      status: 'formal',
      bank: code,
      consentVersion: '2026-11',
      misuses: [{ code: 'TicketUsed', bank: code }],
    });
    await keepEnded(house, `mandates.hallSession/${tenant}/${session}`, `mandates-hall-formal-${code.toLowerCase()}`);
  });

  it.each([
    ['CMB', 2, 'AccountNotNormal'],
    ['CCB', 3, 'NotOnlineBanking'],
  ] as const)('is told to stop when %s does not take the account', async (code, which, reason) => {
    await bankOf(code).control({ onlineOnly: true });
    const browser = new Browser(hall());
    await browser.login();
    const number = await newNumber();
    const { end, back, session } = await walk(browser, number, code, customer(code, which));
    expect(shown(end, 'code')).toBe(reason);
    await bankOf(code).control({ onlineOnly: false });
    await vi.waitFor(async () => expect(await resultOf(browser, back)).toBe('failed'), soon);
    await vi.waitFor(() => {
      const { bank, carrier } = hall().heard(session);
      expect(code === 'CMB' ? bank?.reason : carrier?.code).toBe(reason);
    }, soon);
    expect((await stateOf(number))?.relation ?? null).toBeNull();
    expect(bankOf(code).formal()).not.toContain(shown(end, 'agreement'));
  });

  it('and a bank at once end in one relation, and a case for a person', async () => {
    const browser = new Browser(hall());
    await browser.login();
    const number = await newNumber();
    const form = await browser.toBank(await browser.number(number), 'CCB');
    const opened = bankOf('CMB').open({
      ...customer('CMB'),
      number: `86${number}`,
      channel: 'branch',
      confirm: 'offered',
    });
    const sent = browser.send(form, { ...customer('CCB'), automatic: 'yes' });
    const results = [(await opened).result, shown(await sent, 'result')];
    const state = await stateOf(number);
    expect(state?.relation).not.toBeNull();
    const many = (state?.cases.length ?? 0) + results.filter((result) => result === 'AlreadyMandated').length;
    expect(many).toBe(1);
    expect(results.filter((result) => result === 'Done')).toHaveLength(1);
  });
});

describe('a bank’s own channels', () => {
  const wanted = (number: string, more: Partial<CounterRequest> = {}): CounterRequest => ({
    ...customer('CMB'),
    number: `86${number}`,
    channel: 'branch',
    confirm: 'offered',
    ...more,
  });

  it.each([
    ['branch', 0],
    ['onlineBanking', 1],
    ['selfService', 0],
  ] as const)('%s', async (channel, which) => {
    const number = await newNumber({ userType: which === 1 ? 'postpaid' : 'prepaid' });
    const done = await bankOf('CMB').open(wanted(number, { channel, ...customer('CMB', which) }));
    expect(done).toMatchObject({ result: 'Done' });
    await formalAt(number);
    const account = which === 1 ? 'credit' : 'debit';
    expect((await stateOf(number))?.relation).toMatchObject({ channel, account: { kind: account } });
    expect(await bankOf('CMB').open(wanted(number, { channel }))).toEqual({
      agreement: null,
      result: 'AlreadyMandated',
    });
  });

  it.each([
    ['IdentityInvalid', { identity: '110101199003070311' }],
    ['AccountUnknown', { account: '6225880000000000' }],
    ['NameDiffers', { name: '别人' }],
    ['AccountNotNormal', 2],
  ] as const)('refuse with %s, and we hear nothing of it', async (result, more) => {
    const number = await newNumber();
    const about = typeof more === 'number' ? customer('CMB', more) : more;
    expect(await bankOf('CMB').open(wanted(number, about))).toEqual({ agreement: null, result });
    expect(await stateOf(number)).toBeUndefined();
  });
});
