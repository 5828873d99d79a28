import { describe, expect, it } from 'vitest';
import { reasonOf } from '../imports/fate.ts';
import { emptyUsage } from '../imports/usage.ts';
import type { CiberRecord } from './schema.ts';
import { readCiberUsage } from './usage.ts';

/** Records of CIBER are the same usage as those of TAP: one clock, one form of numbers, whole units of money. */

const CLOCK = { utcOffset: '-0500', decimals: 2 };
const CALL: CiberRecord = {
  type: '22',
  values: {
    ...{ msisdnMdn: '8613912345678', imsiMin: '460031234567890', totalCharge: '1.35', callDate: '261125' },
    ...{ callConnectTime: '235959', chargeableTime: '000125', callDirection: '1', calledNumber: '12025550123' },
  },
};
const read = (record: CiberRecord) => {
  const usage = emptyUsage();
  const fate = readCiberUsage(usage, record, CLOCK);
  return fate === undefined ? usage : reasonOf(fate)?.code;
};
const but = (values: Readonly<Record<string, string>>, type = '22'): CiberRecord => ({
  type,
  values: { ...CALL.values, ...values },
});

describe('a record of CIBER', () => {
  it('is usage by the serving network’s clock', () => {
    expect(read(CALL)).toMatchObject({
      ...{ imsi: '460031234567890', msisdn: '8613912345678', service: 'voice', terminating: false },
      ...{ localTime: '20261125235959', utcOffsetMinutes: -300, atMs: Date.parse('2026-11-25T23:59:59-05:00') },
      ...{ party: '12025550123', quantity: 85, charge: 135 },
    });
    expect(read(but({ callDirection: '2' }))).toMatchObject({ terminating: true });
    expect(read(but({ eventDate: '261125', eventTime: '101500', volumeOctets: '000073400320' }, '52'))).toMatchObject({
      ...{ service: 'data', quantity: 73_400_320 },
    });
    expect(read(but({ chargeDate: '261125', description: 'SMS.TERMINATING' }, '32'))).toMatchObject({
      ...{ service: 'sms', quantity: 1, terminating: true },
    });
  });

  it.each<readonly [string, CiberRecord]>([
    ['TimestampMissing', but({ callDate: '' })],
    ['SubscriberMissing', but({ imsiMin: '', msisdnMdn: '' })],
    ['ChargeMissing', but({ totalCharge: '' })],
    ['InvalidQuantity', but({ chargeableTime: '' })],
    ['ServiceUnpriced', but({ description: 'GIFT' }, '30')],
  ])('is not rated: %s', (code, record) => expect(read(record)).toBe(code));
});
