import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { answerChallenge, autnOf, resynchronise } from './authenticate.ts';
import { milenage } from './milenage.ts';
import { acceptSqn, FRESH_WINDOW, highestSqn, type SequenceWindow, sqnAfter, sqnBytes } from './sequence-window.ts';

const accepted = (...numbers: readonly number[]): SequenceWindow =>
  numbers.reduce<SequenceWindow>((window, one) => {
    const next = acceptSqn(window, sqnBytes(BigInt(one)));
    if (next === undefined) throw new Error(`${one} is not fresh`);
    return next;
  }, FRESH_WINDOW);
const sqn = (seq: number | bigint, index: number): number => Number((BigInt(seq) << 5n) | BigInt(index));
const takes = (window: SequenceWindow, number: number): boolean =>
  acceptSqn(window, sqnBytes(BigInt(number))) !== undefined;

describe('the sequence numbers of a USIM', () => {
  it.each([
    ['the first', FRESH_WINDOW, sqn(1, 0), true],
    ['SEQ 0', FRESH_WINDOW, sqn(0, 5), false],
    ['the same again', accepted(sqn(7, 3)), sqn(7, 3), false],
    ['an older one of the same index', accepted(sqn(7, 3)), sqn(6, 3), false],
    ['the next of the same index', accepted(sqn(7, 3)), sqn(8, 3), true],
    ['an older one of another index, out of order', accepted(sqn(7, 3)), sqn(6, 2), true],
    ['that one again', accepted(sqn(7, 3), sqn(6, 2)), sqn(6, 2), false],
    ['a jump of 2^28', accepted(sqn(7, 3)), sqn(7 + 2 ** 28, 0), true],
    ['a jump of more', accepted(sqn(7, 3)), sqn(8 + 2 ** 28, 0), false],
  ])('%s', (_what, window, number, fresh) => expect(takes(window, number)).toBe(fresh));

  it('accepts none twice, in whatever order they come, and tells the greatest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 12), { maxLength: 100 }), (numbers) => {
        let window = FRESH_WINDOW;
        const taken: number[] = [];
        for (const number of numbers) {
          const next = acceptSqn(window, sqnBytes(BigInt(number)));
          if (next === undefined) continue;
          window = next;
          taken.push(number);
        }
        expect(new Set(taken).size).toBe(taken.length);
        const [highest] = taken.map((one) => one >> 5).sort((one, other) => other - one);
        expect(highestSqn(window).readUIntBE(0, 6) >> 5).toBe(highest ?? 0);
        expect(takes(window, Number(sqnAfter(highestSqn(window))))).toBe(true);
      }),
    );
  });

  it('are told in AUTS, and the number made of it is accepted', () => {
    const algorithm = milenage(new SecretBytes(Buffer.alloc(16, 1)), new SecretBytes(Buffer.alloc(16, 2)));
    const rand = Buffer.alloc(16, 3);
    const challenge = (number: bigint, window: SequenceWindow) =>
      answerChallenge(algorithm, rand, autnOf(algorithm, rand, sqnBytes(number), Buffer.from('8000', 'hex')), window);
    const window = accepted(sqn(900, 4), sqn(899, 9));
    const answer = challenge(0x20n, accepted(sqn(900, 0)));
    expect(answer).toMatchObject({ _tag: 'SynchronisationFailure' });
    const failed = challenge(BigInt(sqn(900, 4)), window);
    if (failed === 'MacWrong' || failed._tag !== 'SynchronisationFailure') throw new Error('it was accepted');
    const own = resynchronise(algorithm, rand, failed.auts);
    if (isRefusal(own)) throw new Error(own.code);
    expect(own).toEqual(sqnBytes(BigInt(sqn(900, 4))));
    expect(challenge(sqnAfter(own), window)).toMatchObject({ _tag: 'Success' });
  });
});
