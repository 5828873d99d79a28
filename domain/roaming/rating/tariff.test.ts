import { describe, expect, it } from 'vitest';
import { example, right } from '../../../test/support/rating.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { parseDay } from './calendar.ts';
import { compileAgreement } from './compile.ts';
import { explainPrice } from './explain.ts';
import { rateEvent, usageEvent } from './rate.ts';
import { compilePlan } from './retail.ts';
import { decodeAgreement, decodeRetailPlan, decodeUsageRecords } from './schema.ts';
import { tariffOf } from './tariff.ts';

const plan = right(compilePlan(right(decodeRetailPlan(example('plan')))));
const on = (network: string, day: string) => {
  const tariff = tariffOf(plan, network, parseDay(day) ?? 0);
  return isRefusal(tariff) ? tariff.code : tariff;
};

describe('a published tariff', () => {
  it('says what a minute, a message and a megabyte cost, as they would be charged', () => {
    expect(on('HKGPP', '2026-11-26')).toMatchObject({
      network: 'HKGPP',
      plan: 'TRAVEL',
      currency: 'CNY',
      prices: [
        // 0.99 less 10 %, and 103 units of 10 KiB at 0.0025 less 10 %.
        { service: 'voice', first: { units: 60, price: '0.99' }, example: { quantity: '60', total: '0.89' } },
        { service: 'sms', unit: 'message', example: { quantity: '1', total: '0.26' } },
        { service: 'data', unit: 'byte', example: { quantity: '1048576', total: '0.23' } },
      ],
      discounts: [{ name: 'gold-member', percent: '10' }],
      packages: [
        { name: 'ASIA-1G', price: null },
        { name: 'VOICE-30', price: '28' },
      ],
    });
  });

  it('is that of everywhere else where no tariff names the network, with the packages that hold there', () => {
    expect(on('USAAT', '2026-11-26')).toMatchObject({
      prices: [{ service: 'voice', zone: null, band: null, example: { total: '3.99' } }],
      packages: [{ name: 'VOICE-30' }],
    });
  });

  it('is none on a day without one, or in a network without one', () => {
    expect(on('HKGPP', '2025-12-31')).toBe('NoTermsInForce');
    const here = { ...plan, elsewhere: undefined };
    expect(tariffOf(here, 'USAAT', parseDay('2026-11-26') ?? 0)).toMatchObject({ code: 'NetworkWithoutTariff' });
  });

  it('has a line for each zone and band', () => {
    const agreement = right(compileAgreement(right(decodeAgreement(example('agreement')))));
    const tariff = tariffOf(
      { ...plan, byNetwork: new Map([['HKGPP', agreement.terms]]) },
      'HKGPP',
      parseDay('2026-11-26') ?? 0,
    );
    if (isRefusal(tariff)) throw new Error(tariff.code);
    expect(
      tariff.prices.map(({ service, direction, zone, band }) => [service, direction, zone, band].join(' ')),
    ).toEqual([
      'voice originating local peak',
      'voice originating local offpeak',
      'voice originating home ',
      'voice originating premium ',
      'voice originating  ',
      'voice terminating  ',
      'sms originating  ',
      'data originating  ',
    ]);
    expect(tariff.prices[0]).toMatchObject({ prefixes: ['852'], example: { total: '0.223' } });
  });
});

describe('an explained price', () => {
  it('has each step in words, and amounts that add up', () => {
    const agreement = right(compileAgreement(right(decodeAgreement(example('agreement')))));
    const [record] = right(decodeUsageRecords(example('events')));
    const price = record === undefined ? undefined : rateEvent(agreement, usageEvent(record));
    if (price === undefined || isRefusal(price)) throw new Error('no price');
    expect(explainPrice(price)).toEqual({
      ...{ version: 2, rate: 'moc-home', zone: 'home', band: 'peak', currency: 'XDR', quantity: '125' },
      ...{ charge: '1.007', discount: '0.000', tax: '0.060', total: '1.067' },
      steps: [
        { kind: 'setup', text: 'set-up', amount: '0.05' },
        { kind: 'first', text: 'first 60', amount: '0.48' },
        { kind: 'following', text: '65 × 1 at 0.007333', amount: '0.476645' },
        { kind: 'rounding', text: 'rounding of the charge, halfUp', amount: '0.000355' },
        { kind: 'discount', text: 'discount voice-volume: 12.5 % of 0.007', amount: '-0.000875' },
        { kind: 'rounding', text: 'rounding of the discount, down', amount: '0.000875' },
        { kind: 'tax', text: 'VAT: 6 % of 1.007', amount: '0.06042' },
        { kind: 'rounding', text: 'rounding of the tax, halfUp', amount: '-0.00042' },
      ],
    });
  });
});
