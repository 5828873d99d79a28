/**
 * A small process that uses every form a contract has, for the tests of the machinery: a parcel is recorded, waits for
 * an approval or a deadline, and is sent.
 */
import { activity, contract, type OfTenant, query, signal, update, workflow } from '../../workflows/contract.ts';

export interface ParcelInput extends OfTenant {
  readonly parcel: string;
  /** The whole time that an approval may take. */
  readonly deadlineMs: number;
}

export interface ParcelResult {
  readonly approvedBy: string | null;
  readonly receipt: string;
}

export interface ParcelProgress {
  readonly stage: 'recorded' | 'approved' | 'sent';
  readonly notes: ReadonlyArray<string>;
}

export interface RecordInput extends OfTenant {
  readonly parcel: string;
}

export const exampleContract = contract({
  area: 'operations',
  workflows: {
    parcel: workflow<ParcelInput, ParcelResult>()({
      signals: { note: signal<{ readonly text: string }>() },
      queries: { progress: query<ParcelProgress>() },
      updates: { approve: update<{ readonly by: string }, { readonly stage: string }>() },
    }),
    nap: workflow<OfTenant & { readonly days: number }, number>()({}),
  },
  activities: {
    recordParcel: activity<RecordInput, { readonly commandId: string; readonly attempt: number }>('actorAsk'),
    sendParcel: activity<RecordInput, { readonly receipt: string }>('partnerTransfer'),
  },
});
