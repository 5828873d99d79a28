import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacSm3, sm3, sm3Hex, sm3Stream } from './sm3.ts';

interface Vector {
  readonly name: string;
  readonly input_hex: string;
  readonly digest: string;
}

const vectors: ReadonlyArray<Vector> = JSON.parse(
  readFileSync(new URL('../../test/vectors/sm3.json', import.meta.url), 'utf8'),
).vectors;

/** RFC 2104 written out, over the 64-byte blocks of SM3. */
const plainHmac = (key: Buffer, data: Buffer): Buffer => {
  const block = Buffer.alloc(64);
  (key.length > 64 ? sm3(key) : key).copy(block);
  const pad = (byte: number): Buffer => Buffer.from(block.map((b) => b ^ byte));
  return sm3(Buffer.concat([pad(0x5c), sm3(Buffer.concat([pad(0x36), data]))]));
};

describe('SM3', () => {
  it.each(vectors)('$name', (v) => {
    const input = Buffer.from(v.input_hex, 'hex');
    expect(sm3Hex(input)).toBe(v.digest);
    expect(sm3(input).toString('hex')).toBe(v.digest);
    const stream = sm3Stream();
    for (const byte of input) stream.update(Buffer.of(byte));
    expect(stream.digest('hex')).toBe(v.digest);
  });

  it('makes the HMAC of RFC 2104', () => {
    const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 150 }).map((a) => Buffer.from(a));
    fc.assert(
      fc.property(anyBytes, anyBytes, (key, data) => {
        expect(hmacSm3(key, data).equals(plainHmac(key, data))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
