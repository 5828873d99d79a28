import type {
  Action,
  Balance,
  Counts,
  Decision,
  DifferenceClass,
  DifferenceStatus,
  Party,
  Stage,
} from '../../domain/mandates/reconciliation/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from '../sim/lists.ts';

/**
 * What can be looked up about reconciliation: the state documents of runs and differences, written behind by their
 * actors. A number is found by its pseudonym (`numberKey`) and shown masked.
 */

export interface RunItem {
  /** Of the actor: `bank:CCB:2026-11-25`. */
  readonly key: string;
  readonly party: Party;
  readonly partner: string;
  /** A day or a month. */
  readonly period: string;
  readonly stage: Stage;
  readonly attempt: number;
  readonly files: number;
  /** Files that wait for a person. */
  readonly quarantined: number;
  /** Null before the comparison. */
  readonly differences: number | null;
  readonly imbalances: ReadonlyArray<string>;
  /** Null before the comparison. */
  readonly balanceHere: Balance | null;
  readonly balanceThere: Balance | null;
  readonly outcomes: Counts;
  readonly openedAtMs: number;
  readonly changedAtMs: number;
}

const runFields = {
  party: String,
  partner: String,
  period: String,
  stage: String,
  attempt: Number,
  files: Number,
  quarantined: Number,
  differences: Number,
  imbalances: [String],
  balanceHere: Object,
  balanceThere: Object,
  outcomes: Object,
  openedAtMs: Number,
  changedAtMs: Number,
} satisfies Fields;

const runList: ListPlan<RunItem> = {
  collection: 'mandates_reconciliations',
  fields: ['key', ...Object.keys(runFields)],
  filters: {
    party: { field: 'party', type: 'text' },
    partner: { field: 'partner', type: 'text', indexed: true },
    period: { field: 'period', type: 'text', indexed: true },
    fromPeriod: { field: 'period', type: 'text', match: 'atLeast' },
    stage: { field: 'stage', type: 'text', indexed: true },
    withQuarantined: { field: 'quarantined', type: 'integer', match: 'atLeast' },
  },
  orders: { newest: { field: 'openedAtMs', direction: -1 }, changed: { field: 'changedAtMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

export interface DifferenceItem {
  /** Of the actor: the run's key, `:`, 16 hex digits. */
  readonly key: string;
  readonly run: string;
  readonly party: Party;
  readonly partner: string;
  readonly period: string;
  readonly class: DifferenceClass;
  readonly columns: ReadonlyArray<string>;
  /** Why a line cannot be read. */
  readonly code: string | null;
  readonly lineHere: number;
  readonly lineThere: number;
  readonly bank: string | null;
  readonly agreement: string | null;
  /** Masked. */
  readonly number: string | null;
  readonly numberKey: string | null;
  readonly province: string | null;
  readonly ageDays: number;
  readonly action: Action;
  readonly because: string | null;
  readonly text: 'begun' | 'ended' | null;
  readonly status: DifferenceStatus;
  readonly outcome: string | null;
  readonly decision: Decision | null;
  readonly decidedBy: string | null;
  readonly foundAtMs: number;
  readonly changedAtMs: number;
}

const differenceFields = {
  run: String,
  party: String,
  partner: String,
  period: String,
  class: String,
  columns: [String],
  code: String,
  lineHere: Number,
  lineThere: Number,
  bank: String,
  agreement: String,
  number: String,
  numberKey: String,
  province: String,
  ageDays: Number,
  action: String,
  because: String,
  text: String,
  status: String,
  outcome: String,
  decision: String,
  decidedBy: String,
  foundAtMs: Number,
  changedAtMs: Number,
} satisfies Fields;

const differenceList: ListPlan<DifferenceItem> = {
  collection: 'mandates_differences',
  fields: ['key', ...Object.keys(differenceFields)],
  filters: {
    run: { field: 'run', type: 'text', indexed: true },
    status: { field: 'status', type: 'text', indexed: true },
    class: { field: 'class', type: 'text' },
    action: { field: 'action', type: 'text' },
    decision: { field: 'decision', type: 'text' },
    party: { field: 'party', type: 'text' },
    partner: { field: 'partner', type: 'text', indexed: true },
    period: { field: 'period', type: 'text' },
    province: { field: 'province', type: 'text' },
    agreement: { field: 'agreement', type: 'text', indexed: true },
    numberKey: { field: 'numberKey', type: 'text', indexed: true },
    atLeastDays: { field: 'ageDays', type: 'integer', match: 'atLeast' },
  },
  orders: { newest: { field: 'foundAtMs', direction: -1 }, key: { field: 'key', direction: 1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

const runModel = readModel(runList.collection, runFields, listIndexes(runList));
export const differenceModel = readModel(differenceList.collection, differenceFields, listIndexes(differenceList));

export const reconciliationPlans: ReadonlyArray<CollectionPlan> = [planOf(runModel), planOf(differenceModel)];

/** Pages of the tenant's documents; refusals and faults as `listPage` says. */
export const listReconciliations = listOf(runList, runModel);
export const listDifferences = listOf(differenceList, differenceModel);
