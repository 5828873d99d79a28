import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import type { ApplicationReply, Stage, WaitingFor } from '../../domain/sim/application/schema.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import type { FileKind } from '../../domain/sim/vop-file.ts';
import { activity, contract, query, update, workflow } from '../contract.ts';
import type { Deadlines } from './stages.ts';
import { telecomActivities, telecomCardMaking } from './telecom/contract.ts';

/**
 * The table of contents of card making with the base operator Unicom (seed 000 §5.1): what the process is started
 * with, what staff may tell it, what it says of itself, and the steps it needs. The gateway starts from it, the
 * activities implement it.
 */

export interface CardMakingInput {
  readonly tenant: TenantId;
  readonly application: string;
  readonly startedBy: Caller;
  /** How often the partner's server is looked at, in milliseconds; staff may ask at any time in between. */
  readonly pollEveryMs: number;
  readonly deadlines: Deadlines;
  /** A run whose history has this many events goes on in a new one; the server suggests it sooner or later anyway. */
  readonly continueAfterEvents?: number;
  /** Present when the run continues an earlier one of the same process. */
  readonly resume?: CardMakingProgress;
}

/** Why a round stands still until a person acts. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** What the person can do. */
  readonly action: string;
  /** Key of the quarantined file (`sim.partnerFile`), when it is about one. */
  readonly partnerFile?: string;
}

/** A file that has come from the partner, was stored and read once. */
export interface Arrival {
  /** Key of the `sim.partnerFile` that knows it. */
  readonly partnerFile: string;
  readonly file: FileRef;
  /** `fit`: no error at all. `quarantined`: kept, not acted upon. `known`: these bytes were here before. */
  readonly status: 'fit' | 'quarantined' | 'known';
  /** What the header says, or the name of a file without a readable one; `round` is 0 when neither does. */
  readonly kind: FileKind;
  readonly round: number;
  /** 0 when the file is not about a part. */
  readonly part: number;
  /** SM3 of the file that this one answers (validation, posValidation); empty for others. */
  readonly subjectSm3: string;
  /** First error of a quarantined file. */
  readonly error?: FileError;
}

/** What is wrong with a file: its line (0: the file as a whole), a stable code, a sentence without numbers. */
export interface FileError {
  readonly line: number;
  readonly code: string;
  readonly reason: string;
}

export interface PartProgress {
  /** `<round>.<part>`. */
  readonly id: string;
  readonly part: number;
  readonly vendor: string;
  readonly quantity: number;
  sent: boolean;
  /** POS files and verdicts that have come and are not applied yet; a verdict names its POS file by SM3. */
  pos: Array<Arrival>;
  posValidations: Array<Arrival>;
  /** SM3 of POS files that were applied or refused without settling the part: delivered again they change nothing. */
  spent: Array<string>;
  settled: boolean;
}

/** A file that its round would need and that cannot be used: quarantined, or refused by the partner. */
export interface KeptOut {
  /** Null when neither header nor name could say it. */
  readonly kind: FileKind | null;
  readonly part: number;
  readonly problem: Problem;
}

export interface RoundProgress {
  readonly round: number;
  stage: Stage;
  waitingFor: WaitingFor;
  /** When the stage began, in milliseconds since the epoch; moved on by the time that the application was paused. */
  sinceMs: number;
  reminded: boolean;
  alarmed: boolean;
  /** What staff have to look at first: `stuckOn`, else the first of `keptOut`. */
  problem: Problem | null;
  /** The step that failed for good. */
  stuckOn: Problem | null;
  keptOut: Array<KeptOut>;
  /** The files in use. */
  validation: Arrival | null;
  cardFile: Arrival | null;
  /** Card-making files that have come while another one was in use. */
  spareCardFiles: Array<Arrival>;
  parts: Array<PartProgress>;
}

/** What the query answers: the whole state of the process. Plain JSON, bounded by the limits of an application. */
export interface CardMakingProgress {
  application: string;
  stage: Stage;
  waitingFor: WaitingFor;
  paused: boolean;
  /** When the pause began, in milliseconds since the epoch. */
  pausedSinceMs: number | null;
  rounds: Array<RoundProgress>;
  /** Lines that the partner rejected and nobody has corrected or given up yet. */
  undecided: Array<number>;
  /** Where the look-ups of the partner's server have come to. */
  cursor: string | null;
  polls: number;
  /** Why the last look-up of the partner's server failed; null when it went through. */
  partnerFault: string | null;
  /** The books as the application last told them. */
  books: ApplicationReply['books'] | null;
  ended: 'completed' | 'cancelled' | null;
}

/**
 * How a card-making file is split (seed 000 §5.1 step 6 names no criteria): each city to its vendor, so many cards to
 * each vendor in the order of the file, or line by line.
 */
export type SplitRule =
  | { readonly by: 'city'; readonly vendors: Readonly<Record<string, string>> }
  | { readonly by: 'quantity'; readonly shares: ReadonlyArray<{ readonly vendor: string; readonly quantity: number }> }
  | {
      readonly by: 'hand';
      readonly parts: ReadonlyArray<{
        readonly vendor: string;
        readonly lines: ReadonlyArray<{ readonly no: number; readonly quantity: number }>;
      }>;
    };

/** Every update says who does it: `by` goes into the journal. */
export interface By {
  readonly by: Caller;
}

export interface LineCorrection {
  readonly no: number;
  readonly product?: string;
  readonly city?: string;
  readonly quantity?: number;
}

export interface PartRef {
  /** `<round>.<part>`. */
  readonly id: string;
  readonly part: number;
  readonly vendor: string;
  readonly quantity: number;
}

/** What every step is about. `by`: who caused it; the service itself when absent. */
export interface Step {
  readonly tenant: TenantId;
  readonly application: string;
  readonly by?: Caller;
}
export type RoundStep = Step & { readonly round: number };
export type FileStep = RoundStep & { readonly file: FileRef };
export type Reasoned = Step & { readonly reason: string };

export interface ApplicationSubject {
  readonly partner: string;
  readonly cities: ReadonlyArray<string>;
  readonly products: ReadonlyArray<string>;
}

export interface Alert extends RoundStep {
  readonly stage: string;
  readonly level: 'reminder' | 'alarm' | 'problem';
  readonly code: string;
}

export interface StrayFilesInput {
  /** Who keeps the files that nobody takes. */
  readonly tenant: TenantId;
  /** How long a file must have lain there, in milliseconds: until then whoever awaits it has the first look. */
  readonly minAgeMs: number;
}

export interface StrayFilesResult {
  readonly seen: number;
  readonly taken: number;
}

export interface WriteResultInput {
  readonly tenant: TenantId;
  /** The CRM's request id. */
  readonly request: string;
  /** Revision of the write at its end: each end is told once. */
  readonly revision: number;
}

export interface WriteResultTold {
  /** False: this tenant has no CRM. */
  readonly told: boolean;
}

/** Looks at the partner's directory of resources (seed 000 §6.1). */
export interface ResourceFilesInput {
  readonly tenant: TenantId;
}
export interface ResourceFilesResult {
  readonly seen: number;
  readonly imported: number;
}
/** A file as it lies on the partner's server. */
interface RemoteResource {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}
export interface ResourceImportInput {
  readonly tenant: TenantId;
  readonly file: FileRef;
}

export const simContract = contract({
  area: 'sim',
  workflows: {
    /** Business key: the application number. Ends with its last progress. */
    cardMaking: workflow<CardMakingInput, CardMakingProgress>()({
      queries: { progress: query<CardMakingProgress>() },
      updates: {
        /** Rejected or short lines, put right: they go on in a new round. */
        correct: update<By & { readonly lines: ReadonlyArray<LineCorrection> }, { readonly round: number }>(),
        dropLines: update<
          By & { readonly lines: ReadonlyArray<number>; readonly reason: string },
          { readonly undecided: ReadonlyArray<number> }
        >(),
        split: update<
          By & { readonly round: number; readonly rule: SplitRule },
          { readonly parts: ReadonlyArray<PartRef> }
        >(),
        /** What of a part is not reported is given up: never sent, or not to be had from the vendor any more. */
        cancelPart: update<
          By & { readonly round: number; readonly part: string; readonly reason: string },
          { readonly part: string; readonly cancelled: number }
        >(),
        /** A file of the partner that a person has put into the file store, or released from quarantine. */
        takeFile: update<By & { readonly file: FileRef }, Arrival>(),
        /** A person has discarded a file in quarantine: nobody waits for a decision on it any more. */
        dismissFile: update<By & { readonly partnerFile: string }, { readonly waitingFor: WaitingFor }>(),
        retryStage: update<By & { readonly round: number }, { readonly stage: Stage }>(),
        pause: update<By & { readonly reason: string }, { readonly paused: boolean }>(),
        resume: update<By, { readonly paused: boolean }>(),
        cancel: update<By & { readonly reason: string }, { readonly ended: 'cancelled' }>(),
        /** Looks at the partner's server at once (seed 000 §5.1 steps 5, 9: 定时或者立即). */
        pollNow: update<By, { readonly polls: number }>(),
      },
    }),
    /** Cards from Telecom (seed 000 §5.2). Business key: the application number. */
    telecomCardMaking,
    /** Takes the files on the partner's server that belong to nobody; started by a schedule. */
    strayFiles: workflow<StrayFilesInput, StrayFilesResult>()({}),
    /** Business key: request id and revision. Tells the CRM the result of a write. */
    writeResult: workflow<WriteResultInput, WriteResultTold>()({}),
    /** Imports what lies in the partner's directory of resources; started by a schedule or by a person. */
    resourceFiles: workflow<ResourceFilesInput, ResourceFilesResult>()({}),
    /** Business key: the file's SM3 and which attempt it is. */
    resourceImport: workflow<ResourceImportInput, { readonly status: string }>()({}),
    /** Business key: the same. Tells Telecom's EOP what became of what it handed out. */
    eopResult: workflow<WriteResultInput, WriteResultTold>()({}),
  },
  activities: {
    /** Submits the draft and says what it is about. */
    openApplication: activity<Step, ApplicationSubject>('actorAsk'),
    /** Allocates ICCIDs and IMSIs to the round's lines; says which are short (step 2). */
    checkResources: activity<
      RoundStep & { readonly again: boolean },
      { readonly short: ReadonlyArray<number>; readonly ready: number }
    >('actorAsk'),
    /** `atMs`: what the file's header says as its time; the same for every attempt. */
    generateApplicationFile: activity<RoundStep & { readonly atMs: number }, { readonly file: FileRef }>('storeWrite'),
    uploadApplicationFile: activity<FileStep, { readonly path: string }>('partnerTransfer'),
    /** Looks once at the partner's server; takes, reads and registers what is new about the application. */
    pollPartner: activity<
      Step & { readonly cursor: string | null },
      { readonly cursor: string; readonly arrivals: ReadonlyArray<Arrival> }
    >('partnerPoll'),
    /** The same for a file that lies in the file store. */
    readFile: activity<Step & { readonly file: FileRef }, Arrival>('storeWrite'),
    applyValidation: activity<
      FileStep,
      { readonly accepted: ReadonlyArray<number>; readonly rejected: ReadonlyArray<number> }
    >('storeWrite'),
    /** Plans every card of the card-making file, or quarantines it when the application says otherwise. */
    applyCardFile: activity<FileStep, { readonly quarantined: FileError | null }>('storeWrite'),
    splitCardFile: activity<FileStep & { readonly rule: SplitRule }, { readonly parts: ReadonlyArray<PartRef> }>(
      'actorAsk',
    ),
    /** Gives the part's cards to the vendor and writes the part's file. */
    assignPart: activity<FileStep & { readonly part: PartRef }, { readonly file: FileRef }>('storeWrite'),
    /** Puts the part's file on the vendor's server (step 6). */
    sendPart: activity<FileStep & { readonly part: PartRef }, { readonly path: string }>('partnerTransfer'),
    /** Gives up what of the part is not reported: so many cards are cancelled, their IMSIs free again. */
    cancelPart: activity<
      FileStep & { readonly part: PartRef; readonly reason: string },
      { readonly cancelled: number }
    >('storeWrite'),
    /**
     * The POS file and the partner's verdict on it (steps 7–9). `rejected`: the vendor has to send another; so it has
     * when cards of the part are `outstanding`, reported neither made nor failed.
     */
    applyPos: activity<
      RoundStep & { readonly part: PartRef; readonly pos: FileRef; readonly posValidation: FileRef },
      {
        readonly verdict: 'accepted' | 'partial' | 'rejected';
        readonly reason: string;
        readonly outstanding: number;
        /** What the verdict says that the POS file does not: it is kept out, and another one is awaited. */
        readonly quarantined: FileError | null;
      }
    >('storeWrite'),
    correctLines: activity<Step & { readonly lines: ReadonlyArray<LineCorrection> }, ApplicationReply>('actorAsk'),
    dropLines: activity<Reasoned & { readonly lines: ReadonlyArray<number> }, ApplicationReply>('actorAsk'),
    pauseApplication: activity<Reasoned, ApplicationReply>('actorAsk'),
    resumeApplication: activity<Step, ApplicationReply>('actorAsk'),
    /** Releases what the application holds and ends it; refused once cards are with a vendor. */
    cancelApplication: activity<Reasoned, ApplicationReply>('storeWrite'),
    /** Settles the numbers and ends the application; refused while a card is not accounted for. */
    completeApplication: activity<Step, ApplicationReply>('actorAsk'),
    ...telecomActivities,
    raiseAlert: activity<Alert, null>('quick'),
    takeStrayFiles: activity<StrayFilesInput, StrayFilesResult>('partnerTransfer'),
    tellCrm: activity<WriteResultInput, WriteResultTold>('partnerCall'),
    tellEop: activity<WriteResultInput, WriteResultTold>('partnerCall'),
    /** What EOP has to do with the write remembers that this party is not told. */
    recordUntold: activity<WriteResultInput & { readonly party: 'crm' | 'eop'; readonly code: string }, null>(
      'actorAsk',
    ),
    alertUntold: activity<WriteResultInput & { readonly code: string }, null>('quick'),
    takeResourceFiles: activity<
      ResourceFilesInput,
      {
        readonly seen: number;
        readonly files: ReadonlyArray<{ readonly remote: RemoteResource; readonly file: FileRef }>;
      }
    >('partnerTransfer'),
    /** Reads a file of resources and registers its ranges; says how it stands afterwards. */
    importResourceFile: activity<ResourceImportInput, { readonly status: string }>('storeWrite'),
    archiveResourceFile: activity<ResourceFilesInput & { readonly remote: RemoteResource }, null>('partnerTransfer'),
  },
});
