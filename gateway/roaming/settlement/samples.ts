import type { Schema } from 'effect';
import type { PeriodState, PeriodTerms } from '../../../domain/roaming/settlement/schema.ts';

/** What the documents of settlement's routes show. */

export const FROM = '2026-10-01';
export const AGREEMENT = 'HKGPP-2026';
export const SM3 = 'd'.repeat(64);
export const AT_MS = 1_793_500_800_000;

type Encoded<S extends Schema.Schema.AnyNoContext> = Schema.Schema.Encoded<S>;

export const TERMS: Encoded<typeof PeriodTerms> = {
  partner: 'HKGPP',
  agreement: AGREEMENT,
  from: FROM,
  to: '2026-10-31',
  frequency: 'monthly',
  currency: 'SDR',
  decimals: 2,
  rounding: 'halfEven',
  rates: [{ currency: 'EUR', decimals: 3, rate: '0.815' }],
  tolerance: {
    line: { absoluteMinor: '100', perMille: 10 },
    total: { absoluteMinor: '100', perMille: null },
  },
  twoPersonsOverMinor: '5000000',
  carriedMinor: '0',
};

const MONEY = { currency: 'SDR', decimals: 3, events: 1_204, usage: '73512', amountMinor: '1204338' };
const LINE = { direction: 'outbound', service: 'voice', adjustment: false } as const;

export const PERIOD: Encoded<typeof PeriodState> = {
  terms: TERMS,
  stage: 'drawn',
  revision: 1,
  days: [{ book: 'HKGPP', day: FROM, digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg' }],
  sums: [{ ...LINE, ...MONEY }],
  statement: {
    partner: 'HKGPP',
    agreement: AGREEMENT,
    from: FROM,
    to: '2026-10-31',
    currency: 'SDR',
    decimals: 2,
    rounding: 'halfEven',
    lines: [{ ...LINE, ...MONEY, rate: '1', convertedMinor: '120434', restNumerator: '-20', restDenominator: '1000' }],
    inboundMinor: '0',
    outboundMinor: '120434',
    carriedMinor: '0',
    netMinor: '-120434',
    drawnAtMs: AT_MS,
    revision: 1,
  },
  comparison: {
    lines: [{ ...LINE, oursMinor: '120434', theirsMinor: '120450', differenceMinor: '-16', tolerated: true }],
    oursNetMinor: '-120434',
    theirsNetMinor: '-120450',
    totalTolerated: true,
    tolerated: true,
  },
  approvals: [],
  reason: null,
  instruction: null,
  confirmations: [],
};
