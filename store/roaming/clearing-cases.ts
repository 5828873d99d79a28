import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { CASE_LIMITS, type CaseKind, type CaseStatus, type Resolution } from '../../domain/roaming/cases/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from '../sim/lists.ts';

/** Cases of clearing as lists show them; what each is about is read from its actor. */
export interface ClearingCaseItem {
  readonly key: string;
  readonly kind: CaseKind;
  readonly partner: string;
  /** The key of a period, a day or a month. */
  readonly of: string;
  /** A day of the period that it counts in. */
  readonly day: string;
  readonly status: CaseStatus;
  readonly openedBy: string;
  readonly openedAtMs: number;
  readonly takenBy: string | null;
  readonly resolution: Resolution | null;
  /** As text, in minor units. */
  readonly amountMinor: string | null;
  readonly resolvedAtMs: number | null;
}

const fields = {
  kind: String,
  partner: String,
  of: String,
  day: String,
  status: String,
  openedBy: String,
  openedAtMs: Number,
  takenBy: String,
  resolution: String,
  amountMinor: String,
  resolvedAtMs: Number,
} satisfies Fields;

export const caseList: ListPlan<ClearingCaseItem> = {
  collection: 'roaming_clearing_cases',
  fields: ['key', ...Object.keys(fields)],
  filters: {
    status: { field: 'status', type: 'text', indexed: true },
    partner: { field: 'partner', type: 'text', indexed: true },
    kind: { field: 'kind', type: 'text', indexed: true },
    of: { field: 'of', type: 'text', indexed: true },
    takenBy: { field: 'takenBy', type: 'text', indexed: true },
  },
  orders: { newest: { field: 'openedAtMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

const model = readModel(caseList.collection, fields, listIndexes(caseList));

export const clearingCasePlan = planOf(model);

export const listClearingCases = listOf(caseList, model);

interface Days {
  readonly partner: string;
  readonly from: string;
  readonly to: string;
}

const collectionOf = Effect.map(Mongo, (connection) =>
  databaseOf(connection).collection<ClearingCaseItem>(caseList.collection),
);

/** Keys of the partner's cases of these days that nobody has settled, the oldest first. */
export const openCases = (
  tenant: TenantId,
  { partner, from, to }: Days,
): Effect.Effect<ReadonlyArray<string>, Fault, Mongo> =>
  Effect.flatMap(collectionOf, (collection) =>
    mongoTry('looking for open cases', async () => {
      const where = { tenant, partner, status: { $ne: 'resolved' }, day: { $gte: from, $lte: to } };
      const found = await collection
        .find(where as object, { projection: { key: 1 } })
        .sort({ openedAtMs: 1 })
        .limit(CASE_LIMITS.openCases)
        .toArray();
      return found.map(({ key }) => key);
    }),
  );

/** Keys of the period's differences that persons have settled. */
export const settledDifferences = (
  tenant: TenantId,
  partner: string,
  period: string,
): Effect.Effect<ReadonlySet<string>, Fault, Mongo> =>
  Effect.flatMap(collectionOf, (collection) =>
    mongoTry('looking for settled cases', async () => {
      const where = { tenant, partner, of: period, kind: 'difference', status: 'resolved' };
      const found = await collection.find(where as object, { projection: { key: 1 } }).toArray();
      return new Set(found.map(({ key }) => key));
    }),
  );

/** Keys of the period's differences, however they stand. */
export const differenceCases = (
  tenant: TenantId,
  partner: string,
  period: string,
): Effect.Effect<ReadonlyArray<string>, Fault, Mongo> =>
  Effect.flatMap(collectionOf, (collection) =>
    mongoTry('looking for cases', async () => {
      const where = { tenant, partner, of: period, kind: 'difference' };
      const found = await collection.find(where as object, { projection: { key: 1 } }).toArray();
      return found.map(({ key }) => key);
    }),
  );

/** How many of the partner's cases of these days are in each status. */
export const caseCounts = (
  tenant: TenantId,
  { partner, from, to }: Days,
): Effect.Effect<Readonly<Record<string, number>>, Fault, Mongo> =>
  Effect.flatMap(collectionOf, (collection) =>
    mongoTry('counting cases', async () => {
      const rows = await collection
        .aggregate<{ readonly _id: string; readonly count: number }>([
          { $match: { tenant, partner, day: { $gte: from, $lte: to } } },
          { $group: { _id: '$status', count: { $sum: 1 } } },
          { $sort: { _id: 1 } },
        ])
        .toArray();
      return Object.fromEntries(rows.map(({ _id, count }) => [_id, count]));
    }),
  );
