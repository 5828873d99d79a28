import { expect, it } from 'vitest';
import { decodeOperator, type Operator } from './schema.ts';

const OPERATOR: Operator = {
  ...{ code: 'HKGPP', otherCodes: ['HKGM3'], country: 'HKG' },
  names: { zh: '香港电讯', en: 'Hong Kong Telecom' },
  networks: [
    { mcc: '454', mnc: '12' },
    { mcc: '454', mnc: '013' },
  ],
  contacts: [{ about: 'settlement', name: 'Ms Chan', mail: 'settlement@example.hk', phone: '+852 2123 4567' }],
};

it('an operator has its codes, names, country, networks and whom to ask', () => {
  expect(decodeOperator(OPERATOR)).toEqual(OPERATOR);
});

it.each<readonly [string, string, object]>([
  ['a code that is none', 'code', { code: 'hk' }],
  ['a country of two letters', 'country', { country: 'HK' }],
  ['no network', 'networks', { networks: [] }],
  ['a country code that is none', 'networks/0/mcc', { networks: [{ mcc: '154', mnc: '12' }] }],
  ['a network twice', 'networks/1', { networks: [OPERATOR.networks[0], OPERATOR.networks[0]] }],
  ['its own code as another', 'otherCodes/0', { otherCodes: ['HKGPP'] }],
  ['no Chinese name', 'names/zh', { names: { zh: '', en: 'x' } }],
  ['a number without its country', 'contacts/0/phone', { contacts: [{ ...OPERATOR.contacts[0], phone: '21234567' }] }],
])('is refused with %s, by %s', (_, field, change) => {
  expect(decodeOperator({ ...OPERATOR, ...change })).toMatchObject({ refusals: [{ field }] });
});
