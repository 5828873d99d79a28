import mongoose from 'mongoose';

/**
 * BSON as values that are written again as the same bytes. A JavaScript object puts keys that look like numbers first; a
 * document that has such a key becomes a Map, which the driver writes in its order. Numbers keep their types.
 */

const { BSON } = mongoose.mongo;

const DOCUMENT = 0x03;
const ARRAY = 0x04;
const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;
const ZERO = 48;
const NINE = 57;

/** Type, where the name begins and its length, where the value begins and its length. */
type Element = readonly [type: number, nameAt: number, nameLength: number, at: number, length: number];

const elementsOf = (bytes: Uint8Array, at: number): Iterable<Element> =>
  BSON.onDemand.parseToElements(bytes, at) as Iterable<Element>;

const reorders = (bytes: Uint8Array, at: number, isArray: boolean): boolean => {
  for (const [type, nameAt, , valueAt] of elementsOf(bytes, at)) {
    const first = bytes[nameAt] ?? 0;
    if (!isArray && first >= ZERO && first <= NINE) return true;
    if ((type === DOCUMENT || type === ARRAY) && reorders(bytes, valueAt, type === ARRAY)) return true;
  }
  return false;
};

/** A value alone, in a document of its own. */
const single = (bytes: Uint8Array, [type, , , at, length]: Element): unknown => {
  const document = Buffer.alloc(4 + 1 + 2 + length + 1);
  document.writeInt32LE(document.length, 0);
  document[4] = type;
  document.write('v', 5);
  document.set(bytes.subarray(at, at + length), 7);
  return BSON.deserialize(document, EXACT)['v'];
};

const exactValue = (bytes: Uint8Array, element: Element): unknown => {
  const [type, , , at] = element;
  if (type === DOCUMENT) return mapAt(bytes, at);
  if (type !== ARRAY) return single(bytes, element);
  return Array.from(elementsOf(bytes, at), (one) => exactValue(bytes, one));
};

const mapAt = (bytes: Uint8Array, at: number): ReadonlyMap<string, unknown> =>
  new Map(
    Array.from(elementsOf(bytes, at), (element) => [
      Buffer.from(bytes.buffer, bytes.byteOffset + element[1], element[2]).toString('utf8'),
      exactValue(bytes, element),
    ]),
  );

export const orderedDocument = (bytes: Uint8Array): object =>
  reorders(bytes, 0, false) ? mapAt(bytes, 0) : BSON.deserialize(bytes, EXACT);

/** A field of a document that is a document, as bytes; undefined when it is not there. */
export const fieldBytes = (bytes: Uint8Array, name: string): Uint8Array | undefined => {
  const wanted = Buffer.from(name);
  for (const [type, nameAt, nameLength, at, length] of elementsOf(bytes, 0)) {
    if (type === DOCUMENT && wanted.equals(bytes.subarray(nameAt, nameAt + nameLength))) {
      return bytes.subarray(at, at + length);
    }
  }
  return undefined;
};

/** The documents of an array that is a field. */
export const arrayBytes = (bytes: Uint8Array, name: string): ReadonlyArray<Uint8Array> | undefined => {
  const wanted = Buffer.from(name);
  for (const [type, nameAt, nameLength, at] of elementsOf(bytes, 0)) {
    if (type === ARRAY && wanted.equals(bytes.subarray(nameAt, nameAt + nameLength))) {
      return Array.from(elementsOf(bytes, at), ([, , , from, size]) => bytes.subarray(from, from + size));
    }
  }
  return undefined;
};
