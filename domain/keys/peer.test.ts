import { createCipheriv, createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import peer from 'sm-crypto';
import { describe, expect, it } from 'vitest';
import { hmacSm3, sm3Hex } from './sm3.ts';
import { GCM_TAG_BYTES, seal } from './sm4-gcm.ts';

/** Node's ciphers and ours against another implementation of the same standards, written by other people. */

const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
const key16 = bytes(16, 16);

const peerBlocks = (key: Buffer, blocks: Buffer): string =>
  peer.sm4.encrypt([...blocks], [...key], { padding: 'none', output: 'string' });

describe('SM3 and SM4 of sm-crypto', () => {
  it('hashes alike (GB/T 32905)', () => {
    fc.assert(
      fc.property(bytes(0, 300), (data) => {
        expect(sm3Hex(data)).toBe(peer.sm3([...data]));
      }),
    );
  });

  it('makes the same HMAC', () => {
    fc.assert(
      fc.property(bytes(1, 100), bytes(0, 200), (key, data) => {
        expect(hmacSm3(key, data).toString('hex')).toBe(peer.sm3([...data], { key: [...key], mode: 'hmac' }));
      }),
    );
  });

  it('encrypts and decrypts blocks alike (SM4-ECB, GB/T 32907)', () => {
    const blocks = fc.integer({ min: 1, max: 8 }).chain((count) => bytes(count * 16, count * 16));
    fc.assert(
      fc.property(key16, blocks, (key, plain) => {
        const ours = createCipheriv('sm4-ecb', key, null).setAutoPadding(false).update(plain);
        expect(ours.toString('hex')).toBe(peerBlocks(key, plain));
        const theirs = peer.sm4.decrypt([...ours], [...key], { padding: 'none', output: 'array' });
        expect(Buffer.from(theirs).equals(plain)).toBe(true);
        expect(createDecipheriv('sm4-ecb', key, null).setAutoPadding(false).update(ours).equals(plain)).toBe(true);
      }),
    );
  });

  it('makes the key stream of SM4-GCM (SP 800-38D §7.1): the counter blocks from 2 on', () => {
    fc.assert(
      fc.property(key16, bytes(12, 12), fc.integer({ min: 1, max: 12 }), (key, nonce, count) => {
        const counters = Array.from({ length: count }, (_, i) => {
          const block = Buffer.alloc(16);
          nonce.copy(block);
          block.writeUInt32BE(i + 2, 12);
          return block;
        });
        const sealed = seal(key, nonce, Buffer.alloc(count * 16), Buffer.alloc(0));
        const stream = sealed.subarray(0, sealed.length - GCM_TAG_BYTES).toString('hex');
        expect(stream).toBe(peerBlocks(key, Buffer.concat(counters)));
      }),
    );
  });
});
