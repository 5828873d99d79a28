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

export interface RetentionResult {
  /** Months of usage records that were removed, as `2026-01`. */
  readonly months: ReadonlyArray<string>;
  readonly parts: number;
  /** Room that the disk has again. */
  readonly bytes: number;
}

export interface MonthInput extends HousekeepingInput {
  readonly month: string;
}

export interface LooseCollection {
  /** `host:port` */
  readonly member: string;
  readonly collection: string;
  /** Free within its files. */
  readonly bytes: number;
}

export interface CompactionResult {
  readonly compacted: number;
  /** Room that the disks have again. */
  readonly bytes: number;
  /** Left for the next time. */
  readonly left: number;
}

export const operationsContract = contract({
  area: 'operations',
  workflows: {
    /** Removes what has outlived its use; started by a schedule. */
    housekeeping: workflow<HousekeepingInput, HousekeepingResult>()({}),
    /** Removes months of usage records that are older than what is configured. */
    retention: workflow<HousekeepingInput, RetentionResult>()({}),
    /** Gives the disk back what deleted documents have left in files. */
    compaction: workflow<HousekeepingInput, CompactionResult>()({}),
    /** One backup of the database; started by schedules, and by a person. */
    backUp: workflow<BackUpInput, BackUpResult>()({}),
  },
  activities: {
    sweepFiles: activity<HousekeepingInput, { readonly swept: number }>('storeWrite'),
    /** `nowMs`: of the workflow. None where no retention is configured. */
    outlivedMonths: activity<HousekeepingInput & { readonly nowMs: number }, ReadonlyArray<string>>('quick'),
    removeMonth: activity<MonthInput, { readonly parts: number; readonly bytes: number }>('storeWrite'),
    looseCollections: activity<HousekeepingInput, ReadonlyArray<LooseCollection>>('storeWrite'),
    compact: activity<HousekeepingInput & LooseCollection, { readonly bytes: number }>('longCopy'),
    backUp: activity<BackUpInput, BackUpResult>('longCopy'),
    /** `nowMs`: of the workflow, the same for every attempt. */
    expireAlerts: activity<HousekeepingInput & { readonly nowMs: number }, { readonly expired: number }>('storeWrite'),
  },
});
