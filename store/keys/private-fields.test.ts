import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, ManagedRuntime } from 'effect';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isFault } from '../../domain/kernel/refusal.ts';
import { connectForTest } from '../../test/support/mongo.ts';
import { migrate } from '../migrations.ts';
import { databaseOf } from '../mongo.ts';
import { KeyRing, keyRingLayer, rotate } from './key-ring.ts';
import { type PrivateFields, privateFields, type Ring } from './private-fields.ts';
import { reseal } from './reseal.ts';

const directory = mkdtempSync(join(tmpdir(), 'hufu-private-'));
const runtime = ManagedRuntime.make(keyRingLayer({ directory, demoKeys: true }));
type Name = 'name' | 'idNumber' | 'phone';

let ring: Ring;
let fields: PrivateFields<Name>;
let connection: mongoose.Connection;

const model = () =>
  connection.model(
    'Holder',
    new mongoose.Schema(
      { _id: String, tenant: { type: String, required: true }, city: String, private: fields.schema },
      { collection: 'holders', autoIndex: false, strict: 'throw' },
    ),
  );

beforeAll(async () => {
  ring = await runtime.runPromise(KeyRing);
  fields = privateFields(ring, 'holders', {
    name: {},
    idNumber: { searchable: true, normalise: (text) => text.replaceAll(/\s/g, '').toUpperCase() },
    phone: { searchable: true },
  });
  connection = await connectForTest('private');
  await Effect.runPromise(migrate(connection, [{ collection: 'holders', indexes: fields.indexes }]));
  model();
});
afterAll(async () => {
  await databaseOf(connection).dropDatabase();
  await connection.close();
  await runtime.dispose();
  rmSync(directory, { recursive: true });
});

const [one, other] = ['one', 'other'] as [TenantId, TenantId];
const owner = (id: string, tenant = one) => ({ tenant, id: `${tenant}/${id}` });
const store = async (id: string, values: { readonly [N in Name]?: string }, tenant = one) => {
  const own = owner(id, tenant);
  await connection.model('Holder').create({ _id: own.id, tenant, city: '北京', private: fields.encode(own, values) });
};
const stored = () => databaseOf(connection).collection<{ _id: string; tenant: TenantId; private: never }>('holders');
const search = async (tenant: TenantId, name: Name, value: string): Promise<string[]> => {
  const found = await stored()
    .find({ tenant, ...fields.where(tenant, name, value) })
    .sort({ _id: 1 })
    .toArray();
  return found
    .filter((document) => {
      const opened = fields.decode({ tenant, id: document._id }, document.private);
      return !isFault(opened) && fields.matches(name, opened[name], value);
    })
    .map((document) => document._id);
};
const load = async (id: string, tenant = one) => {
  const own = owner(id, tenant);
  const found = await stored().findOne({ _id: own.id });
  return found === null ? undefined : fields.decode(own, found.private);
};

const wang = { name: '王小明', idNumber: '11010519491231002x', phone: '13800138000' };

describe('private fields', () => {
  it('come back as they were stored, by the driver and by mongoose', async () => {
    await store('wang', wang);
    expect(await load('wang')).toEqual(wang);
    const found = await connection.model('Holder').findById('one/wang');
    expect(fields.decode(owner('wang'), found?.get('private').toObject())).toEqual(wang);
  });

  it('leave no plaintext in the database', async () => {
    await store('hidden', wang);
    const bytes = mongoose.mongo.BSON.serialize({ all: await stored().find({ _id: 'one/hidden' }).toArray() });
    const text = Buffer.from(bytes);
    for (const value of Object.values(wang)) {
      for (const spelling of [
        value,
        value.toUpperCase(),
        Buffer.from(value).toString('base64'),
        Buffer.from(value).toString('hex'),
      ]) {
        expect(text.includes(spelling)).toBe(false);
      }
    }
    expect(text.includes('北京')).toBe(true);
  });

  it('do not repeat their ciphertext, and share their index only within tenant and field', () => {
    const first = fields.encode(owner('a'), { idNumber: '123', phone: '123' });
    const again = fields.encode(owner('b'), { idNumber: '123', phone: '123' });
    const foreign = fields.encode(owner('a', other), { idNumber: '123' });
    expect(first.idNumber?.x).toBe(again.idNumber?.x);
    expect(first.idNumber?.d.toString('hex')).not.toBe(again.idNumber?.d.toString('hex'));
    expect(first.idNumber?.x).not.toBe(first.phone?.x);
    expect(first.idNumber?.x).not.toBe(foreign.idNumber?.x);
  });

  it('are found by their value in any usual spelling, within the tenant', async () => {
    await store('li', { idNumber: '44030619900101123X' });
    await store('li', { idNumber: '44030619900101123X' }, other);
    expect(await search(one, 'idNumber', ' 440306 19900101 123x')).toEqual(['one/li']);
    expect(await search(other, 'idNumber', '44030619900101123X')).toEqual(['other/li']);
    expect(await search(one, 'idNumber', '44030619900101123')).toEqual([]);
  });

  it('are searched through their index', async () => {
    const plan = await stored()
      .find({ tenant: one, ...fields.where(one, 'phone', '1') })
      .explain('queryPlanner');
    expect(JSON.stringify(plan)).toContain('private_phone');
  });

  it('cannot be searched when they are not searchable', () => {
    expect(() => fields.where(one, 'name', '王小明')).toThrow(TypeError);
    expect(fields.encode(owner('x'), { name: '王小明' }).name?.x).toBeUndefined();
  });

  it('do not fit into the model unsealed', async () => {
    const plain = { _id: 'one/plain', tenant: one, private: { name: '王小明' } };
    await expect(connection.model('Holder').create(plain)).rejects.toThrow();
    await expect(connection.model('Holder').create({ ...plain, private: {}, name: '王小明' })).rejects.toThrow(
      /strict/,
    );
    expect(await stored().findOne({ _id: 'one/plain' })).toBeNull();
  });

  it.each<[string, () => ReturnType<typeof fields.decode>]>([
    ['another document', () => fields.decode(owner('b'), fields.encode(owner('a'), { name: 'x' }))],
    ['another tenant', () => fields.decode(owner('a', other), fields.encode(owner('a'), { name: 'x' }))],
    [
      'another field',
      () => {
        const { phone } = fields.encode(owner('a'), { phone: 'x' });
        return fields.decode(owner('a'), phone === undefined ? {} : { name: phone });
      },
    ],
    [
      'another collection',
      () => fields.decode(owner('a'), privateFields(ring, 'elsewhere', { name: {} }).encode(owner('a'), { name: 'x' })),
    ],
  ])('do not open in %s', (_where, decode) => expect(decode()).toMatchObject({ _tag: 'Fault', code: 'Damaged' }));

  it('say which key is missing', () => {
    const { name } = fields.encode(owner('a'), { name: 'x' });
    const lost = fields.decode(owner('a'), name === undefined ? {} : { name: { ...name, k: 'field-77' } });
    expect(lost).toMatchObject({ code: 'KeyMissing' });
  });

  it('hold any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
        expect(fields.decode(owner('a'), fields.encode(owner('a'), { name }))).toEqual({ name });
      }),
    );
  });
});

describe('a rotation', () => {
  it('leaves everything readable and findable before, during and after the job', async () => {
    const people = Array.from({ length: 1_200 }, (_, n) => ({
      id: `p${n}`,
      phone: `139${String(n).padStart(8, '0')}`,
    }));
    await stored().deleteMany({});
    await stored().insertMany(
      people.map(({ id, phone }) => ({
        _id: `one/${id}`,
        tenant: one,
        private: fields.encode(owner(id), { name: `name of ${id}`, phone }) as never,
      })),
    );
    await Effect.runPromise(rotate(directory, 'field'));
    await Effect.runPromise(rotate(directory, 'blind-index'));
    await Effect.runPromise(ring.refresh);
    expect(await search(one, 'phone', '13900000007')).toEqual(['one/p7']);
    await store('new', { phone: '13900000007' });
    expect(await search(one, 'phone', '13900000007')).toEqual(['one/new', 'one/p7']);
    await stored().updateOne(
      { _id: 'one/p9' },
      { $set: { 'private.name.d': new mongoose.mongo.Binary(Buffer.alloc(40)) } },
    );

    const report = await Effect.runPromise(reseal(connection, fields));
    expect(report).toEqual({ seen: 1_201, resealed: 1_199, overtaken: 0, damaged: ['one/p9'] });
    expect(await stored().countDocuments({ 'private.phone.k': 'field-1' })).toBe(1);
    expect(await stored().countDocuments({ 'private.phone.x': /^1:/ })).toBe(1);
    expect(await search(one, 'phone', '13900000007')).toEqual(['one/new', 'one/p7']);
    expect(await load('p8')).toEqual({ name: 'name of p8', phone: '13900000008' });
    expect(await Effect.runPromise(reseal(connection, fields))).toMatchObject({ resealed: 0 });
  });
});
