import { describe, expect, it } from 'vitest';
import type { PeriodState } from './schema.ts';
import { settlementReport } from './settlement-report.ts';
import { drawnStatement } from './statement.ts';

const none = { absoluteMinor: null, perMille: null };
const period = (partner: string, netMinor: bigint, more: Partial<PeriodState> = {}): PeriodState => {
  const terms: PeriodState['terms'] = {
    ...{ partner, agreement: `${partner}-2026`, from: '2026-09-01', to: '2026-09-30', frequency: 'monthly' },
    ...{ currency: 'SDR', decimals: 2, rounding: 'halfEven', rates: [], tolerance: { line: none, total: none } },
    ...{ twoPersonsOverMinor: 0n, carriedMinor: netMinor },
  };
  const statement = drawnStatement(terms, [], [], 0, 1);
  if ('_tag' in statement) throw new Error(statement.code);
  const nothing = { comparison: null, approvals: [], reason: null, instruction: null, confirmations: [] };
  return { terms, stage: 'drawn', revision: 1, days: [], sums: [], statement, ...nothing, ...more };
};
const days = { from: '2026-09-01', to: '2026-09-30' };
const confirmed = (id: string, amountMinor: bigint, on: string) => ({ id, currency: 'SDR', amountMinor, on });

describe('the settlement report', () => {
  it('has amount, payer and day of settlement of each partner', () => {
    const instruction = {
      id: 'P-1',
      kind: 'payment',
      currency: 'SDR',
      amountMinor: 5_000n,
      due: '2026-10-30',
    } as const;
    const confirmations = [confirmed('B-2', 3_000n, '2026-10-22'), confirmed('B-1', 2_000n, '2026-10-20')];
    const { rows, totals } = settlementReport(
      [
        period('HKGPP', -5_000n, { stage: 'closed', instruction, confirmations }),
        period('JPNDO', 1_250n),
        period('KORKF', 0n, { stage: 'closed' }),
      ],
      days,
      'en',
      0,
    );
    expect(rows.map((row) => [row[0], ...row.slice(7)])).toEqual([
      ['HKGPP', '-50.00', 'We', '2026-10-30', '50.00', '2026-10-22', '0.00', 'Closed'],
      ['JPNDO', '12.50', 'Partner', '', '', '', '', 'Drawn'],
      ['KORKF', '0.00', 'Nobody', '', '', '', '', 'Closed'],
    ]);
    expect(totals).toEqual([['Net total', '-37.50 SDR']]);
  });

  it('has a period without a statement with its stage, and says what is still to be paid', () => {
    const instruction = {
      id: 'P-1',
      kind: 'invoice',
      currency: 'SDR',
      amountMinor: 1_000n,
      due: '2026-10-30',
    } as const;
    const { rows } = settlementReport(
      [
        period('HKGPP', 0n, { stage: 'open', statement: null }),
        period('JPNDO', 1_000n, {
          stage: 'instructed',
          instruction,
          confirmations: [confirmed('B', 400n, '2026-10-19')],
        }),
      ],
      days,
      'zh',
      0,
    );
    expect(rows.map((row) => row.slice(7))).toEqual([
      ['', '', '', '', '', '', '未出账'],
      ['10.00', '对方', '2026-10-30', '4.00', '2026-10-19', '6.00', '待付款'],
    ]);
  });
});
