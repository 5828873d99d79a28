import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../kernel/refusal.ts';
import { decodeTelecomApplication, encodeTelecomApplication } from './file.ts';

const sample = {
  application: 'T-20261126-0001',
  created: '2026-11-26T06:00:00Z',
  lines: [
    { no: 1, product: 'CTC-4G', city: '110000', quantity: 1_000 },
    { no: 2, product: 'CTC-5G', city: '310000', quantity: 25 },
  ],
};

const code = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/);
const files = fc.record({
  application: fc.stringMatching(/^[A-Z0-9][A-Z0-9-]{2,39}$/),
  created: fc.constant('2026-11-26T06:00:00Z'),
  lines: fc.array(
    fc.record({
      no: fc.integer({ min: 1, max: 1_000 }),
      product: code,
      city: code,
      quantity: fc.integer({ min: 1, max: 9_999_999 }),
    }),
    { minLength: 1, maxLength: 20 },
  ),
});

describe('the application file in fixed columns', () => {
  it('is laid out as the documentation says', () => {
    expect(encodeTelecomApplication(sample).toString('latin1').split('\r\n')).toEqual([
      'H01T-20261126-0001                         2026-11-26T06:00:00Z',
      'L0001CTC-4G                          110000                          00001000',
      'L0002CTC-5G                          310000                          00000025',
      'T00020000001025',
      '',
    ]);
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(files, (file) => {
        expect(decodeTelecomApplication(encodeTelecomApplication(file))).toEqual(file);
      }),
    );
  });

  it.each([
    ['cut off in a line', (text: string) => text.slice(0, -20), 3],
    ['without its trailer', (text: string) => text.replace(/T\d+\r\n$/, ''), 3],
    ['with another sum', (text: string) => text.replace('00001025', '00001024'), 4],
    ['with a line too few', (text: string) => text.replace(/L0002.*\r\n/, ''), 3],
    ['with a column moved', (text: string) => text.replace('L0001CTC', 'L0001 CTC'), 2],
    ['without a header', (text: string) => text.replace('H01', 'X01'), 1],
    ['empty', () => '', 1],
  ])('is refused %s', (_, spoil, line) => {
    const read = decodeTelecomApplication(Buffer.from(spoil(encodeTelecomApplication(sample).toString('latin1'))));
    expect(isRefusal(read) ? [read.code, read.field] : read).toEqual(['InvalidTelecomApplication', String(line)]);
  });
});
