import type { ComponentState, Word } from '../../domain/sim/telecom/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from './lists.ts';

/** What can be looked up about writing Telecom cards: writing components, and what EOP and the CRM know. */

const componentFields = {
  component: String,
  publicKey: String,
  note: String,
  status: String,
  reason: String,
  changedBy: String,
  changedAtMs: Number,
} satisfies Fields;

const componentList: ListPlan<ComponentState> = {
  collection: 'sim_writing_components',
  fields: Object.keys(componentFields),
  filters: { status: { field: 'status', type: 'text' } },
  orders: { component: { field: 'component', direction: 1 } },
  defaultOrder: 'component',
  item: itemOf,
};

export interface EopOrderItem {
  readonly request: string;
  readonly component: string | null;
  readonly asked: boolean;
  readonly order: string | null;
  readonly eopWord: Word | null;
  readonly eopProblem: string | null;
  readonly crmWord: Word | null;
  readonly crmProblem: string | null;
  /** One of them could not be told what came last. */
  readonly untold: boolean;
}

const orderFields = {
  request: String,
  component: String,
  asked: Boolean,
  order: String,
  eopWord: String,
  eopProblem: String,
  crmWord: String,
  crmProblem: String,
  untold: Boolean,
} satisfies Fields;

const orderList: ListPlan<EopOrderItem> = {
  collection: 'sim_eop_orders',
  fields: Object.keys(orderFields),
  filters: {
    untold: { field: 'untold', type: 'flag', indexed: true },
    component: { field: 'component', type: 'text' },
    order: { field: 'order', type: 'text', indexed: true },
  },
  orders: { request: { field: 'request', direction: 1 } },
  defaultOrder: 'request',
  item: itemOf,
};

const componentModel = readModel(componentList.collection, componentFields, listIndexes(componentList));
const orderModel = readModel(orderList.collection, orderFields, listIndexes(orderList));

export const listComponents = listOf(componentList, componentModel);
export const listEopOrders = listOf(orderList, orderModel);

export const telecomPlans: ReadonlyArray<CollectionPlan> = [componentModel, orderModel].map(planOf);
