import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import type { FileRef } from '../../../domain/sim/schema.ts';
import type { TelecomReply, TelecomStage, TelecomWaitingFor } from '../../../domain/sim/telecom/application/schema.ts';
import { activity, query, update, workflow } from '../../contract.ts';
import type { ApplicationSubject, By, FileError, Problem, Reasoned, Step } from '../contract.ts';
import type { Deadline } from '../stages.ts';

/** What the card-making process with Telecom (seed 000 §5.2) is started with, and what it says of itself. */

/** The stages in which Telecom, a vendor or a person has to act. */
export type TelecomTimedStage = Extract<TelecomStage, 'scan' | 'mailing' | 'result' | 'handover' | 'production'>;
export type TelecomDeadlines = Readonly<Record<TelecomTimedStage, Deadline>>;

export interface TelecomInput {
  readonly tenant: TenantId;
  readonly application: string;
  readonly startedBy: Caller;
  /** How often the mailbox and the vendor's server are looked at, in milliseconds. */
  readonly pollEveryMs: number;
  readonly deadlines: TelecomDeadlines;
  readonly continueAfterEvents?: number;
  readonly resume?: TelecomProgress;
}

/** A file of Telecom or of the vendor that has come, was stored and read once. */
export interface TelecomArrival {
  /** Key of the `sim.partnerFile` that knows it. */
  readonly partnerFile: string;
  readonly file: FileRef;
  readonly status: 'fit' | 'quarantined' | 'known';
  readonly kind: 'cardMaking' | 'pos';
  readonly error?: FileError;
}

export interface TelecomProgress {
  application: string;
  stage: TelecomStage;
  waitingFor: TelecomWaitingFor;
  paused: boolean;
  pausedSinceMs: number | null;
  sinceMs: number;
  reminded: boolean;
  alarmed: boolean;
  /** What staff have to look at first. */
  problem: Problem | null;
  stuckOn: Problem | null;
  /** Files that cannot be used: quarantined. */
  keptOut: Array<Problem>;
  /** The result file in use, and those of the vendor's reports that are not counted yet. */
  result: TelecomArrival | null;
  reports: Array<TelecomArrival>;
  /** SM3 of reports that were counted: delivered again they change nothing. */
  spent: Array<string>;
  /** Where the look-ups of the mailbox and of the vendor's server have come to. */
  mailCursor: string | null;
  vendorCursor: string | null;
  polls: number;
  partnerFault: string | null;
  books: TelecomReply['books'] | null;
  ended: 'completed' | 'cancelled' | null;
}

export interface FailedCard {
  readonly iccid: string;
  readonly reason: string;
}

/** The process, as a part of `simContract`. */
export const telecomCardMaking = workflow<TelecomInput, TelecomProgress>()({
  queries: { progress: query<TelecomProgress>() },
  updates: {
    /** The scan of the printed, stamped application: the letter goes with it. */
    attachScan: update<By & { readonly file: FileRef }, TelecomReply>(),
    /** The letter once more: it came back, or nobody answers. */
    resend: update<By & { readonly reason: string }, TelecomReply>(),
    chooseVendor: update<By & { readonly vendor: string }, TelecomReply>(),
    /** A result file or a report of the vendor that did not come by itself. */
    takeFile: update<By & { readonly file: FileRef }, TelecomArrival>(),
    /** A person has discarded a file in quarantine. */
    dismissFile: update<By & { readonly partnerFile: string }, { readonly waitingFor: TelecomWaitingFor }>(),
    /** Staff say what the vendor made: all that is not reported yet, but for the cards that failed. */
    confirmProduction: update<By & { readonly failed: ReadonlyArray<FailedCard> }, TelecomArrival>(),
    /** What the vendor has not reported is given up. */
    giveUp: update<By & { readonly reason: string }, TelecomReply>(),
    retryStage: update<By, { readonly stage: TelecomStage }>(),
    pollNow: update<By, { readonly polls: number }>(),
    pause: update<By & { readonly reason: string }, { readonly paused: boolean }>(),
    resume: update<By, { readonly paused: boolean }>(),
    cancel: update<By & { readonly reason: string }, { readonly ended: 'cancelled' }>(),
  },
});

/** The steps that it needs, as a part of `simContract`. */
export const telecomActivities = {
  /** Writes the application files: workbook, fixed columns, and the form to stamp. */
  telecomExport: activity<Step, ApplicationSubject & { readonly reply: TelecomReply }>('storeWrite'),
  telecomAttachScan: activity<Step & { readonly file: FileRef }, TelecomReply>('actorAsk'),
  /** Sends the letter with the stamped scan, if one is to go. */
  telecomSend: activity<Step, TelecomReply>('partnerTransfer'),
  telecomResend: activity<Reasoned, TelecomReply>('actorAsk'),
  /** Looks once at the mailbox: notices are noted, enclosed result files taken. */
  telecomLook: activity<
    Step & { readonly cursor: string | null },
    {
      readonly cursor: string | null;
      readonly more: boolean;
      readonly arrivals: ReadonlyArray<TelecomArrival>;
      /** An answer without a result file, or from a stranger: a person has to look at it. */
      readonly strange: ReadonlyArray<Problem>;
      readonly reply: TelecomReply;
    }
  >('partnerPoll'),
  /** Looks once at the vendor's server for reports. */
  telecomReports: activity<
    Step & { readonly cursor: string | null },
    { readonly cursor: string | null; readonly arrivals: ReadonlyArray<TelecomArrival> }
  >('partnerPoll'),
  telecomReadFile: activity<Step & { readonly file: FileRef }, TelecomArrival>('storeWrite'),
  /** Plans every card of the result file, or quarantines it. */
  telecomApplyResult: activity<
    Step & { readonly file: FileRef },
    { readonly quarantined: FileError | null; readonly reply: TelecomReply }
  >('storeWrite'),
  telecomChooseVendor: activity<Step & { readonly vendor: string }, TelecomReply>('actorAsk'),
  /** Gives the cards to the vendor and puts the result file on its server. */
  telecomHandOver: activity<Step, TelecomReply>('partnerTransfer'),
  /** Writes a report from what staff say; it is read like one of the vendor's. */
  telecomConfirm: activity<Step & { readonly failed: ReadonlyArray<FailedCard> }, TelecomArrival>('storeWrite'),
  telecomApplyReport: activity<Step & { readonly file: FileRef }, TelecomReply>('storeWrite'),
  telecomGiveUp: activity<Reasoned, TelecomReply>('storeWrite'),
  telecomPause: activity<Reasoned, TelecomReply>('actorAsk'),
  telecomResume: activity<Step, TelecomReply>('actorAsk'),
  telecomCancel: activity<Reasoned, TelecomReply>('storeWrite'),
  telecomComplete: activity<Step, TelecomReply>('actorAsk'),
};
