import type { FormatName } from '../codec/grammar.ts';
import type { Ruling } from './plan.ts';
import type { Place, Severity } from './rule.ts';

/** An element on the way to the item that is wrong, as RAP names it. */
export interface PathStep {
  /** Field name, or the type of a list's element. */
  readonly name: string;
  readonly tag: number;
  /** From 1: which of the elements with this tag in the group around. */
  readonly occurrence: number;
}

export interface Finding {
  readonly ruling: Ruling;
  readonly severity: Severity;
  readonly item: string;
  readonly code: number;
  readonly place: Place;
  /** Number of the record in the file, from 0. */
  readonly record: number | undefined;
  /** In the file: where the content of the item, or of the group that it is missing in, begins. */
  readonly offset: number;
  /** From the transfer batch or the notification down. */
  readonly path: readonly PathStep[];
}

/** For a person: `transferBatch/callEventDetails/3/gprsCall/…`; an element of a list shows its number. */
export const pathText = (path: readonly PathStep[]): string =>
  path.map(({ name, occurrence }) => (occurrence > 1 ? `${name}[${occurrence}]` : name)).join('/');

/** Exact sums of a file, in its currency's smallest unit of `tapDecimalPlaces`. */
export interface Totals {
  readonly charge: bigint;
  readonly chargeRefund: bigint;
  readonly tax: bigint;
  readonly taxRefund: bigint;
  readonly discount: bigint;
  readonly discountRefund: bigint;
}

export interface FileHeader {
  readonly sender: string | undefined;
  readonly recipient: string | undefined;
  readonly sequence: number | undefined;
  /** Marked as test data. */
  readonly test: boolean;
  /** The RAP file that returned the file which this one corrects. */
  readonly rapSequence: number | undefined;
  readonly fileAvailableMs: number | undefined;
  readonly tapDecimalPlaces: number | undefined;
  readonly tapCurrency: string | undefined;
}

/**
 * `copy`: received before with the same content, to be ignored. `rejected`: a fatal error returns the file. `partly`: the
 * records with severe errors are returned, all others count.
 */
export type Verdict = 'accepted' | 'partly' | 'rejected' | 'copy';

export interface Report {
  readonly format: FormatName | undefined;
  readonly kind: 'transferBatch' | 'notification' | 'unreadable';
  readonly header: FileHeader;
  readonly verdict: Verdict;
  readonly records: number;
  /** Records with at least one severe error, and what they charge. */
  readonly returned: number;
  readonly returnedCharge: bigint;
  readonly returnedTax: bigint;
  readonly totals: Totals;
  /** How often each row was found, by `item/code`. */
  readonly counts: ReadonlyMap<string, number>;
  readonly severities: Readonly<Record<Severity, number>>;
  /** Sequence numbers before this file that have not been received. */
  readonly gap: { readonly from: number; readonly to: number } | undefined;
  /** Rows that were not asked, for want of a fact. */
  readonly notChecked: readonly string[];
}
