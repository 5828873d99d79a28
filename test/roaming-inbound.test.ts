import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksActor } from '../actors/roaming/books.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { decodeEdition } from '../domain/roaming/ciber/schema.ts';
import { FileReader } from '../domain/roaming/codec/file-reader.ts';
import { CiberFile } from '../domain/roaming/outgoing/ciber-file.ts';
import { FileValidator } from '../domain/roaming/validation/validator.ts';
import type { ElementSettings } from '../partners/roaming/simulator-element.ts';
import { simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { subscribersOf } from '../store/roaming/identities.ts';
import { usageOf } from '../store/roaming/usage.ts';
import { NETWORK_ELEMENTS } from './support/network-elements.ts';
import { example, right } from './support/rating.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';

/** What visitors used in our network, from its elements to the files of their home operators (seed 002 §3.2.1). */

/** Whose files are CIBER batches. */
const CIBER_PARTNER = 'USAVZ';

let house: RoamingHouse;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_inbound', { elements: NETWORK_ELEMENTS, more: [CIBER_PARTNER] });
  await house.partner.control({ judges: true });
}, 120_000);
afterAll(() => house.stop());

const PATIENT = { timeout: 60_000, interval: 100 };

/** Gives the file's number. */
const write = async (code: string, settings: Partial<ElementSettings>): Promise<number> => {
  const element = house.element(code);
  const { sequence } = { ...element.settings(), ...settings };
  await element.control({ send: 1, ...settings });
  await expect.poll(() => element.settings(), PATIENT).toMatchObject({ send: 0, sequence: sequence + 1 });
  return sequence;
};
const look = async (code: string): Promise<void> => {
  expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
  await expect.poll(() => readdir(join(house.element(code).files, 'outbox')), PATIENT).toEqual([]);
};
const newest = async (code: string, found: object): Promise<{ readonly path: string; readonly sm3: string }> => {
  const path = `/import-files?partner=${code}&limit=1`;
  await house.waitFor(path, { items: [found] });
  const { items } = (await house.ask('GET', path)).json as { items: ReadonlyArray<{ sm3: string }> };
  const sm3 = items[0]?.sm3 ?? '';
  return { path: `/import-files/${code}/${sm3}`, sm3 };
};
const booked = async (partner: string) => {
  const lines = [];
  for (let digit = 0; digit < 10; digit += 1) {
    const id = { tenant, key: `${partner}:${digit}` };
    const { state } = await house.run(
      Effect.flatMap(Actors, (actors) => actors.read(booksActor, id)).pipe(
        Effect.catchAll(() => Effect.succeed({ state: null })),
      ),
    );
    lines.push(...(state?.open.flatMap((day) => day.lines) ?? []));
  }
  const ours = lines.filter(({ direction }) => direction === 'inbound');
  return {
    events: ours.reduce((sum, { events }) => sum + events, 0),
    amountMinor: ours.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    networks: [...new Set(ours.map(({ network }) => network))],
  };
};
interface Outgoing {
  readonly waiting: number;
  readonly last: { readonly billing: number };
  readonly files: ReadonlyArray<{
    readonly sequence: number;
    readonly occasion: string;
    readonly status: string;
    readonly records: number;
    readonly chargeMinor: string;
    readonly kind: string;
    readonly file: { readonly name: string } | null;
  }>;
}
const outgoing = async (partner = PARTNER): Promise<Outgoing> => {
  const { status, json } = await house.ask('GET', `/outgoing-files/${partner}`);
  return status === 404 ? { waiting: 0, last: { billing: 0 }, files: [] } : (json as Outgoing);
};
const inbox = () => readdir(join(house.partner.files, 'inbox'));
const alerts = async (subject: string) =>
  (await house.run(listAlerts({ tenant, filters: { source: 'roaming-import' } }))).items
    .filter((alert) => alert.subject === subject)
    .map(({ code, stage }) => `${code} ${stage}`);

/** As the partner reads it. */
const judged = async (name: string) => {
  const bytes = await readFile(join(house.partner.files, 'inbox', name));
  const reader = new FileReader();
  const validator = new FileValidator({ fileName: name, receivedAtMs: Date.now() });
  const pieces = [...reader.feed(bytes), ...reader.end()];
  const found = pieces.flatMap((piece) => validator.take(piece));
  const { findings, report } = validator.end({ refused: reader.refused });
  return { findings: [...found, ...findings], report, pieces };
};

describe('a file of a network element', () => {
  it.each(['MSC01', 'MSC02'])(
    '%s is fetched, priced by the home operator’s agreement, booked and kept',
    async (code) => {
      const before = { ...(await booked(PARTNER)), ...(await outgoing()) };
      await write(code, { sequence: 10, records: 12, day: code === 'MSC01' ? '20261102' : '20261103' });
      await look(code);
      const audit = { in: 12, rated: 12, rejected: 0, duplicate: 0, quarantined: 0 };
      const { path } = await newest(code, { status: 'done', source: 'poll', sequence: 10, audit });
      expect((await house.ask('GET', path)).json).toMatchObject({
        receivedAtMs: expect.any(Number),
        endedAtMs: expect.any(Number),
      });
      const after = await booked(PARTNER);
      expect(after.events).toBe(before.events + 12);
      expect(after.amountMinor).toBeGreaterThan(before.amountMinor);
      expect(after.networks).toEqual(['CHNCM']);
      expect((await outgoing()).waiting).toBe(before.waiting + 12);
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
    const sequence = await write('MSC01', { records: 12, prefixes: ['45412', '44010'] });
    await look('MSC01');
    await newest('MSC01', { sequence, status: 'done', audit: { in: 12, rated: 12 } });
    expect((await outgoing('JPNDO')).waiting).toBe(6);
  });

  it('that brings what has come before adds nothing, and the cause is told', async () => {
    const before = await booked(PARTNER);
    const sequence = await write('MSC01', { prefixes: ['45412'], records: 12 });
    await look('MSC01');
    await newest('MSC01', { sequence, status: 'done', audit: { rated: 12 } });
    await write('MSC01', { spoil: 'transferredAgain' });
    await look('MSC01');
    const again = await newest('MSC01', { status: 'done', audit: { in: 12, rated: 0, duplicate: 12 } });
    expect((await house.ask('GET', `${again.path}/report`)).bytes.toString()).toContain(',duplicate,TransferError,');
    await write('MSC01', { spoil: 'collectedAgain' });
    await look('MSC01');
    const mixed = await newest('MSC01', { status: 'done', audit: { in: 12, rated: 6, duplicate: 6 } });
    expect((await house.ask('GET', `${mixed.path}/report`)).bytes.toString()).toContain(
      ',duplicate,RepeatedCollection,',
    );
    expect((await booked(PARTNER)).events).toBe(before.events + 18);
    expect(await alerts('MSC01')).toEqual(
      expect.arrayContaining(['RecordsTwice TransferError', 'RecordsTwice RepeatedCollection']),
    );
  });

  it('that is lost or cut short is missed, told, and fetched again from the element’s log', async () => {
    const first = house.element('MSC01').settings().sequence;
    await write('MSC01', { spoil: 'lost' });
    await write('MSC01', { spoil: 'truncated' });
    await look('MSC01');
    await newest('MSC01', { status: 'quarantined' });
    await write('MSC01', {});
    await look('MSC01');
    await newest('MSC01', { status: 'done', sequence: first + 2 });
    expect(await alerts('MSC01')).toContain('SequenceGap missing');
    // The next look finds both in the log.
    await look('MSC01');
    await house.waitFor('/import-files?partner=MSC01&status=done&limit=2', {
      items: expect.arrayContaining([
        expect.objectContaining({ sequence: first }),
        expect.objectContaining({ sequence: first + 1 }),
      ]),
    });
  });

  it('whose records are passed over is told', async () => {
    const sequence = await write('MSC01', { spoil: 'passedOver' });
    await look('MSC01');
    await newest('MSC01', { sequence, status: 'done', warningCount: 1 });
    expect(await alerts('MSC01')).toContain('RecordsMissing missing');
  });

  it('keeps what is not in order for a person, who corrects or rejects it', async () => {
    await write('MSC01', { spoil: 'malformed' });
    await look('MSC01');
    const { path, sm3 } = await newest('MSC01', { status: 'done', audit: { in: 12, rated: 7, quarantined: 5 } });
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
    const before = { ...(await booked(PARTNER)), ...(await outgoing()) };
    expect(await settle(1, { subscriber: null, correction: { startedAt: '2026-11-02 23:50:00' } })).toMatchObject({
      status: 202,
    });
    await house.waitFor(path, { audit: { in: 12, rated: 8, quarantined: 4 } });
    expect((await booked(PARTNER)).events).toBe(before.events + 1);
    expect((await outgoing()).waiting).toBe(before.waiting + 1);
    await settle(5, { subscriber: null });
    await house.waitFor(path, { audit: { in: 12, rated: 8, rejected: 1, quarantined: 3 } });
    // Still nobody's: it stays.
    await settle(2, { subscriber: null, correction: { imsi: '999990000000001' } });
    await settle(3, { subscriber: null, correction: { duration: '60' } });
    await house.waitFor(path, { audit: { in: 12, rated: 9, rejected: 1, quarantined: 2 } });
    expect((await house.ask('GET', list)).json).toMatchObject({ items: { length: 2 } });
  });
});

describe('the file of a day for a home operator', () => {
  const send = (day: string) => house.ask('POST', `/outgoing-files/${PARTNER}/send`, { body: { day } });

  it('holds all that waits, passes the partner’s check, and is what the books have', async () => {
    const { waiting } = await outgoing();
    const { amountMinor } = await booked(PARTNER);
    expect(await send('2026-11-03')).toMatchObject({ status: 202 });
    await expect.poll(inbox, PATIENT).toEqual([`CDCHNCM${PARTNER}00001`]);
    await house.waitFor(`/outgoing-files/${PARTNER}`, {
      waiting: 0,
      files: [{ sequence: 1, status: 'sent', records: waiting, chargeMinor: String(amountMinor) }],
    });
    const { findings, report, pieces } = await judged(`CDCHNCM${PARTNER}00001`);
    expect(findings).toEqual([]);
    expect(report).toMatchObject({ verdict: 'accepted', header: { sender: 'CHNCM', recipient: PARTNER } });
    expect(pieces.filter(({ kind }) => kind === 'record')).toHaveLength(waiting);
    const path = `/outgoing-files/${PARTNER}/billing/1/content`;
    const sent = await readFile(join(house.partner.files, 'inbox', `CDCHNCM${PARTNER}00001`));
    expect((await house.ask('GET', path)).bytes.equals(sent)).toBe(true);
    expect(await house.ask('GET', path, { as: 'demo-auditor' })).toMatchObject({ status: 403 });
  });

  it('is one however often it is asked for; what is late goes with the next', async () => {
    const sequence = await write('MSC02', { records: 5, day: '20261103' });
    await look('MSC02');
    await newest('MSC02', { sequence, status: 'done', audit: { rated: 5 } });
    await send('2026-11-03');
    await send('2026-11-04');
    await house.waitFor(`/outgoing-files/${PARTNER}`, {
      files: [{ sequence: 1 }, { sequence: 2, records: 5, status: 'sent' }],
    });
    expect((await judged(`CDCHNCM${PARTNER}00002`)).findings).toEqual([]);
  });

  it('is a notification when nothing was used', async () => {
    await send('2026-11-05');
    const files = [{}, {}, { sequence: 3, kind: 'notification', records: 0, status: 'sent' }];
    await house.waitFor(`/outgoing-files/${PARTNER}`, { files });
    const { findings, pieces } = await judged(`CDCHNCM${PARTNER}00003`);
    expect(findings).toEqual([]);
    expect(pieces.map(({ kind }) => kind)).toEqual(['file']);
  });
});

describe('what a partner returns', () => {
  const send = (day: string) => house.ask('POST', `/outgoing-files/${PARTNER}/send`, { body: { day } });
  const lookAtPartner = async (): Promise<void> => {
    const outbox = () => readdir(join(house.partner.files, 'outbox'));
    await expect.poll(outbox, PATIENT).toHaveLength(1);
    await house.ask('POST', '/import-files/look');
    await expect.poll(outbox, PATIENT).toEqual([]);
  };
  interface Item {
    readonly file: string;
    readonly place: number;
    readonly chargeMinor: number;
  }
  const returned = async (status: string): Promise<ReadonlyArray<Item>> =>
    ((await house.ask('GET', `/returned-records?partner=${PARTNER}&status=${status}`)).json as { items: Item[] }).items;
  const settle = ({ file, place }: Item, body: object) =>
    house.ask('POST', `/returned-records/${PARTNER}/${file}/${place}/settle`, { body });
  /** Ten records, of visitors 0 to 9 by their IMSIs. */
  const use = async (): Promise<void> => {
    const sequence = await write('MSC02', { records: 10, prefixes: ['45412'] });
    await look('MSC02');
    await newest('MSC02', { sequence, status: 'done', audit: { rated: 10 } });
  };

  it('is shown with what is wrong; corrected records go again under the RAP file’s number, and the books follow', async () => {
    const start = await booked(PARTNER);
    await use();
    const before = await booked(PARTNER);
    // It takes none of these visitors for its own.
    await house.partner.control({ imsiPrefixes: ['99999'] });
    await send('2026-11-06');
    await lookAtPartner();
    await house.waitFor('/import-files?partner=HKGPP&limit=1', {
      items: [{ status: 'done', format: 'RAP-0105', sequence: 1, audit: { in: 10, rated: 10 } }],
    });
    const open = await returned('open');
    expect(open).toHaveLength(10);
    expect(open[0]).toMatchObject({
      rap: 1,
      sequence: 4,
      record: 1,
      findings: [{ item: 'imsi', code: 200, explanation: expect.stringContaining('recipient') }],
    });
    expect((await booked(PARTNER)).amountMinor).toBe(start.amountMinor);
    await expect.poll(inbox, PATIENT).toContain(`ACCHNCM${PARTNER}00001`);
    const [first, second, third] = open;
    if (first === undefined || second === undefined || third === undefined) throw new Error('no returns');
    expect(await settle(first, { correction: null, note: 'not ours to ask for' })).toMatchObject({ status: 202 });
    expect(await settle(second, { correction: { msisdn: '' }, note: 'the number was another’s' })).toMatchObject({
      status: 202,
    });
    await house.waitFor(`/returned-records?partner=${PARTNER}&status=open`, { items: { length: 8 } });
    expect(await returned('lost')).toMatchObject([{ note: 'not ours to ask for' }]);
    expect(await settle(first, { correction: {}, note: 'again' })).toMatchObject({ status: 409 });
    expect((await booked(PARTNER)).amountMinor).toBe(start.amountMinor + BigInt(second.chargeMinor));
    expect((await booked(PARTNER)).events).toBe(before.events);
    await house.partner.control({ imsiPrefixes: [] });
    await send('2026-11-07');
    await expect.poll(inbox, PATIENT).toContain(`CDCHNCM${PARTNER}00005`);
    const { findings, pieces } = await judged(`CDCHNCM${PARTNER}00005`);
    expect(findings).toEqual([]);
    const records = pieces.flatMap((piece) => (piece.kind === 'record' ? [piece.plain()] : []));
    const text = JSON.stringify(records, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(records).toHaveLength(1);
    expect(text).toContain('"rapFileSequenceNumber":"00001"');
    expect(text).not.toContain('"msisdn"');
  });

  it('as a whole is made anew and sent again under its own number', async () => {
    await use();
    await house.partner.control({ live: false });
    await send('2026-11-08');
    await lookAtPartner();
    await house.waitFor('/import-files?partner=HKGPP&limit=1', {
      items: [{ status: 'done', sequence: 2, audit: { in: 1, rated: 1 } }],
    });
    await house.partner.control({ live: true });
    const whole = (await returned('open')).find((one) => (one as unknown as { record: number }).record === 0);
    if (whole === undefined) throw new Error('no file came back');
    expect(whole).toMatchObject({ sequence: 6, findings: [{ item: 'batchControlInfo', code: 39 }] });
    // What it has looked at, a partner takes away.
    await rm(join(house.partner.files, 'inbox', `CDCHNCM${PARTNER}00006`));
    await settle(whole, { correction: {}, note: 'it is live by now' });
    const files = expect.arrayContaining([
      expect.objectContaining({ sequence: 6, status: 'sent', rap: 2, records: 10 }),
    ]);
    await house.waitFor(`/outgoing-files/${PARTNER}`, { files });
    expect((await judged(`CDCHNCM${PARTNER}00006`)).report).toMatchObject({
      verdict: 'accepted',
      header: { rapSequence: 2, sequence: 6 },
    });
  });

  it('or says that it has not got is put there once more', async () => {
    await rm(join(house.partner.files, 'inbox', `CDCHNCM${PARTNER}00002`));
    await house.partner.control({ misses: 2 });
    await lookAtPartner();
    await expect.poll(inbox, PATIENT).toContain(`CDCHNCM${PARTNER}00002`);
    await expect.poll(inbox, PATIENT).toContain(`ACCHNCM${PARTNER}00003`);
  });
});

describe('a partner with CIBER', () => {
  const OF_US = {
    sender: CIBER_PARTNER,
    recipient: 'CHNCM',
    senderSid: '133',
    recipientSid: '30001',
    utcOffset: '-0500',
  };
  const batchOf = (sequence: number): Buffer => {
    const file = new CiberFile(
      right(decodeEdition(example('ciber-edition'))),
      OF_US,
      { sequence, atMs: Date.now() },
      2,
    );
    for (let at = 0; at < 6; at += 1) {
      const { imsi, msisdn } = simulatedSubscriber(at % 3);
      file.add({
        ...{ event: at % 2 === 0 ? 'voice.originating' : 'data', imsi, msisdn, imei: '', party: '8613800000001' },
        ...{ localTime: `202611021${at}0000`, utcOffset: '-0500', seconds: 61, bytesIn: 1_000, bytesOut: 10 * at },
        ...{
          reference: '',
          area: 0,
          cell: 0,
          chargeMinor: 20 + sequence,
          chargedUnits: 0,
          entityType: 1,
          entityId: '1',
        },
      });
    }
    const bytes = file.end();
    if (!(bytes instanceof Uint8Array)) throw new Error(JSON.stringify(bytes));
    return Buffer.from(bytes);
  };
  const handIn = (name: string, bytes: Buffer) =>
    house.ask('POST', `/import-files?partner=${CIBER_PARTNER}&name=${name}`, { bytes });

  it('is imported to the same usage, the same subscribers and books as TAP', async () => {
    await house.openSubscribers(3);
    const numbers = [0, 1, 2].map((at) => simulatedSubscriber(at).msisdn);
    await expect.poll(() => house.run(subscribersOf(tenant, 'msisdn', numbers)), PATIENT).toEqual(['S0', 'S1', 'S2']);
    expect(await handIn('batch-998', batchOf(998))).toMatchObject({ status: 202 });
    const audit = { in: 6, rated: 6, rejected: 0, duplicate: 0, quarantined: 0 };
    await newest(CIBER_PARTNER, { status: 'done', format: 'CIBER', sequence: 998, audit });
    // 999 is followed by 1.
    await handIn('batch-1', batchOf(1));
    await newest(CIBER_PARTNER, { status: 'done', sequence: 1, warningCount: 1, audit });
    await handIn('cut', batchOf(2).subarray(0, 500));
    await newest(CIBER_PARTNER, { status: 'quarantined' });
  });

  it('gets no batch that does not fit its edition: it is held for a person', async () => {
    const sequence = await write('MSC02', { records: 6, prefixes: ['31012'], day: '20261103' });
    await look('MSC02');
    await newest('MSC02', { sequence, status: 'done', audit: { in: 6 } });
    await house.ask('POST', `/outgoing-files/${CIBER_PARTNER}/send`, { body: { day: '2026-11-10' } });
    await house.waitFor(`/outgoing-files/${CIBER_PARTNER}`, {
      files: [{ sequence: 1, format: 'ciber', status: 'held', reason: expect.stringContaining('totalCharge') }],
    });
  });
});
