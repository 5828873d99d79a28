import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { SecretBytes } from '../../kernel/secret.ts';
import { aesCbc, cmac, desCbc, tripleKey } from './cmac.ts';

/**
 * Secured packets over the air, SCP80 (TS 102 225, in short messages TS 31.115): a command packet to a card's applet,
 * and its proof of receipt (PoR). Pure: the counter and the keys come from outside, and a counter is used once.
 */

export type OtaAlgorithm = '3des' | 'aes';
/** What the card does with a counter: none, not checked, must be higher, must be higher by one (SPI1 bits 4–5). */
export type CounterRule = 'none' | 'available' | 'higher' | 'next';

export interface OtaKeys {
  readonly kic: SecretBytes;
  readonly kid: SecretBytes;
  /** Key set 1–15. */
  readonly index: number;
  readonly algorithm: OtaAlgorithm;
}

export interface OtaSettings {
  readonly counter: CounterRule;
  readonly ciphered: boolean;
  readonly integrity: 'none' | 'cc';
  readonly por: 'no' | 'always' | 'on-error';
  readonly porCiphered: boolean;
  readonly porIntegrity: 'none' | 'cc';
  /** True: the answer comes as a message of its own, not as the report of delivery. */
  readonly porInSubmit: boolean;
}

export interface OtaResponse {
  readonly counter: number;
  readonly status: string;
  readonly data: Buffer;
}

const COUNTERS: readonly CounterRule[] = ['none', 'available', 'higher', 'next'];
const PORS = ['no', 'always', 'on-error'] as const;
const CC_BYTES = 8;
const MAX_COUNTER = 2 ** 40 - 1;

/** TS 102 225 §5.1.1. */
const spiOf = (one: OtaSettings): Buffer => {
  const first = (one.integrity === 'cc' ? 2 : 0) | (one.ciphered ? 4 : 0) | (COUNTERS.indexOf(one.counter) << 3);
  const second =
    PORS.indexOf(one.por) |
    (one.porIntegrity === 'cc' ? 8 : 0) |
    (one.porCiphered ? 0x10 : 0) |
    (one.porInSubmit ? 0x20 : 0);
  return Buffer.of(first, second);
};

/** KIc and KID (§5.1.2): key index, and 3DES in CBC with two or three keys, or AES. */
const keyByte = ({ index, algorithm }: OtaKeys, key: SecretBytes): number => {
  if (!Number.isInteger(index) || index < 1 || index > 15) throw new RangeError('a key set is 1 to 15');
  if (algorithm === 'aes') return (index << 4) | 0x02;
  return (index << 4) | (key.length === 24 ? 0x09 : 0x05);
};

const blockOf = (algorithm: OtaAlgorithm): number => (algorithm === 'aes' ? 16 : 8);

/** CC (§5.1.3.2): a CBC-MAC of 3DES over zero-padded blocks, or AES-CMAC cut to eight bytes. */
const checksum = ({ algorithm, kid }: OtaKeys, message: Buffer): Buffer => {
  if (algorithm === 'aes') return cmac(kid.reveal(), message).subarray(0, CC_BYTES);
  const padded = Buffer.alloc(Math.ceil(message.length / 8) * 8);
  message.copy(padded);
  return desCbc(kid.reveal(), padded).subarray(-CC_BYTES);
};

const encrypt = ({ algorithm, kic }: OtaKeys, plain: Buffer): Buffer =>
  algorithm === 'aes' ? aesCbc(kic.reveal(), plain) : desCbc(kic.reveal(), plain);

const decrypt = ({ algorithm, kic }: OtaKeys, cipher: Buffer): Buffer => {
  const key = kic.reveal();
  const [name, full] = algorithm === 'aes' ? [`aes-${key.length * 8}-cbc`, key] : ['des-ede3-cbc', tripleKey(key)];
  return createDecipheriv(name, full, Buffer.alloc(blockOf(algorithm)))
    .setAutoPadding(false)
    .update(cipher);
};

const counterBytes = (counter: number): Buffer => {
  if (!Number.isInteger(counter) || counter < 0 || counter > MAX_COUNTER)
    throw new RangeError('a counter has five bytes');
  const bytes = Buffer.alloc(5);
  bytes.writeUIntBE(counter, 0, 5);
  return bytes;
};

/** The command packet (§5.1). `tar` names the applet, three bytes; `data` is what it shall do, e.g. APDUs. */
export const encodeOtaCommand = (
  keys: OtaKeys,
  settings: OtaSettings,
  tar: Uint8Array,
  counter: number,
  data: Uint8Array,
): Buffer => {
  if (tar.length !== 3) throw new RangeError('a TAR has three bytes');
  const block = blockOf(keys.algorithm);
  const ccLength = settings.integrity === 'cc' ? CC_BYTES : 0;
  const body = 6 + ccLength + data.length;
  const padding = settings.ciphered ? (block - (body % block)) % block : 0;
  const header = Buffer.concat([spiOf(settings), Buffer.of(keyByte(keys, keys.kic), keyByte(keys, keys.kid)), tar]);
  const length = 1 + header.length + body + padding;
  const prefix = Buffer.concat([Buffer.of(length >> 8, length & 0xff, header.length + 6 + ccLength), header]);
  const count = Buffer.concat([counterBytes(counter), Buffer.of(padding)]);
  const padded = Buffer.concat([data, Buffer.alloc(padding)]);
  const cc = ccLength === 0 ? Buffer.alloc(0) : checksum(keys, Buffer.concat([prefix, count, padded]));
  const secured = Buffer.concat([count, cc, padded]);
  return Buffer.concat([prefix, settings.ciphered ? encrypt(keys, secured) : secured]);
};

const STATUSES = [
  'ok',
  'integrity-failed',
  'counter-low',
  'counter-high',
  'counter-blocked',
  'ciphering-error',
  'security-error',
  'no-memory',
  'more-time',
  'tar-unknown',
  'security-too-low',
] as const;

const malformed = (): Refusal =>
  refuse('invalid', 'MalformedOtaResponse', 'The lengths of the response packet do not fit.', { field: 'response' });

/** UDH `02 71 00` of a response packet in a short message (TS 31.115 §4.4). */
const UDH = Buffer.of(0x02, 0x71, 0x00);

/**
 * The response packet with its user data header. Refused with `MalformedOtaResponse`, or `OtaMacWrong` when the
 * settings ask for a CC and it is wrong: such a packet proves nothing.
 */
export const decodeOtaResponse = (keys: OtaKeys, settings: OtaSettings, packet: Uint8Array): OtaResponse | Refusal => {
  const buffer = Buffer.from(packet);
  const ccLength = settings.porIntegrity === 'cc' ? CC_BYTES : 0;
  if (buffer.length < 16 + ccLength || !buffer.subarray(0, 3).equals(UDH)) return malformed();
  if (buffer.readUInt16BE(3) !== buffer.length - 5 || buffer.readUInt8(5) !== 10 + ccLength) return malformed();
  const secured = buffer.subarray(9);
  if (settings.porCiphered && secured.length % blockOf(keys.algorithm) !== 0) return malformed();
  const plain = settings.porCiphered ? decrypt(keys, secured) : secured;
  const padding = plain.readUInt8(5);
  const cc = plain.subarray(7, 7 + ccLength);
  const data = plain.subarray(7 + ccLength);
  if (padding > data.length) return malformed();
  const covered = Buffer.concat([buffer.subarray(0, 9), plain.subarray(0, 7), data]);
  if (ccLength > 0 && !timingSafeEqual(checksum(keys, covered), cc)) {
    return refuse('denied', 'OtaMacWrong', 'The cryptographic checksum of the response is wrong.', {
      field: 'response',
    });
  }
  const status = plain.readUInt8(6);
  return {
    counter: plain.readUIntBE(0, 5),
    status: STATUSES[status] ?? `status-${status}`,
    data: data.subarray(0, data.length - padding),
  };
};
