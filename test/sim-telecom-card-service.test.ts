import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ReaderSlot } from '../cli/card-service/reader-slot.ts';
import { memoryReader } from '../devices/card-reader/simulator/memory-card.ts';
import type { SimulatedCard } from '../devices/card-reader/simulator/simulated-card.ts';
import { maskId } from '../domain/kernel/mask.ts';
import { CARD_SERVICE, cardServiceSocket } from '../gateway/sim/card-service/card-service.ts';
import { type RunningCrm, startCrm } from '../partners/crm/simulator.ts';
import { type RunningEop, startEop } from '../partners/eop/simulator.ts';
import { CardClient, CardServiceError, type WritingComponent } from '../sdk/client.ts';
import { type CardSlot, transportSlot } from '../sdk/slot.ts';
import { Audit } from '../store/operations/audit.ts';
import { interrupted, socketUrl, until } from './support/card-service.ts';
import { CardCommands, insert } from './support/card-service-command.ts';
import { cardAt, iccidAt, imsiOn, PRODUCT, provideCards, provideNumbers, tenant } from './support/card-writing.ts';
import type { TestGateway } from './support/gateway.ts';
import { uniqueName } from './support/names.ts';
import { type TelecomGateway, telecomGateway } from './support/telecom-gateway.ts';
import { dropDatabase, type House, startHouse, TELECOM } from './support/telecom-house.ts';
import { Wire } from './support/wire.ts';

/**
 * Telecom cards in readers somewhere else (seed 000 §4.3): a page of the CRM at a counter PC, a seller's app, a list of
 * cards. The component there answers the challenge, EOP gives the data, the server writes over the WebSocket.
 */

const database = uniqueName('telecom_service');
const COMPONENT = { name: 'counter-client', version: '2.1.0' };
let directory: string;
let eop: RunningEop;
let crm: RunningCrm;
let house: House;
let gateway: TestGateway;
let call: TelecomGateway['call'];
let commands: CardCommands;
let keyFile: string;
const clients: CardClient[] = [];
const slots: ReaderSlot[] = [];

const pair = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');

/** As staff of the unit. */
const administrator = (path: string, body: object) =>
  call('demo-unit-administrator', 'POST', `/writing-components${path}`, body);
const allow = (version = COMPONENT.version) => {
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return administrator('', { ...COMPONENT, version, publicKey, note: 'checked by the card team' });
};

/** Holds its key as an app does: in a store that signs and never gives it away. */
const componentOf = async (key = pair.privateKey, version = COMPONENT.version): Promise<WritingComponent> => {
  const bytes = key.export({ format: 'der', type: 'pkcs8' });
  const kept = await webcrypto.subtle.importKey('pkcs8', bytes, 'Ed25519', false, ['sign']);
  const sign = async (text: Uint8Array) =>
    new Uint8Array(await webcrypto.subtle.sign('Ed25519', kept, Uint8Array.from(text)));
  return { name: COMPONENT.name, version, sign };
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-telecom-service-'));
  keyFile = join(directory, 'component.key');
  writeFileSync(keyFile, pair.privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  eop = await startEop({ directory: join(directory, 'eop') });
  crm = await startCrm({ directory: join(directory, 'crm') });
  house = await startHouse({
    directory,
    database,
    namespace: database.replaceAll('_', '-'),
    eop: eop.settings,
    crm: { url: crm.url, key: Buffer.from((await readFile(crm.keyFile, 'utf8')).trim(), 'hex') },
  });
  await house.run(provideNumbers(100));
  await house.run(provideCards(0, 20));
  const socket = await house.run(
    Effect.provideService(cardServiceSocket({ ...CARD_SERVICE, graceMs: 200, stopMs: 2_000 }), Audit, {
      append: () => Effect.void,
    }),
  );
  ({ gateway, call } = await telecomGateway(house, [socket]));
  commands = await CardCommands.of(gateway, join(directory, 'token'));
  expect(await allow()).toMatchObject({ status: 201, body: { status: 'allowed' } });
}, 120_000);
afterEach(() => commands.end());
afterAll(async () => {
  await Promise.all(clients.map((client) => client.stop()));
  await Promise.all(slots.map((slot) => slot.close()));
  await gateway.stop();
  await house.close();
  await dropDatabase(database);
  await eop.close();
  await crm.close();
  await rm(directory, { recursive: true });
});

const eopOrder = (request: string) => eop.orders().find((one) => one.request === `${tenant}:${request}`);
const bothKnow = (request: string, word: 'confirmed' | 'failed' | 'inDoubt') =>
  expect
    .poll(() => ({ eop: eopOrder(request)?.result, crm: crm.results.get(request)?.status }), {
      timeout: 60_000,
      interval: 20,
    })
    .toEqual({ eop: word, crm: word });

const slotOf = (card: SimulatedCard): ReaderSlot => {
  const slot = new ReaderSlot('main', memoryReader('main', card));
  slots.push(slot);
  return slot;
};
const clientOf = (name: string, slot: CardSlot, component?: WritingComponent, port?: number): CardClient => {
  const client = new CardClient({
    url: socketUrl(gateway, port),
    client: name,
    token: () => gateway.token('demo-device'),
    slots: [slot],
    ...(component === undefined ? {} : { component }),
    connect: (url) => new WebSocket(url),
    backOff: { firstMs: 20, mostMs: 200 },
  });
  clients.push(client);
  client.start();
  return client;
};

const ourComponent = (): readonly string[] => ['--component', `${COMPONENT.name}@${COMPONENT.version}=${keyFile}`];

describe('at a counter PC', () => {
  it('a page has a Telecom card written: the service answers the challenge, EOP and the CRM hear the same', async () => {
    const service = commands.service('counter-1', ourComponent());
    const page = commands.page(await service.first);
    const card = cardAt(0);
    const take = insert(card, await service.cards);
    await until(page.reader, 'the card is in the reader');
    const wanted = { request: 'PC-0', reader: 'main', product: PRODUCT, operator: 'telecom' };
    expect((await page.call('POST', '/v1/writes', wanted)).status).toBe(202);
    expect(await (await page.call('GET', '/v1/writes/PC-0/events')).text()).toContain('"state":"working"');
    const answer = await page.json('GET', '/v1/writes/PC-0');
    const result = { status: 'confirmed', final: true, proved: true, iccid: maskId(iccidAt(0)) };
    expect(answer).toMatchObject({ state: 'ended', result });
    await bothKnow('PC-0', 'confirmed');
    const order = eopOrder('PC-0');
    expect(order).toMatchObject({ iccid: iccidAt(0), component: 'counter-client@2.1.0' });
    expect(imsiOn(card)).toBe(order?.imsi);
    expect(crm.results.get('PC-0')).toMatchObject({ imsi: order?.imsi });
    expect(await page.json('POST', '/v1/writes', wanted)).toEqual(answer);
    await take();
  });

  it('the service is killed once the card has its IMSI: all hear of a doubt, and of its end when it is back', async () => {
    const first = commands.service('counter-1', ourComponent());
    const before = commands.page(await first.first);
    const card = cardAt(1);
    card.misbehave({ slowMs: 20 });
    const take = insert(card, await first.cards);
    await until(before.reader, 'the card is in the reader');
    const wanted = { request: 'PC-1', reader: 'main', product: PRODUCT, operator: 'telecom' };
    await before.call('POST', '/v1/writes', wanted);
    await until(() => imsiOn(card) !== null, 'the card has its IMSI');
    await commands.kill(first);
    await bothKnow('PC-1', 'inDoubt');
    await take();

    const second = commands.service('counter-1', ourComponent());
    const after = commands.page(await second.first);
    const takeAgain = insert(card, await second.cards);
    await until(after.reader, 'the card is in the reader again');
    await after.call('POST', '/v1/writes', wanted);
    await until(async () => (await after.json('GET', '/v1/writes/PC-1'))['state'] === 'ended', 'it is settled');
    expect(await after.json('GET', '/v1/writes/PC-1')).toMatchObject({ result: { status: 'confirmed', final: true } });
    await bothKnow('PC-1', 'confirmed');
    expect(imsiOn(card)).toBe(eopOrder('PC-1')?.imsi);
    await takeAgain();
  });

  it('a component whose key is not its owner’s alone, or no key, does not start', async () => {
    const open = join(directory, 'open.key');
    writeFileSync(open, readFileSync(keyFile), { mode: 0o644 });
    const none = join(directory, 'none.key');
    writeFileSync(none, 'none', { mode: 0o600 });
    for (const [path, told] of [
      [open, 'others can read'],
      [none, 'holds no private key'],
      [join(directory, 'missing.key'), 'there is no file'],
    ] as const) {
      const service = commands.service('counter-9', ['--component', `counter-client@2.1.0=${path}`]);
      const [code] = await once(service.child, 'close');
      expect(code).not.toBe(0);
      expect(service.told.join('\n')).toContain(told);
    }
  });
});

describe('in an app', () => {
  it('a Telecom card in a phone’s slot is written, with a key that the app cannot read', async () => {
    const card = cardAt(2);
    const inner = slotOf(card);
    await until(() => inner.present(), 'the card is in its place');
    const slot = transportSlot('sim1', {
      open: async () => ({
        atr: await inner.power('cold'),
        channel: { transmit: (apdu) => inner.exchange(apdu, 5_000), close: () => inner.powerOff() },
      }),
    });
    const client = clientOf('phone-1', slot, await componentOf());
    expect(await client.write('sim1', 'APP-0', TELECOM)).toMatchObject({ status: 'confirmed', proved: true });
    await bothKnow('APP-0', 'confirmed');
    expect(imsiOn(card)).toBe(eopOrder('APP-0')?.imsi);
  });

  it('the line is cut once the card has its IMSI: all hear of a doubt, and the app itself has it settled', async () => {
    const wire = await Wire.lay(new URL(gateway.address));
    const card = cardAt(3);
    const cutting = interrupted(
      slotOf(card),
      () => imsiOn(card) !== null,
      () => wire.cut(),
    );
    const client = clientOf('phone-2', cutting, await componentOf(), wire.port);
    const answer = client.write('main', 'APP-1', TELECOM);
    await bothKnow('APP-1', 'inDoubt');
    await wire.mend();
    expect(await answer).toMatchObject({ status: 'confirmed' });
    await bothKnow('APP-1', 'confirmed');
    expect(imsiOn(card)).toBe(eopOrder('APP-1')?.imsi);
    await client.stop();
    await wire.cut();
  });
});

describe('EOP is not asked, and the CRM hears of a refusal,', () => {
  const refused = async (request: string, no: number, code: string, component?: WritingComponent) => {
    const card = cardAt(no);
    const calls = eop.calls();
    const client = clientOf(`phone-${request}`, slotOf(card), component);
    expect(await client.write('main', request, TELECOM)).toMatchObject({ status: 'refused', final: true, code });
    await expect.poll(() => crm.results.get(request)?.status, { timeout: 20_000 }).toBe('refused');
    expect([eop.calls(), eopOrder(request), imsiOn(card)]).toEqual([calls, undefined, null]);
  };

  it('when nobody shows which component writes', () => refused('R-1', 4, 'ComponentMissing'));
  it('when the version is not on the list', async () =>
    refused('R-2', 4, 'ComponentUnknown', await componentOf(pair.privateKey, '9.9')));
  it('when another key has signed', async () =>
    refused('R-3', 4, 'ComponentSignatureWrong', await componentOf(other.privateKey)));

  it('when the version was withdrawn; the card is free for another that is allowed', async () => {
    expect(await allow('2.0')).toMatchObject({ body: { status: 'allowed' } });
    const off = await administrator('/counter-client/2.0/withdraw', { reason: 'its key leaked' });
    expect(off).toMatchObject({ body: { status: 'withdrawn' } });
    await refused('R-4', 4, 'ComponentWithdrawn', await componentOf(pair.privateKey, '2.0'));
    const client = clientOf('phone-allowed', slotOf(cardAt(4)), await componentOf());
    expect(await client.write('main', 'R-5', TELECOM)).toMatchObject({ status: 'confirmed' });
    await bothKnow('R-5', 'confirmed');
  });

  it('when the component does not sign, and nothing is written down; the same request goes on when it does', async () => {
    let locked = true;
    const component = await componentOf();
    const sign = (text: Uint8Array) => (locked ? Promise.reject(new Error('locked')) : component.sign(text));
    const client = clientOf('phone-locked', slotOf(cardAt(5)), { ...component, sign });
    const answer = await client.write('main', 'R-6', TELECOM).catch((cause: unknown) => cause);
    expect(answer).toBeInstanceOf(CardServiceError);
    expect(answer).toMatchObject({ problem: { code: 'ReaderRefused', retryAfterMs: null } });
    locked = false;
    expect(await client.write('main', 'R-6', TELECOM)).toMatchObject({ status: 'confirmed' });
    await bothKnow('R-6', 'confirmed');
  });
});

it('a list of cards names the operator of each; a word that is not known is refused by row and column', async () => {
  const [list, result] = [join(directory, 'list.csv'), join(directory, 'result.csv')];
  const rows = ['request,product,operator', `L-1,${PRODUCT},telecom`, `L-2,${PRODUCT},mobile`, `L-3,${PRODUCT},`];
  writeFileSync(list, `${rows.join('\n')}\nL-4,${PRODUCT},unicom\n`);
  const batch = commands.start(['card', 'batch', '--list', list, '--result', result, ...ourComponent()]);
  const exit = once(batch.child, 'exit');
  const port = await batch.cards;
  for (const [no, line] of [
    [6, 2],
    [7, 4],
    [8, 5],
  ] as const) {
    const take = insert(cardAt(no), port);
    await until(() => batch.told.some((one) => one.includes(`line ${line}: confirmed`)), `line ${line} is written`);
    await take();
  }
  expect(await exit).toEqual([1, null]);
  expect(batch.told).toContain('hufu: line 3: refused, operator is missing or malformed');
  expect(batch.told).toContain('hufu: done: 3 good, 0 bad, 1 rows refused');
  await bothKnow('L-1', 'confirmed');
  for (const request of ['L-3', 'L-4']) {
    await expect.poll(() => crm.results.get(request), { timeout: 20_000 }).toMatchObject({ status: 'confirmed' });
    expect(eopOrder(request)).toBeUndefined();
    expect(crm.results.get(request)?.imsi).toMatch(/^460017/);
  }
  expect(readFileSync(result, 'utf8').match(/,good,confirmed,/g)).toHaveLength(3);
});
