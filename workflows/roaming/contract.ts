import type { Caller } from '../../domain/kernel/caller.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import { activity, contract, type OfTenant, workflow } from '../contract.ts';

/**
 * The table of contents of roaming clearing: partners' files on their way in (seed 002 §3.2.2). A file goes by reference:
 * no workflow holds a record.
 */

export interface ImportInput extends OfTenant {
  /** TADIG code. */
  readonly partner: string;
  readonly file: FileRef;
}

export interface ImportResult {
  /** Of `roaming.importFile`. */
  readonly status: string;
  /** The file as a whole goes back to the partner. */
  readonly goesBack?: boolean;
}

export interface ReturnResult {
  /** Whether a RAP file was sent. */
  readonly returned: boolean;
}

export interface SettleInput extends ImportInput {
  /** In the file, from 1. */
  readonly record: number;
  /** Key of the subscriber whose it is; null: it is rejected. */
  readonly subscriber: string | null;
  readonly by: Caller;
}

export interface LookResult {
  /** Files that lay on the partners' servers. */
  readonly seen: number;
  /** Files whose import was started. */
  readonly started: number;
  /** Partners whose server could not be looked at; an alert says why. */
  readonly unreachable: number;
}

export const roamingContract = contract({
  area: 'roaming',
  workflows: {
    /** One file: checked, rated, posted. Its key is `<partner>-<sm3>-<attempt>`. */
    import: workflow<ImportInput, ImportResult>()({}),
    /** A record of the quarantine that a person attributes or rejects. Its key is `<partner>-<sm3>-<record>-<command>`. */
    settle: workflow<SettleInput, ImportResult>()({}),
    /** One look at all partners' servers, by a schedule or because a person asked. */
    look: workflow<OfTenant, LookResult>()({}),
  },
  activities: {
    importFile: activity<ImportInput, ImportResult>('storeWrite'),
    /** The import has failed for good: a file whose records have no fates yet is quarantined, a person is told. */
    giveUpImport: activity<ImportInput, ImportResult>('actorAsk'),
    /** Sends what goes back, records or the whole file, as a RAP file. */
    returnRecords: activity<ImportInput, ReturnResult>('partnerTransfer'),
    settleRecord: activity<SettleInput, ImportResult>('storeWrite'),
    takeFiles: activity<OfTenant, LookResult>('partnerTransfer'),
  },
});
