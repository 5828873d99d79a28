import { expect, it } from 'vitest';
import { example } from '../../../test/support/rating.ts';
import { isProblems } from '../rating/refusals.ts';
import { changeRule } from '../terms/document.ts';
import { type Department, decodeDepartment, decodePartner, hasEnded, type Partner } from './schema.ts';

const fingerprint = `SHA256:${'a'.repeat(43)}`;
const server = { url: 'sftp://us@files.example:2222/roaming', fingerprints: [fingerprint], credential: 'HKGPP' };
const PARTNER = {
  ...{
    code: 'HKGPP',
    name: 'Hong Kong',
    server,
    bookDigits: 2,
    returnFatal: false,
    statementDetail: false,
    checksum: 'sm3',
    visitors: null,
  },
  ...{ awaited: { usageMinutes: 1_500, nrtrdeMinutes: null }, ciber: null },
} as const satisfies Partner;
const ciber = { edition: example('ciber-edition'), ourSid: '30001', sid: '133', utcOffset: '-0500' };

it('is one with or without CIBER', () => {
  expect(decodePartner(PARTNER)).toEqual(PARTNER);
  expect(isProblems(decodePartner({ ...PARTNER, ciber }))).toBe(false);
});

it.each<readonly [string, string, object]>([
  ['a password in the address', 'server/url', { server: { ...server, url: 'sftp://us:secret@files.example' } }],
  ['nobody in the address', 'server/url', { server: { ...server, url: 'sftp://files.example' } }],
  ['another protocol', 'server/url', { server: { ...server, url: 'ftp://us@files.example' } }],
  ['a port that is none', 'server/url', { server: { ...server, url: 'sftp://us@files.example:99999' } }],
  ['no fingerprint', 'server/fingerprints', { server: { ...server, fingerprints: [] } }],
  ['a fingerprint of another hash', 'server/fingerprints/0', { server: { ...server, fingerprints: ['MD5:0'] } }],
  ['a path for a key', 'server/credential', { server: { ...server, credential: '../../etc/shadow' } }],
  ['a key itself', 'server/privateKey', { server: { ...server, privateKey: 'x' } }],
  ['a code that is none', 'code', { code: 'hk' }],
  ['three digits', 'bookDigits', { bookDigits: 3 }],
  ['another checksum', 'checksum', { checksum: 'md5' }],
])('is refused with %s, by %s', (_, field, change) => {
  expect(decodePartner({ ...PARTNER, ...change })).toMatchObject({ refusals: [{ field }] });
});

it('is refused with an edition whose layouts do not fit, by the place in it', () => {
  const edition = { ...(example('ciber-edition') as object), recordLength: 20 };
  const found = decodePartner({ ...PARTNER, ciber: { ...ciber, edition } });
  expect(isProblems(found) && found.refusals.map(({ field }) => field?.split('/').slice(0, 2).join('/'))).toContain(
    'ciber/edition',
  );
});

const DEPARTMENT: Department = {
  code: 'finance',
  name: 'Finance',
  server,
  cycles: ['daily', 'weekly'],
  endedFrom: null,
};

it('a department has a server, and the billing files that it gets', () => {
  expect(decodeDepartment(DEPARTMENT)).toEqual(DEPARTMENT);
  expect(decodeDepartment({ ...DEPARTMENT, cycles: [] })).toMatchObject({ cycles: [] });
  const { endedFrom: _, ...before } = DEPARTMENT;
  expect(decodeDepartment(before)).toEqual(DEPARTMENT);
});

it.each<readonly [string, string, object]>([
  ['the code of a partner', 'code', { code: 'HKGPP' }],
  ['another cycle', 'cycles/0', { cycles: ['yearly'] }],
  ['more cycles than there are', 'cycles', { cycles: ['daily', 'daily', 'daily', 'daily'] }],
  ['a port that is none', 'server/url', { server: { ...server, url: 'sftp://us@files.example:99999' } }],
  ['what only a partner has', 'bookDigits', { bookDigits: 1 }],
])('a department is refused with %s, by %s', (_, field, change) => {
  expect(decodeDepartment({ ...DEPARTMENT, ...change })).toMatchObject({ refusals: [{ field }] });
});

it('keeps the division of its books', () => {
  expect(changeRule('partner', { ...PARTNER, name: 'other' })?.(PARTNER)).toBeUndefined();
  expect(changeRule('partner', { ...PARTNER, bookDigits: 1 })?.(PARTNER)).toMatchObject({
    refusals: [{ code: 'BookDigitsFixed', field: 'bookDigits' }],
  });
});

it.each([
  ['2026-11-30', false],
  ['2026-12-01', true],
  ['2027-01-01', true],
])('a department that ends from 2026-12-01 on has ended on %s: %s', (day, ended) => {
  expect(hasEnded({ ...DEPARTMENT, endedFrom: '2026-12-01' }, day)).toBe(ended);
  expect(hasEnded(DEPARTMENT, day)).toBe(false);
});
