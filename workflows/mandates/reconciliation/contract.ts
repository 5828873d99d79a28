import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import type { Counts, Decision, FileRef, Scope, Stage } from '../../../domain/mandates/reconciliation/schema.ts';
import { activity, contract, signal, workflow } from '../../contract.ts';

/** Reconciliation of mandates by files (seed 003 part 3): banks first, then provinces on what the banks have corrected. */

export interface RunStep {
  readonly tenant: TenantId;
  readonly scope: Scope;
}

export interface CompareStep extends RunStep {
  readonly unbalanced: ReadonlyArray<string>;
}

export interface ReconcileInput extends RunStep {
  /** Until then the partner's file is waited for, in milliseconds since the epoch. */
  readonly waitUntilMs: number;
  readonly pollEveryMs: number;
  /** A file of the file store that a person has handed in. */
  readonly file?: FileRef;
  /** Of a province's run: banks that have not been reconciled for this period; their relations are left to a person. */
  readonly unbalanced?: ReadonlyArray<string>;
}

export interface ReconcileResult {
  readonly stage: Stage;
  readonly differences: number | null;
  readonly outcomes: Counts;
}

export interface ReconcileAllInput {
  readonly tenant: TenantId;
  /** Left out: the day (or the month) before the one in which the process starts, in China. */
  readonly period?: string;
  readonly every: 'day' | 'month';
  /** How long files are waited for, in milliseconds, from the start. */
  readonly waitMs: number;
  readonly pollEveryMs: number;
}

/** Stage by run key. */
export interface ReconcileAllResult {
  readonly stages: Readonly<Record<string, Stage>>;
}

export interface DecideInput {
  readonly tenant: TenantId;
  /** The key of the difference's actor. */
  readonly difference: string;
  readonly decision: Decision;
  readonly note: string;
  readonly by: Caller;
}

export interface DecideResult {
  readonly status: string;
  readonly outcome: string | null;
}

/** What became of looking for the file: `counts` goes on. */
interface Taken {
  readonly status: 'counts' | 'none';
}

export const reconciliationContract = contract({
  area: 'mandates',
  workflows: {
    /**
     * One run, by its key and what asks for it: the schedule's key is the run's, a person's repetition has another. A run
     * that was compared before is compared again: the same file gives the same differences, and each is corrected once.
     */
    reconcile: workflow<ReconcileInput, ReconcileResult>()({
      signals: {
        /** Look now: a file was handed in and stored for this run, or released from quarantine. */
        look: signal<{ readonly file?: FileRef }>(),
      },
    }),
    /** All banks and provinces of a day or a month. */
    reconcileAll: workflow<ReconcileAllInput, ReconcileAllResult>()({}),
    /** A person's decision about a queued difference, carried out. */
    differenceDecision: workflow<DecideInput, DecideResult>()({}),
  },
  activities: {
    reconciliationPartners: activity<
      { readonly tenant: TenantId },
      { readonly banks: ReadonlyArray<string>; readonly provinces: ReadonlyArray<string> }
    >('quick'),
    openReconciliation: activity<RunStep, { readonly stage: Stage }>('actorAsk'),
    /** Looks at the partner's server, and at what was handed in or released. */
    takeReconciliationFile: activity<RunStep & { readonly file?: FileRef }, Taken>('partnerTransfer'),
    missReconciliationFile: activity<RunStep, null>('actorAsk'),
    compareReconciliation: activity<CompareStep, { readonly differences: number; readonly stopped: boolean }>(
      'storeWrite',
    ),
    correctReconciliation: activity<CompareStep, { readonly outcomes: Counts; readonly stage: Stage }>('storeWrite'),
    sendErrorFile: activity<RunStep, null>('partnerTransfer'),
    takeErrorAnswer: activity<RunStep, { readonly answered: boolean }>('partnerTransfer'),
    decideDifference: activity<DecideInput, DecideResult>('actorAsk'),
  },
});
