import type { ResourceLayout, ResourceStatus } from '../../domain/sim/resource/schema.ts';
import type { NumberType } from '../../domain/sim/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from './lists.ts';

/** Files of resources as they can be looked up; written behind by their actors. */
export interface ResourceFileItem {
  readonly name: string;
  readonly sm3: string;
  readonly bytes: number;
  readonly source: 'poll' | 'upload';
  readonly status: ResourceStatus;
  readonly attempt: number;
  readonly deliveries: number;
  readonly type: NumberType | null;
  readonly layout: ResourceLayout | null;
  readonly lines: number;
  readonly accepted: number;
  readonly refused: number;
  readonly numbers: number;
  readonly ranges: number;
  readonly problemCount: number;
  readonly receivedAtMs: number;
}

const fields = {
  name: String,
  sm3: String,
  bytes: Number,
  source: String,
  status: String,
  attempt: Number,
  deliveries: Number,
  type: String,
  layout: String,
  lines: Number,
  accepted: Number,
  refused: Number,
  numbers: Number,
  ranges: Number,
  problemCount: Number,
  receivedAtMs: Number,
} satisfies Fields;

const resourceFileList: ListPlan<ResourceFileItem> = {
  collection: 'sim_resource_files',
  fields: Object.keys(fields),
  filters: {
    status: { field: 'status', type: 'text', indexed: true },
    type: { field: 'type', type: 'text' },
    source: { field: 'source', type: 'text' },
  },
  orders: { newest: { field: 'receivedAtMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

const model = readModel(resourceFileList.collection, fields, listIndexes(resourceFileList));

export const resourceFilePlan: CollectionPlan = planOf(model);

/** Pages of the tenant's documents; refusals and faults as `listPage` says. */
export const listResourceFiles = listOf(resourceFileList, model);
