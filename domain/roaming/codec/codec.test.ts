import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Forms, fieldValues, reform } from '../../../test/support/roaming-records.ts';
import { BackWriter } from './back-writer.ts';
import { codec, type Level } from './codec.ts';
import { fileOf, generate } from './generate.ts';
import { type Fields, FORMATS, type FormatName, grammar } from './grammar.ts';
import { composeWith, interpret, type Kept, type Value } from './interpret.ts';
import { Scanner } from './scan.ts';
import { integerAt, sourceOf, textAt } from './tape.ts';
import { Unit } from './unit.ts';

const LEVELS = ['part', 'record', 'file'] as const;

/** Without what is read piece by piece, which no function is generated for. */
const choiceOf = (format: FormatName, level: Level): Fields => {
  const { [level]: fields, batch } = grammar(format);
  return { ...fields, members: fields.members.filter((member) => member !== batch) };
};

const CASES = FORMATS.flatMap((format) =>
  LEVELS.flatMap((level) => {
    const choice = choiceOf(format, level);
    return choice.members.length === 0 ? [] : [{ format, level, choice }];
  }),
);

const scanned = (format: FormatName, level: Level, bytes: Buffer): Unit => {
  const rules = codec(format);
  const scanner = new Scanner(rules.scheme);
  const source = sourceOf(bytes, 0, new Int32Array(16));
  scanner.begin(source);
  const entry = scanner.element(rules.scheme[level], 0, bytes.length, false);
  expect(scanner.stop).toBe(bytes.length);
  return new Unit(level, '', rules, source, entry, 0, bytes.length, scanner.remarks, scanner.glanced);
};

/** Everything that a view's getters give, read one by one. */
const readOut = (view: unknown): unknown => {
  if (Array.isArray(view)) return view.map(readOut);
  if (typeof view !== 'object' || view === null) return view;
  const getters = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(view) as object));
  const fields = getters.filter(([, { get }]) => get !== undefined);
  return Object.fromEntries(fields.map(([name, { get }]) => [name, readOut(get?.call(view))]));
};

const written = (format: FormatName, level: Level, value: Value): Buffer => {
  const writer = new BackWriter();
  codec(format).of[level].encode(writer, value);
  const bytes = Buffer.alloc(writer.size);
  writer.move(bytes, 0);
  return bytes;
};

const picks = fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }).map((numbers) => {
  let at = 0;
  return (below: number): number => (numbers[at++ % numbers.length] ?? 0) % below;
});

const placed = ({ path, position, bytes }: Kept) => ({ path, position, bytes: bytes.toString('hex') });

const FORMS: fc.Arbitrary<Forms> = fc.record({
  indefinite: fc.boolean(),
  longLengths: fc.boolean(),
  padding: fc.boolean(),
  unknown: fc.boolean(),
});

describe('generated files', () => {
  it.each(FORMATS)('%s is what the generator writes today', (format) => {
    expect(readFileSync(join(import.meta.dirname, 'generated', fileOf(format)), 'utf8')).toBe(generate(format));
  });
});

/** A source with one element that has these bytes. */
const single = (bytes: Buffer) => sourceOf(bytes, 0, Int32Array.of(1, 0, bytes.length, 4));

describe('single values', () => {
  it('are the texts that stand there, though others of their size and last byte were read before', () => {
    const size = fc.integer({ min: 0, max: 70 });
    const ofSize = size.chain((length) => {
      const alike = fc.constantFrom(0x30, 0x31, 0xff);
      return fc.array(fc.array(alike, { minLength: length, maxLength: length }), { minLength: 2, maxLength: 12 });
    });
    fc.assert(
      fc.property(ofSize, (texts) => {
        for (const text of [...texts, ...texts]) {
          const bytes = Buffer.from(text);
          expect(textAt(single(bytes), 0)).toBe(bytes.toString('latin1'));
        }
      }),
    );
  });

  it('are the integers that stand there, of one byte to sixteen, above and below zero', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 16 }), (bytes) => {
        const whole = BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
        expect(BigInt(integerAt(single(Buffer.from(bytes)), 0))).toBe(whole);
      }),
    );
  });
});

describe.each(CASES)('$format, $level', ({ format, level, choice }) => {
  it('is written as the interpreter writes it, and read as it reads it', () => {
    fc.assert(
      fc.property(fieldValues(choice), (value) => {
        const bytes = composeWith(choice, value, []);
        expect(written(format, level, value).equals(bytes)).toBe(true);
        const unit = scanned(format, level, bytes);
        expect(unit.plain()).toEqual(interpret(choice, bytes));
        expect(unit.plain()).toEqual(value);
        expect(readOut(unit.view)).toEqual(value);
        expect(unit.kept).toEqual([]);
      }),
    );
  });

  it('reads every form that other encoders use, and writes back what it does not know', () => {
    fc.assert(
      fc.property(fieldValues(choice), FORMS, picks, (value, forms, pick) => {
        const bytes = reform(composeWith(choice, value, []), forms, pick);
        const unit = scanned(format, level, bytes);
        expect(unit.plain()).toEqual(value);
        expect(interpret(choice, bytes)).toEqual(value);
        const back = composeWith(choice, unit.plain() as Value, unit.kept);
        const again = scanned(format, level, back);
        expect(again.plain()).toEqual(value);
        expect(again.kept.map(placed)).toEqual(unit.kept.map(placed));
        if (!forms.indefinite && !forms.longLengths) expect(back.equals(bytes)).toBe(true);
      }),
    );
  });
});
