import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import peer from 'sm-crypto';
import { describe, expect, it } from 'vitest';
import vectors from '../../test/vectors/sm2_official.json' with { type: 'json' };
import { SecretBytes } from '../kernel/secret.ts';
import { type Sm2PrivateKey, sm2PrivateKey, sm2PublicKey, sm2Sign, sm2Verify } from './sm2.ts';

const keyOf = (hex: string): Sm2PrivateKey => {
  const key = sm2PrivateKey(new SecretBytes(Buffer.from(hex, 'hex')));
  if (key === undefined) throw new Error('no key');
  return key;
};
const integer = (hex: string): Buffer => {
  const bytes = Buffer.from(Number.parseInt(hex.slice(0, 2), 16) >= 0x80 ? `00${hex}` : hex, 'hex');
  return Buffer.concat([Buffer.of(2, bytes.length), bytes]);
};
const der = (r: string, s: string): Buffer => {
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
};

describe('SM2', () => {
  it.each(vectors.sign.filter(({ curve }) => curve === 'sm2p256v1'))(
    '$name',
    ({ d, px, py, message_utf8, Z, r, s }) => {
      const { publicKey } = keyOf(d);
      expect(publicKey.hex).toBe(`04${px}${py}`);
      expect(publicKey.z.toString('hex')).toBe(Z);
      expect(sm2Verify(publicKey, message_utf8, der(r, s))).toBe(true);
      expect(sm2Verify(publicKey, `${message_utf8}.`, der(r, s))).toBe(false);
    },
  );

  it('signs and verifies as sm-crypto does, in both directions', () => {
    const keys = fc.constant(undefined).map(() => randomBytes(32).toString('hex'));
    fc.assert(
      fc.property(keys, fc.string({ minLength: 1 }), (hex, text) => {
        const key = keyOf(hex);
        const options = { hash: true, der: true, publicKey: key.publicKey.hex };
        const bytes = [...Buffer.from(text)];
        const theirs = Buffer.from(peer.sm2.doSignature(bytes, hex, options), 'hex');
        expect(sm2Verify(key.publicKey, text, theirs)).toBe(true);
        const ours = sm2Sign(key, text).toString('hex');
        expect(peer.sm2.doVerifySignature(bytes, ours, key.publicKey.hex, options)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('knows what is no key and no signature', () => {
    expect(sm2PublicKey(`04${'11'.repeat(64)}`)).toBeUndefined();
    expect(sm2PublicKey('04')).toBeUndefined();
    expect(sm2PrivateKey(new SecretBytes(Buffer.alloc(31)))).toBeUndefined();
    expect(sm2PrivateKey(new SecretBytes(Buffer.alloc(32)))).toBeUndefined();
    const { publicKey } = keyOf('01'.repeat(32));
    for (const wrong of [Buffer.alloc(0), Buffer.from('3000', 'hex'), randomBytes(72)]) {
      expect(sm2Verify(publicKey, 'text', wrong)).toBe(false);
    }
  });
});
