import { type ChildProcess, spawn } from 'node:child_process';
import { createDecipheriv } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Fiber } from 'effect';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anyPort } from '../../cli/supervisor/ports.ts';
import type { Misbehaviour, SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import { vpcdCard } from '../../devices/card-reader/simulator/vpcd-card.ts';
import { type RunningCrm, startCrm } from '../../partners/crm/simulator.ts';
import { root } from '../../temporal/bundle.ts';
import { cardOf } from '../support/card-writing.ts';
import { serverAddress } from '../support/names.ts';
import { Api, type Problem } from './api.ts';
import { Application, eventually, ok } from './application.ts';
import { prepareSetting, type Setting } from './house.ts';

/**
 * Blank cards from their application to the CRM: made by a vendor with the keys of the equipment file, which the process
 * hands on as they come into stock; dialled in over TCP, written, pulled out in the middle, settled; the CRM is down and
 * the node killed, and it hears everything in the end. No key is seen anywhere.
 */

let setting: Setting;
let crm: RunningCrm;
let directory: string;
let port: number;
let node: ChildProcess;
let out: number;

const startNode = (): ChildProcess =>
  spawn(process.execPath, [join(root, 'cli/main.ts'), 'node'], {
    cwd: root,
    env: { ...process.env, ...setting.env },
    stdio: ['ignore', out, out],
  });

const stopNode = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
  const gone = once(node, 'exit');
  node.kill(signal);
  await gone;
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-writing-'));
  crm = await startCrm({ directory: join(directory, 'crm') });
  port = await anyPort();
  const crms = join(directory, 'crms.json');
  await writeFile(crms, JSON.stringify([{ tenant: 'demo', url: crm.url, keyFile: crm.keyFile }]));
  setting = await prepareSetting({
    env: { HUFU_CRMS_FILE: crms, HUFU_READERS: `desk=vpcd:${port}`, HUFU_LOG: 'debug', HUFU_TRACE_RATIO: '1' },
  });
  out = openSync(join(directory, 'log'), 'a');
  node = startNode();
  await eventually(
    'the node is ready',
    () =>
      fetch(`${setting.url}/health/ready`).then(
        ({ status }) => status,
        () => 0,
      ),
    (status) => status === 200,
  );
});
afterAll(async () => {
  if (node?.exitCode === null) await stopNode('SIGTERM');
  await setting?.clear();
  await crm?.close();
  await rm(directory, { recursive: true, force: true });
});

interface Written {
  readonly status: string;
  readonly code: string | null;
  readonly iccid: string | null;
  readonly imsi: string | null;
  readonly proved: boolean;
}

const TRANSPORT = '000102030405060708090a0b0c0d0e0f';

/** What the vendor's machine makes of an equipment file: a card per row, with its keys in clear. */
const equipped = (file: string) => {
  const clear = (cell = ''): Buffer => {
    const cipher = createDecipheriv('aes-128-ecb', Buffer.from(TRANSPORT, 'hex'), null).setAutoPadding(false);
    return Buffer.concat([cipher.update(Buffer.from(cell, 'hex')), cipher.final()]);
  };
  return file
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => {
      const [iccid = '', , k, opc, adm] = line.split(';');
      const code = clear(adm).subarray(0, 8).toString('ascii');
      return { iccid, k: clear(k).toString('hex'), opc: clear(opc).toString('hex'), adm: code };
    });
};

/** Dials in until it is hung up on. */
const dial = (card: SimulatedCard, misbehaviour: Misbehaviour = {}) => {
  card.misbehave(misbehaviour);
  const fiber = Effect.runFork(Effect.ignore(vpcdCard(card, { host: '127.0.0.1', port })));
  return () => Effect.runPromise(Fiber.interrupt(fiber));
};

const attached = (api: Api) =>
  eventually(
    'a card has dialled in',
    async () =>
      ok(await api.get<{ items: ReadonlyArray<{ name: string; attached: boolean }> }>('/v1/sim/readers')).items,
    (items) => items.some((one) => one.name === 'desk-1' && one.attached),
  );

it('writes blank cards of the card-making cycle, settles one that was pulled out, and the CRM hears of each', async () => {
  const keys = setting.env['HUFU_KEY_DIR'] ?? '';
  const api = new Api(setting.url, keys, 'demo-operator');
  const journey = new Application(api, 'blank');
  await journey.begin([{ no: 1, cardType: 'blank', city: '110000', quantity: 4 }], 10);
  const staff = new Api(setting.url, keys, 'demo-unit-administrator');
  ok(
    await staff.post('/v1/sim/transport-keys', {
      partner: 'V-EAST',
      algorithm: 'AES-128',
      components: [TRANSPORT],
      kcv: 'C6A13B',
    }),
  );
  await journey.untilStage('splitting');
  // Nothing is made before the vendor has its equipment file: its server is away until then.
  const vendor = setting.simulators.vendors.get('V-EAST');
  const server = { down: false, latencyMs: 0, dropAfterBytes: 0, drops: 0 };
  await vendor?.control({ server: { ...server, down: true } });
  const [part] = await journey.split({ '110000': 'V-EAST' });
  const equipment = `${journey.path}/parts/${part?.id}/outputs/equipment?profile=usim-key-file`;
  const cards = equipped(
    await eventually(
      'the equipment file is there',
      () => staff.download(equipment).then(String, String),
      (text) => text.includes('*End: 4 '),
      15_000,
    ),
  );
  await vendor?.control({ server });
  await journey.ended();
  expect((await journey.cards()).map(({ iccid }) => iccid).sort()).toEqual(cards.map(({ iccid }) => iccid).sort());
  ok(await api.post('/v1/sim/smscs', { number: '8613010112500', operator: 'unicom', product: null, city: null }));
  // Nobody has imported keys; a key file of the vendor with the same ones says nothing new.
  const rows = cards.map(({ iccid, k, opc, adm }) => `${iccid},${k},${opc},,${adm}`);
  const file = Buffer.from(['iccid,k,opc,op,adm', ...rows, '123,zz,,,', ''].join('\n'));
  const imported = '/v1/sim/blank-cards/keys?profile=usim-key-file';
  expect(ok(await staff.upload(imported, file))).toEqual({
    taken: 0,
    known: 4,
    refused: 1,
    problems: [{ line: 6, code: 'InvalidIccid', field: 'iccid' }],
  });
  // Too late to say so: the cards have been reported.
  const late = await staff.get<Problem>(equipment.replace('usim-key-file', 'usim-sealed'));
  expect(late).toMatchObject({ status: 409, body: { code: 'PartReported' } });

  const ask = (request: string, more: object = {}) =>
    api.post<Written>('/v1/sim/card-writes', { request, reader: 'desk-1', product: journey.product, ...more });
  const ended = (request: string, status: string) =>
    eventually(
      `${request} is ${status}`,
      async () => ok(await api.get<Written>(`/v1/sim/card-writes/${request}`)),
      (seen) => seen.status === status,
    );
  expect(
    await api.post<Problem>('/v1/sim/card-writes', { request: 'C-0', reader: 'nowhere', product: 'P' }),
  ).toMatchObject({
    status: 404,
    body: { code: 'ReaderUnknown' },
  });

  crm.troubles.down = true;
  const [first, second, third, fourth] = cards.map(cardOf) as [
    SimulatedCard,
    SimulatedCard,
    SimulatedCard,
    SimulatedCard,
  ];
  let hangUp = dial(first);
  await attached(api);
  expect((await ask('C-1', { msisdn: '8613000000001' })).status).toBe(202);
  expect(await ended('C-1', 'confirmed')).toMatchObject({ iccid: cards[0]?.iccid, proved: true, code: null });
  expect(await ask('C-1', { msisdn: '8613000000001' })).toMatchObject({ status: 200, body: { status: 'confirmed' } });
  expect(await ask('C-1')).toMatchObject({ status: 409, body: { code: 'RequestDiffers' } });
  await hangUp();

  // Pulled out behind the IMSI: in doubt, until the card is back.
  hangUp = dial(second, { removed: { at: 30, when: 'after' } });
  await attached(api);
  await ask('C-2');
  expect(await ended('C-2', 'inDoubt')).toMatchObject({ iccid: cards[1]?.iccid });
  await eventually(
    'the list of IMSIs says so',
    () => setting.imsiStates(journey.product),
    (states) => states['confirmed'] === 1,
  );
  await hangUp();
  hangUp = dial(second);
  await attached(api);
  await ask('C-2');
  expect(await ended('C-2', 'confirmed')).toMatchObject({ proved: true });
  await hangUp();

  // A card that nobody will see again is settled by a person.
  hangUp = dial(third, { removed: { at: 30, when: 'after' } });
  await attached(api);
  await ask('C-3');
  await ended('C-3', 'inDoubt');
  await hangUp();
  const settled = await api.post<Written>('/v1/sim/card-writes/C-3/settle', { outcome: 'scrapped', reason: 'broken' });
  expect(settled).toMatchObject({ status: 200, body: { status: 'failed', code: 'Scrapped' } });

  // The wrong product is refused before anything is reserved.
  hangUp = dial(fourth);
  await attached(api);
  await ask('C-4', { product: 'OTHER' });
  expect(await ended('C-4', 'refused')).toMatchObject({ code: 'CardOfAnotherProduct', imsi: null });
  await hangUp();

  // The node dies while the CRM is down: what was to be told is told by the next one.
  expect(crm.results.size).toBe(0);
  await stopNode('SIGKILL');
  node = startNode();
  crm.troubles.loseAnswers = 2;
  crm.troubles.down = false;
  await eventually(
    'the CRM has heard of all',
    () => Promise.resolve([...crm.results.values()].map(({ request, status }) => `${request} ${status}`).sort()),
    (seen) => seen.join() === 'C-1 confirmed,C-2 confirmed,C-3 failed,C-4 refused',
    120_000,
  );
  expect(crm.results.get('C-1')).toMatchObject({
    iccid: cards[0]?.iccid,
    msisdn: '8613000000001',
    smsc: '8613010112500',
  });
  const { items } = ok(await api.get<{ items: readonly Written[] }>('/v1/sim/card-writes?status=confirmed'));
  expect(items).toHaveLength(2);

  const blankCard = `/v1/sim/blank-cards/${cards[0]?.iccid}`;
  const known = ok(await api.get<object>(blankCard));
  expect(known).toEqual({
    iccid: cards[0]?.iccid,
    profile: 'usim-key-file',
    status: 'written',
    adm: { _tag: 'Right' },
    channel: 'untried',
    request: 'C-1',
  });
  const allowing = { of: 'adm', reason: 'checked with the vendor' };
  expect((await api.post(`${blankCard}/allow-try`, allowing)).status).toBe(403);
  expect(await staff.post<Problem>(`${blankCard}/allow-try`, allowing)).toMatchObject({
    status: 409,
    body: { code: 'CardWritten' },
  });

  const connection = await mongoose
    .createConnection(serverAddress('MONGODB_URI'), { dbName: setting.env['HUFU_DATABASE'] ?? '' })
    .asPromise();
  const stored: string[] = [];
  for (const { collectionName } of (await connection.db?.collections()) ?? []) {
    for (const found of await connection.collection(collectionName).find().toArray()) {
      stored.push(Buffer.from(mongoose.mongo.BSON.serialize(found)).toString('latin1'));
    }
  }
  await connection.close();
  const printed = await readFile(join(directory, 'log'), 'utf8');
  const everything = [...stored, printed, JSON.stringify(items), JSON.stringify([...crm.results.values()])].join('\n');
  expect(everything).toContain('sim.cardWrite');
  expect(printed).toContain('cards may dial in');
  for (const { k, opc, adm } of cards) {
    for (const secret of [k, opc, adm, Buffer.from(adm).toString('hex'), Buffer.from(k, 'hex').toString('latin1')]) {
      expect(everything.includes(secret)).toBe(false);
    }
  }
});
