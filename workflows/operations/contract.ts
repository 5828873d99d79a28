import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { activity, contract, workflow } from '../contract.ts';

/** The table of contents of what looks after the installation itself. Nothing of it belongs to a business. */

export interface HousekeepingInput {
  /** The tenant that operates the installation; the work is done for all. */
  readonly tenant: TenantId;
}

export interface HousekeepingResult {
  /** Half-written files whose writers are dead. */
  readonly sweptFiles: number;
  /** Alerts past their retention. */
  readonly expiredAlerts: number;
}

export interface BackUpInput extends HousekeepingInput {
  /** An increment that has nothing to go on from becomes a full one. */
  readonly kind: 'full' | 'increment';
}

export interface BackUpResult {
  /** Null where no place for backups is configured. */
  readonly id: string | null;
  /** As it lies in its place. */
  readonly bytes: number;
  /** Older ones that were removed by the rule. */
  readonly removed: number;
}

export const operationsContract = contract({
  area: 'operations',
  workflows: {
    /** Removes what has outlived its use; started by a schedule. */
    housekeeping: workflow<HousekeepingInput, HousekeepingResult>()({}),
    /** One backup of the database; started by schedules, and by a person. */
    backUp: workflow<BackUpInput, BackUpResult>()({}),
  },
  activities: {
    sweepFiles: activity<HousekeepingInput, { readonly swept: number }>('storeWrite'),
    backUp: activity<BackUpInput, BackUpResult>('longCopy'),
    /** `nowMs`: of the workflow, the same for every attempt. */
    expireAlerts: activity<HousekeepingInput & { readonly nowMs: number }, { readonly expired: number }>('storeWrite'),
  },
});
