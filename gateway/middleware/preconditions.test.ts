import { Effect, Either, Option } from 'effect';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { etagOf, idempotencyKey, noneMatch, parseIfMatch, parseRange } from './preconditions.ts';

const outcome = <A>(effect: Effect.Effect<A, { readonly code: string }>): A | string =>
  Either.match(Effect.runSync(Effect.either(effect)), { onLeft: ({ code }) => code, onRight: (value) => value });

describe('idempotency keys', () => {
  test('1–128 visible characters, quoted or not, are taken as they are', () => {
    const visible = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 128,
    });
    fc.assert(
      fc.property(
        visible.filter((key) => !key.startsWith('"')),
        (key) => {
          expect(outcome(idempotencyKey(key, true))).toBe(key);
          expect(outcome(idempotencyKey(`"${key}"`, true))).toBe(key);
        },
      ),
    );
  });

  test.each([
    [undefined, true, 'IdempotencyKeyMissing'],
    [undefined, false, undefined],
    ['', true, 'IdempotencyKeyInvalid'],
    ['""', true, 'IdempotencyKeyInvalid'],
    ['a b', false, 'IdempotencyKeyInvalid'],
    ['é', true, 'IdempotencyKeyInvalid'],
    ['k'.repeat(129), true, 'IdempotencyKeyInvalid'],
  ])('%j, required %s → %s', (header, required, expected) => {
    expect(outcome(idempotencyKey(header, required))).toBe(expected);
  });
});

describe('entity tags', () => {
  test('a revision comes back as it went', () => {
    fc.assert(
      fc.property(fc.nat(), (rev) => {
        expect(outcome(parseIfMatch(etagOf(rev), true))).toBe(rev);
        expect(noneMatch(`"x", W/${etagOf(rev)}`, etagOf(rev))).toBe(true);
        expect(noneMatch(etagOf(rev + 1), etagOf(rev))).toBe(false);
      }),
    );
  });
});

describe('ranges', () => {
  test('what is cut out lies inside, and is what the words say', () => {
    const bound = fc.option(fc.nat(50), { nil: undefined });
    fc.assert(
      fc.property(fc.nat(40), bound, bound, (bytes, first, last) => {
        const range = parseRange(`bytes=${first ?? ''}-${last ?? ''}`, bytes);
        if (Option.isNone(range)) {
          expect(first === undefined ? Math.min(last ?? 0, bytes) : bytes - Math.min(first, bytes)).toBe(0);
          return;
        }
        if (range.value === 'none') {
          expect(first === undefined ? last === undefined : last !== undefined && last < first).toBe(true);
          return;
        }
        const { start, end } = range.value;
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThan(bytes);
        if (first === undefined) expect(end).toBe(bytes - 1);
        else expect(start).toBe(first);
      }),
    );
  });
});
