/**
 * One text for one value: JSON with the keys of every object in code-unit order and nothing between the tokens (what
 * RFC 8785 adds to JSON.stringify). What is hashed, or compared by its hash, is written this way.
 */

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json };

/**
 * @param value anything that JSON can hold; keys whose value is undefined are left out, as JSON.stringify does.
 * @throws TypeError on what JSON cannot hold (a bigint, a circle): a bug of the caller.
 */
export const canonicalJson = (value: unknown): string => write(JSON.parse(JSON.stringify(value ?? null)));

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value);

const write = (value: Json): string => {
  if (isList(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(',')}}`;
};
