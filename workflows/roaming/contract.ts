import type { Caller } from '../../domain/kernel/caller.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import { activity, contract, type OfTenant, signal, workflow } from '../contract.ts';

/**
 * The table of contents of roaming clearing: partners' files on their way in (seed 002 §3.2.2), and ours on their way to
 * them (§3.2.1). A file goes by reference: no workflow holds a record.
 */

export interface ImportInput extends OfTenant {
  /** TADIG code, or the code of an element of our own network. */
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
  /** Whether a RAP file, a return batch or an acknowledgement was sent. */
  readonly returned: boolean;
}

export interface SettleInput extends ImportInput {
  /** In the file, from 1. */
  readonly record: number;
  /** Key of the subscriber whose it is; null: it is rejected. */
  readonly subscriber: string | null;
  /** Of a record of our own network: what stands in these fields in truth; none of them: it is rated as it stands. */
  readonly correction?: Readonly<Record<string, string>>;
  readonly by: Caller;
}

/** A subscriber's usage has come to a limit. */
export interface LimitInput extends OfTenant {
  readonly subscriber: string;
  readonly scope: 'day' | 'month';
  /** `2026-11-26`, `2026-11` */
  readonly period: string;
  /** Minor units as text. */
  readonly thresholdMinor: string;
  readonly usedMinor: string;
}

export interface LimitResult {
  readonly told: boolean;
}

export interface LookResult {
  /** Files that lay on the partners' servers. */
  readonly seen: number;
  /** Files whose import was started. */
  readonly started: number;
  /** Partners whose server could not be looked at; an alert says why. */
  readonly unreachable: number;
}

export interface SendDayInput extends OfTenant {
  /** TADIG code of the home operator. */
  readonly partner: string;
  /** `2026-11-26`, in the zone of the books; it is over. */
  readonly day: string;
}

export interface SendInput extends OfTenant {
  readonly partner: string;
  readonly series: 'billing' | 'nrtrde';
}

export interface SettleReturnInput extends OfTenant {
  readonly partner: string;
  /** SM3 of the RAP file or return batch. */
  readonly file: string;
  /** Of the return in it, from 1. */
  readonly place: number;
  /** What stands in these fields in truth; null: the loss is accepted. */
  readonly correction: Readonly<Record<string, string>> | null;
  readonly note: string;
  readonly by: Caller;
}

export interface CutResult {
  readonly sequence: number;
  readonly kind: 'transfer' | 'notification';
}

export interface SendResult {
  /** Files that the partner has now. */
  readonly sent: number;
  /** Files that our own check holds, or that wait behind such a one; a person is told. */
  readonly held: number;
}

export interface RerateInput extends OfTenant {
  readonly partner: string;
  /** Of `roaming.reratings`. */
  readonly rerating: string;
}

export interface StalledRerating extends RerateInput {
  readonly code: string;
  readonly message: string;
}

export interface RerateResult {
  /** As the actor has it. */
  readonly status: string;
}

export const roamingContract = contract({
  area: 'roaming',
  workflows: {
    /** One file: checked, rated, posted. Its key is `<partner>-<sm3>-<attempt>`. */
    import: workflow<ImportInput, ImportResult>()({}),
    /** A record of the quarantine that a person attributes or rejects. Its key is `<partner>-<sm3>-<record>-<command>`. */
    settle: workflow<SettleInput, ImportResult>()({}),
    /** Tells a subscriber of a limit that was reached. Its key is `<subscriber>/<period>/<threshold>`. */
    tellLimit: workflow<LimitInput, LimitResult>()({}),
    /** One look at all partners' servers, by a schedule or because a person asked. */
    look: workflow<OfTenant, LookResult>()({}),
    /** The file of what a partner's subscribers used in our network until a day was over. Its key is `<partner>-<day>`. */
    sendDay: workflow<SendDayInput, SendResult>()({}),
    /** Starts the file of the day before for each partner, when the day is over. */
    sendDays: workflow<OfTenant, { readonly started: number }>()({}),
    /** What waits to be sent to a partner, again. Its key is `<partner>-<series>-<command>`. */
    send: workflow<SendInput, SendResult>()({}),
    /** A record that a partner returned, corrected or given up. Its key is `<partner>-<file>-<place>-<command>`. */
    settleReturn: workflow<SettleReturnInput, ImportResult>()({}),
    /** Usage in near real time to those who get it: at most four hours after the event (TD.35). */
    sendNrtrde: workflow<OfTenant, SendResult>()({}),
    /**
     * Usage of a partner priced anew: previewed, decided upon by a person, posted. Its key is `<partner>-<rerating>`; it is
     * started when the re-rating has been, and told by `decided` that the re-rating was approved or rejected; one that has
     * stalled ends, and is begun again when a person has it tried again or withdraws it.
     */
    rerate: workflow<RerateInput, RerateResult>()({ signals: { decided: signal() } }),
  },
  activities: {
    importFile: activity<ImportInput, ImportResult>('storeWrite'),
    /** The import has failed for good: a file whose records have no fates yet is quarantined, a person is told. */
    giveUpImport: activity<ImportInput, ImportResult>('actorAsk'),
    /** Sends what goes back, records or the whole file, as a RAP file or a return batch; or the acknowledgement of a partner's, and what it misses. */
    returnRecords: activity<ImportInput, ReturnResult>('partnerTransfer'),
    tellLimit: activity<LimitInput, LimitResult>('partnerCall'),
    alertLimitUntold: activity<LimitInput & { readonly code: string }, null>('quick'),
    settleRecord: activity<SettleInput, ImportResult>('storeWrite'),
    takeFiles: activity<OfTenant, LookResult>('partnerTransfer'),
    /** Gives the day's file its number and its records. */
    cutDay: activity<SendDayInput, CutResult>('actorAsk'),
    /** Makes, checks and sends every file that the partner does not have yet, in order. */
    sendFiles: activity<SendInput, SendResult>('partnerTransfer'),
    settleReturn: activity<SettleReturnInput, ImportResult>('partnerTransfer'),
    startDay: activity<OfTenant, { readonly started: number }>('actorAsk'),
    sendNrtrde: activity<OfTenant, SendResult>('partnerTransfer'),
    previewRerating: activity<RerateInput, RerateResult>('storeWrite'),
    readRerating: activity<RerateInput, RerateResult>('quick'),
    postRerating: activity<RerateInput, RerateResult>('storeWrite'),
    /** What was posted of one that a person withdraws is taken back. */
    takeBackRerating: activity<RerateInput, RerateResult>('storeWrite'),
    /** Posting, or taking back, has failed for good: a person is told, and decides. */
    stallRerating: activity<StalledRerating, RerateResult>('actorAsk'),
  },
});
