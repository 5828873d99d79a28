import { Effect } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, Refusal } from '../domain/kernel/refusal.ts';
import { connectForTest } from '../test/support/mongo.ts';
import { type CollectionPlan, type DataMigration, migrate } from './migrations.ts';
import { databaseOf } from './mongo.ts';

let connection: mongoose.Connection;
beforeAll(async () => {
  connection = await connectForTest('migrations');
});
beforeEach(() => databaseOf(connection).dropDatabase());
afterAll(async () => {
  await databaseOf(connection).dropDatabase();
  await connection.close();
});

const cards: CollectionPlan = {
  collection: 'cards',
  indexes: [
    { name: 'by_iccid', key: { tenant: 1, iccid: 1 }, unique: true },
    { name: 'expiry', key: { until: 1 }, expireAfterSeconds: 60 },
  ],
};
const run = (plans: ReadonlyArray<CollectionPlan>, data: ReadonlyArray<DataMigration> = [], waitMs?: number) =>
  Effect.runPromise(migrate(connection, plans, data, waitMs));
const failing = (plans: ReadonlyArray<CollectionPlan>, data: ReadonlyArray<DataMigration> = [], waitMs?: number) =>
  Effect.runPromise(Effect.flip(migrate(connection, plans, data, waitMs)));
const indexNames = async () => (await databaseOf(connection).collection('cards').indexes()).map((one) => one.name);

describe('migrate', () => {
  it('makes what is missing, and nothing the second time', async () => {
    expect((await run([cards])).made).toEqual(['cards', 'cards.by_iccid', 'cards.expiry']);
    expect(await run([cards])).toEqual({
      made: [],
      alreadyThere: ['cards', 'cards.by_iccid', 'cards.expiry'],
      unplanned: [],
    });
    expect(await indexNames()).toEqual(['_id_', 'by_iccid', 'expiry']);
  });

  it('reports an index that no plan knows and leaves it', async () => {
    await run([cards]);
    await databaseOf(connection).collection('cards').createIndex({ other: 1 }, { name: 'by_hand' });
    expect((await run([cards])).unplanned).toEqual(['cards.by_hand']);
    expect(await indexNames()).toContain('by_hand');
  });

  const first = cards.indexes[0] ?? { name: '', key: {} };
  it.each([
    ['another option', { ...first, unique: false }],
    ['another order of fields', { ...first, key: { iccid: 1, tenant: 1 } as const }],
    ['another name', { ...first, name: 'renamed' }],
  ])('refuses %s, says what to do and changes nothing', async (_what, index) => {
    await run([cards]);
    const refusal = await failing([
      { collection: 'new', indexes: [] },
      { collection: 'cards', indexes: [index] },
    ]);
    expect(refusal).toMatchObject({ _tag: 'Refusal', code: 'IndexDiffers' });
    expect(refusal.message).toContain("db.cards.dropIndex('by_iccid')");
    expect(await databaseOf(connection).listCollections({ name: 'new' }).toArray()).toEqual([]);
    expect(await indexNames()).toEqual(['_id_', 'by_iccid', 'expiry']);
  });

  it('refuses a unique index over documents that are alike', async () => {
    const alike = { tenant: 'a', iccid: '1' };
    await databaseOf(connection)
      .collection('cards')
      .insertMany([{ ...alike }, { ...alike }]);
    expect(await failing([cards])).toMatchObject({ code: 'DuplicatesPresent' });
  });

  it('sets and changes a validator', async () => {
    const strict = (type: string): CollectionPlan => ({
      ...cards,
      validator: { $jsonSchema: { required: ['iccid'], properties: { iccid: { bsonType: type } } } },
    });
    await run([strict('string')]);
    const collection = databaseOf(connection).collection<{ iccid?: unknown }>('cards');
    await expect(collection.insertOne({ iccid: 5 })).rejects.toThrow(/validation/);
    expect((await run([strict('int')])).made).toEqual(['cards validator']);
    await collection.insertOne({ iccid: 5 });
    expect((await run([strict('int')])).made).toEqual([]);
  });

  it('runs a data migration once, in order, on one of several nodes', async () => {
    const ran: number[] = [];
    const data = (number: number): DataMigration => ({
      number,
      name: `step ${number}`,
      run: () => Effect.sync(() => `${ran.push(number)} done`),
    });
    const reports = await Promise.all([1, 2, 3].map(() => run([cards], [data(2), data(1)])));
    expect(ran).toEqual([1, 2]);
    expect(reports.flatMap((one) => one.made).filter((line) => line.startsWith('data/'))).toEqual([
      'data/1 step 1: 1 done',
      'data/2 step 2: 2 done',
    ]);
    const reused = await failing([], [{ ...data(2), name: 'something else' }]);
    expect(reused).toMatchObject({ code: 'MigrationNumberReused' });
  });

  it('runs a failed data migration again', async () => {
    let broken = true;
    const outage: Fault = { _tag: 'Fault', service: 'test', code: 'Unavailable', message: 'down' };
    const data: DataMigration = {
      number: 1,
      name: 'fragile',
      run: () => (broken ? Effect.fail(outage) : Effect.succeed('repaired')),
    };
    expect(await failing([], [data])).toEqual(outage);
    broken = false;
    expect((await run([], [data])).made).toEqual(['data/1 fragile: repaired']);
  });

  it('waits for the lock, and takes one that has expired', async () => {
    const locks = databaseOf(connection).collection<{ _id: string; owner: string; expiresAt: Date }>('migrations');
    await locks.insertOne({ _id: 'lock', owner: 'other', expiresAt: new Date(Date.now() + 60_000) });
    const refusal: Refusal | Fault = await failing([cards], [], 300);
    expect(refusal).toMatchObject({ _tag: 'Fault', code: 'Busy' });
    await locks.updateOne({ _id: 'lock' }, { $set: { expiresAt: new Date(Date.now() - 1_000) } });
    expect((await run([cards])).made).toContain('cards');
    expect(await locks.countDocuments({ _id: 'lock' })).toBe(0);
  });
});
