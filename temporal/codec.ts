/**
 * The payload codec: what a workflow is given, knows and answers leaves this process only under SM4-GCM. A payload's
 * metadata names its encoding and the key's id, so old histories stay readable after a rotation; the nonce is random
 * and lies before the ciphertext. Payloads without our encoding pass unchanged (`temporal workflow start` by hand).
 */
import { randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { GCM_NONCE_BYTES, open, seal } from '../domain/keys/sm4-gcm.ts';
import type { RingKey } from '../store/keys/key-ring.ts';

/** What the codec needs of the key ring. */
export interface PayloadKeys {
  readonly current: (purpose: 'temporal-payload') => RingKey;
  readonly byId: (purpose: 'temporal-payload', id: string) => RingKey | undefined;
}

export const ENCODING = 'binary/sm4-gcm';
const KEY_ID = 'encryption-key-id';
const CIPHER = 'encryption-cipher';

/** A payload that says it is ours and cannot be read: another key, or changed on the way. */
export class UnreadablePayload extends Error {
  override readonly name = 'UnreadablePayload';
}

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** Binds the ciphertext to what its metadata says. */
const aadOf = (keyId: string): Buffer => Buffer.from(`${ENCODING}\n${keyId}`);

const encode = (keys: PayloadKeys, payload: Payload): Payload => {
  const { id, key } = keys.current('temporal-payload');
  const nonce = randomBytes(GCM_NONCE_BYTES);
  const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
  return {
    metadata: { encoding: Buffer.from(ENCODING), [CIPHER]: Buffer.from('SM4-GCM'), [KEY_ID]: Buffer.from(id) },
    data: Buffer.concat([nonce, seal(key, nonce, plain, aadOf(id))]),
  };
};

const decode = (keys: PayloadKeys, payload: Payload): Payload => {
  if (text(payload.metadata?.['encoding']) !== ENCODING) return payload;
  const id = text(payload.metadata?.[KEY_ID]);
  const found = keys.byId('temporal-payload', id);
  if (found === undefined) throw new UnreadablePayload(`There is no key ${JSON.stringify(id)} for this payload.`);
  const data = Buffer.from(payload.data ?? []);
  if (data.length < GCM_NONCE_BYTES) throw new UnreadablePayload('The payload is cut short.');
  const plain = open(found.key, data.subarray(0, GCM_NONCE_BYTES), data.subarray(GCM_NONCE_BYTES), aadOf(id));
  if (plain === undefined) throw new UnreadablePayload(`The payload is not what was sealed with ${id}.`);
  return proto.temporal.api.common.v1.Payload.decode(plain);
};

export const payloadCodec = (keys: PayloadKeys): PayloadCodec => ({
  encode: async (payloads) => payloads.map((payload) => encode(keys, payload)),
  decode: async (payloads) => payloads.map((payload) => decode(keys, payload)),
});
