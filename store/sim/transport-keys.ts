import type { TransportKeyState } from '../../domain/sim/outputs/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from './lists.ts';

/** What may be shown of transport keys: everything but the keys. */
export type TransportKeyItem = Omit<TransportKeyState, 'sealed' | 'fingerprint'>;

const fields = {
  partner: String,
  algorithm: String,
  kcv: String,
  version: Number,
  active: Boolean,
  atMs: Number,
} satisfies Fields;

const keyList: ListPlan<TransportKeyItem> = {
  collection: 'sim_transport_keys',
  fields: Object.keys(fields),
  filters: { active: { field: 'active', type: 'flag' } },
  orders: { partner: { field: 'partner', direction: 1 } },
  defaultOrder: 'partner',
  item: itemOf,
};

const model = readModel(keyList.collection, fields, listIndexes(keyList));

export const outputPlans: ReadonlyArray<CollectionPlan> = [
  planOf(model),
  { collection: 'sim_part_secrets', indexes: [] },
];

export const listTransportKeys = listOf(keyList, model);
