import fc from 'fast-check';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectForTest } from '../../test/support/mongo.ts';
import { databaseOf } from '../mongo.ts';
import { DocumentBytes } from './document-bytes.ts';
import { readDocument } from './document-reader.ts';
import { commandWith } from './document-sequence.ts';

const { BSON, Binary } = mongoose.mongo;

const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, -0),
);
const leaf = fc.oneof(
  number,
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ maxLength: 80 }),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  // These are the driver's to write.
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => new Binary(bytes)),
);
const key = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((name) => !name.includes('\0') && name !== '__proto__');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 12 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: false }),
  ),
}));
const document = fc.dictionary(key, value, { maxKeys: 8 });

describe('documents as bytes', () => {
  it('are what the driver would write, byte for byte, one behind the other', () => {
    const bytes = new DocumentBytes();
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 4 }), (documents) => {
        bytes.clear();
        for (const one of documents) bytes.add(one);
        const expected = Buffer.concat(documents.map((one) => BSON.serialize(one, { ignoreUndefined: false })));
        expect(Buffer.compare(bytes.bytes, expected)).toBe(0);
      }),
    );
  });

  it('grow with what is added', () => {
    const bytes = new DocumentBytes();
    const long = { text: '虎符'.repeat(50_000), list: Array.from({ length: 5_000 }, (_, index) => ({ index })) };
    bytes.add(long);
    bytes.add(long);
    const expected = BSON.serialize(long);
    expect(Buffer.compare(bytes.bytes, Buffer.concat([expected, expected]))).toBe(0);
  });

  it('refuse what the driver refuses, and go on', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const bytes = new DocumentBytes();
    bytes.add({ a: 1 });
    expect(() => bytes.add(circle)).toThrow('circular');
    expect(() => bytes.add({ 'with\0null': 1 })).toThrow('null bytes');
    bytes.add({ b: 2 });
    const expected = Buffer.concat([BSON.serialize({ a: 1 }), BSON.serialize({ b: 2 })]);
    expect(Buffer.compare(bytes.bytes, expected)).toBe(0);
  });
});

describe('documents from bytes', () => {
  it('are what the driver would read', () => {
    fc.assert(
      fc.property(document, (one) => {
        const bytes = BSON.serialize(one);
        expect(readDocument(bytes)).toEqual(BSON.deserialize(bytes, { promoteBuffers: true }));
      }),
    );
  });

  it.each([
    ['names that come again, and others that fall into their place', { ab: 1, aB: 2, 虎: { 符: 3 }, '': 4 }],
    ['whole numbers of eight bytes', { low: BSON.Long.fromNumber(2 ** 40), below: BSON.Long.fromNumber(-(2 ** 40)) }],
    ['whole numbers that are not safe', { most: BSON.Long.MAX_VALUE, least: BSON.Long.MIN_VALUE }],
    ['references', { to: new BSON.DBRef('things', new BSON.ObjectId(), 'db') }],
    ['what an object would inherit from', JSON.parse('{"__proto__":{"a":1},"b":{"__proto__":2}}')],
    ['bytes of a subtype', { id: new BSON.UUID() }],
    ['decimals and times of the server', { d: BSON.Decimal128.fromString('1.5'), t: new BSON.Timestamp(5n) }],
    ['dates before the epoch', { at: new Date(-1), long: new Date(-62_135_596_800_000) }],
  ])('%s', (_what, one) => {
    const bytes = BSON.serialize(one);
    const expected = BSON.deserialize(bytes, { promoteBuffers: true });
    expect(readDocument(bytes)).toEqual(expected);
    expect(Object.keys(readDocument(bytes))).toEqual(Object.keys(expected));
  });
});

describe('a command with documents beside it', () => {
  let connection: mongoose.Connection;
  beforeAll(async () => {
    connection = await connectForTest('document_sequence');
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  it('does what the command with the documents in it does', async () => {
    const db = databaseOf(connection);
    const documents = [{ _id: '1', at: new Date(0), turns: [{ rev: 1 }] }, { _id: '2' }, { _id: '1' }];
    const reply = await commandWith(db, { insert: 'things', ordered: false }, 'documents', documents);
    expect(reply).toMatchObject({ ok: 1, n: 2, writeErrors: [{ index: 2, code: 11_000 }] });
    const updates = [{ q: { _id: '2' }, u: { $set: { seen: true } } }];
    expect(await commandWith(db, { update: 'things' }, 'updates', updates)).toMatchObject({ ok: 1, nModified: 1 });
    const found = await db
      .collection<{ readonly _id: string }>('things')
      .find({}, { sort: { _id: 1 } })
      .toArray();
    expect(found).toEqual([documents[0], { _id: '2', seen: true }]);
  });
});
