import { describe, expect, it } from 'vitest';
import { codec } from '../codec/codec.ts';
import type { CallEvent } from '../codec/generated/nrtrde-0201.ts';
import { addDelays, delaysOf, MOST_DELAY_MS, NO_DELAYS, percentileMs, qualityOf } from './delivery.ts';
import { FATES } from './fate.ts';
import { NrtrdeControl } from './nrtrde-control.ts';
import { endOf, readNrtrdeUsage } from './nrtrde-usage.ts';
import { emptyUsage } from './usage.ts';

/** Usage in near real time (TD.35): records, what stands around them, and how soon they came. */

const COMMON = {
  imsi: '460010000000007',
  callEventStartTimeStamp: '20261126101500',
  utcTimeOffset: '+0800',
  callEventDuration: 61,
};
const made: CallEvent = {
  moc: { ...COMMON, msisdn: '8613900000007', serviceCode: { teleServiceCode: '11' }, dialledDigits: '13800000001' },
};

describe('a record of near-real-time usage', () => {
  it.each<readonly [string, CallEvent, object]>([
    ['a call made', made, { service: 'voice', terminating: false, party: '13800000001', quantity: 61 }],
    [
      'a call connected elsewhere',
      { moc: { ...made.moc, connectedNumber: '8613800000001' } },
      { party: '8613800000001' },
    ],
    ['a call received', { mtc: { ...COMMON, callingNumber: '44791' } }, { terminating: true, party: '44791' }],
    ['a call received from nobody', { mtc: COMMON }, { terminating: true, party: '' }],
    ['a message sent', { moc: { ...COMMON, serviceCode: { teleServiceCode: '22' } } }, { service: 'sms', quantity: 1 }],
    [
      'data',
      { gprs: { ...COMMON, dataVolumeIncoming: 900, dataVolumeOutgoing: 124, chargingId: 5 } },
      { service: 'data', quantity: 1_024, reference: '5' },
    ],
  ])('is %s', (_, event, found) => {
    const usage = emptyUsage();
    expect(readNrtrdeUsage(usage, event)).toBeUndefined();
    expect(usage).toMatchObject({ imsi: COMMON.imsi, atMs: Date.UTC(2026, 10, 26, 2, 15), ...found });
    expect(endOf(usage, event)).toBe(usage.atMs + 61_000);
  });

  it.each<readonly [string, CallEvent, number]>([
    ['of no kind', {}, FATES.UnknownRecord],
    ['without a moment', { moc: { ...made.moc, callEventStartTimeStamp: 'today' } }, FATES.TimestampMissing],
    ['without an offset', { moc: { ...made.moc, utcTimeOffset: '0800' } }, FATES.TimestampMissing],
    ['of nobody', { mtc: { ...COMMON, imsi: '' } }, FATES.SubscriberMissing],
    ['below zero', { gprs: { ...COMMON, dataVolumeIncoming: -1 } }, FATES.InvalidQuantity],
  ])('that is %s cannot be priced', (_, event, fate) => {
    expect(readNrtrdeUsage(emptyUsage(), event)).toBe(fate);
  });
});

describe('what stands around the records', () => {
  const EXPECTED = { partner: 'HKGPP', home: 'CHNCM' };
  const NAME = 'NRHKGPPCHNCM0000042';
  const RIGHT = {
    ...{ sender: 'HKGPP', recipient: 'CHNCM', sequenceNumber: '0000042', callEventsCount: 2 },
    ...{ fileAvailableTimeStamp: '20261126120000', utcTimeOffset: '+0800' },
  };
  const controlOf = (parts: object): NrtrdeControl => {
    const control = new NrtrdeControl();
    control.batch();
    for (const [name, value] of Object.entries(parts)) control.part({ [name]: value });
    return control;
  };

  it('is in order', () => {
    const control = controlOf(RIGHT);
    expect(control.problems(EXPECTED, NAME, 2)).toEqual([]);
    expect(control.problems(EXPECTED, 'as a person named it', 2)).toEqual([]);
    expect(control).toMatchObject({ sequence: 42, availableMs: Date.UTC(2026, 10, 26, 4) });
  });

  it.each<readonly [string, object, string, number]>([
    ['OtherPartner', { sender: 'XXXXX' }, 'x', 2],
    ['SequenceInvalid', { sequenceNumber: '42' }, 'x', 2],
    ['SequenceInvalid', { sequenceNumber: '0000000' }, 'x', 2],
    ['AvailableInvalid', { fileAvailableTimeStamp: 'noon' }, 'x', 2],
    ['NameDiffers', {}, 'NRHKGPPCHNCM0000043', 2],
    ['CountWrong', {}, NAME, 3],
    ['CountWrong', { callEventsCount: undefined }, NAME, 2],
  ])('is wrong: %s', (code, parts, name, records) => {
    expect(controlOf({ ...RIGHT, ...parts }).problems(EXPECTED, name, records)).toMatchObject([{ code }]);
  });

  it('is there once', () => {
    const control = controlOf(RIGHT);
    control.batch();
    expect(control.problems(EXPECTED, NAME, 2)).toMatchObject([{ code: 'BatchTwice' }]);
  });

  it('has its batch under the name by which the reader tells of it', () => {
    expect(codec('NRTRDE-0201').grammar.batch.name).toBe('nrtrde');
  });
});

describe('how soon usage came', () => {
  const HOUR = 3_600_000;
  const at = 100 * HOUR;

  it('is counted by class, and those of several files are added up', () => {
    const early = delaysOf([at - HOUR, at - MOST_DELAY_MS, at + HOUR], at);
    const late = delaysOf([at - MOST_DELAY_MS - 1, at - 900 * HOUR], at);
    expect(early).toMatchObject({ events: 3, inTime: 3, longestMs: MOST_DELAY_MS });
    expect(late).toMatchObject({ events: 2, inTime: 0, longestMs: 900 * HOUR });
    expect(addDelays(early, late)).toMatchObject({ events: 5, inTime: 3, longestMs: 900 * HOUR });
    expect(addDelays(early, late).classes.reduce((sum, count) => sum + count)).toBe(5);
  });

  it('has a 95th percentile, which is none without events', () => {
    expect(percentileMs(NO_DELAYS, 0.95)).toBeNull();
    const ends = Array.from({ length: 100 }, (_, minute) => at - (minute + 1) * 60_000);
    expect(percentileMs(delaysOf(ends, at), 0.95)).toBe(95 * 60_000);
    expect(percentileMs(delaysOf(ends, at), 0.5)).toBe(50 * 60_000);
    expect(percentileMs(delaysOf([at - 90 * 24 * HOUR], at), 0.95)).toBe(90 * 24 * HOUR);
  });

  it('says how many files were due by their numbers', () => {
    const delays = delaysOf([at - HOUR], at);
    const file = { delays, availableAtMs: at - 60_000, receivedAtMs: at };
    expect(qualityOf([file, file], [{ from: 3, to: 5 }])).toMatchObject({
      ...{ received: 2, due: 5, events: 2, inTimeShare: 1, longestTransferMs: 60_000, missing: [{ from: 3, to: 5 }] },
    });
    expect(qualityOf([], [])).toMatchObject({ received: 0, due: 0, inTimeShare: null, p95Ms: null });
  });
});
