import { randomBytes } from 'node:crypto';
import { Effect } from 'effect';
import { expect, it } from 'vitest';
import { isFault } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import type { Ring } from './private-fields.ts';
import { openSecret, sealSecret, secretFingerprint } from './sealed-secret.ts';

const versions = { 'journal-1': randomBytes(16), 'blind-index-1': randomBytes(32) };
const ring: Ring = {
  current: (purpose) => ({ id: `${purpose}-1`, key: versions[`${purpose}-1` as keyof typeof versions] }),
  refresh: Effect.void,
  byId: (_purpose, id) => {
    const key = versions[id as keyof typeof versions];
    return key === undefined ? undefined : { id, key };
  },
};
const place = ['sim.transportKey', 'demo', 'EASTCARD'] as const;
const secret = new SecretBytes(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'));

it('opens at its place, and shows nothing', () => {
  const text = sealSecret(ring, place, secret);
  expect(text).toMatch(/^journal-1\.[\w-]+$/);
  const opened = openSecret(ring, place, text);
  expect(opened instanceof SecretBytes && opened.equals(secret)).toBe(true);
  expect(sealSecret(ring, place, secret)).not.toBe(text);
});

it('opens nowhere else, not when changed, and not without its key', () => {
  const text = sealSecret(ring, place, secret);
  const code = (of: typeof place | readonly [string, string, string], sealed: string) => {
    const opened = openSecret(ring, of, sealed);
    return isFault(opened) ? opened.code : 'opened';
  };
  expect(code(['sim.transportKey', 'rival', 'EASTCARD'], text)).toBe('Damaged');
  expect(code(place, `${text.slice(0, -4)}AAAA`)).toBe('Damaged');
  expect(code(place, text.replace('journal-1', 'journal-9'))).toBe('KeyMissing');
});

it('has a fingerprint by which the same secret is known again', () => {
  const print = secretFingerprint(ring, place, secret);
  expect(print).toMatch(/^[0-9a-f]{32}$/);
  expect(secretFingerprint(ring, place, new SecretBytes(secret.reveal()))).toBe(print);
  expect(secretFingerprint(ring, ['other'], secret)).not.toBe(print);
});
