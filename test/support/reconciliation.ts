import type { FileRow, Found, Scope } from '../../domain/mandates/reconciliation/schema.ts';
import { cardOf, msisdn, PROVINCE } from './mandates.ts';

/** Rows, files and differences for tests of reconciliation. */

export const DAY: Scope = { party: 'bank', partner: 'CCB', period: '2026-11-25' };
export const RUN = 'bank:CCB:2026-11-25';

export const fileRef = (mark: string, name = 'BDAY_CCB_HUFU_20261125_S01.txt') => ({
  id: `id-${mark}`,
  name,
  bytes: 100,
  sm3: mark.repeat(64).slice(0, 64),
});

export const rowOf = (serial: number, more: Partial<FileRow> = {}): FileRow => {
  const { kind, number } = cardOf(serial);
  return {
    bank: 'CCB',
    agreement: `A${serial}`,
    number: msisdn(`${13_800_000_000 + serial}`),
    accountKind: kind,
    account: number,
    province: PROVINCE,
    channel: 'branch',
    userType: 'prepaid',
    thresholdMinor: 1_000,
    amountMinor: 5_000,
    automaticPayment: true,
    state: 'formal',
    begun: '2026-11-25T09:00:00',
    changed: '2026-11-25T09:00:00',
    ...more,
  };
};

export const foundOf = (more: Partial<Found> = {}): Found => ({
  run: RUN,
  scope: DAY,
  class: 'missingHere',
  columns: [],
  code: null,
  lineHere: 0,
  lineThere: 2,
  here: null,
  there: rowOf(1),
  numberKey: '0'.repeat(32),
  ageDays: 0,
  action: 'takeTheirs',
  because: null,
  text: 'begun',
  ...more,
});
