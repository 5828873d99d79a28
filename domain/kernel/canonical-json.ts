/**
 * One text for one value: JSON with the keys of every object in code-unit order and nothing between the tokens (what
 * RFC 8785 adds to JSON.stringify). What is hashed, or compared by its hash, is written this way.
 */

/** No input is as deep; a circle is deeper. */
const DEEPEST = 1_000;

/**
 * @param value anything that JSON can hold; keys whose value is undefined are left out, as JSON.stringify does.
 * @throws TypeError on what JSON cannot hold (a bigint, a circle): a bug of the caller.
 */
export const canonicalJson = (value: unknown): string => write(value, 0) ?? 'null';

const knowsItsJson = (value: object): value is { readonly toJSON: () => unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';

/** Undefined for what JSON leaves out. One walk: every command on its way to an actor is written so. */
const write = (value: unknown, depth: number): string | undefined => {
  // Of undefined it is undefined, whatever its type says.
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) as string | undefined;
  if (depth > DEEPEST) throw new TypeError('a circle, or deeper than anything that is written as JSON');
  if (knowsItsJson(value)) return write(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1) ?? 'null').join(',')}]`;
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const inner = write(Reflect.get(value, key), depth + 1);
    if (inner !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${inner}`;
  }
  return `{${text}}`;
};
