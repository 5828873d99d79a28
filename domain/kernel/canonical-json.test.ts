import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
};

describe('canonical JSON', () => {
  it('orders keys by code unit, at every depth', () => {
    expect(canonicalJson({ b: 1, a: { 10: 'x', 9: [{ d: null, c: true }] }, é: 1, Z: 0 })).toBe(
      '{"Z":0,"a":{"10":"x","9":[{"c":true,"d":null}]},"b":1,"é":1}',
    );
  });

  it('leaves out what is undefined', () => {
    expect(canonicalJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
    expect(canonicalJson(undefined)).toBe('null');
  });

  it('asks what knows its own JSON, as a date does', () => {
    const at = new Date(0);
    const iso = '"1970-01-01T00:00:00.000Z"';
    expect(canonicalJson({ at, all: [at] })).toBe(`{"all":[${iso}],"at":${iso}}`);
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => canonicalJson({ amount: 1n })).toThrow(TypeError);
    const circle: Record<string, unknown> = {};
    circle['self'] = [circle];
    expect(() => canonicalJson(circle)).toThrow(TypeError);
  });

  it('is the same for any order of keys, and loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
