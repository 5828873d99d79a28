/**
 * SM4-GCM (GM/T 0002 with NIST SP 800-38D, as RFC 8998 uses it): authenticated encryption of private fields, Temporal
 * payloads and sealed files. Node's crypto has SM4 in CTR mode but not in GCM, so the cipher is Node's and the hash is
 * ours. One CTR stream that starts at counter 1 gives both the mask of the tag and the key stream, because a 96-bit
 * nonce starts the counter at 1 and no message that we accept lets its 32 bits wrap. Making a CTR stream costs more than
 * a record's encryption does, so for short messages the counter blocks go through one ECB cipher that is kept by key.
 *
 * GHASH multiplies by table, one of 256 entries for each of the 16 byte positions (64 KiB a key), so there is no
 * reduction in the loop. Table look-ups are not constant in time with regard to the processor's cache; the comparison
 * of tags is. That is the usual bargain of software GCM and fits keys that never leave our own machines.
 */
import { type Cipheriv, createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';

export const SM4_KEY_BYTES = 16;
export const GCM_NONCE_BYTES = 12;
export const GCM_TAG_BYTES = 16;

/** SP 800-38D §5.2.1.1 allows 2^36 − 32 bytes; a Buffer holds less, and 1 GiB is far beyond what we seal at once. */
const MAX_MESSAGE_BYTES = 2 ** 30;
const CACHED_KEYS = 64;
const ZERO_BLOCK = Buffer.alloc(16);
/** The field's polynomial, x^128 + x^7 + x^2 + x + 1, in GCM's reflected order. */
const REDUCTION = 0xe1000000 | 0;

/** 16 positions × 256 byte values × 4 words: the product of that byte at that position with H. */
type HashTable = Int32Array;

const buildTable = (h: Buffer): HashTable => {
  const table = new Int32Array(16 * 256 * 4);
  let v0 = h.readInt32BE(0);
  let v1 = h.readInt32BE(4);
  let v2 = h.readInt32BE(8);
  let v3 = h.readInt32BE(12);
  for (let power = 0; power < 128; power++) {
    const at = ((power >>> 3) * 256 + (0x80 >>> (power & 7))) * 4;
    table[at] = v0;
    table[at + 1] = v1;
    table[at + 2] = v2;
    table[at + 3] = v3;
    // Times x: shift right by one bit; the bit that falls out comes back as the polynomial.
    const carry = -(v3 & 1);
    v3 = (v3 >>> 1) | (v2 << 31);
    v2 = (v2 >>> 1) | (v1 << 31);
    v1 = (v1 >>> 1) | (v0 << 31);
    v0 = (v0 >>> 1) ^ (REDUCTION & carry);
  }
  for (let position = 0; position < 16; position++) {
    const base = position * 1024;
    for (let byte = 1; byte < 256; byte++) {
      const low = byte & -byte;
      if (low === byte) continue;
      for (let word = 0; word < 4; word++) {
        table[base + byte * 4 + word] =
          (table[base + low * 4 + word] as number) ^ (table[base + (byte ^ low) * 4 + word] as number);
      }
    }
  }
  return table;
};

/** What is kept of a key: its hash table, and the bare cipher (ECB carries nothing from one block to the next). */
interface Prepared {
  readonly table: HashTable;
  readonly block: Cipheriv;
}

const prepared = new Map<string, Prepared>();

const preparedOf = (key: Uint8Array): Prepared => {
  const name = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
  const known = prepared.get(name);
  if (known !== undefined) {
    // Insertion order is the order of use, so the first one is the one least recently used.
    if (prepared.size === CACHED_KEYS) {
      prepared.delete(name);
      prepared.set(name, known);
    }
    return known;
  }
  const block = createCipheriv('sm4-ecb', key, null).setAutoPadding(false);
  const made = { table: buildTable(block.update(ZERO_BLOCK)), block };
  if (prepared.size >= CACHED_KEYS) prepared.delete(prepared.keys().next().value ?? '');
  prepared.set(name, made);
  return made;
};

/** Absorbs `data`, padded with zeros to whole blocks, into the state (four words, changed in place). */
const absorb = (t: HashTable, state: Int32Array, data: Uint8Array): void => {
  const whole = data.length & ~15;
  let y0 = state[0] as number;
  let y1 = state[1] as number;
  let y2 = state[2] as number;
  let y3 = state[3] as number;
  const last = new Uint8Array(16);
  last.set(data.subarray(whole));
  const end = whole === data.length ? whole : whole + 16;
  for (let at = 0; at < end; at += 16) {
    const d = at < whole ? data : last;
    const o = at < whole ? at : 0;
    y0 ^= ((d[o] as number) << 24) | ((d[o + 1] as number) << 16) | ((d[o + 2] as number) << 8) | (d[o + 3] as number);
    y1 ^=
      ((d[o + 4] as number) << 24) | ((d[o + 5] as number) << 16) | ((d[o + 6] as number) << 8) | (d[o + 7] as number);
    y2 ^=
      ((d[o + 8] as number) << 24) |
      ((d[o + 9] as number) << 16) |
      ((d[o + 10] as number) << 8) |
      (d[o + 11] as number);
    y3 ^=
      ((d[o + 12] as number) << 24) |
      ((d[o + 13] as number) << 16) |
      ((d[o + 14] as number) << 8) |
      (d[o + 15] as number);
    let z0 = 0;
    let z1 = 0;
    let z2 = 0;
    let z3 = 0;
    for (let word = 0; word < 4; word++) {
      const y = word === 0 ? y0 : word === 1 ? y1 : word === 2 ? y2 : y3;
      const base = word << 12;
      const a = base + ((y >>> 24) << 2);
      const b = base + 1024 + (((y >>> 16) & 255) << 2);
      const c = base + 2048 + (((y >>> 8) & 255) << 2);
      const e = base + 3072 + ((y & 255) << 2);
      z0 ^= (t[a] as number) ^ (t[b] as number) ^ (t[c] as number) ^ (t[e] as number);
      z1 ^= (t[a + 1] as number) ^ (t[b + 1] as number) ^ (t[c + 1] as number) ^ (t[e + 1] as number);
      z2 ^= (t[a + 2] as number) ^ (t[b + 2] as number) ^ (t[c + 2] as number) ^ (t[e + 2] as number);
      z3 ^= (t[a + 3] as number) ^ (t[b + 3] as number) ^ (t[c + 3] as number) ^ (t[e + 3] as number);
    }
    y0 = z0;
    y1 = z1;
    y2 = z2;
    y3 = z3;
  }
  state[0] = y0;
  state[1] = y1;
  state[2] = y2;
  state[3] = y3;
};

/** Writes GHASH(aad, ciphertext, lengths) XOR the encrypted first counter block to `tag`. */
const writeTag = (
  table: HashTable,
  mask: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): void => {
  const state = new Int32Array(4);
  absorb(table, state, aad);
  absorb(table, state, ciphertext);
  const lengths = Buffer.alloc(16);
  lengths.writeUIntBE(aad.length * 8, 2, 6);
  lengths.writeUIntBE(ciphertext.length * 8, 10, 6);
  absorb(table, state, lengths);
  for (let i = 0; i < GCM_TAG_BYTES; i++) {
    tag[i] = (((state[i >> 2] as number) >>> (24 - (i & 3) * 8)) & 255) ^ (mask[i] as number);
  }
};

const tagOf = (key: Uint8Array, mask: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Buffer => {
  const tag = Buffer.alloc(GCM_TAG_BYTES);
  writeTag(preparedOf(key).table, mask, aad, ciphertext, tag);
  return tag;
};

const firstCounter = (key: Uint8Array, nonce: Uint8Array): Buffer => {
  if (key.length !== SM4_KEY_BYTES) throw new RangeError(`an SM4 key has ${SM4_KEY_BYTES} bytes, not ${key.length}`);
  if (nonce.length !== GCM_NONCE_BYTES) {
    throw new RangeError(`a GCM nonce has ${GCM_NONCE_BYTES} bytes here, not ${nonce.length}`);
  }
  const counter = Buffer.alloc(16);
  counter.set(nonce);
  counter[15] = 1;
  return counter;
};

const checkLength = (bytes: number): void => {
  if (bytes > MAX_MESSAGE_BYTES) throw new RangeError(`a message of ${bytes} bytes is too long to be sealed at once`);
};

/** Up to here the counter blocks are made by ourselves; beyond it a CTR stream of the platform is as fast. */
const SHORT_BYTES = 4_096;
const counters = Buffer.alloc(SHORT_BYTES + 16);

/** The mask of the tag (one block), then the key stream of `bytes`, in whole blocks. */
const shortStream = (block: Cipheriv, nonce: Uint8Array, bytes: number): Buffer => {
  const end = (1 + Math.ceil(bytes / 16)) * 16;
  for (let at = 0, count = 1; at < end; at += 16, count++) {
    for (let i = 0; i < GCM_NONCE_BYTES; i++) counters[at + i] = nonce[i] as number;
    counters[at + 14] = count >>> 8;
    counters[at + 15] = count & 255;
  }
  return block.update(counters.subarray(0, end));
};

/** `from` XOR the key stream behind the mask. */
const mix = (to: Uint8Array, from: Uint8Array, stream: Uint8Array, bytes: number): void => {
  for (let i = 0; i < bytes; i++) to[i] = (from[i] as number) ^ (stream[16 + i] as number);
};

const sealShort = (key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Buffer => {
  const { table, block } = preparedOf(key);
  const { length } = plaintext;
  const stream = shortStream(block, nonce, length);
  const sealed = Buffer.allocUnsafe(length + GCM_TAG_BYTES);
  mix(sealed, plaintext, stream, length);
  writeTag(table, stream, aad, sealed.subarray(0, length), sealed.subarray(length));
  return sealed;
};

const openShort = (
  key: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
  aad: Uint8Array,
): Buffer | undefined => {
  const { table, block } = preparedOf(key);
  const { length } = ciphertext;
  const stream = shortStream(block, nonce, length);
  const expected = Buffer.allocUnsafe(GCM_TAG_BYTES);
  writeTag(table, stream, aad, ciphertext, expected);
  if (!timingSafeEqual(expected, tag)) return undefined;
  const plaintext = Buffer.allocUnsafe(length);
  mix(plaintext, ciphertext, stream, length);
  return plaintext;
};

/**
 * Encrypts and authenticates. `key` 16 bytes, `nonce` 12 bytes and never twice under one key.
 * @returns ciphertext followed by the 16-byte tag.
 * @throws RangeError when key, nonce or message has a wrong length: a bug of the caller.
 */
export const seal = (key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Buffer => {
  checkLength(plaintext.length);
  const counter = firstCounter(key, nonce);
  if (plaintext.length <= SHORT_BYTES) return sealShort(key, nonce, plaintext, aad);
  const cipher = createCipheriv('sm4-ctr', key, counter);
  const mask = cipher.update(ZERO_BLOCK);
  const ciphertext = cipher.update(plaintext);
  return Buffer.concat([ciphertext, tagOf(key, mask, aad, ciphertext)]);
};

/**
 * Checks and decrypts what `seal` made.
 * @returns the plaintext, or undefined when anything (key, nonce, additional data, content, tag) is not as it was sealed.
 * @throws RangeError when key or nonce has a wrong length: a bug of the caller.
 */
export const open = (key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Buffer | undefined => {
  const counter = firstCounter(key, nonce);
  if (sealed.length < GCM_TAG_BYTES) return undefined;
  checkLength(sealed.length - GCM_TAG_BYTES);
  const ciphertext = sealed.subarray(0, sealed.length - GCM_TAG_BYTES);
  const tag = sealed.subarray(ciphertext.length);
  if (ciphertext.length <= SHORT_BYTES) return openShort(key, nonce, ciphertext, tag, aad);
  const cipher = createDecipheriv('sm4-ctr', key, counter);
  const mask = cipher.update(ZERO_BLOCK);
  const expected = tagOf(key, mask, aad, ciphertext);
  if (!timingSafeEqual(expected, tag)) return undefined;
  return cipher.update(ciphertext);
};
