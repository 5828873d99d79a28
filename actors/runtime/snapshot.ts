import type { Receipts } from './receipts.ts';

/** An actor at a moment, as it is in memory and as it comes out of the storage. */

export interface Receipt {
  readonly hash: string;
  /** The reply's wire form. */
  readonly reply: unknown;
  readonly rev: number;
}

/** What an actor is: by its journal, or at the moment of its state document. */
export interface Snapshot {
  readonly state: unknown;
  readonly rev: number;
  readonly seq: number;
}

export interface Loaded extends Snapshot {
  readonly receipts: Receipts;
  /** The revision that the stored state document has; -1 when there is none of the current version. */
  readonly documentRev: number;
  /** The epoch of the last record; 0 without one. */
  readonly epoch: number;
}
