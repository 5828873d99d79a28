import { randomBytes } from 'node:crypto';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { hmacSm3 } from '../../domain/keys/sm3.ts';
import { GCM_NONCE_BYTES, open, seal } from '../../domain/keys/sm4-gcm.ts';
import type { Ring } from './private-fields.ts';

/**
 * A secret as text that may lie in a command, a journal or a state document: SM4-GCM for its place alone, under the key
 * ring's `journal` key, whose old versions are kept for ever.
 */

/** What the secret is and whose, e.g. `['sim.transportKey', tenant, partner]`: it opens there and nowhere else. */
export type SecretPlace = readonly [string, ...string[]];

const bound = (place: SecretPlace): Buffer => Buffer.from(place.join('\n'));

/** `<key id>.<nonce, ciphertext, tag in base64url>`. */
export const sealSecret = (ring: Ring, place: SecretPlace, secret: SecretBytes): string => {
  const key = ring.current('journal');
  const nonce = randomBytes(GCM_NONCE_BYTES);
  return `${key.id}.${Buffer.concat([nonce, seal(key.key, nonce, secret.reveal(), bound(place))]).toString('base64url')}`;
};

/** Fault `KeyMissing` or `Damaged` when it cannot be opened. */
export const openSecret = (ring: Ring, place: SecretPlace, text: string): SecretBytes | Fault => {
  const [id = '', body = ''] = text.split('.');
  const key = ring.byId('journal', id);
  if (key === undefined) return fault('keys', 'KeyMissing', `The key ${id} of a sealed secret is not in the ring.`);
  const bytes = Buffer.from(body, 'base64url');
  const plain = open(key.key, bytes.subarray(0, GCM_NONCE_BYTES), bytes.subarray(GCM_NONCE_BYTES), bound(place));
  return plain === undefined
    ? fault('keys', 'Damaged', 'A sealed secret is not what was sealed there.')
    : new SecretBytes(plain);
};

/** 32 hex digits that are the same for the same secret at the same place, and say nothing of it. */
export const secretFingerprint = (ring: Ring, place: SecretPlace, secret: SecretBytes): string =>
  hmacSm3(ring.current('blind-index').key, Buffer.concat([bound(place), Buffer.of(0), secret.reveal()]))
    .toString('hex')
    .slice(0, 32);
