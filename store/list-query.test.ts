import { Effect, Stream } from 'effect';
import fc from 'fast-check';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { TestKeyRing } from '../test/support/keys.ts';
import { connectForTest } from '../test/support/mongo.ts';
import type { KeyRing } from './keys/key-ring.ts';
import { everyItem, type ListPlan, type ListRequest, listIndexes, listPage, type Page } from './list-query.ts';
import { migrate } from './migrations.ts';
import { databaseOf } from './mongo.ts';

interface Thing {
  readonly _id: string;
  readonly tenant: string;
  readonly rank?: number;
  readonly stage: string;
  readonly open: boolean;
  readonly at?: Date;
  readonly secret: string;
}

const plan: ListPlan<string> = {
  collection: 'things',
  fields: ['stage'],
  filters: {
    stage: { field: 'stage', type: 'text', indexed: true },
    open: { field: 'open', type: 'flag' },
    rankFrom: { field: 'rank', type: 'integer', match: 'atLeast' },
    rankBelow: { field: 'rank', type: 'integer', match: 'below' },
  },
  orders: {
    key: { field: '_id', direction: 1 },
    rank: { field: 'rank', direction: 1 },
    rankDown: { field: 'rank', direction: -1 },
    newest: { field: 'at', direction: -1 },
  },
  defaultOrder: 'key',
  item: (document) => String(document._id),
};

const [one, other] = ['one', 'other'] as [TenantId, TenantId];
const pad = (n: number): string => String(n).padStart(3, '0');
/** Ranks with ties and gaps, so that the order needs `_id` and null. */
const things: ReadonlyArray<Thing> = Array.from({ length: 60 }, (_, n) => ({
  _id: `${n % 3 === 0 ? other : one}/${pad(n)}`,
  tenant: n % 3 === 0 ? other : one,
  stage: ['draft', 'checking', 'done'][n % 3 === 1 ? 0 : n % 2] ?? '',
  open: n % 2 === 0,
  secret: 'not to be read',
  ...(n % 5 === 0 ? {} : { rank: Math.floor(n / 7), at: new Date(1_000_000 - Math.floor(n / 4)) }),
}));

let connection: mongoose.Connection;
beforeAll(async () => {
  connection = await connectForTest('list');
  await Effect.runPromise(migrate(connection, [{ collection: 'things', indexes: listIndexes(plan) }]));
  await databaseOf(connection)
    .collection<Thing>('things')
    .insertMany([...things]);
});
afterAll(async () => {
  await databaseOf(connection).dropDatabase();
  await connection.close();
});

type Asked = Omit<ListRequest, 'tenant'>;
const run = <A, E>(effect: Effect.Effect<A, E, KeyRing>): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, TestKeyRing));
const page = (asked: Asked): Promise<Page<string>> => run(listPage(connection, plan, { tenant: one, ...asked }));
const codeOf = async (asked: Asked): Promise<string> =>
  (await run(Effect.flip(listPage(connection, plan, { tenant: one, ...asked })))).code;

const allPages = async (asked: Asked): Promise<string[]> => {
  const every = everyItem((cursor) => listPage(connection, plan, { tenant: one, ...asked, cursor }));
  return [...(await run(Stream.runCollect(every)))];
};

const compare = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);
const expected = (order: string, keep: (thing: Thing) => boolean): string[] => {
  const { field, direction } = plan.orders[order] ?? { field: '_id', direction: 1 };
  const value = (thing: Thing): number | string =>
    field === '_id' ? thing._id : field === 'rank' ? (thing.rank ?? -1) : (thing.at?.getTime() ?? -1);
  return things
    .filter((thing) => thing.tenant === one && keep(thing))
    .toSorted((a, b) => direction * (compare(value(a), value(b)) || compare(a._id, b._id)))
    .map((thing) => thing._id);
};

describe('a list', () => {
  it('shows every document once, in order, whatever the order, the filter and the size of a page', async () => {
    const stages = fc.option(fc.subarray(['draft', 'checking', 'done'], { minLength: 1 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(plan.orders)),
        fc.integer({ min: 1, max: 60 }),
        stages,
        fc.option(fc.boolean(), { nil: undefined }),
        async (order, limit, stage, open) => {
          const keep = (thing: Thing): boolean =>
            (stage === undefined || stage.includes(thing.stage)) && (open === undefined || thing.open === open);
          expect(await allPages({ order, limit, filters: { stage, open } })).toEqual(expected(order, keep));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('understands a query string and ranges', async () => {
    const keep = (thing: Thing): boolean => thing.rank !== undefined && thing.rank >= 2 && thing.rank < 4 && thing.open;
    const filters = { rankFrom: '2', rankBelow: '4', open: 'true' };
    expect(await allPages({ order: 'rank', filters })).toEqual(expected('rank', keep));
  });

  it('tells nothing of where it stands by its cursor', async () => {
    const { items, nextCursor } = await page({ limit: 1, order: 'rank' });
    const [key = '', sealed = ''] = (nextCursor ?? '').split('.');
    const clear = Buffer.from(sealed, 'base64url').toString('latin1');
    expect([items[0], clear.length > 28, `${key} ${clear}`.includes('one/')]).toEqual([items[0], true, false]);
    expect(await page({ limit: 1, order: 'rank' })).not.toMatchObject({ nextCursor });
  });

  it('is not moved by what is written between two pages', async () => {
    const first = await page({ limit: 5 });
    await databaseOf(connection)
      .collection<Thing>('things')
      .insertOne({ ...things[1], _id: 'one/000x' } as Thing);
    const second = await page({ limit: 5, cursor: first.nextCursor ?? '' });
    await databaseOf(connection).collection<Thing>('things').deleteOne({ _id: 'one/000x' });
    expect([...first.items, ...second.items]).toEqual(expected('key', () => true).slice(0, 10));
  });

  it('takes conditions of our own', async () => {
    const { items } = await page({ where: { stage: 'draft' }, limit: 200 });
    expect(items).toEqual(expected('key', (thing) => thing.stage === 'draft'));
  });

  it('reads only what the plan names', async () => {
    const seen: unknown[] = [];
    await run(listPage(connection, { ...plan, item: (document) => seen.push(document) }, { tenant: one, limit: 1 }));
    expect(seen).toEqual([{ _id: 'one/001', stage: 'draft' }]);
  });

  it.each<[string, Asked]>([
    ['UnknownFilter', { filters: { secret: 'x' } }],
    ['UnknownFilter', { filters: { __proto__x: 'x' } }],
    ['UnknownFilter', { filters: { $where: 'sleep(1)' } }],
    ['InvalidFilter', { filters: { stage: 1 } }],
    ['InvalidFilter', { filters: { stage: { $ne: '' } as unknown as string } }],
    ['InvalidFilter', { filters: { stage: 'x'.repeat(257) } }],
    ['InvalidFilter', { filters: { stage: Array.from({ length: 101 }, () => 'x') } }],
    ['InvalidFilter', { filters: { rankFrom: [1, 2] } }],
    ['InvalidFilter', { filters: { rankFrom: '' } }],
    ['InvalidFilter', { filters: { rankFrom: '1.5' } }],
    ['InvalidFilter', { filters: { open: 'yes' } }],
    ['UnknownOrder', { order: 'secret' }],
    ['UnknownOrder', { order: 'constructor' }],
    ['InvalidLimit', { limit: 0 }],
    ['InvalidLimit', { limit: 201 }],
    ['InvalidLimit', { limit: 1.5 }],
    ['InvalidCursor', { cursor: '' }],
    ['InvalidCursor', { cursor: 'bm90IGpzb24' }],
    ['InvalidCursor', { cursor: Buffer.from('["a"]').toString('base64url') }],
  ])('refuses with %s: %j', async (code, asked) => expect(await codeOf(asked)).toBe(code));

  it('refuses a cursor of another order, filter or tenant', async () => {
    const cursor = (await page({ limit: 1 })).nextCursor ?? '';
    expect(await codeOf({ cursor, order: 'rank' })).toBe('InvalidCursor');
    expect(await codeOf({ cursor, filters: { open: true } })).toBe('InvalidCursor');
    const foreign = listPage(connection, plan, { tenant: other, cursor });
    expect((await run(Effect.flip(foreign))).code).toBe('InvalidCursor');
    const forged = Buffer.from(JSON.stringify([{ $gt: '' }, 'one/1'])).toString('base64url');
    expect(await codeOf({ cursor: forged })).toBe('InvalidCursor');
    expect(await codeOf({ cursor: `${cursor.slice(0, -2)}AA` })).toBe('InvalidCursor');
  });

  it.each(Object.entries(plan.orders))('walks an index in the order %s', async (_name, { field, direction }) => {
    const { queryPlanner } = await databaseOf(connection)
      .collection('things')
      .find({ tenant: one })
      .sort({ [field]: direction, ...(field === '_id' ? {} : { _id: direction }) })
      .explain('queryPlanner');
    const winning = JSON.stringify(queryPlanner.winningPlan);
    expect(winning).toContain('IXSCAN');
    expect(winning).not.toContain('"SORT"');
  });
});
