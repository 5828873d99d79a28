import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhnDigit } from '../kernel/luhn.ts';
import { bodyOfIccid, iccidOfBody, isIccid, isIccidBody, parseIccid } from './iccid.ts';
import { isImsi, parseImsi } from './imsi.ts';
import {
  advance,
  blockContains,
  blockSize,
  blocksQuantity,
  joinBlocks,
  numbersOf,
  takeNumbers,
} from './number-block.ts';

interface Vectors {
  readonly iccid_luhn: ReadonlyArray<{ readonly body: string; readonly check: number }>;
  readonly imsi: ReadonlyArray<{ readonly imsi: string }>;
  readonly iccid_ef: ReadonlyArray<{ readonly iccid: string }>;
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../test/vectors/numbering.json', import.meta.url), 'utf8'),
);

describe('numbers', () => {
  it('agrees with every published Luhn digit', () => {
    expect(vectors.iccid_luhn.length).toBeGreaterThan(5);
    for (const { body, check } of vectors.iccid_luhn) {
      expect(luhnDigit(body)).toBe(check);
      expect(isIccid(`${body}${check}`)).toBe(isIccidBody(body));
      expect(isIccid(`${body}${(check + 1) % 10}`)).toBe(false);
    }
    for (const { imsi } of vectors.imsi) expect(isImsi(imsi)).toBe(imsi.length >= 14);
  });

  it('refuses what is no ICCID and no IMSI', () => {
    for (const text of ['', '8986', '898600610000000098', '79860061000000009847', '8986006100000000984x']) {
      expect(parseIccid(text)).toMatchObject({ code: 'InvalidIccid' });
    }
    for (const text of ['', '1234567890123', '1234567890123456', '46001123456789a']) {
      expect(parseImsi(text)).toMatchObject({ code: 'InvalidImsi' });
    }
  });

  const body = fc.bigInt({ min: 0n, max: 10n ** 16n - 1n }).map((n) => `898${n.toString().padStart(16, '0')}`);

  it('gives each body one number back and forth', () => {
    fc.assert(
      fc.property(body, (text) => {
        const iccid = iccidOfBody(text);
        expect(isIccid(iccid)).toBe(true);
        expect(bodyOfIccid(iccid)).toBe(text);
      }),
    );
  });

  it('advances past what a double can hold', () => {
    expect(advance('8986012600000000009', 1)).toBe('8986012600000000010');
    expect(advance('001019999999999', 1)).toBe('001020000000000');
    expect(blockSize({ first: '8986012600000000000', last: '8986012600000019999' })).toBe(20_000);
  });

  /** A few blocks with gaps, in order. */
  const freeBlocks = fc
    .array(fc.record({ gap: fc.integer({ min: 1, max: 9 }), size: fc.integer({ min: 1, max: 20 }) }), { maxLength: 8 })
    .map((pieces) => {
      let at = '460010000000000';
      return pieces.map(({ gap, size }) => {
        const first = advance(at, gap);
        at = advance(first, size);
        return { first, last: advance(first, size - 1) };
      });
    });

  it('takes numbers once: what is taken and what is left are the free ones, each once', () => {
    fc.assert(
      fc.property(freeBlocks, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 5 }), (free, wanted, max) => {
        const { taken, left } = takeNumbers(free, wanted, max);
        expect([...numbersOf(taken), ...numbersOf(left)].sort()).toEqual([...numbersOf(free)].sort());
        expect(blocksQuantity(taken)).toBeLessThanOrEqual(wanted);
        if (max >= free.length) expect(blocksQuantity(taken)).toBe(Math.min(wanted, blocksQuantity(free)));
        expect(taken.length).toBeLessThanOrEqual(max);
        const longest = Math.max(0, ...free.map(blockSize));
        if (longest >= wanted) expect(taken).toHaveLength(1);
      }),
    );
  });

  it('joins neighbours and nothing else', () => {
    const blocks = [
      { first: '460010000000010', last: '460010000000019' },
      { first: '460010000000000', last: '460010000000009' },
      { first: '460010000000021', last: '460010000000021' },
    ];
    expect(joinBlocks(blocks)).toEqual([
      { first: '460010000000000', last: '460010000000019' },
      { first: '460010000000021', last: '460010000000021' },
    ]);
    expect(blockContains({ first: '460010000000000', last: '460010000000019' }, '460010000000020')).toBe(false);
    expect(blockContains({ first: '460010000000000', last: '460010000000019' }, '46001000000001')).toBe(false);
  });
});
