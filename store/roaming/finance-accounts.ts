import type { AccountKind, AccountStatus } from '../../domain/roaming/finance/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from '../sim/lists.ts';

/** Accounts on their way to finance's system as lists show them; finance's answers are read from the actor. */
export interface FinanceAccountItem {
  /** `day:HKGPP:2026-10-01` */
  readonly key: string;
  readonly kind: AccountKind;
  readonly partner: string;
  readonly status: AccountStatus;
  readonly attempt: number;
  /** When the newest attempt was requested, and when it ended; null while it is on its way. */
  readonly atMs: number;
  readonly endedAtMs: number | null;
  /** Why it was refused. */
  readonly code: string | null;
  /** Of finance's answer. */
  readonly httpStatus: number | null;
}

const fields = {
  kind: String,
  partner: String,
  status: String,
  attempt: Number,
  atMs: Number,
  endedAtMs: Number,
  code: String,
  httpStatus: Number,
} satisfies Fields;

export const accountList: ListPlan<FinanceAccountItem> = {
  collection: 'roaming_finance_accounts',
  fields: ['key', ...Object.keys(fields)],
  filters: {
    status: { field: 'status', type: 'text', indexed: true },
    kind: { field: 'kind', type: 'text', indexed: true },
    partner: { field: 'partner', type: 'text', indexed: true },
  },
  orders: { newest: { field: 'atMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

const model = readModel(accountList.collection, fields, listIndexes(accountList));

export const financeAccountPlan = planOf(model);

export const listFinanceAccounts = listOf(accountList, model);
