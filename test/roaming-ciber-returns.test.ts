import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FrameWriter } from '../domain/matching/frame.ts';
import { decodeBatch } from '../domain/roaming/ciber/batch.ts';
import { type ReturnOccasion, returnBatch, returnRecords } from '../domain/roaming/ciber/returns.ts';
import { detailFrame, detailHeader } from '../domain/roaming/settlement/detail.ts';
import type { RoamingSettings } from '../partners/roaming/simulator.ts';
import { type Inbound, inboundOf, PATIENT } from './support/inbound.ts';
import { NETWORK_ELEMENTS } from './support/network-elements.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse } from './support/roaming-house.ts';
import { ciberTerms } from './support/roaming-import.ts';
import { AGREEMENT, terms } from './support/roaming-settlement.ts';

/** Return batches of CIBER (seed 002 §2.2.1), both ways, over the partner's real SFTP server. */

const TERMS = ciberTerms();
const { edition } = TERMS;
const RULES = edition.returns ?? expect.fail('the documented edition has rules of returns');

let house: RoamingHouse;
let inbound: Inbound;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_ciber_returns', {
    ...{ elements: NETWORK_ELEMENTS, ciber: TERMS, returnFatal: true },
  });
  inbound = inboundOf(house);
  await house.openSubscribers(10);
}, 120_000);
afterAll(() => house.stop());

const outbox = () => readdir(join(house.partner.files, 'outbox'));
const lookAtPartner = async (): Promise<void> => {
  await expect.poll(outbox, PATIENT).toHaveLength(1);
  expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
  await expect.poll(outbox, PATIENT).toEqual([]);
};
const inInbox = async (name: string) => {
  await expect.poll(inbound.inbox, PATIENT).toContain(name);
  const bytes = await readFile(join(house.partner.files, 'inbox', name));
  return { bytes, ...decodeBatch(edition, bytes) };
};

describe('records of a partner that fail', () => {
  const send = async (settings: Partial<RoamingSettings>): Promise<void> => {
    await house.partner.control({ send: 1, form: 'ciber', records: 20, day: '20261103', ...settings });
    await lookAtPartner();
  };
  const newest = (found: object) => inbound.newest(PARTNER, found);
  const returns = async () => (await inbound.inbox()).filter((name) => name.startsWith('CIBERRET'));
  const AUDIT = { in: 20, rated: 17, rejected: 2, duplicate: 0, quarantined: 1 };

  it('go back in a return batch with their reject reason codes; the others go on', async () => {
    await send({ sequence: 41, spoil: 'faulty' });
    const { path } = await newest({ status: 'done', format: 'CIBER', sequence: 41, audit: AUDIT });
    const { records, problems } = await inInbox(`CIBERRETCHNCM${PARTNER}001`);
    const wrongDay = edition.layouts
      .find(({ type }) => type === '22')
      ?.fields.findIndex((one) => one.name === 'callDate');
    expect(records[0]?.values).toMatchObject({
      ...{ originalReturnIndicator: '2', batchRejectReasonCode: '00', referenceBatchSequence: '041' },
      ...{ batchSequence: '001', sendingCarrierSidBid: '30001', receivingCarrierSidBid: '00133' },
    });
    expect(records.slice(1, -1).map(({ values }) => values)).toMatchObject([
      {
        ...{ returnCode: '1', returnReasonCode: '01', referenceBatchSequence: '041', totalCharge: '0.100' },
        invalidFieldIdentifier: String((wrongDay ?? 0) + 1).padStart(3, '0'),
      },
      { returnCode: '1', returnReasonCode: '04', invalidFieldIdentifier: '000', totalCharge: '0.101' },
    ]);
    expect(records.at(-1)?.values).toMatchObject({ totalRecords: '000002', totalCharges: '0.201' });
    // As it came: the day that is none is all that is wrong with it.
    expect(problems).toMatchObject([{ code: 'FieldInvalid', record: 2, field: 'callDate' }]);
    const returned = { name: `CIBERRETCHNCM${PARTNER}001` };
    expect((await house.ask('GET', path)).json).toMatchObject({ returned, audit: AUDIT });
  });

  it('go back once, and return batches are numbered without a gap', async () => {
    await send({ sequence: 42, spoil: 'none' });
    await newest({ status: 'done', sequence: 42, audit: { in: 20, rated: 20 } });
    await send({ spoil: 'twice' });
    await send({ sequence: 43, spoil: 'faulty' });
    await newest({ status: 'done', sequence: 43, audit: AUDIT });
    await inInbox(`CIBERRETCHNCM${PARTNER}002`);
    expect(await returns()).toEqual([1, 2].map((number) => `CIBERRETCHNCM${PARTNER}00${number}`));
  });

  it('a batch that is wrong as a whole goes back by itself with the reason, and its number may come again', async () => {
    await send({ sequence: 44, spoil: 'wrongAudit' });
    const name = `CIBERRETCHNCM${PARTNER}003`;
    const { records, problems } = await inInbox(name);
    expect(problems).toEqual([]);
    expect(records.map(({ type }) => type)).toEqual(['01', '98']);
    expect(records[0]?.values).toMatchObject({
      ...{ originalReturnIndicator: '6', batchRejectReasonCode: '05', referenceBatchSequence: '044' },
    });
    const { path } = await newest({ status: 'discarded' });
    expect((await house.ask('GET', path)).json).toMatchObject({
      returned: { name },
      problems: [{ code: 'TotalWrong' }],
    });
    await send({ sequence: 44 });
    await newest({ status: 'done', sequence: 44, audit: { in: 20, rated: 20 } });
    await send({ sequence: 45, spoil: 'otherPartner' });
    await newest({ status: 'quarantined' });
    expect(await returns()).toHaveLength(3);
  });
});

it('the detail of a period has what became of each record of a batch', async () => {
  const [from, to] = ['2026-11-01', '2026-11-30'];
  const as = 'demo-finance';
  expect(await house.ask('POST', '/settlements', { body: terms(from, to), as })).toMatchObject({ status: 201 });
  const writer = new FrameWriter(detailFrame('UTF-8'));
  const header = { sender: PARTNER, receiver: 'CHNCM', from, to };
  const bytes = Buffer.concat([writer.header(...detailHeader(header)), writer.trailer({})]);
  await house.ask('POST', `/settlements/${AGREEMENT}/${from}/detail?name=empty.txt`, { bytes });
  // Of four batches with twenty records each; four records went back, whose fields were not read.
  await house.waitFor(`/clearing-files?kind=partnerDetail&of=${AGREEMENT}:${from}`, {
    items: [{ result: 'differs', counts: { missingThere: 76, missingHere: 0 } }],
  });
});

describe('records of ours that come back', () => {
  interface Item {
    readonly file: string;
    readonly place: number;
    readonly record: number;
    readonly chargeMinor: number;
  }
  const returned = async (status: string): Promise<ReadonlyArray<Item>> =>
    ((await house.ask('GET', `/returned-records?partner=${PARTNER}&status=${status}`)).json as { items: Item[] }).items;
  const settle = ({ file, place }: Item, body: object) =>
    house.ask('POST', `/returned-records/${PARTNER}/${file}/${place}/settle`, { body });
  const use = async (): Promise<void> => {
    const sequence = await inbound.write('MSC02', { records: 10, prefixes: ['45412'] });
    await inbound.look('MSC02');
    await inbound.newest('MSC02', { sequence, status: 'done', audit: { rated: 10 } });
  };
  const handIn = async (name: string, made: Uint8Array | ReadonlyArray<object>): Promise<string> => {
    const bytes = made instanceof Uint8Array ? Buffer.from(made) : expect.fail(JSON.stringify(made));
    const answer = await house.ask('POST', `/import-files?partner=${PARTNER}&name=${name}`, { bytes });
    expect(answer).toMatchObject({ status: 202 });
    return (answer.headers.get('location') ?? '').replace('/v1/roaming', '');
  };
  const occasion = (sequence: number): ReturnOccasion => ({ sequence, day: '261110' });
  const batch = (number: number) => inInbox(`CIBERCHNCM${PARTNER}00${number}`);

  it('are shown with what is wrong; corrected they go again under the return batch’s number, and the books follow', async () => {
    await house.partner.control({ judges: true });
    const start = await inbound.booked(PARTNER);
    await use();
    const before = await inbound.booked(PARTNER);
    // It takes none of these visitors for its own.
    await house.partner.control({ imsiPrefixes: ['99999'] });
    await inbound.send('2026-11-06');
    await lookAtPartner();
    await inbound.newest(PARTNER, { status: 'done', format: 'CIBER', sequence: 1, audit: { in: 10, rated: 10 } });
    const open = await returned('open');
    expect(open).toHaveLength(10);
    expect(open[0]).toMatchObject({
      ...{ rap: 1, sequence: 1, record: 1 },
      findings: [{ item: '', code: 5, explanation: 'the subscriber is not of the receiving network' }],
    });
    expect((await inbound.booked(PARTNER)).amountMinor).toBe(start.amountMinor);
    const [first, second] = open;
    if (first === undefined || second === undefined) throw new Error('no returns');
    await settle(first, { correction: null, note: 'not ours to ask for' });
    await settle(second, { correction: { msisdn: '' }, note: 'the number was another’s' });
    await house.waitFor(`/returned-records?partner=${PARTNER}&status=open`, { items: { length: 8 } });
    expect(await returned('lost')).toMatchObject([{ note: 'not ours to ask for' }]);
    const after = await inbound.booked(PARTNER);
    expect(after).toMatchObject({ amountMinor: start.amountMinor + BigInt(second.chargeMinor), events: before.events });
    await house.partner.control({ imsiPrefixes: [] });
    await inbound.send('2026-11-07');
    const { records, problems } = await batch(2);
    expect(problems).toEqual([]);
    expect(records[0]?.values).toMatchObject({ originalReturnIndicator: '1' });
    expect(records.slice(1, -1).map(({ values }) => values)).toMatchObject([
      { returnCode: '2', referenceBatchSequence: '001', msisdnMdn: '' },
    ]);
  });

  it('are found again only when they have been sent, and come back once', async () => {
    const { bytes } = await batch(1);
    const one = [{ record: 2, finding: 'FieldInvalid' }];
    const again = await handIn('again', returnRecords(edition, RULES, bytes, one, occasion(11)));
    await house.waitFor(again, { status: 'done', audit: { in: 1, rated: 0, duplicate: 1 } });
    expect((await house.ask('GET', `${again}/report`)).bytes.toString()).toContain(',duplicate,ReturnedTwice,');
    // Batch 77 of ours they have from nobody; the record is of batch 1.
    const [header, ...rest] = decodeBatch(edition, bytes).records;
    if (header === undefined) throw new Error('no header');
    expect(rest).toHaveLength(11);
    const other = Buffer.from(bytes);
    other.write('077', 8, 'latin1');
    const unknown = await handIn('unknown', returnRecords(edition, RULES, other, one, occasion(12)));
    await house.waitFor(unknown, { status: 'done', audit: { in: 1, rated: 0, quarantined: 1 } });
    await house.waitFor('/quarantined-records?status=open&limit=200', {
      items: expect.arrayContaining([expect.objectContaining({ code: 'ReturnUnknown' })]),
    });
    const nobody = { ...header, values: { ...header.values, batchSequence: '077' } };
    const whole = await handIn('whole', returnBatch(edition, RULES, nobody, 'TotalWrong', occasion(13)));
    await house.waitFor(whole, { status: 'done', audit: { in: 1, quarantined: 1 } });
    const strange = { ...header, values: { ...header.values, receivingCarrierSidBid: '00999' } };
    const others = await handIn('others', returnBatch(edition, RULES, strange, 'TotalWrong', occasion(14)));
    await house.waitFor(others, { status: 'quarantined', problems: [{ code: 'OtherPartner' }] });
    expect(await returned('open')).toHaveLength(8);
  });

  it('a batch that comes back as a whole is made anew and sent again under its own number', async () => {
    await use();
    await house.partner.control({ live: false });
    await inbound.send('2026-11-08');
    await house.waitFor(`/outgoing-files/${PARTNER}`, { files: [{}, {}, { sequence: 3, status: 'sent' }] });
    await lookAtPartner();
    await inbound.newest(PARTNER, { status: 'done', format: 'CIBER', audit: { in: 1 } });
    await house.partner.control({ live: true });
    const found = (await returned('open')).find(({ record }) => record === 0);
    if (found === undefined) throw new Error('no batch came back');
    expect(found).toMatchObject({
      sequence: 3,
      findings: [{ code: 6, explanation: 'no live data are awaited by now' }],
    });
    // What it has looked at, a partner takes away.
    await rm(join(house.partner.files, 'inbox', `CIBERCHNCM${PARTNER}003`));
    await settle(found, { correction: {}, note: 'it is live by now' });
    const { records, problems } = await batch(3);
    expect(problems).toEqual([]);
    expect(records).toHaveLength(12);
    expect(records[0]?.values).toMatchObject({ originalReturnIndicator: '3', batchSequence: '003' });
    const sent = expect.objectContaining({ sequence: 3, status: 'sent', records: 10 });
    await house.waitFor(`/outgoing-files/${PARTNER}`, { files: expect.arrayContaining([sent]) });
  });
});
