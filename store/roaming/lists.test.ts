import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Effect, Layer } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { TestKeyRing } from '../../test/support/keys.ts';
import { connectForTest } from '../../test/support/mongo.ts';
import { type ListPlan, type ListRequest, listPage } from '../list-query.ts';
import { type CollectionPlan, migrate } from '../migrations.ts';
import { databaseOf } from '../mongo.ts';
import { caseList, clearingCasePlan } from './clearing-cases.ts';
import { clearingFileList, clearingFilePlan } from './clearing-files.ts';
import { accountList, financeAccountPlan } from './finance-accounts.ts';
import { importFileList, importFilePlans } from './import-files.ts';
import { quarantinedRecordList, quarantinedRecordPlan } from './quarantined-records.ts';
import { returnedRecordList, returnedRecordPlan } from './returned-records.ts';
import { periodList, settlementPlans } from './settlement.ts';
import { termsList, termsPlan } from './terms.ts';

/**
 * Every list of roaming, as the server ran it: each order and each filter walks an index, sorts nothing in memory, and looks
 * at no more than what it shows.
 */

const LISTS: ReadonlyArray<ListPlan<unknown>> = [
  caseList,
  clearingFileList,
  accountList,
  importFileList,
  quarantinedRecordList,
  returnedRecordList,
  periodList,
  termsList,
];
const PLANS: ReadonlyArray<CollectionPlan> = [
  ...[clearingCasePlan, clearingFilePlan, financeAccountPlan, ...importFilePlans, quarantinedRecordPlan],
  ...[returnedRecordPlan, ...settlementPlans, termsPlan],
];
const [tenant, other] = ['demo', 'other'] as [TenantId, TenantId];
const DOCUMENTS = 2_000;
const LIMIT = 20;
/** As many values of a filter, so that one of them is a tenth of the documents. */
const VALUES = 10;

let connection: mongoose.Connection;
beforeAll(async () => {
  connection = await connectForTest('roaming_lists');
  await Effect.runPromise(migrate(connection, PLANS));
  const database = databaseOf(connection);
  for (const { collection, filters, orders } of LISTS) {
    const documents = Array.from({ length: DOCUMENTS }, (_, at) => {
      const one = at % 2 === 0 ? tenant : other;
      const filtered = Object.values(filters).map(({ field }, place) => {
        const value = Math.floor(at / (place + 2)) % VALUES;
        return [field, `value-${value}`] as const;
      });
      const ordered = Object.values(orders).map(({ field }) => [field, (at * 7_919) % DOCUMENTS] as const);
      const fields = Object.fromEntries([...ordered, ...filtered]);
      return { ...fields, _id: `${one}/${at}`, tenant: one, key: String(at) };
    });
    await database.collection<{ readonly _id: string }>(collection).insertMany(documents);
  }
  await database.command({ profile: 2 });
}, 60_000);
afterAll(async () => {
  await databaseOf(connection).command({ profile: 0 });
  await connection.dropDatabase();
  await connection.close();
});

interface Profiled {
  readonly planSummary: string;
  readonly hasSortStage?: boolean;
  readonly docsExamined: number;
  readonly nreturned: number;
}

/** Both pages of the list as the server ran them. */
const walked = async (
  plan: ListPlan<unknown>,
  request: Omit<ListRequest, 'tenant'>,
): Promise<ReadonlyArray<Profiled>> => {
  const page = (cursor: string | undefined) =>
    listPage(connection, plan, { ...request, tenant, limit: LIMIT, cursor }).pipe(
      Effect.provide(Layer.fresh(TestKeyRing)),
    );
  const profile = databaseOf(connection).collection<Profiled & { readonly ts: Date }>('system.profile');
  const about = { op: 'query', ns: `${connection.name}.${plan.collection}` };
  const before = await profile.countDocuments(about);
  const first = await Effect.runPromise(page(undefined));
  expect(first.items).toHaveLength(LIMIT);
  await Effect.runPromise(page(first.nextCursor ?? undefined));
  return profile.find(about).sort({ $natural: 1 }).skip(before).toArray();
};

const expectIndexed = (found: ReadonlyArray<Profiled>): void => {
  expect(found).toHaveLength(2);
  for (const { planSummary, hasSortStage = false, docsExamined, nreturned } of found) {
    expect(planSummary).toMatch(/^IXSCAN/);
    expect(hasSortStage).toBe(false);
    expect(nreturned).toBe(LIMIT + 1);
    // One more is asked for, and one on the page's edge may be looked at twice.
    expect(docsExamined).toBeLessThanOrEqual(LIMIT + 2);
  }
};

it('no list of roaming is left out', () => {
  const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const lists = sources.filter((name) =>
    readFileSync(join(import.meta.dirname, name), 'utf8').includes('List: ListPlan<'),
  );
  expect(lists).toHaveLength(LISTS.length);
});

describe.each(LISTS.map((plan) => [plan.collection, plan] as const))('the list of %s', (_, plan) => {
  it.each(Object.keys(plan.orders))('walks an index in the order %s', async (order) => {
    expectIndexed(await walked(plan, { order }));
  });

  it.each(Object.keys(plan.filters))('walks an index by %s', async (filter) => {
    expectIndexed(await walked(plan, { filters: { [filter]: 'value-3' } }));
  });
});
