import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import {
  answerChallenge,
  autnOf,
  checkAuthentication,
  encodeAuthentication,
  gsmAnswer,
  parseAuthentication,
  resynchronise,
} from './authenticate.ts';
import { milenage, opcOf, xorAlgorithm } from './milenage.ts';
import { acceptSqn, FRESH_WINDOW, type SequenceWindow } from './sequence-window.ts';

type Set = Readonly<
  Record<
    'name' | 'k' | 'op' | 'opc' | 'rand' | 'sqn' | 'amf' | 'f1' | 'f1star' | 'f2' | 'f3' | 'f4' | 'f5' | 'f5star',
    string
  >
> & {
  readonly autn?: string;
};
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../test/vectors/${name}`, import.meta.url), 'utf8'));
const sets: { readonly ts35207: readonly Set[]; readonly ts35208: readonly Set[] } = read('milenage.json');
const session: ReadonlyArray<{ readonly label: string; readonly apdu: string; readonly data: string }> =
  read('softsim_apdu_session.json').log;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const secret = (text: string): SecretBytes => new SecretBytes(hex(text));
const hexes = (parts: Readonly<Record<string, Buffer>>) =>
  Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, bytes.toString('hex')]));

const K = secret('465b5ce8b199b49faa5f0a2ee238a6bc');
const OPC = secret('cd63cb71954a9f4e48a5994e37a02baf');
const RAND = hex('23553cbe9637a89d218ae64dae47bf35');

describe('Milenage', () => {
  it.each([...sets.ts35207, ...sets.ts35208])('$name', (set) => {
    const algorithm = milenage(secret(set.k), secret(set.opc));
    expect(opcOf(secret(set.k), secret(set.op)).toString('hex')).toBe(set.opc);
    const [rand, sqn, amf] = [hex(set.rand), hex(set.sqn), hex(set.amf)];
    const { f1, f1star, f2, f3, f4, f5, f5star } = set;
    expect(hexes(algorithm.macs(rand, sqn, amf))).toEqual({ f1, f1star });
    expect(hexes(algorithm.keys(rand))).toEqual({ f2, f3, f4, f5, f5star });
    if (set.autn !== undefined) expect(autnOf(algorithm, rand, sqn, amf).toString('hex')).toBe(set.autn);
  });

  it('throws on other lengths, without naming a key', () => {
    expect(() => milenage(new SecretBytes(Buffer.alloc(15)), OPC)).toThrow(RangeError);
    expect(() => milenage(K, OPC).keys(Buffer.alloc(15))).toThrow(RangeError);
  });
});

describe('the XOR algorithm (TS 34.108 §8.1.2)', () => {
  it('follows its definition', () => {
    const algorithm = xorAlgorithm(secret('000102030405060708090a0b0c0d0e0f'));
    const rand = Buffer.alloc(16);
    expect(hexes(algorithm.keys(rand))).toEqual({
      f2: '000102030405060708090a0b0c0d0e0f',
      f3: '0102030405060708090a0b0c0d0e0f00',
      f4: '02030405060708090a0b0c0d0e0f0001',
      f5: '030405060708',
      f5star: '030405060708',
    });
    expect(algorithm.macs(rand, hex('ffffffffffff'), hex('0000')).f1.toString('hex')).toBe('fffefdfcfbfa0607');
  });
});

/** Of a card that has accepted this number, and no other. */
const windowAt = (sqn: string): SequenceWindow => acceptSqn(FRESH_WINDOW, hex(sqn)) ?? FRESH_WINDOW;

describe('AUTHENTICATE', () => {
  const algorithm = milenage(K, OPC);
  const recorded = session.filter(({ label }) => label.startsWith('AUTHENTICATE'));

  it.each(recorded)('the recorded card, $label', ({ apdu, data }) => {
    const autn = hex(apdu).subarray(23);
    const highest = apdu.includes('aa689c64835180') && data.startsWith('dc') ? '000000000021' : '000000000000';
    const answer = answerChallenge(algorithm, hex(apdu).subarray(6, 22), autn, windowAt(highest));
    if (answer === 'MacWrong') {
      expect(data).toBe('');
      return;
    }
    expect(encodeAuthentication(answer).toString('hex')).toBe(data);
    const parsed = parseAuthentication(hex(data));
    if (isRefusal(parsed)) throw new Error(parsed.code);
    expect(checkAuthentication(algorithm, RAND, parsed)).toBeUndefined();
    expect(checkAuthentication(milenage(OPC, K), RAND, parsed)).toMatchObject({ code: 'AuthenticationWrong' });
    if (parsed._tag === 'Success') expect(inspect(parsed)).not.toContain('b40ba9a3');
  });

  it('gives the card’s SQN from AUTS, and refuses a wrong one', () => {
    const auts = hex('451e8beca41a80125eca8884b56a');
    expect(resynchronise(algorithm, RAND, auts)).toEqual(hex('000000000021'));
    for (let bit = 0; bit < auts.length * 8; bit += 1) {
      const spoilt = Buffer.from(auts);
      spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(resynchronise(algorithm, RAND, spoilt)).toMatchObject({ code: 'AuthenticationWrong', field: 'auts' });
    }
    expect(resynchronise(algorithm, RAND, auts.subarray(1))).toMatchObject({ code: 'AuthenticationWrong' });
  });

  it('an answer of a card with the keys is right, with one other bit in a key wrong', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), bytes(16), bytes(16), fc.nat(127), (k, opc, rand, bit) => {
        const own = milenage(new SecretBytes(k), new SecretBytes(opc));
        const autn = autnOf(own, rand, hex('000000000041'), hex('8000'));
        const answer = answerChallenge(own, rand, autn, windowAt('000000000040'));
        if (answer === 'MacWrong') throw new Error('a MAC of its own is wrong');
        expect(parseAuthentication(encodeAuthentication(answer))).toMatchObject({ _tag: 'Success' });
        expect(checkAuthentication(own, rand, answer)).toBeUndefined();
        k[bit >> 3] = (k[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const other = milenage(new SecretBytes(k), new SecretBytes(opc));
        expect(answerChallenge(other, rand, autn, windowAt('000000000040'))).toBe('MacWrong');
        expect(checkAuthentication(other, rand, answer)).toMatchObject({ code: 'AuthenticationWrong' });
      }),
    );
  });

  it.each([
    '',
    'db',
    'dc0e00',
    'dc0d00112233445566778899aabbcc',
    'dd00',
    'db0803',
    `db04${'00'.repeat(4)}10${'00'.repeat(16)}`,
  ])('refuses %j', (text) =>
    expect(parseAuthentication(hex(text))).toMatchObject({ code: 'MalformedAuthentication', field: 'answer' }),
  );

  it('converts to GSM: c2 and c3 of the recorded RES, CK and IK', () => {
    const answer = gsmAnswer(algorithm, RAND).reveal().toString('hex');
    expect(answer).toBe('46f8416aeae4be823af9a08b');
  });
});
