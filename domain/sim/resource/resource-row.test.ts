import { expect, it } from 'vitest';
import { iccidOfBody } from '../iccid.ts';
import { resourceRow } from './resource-row.ts';

const cells = { first: '460010000000000', last: '', product: 'P', city: '110000' };
const iccid = iccidOfBody('8986012600000000001');

it('reads a number, a range, and whole ICCIDs as bodies', () => {
  expect(resourceRow('imsi', cells)).toEqual({ ...cells, last: cells.first });
  expect(resourceRow('imsi', { ...cells, last: '460010000000009', city: '' })).toMatchObject({ city: '' });
  expect(resourceRow('iccid', { ...cells, first: iccid })).toMatchObject({ first: '8986012600000000001' });
});

it.each([
  ['InvalidNumber', 'imsi', { first: '46001x' }],
  ['InvalidNumber', 'imsi', { last: '4600' }],
  ['InvalidNumber', 'iccid', { first: `${iccid.slice(0, -1)}${(Number(iccid.at(-1)) + 1) % 10}` }],
  ['InvalidRange', 'imsi', { last: '460000000000000' }],
  ['InvalidRange', 'imsi', { last: '46001000000000' }],
  ['RangeTooLarge', 'imsi', { last: '460011000000000' }],
  ['InvalidProduct', 'imsi', { product: '' }],
  ['InvalidCity', 'imsi', { city: '北京' }],
] as const)('refuses with %s', (code, type, changed) => {
  expect(resourceRow(type, { ...cells, ...changed })).toBe(code);
});
