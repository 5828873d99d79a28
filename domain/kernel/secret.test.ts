import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { SecretBytes } from './secret.ts';

test('a secret shows its length, in whichever way it is written out', () => {
  const secret = new SecretBytes(Buffer.from('465b5ce8b199b49f', 'hex'));
  const shown = [`${secret}`, String(secret), JSON.stringify({ secret }), inspect({ secret }, { showHidden: true })];
  shown.push(inspect(new Error('failed', { cause: secret })), JSON.stringify({ ...secret }));
  for (const text of shown) expect(text).not.toMatch(/465b|5ce8|46 5b|70, ?91/i);
  expect(shown[0]).toBe('(secret, 8 bytes)');
});

test('its bytes come out by reveal alone, as a copy', () => {
  const bytes = Buffer.from('0102', 'hex');
  const secret = new SecretBytes(bytes);
  bytes[0] = 9;
  secret.reveal()[1] = 9;
  expect(secret.reveal().toString('hex')).toBe('0102');
  expect(secret.equals(new SecretBytes(Buffer.of(1, 2)))).toBe(true);
  expect(secret.equals(new SecretBytes(Buffer.of(1, 3)))).toBe(false);
  expect(secret.equals(new SecretBytes(Buffer.of(1)))).toBe(false);
});
