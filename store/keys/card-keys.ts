import type { ActorId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import type { SubscriberKeys } from '../../domain/sim/uicc/codec-keys.ts';
import type { StaticKeys } from '../../domain/sim/uicc/secure-channel.ts';
import type { Ring } from './private-fields.ts';
import { openSecret, type SecretPlace, sealSecret } from './sealed-secret.ts';

/**
 * The keys of a blank card as text that may lie in a journal, a state document or a message: SM4-GCM for this card
 * alone, under the key ring's `journal` key, whose old versions are kept for ever. Opened only where the card is written.
 */

export interface CardKeys {
  /** K with OPc or OP; left out when the factory has put them in and does not tell. */
  readonly keys?: SubscriberKeys;
  /** In the profile's encoding; left out for cards that ask for none. */
  readonly adm?: string;
  /** Of its secure channel; left out for cards that have none. */
  readonly channel?: StaticKeys;
}

const placeOf = ({ tenant, key }: ActorId): SecretPlace => ['sim.blankCard', 'keys', tenant, key];

/** `<key id>.<nonce, ciphertext, tag in base64url>`. */
export const sealCardKeys = (ring: Ring, card: ActorId, { keys, adm, channel }: CardKeys): string => {
  const hex = (secret?: SecretBytes): string | undefined => secret?.reveal().toString('hex');
  const ofChannel = channel && { enc: hex(channel.enc), mac: hex(channel.mac), dek: hex(channel.dek) };
  const shown = { k: hex(keys?.k), opc: hex(keys?.opc), op: hex(keys?.op), adm, channel: ofChannel };
  return sealSecret(ring, placeOf(card), new SecretBytes(Buffer.from(JSON.stringify(shown))));
};

type Plain = {
  readonly k?: string;
  readonly opc?: string;
  readonly op?: string;
  readonly adm?: string;
  readonly channel?: { readonly enc: string; readonly mac: string; readonly dek: string };
};

const secret = (hex: string): SecretBytes => new SecretBytes(Buffer.from(hex, 'hex'));

/** Fault `KeyMissing` or `Damaged` when it cannot be opened. */
export const openCardKeys = (ring: Ring, card: ActorId, text: string): CardKeys | Fault => {
  const plain = openSecret(ring, placeOf(card), text);
  if (isFault(plain)) return plain;
  // What this file sealed, with this shape.
  const { k, opc, op, adm, channel } = JSON.parse(plain.reveal().toString()) as Plain;
  const more = { ...(opc === undefined ? {} : { opc: secret(opc) }), ...(op === undefined ? {} : { op: secret(op) }) };
  return {
    ...(k === undefined ? {} : { keys: { k: secret(k), ...more } }),
    ...(adm === undefined ? {} : { adm }),
    ...(channel === undefined
      ? {}
      : { channel: { enc: secret(channel.enc), mac: secret(channel.mac), dek: secret(channel.dek) } }),
  };
};
