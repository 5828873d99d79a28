import type { DifferenceState, RunState, Scope } from '../../../domain/mandates/reconciliation/schema.ts';
import type { DifferenceItem, RunItem } from '../../../store/mandates/reconciliation.ts';
import { AGREEMENT, AT_MS, BANK, PROVINCE } from '../samples.ts';

/** What the documents show of reconciliation. */

export const SM3 = 'a'.repeat(64);
export const SCOPE: typeof Scope.Encoded = { party: 'province', partner: PROVINCE, period: '2026-11-25' };
const KEY = `province:${PROVINCE}:2026-11-25`;
const OUTCOMES = { settled: 3, queued: 1 };

export const RUN_ROW: RunItem = {
  key: KEY,
  ...SCOPE,
  stage: 'sent',
  attempt: 1,
  files: 1,
  quarantined: 0,
  differences: 4,
  imbalances: ['OpeningDiffers'],
  balanceHere: { opening: 1_000, opened: 20, cancelled: 5, closing: 1_015 },
  balanceThere: { opening: 1_001, opened: 20, cancelled: 5, closing: 1_016 },
  outcomes: OUTCOMES,
  openedAtMs: AT_MS,
  changedAtMs: AT_MS,
};

const REF = { id: 'F-1', name: 'PDAY_110000_HUFU_20261125_S01.txt', bytes: 20_480, sm3: SM3 };

/** Before it is compared. */
export const RUN: RunState = {
  scope: SCOPE,
  stage: 'awaiting',
  attempt: 0,
  files: [
    {
      ref: REF,
      names: [REF.name],
      deliveries: 1,
      source: 'poll',
      status: 'quarantined',
      problems: [{ line: 3, field: 'account', code: 'InvalidAccount', reason: 'The account fails its check digit.' }],
      problemCount: 1,
      note: null,
      receivedAtMs: AT_MS,
    },
  ],
  compared: null,
  outcomes: {},
  errorFile: null,
  answer: null,
  openedAtMs: AT_MS,
  changedAtMs: AT_MS,
};

const ROW = {
  bank: BANK,
  agreement: AGREEMENT,
  number: '861******8000',
  accountKind: 'debit' as const,
  account: '621************0018',
  province: PROVINCE,
  channel: 'branch' as const,
  userType: 'prepaid' as const,
  thresholdMinor: 1_000,
  amountMinor: 5_000,
  automaticPayment: true,
  state: 'formal' as const,
  begun: '2026-11-25T09:00:00',
  changed: '2026-11-25T09:00:00',
};

const found = {
  run: KEY,
  class: 'state' as const,
  columns: ['state'],
  code: null,
  lineHere: 12,
  lineThere: 14,
  numberKey: '0123456789abcdef0123456789abcdef',
  ageDays: 1,
  action: 'queue' as const,
  because: null,
  text: null,
  status: 'queued' as const,
  outcome: null,
  foundAtMs: AT_MS,
  changedAtMs: AT_MS,
};

export const DIFFERENCE_ROW: DifferenceItem = {
  ...found,
  key: `${KEY}:0123456789abcdef`,
  ...SCOPE,
  bank: BANK,
  agreement: AGREEMENT,
  number: ROW.number,
  province: PROVINCE,
  decision: null,
  decidedBy: null,
};

/** Masked, as it is shown. */
export const DIFFERENCE = {
  ...found,
  scope: SCOPE,
  here: ROW,
  there: { ...ROW, state: 'cancelled' as const },
  decided: null,
} satisfies Omit<DifferenceState, 'here' | 'there'> & { readonly here: typeof ROW; readonly there: object };
