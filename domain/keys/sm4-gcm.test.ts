import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { open, seal } from './sm4-gcm.ts';

interface Vector {
  readonly mode: string;
  readonly key: string;
  readonly iv?: string;
  readonly aad?: string;
  readonly pt: string;
  readonly ct: string;
  readonly tag?: string;
  readonly ref: string;
}

const vectors: ReadonlyArray<Vector> = JSON.parse(
  readFileSync(new URL('../../test/vectors/sm4.json', import.meta.url), 'utf8'),
).vectors;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** SP 800-38D algorithm 1, bit by bit: slow and plain, to judge the tables by. */
const multiply = (x: bigint, y: bigint): bigint => {
  let z = 0n;
  let v = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) z ^= v;
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
  }
  return z;
};

const encryptBlock = (key: Buffer, block: Buffer): Buffer =>
  createCipheriv('sm4-ecb', key, null).setAutoPadding(false).update(block);

const toBlocks = (data: Buffer): bigint[] => {
  const blocks: bigint[] = [];
  for (let at = 0; at < data.length; at += 16) {
    const block = Buffer.alloc(16);
    data.copy(block, 0, at, Math.min(at + 16, data.length));
    blocks.push(BigInt(`0x${block.toString('hex')}`));
  }
  return blocks;
};

const slowSeal = (key: Buffer, nonce: Buffer, plaintext: Buffer, aad: Buffer): Buffer => {
  const counter = (n: number): Buffer => {
    const block = Buffer.alloc(16);
    nonce.copy(block);
    block.writeUInt32BE(n, 12);
    return encryptBlock(key, block);
  };
  const ciphertext = Buffer.from(
    plaintext.map((byte, at) => byte ^ (counter(2 + Math.floor(at / 16))[at % 16] as number)),
  );
  const h = BigInt(`0x${encryptBlock(key, Buffer.alloc(16)).toString('hex')}`);
  const lengths = (BigInt(aad.length * 8) << 64n) | BigInt(ciphertext.length * 8);
  const hash = [...toBlocks(aad), ...toBlocks(ciphertext), lengths].reduce((y, block) => multiply(y ^ block, h), 0n);
  const tag = hash ^ BigInt(`0x${counter(1).toString('hex')}`);
  return Buffer.concat([ciphertext, hex(tag.toString(16).padStart(32, '0'))]);
};

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((a) => Buffer.from(a));
const message = fc.uint8Array({ maxLength: 100 }).map((a) => Buffer.from(a));

describe('SM4-GCM', () => {
  const gcm = vectors.filter((v) => v.mode === 'GCM');

  it('has vectors to walk', () => expect(gcm.length).toBeGreaterThan(0));

  it.each(gcm)('seals and opens $ref', (v) => {
    const [key, nonce, aad] = [hex(v.key), hex(v.iv ?? ''), hex(v.aad ?? '')];
    const sealed = seal(key, nonce, hex(v.pt), aad);
    expect(sealed.toString('hex')).toBe(v.ct + v.tag);
    expect(open(key, nonce, sealed, aad)?.toString('hex')).toBe(v.pt);
  });

  it('uses the cipher of the standard (ECB and CTR vectors)', () => {
    for (const v of vectors.filter((one) => one.mode === 'ECB')) {
      expect(encryptBlock(hex(v.key), hex(v.pt)).toString('hex')).toBe(v.ct);
    }
    for (const v of vectors.filter((one) => one.mode === 'CTR')) {
      const cipher = createCipheriv('sm4-ctr', hex(v.key), hex(v.iv ?? ''));
      expect(cipher.update(hex(v.pt)).toString('hex')).toBe(v.ct);
    }
  });

  const edges = [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 257];
  it.each(edges)('agrees with the bit-by-bit reference on %i bytes', (size) => {
    fc.assert(
      fc.property(bytes(16), bytes(12), bytes(size), fc.constantFrom(...edges), (key, nonce, text, aadSize) => {
        const aad = Buffer.alloc(aadSize, 0xa5);
        expect(seal(key, nonce, text, aad).equals(slowSeal(key, nonce, text, aad))).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  it.each([4_095, 4_096, 4_097, 70_000])(
    'agrees with the reference where the way of encrypting changes: %i bytes',
    (size) => {
      const [key, nonce, text] = [Buffer.alloc(16, 7), Buffer.alloc(12, 0xfe), Buffer.alloc(size, 'card')];
      const sealed = seal(key, nonce, text, Buffer.from('aad'));
      expect(sealed.equals(slowSeal(key, nonce, text, Buffer.from('aad')))).toBe(true);
      expect(open(key, nonce, sealed, Buffer.from('aad'))?.equals(text)).toBe(true);
      sealed[size] = (sealed[size] as number) ^ 1;
      expect(open(key, nonce, sealed, Buffer.from('aad'))).toBeUndefined();
    },
  );

  it('gives back what was sealed, with more keys than the cache holds', () => {
    fc.assert(
      fc.property(bytes(16), bytes(12), message, message, (key, nonce, text, aad) => {
        expect(open(key, nonce, seal(key, nonce, text, aad), aad)?.equals(text)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('opens nothing in which one bit was changed', () => {
    fc.assert(
      fc.property(bytes(16), bytes(12), message, message, fc.nat(), (key, nonce, text, aad, where) => {
        const sealed = seal(key, nonce, text, aad);
        const parts = [key, nonce, sealed, aad].map((part) => Buffer.from(part)) as [Buffer, Buffer, Buffer, Buffer];
        const all = Buffer.concat(parts);
        const bit = where % (all.length * 8);
        let byte = bit >>> 3;
        for (const part of parts) {
          if (byte < part.length && byte >= 0) part[byte] = (part[byte] as number) ^ (1 << (bit & 7));
          byte -= part.length;
        }
        expect(open(...parts)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('opens nothing that is shorter than a tag', () => {
    expect(open(Buffer.alloc(16), Buffer.alloc(12), Buffer.alloc(15), Buffer.alloc(0))).toBeUndefined();
  });

  it('throws on keys and nonces of a wrong length', () => {
    expect(() => seal(Buffer.alloc(32), Buffer.alloc(12), Buffer.alloc(0), Buffer.alloc(0))).toThrow(RangeError);
    expect(() => seal(Buffer.alloc(16), Buffer.alloc(16), Buffer.alloc(0), Buffer.alloc(0))).toThrow(RangeError);
    expect(() => open(Buffer.alloc(15), Buffer.alloc(12), Buffer.alloc(16), Buffer.alloc(0))).toThrow(RangeError);
  });
});
