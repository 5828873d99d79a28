import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { parsePartnerStatement, partnerStatementText, statementOf } from './partner-statement.ts';
import type { TheirLine } from './schema.ts';

const terms = { agreement: 'HKGPP-2026', from: '2026-10-01', currency: 'SDR', decimals: 2 };
const lines: ReadonlyArray<TheirLine> = [
  { direction: 'outbound', service: 'voice', adjustment: false, amountMinor: 123_456n },
  { direction: 'outbound', service: 'voice', adjustment: true, amountMinor: -305n },
  { direction: 'inbound', service: 'data', adjustment: false, amountMinor: 7n },
];
const text = partnerStatementText(terms, { lines, netMinor: -123_144n });

describe('the partner’s statement', () => {
  it('is read as it was written, and says of what it is', () => {
    expect(parsePartnerStatement(text, terms)).toEqual({ lines, netMinor: -123_144n });
    expect(parsePartnerStatement(`\uFEFF${text.replaceAll('\n', '\r\n')}`, terms)).toEqual({
      lines,
      netMinor: -123_144n,
    });
    expect(statementOf(text)).toEqual({ agreement: 'HKGPP-2026', from: '2026-10-01' });
    expect(statementOf('a letter')).toBeUndefined();
  });

  it.each([
    ['WrongHeading', 'line 1', (all: string) => all.replace('agreement,', '')],
    ['WrongFieldCount', 'line 2', (all: string) => all.replace('voice,period,', 'voice,')],
    ['OtherAgreement', 'line 2/agreement', (all: string) => all.replace('HKGPP-2026', 'HKGPP-2025')],
    ['WrongPeriod', 'line 3/from', (all: string) => all.replace(/2026-10-01(?=.*-3\.05)/, '2026-09-01')],
    ['WrongCurrency', 'line 2/currency', (all: string) => all.replace('SDR', 'EUR')],
    ['InvalidField', 'line 2/direction', (all: string) => all.replace('outbound', 'both')],
    ['InvalidField', 'line 2/service', (all: string) => all.replace('voice', 'fax')],
    ['InvalidField', 'line 2/kind', (all: string) => all.replace(',period', ',whole')],
    ['InvalidField', 'line 5/service', (all: string) => all.replace('net,,', 'net,voice,')],
    ['InvalidAmount', 'line 2/amount', (all: string) => all.replace('1234.56', '1234.567')],
    ['InvalidAmount', 'line 2/amount', (all: string) => all.replace('1234.56', '1.234,56'.replace(',', ''))],
    ['LineTwice', 'line 3/direction', (all: string) => all.replace('adjustment', 'period')],
    ['NetMissing', 'line 4', (all: string) => all.replace(/.*net.*\n/, '')],
  ])('is refused as %s at %s', (code, field, spoil) => {
    const refused = parsePartnerStatement(spoil(text), terms);
    if (!isRefusal(refused)) throw new Error('it was taken');
    expect(refused).toMatchObject({ kind: 'invalid', code, field, action: expect.stringContaining('partner') });
  });
});
