import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { OpenReply } from '../../domain/mandates/bank-exchange.ts';
import type { Change } from '../../domain/mandates/changes.ts';
import type { MessageOf } from '../../domain/mandates/messages/schema.ts';
import type { Subscriber } from '../../domain/mandates/schema.ts';
import type { standingOf } from '../../domain/mandates/state.ts';
import { activity, contract, query, signal, update, workflow } from '../contract.ts';
import { charging, chargingActivities } from './charging/contract.ts';
import { hallActivities, hallSession } from './hall/contract.ts';

/**
 * The table of contents of bank mandates (seed 003): one process per agreement and number. The number's actor decides;
 * the process asks the home province before it, and brings bank and province to its word after it (decision 0236).
 */

export interface AgreementInput {
  readonly tenant: TenantId;
  /** The key of the number's actor: a pseudonym. */
  readonly number: string;
  readonly bank: string;
  readonly agreement: string;
}

/** As one agreement stands with the number's actor; null: it has not heard of it. */
export type Standing = Exclude<ReturnType<typeof standingOf>, undefined> | null;

/** A turn of the actor that is about the agreement; `rev` is its revision after it. */
export interface AgreementChange extends Pick<Change, 'tell' | 'reason'> {
  readonly rev: number;
}

/** The business key of an agreement's process. */
export const agreementKey = ({ number, bank, agreement }: Omit<AgreementInput, 'tenant'>): string =>
  `${number}/${bank}/${agreement}`;

export interface Party {
  /** What is still to be told. */
  readonly pending: number;
  /** Why it could not be told; staff are alerted, and `retry` tries again. */
  readonly untold: string | null;
}

export interface AgreementProgress {
  readonly standing: Standing;
  readonly bank: Party;
  readonly province: Party;
}

/** Of the agreement's number. */
export interface Checked {
  readonly province: string;
  readonly subscriber: Subscriber;
}

/** How the agreement stood at this revision of the actor. */
export interface Seen {
  readonly standing: Standing;
  readonly rev: number;
}

export const mandatesContract = contract({
  area: 'mandates',
  workflows: {
    /**
     * Runs as long as the agreement is being opened or cancelled, or somebody is still to be told; the next change
     * begins a new run. A run that was ended by hand loses nothing that a message or change does not bring again.
     */
    agreement: workflow<AgreementInput, { readonly standing: Standing }>()({
      signals: {
        /** From the actor's journal, at least once. */
        changed: signal<AgreementChange>(),
      },
      updates: {
        /** The bank asks (part 2 steps 2–4). Begins the process when there is none. */
        request: update<MessageOf<'openRequest'>, OpenReply>(),
        /** Staff: whoever could not be told is told again, now. */
        retry: update<void, { readonly parties: number }>(),
      },
      queries: { progress: query<AgreementProgress>() },
    }),
    charging,
    hallSession,
  },
  activities: {
    /** What the home province says of the number; null: no province has it (part 2 steps 3, 4.1–4.3). */
    checkNumber: activity<AgreementInput & { readonly msisdn: string }, Checked | null>('partnerAnswer'),
    /** The actor decides; a provisional relation begins, or not (part 2 step 4.3.4). */
    reserve: activity<
      AgreementInput & { readonly message: MessageOf<'openRequest'>; readonly checked: Checked },
      Seen & { readonly reply: OpenReply }
    >('actorAsk'),
    /** What has become of the number's relation by now; province, BOSS and the user's text follow from it. */
    tellProvince: activity<AgreementInput, Seen>('partnerCall'),
    /** What the bank cannot know; asked whether it lets go, its answer is the actor's as well. */
    tellBank: activity<AgreementInput & AgreementChange, Seen>('partnerCall'),
    alertUntold: activity<AgreementInput & { readonly party: 'bank' | 'province'; readonly code: string }, null>(
      'quick',
    ),
    ...chargingActivities,
    ...hallActivities,
  },
});
