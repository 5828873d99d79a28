import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import type { BookLine, PeriodTerms } from './schema.ts';
import {
  parseUsageReport,
  statementFrom,
  usageDiffers,
  usageReportOf,
  usageReportText,
  usageRows,
} from './usage-report.ts';

/** Usage reports under BCE: what the books have, summed by network, and back to the same sums. */

const TERMS: PeriodTerms = {
  ...{ partner: 'MACCT', agreement: 'MACCT-2026', from: '2026-10-01', to: '2026-10-31', frequency: 'monthly' },
  ...{ currency: 'SDR', decimals: 2, rounding: 'halfEven', mechanism: 'bce' },
  rates: [{ currency: 'EUR', decimals: 2, rate: '0.8' }],
  tolerance: { line: { absoluteMinor: 0n, perMille: null }, total: { absoluteMinor: 0n, perMille: null } },
  ...{ twoPersonsOverMinor: 0n, carriedMinor: 0n },
};
const LINE: BookLine = {
  ...{ belongs: null, number: '8613900000001', service: 'voice', direction: 'outbound', network: 'MACCT' },
  ...{ currency: 'SDR', decimals: 3, events: 2, usage: 121n, amountMinor: 1_205n },
};
const anyLine: fc.Arbitrary<BookLine> = fc.record({
  belongs: fc.constantFrom(null, '2026-09-30'),
  number: fc.constantFrom('8613900000001', '8613900000002'),
  service: fc.constantFrom('voice', 'sms', 'data'),
  direction: fc.constantFrom('inbound', 'outbound'),
  network: fc.constantFrom('MACCT', 'CHNCM'),
  currency: fc.constantFrom('SDR', 'EUR'),
  decimals: fc.constant(2),
  events: fc.integer({ min: 1, max: 1_000 }),
  usage: fc.bigInt({ min: 0n, max: 1_000_000n }),
  amountMinor: fc.bigInt({ min: -1_000n, max: 1_000_000n }),
});

describe('a usage report', () => {
  it('has what the lines come to by network and service, without numbers, and is read back the same', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 40 }), (lines) => {
        const rows = usageRows(lines);
        const text = usageReportText(TERMS, rows);
        expect(parseUsageReport(text, TERMS)).toEqual(rows);
        expect(usageDiffers(rows, rows)).toBe(0);
        expect(rows.reduce((sum, row) => sum + row.amountMinor, 0n)).toBe(
          lines.reduce((sum, line) => sum + line.amountMinor, 0n),
        );
        expect(text).not.toContain('86139');
      }),
    );
    expect(usageReportText(TERMS, usageRows([LINE, { ...LINE, number: '8613900000002' }]))).toBe(
      'agreement,month,network,direction,service,kind,currency,events,usage,unit,charge\n' +
        'MACCT-2026,2026-10,MACCT,outbound,voice,period,SDR,4,242,seconds,2.410\n',
    );
  });

  it('says of what it is before it is read', () => {
    const text = usageReportText(TERMS, usageRows([LINE]));
    expect(usageReportOf(text)).toEqual({ agreement: 'MACCT-2026', from: '2026-10-01' });
    expect(usageReportOf('a letter')).toBeUndefined();
  });

  it('comes to a statement by the period’s rates and rounding, line by line', () => {
    const euro: BookLine = { ...LINE, service: 'data', currency: 'EUR', decimals: 2, amountMinor: 1_000n };
    const late: BookLine = { ...LINE, belongs: '2026-09-30', amountMinor: 1_004n };
    const drawn = statementFrom(usageRows([LINE, euro, late]), TERMS, [], { drawnAtMs: 0, revision: 1 });
    expect(drawn).toEqual({
      lines: expect.arrayContaining([
        { direction: 'outbound', service: 'voice', adjustment: false, amountMinor: 120n },
        { direction: 'outbound', service: 'voice', adjustment: true, amountMinor: 100n },
        { direction: 'outbound', service: 'data', adjustment: false, amountMinor: 800n },
      ]),
      netMinor: -1_020n,
    });
    const unknown = statementFrom(usageRows([{ ...euro, currency: 'USD' }]), TERMS, [], { drawnAtMs: 0, revision: 1 });
    expect(isRefusal(unknown) ? unknown.code : unknown).toBe('RateMissing');
  });

  it('differs where one side counts other events or other usage', () => {
    const rows = usageRows([LINE]);
    expect(usageDiffers(rows, usageRows([{ ...LINE, usage: 120n }]))).toBe(1);
    expect(usageDiffers(rows, usageRows([{ ...LINE, events: 3 }]))).toBe(1);
    expect(usageDiffers(rows, [])).toBe(1);
    expect(usageDiffers(rows, usageRows([{ ...LINE, amountMinor: 1n }]))).toBe(0);
  });

  const ROW = 'MACCT-2026,2026-10,MACCT,outbound,voice,period,SDR,4,242,seconds,2.410';
  it.each([
    ['WrongHeading', 'line 1', 'a,b', ''],
    ['WrongFieldCount', 'line 2', ROW, 'MACCT-2026,2026-10'],
    ['OtherAgreement', 'line 2/agreement', 'MACCT-2026,2026-10,M', 'OTHER-2026,2026-10,M'],
    ['WrongPeriod', 'line 2/month', '2026-10', '2026-11'],
    ['InvalidField', 'line 2/network', ',MACCT,', ',Macao,'],
    ['InvalidField', 'line 2/direction', 'outbound', 'both'],
    ['InvalidField', 'line 2/service', ',voice,', ',discount,'],
    ['InvalidField', 'line 2/kind', 'period', 'month'],
    ['WrongCurrency', 'line 2/currency', 'SDR', 'sdr'],
    ['InvalidField', 'line 2/events', ',4,', ',-4,'],
    ['InvalidField', 'line 2/usage', ',242,', ',24.2,'],
    ['InvalidField', 'line 2/unit', 'seconds', 'minutes'],
    ['InvalidAmount', 'line 2/charge', '2.410', '2.4100000'],
    ['InvalidAmount', 'line 2/charge', '2.410', '1e3'],
    ['LineTwice', 'line 3/network', ROW, `${ROW}\n${ROW}`],
  ])('is refused with %s at %s', (code, field, from, to) => {
    const text = `agreement,month,network,direction,service,kind,currency,events,usage,unit,charge\n${ROW}\n`;
    const spoiled = code === 'WrongHeading' ? from : text.replace(from, to);
    const refused = parseUsageReport(spoiled, TERMS);
    expect(isRefusal(refused) ? [refused.code, refused.field] : refused).toEqual([code, field]);
  });
});
