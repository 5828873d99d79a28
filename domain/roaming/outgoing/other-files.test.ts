import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeBatch } from '../ciber/batch.ts';
import { decodeEdition, type Edition } from '../ciber/schema.ts';
import { FileReader } from '../codec/file-reader.ts';
import { isProblems } from '../rating/refusals.ts';
import { CiberFile } from './ciber-file.ts';
import { NrtrdeFile } from './nrtrde-file.ts';
import type { PricedEvent } from './priced-event.ts';

/** What goes out beside TAP: CIBER batches, and usage in near real time. */

const CALL: PricedEvent = {
  event: 'voice.originating',
  imsi: '310120000000001',
  msisdn: '12025550123',
  imei: '350000000000017',
  party: '8613800000001',
  localTime: '20261126101500',
  utcOffset: '+0800',
  seconds: 3_661,
  bytesIn: 0,
  bytesOut: 0,
  reference: '4711',
  area: 10_001,
  cell: 7,
  chargeMinor: 1_350,
  chargedUnits: 3_720,
  entityType: 1,
  entityId: '8613800100',
};
const EVENTS: ReadonlyArray<PricedEvent> = [
  CALL,
  { ...CALL, event: 'voice.terminating', party: '', msisdn: '', imei: '', chargeMinor: 10 },
  { ...CALL, event: 'sms.originating', seconds: 0, chargeMinor: 60 },
  { ...CALL, event: 'sms.terminating', seconds: 0, chargeMinor: 0 },
  { ...CALL, event: 'data', party: '', bytesIn: 3_000_000, bytesOut: 200_000, chargeMinor: 2_100 },
];
const ABOUT = { sequence: 7, atMs: Date.UTC(2026, 10, 26, 16, 5) };

const editionOf = (): Edition => {
  const text = readFileSync(new URL('../../../docs/examples/roaming/ciber-edition.json', import.meta.url), 'utf8');
  const edition = decodeEdition(JSON.parse(text));
  if (isProblems(edition)) throw new Error(JSON.stringify(edition));
  return edition;
};

describe('a CIBER batch for a partner', () => {
  const who = { sender: 'CHNCM', recipient: 'USAVZ', senderSid: '30001', recipientSid: '133', utcOffset: '+0800' };
  const batchOf = (events: ReadonlyArray<PricedEvent>) => {
    const file = new CiberFile(editionOf(), who, ABOUT, 3);
    for (const one of events) file.add(one);
    return { name: file.name, batch: file.end() };
  };

  it('has a record of its type for each event, and counts and sums them', () => {
    const { name, batch } = batchOf(EVENTS);
    expect(name).toBe('CIBERCHNCMUSAVZ007');
    if (!(batch instanceof Uint8Array)) throw new Error(JSON.stringify(batch));
    const { records, problems } = decodeBatch(editionOf(), batch);
    expect(problems).toEqual([]);
    expect(records.map(({ type }) => type)).toEqual(['01', '22', '22', '32', '32', '52', '98']);
    expect(records.at(-1)?.values).toMatchObject({ totalRecords: '000005', totalCharges: '3.52' });
    expect(records[1]?.values).toMatchObject({
      ...{ totalCharge: '1.35', callDate: '261126', callConnectTime: '101500', chargeableTime: '010101' },
      ...{ homeCarrierSidBid: '00133', callDirection: '1', imsiMin: CALL.imsi },
    });
    expect(records[5]?.values).toMatchObject({ volumeOctets: '000003200000', totalCharge: '2.10' });
  });

  it('is not made of a charge that is finer than the edition has decimals', () => {
    const { batch } = batchOf([{ ...CALL, chargeMinor: 1_351 }]);
    expect(batch).toEqual(
      expect.arrayContaining([expect.objectContaining({ code: 'FieldInvalid', field: 'totalCharge', record: 2 })]),
    );
  });
});

describe('an NRTRDE file for a partner', () => {
  it('is read back as what was used, with its own number', () => {
    const file = new NrtrdeFile({ sender: 'CHNCM', recipient: 'HKGPP', utcOffset: '+0800' }, ABOUT);
    for (const one of EVENTS) file.measure(one);
    const { head, tail } = file.around();
    const reader = new FileReader();
    const bytes = Buffer.concat([head, ...EVENTS.map((one) => file.record(one)), tail]);
    const pieces = [...reader.feed(bytes), ...reader.end()];
    expect(reader.refused).toBeUndefined();
    expect(file.name).toBe('NRCHNCMHKGPP0000007');
    const plain = pieces.flatMap((piece) => ('plain' in piece ? [piece.plain() as object] : []));
    expect(Object.assign({}, ...plain)).toMatchObject({
      sender: 'CHNCM',
      recipient: 'HKGPP',
      sequenceNumber: '0000007',
    });
    expect(plain).toEqual(
      expect.arrayContaining([
        { moc: expect.objectContaining({ imsi: CALL.imsi, callEventDuration: 3_661, dialledDigits: CALL.party }) },
        { mtc: expect.objectContaining({ serviceCode: { teleServiceCode: '21' } }) },
        { gprs: expect.objectContaining({ dataVolumeIncoming: 3_000_000, dataVolumeOutgoing: 200_000 }) },
        { callEventsCount: EVENTS.length },
      ]),
    );
  });
});
