import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Either, Schema } from 'effect';
import { describe, expect, it } from 'vitest';
import { actorDefinitions } from '../actors.ts';
import { protocolOf } from './protocol.ts';
import { quick, UNFIT, type Way } from './quick-schema.ts';

const Shape = Schema.Struct({
  _tag: Schema.Literal('Shape'),
  name: Schema.String.pipe(Schema.maxLength(4)),
  size: Schema.NullOr(Schema.Int),
  note: Schema.optional(Schema.String),
  exact: Schema.optionalWith(Schema.Boolean, { exact: true }),
  points: Schema.Array(Schema.Struct({ x: Schema.Number })),
  mark: Schema.Union(Schema.Literal('a', 'b'), Schema.Struct({ other: Schema.String })),
});
const shape = { _tag: 'Shape', name: 'abcd', size: 1, points: [{ x: 1.5 }], mark: 'a' };
const Sums = Schema.Struct({
  amount: Schema.NumberFromString,
  by: Schema.optionalWith(Schema.Int, { default: () => 1 }),
});
const Tagged = Schema.Union(Shape, Schema.TaggedStruct('Dot', { at: Schema.NumberFromString }));
const Two = Schema.Union(Schema.Struct({ a: Schema.Int }), Schema.Struct({ a: Schema.Int, b: Schema.Int }));
const Whole = Schema.Struct({ from: Schema.Int, to: Schema.Int }).pipe(Schema.filter(({ from, to }) => from <= to));
const Late = Schema.Struct({ at: Schema.NumberFromString }).pipe(Schema.filter(({ at }) => at > 5));
const Table = Schema.Record({ key: Schema.String, value: Schema.Int });
const Pair = Schema.Struct({ pair: Schema.Tuple(Schema.Int, Schema.String), rest: Schema.Unknown });

const cases: ReadonlyArray<readonly [string, Schema.Schema.AnyNoContext, ReadonlyArray<unknown>]> = [
  [
    'a struct',
    Shape,
    [
      shape,
      { ...shape, size: null, note: undefined, mark: { other: 'x', more: 1 }, more: 2 },
      { ...shape, note: 'n', exact: true },
      { ...shape, exact: undefined },
      { ...shape, name: 'abcde' },
      { ...shape, size: 1.5 },
      { ...shape, points: [{ x: 1, y: 2 }] },
      { ...shape, points: [{ x: '1' }] },
      { ...shape, mark: 'c' },
      { ...shape, points: undefined },
      { _tag: 'Shape' },
      [shape],
      null,
      'text',
    ],
  ],
  ['a struct with transformations', Sums, [{ amount: '1' }, { amount: 1 }, { amount: 'x' }, { amount: 1, by: 2 }, {}]],
  [
    'a union by tag',
    Tagged,
    [shape, { _tag: 'Dot', at: '5' }, { _tag: 'Dot', at: 5 }, { _tag: 'Other' }, { _tag: 1 }, {}],
  ],
  ['a union without tags', Two, [{ a: 1 }, { a: 1, b: 2 }, { b: 2 }]],
  ['a filter over a struct', Whole, [{ from: 1, to: 2 }, { from: 1, to: 2, more: 3 }, { from: 2, to: 1 }, { from: 1 }]],
  ['a filter over a transformation', Late, [{ at: '6' }, { at: 6 }, { at: 5 }, { at: '5' }]],
  ['a record', Table, [{ a: 1, b: 2 }, { a: 'x' }, {}, []]],
  ['a tuple, and anything', Pair, [{ pair: [1, 'a'], rest: { x: 1 } }, { pair: [1], rest: 1 }, { pair: [1, 'a'] }]],
];

const ways: ReadonlyArray<Way> = [
  { decoding: true, excess: 'ignore' },
  { decoding: true, excess: 'error' },
  { decoding: false, excess: 'ignore' },
];

describe('a compiled schema', () => {
  it.each(cases)('gives what the parser gives: %s', (_, schema, values) => {
    for (const way of ways) {
      const parse = way.decoding ? Schema.decodeUnknownEither(schema) : Schema.encodeUnknownEither(schema);
      const run = quick(schema, way);
      for (const value of values) {
        const expected = parse(value, { onExcessProperty: way.excess });
        const found = run(value);
        if (Either.isLeft(expected)) expect(found).toBe(UNFIT);
        else {
          expect(found).toStrictEqual(expected.right);
          expect(JSON.stringify(found)).toBe(JSON.stringify(expected.right));
        }
      }
    }
  });

  it('gives what the parser gives of every event that was ever written', () => {
    let compared = 0;
    for (const definition of actorDefinitions) {
      const [area] = definition.kind.split('.');
      const file = join(import.meta.dirname, '..', '..', 'test', 'vectors', `${area}-events.json`);
      const samples: Record<string, Record<string, ReadonlyArray<unknown>>> = JSON.parse(readFileSync(file, 'utf8'));
      const { event, eventVersion } = definition as {
        readonly event: Schema.Schema.AnyNoContext;
        readonly eventVersion: number;
      };
      const protocol = protocolOf(definition);
      for (const encoded of samples[definition.kind]?.[eventVersion] ?? []) {
        const decoded = Schema.decodeUnknownSync(event)(encoded);
        expect(protocol.decodeEvent(eventVersion, encoded)).toStrictEqual(decoded);
        expect(protocol.encodeEvent(decoded)).toStrictEqual(Schema.encodeUnknownSync(event)(decoded));
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});
