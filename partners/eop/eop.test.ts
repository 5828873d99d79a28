import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EopSettings } from './configuration.ts';
import { eopPortAt } from './https.ts';
import { type DataWanted, EopPort, type ResultTold } from './port.ts';
import { type RunningEop, startEop } from './simulator.ts';

let directory: string;
let eop: RunningEop;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-eop-'));
  eop = await startEop({ directory });
});
afterEach(async () => {
  await eop.close();
  await rm(directory, { recursive: true });
});

const WANTED: DataWanted = {
  request: 'demo:CRM-1',
  iccid: '8986112600000000001',
  product: '4G-STD',
  city: '110000',
  component: { name: 'counter', version: '2.1' },
};
const result = (word: ResultTold['word'], revision: number, more: Partial<ResultTold> = {}): ResultTold => {
  return { request: WANTED.request, revision, word, iccid: WANTED.iccid, imsi: null, code: null, ...more };
};

const asked = <A, E>(effect: Effect.Effect<A, E, EopPort>, settings: EopSettings = eop.settings, timeoutMs = 2_000) =>
  Effect.runPromise(effect.pipe(Effect.provide(eopPortAt(settings, timeoutMs))));
const fetchData = (more: Partial<DataWanted> = {}) =>
  Effect.flatMap(EopPort, (port) => port.fetchData({ ...WANTED, ...more }));
const tell = (told: ResultTold) => Effect.flatMap(EopPort, (port) => port.tellResult(told));
const codeOf = async (effect: Effect.Effect<unknown, { readonly _tag: string; readonly code: string }, EopPort>) => {
  const { _tag, code } = await asked(Effect.flip(effect));
  return `${_tag} ${code}`;
};
const imsis = () => eop.orders().map(({ imsi, result: end }) => `${imsi} ${end}`);

describe('write data of EOP', () => {
  it('are the same for the same request, also over a restart, and their keys are under the transport key', async () => {
    const first = await asked(fetchData());
    expect(first).toMatchObject({ order: 'EO-00000001', imsi: '460110000000001', smsc: '8613311000000' });
    expect([first.keys.k.length, first.keys.opc?.length]).toEqual([16, 16]);
    await eop.close();
    eop = await startEop({ directory });
    const again = await asked(fetchData());
    expect(again.imsi).toBe(first.imsi);
    expect(again.keys.k.equals(first.keys.k)).toBe(true);
    expect(await asked(fetchData({ request: 'demo:CRM-2' }))).toMatchObject({ imsi: '460110000000002' });
    const kept = await readFile(join(directory, 'orders.jsonl'), 'utf8');
    expect(kept).not.toContain(first.keys.k.reveal().toString('hex'));
    expect(JSON.stringify(first)).not.toContain(first.keys.k.reveal().toString('hex'));
  });

  it('are not opened under another transport key', async () => {
    const { server, transportKey } = eop.settings;
    const other = await startEop({ directory: join(directory, 'other') });
    const wrongKey = { server, transportKey: { ...transportKey, key: other.settings.transportKey.key } };
    expect(await asked(Effect.flip(fetchData()), wrongKey)).toMatchObject({ _tag: 'Fault', code: 'MalformedAnswer' });
    const unknown = { server, transportKey: { ...transportKey, id: 'eop-9' } };
    expect(await asked(Effect.flip(fetchData()), unknown)).toMatchObject({ code: 'EopTransportKeyUnknown' });
    await other.close();
  });

  it.each([
    ['EopRequestDiffers', { iccid: '8986112600000000002' }, {}],
    ['EopComponentRefused', { request: 'demo:CRM-2' }, { components: ['counter@3.0'] }],
    ['EopNoNumberLeft', { request: 'demo:CRM-2' }, { stock: 1 }],
    ['EopAreaClosed', {}, { refuseData: 'AreaClosed' }],
  ])('are refused with %s', async (code, more, behaviour) => {
    await asked(fetchData());
    await eop.control(behaviour);
    expect(await codeOf(fetchData(more))).toBe(`Refusal ${code}`);
  });
});

describe('results told to EOP', () => {
  it('end the order; what failed is given back and goes out again', async () => {
    await asked(fetchData());
    await asked(tell(result('inDoubt', 3)));
    expect(await asked(fetchData())).toMatchObject({ imsi: '460110000000001' });
    await asked(tell(result('failed', 5, { code: 'NotOnCard' })));
    expect(await codeOf(fetchData())).toBe('Refusal EopOrderEnded');
    expect(await asked(fetchData({ request: 'demo:CRM-2' }))).toMatchObject({ imsi: '460110000000001' });
    await asked(tell(result('confirmed', 4, { request: 'demo:CRM-2', imsi: '460110000000001' })));
    expect(imsis()).toEqual(['460110000000001 failed', '460110000000001 confirmed']);
  });

  it('count by their revision: one that comes late or again changes nothing', async () => {
    await asked(fetchData());
    await asked(tell(result('confirmed', 5)));
    await asked(tell(result('inDoubt', 3)));
    await asked(tell(result('confirmed', 5)));
    expect(imsis()).toEqual(['460110000000001 confirmed']);
    expect(await codeOf(tell(result('failed', 7)))).toBe('Refusal EopResultDiffers');
    expect(await codeOf(tell(result('confirmed', 8, { iccid: '8986112600000000002' })))).toBe('Refusal EopDataDiffers');
  });

  it('of a request that EOP never got: failed is taken, and the request comes too late', async () => {
    expect(await codeOf(tell(result('confirmed', 4)))).toBe('Refusal EopRequestUnknown');
    await asked(tell(result('failed', 4)));
    expect(await codeOf(fetchData())).toBe('Refusal EopOrderEnded');
    expect(imsis()).toEqual(['null failed']);
  });
});

describe('EOP in trouble', () => {
  it.each([
    ['Unavailable', { down: true }],
    ['Unavailable', { busy: 1 }],
    ['Unavailable', { loseAnswers: 1 }],
    ['Timeout', { latencyMs: 2_500 }],
  ])('is a fault %s, and the same request gets its data afterwards', async (code, behaviour) => {
    await eop.control(behaviour);
    expect(await codeOf(fetchData())).toBe(`Fault ${code}`);
    await eop.control({ down: false, latencyMs: 0 });
    expect(await asked(fetchData())).toMatchObject({ imsi: '460110000000001' });
    expect(eop.orders()).toHaveLength(1);
  });

  it('answers twice, and both calls get their own answer', async () => {
    await eop.control({ answerTwice: 1 });
    const two = Effect.all([fetchData(), fetchData({ request: 'demo:CRM-2' })]);
    expect((await asked(two)).map(({ imsi }) => imsi)).toEqual(['460110000000001', '460110000000002']);
  });

  it('hands out other data for the same request, and both are seen', async () => {
    await asked(fetchData());
    await eop.control({ differ: 1 });
    expect(await asked(fetchData())).toMatchObject({ order: 'EO-00000002', imsi: '460110000000002' });
    // What it handed out first may be on a card: nobody else gets it.
    expect(await asked(fetchData({ request: 'demo:CRM-2' }))).toMatchObject({ imsi: '460110000000003' });
  });
});

describe('certificates', () => {
  it('of another authority are believed on neither side', async () => {
    const other = await startEop({ directory: join(directory, 'other') });
    const { server, transportKey } = eop.settings;
    const stranger = {
      ...server,
      certificate: other.settings.server.certificate,
      privateKey: other.settings.server.privateKey,
    };
    expect(await asked(Effect.flip(fetchData()), { server: stranger, transportKey })).toMatchObject({ _tag: 'Fault' });
    const believing = { ...server, ca: other.settings.server.ca };
    expect(await asked(Effect.flip(fetchData()), { server: believing, transportKey })).toMatchObject({
      code: 'TlsFailed',
    });
    expect(eop.calls()).toBe(0);
    await other.close();
  });
});
