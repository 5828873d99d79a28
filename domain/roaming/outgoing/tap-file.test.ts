import { describe, expect, it } from 'vitest';
import { FileReader } from '../codec/file-reader.ts';
import { FileValidator } from '../validation/validator.ts';
import type { PricedEvent } from './priced-event.ts';
import { type TapAbout, TapFile } from './tap-file.ts';

/** What goes out to a partner is what our own check of partners' files finds nothing wrong with. */

const WHO = {
  sender: 'CHNCM',
  recipient: 'HKGPP',
  utcOffset: '+0800',
  localCurrency: 'CNY',
  exchangeRate: '9.65',
  countryCode: '86',
};
const ABOUT: TapAbout = { sequence: 42, atMs: Date.UTC(2026, 10, 26, 16, 5), rap: null, currency: 'XDR', decimals: 3 };
const CALL: PricedEvent = {
  event: 'voice.originating',
  imsi: '454120000000001',
  msisdn: '85290000001',
  imei: '350000000000017',
  party: '8613800000001',
  localTime: '20261126101500',
  utcOffset: '+0800',
  seconds: 61,
  bytesIn: 0,
  bytesOut: 0,
  reference: '4711',
  area: 10_001,
  cell: 7,
  chargeMinor: 420,
  chargedUnits: 120,
  entityType: 1,
  entityId: '8613800100',
};
const EVENTS: ReadonlyArray<PricedEvent> = [
  CALL,
  { ...CALL, event: 'voice.terminating', party: '', msisdn: '', imei: '', area: 0, cell: 0, reference: '4712' },
  { ...CALL, event: 'voice.originating', party: '4479000001', localTime: '20261126080000', utcOffset: '+0600' },
  { ...CALL, event: 'sms.originating', seconds: 0, entityType: 2, entityId: '8613800500', chargedUnits: 1 },
  { ...CALL, event: 'sms.terminating', seconds: 0, entityType: 2, entityId: '8613800500', chargedUnits: 1 },
  {
    ...CALL,
    event: 'data',
    party: '',
    bytesIn: 3_000_000,
    bytesOut: 200_000,
    chargedUnits: 3_200_000,
    entityType: 4,
    entityId: '10.0.0.1',
  },
];

const fileOf = (events: ReadonlyArray<PricedEvent>, rap: number | null = null, about = ABOUT): Buffer => {
  const file = new TapFile(WHO, about);
  for (const one of events) file.measure(one, rap);
  const { head, tail } = file.around();
  return Buffer.concat([head, ...events.map((one) => file.record(one, rap)), tail]);
};

const judged = (bytes: Buffer, fileName: string) => {
  const reader = new FileReader();
  const validator = new FileValidator({ receivedAtMs: ABOUT.atMs + 60_000, fileName });
  const pieces = [...reader.feed(bytes), ...reader.end()];
  const found = pieces.flatMap((piece) => validator.take(piece));
  const { findings, report } = validator.end({ refused: reader.refused });
  const all = [...found, ...findings].map(({ item, code, severity }) => `${severity} ${item}.${code}`);
  return { pieces, report, all, refused: reader.refused };
};

describe('a TAP file for a partner', () => {
  it('of every kind of event passes the check of TD.57 without a finding', () => {
    const { report, all, refused } = judged(fileOf(EVENTS), 'CDCHNCMHKGPP00042');
    expect({ all, refused }).toEqual({ all: [], refused: undefined });
    expect(report).toMatchObject({ verdict: 'accepted' });
    expect(new TapFile(WHO, ABOUT).name).toBe('CDCHNCMHKGPP00042');
  });

  it.each(['1', '12', '123', 'abc-7', 'A-VERY-LONG-REFERENCE', '12345678901234567'])(
    'takes whatever reference the network writes: %s',
    (reference) => {
      expect(judged(fileOf(EVENTS.map((one) => ({ ...one, reference }))), 'CDCHNCMHKGPP00042').all).toEqual([]);
    },
  );

  it('is the same bytes whenever it is made', () => {
    expect(fileOf(EVENTS).equals(fileOf(EVENTS))).toBe(true);
  });

  it('of an empty day is a notification under the number of the day', () => {
    const { all, refused, pieces } = judged(new TapFile(WHO, ABOUT).notification(), 'CDCHNCMHKGPP00042');
    expect({ all, refused }).toEqual({ all: [], refused: undefined });
    expect(pieces.map((piece) => piece.kind)).toEqual(['file']);
  });

  it('tells of corrected records, and of a file sent again as a whole, which RAP file returned them', () => {
    const { all, pieces } = judged(fileOf(EVENTS, 7), 'CDCHNCMHKGPP00042');
    expect(all).toEqual([]);
    const text = JSON.stringify(
      pieces.map((piece) => ('plain' in piece ? piece.plain() : {})),
      (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    );
    expect(text.match(/"rapFileSequenceNumber":"00007"/g)).toHaveLength(EVENTS.length);
    expect(judged(fileOf(EVENTS, null, { ...ABOUT, rap: 9 }), 'CDCHNCMHKGPP00042').all).toEqual([]);
  });
});
