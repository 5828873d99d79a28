import { SecretBytes } from '../../domain/kernel/secret.ts';
import { GCM_NONCE_BYTES, open, SM4_KEY_BYTES, seal } from '../../domain/keys/sm4-gcm.ts';
import type { SubscriberKeys } from '../../domain/sim/uicc/codec-keys.ts';
import type { DataAnswer } from './messages.ts';

/**
 * K and OPc on their way: 32 bytes under SM4-GCM with the transport key that both sides have from a file. The
 * additional data name request, card and IMSI, so that keys cannot be moved to another answer.
 */

export interface TransportKey {
  readonly id: string;
  /** 16 bytes. */
  readonly key: SecretBytes;
}

type Place = Pick<DataAnswer, 'request' | 'iccid' | 'imsi'>;
const KEY_BYTES = 16;

const placeOf = ({ request, iccid, imsi }: Place): Buffer =>
  Buffer.from(['eop-write-data-1', request, iccid, imsi].join('\n'));

export const isTransportKey = ({ length }: SecretBytes): boolean => length === SM4_KEY_BYTES;

/** `nonce`: 12 bytes, never twice under one transport key. */
export const sealKeys = (
  { id, key }: TransportKey,
  nonce: Uint8Array,
  { k, opc }: Required<Pick<SubscriberKeys, 'k' | 'opc'>>,
  place: Place,
): DataAnswer['keys'] => {
  const sealed = seal(key.reveal(), nonce, Buffer.concat([k.reveal(), opc.reveal()]), placeOf(place));
  return { transportKey: id, nonce: Buffer.from(nonce).toString('base64'), sealed: sealed.toString('base64') };
};

/** Undefined when they are not under this key, not of this answer, or not two keys. */
export const openKeys = ({ id, key }: TransportKey, { keys, ...place }: DataAnswer): SubscriberKeys | undefined => {
  const nonce = Buffer.from(keys.nonce, 'base64');
  if (keys.transportKey !== id || nonce.length !== GCM_NONCE_BYTES) return undefined;
  const plain = open(key.reveal(), nonce, Buffer.from(keys.sealed, 'base64'), placeOf(place));
  if (plain?.length !== 2 * KEY_BYTES) return undefined;
  return { k: new SecretBytes(plain.subarray(0, KEY_BYTES)), opc: new SecretBytes(plain.subarray(KEY_BYTES)) };
};
