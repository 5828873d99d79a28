import { Effect } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { TestKeyRing } from '../test/support/keys.ts';
import { connectForTest } from '../test/support/mongo.ts';
import { type ListPlan, type ListRequest, listPage } from './list-query.ts';
import { type IndexPlan, migrate } from './migrations.ts';
import { databaseOf } from './mongo.ts';
import { modelOf, planOf, type ReadModel, readModel } from './read-model.ts';

const indexes: ReadonlyArray<IndexPlan> = [
  { name: 'by_rank', key: { tenant: 1, rank: -1, _id: 1 } },
  { name: 'only', key: { code: 1 }, unique: true, sparse: true },
  { name: 'ends', key: { endsAt: 1 }, expireAfterSeconds: 0 },
  { name: 'open', key: { rank: 1 }, partialFilterExpression: { open: true } },
];
const model = readModel('things', { rank: Number, code: String, open: Boolean, endsAt: Date }, indexes);
const plan: ListPlan<unknown> = {
  collection: 'things',
  fields: ['rank', 'open'],
  filters: { open: { field: 'open', type: 'flag' }, shade: { field: 'shade', type: 'text' } },
  orders: { rank: { field: 'rank', direction: -1 } },
  defaultOrder: 'rank',
  item: (document) => document,
};
const tenant = 'one' as TenantId;

let connection: mongoose.Connection;
beforeAll(async () => {
  connection = await connectForTest('read_model');
});
afterAll(async () => {
  await databaseOf(connection).dropDatabase();
  await connection.close();
});

const read = (request: ListRequest, through?: ReadModel) =>
  Effect.runPromise(Effect.provide(listPage(connection, plan, request, through), TestKeyRing));

it('gives its indexes to the migration, which makes just these', async () => {
  expect(planOf(model)).toEqual({ collection: 'things', indexes });
  modelOf(connection, model);
  expect(await databaseOf(connection).listCollections().toArray()).toEqual([]);
  await Effect.runPromise(migrate(connection, [planOf(model)]));
  const again = await Effect.runPromise(migrate(connection, [planOf(model)]));
  expect(again).toMatchObject({ made: [], unplanned: [] });
});

it('reads the same as the driver, as plain objects', async () => {
  const things = [1, 2, 3].map((rank) => ({ _id: `one/${rank}`, tenant, rank, open: rank > 1, code: `c${rank}` }));
  await databaseOf(connection).collection<(typeof things)[number]>('things').insertMany(things);
  const request = { tenant, filters: { open: 'true' }, limit: 1 };
  const page = await read(request, model);
  expect(page.items).toEqual((await read(request)).items);
  expect(page.items).toEqual([{ _id: 'one/3', rank: 3, open: true }]);
  expect(Object.getPrototypeOf(page.items[0])).toBe(Object.prototype);
});

it('takes a condition on a field that it does not know for a bug', async () => {
  const request = { tenant, filters: { shade: 'red' } };
  await expect(read(request, model)).rejects.toThrow('shade');
});
