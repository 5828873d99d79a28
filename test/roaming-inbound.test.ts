import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { subscribersOf } from '../store/roaming/identities.ts';
import { usageOf } from '../store/roaming/usage.ts';
import { ciberBatch } from './support/ciber-batch.ts';
import { CIBER_PARTNER, type Inbound, inboundOf, PATIENT, startInbound } from './support/inbound.ts';
import { PARTNER, type RoamingHouse, tenant } from './support/roaming-house.ts';
import { correctedVisitorsAgreement } from './support/roaming-import.ts';

/** What visitors used in our network, from its elements to the files of their home operators (seed 002 §3.2.1). */

let house: RoamingHouse;
let inbound: Inbound;
beforeAll(async () => {
  house = await startInbound('roaming_inbound');
  inbound = inboundOf(house);
}, 120_000);
afterAll(() => house.stop());

describe('a file of a network element', () => {
  it.each(['MSC01', 'MSC02'])(
    '%s is fetched, priced by the home operator’s agreement, booked and kept',
    async (code) => {
      const before = { ...(await inbound.booked(PARTNER)), ...(await inbound.outgoing()) };
      await inbound.write(code, { sequence: 10, records: 12, day: code === 'MSC01' ? '20261102' : '20261103' });
      await inbound.look(code);
      const audit = { in: 12, rated: 12, rejected: 0, duplicate: 0, quarantined: 0 };
      const { path } = await inbound.newest(code, { status: 'done', source: 'poll', sequence: 10, audit });
      expect((await house.ask('GET', path)).json).toMatchObject({
        receivedAtMs: expect.any(Number),
        endedAtMs: expect.any(Number),
      });
      const after = await inbound.booked(PARTNER);
      expect(after.events).toBe(before.events + 12);
      expect(after.amountMinor).toBeGreaterThan(before.amountMinor);
      expect(after.networks).toEqual(['CHNCM']);
      expect((await inbound.outgoing()).waiting).toBe(before.waiting + 12);
      expect(await readdir(join(house.element(code).files, 'archive'))).toHaveLength(1);
      // Each can be asked for by the visitor's card.
      const owner = { visitorOf: PARTNER, imsi: '454120000000000' };
      const found = await house.run(usageOf({ tenant, owner, month: '2026-11', limit: 10 }));
      expect(found[0]).toMatchObject({ number: '85290000000', service: 'voice', terms: { roaming: 'inbound' } });
    },
  );

  it('that was handed in by a person is the same file', async () => {
    const name = 'MSC01-00010.csv';
    const bytes = await readFile(join(house.element('MSC01').files, 'log', name));
    const answer = await house.ask('POST', `/import-files?partner=MSC01&name=${name}`, { bytes });
    expect(answer).toMatchObject({ status: 202, json: { status: 'done', deliveries: 2 } });
  });

  it('goes to the home operators by IMSI', async () => {
    const sequence = await inbound.write('MSC01', { records: 12, prefixes: ['45412', '44010'] });
    await inbound.look('MSC01');
    await inbound.newest('MSC01', { sequence, status: 'done', audit: { in: 12, rated: 12 } });
    expect((await inbound.outgoing('JPNDO')).waiting).toBe(6);
  });

  it('that brings what has come before adds nothing, and the cause is told', async () => {
    const before = await inbound.booked(PARTNER);
    const sequence = await inbound.write('MSC01', { prefixes: ['45412'], records: 12 });
    await inbound.look('MSC01');
    await inbound.newest('MSC01', { sequence, status: 'done', audit: { rated: 12 } });
    await inbound.write('MSC01', { spoil: 'transferredAgain' });
    await inbound.look('MSC01');
    const again = await inbound.newest('MSC01', { status: 'done', audit: { in: 12, rated: 0, duplicate: 12 } });
    expect((await house.ask('GET', `${again.path}/report`)).bytes.toString()).toContain(',duplicate,TransferError,');
    await inbound.write('MSC01', { spoil: 'collectedAgain' });
    await inbound.look('MSC01');
    const mixed = await inbound.newest('MSC01', { status: 'done', audit: { in: 12, rated: 6, duplicate: 6 } });
    expect((await house.ask('GET', `${mixed.path}/report`)).bytes.toString()).toContain(
      ',duplicate,RepeatedCollection,',
    );
    expect((await inbound.booked(PARTNER)).events).toBe(before.events + 18);
    expect(await inbound.alerts('MSC01')).toEqual(
      expect.arrayContaining(['RecordsTwice TransferError', 'RecordsTwice RepeatedCollection']),
    );
  });

  it('that is lost or cut short is missed, told, and fetched again from the element’s log', async () => {
    const first = house.element('MSC01').settings().sequence;
    await inbound.write('MSC01', { spoil: 'lost' });
    await inbound.write('MSC01', { spoil: 'truncated' });
    await inbound.look('MSC01');
    await inbound.newest('MSC01', { status: 'quarantined' });
    await inbound.write('MSC01', {});
    await inbound.look('MSC01');
    await inbound.newest('MSC01', { status: 'done', sequence: first + 2 });
    expect(await inbound.alerts('MSC01')).toContain('SequenceGap missing');
    // The next look finds both in the log.
    await inbound.look('MSC01');
    await house.waitFor('/import-files?partner=MSC01&status=done&limit=2', {
      items: expect.arrayContaining([
        expect.objectContaining({ sequence: first }),
        expect.objectContaining({ sequence: first + 1 }),
      ]),
    });
  });

  it('whose records are passed over is told', async () => {
    const sequence = await inbound.write('MSC01', { spoil: 'passedOver' });
    await inbound.look('MSC01');
    await inbound.newest('MSC01', { sequence, status: 'done', warningCount: 1 });
    expect(await inbound.alerts('MSC01')).toContain('RecordsMissing missing');
  });

  it('keeps what is not in order for a person, who corrects or rejects it', async () => {
    await inbound.write('MSC01', { spoil: 'malformed' });
    await inbound.look('MSC01');
    const { path, sm3 } = await inbound.newest('MSC01', {
      status: 'done',
      audit: { in: 12, rated: 7, quarantined: 5 },
    });
    const list = `/quarantined-records?file=${sm3}&status=open`;
    const { items } = (await house.ask('GET', list)).json as { items: ReadonlyArray<{ code: string; atMs: number }> };
    expect(items.map(({ code }) => code)).toEqual([
      'TimestampInvalid',
      'NumberInvalid',
      'DurationInvalid',
      'RecordMalformed',
      'HomeUnknown',
    ]);
    const settle = (record: number, body: object) => house.ask('POST', `${path}/records/${record}/settle`, { body });
    const before = { ...(await inbound.booked(PARTNER)), ...(await inbound.outgoing()) };
    expect(await settle(1, { subscriber: null, correction: { startedAt: '2026-11-02 23:50:00' } })).toMatchObject({
      status: 202,
    });
    await house.waitFor(path, { audit: { in: 12, rated: 8, quarantined: 4 } });
    expect((await inbound.booked(PARTNER)).events).toBe(before.events + 1);
    expect((await inbound.outgoing()).waiting).toBe(before.waiting + 1);
    await settle(5, { subscriber: null });
    await house.waitFor(path, { audit: { in: 12, rated: 8, rejected: 1, quarantined: 3 } });
    // Still nobody's: it stays.
    await settle(2, { subscriber: null, correction: { imsi: '999990000000001' } });
    await settle(3, { subscriber: null, correction: { duration: '60' } });
    await house.waitFor(path, { audit: { in: 12, rated: 9, rejected: 1, quarantined: 2 } });
    expect((await house.ask('GET', list)).json).toMatchObject({ items: { length: 2 } });
  });
});

describe('statistics of visitors', () => {
  interface Found {
    readonly voice: { readonly networks: { readonly points: ReadonlyArray<{ label: string; count: number }> } };
    readonly destinations: { readonly points: ReadonlyArray<object> };
  }
  const ask = async (query: string): Promise<Found> => {
    const { status, json } = await house.ask('GET', `/statistics?from=2026-11-01&to=2026-11-10${query}`);
    expect(status).toBe(200);
    return json as Found;
  };
  const calls = ({ voice }: Found): number => voice.networks.points.reduce((sum, { count }) => sum + count, 0);

  it('say where they came from and what they used, once however often a file comes, apart from our own abroad', async () => {
    const before = await ask('&direction=inbound');
    expect(before.voice.networks.points.map(({ label }) => label)).toEqual(['HKGPP', 'JPNDO']);
    const sequence = await inbound.write('MSC02', { records: 5, day: '20261105', prefixes: ['45412'] });
    await inbound.look('MSC02');
    await inbound.newest('MSC02', { sequence, status: 'done', audit: { rated: 5 } });
    const after = await ask('&direction=inbound');
    // Of five records two are calls, and two data.
    expect(calls(after)).toBe(calls(before) + 2);
    expect(calls(await ask(`&direction=inbound&partner=${PARTNER}`))).toBeLessThan(calls(after));
    const ofDay = await house.ask('GET', '/statistics?from=2026-11-05&to=2026-11-05&direction=inbound');
    expect(ofDay.json).toMatchObject({
      destinations: { points: [{ label: 'HKG', count: 5, usage: '5' }] },
      switching: { hours: [], changes: [] },
    });
    expect(calls(await ask(''))).toBe(0);
    expect(JSON.stringify(after)).not.toContain('45412');
  });
});

describe('the file of a day for a home operator', () => {
  it('holds all that waits, passes the partner’s check, and is what the books have', async () => {
    const { waiting } = await inbound.outgoing();
    const { amountMinor } = await inbound.booked(PARTNER);
    expect(await inbound.send('2026-11-03')).toMatchObject({ status: 202 });
    await expect.poll(inbound.inbox, PATIENT).toEqual([`CDCHNCM${PARTNER}00001`]);
    await house.waitFor(`/outgoing-files/${PARTNER}`, {
      waiting: 0,
      files: [{ sequence: 1, status: 'sent', records: waiting, chargeMinor: String(amountMinor) }],
    });
    const { findings, report, pieces } = await inbound.judged(`CDCHNCM${PARTNER}00001`);
    expect(findings).toEqual([]);
    expect(report).toMatchObject({ verdict: 'accepted', header: { sender: 'CHNCM', recipient: PARTNER } });
    expect(pieces.filter(({ kind }) => kind === 'record')).toHaveLength(waiting);
    const path = `/outgoing-files/${PARTNER}/billing/1/content`;
    const sent = await readFile(join(house.partner.files, 'inbox', `CDCHNCM${PARTNER}00001`));
    expect((await house.ask('GET', path)).bytes.equals(sent)).toBe(true);
    expect(await house.ask('GET', path, { as: 'demo-auditor' })).toMatchObject({ status: 403 });
  });

  it('is one however often it is asked for; what is late goes with the next', async () => {
    const sequence = await inbound.write('MSC02', { records: 5, day: '20261103' });
    await inbound.look('MSC02');
    await inbound.newest('MSC02', { sequence, status: 'done', audit: { rated: 5 } });
    await inbound.send('2026-11-03');
    await inbound.send('2026-11-04');
    await house.waitFor(`/outgoing-files/${PARTNER}`, {
      files: [{ sequence: 1 }, { sequence: 2, records: 5, status: 'sent' }],
    });
    expect((await inbound.judged(`CDCHNCM${PARTNER}00002`)).findings).toEqual([]);
  });

  it('is a notification when nothing was used', async () => {
    await inbound.send('2026-11-05');
    const files = [{}, {}, { sequence: 3, kind: 'notification', records: 0, status: 'sent' }];
    await house.waitFor(`/outgoing-files/${PARTNER}`, { files });
    const { findings, pieces } = await inbound.judged(`CDCHNCM${PARTNER}00003`);
    expect(findings).toEqual([]);
    expect(pieces.map(({ kind }) => kind)).toEqual(['file']);
  });
});

describe('the agreement about visitors', () => {
  const NAME = `${PARTNER}-CHNCM`;
  const [FINANCE, ADMINISTRATOR] = ['demo-finance', 'demo-unit-administrator'];
  /** Of a visitor who receives calls. */
  const usage = async () => {
    const owner = { visitorOf: PARTNER, imsi: '454120000000002' };
    return house.run(usageOf({ tenant, owner, month: '2026-11', limit: 200 }));
  };

  it('is a document of terms: proposed by one person and approved by another, it prices what comes then', async () => {
    await house.waitFor('/agreements', {
      items: expect.arrayContaining([expect.objectContaining({ name: NAME, inForce: 1, revisions: 1 })]),
    });
    const body = { document: correctedVisitorsAgreement(PARTNER), note: 'amendment 3' };
    const path = `/agreements/${NAME}/revisions`;
    expect(await house.ask('POST', path, { body, as: FINANCE })).toMatchObject({ status: 201, json: { revision: 2 } });
    expect(await house.ask('POST', `${path}/2/approve`, { as: FINANCE })).toMatchObject({
      json: { code: 'SecondPersonNeeded' },
    });
    const before = await house.ask('GET', '/import-files?partner=MSC02&status=done&limit=1');
    const { items } = before.json as { items: ReadonlyArray<{ sm3: string }> };
    expect(await house.ask('GET', `/import-files/MSC02/${items[0]?.sm3}`)).toMatchObject({
      json: { terms: { visitors: { [PARTNER]: 1 } } },
    });
    expect(await house.ask('POST', `${path}/2/approve`, { as: ADMINISTRATOR })).toMatchObject({ status: 200 });
    const sequence = await inbound.write('MSC02', { records: 8, day: '20261103', prefixes: ['45412'] });
    await inbound.look('MSC02');
    const file = await inbound.newest('MSC02', { sequence, status: 'done', audit: { rated: 8 } });
    expect(await house.ask('GET', file.path)).toMatchObject({ json: { terms: { visitors: { [PARTNER]: 2 } } } });
    const query = { home: PARTNER, visited: 'CHNCM', service: 'sms', direction: 'originating', destination: '852' };
    const event = { ...query, at: '2026-11-26T09:30:00+08:00', quantity: '1' };
    const priced = (revision: string) =>
      house.ask('GET', `/rating?${new URLSearchParams({ ...event, agreementRevision: revision })}`);
    expect((await priced('2')).json).toMatchObject({ agreement: { price: { charge: '0.080' } } });
  });

  it('prices earlier usage anew: differences go to the books, and files that were sent stay as they are', async () => {
    const name = `CDCHNCM${PARTNER}00001`;
    const sent = () => readFile(join(house.partner.files, 'inbox', name));
    const [bytes, booked, kept] = [await sent(), await inbound.booked(PARTNER), await usage()];
    const wanted = { roaming: 'inbound', from: '2026-11-01', to: '2026-11-30', agreement: 2, plan: null };
    const at = `/partners/${PARTNER}/reratings`;
    const body = { ...wanted, reason: 'amendment 3 holds from November on' };
    const start = await house.ask('POST', at, { body, as: FINANCE });
    expect(start).toMatchObject({ status: 202 });
    const path = (start.headers.get('location') ?? '').replace('/v1/roaming', '');
    await house.waitFor(path, { status: 'previewed' });
    const { preview } = (await house.ask('GET', path)).json as {
      preview: { lines: ReadonlyArray<{ side: string; beforeMinor: string; afterMinor: string; changed: number }> };
    };
    expect(preview.lines.every(({ side }) => side === 'wholesale')).toBe(true);
    const moved = preview.lines.reduce((sum, one) => sum + BigInt(one.afterMinor) - BigInt(one.beforeMinor), 0n);
    expect(moved).not.toBe(0n);
    expect((await inbound.booked(PARTNER)).amountMinor).toBe(booked.amountMinor);
    expect(await house.ask('POST', `${path}/approve`, { as: ADMINISTRATOR })).toMatchObject({ status: 202 });
    await house.waitFor(path, { status: 'done', posted: preview, refusedCount: 0 });
    const after = await inbound.booked(PARTNER);
    expect([after.amountMinor, after.events]).toEqual([booked.amountMinor + moved, booked.events]);
    expect((await sent()).equals(bytes)).toBe(true);
    const differences = (await usage()).filter(({ id }) => /\.v[0-9a-f]{16}$/.test(id));
    expect(differences.length).toBeGreaterThan(0);
    expect(await usage()).toHaveLength(kept.length + differences.length);
  });
});

describe('a partner with CIBER', () => {
  const handIn = (name: string, bytes: Buffer) =>
    house.ask('POST', `/import-files?partner=${CIBER_PARTNER}&name=${name}`, { bytes });

  it('is imported to the same usage, the same subscribers and books as TAP', async () => {
    await house.openSubscribers(3);
    const numbers = [0, 1, 2].map((at) => simulatedSubscriber(at).msisdn);
    await expect.poll(() => house.run(subscribersOf(tenant, 'msisdn', numbers)), PATIENT).toEqual(['S0', 'S1', 'S2']);
    expect(await handIn('batch-998', ciberBatch(998))).toMatchObject({ status: 202 });
    const audit = { in: 6, rated: 6, rejected: 0, duplicate: 0, quarantined: 0 };
    await inbound.newest(CIBER_PARTNER, { status: 'done', format: 'CIBER', sequence: 998, audit });
    // 999 is followed by 1.
    await handIn('batch-1', ciberBatch(1));
    await inbound.newest(CIBER_PARTNER, { status: 'done', sequence: 1, warningCount: 1, audit });
    await handIn('cut', ciberBatch(2).subarray(0, 500));
    await inbound.newest(CIBER_PARTNER, { status: 'quarantined' });
  });

  it('gets no batch that does not fit its edition: it is held for a person', async () => {
    const sequence = await inbound.write('MSC02', { records: 6, prefixes: ['31012'], day: '20261103' });
    await inbound.look('MSC02');
    await inbound.newest('MSC02', { sequence, status: 'done', audit: { in: 6 } });
    await house.ask('POST', `/outgoing-files/${CIBER_PARTNER}/send`, { body: { day: '2026-11-10' } });
    await house.waitFor(`/outgoing-files/${CIBER_PARTNER}`, {
      files: [{ sequence: 1, format: 'ciber', status: 'held', reason: expect.stringContaining('totalCharge') }],
    });
  });
});
