import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { type Sm2PrivateKey, sm2PrivateKey } from '../../domain/keys/sm2.ts';

/** Secrets of a simulated partner: 32 bytes in a file of 64 hex digits, made at the first start. */

export const secretFile = async (file: string): Promise<SecretBytes> => {
  const there = await readFile(file, 'utf8').catch(() => undefined);
  const hex = there ?? randomBytes(32).toString('hex');
  if (there === undefined) await writeFile(file, hex, { mode: 0o600 });
  return new SecretBytes(Buffer.from(hex, 'hex'));
};

export const signingKey = async (file: string): Promise<Sm2PrivateKey> => {
  const key = sm2PrivateKey(await secretFile(file));
  if (key === undefined) throw new Error(`${file} holds no SM2 key`);
  return key;
};
