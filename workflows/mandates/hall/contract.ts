import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { activity, signal, update, workflow } from '../../contract.ts';

/** The part of mandates' table of contents that is about the web hall: one process for each of its sessions. */

export interface HallInput {
  readonly tenant: TenantId;
  readonly session: string;
}

/** What the hall is told of the check; `checking` with a code: the province does not answer at the moment. */
export interface HallChecked {
  readonly status: 'checking' | 'refused' | 'eligible';
  readonly code: string | null;
  readonly banks: ReadonlyArray<{ readonly code: string; readonly name: string }>;
}

export interface HallConsent {
  readonly bank: string;
  readonly version: string;
  readonly atMs: number;
}

export interface HallChange {
  /** Of the session. */
  readonly rev: number;
  /** Nothing more comes. */
  readonly ended: boolean;
}

/** Business key: the session. */
export const hallSession = workflow<HallInput, null>()({
  signals: { changed: signal<HallChange>() },
  updates: {
    /** Waits for the province's word (part 1 steps 2–3). */
    check: update<void, HallChecked>(),
    /** The user has agreed and chosen a bank (part 1 step 4.1). */
    begin: update<HallConsent, { readonly openUntilMs: number }>(),
  },
});

/** The steps that it needs, as a part of `mandatesContract`. */
export const hallActivities = {
  hallCheck: activity<HallInput, HallChecked>('partnerAnswer'),
  hallBegin: activity<HallInput & HallConsent, { readonly openUntilMs: number }>('actorAsk'),
  /** What has become of the session by now, where the bank tells us alone. */
  hallTell: activity<HallInput, { readonly told: boolean }>('partnerCall'),
  hallAlert: activity<HallInput & { readonly code: string }, null>('quick'),
};
