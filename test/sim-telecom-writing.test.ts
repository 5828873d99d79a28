import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Misbehaviour } from '../devices/card-reader/simulator/simulated-card.ts';
import { type RunningCrm, startCrm } from '../partners/crm/simulator.ts';
import { type EopBehaviour, type RunningEop, startEop } from '../partners/eop/simulator.ts';
import { databaseOf, Mongo } from '../store/mongo.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { Processes } from '../temporal/client.ts';
import { simContract } from '../workflows/sim/contract.ts';
import { Random } from './simulation/random.ts';
import { cardAt, iccidAt, imsiOn, provideCards, tenant, WANTED } from './support/card-writing.ts';
import { uniqueName } from './support/names.ts';
import { telecomGateway } from './support/telecom-gateway.ts';
import { keepTelling } from './support/telecom-histories.ts';
import {
  allowComponent,
  dropDatabase,
  type House,
  orderOf,
  prove,
  startHouse,
  TELECOM,
  withdrawComponent,
  write,
  writeOf,
} from './support/telecom-house.ts';

/** Telecom cards from the challenge to what EOP and the CRM know, over real servers (seed 000 §4.3). */

const database = uniqueName('telecom_writing');
const namespace = database.replaceAll('_', '-');
let directory: string;
let eop: RunningEop;
let crm: RunningCrm;
let house: House;
let cards = 0;

const openHouse = async (): Promise<House> =>
  startHouse({
    directory,
    database,
    namespace,
    eop: eop.settings,
    crm: { url: crm.url, key: Buffer.from((await readFile(crm.keyFile, 'utf8')).trim(), 'hex') },
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-telecom-'));
  eop = await startEop({ directory: join(directory, 'eop') });
  crm = await startCrm({ directory: join(directory, 'crm') });
  house = await openHouse();
  await house.run(provideCards(0, 120));
  await house.run(allowComponent);
}, 120_000);
afterAll(async () => {
  await house.close();
  await dropDatabase(database);
  await eop.close();
  await crm.close();
  await rm(directory, { recursive: true });
});

const nextCard = (misbehaviour: Misbehaviour = {}) => {
  const no = cards;
  cards += 1;
  const card = cardAt(no);
  card.misbehave(misbehaviour);
  return { card, iccid: iccidAt(no) };
};
/** Another card of the stock, without a fault. */
const proved = async (request: string, misbehaviour: Misbehaviour = {}) => {
  const one = nextCard(misbehaviour);
  await house.run(prove(request));
  return { ...one, write: () => house.run(write(request, one.card)) };
};

const eopOrder = (request: string) => eop.orders().find((one) => one.request === `${tenant}:${request}`);
const known = (request: string) => ({ eop: eopOrder(request)?.result, crm: crm.results.get(request)?.status });
const bothKnow = (request: string, word: 'confirmed' | 'failed' | 'inDoubt') =>
  expect.poll(() => known(request), { timeout: 90_000, interval: 50 }).toEqual({ eop: word, crm: word });

/** Which command of a write brings the IMSI, found once with cards that are pulled out one command later each. */
let imsiAt = 0;
const commandOfImsi = async (): Promise<number> => {
  for (let at = 14; imsiAt === 0 && at < 60; at += 1) {
    const { card } = nextCard({ removed: { at, when: 'after' } });
    await house.run(prove(`probe-${at}`));
    await house.run(Effect.ignore(write(`probe-${at}`, card)));
    if (imsiOn(card) !== null) imsiAt = at;
  }
  expect(imsiAt).toBeGreaterThan(0);
  return imsiAt;
};

describe('a Telecom card', () => {
  it('is written with what EOP hands out at that moment, and EOP and the CRM are told; again it is the same', async () => {
    const { card, iccid, write: go } = await proved('T-1');
    const first = await go();
    expect(first).toMatchObject({
      status: 'confirmed',
      iccid,
      smsc: '8613311000000',
      range: null,
      proved: true,
      closed: true,
    });
    expect(imsiOn(card)).toBe(first.imsi);
    expect(eopOrder('T-1')).toMatchObject({ imsi: first.imsi, iccid, component: 'counter@2.1' });
    await bothKnow('T-1', 'confirmed');
    const calls = eop.orders().length;
    expect(await go()).toEqual(first);
    expect(eop.orders()).toHaveLength(calls);
    await expect
      .poll(() => house.run(orderOf('T-1')), { timeout: 20_000 })
      .toMatchObject({ knows: { eop: { word: 'confirmed' }, crm: { word: 'confirmed' } } });
    expect(crm.results.get('T-1')).toMatchObject({ imsi: first.imsi });
    await keepTelling(house, 'writeResult', 'T-1', 'sim-write-result-told');
    await keepTelling(house, 'eopResult', 'T-1', 'sim-eop-result-told');
  });

  it('leaves its keys on the card and nowhere else', async () => {
    const { card, write: go } = await proved('T-2');
    const answer = await go();
    await bothKnow('T-2', 'confirmed');
    const key = card.card.personality.mf.children.find((one) => one.fid === 'a001');
    const k = key?.kind === 'ef' ? Buffer.from(key.records[0] ?? []).subarray(0, 16) : Buffer.alloc(0);
    // Of the right keys: those with which the card has just proved itself.
    expect([answer.proved, k.length, k.equals(Buffer.alloc(16))]).toEqual([true, 16, false]);
    const kept = await house.run(
      Effect.flatMap(Mongo, (connection) =>
        Effect.promise(async () => {
          const db = databaseOf(connection);
          const names = (await db.listCollections().toArray()).map(({ name }) => name);
          return JSON.stringify(await Promise.all(names.map((name) => db.collection(name).find().toArray())));
        }),
      ),
    );
    const decoded = await house.run(Effect.all([writeOf('T-2'), orderOf('T-2')]));
    const told = JSON.stringify([answer, decoded, [...crm.results.values()], eop.orders()]);
    const books = await readFile(join(directory, 'eop', 'orders.jsonl'), 'utf8');
    expect(decoded).not.toContain(null);
    for (const form of ['hex', 'base64', 'latin1'] as const) {
      const text = k.toString(form).replace(/=+$/, '');
      expect([kept, told, books].filter((one) => one.toLowerCase().includes(text.toLowerCase()))).toEqual([]);
    }
  });

  it('beside a Unicom write, of which EOP hears nothing', async () => {
    const { card } = nextCard();
    const ended = await house.run(write('U-1', card, WANTED));
    // No range of ours has been registered here.
    expect(ended).toMatchObject({ status: 'failed' });
    await expect.poll(() => known('U-1'), { timeout: 20_000 }).toEqual({ eop: undefined, crm: 'failed' });
  });
});

describe('EOP is not asked', () => {
  it('for a card that is not legal', async () => {
    const { card } = nextCard();
    await house.run(prove('N-1'));
    const calls = eop.calls();
    expect(await house.run(write('N-1', card, { ...TELECOM, product: 'OTHER' }))).toMatchObject({
      status: 'refused',
      code: 'CardOfAnotherProduct',
    });
    await expect.poll(() => known('N-1'), { timeout: 20_000 }).toEqual({ eop: undefined, crm: 'refused' });
    expect(eop.calls()).toBe(calls);
  });

  it('for a component that has shown nothing, nor for one that was withdrawn; the card is free for another write', async () => {
    const { card } = nextCard();
    const calls = eop.calls();
    expect(await house.run(write('N-2', card))).toMatchObject({ status: 'refused', code: 'ComponentMissing' });
    await house.run(prove('N-3'));
    await house.run(withdrawComponent);
    expect(await house.run(write('N-3', card))).toMatchObject({ status: 'refused', code: 'ComponentWithdrawn' });
    expect(eop.calls()).toBe(calls);
    await house.run(allowComponent);
    await house.run(prove('N-4'));
    expect(await house.run(write('N-4', card))).toMatchObject({ status: 'confirmed' });
  });
});

describe('what EOP handed out for a write that failed is given back', () => {
  const rows: ReadonlyArray<readonly [string, string, Partial<EopBehaviour>]> = [
    ['EOP says no', 'EopAreaClosed', { refuseData: 'AreaClosed' }],
    ['EOP is down', 'EopUnreachable', { down: true }],
    ['every answer gets lost', 'EopUnreachable', { loseAnswers: 3 }],
    ['EOP wants a file that has no place', 'EopFileUnknown', { files: [{ name: 'EF.GID1', content: 'ff' }] }],
  ];
  it.each(rows)('when %s', async (_what, code, behaviour) => {
    const request = `F-${code}-${Object.keys(behaviour)[0]}`;
    const { card, write: go } = await proved(request);
    await eop.control(behaviour);
    const ended = await go();
    expect(ended).toMatchObject({ status: 'failed', code, closed: true });
    await eop.control({ refuseData: '', down: false, loseAnswers: 0, files: [] });
    await bothKnow(request, 'failed');
    expect(imsiOn(card)).toBeNull();
    expect(await go()).toEqual(ended);
  });

  it('and when the card is pulled out before it has the IMSI; the number goes out again', async () => {
    // Before the file is selected.
    const at = (await commandOfImsi()) - 3;
    const { card, write: go } = await proved('F-pulled', { removed: { at, when: 'before' } });
    const ended = await go();
    expect(ended).toMatchObject({ status: 'failed', code: 'CardRemoved' });
    expect(imsiOn(card)).toBeNull();
    await bothKnow('F-pulled', 'failed');
    const next = await proved('F-next');
    const back = eop.orders().flatMap(({ imsi, result }) => (result === 'failed' && imsi !== null ? [imsi] : []));
    const again = await next.write();
    expect(again).toMatchObject({ status: 'confirmed' });
    expect(back).toContain(again.imsi);
    await bothKnow('F-next', 'confirmed');
  });

  it('answers that come late or twice do no harm', async () => {
    const { write: go } = await proved('F-twice');
    await eop.control({ loseAnswers: 1, answerTwice: 2 });
    expect(await go()).toMatchObject({ status: 'confirmed' });
    await bothKnow('F-twice', 'confirmed');
    await eop.control({ loseAnswers: 0, answerTwice: 0 });
  });
});

describe('both end in the same word', () => {
  it('when the CRM is down while the write ends', async () => {
    const { write: go } = await proved('D-1');
    crm.troubles.down = true;
    expect(await go()).toMatchObject({ status: 'confirmed' });
    await expect.poll(() => known('D-1'), { timeout: 20_000 }).toEqual({ eop: 'confirmed', crm: undefined });
    crm.troubles.down = false;
    await bothKnow('D-1', 'confirmed');
  });

  it('when EOP is down while the write ends, and the house is started anew before it is back', async () => {
    // Slow enough that EOP can go down between its data and the end of the write.
    const { write: go } = await proved('D-2', { slowMs: 50 });
    const writing = go();
    await expect.poll(() => eopOrder('D-2'), { timeout: 20_000, interval: 10 }).toBeDefined();
    await eop.control({ down: true });
    expect(await writing).toMatchObject({ status: 'confirmed' });
    await expect.poll(() => known('D-2'), { timeout: 20_000 }).toEqual({ eop: 'out', crm: 'confirmed' });
    await house.close();
    await eop.control({ down: false });
    expect(known('D-2')).toMatchObject({ eop: 'out' });
    house = await openHouse();
    await bothKnow('D-2', 'confirmed');
  });

  it('when the write is in doubt: both hear so, and both hear how it was settled', async () => {
    // The command that writes the IMSI is carried out, and its answer is lost.
    const at = await commandOfImsi();
    const { card, write: go } = await proved('D-3', { removed: { at, when: 'after' } });
    const doubted = await go();
    expect(doubted).toMatchObject({ status: 'inDoubt', code: 'CardRemoved' });
    expect(imsiOn(card)).toBe(doubted.imsi);
    await bothKnow('D-3', 'inDoubt');
    card.misbehave({});
    await eop.control({ differ: 1 });
    expect(await house.run(Effect.flip(write('D-3', card)))).toMatchObject({ code: 'EopDataDiffers' });
    expect(await house.run(writeOf('D-3'))).toMatchObject({ status: 'inDoubt' });
  });

  it('when EOP does not want to hear it: a person is told, mends it, and has it told again', async () => {
    const { write: go } = await proved('D-4');
    await eop.control({ refuseResults: 'Closed' });
    expect(await go()).toMatchObject({ status: 'confirmed' });
    await expect
      .poll(() => house.run(orderOf('D-4')), { timeout: 30_000 })
      .toMatchObject({
        knows: { eop: { word: null, problem: 'EopClosed' }, crm: { word: 'confirmed', problem: null } },
      });
    const alerts = await house.run(listAlerts({ tenant, limit: 200 }));
    expect(alerts.items).toContainEqual(
      expect.objectContaining({ subject: 'D-4', code: 'EopClosed', level: 'problem' }),
    );
    await keepTelling(house, 'eopResult', 'D-4', 'sim-eop-result-untold');
    await eop.control({ refuseResults: '' });
    const again = { key: 'D-4/again', input: { tenant, request: 'D-4', revision: 1 } };
    await house.run(Effect.flatMap(Processes, (processes) => processes.start(simContract.workflows.eopResult, again)));
    await bothKnow('D-4', 'confirmed');
  });

  it('when the CRM does not want to hear it: EOP is told all the same, and a person learns of it', async () => {
    const { write: go } = await proved('D-5');
    crm.troubles.status = 422;
    expect(await go()).toMatchObject({ status: 'confirmed' });
    await expect
      .poll(() => house.run(orderOf('D-5')), { timeout: 30_000 })
      .toMatchObject({ knows: { eop: { word: 'confirmed' }, crm: { word: null, problem: 'CrmRefused' } } });
    crm.troubles.status = 0;
    const alerts = await house.run(listAlerts({ tenant, limit: 200 }));
    expect(alerts.items).toContainEqual(expect.objectContaining({ subject: 'D-5', code: 'CrmRefused' }));
    await keepTelling(house, 'writeResult', 'D-5', 'sim-write-result-untold');
  });
});

describe('over HTTP', () => {
  it('a component is allowed, answers a challenge, and is withdrawn; what both know is seen and told again', async () => {
    const { gateway, call } = await telecomGateway(house);
    try {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const component = { name: 'web-client', version: '1.0' };
      const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
      const entry = { ...component, publicKey: key, note: 'checked' };
      expect(await call('demo-operator', 'POST', '/writing-components', entry)).toMatchObject({ status: 403 });
      expect(await call('demo-unit-administrator', 'POST', '/writing-components', entry)).toMatchObject({
        status: 201,
        body: { component: 'web-client@1.0', status: 'allowed' },
      });
      const challenge = await call('demo-operator', 'POST', '/telecom-writes/H-1/challenge', component);
      expect(challenge).toMatchObject({ status: 201 });
      const { nonce, text } = challenge.body;
      const signature = sign(null, Buffer.from(String(text)), privateKey).toString('base64');
      const proof = { ...component, nonce, signature };
      expect(await call('demo-operator', 'POST', '/telecom-writes/H-1/proof', proof)).toMatchObject({ status: 200 });
      const { card } = nextCard();
      expect(await house.run(write('H-1', card))).toMatchObject({ status: 'confirmed' });
      await bothKnow('H-1', 'confirmed');
      await expect
        .poll(() => call('demo-operator', 'GET', '/telecom-writes/H-1'), { timeout: 20_000 })
        .toMatchObject({
          body: { component: 'web-client@1.0', eop: { word: 'confirmed' }, crm: { word: 'confirmed' } },
        });
      const told = crm.requests();
      expect(await call('demo-operator', 'POST', '/telecom-writes/H-1/tell', {})).toMatchObject({ status: 202 });
      await expect.poll(() => crm.requests(), { timeout: 20_000 }).toBeGreaterThan(told);
      expect(await call('demo-operator', 'GET', '/telecom-writes?untold=true')).toMatchObject({ status: 200 });
      const seen = await call('demo-auditor', 'GET', '/telecom-writes/H-1');
      expect(String(seen.body['imsi'])).toMatch(/^460\*+\d{4}$/);
      const off = { reason: 'its key leaked' };
      expect(
        await call('demo-unit-administrator', 'POST', '/writing-components/web-client/1.0/withdraw', off),
      ).toMatchObject({
        body: { status: 'withdrawn' },
      });
      expect(await call('demo-operator', 'GET', '/telecom-writes/H-9')).toMatchObject({ status: 404 });
    } finally {
      await gateway.stop();
    }
  });
});

it('many writes with faults of card, EOP and CRM: nothing is lost, none twice, and all know the same', async () => {
  const WRITES = 30;
  const random = new Random(20_261_126);
  const faults = (): Misbehaviour => {
    const at = 1 + random.below(50);
    const when = random.below(2) === 0 ? ('before' as const) : ('after' as const);
    return random.below(2) === 0 ? { removed: { at, when } } : {};
  };
  const all = Array.from({ length: WRITES }, (_, no) => ({ request: `M-${no}`, ...nextCard(faults()) }));
  const trouble = () => {
    crm.troubles.loseAnswers = random.below(2);
    return eop.control({ loseAnswers: random.below(3), busy: random.below(3), answerTwice: random.below(2) });
  };
  for (const { request, card } of all) {
    await trouble();
    await house.run(prove(request));
    await house.run(Effect.ignore(write(request, card)));
  }
  await eop.control({ loseAnswers: 0, busy: 0, answerTwice: 0 });
  crm.troubles.loseAnswers = 0;
  for (const { request, card } of all) {
    card.misbehave({});
    await house.run(Effect.ignore(write(request, card)));
  }
  const states = await Promise.all(all.map(({ request }) => house.run(writeOf(request))));
  for (const [no, state] of states.entries()) {
    const word = state?.status;
    if (word !== 'confirmed' && word !== 'failed') throw new Error(`write ${no} has ended as ${word}: ${state?.code}`);
    const { request, card } = all[no] as (typeof all)[number];
    await bothKnow(request, word);
    expect(imsiOn(card)).toBe(word === 'confirmed' ? state?.imsi : null);
  }
  const used = states.filter((state) => state?.status === 'confirmed').map((state) => state?.imsi);
  expect(new Set(used).size).toBe(used.length);
  expect(used.length).toBeGreaterThan(WRITES / 4);
  const open = eop.orders().filter((one) => one.request.startsWith(`${tenant}:M-`) && one.result === 'out');
  expect(open).toEqual([]);
}, 120_000);
