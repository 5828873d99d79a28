import type { Caller } from '../../../domain/kernel/caller.ts';
import type { CaseStatus } from '../../../domain/roaming/cases/schema.ts';
import type { AccountStatus } from '../../../domain/roaming/finance/schema.ts';
import type { PeriodState, Reconciled } from '../../../domain/roaming/settlement/schema.ts';
import type { FileRef } from '../../../domain/sim/schema.ts';
import { activity, contract, type OfTenant, signal, update, workflow } from '../../contract.ts';

/** Settlement (seed 002 §3.2.3, §3.3.1): days and months of every partner's books, and periods of agreements. */

export type PeriodStage = PeriodState['stage'];

export interface CloseDaysInput extends OfTenant {
  /** Close up to this day; left out: the last one that is over in the tenant's zone. */
  readonly through?: string;
  /** How long imports that are under way are waited for; what they book later is an adjustment. */
  readonly waitMs: number;
  readonly pollEveryMs: number;
}

export interface CloseDaysResult {
  /** Days that were closed now, by partner. */
  readonly closed: Readonly<Record<string, number>>;
  /** Partners whose books could not be closed; an alert says why. */
  readonly failed: ReadonlyArray<string>;
}

/** What of a month is told to a person (`domain/roaming/settlement/month.ts`); minor units as an integer string. */
export interface MonthRule {
  readonly factor: number;
  readonly floorMinor: string;
}

export interface CloseMonthInput extends OfTenant {
  /** `YYYY-MM`; left out: the last one that is over in the tenant's zone. */
  readonly month?: string;
  readonly rule: MonthRule;
}

export interface CloseMonthResult {
  /** What the checks found, by partner. */
  readonly findings: Readonly<Record<string, number>>;
  readonly failed: ReadonlyArray<string>;
}

/** A period that has been opened: its actor holds the terms. */
export interface PeriodStep extends OfTenant {
  readonly partner: string;
  readonly agreement: string;
  readonly from: string;
  readonly to: string;
}

export interface PeriodInput extends PeriodStep {
  /** How often the closed days are looked at while some are missing. */
  readonly pollEveryMs: number;
  /** After how long without a decision finance is reminded. */
  readonly remindEveryMs: number;
}

/** What finance says; amounts as integer strings. */
export type Decision =
  | { readonly _tag: 'AddRate'; readonly currency: string; readonly decimals: number; readonly rate: string }
  | {
      readonly _tag: 'Approve';
      readonly despite: string | null;
      readonly openCases?: ReadonlyArray<string>;
      readonly reconciliation?: Reconciled;
    }
  | { readonly _tag: 'Reject'; readonly reason: string }
  | { readonly _tag: 'Reopen'; readonly reason: string }
  | { readonly _tag: 'Instruct'; readonly id: string; readonly due: string }
  | {
      readonly _tag: 'Confirm';
      readonly id: string;
      readonly currency: string;
      readonly amountMinor: string;
      readonly on: string;
    };

export interface Decided {
  readonly decision: Decision;
  readonly by: Caller;
  /** Its idempotency key. */
  readonly id: string;
}

export interface StageResult {
  readonly stage: PeriodStage;
}

export interface DetailInput extends PeriodStep {
  /** The partner's detail, in the file store. */
  readonly file: FileRef;
}

export interface DetailResult {
  /** Lines that differ; null: the file is not fit to be compared. */
  readonly differences: number | null;
}

/** Account data for finance's system: its actor says what it is of, and holds the answer. */
export interface AccountInput extends OfTenant {
  /** `day:HKGPP:2026-10-01`, `month:HKGPP:2026-10`, `period:HKGPP-2026:2026-10-01` */
  readonly account: string;
  readonly attempt: number;
}

export interface AccountResult {
  readonly status: AccountStatus;
}

/** An approved adjustment of a case; its actor says which. */
export interface CaseInput extends OfTenant {
  /** `c0123456789abcdef` */
  readonly case: string;
  /** Of the case when it was approved. */
  readonly revision: number;
}

export interface CaseResult {
  readonly status: CaseStatus;
}

export const settlementContract = contract({
  area: 'roaming',
  workflows: {
    /** Closes the books of all partners; its key is what asks for it. */
    closeDays: workflow<CloseDaysInput, CloseDaysResult>()({}),
    closeMonth: workflow<CloseMonthInput, CloseMonthResult>()({}),
    /** One period from open to closed. Its key is `<agreement>:<first day>`. */
    settlePeriod: workflow<PeriodInput, StageResult>()({
      signals: {
        /** The partner's own statement has come. */
        partnerStatement: signal<{ readonly file: FileRef }>(),
        /** Look at the closed days now. */
        look: signal(),
      },
      updates: { decide: update<Decided, StageResult>() },
    }),
    /** The details of both sides, line by line. Its key is `<agreement>:<first day>:<sm3>`. */
    reconcileDetail: workflow<DetailInput, DetailResult>()({}),
    /** One account to finance, for as long as it takes. Its key is `<account>:<attempt>`. */
    sendAccount: workflow<AccountInput, AccountResult>()({}),
    /** The adjustment of a case into the books. Its key is `<case>:<revision>`. */
    postCase: workflow<CaseInput, CaseResult>()({}),
  },
  activities: {
    /** Null where no roaming is configured. */
    settlementStanding: activity<
      OfTenant,
      { readonly lastDay: string; readonly partners: ReadonlyArray<string> } | null
    >('quick'),
    importsUnderWay: activity<OfTenant, { readonly count: number }>('quick'),
    closeBooks: activity<
      OfTenant & { readonly partner: string; readonly through: string },
      { readonly days: ReadonlyArray<string> }
    >('storeWrite'),
    checkDay: activity<OfTenant & { readonly partner: string; readonly day: string }, null>('quick'),
    reportDay: activity<OfTenant & { readonly partner: string; readonly day: string }, null>('partnerTransfer'),
    /** Tells the partner's open periods that days were closed. */
    wakePeriods: activity<OfTenant & { readonly partner: string }, null>('quick'),
    reportMonth: activity<
      OfTenant & { readonly partner: string; readonly month: string; readonly rule: MonthRule },
      { readonly findings: number }
    >('partnerTransfer'),
    settlementFailed: activity<
      OfTenant & { readonly partner: string; readonly what: string; readonly code: string },
      null
    >('quick'),
    readPeriod: activity<PeriodStep, StageResult>('actorAsk'),
    /** Adds the closed days; draws the statement when all are there. */
    drawPeriod: activity<PeriodStep, StageResult>('storeWrite'),
    sendStatement: activity<PeriodStep, null>('partnerTransfer'),
    comparePeriod: activity<PeriodStep & { readonly file: FileRef }, null>('actorAsk'),
    decidePeriod: activity<PeriodStep & Decided, StageResult>('actorAsk'),
    sendInstruction: activity<PeriodStep, null>('partnerTransfer'),
    closePeriod: activity<PeriodStep, StageResult>('actorAsk'),
    remindFinance: activity<PeriodStep & StageResult, null>('quick'),
    compareDetail: activity<DetailInput, DetailResult>('storeWrite'),
    postAccount: activity<AccountInput, AccountResult>('partnerTransfer'),
    /** It cannot be sent as it is: into quarantine with this code. */
    refuseAccount: activity<AccountInput & { readonly code: string }, AccountResult>('actorAsk'),
    /** Finance has not answered for long: a person is told, and it is tried all the same. */
    tellAccountLate: activity<AccountInput, null>('quick'),
    postCase: activity<CaseInput, CaseResult>('storeWrite'),
    /** The books do not take it. */
    returnCase: activity<CaseInput & { readonly code: string }, CaseResult>('actorAsk'),
  },
});
