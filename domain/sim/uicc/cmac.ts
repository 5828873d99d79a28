import { createCipheriv } from 'node:crypto';

/**
 * Block ciphers as cards use them, over Node's own: AES-CMAC (NIST SP 800-38B), 3DES with two keys, and the retail MAC
 * (ISO/IEC 9797-1 algorithm 3). Single DES is 3DES with one key thrice, since OpenSSL 3 has no DES by default.
 */

export const aesEcb = (key: Buffer, blocks: Uint8Array): Buffer =>
  createCipheriv(`aes-${key.length * 8}-ecb`, key, null)
    .setAutoPadding(false)
    .update(blocks);

export const aesCbc = (key: Buffer, blocks: Uint8Array, iv: Uint8Array = Buffer.alloc(16)): Buffer =>
  createCipheriv(`aes-${key.length * 8}-cbc`, key, iv)
    .setAutoPadding(false)
    .update(blocks);

/** Shifted left by a bit, with the field's polynomial when a bit falls out. */
const double = (block: Buffer): Buffer => {
  const shifted = Buffer.from(block.map((byte, at) => ((byte << 1) & 0xff) | ((block[at + 1] ?? 0) >> 7)));
  if ((block[0] ?? 0) & 0x80) shifted[15] = (shifted[15] ?? 0) ^ 0x87;
  return shifted;
};

/** Sixteen bytes. The key has 16, 24 or 32. */
export const cmac = (key: Buffer, message: Uint8Array): Buffer => {
  const first = double(aesEcb(key, Buffer.alloc(16)));
  const whole = message.length > 0 && message.length % 16 === 0;
  const padded = whole ? Buffer.from(message) : padIso(message, 16);
  const subkey = whole ? first : double(first);
  for (let at = 0; at < 16; at += 1) {
    const last = padded.length - 16 + at;
    padded[last] = (padded[last] ?? 0) ^ (subkey[at] ?? 0);
  }
  return aesCbc(key, padded).subarray(-16);
};

/** `80`, then zeros to whole blocks (ISO/IEC 9797-1 method 2); at least one byte. */
export const padIso = (bytes: Uint8Array, block: number): Buffer => {
  const padded = Buffer.alloc(bytes.length + block - (bytes.length % block));
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  return padded;
};

/** Undefined when the end is no padding of method 2. */
export const unpadIso = (bytes: Buffer): Buffer | undefined => {
  const end = bytes.lastIndexOf(0x80);
  return end < 0 || bytes.subarray(end + 1).some((byte) => byte !== 0) ? undefined : bytes.subarray(0, end);
};

/** The three keys that Node wants: of two, the first again; of one, thrice. */
export const tripleKey = (key: Uint8Array): Buffer => {
  if (key.length === 8) return Buffer.concat([key, key, key]);
  return key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : Buffer.from(key);
};

export const desCbc = (key: Uint8Array, blocks: Uint8Array, iv: Uint8Array = Buffer.alloc(8)): Buffer =>
  createCipheriv('des-ede3-cbc', tripleKey(key), iv).setAutoPadding(false).update(blocks);

export const desEcb = (key: Uint8Array, blocks: Uint8Array): Buffer =>
  createCipheriv('des-ede3', tripleKey(key), null).setAutoPadding(false).update(blocks);

/** Single DES over all blocks but the last, 3DES over that one. The message is padded already; the key has 16 bytes. */
export const retailMac = (key: Buffer, padded: Buffer, iv: Uint8Array): Buffer => {
  const before = padded.subarray(0, -8);
  const chained = before.length === 0 ? iv : desCbc(key.subarray(0, 8), before, iv).subarray(-8);
  return desCbc(key, padded.subarray(-8), chained);
};
