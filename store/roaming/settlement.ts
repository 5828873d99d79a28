import type { PeriodState } from '../../domain/roaming/settlement/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from '../sim/lists.ts';

/** Settlement periods as lists show them; their amounts are read from the actor. */
export interface PeriodItem extends Pick<PeriodState['terms'], 'partner' | 'agreement' | 'from' | 'to'> {
  /** By which it is settled (decision 0390). */
  readonly mechanism: NonNullable<PeriodState['terms']['mechanism']>;
  readonly stage: PeriodState['stage'];
  readonly revision: number;
  /** Days of books that were added. */
  readonly days: number;
  /** Null before the partner's statement was compared. */
  readonly tolerated: boolean | null;
}

const fields = {
  partner: String,
  agreement: String,
  from: String,
  to: String,
  mechanism: String,
  stage: String,
  revision: Number,
  days: Number,
  tolerated: Boolean,
} satisfies Fields;

export const periodList: ListPlan<PeriodItem> = {
  collection: 'roaming_settlement_periods',
  fields: Object.keys(fields),
  filters: {
    stage: { field: 'stage', type: 'text', indexed: true },
    partner: { field: 'partner', type: 'text', indexed: true },
  },
  orders: { from: { field: 'from', direction: -1 } },
  defaultOrder: 'from',
  // Of what was written before there was another, nothing says so.
  item: (document) => ({
    ...itemOf<PeriodItem>(document),
    mechanism: itemOf<Partial<PeriodItem>>(document).mechanism ?? 'tap',
  }),
};

const model = readModel(periodList.collection, fields, listIndexes(periodList));

/** What the migration command makes for settlement. */
export const settlementPlans: ReadonlyArray<CollectionPlan> = [
  planOf(model),
  { collection: 'roaming_books', indexes: [] },
];

export const listPeriods = listOf(periodList, model);
