import { Schema } from 'effect';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../test/support/mandates.ts';
import { fitsKind, parseMsisdn } from './identifiers.ts';
import { Account, BankCode, ProvinceCode } from './schema.ts';

describe('a mobile number', () => {
  it.each(['13800138000', '8613800138000', '+86 138 0013 8000', '0086-138-0013-8000'])(
    'is the same however it is dialled: %s',
    (text) => expect(parseMsisdn(text)).toBe('8613800138000'),
  );

  it.each(['', '1380013800', '138001380000', '12800138000', '+8513800138000', '1380013800x', '１3800138000'])(
    'is refused: %j',
    (text) => expect(parseMsisdn(text)).toMatchObject({ code: 'InvalidMsisdn', field: 'number' }),
  );

  it('is itself when it is parsed again', () =>
    fc.assert(
      fc.property(fc.integer({ min: 13_000_000_000, max: 19_999_999_999 }), (national) => {
        const parsed = parseMsisdn(`${national}`);
        expect(parsed).toBe(`86${national}`);
        expect(parseMsisdn(String(parsed))).toBe(parsed);
      }),
    ));
});

describe('an account', () => {
  const decode = Schema.decodeUnknownEither(Account);

  it('of a card passes Luhn; with one digit changed it does not', () =>
    fc.assert(
      fc.property(fc.nat(99_999_999), fc.nat(18), fc.integer({ min: 1, max: 9 }), (serial, at, by) => {
        const { number } = cardOf(serial);
        expect(fitsKind('debit', number)).toBe(true);
        const digit = (Number(number[at]) + by) % 10;
        expect(fitsKind('credit', `${number.slice(0, at)}${digit}${number.slice(at + 1)}`)).toBe(false);
      }),
    ));

  it.each([
    ['account', '123456', true],
    ['account', '1'.repeat(32), true],
    ['account', '12345', false],
    ['account', '1'.repeat(33), false],
    ['account', '12345a', false],
    ['debit', '123456', false],
    ['credit', '0'.repeat(20), false],
  ] as const)('of the kind %s: %s is %s', (kind, number, fits) => {
    expect(fitsKind(kind, number)).toBe(fits);
    expect(decode({ kind, number })._tag).toBe(fits ? 'Right' : 'Left');
  });
});

it('codes of banks and provinces have one shape each', () => {
  const fits = (schema: Schema.Schema<string>, text: string) => Schema.is(schema)(text);
  expect(['CCB', 'CMPAY-UNIONPAY', 'ccb', 'C'].map((code) => fits(BankCode, code))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(['110000', '650000', '110101', '0'].map((code) => fits(ProvinceCode, code))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
