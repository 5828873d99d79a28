import { Context, type Effect } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { SecretBytes } from '../../domain/kernel/secret.ts';
import type { Word } from '../../domain/sim/telecom/schema.ts';
import type { SubscriberKeys } from '../../domain/sim/uicc/codec-keys.ts';

/**
 * What a write may ask of the base operator's system (电信 EOP, seed 000 §4.3 steps 4 and 6; docs/partners/eop.md): the
 * data of a card at the moment when it is written, and to be heard on what became of it. Every call may be repeated.
 */

export interface DataWanted {
  /** Ours for ever: EOP gives the same data for the same id. 1–140 letters, digits, . _ : @ - */
  readonly request: string;
  readonly iccid: string;
  readonly product: string;
  readonly city: string;
  /** The writing component that showed itself. */
  readonly component: { readonly name: string; readonly version: string };
}

/** A file that EOP wants on the card besides IMSI, short-message centre and keys. */
export interface FileWanted {
  /** As in the table of files: `EF.SPN`. */
  readonly name: string;
  readonly content: SecretBytes;
}

export interface WriteData {
  /** EOP's number of what it handed out. */
  readonly order: string;
  readonly imsi: string;
  /** International form without `+`. */
  readonly smsc: string;
  readonly keys: SubscriberKeys;
  readonly files: readonly FileWanted[];
}

export interface ResultTold {
  readonly request: string;
  /** Grows with every word about the same request; the greatest counts. */
  readonly revision: number;
  readonly word: Word;
  readonly iccid: string;
  /** Of the data that were received; null when none were. */
  readonly imsi: string | null;
  /** Why not. */
  readonly code: string | null;
}

export class EopPort extends Context.Tag('hufu/EopPort')<
  EopPort,
  {
    /** Refused with a code of EOP's behind `Eop` (`EopComponentRefused`, `EopNoNumberLeft`, …; docs/partners/eop.md). */
    readonly fetchData: (wanted: DataWanted) => Effect.Effect<WriteData, Refusal | Fault>;
    /** Refused with `EopResultDiffers` when EOP has heard another end for good. */
    readonly tellResult: (result: ResultTold) => Effect.Effect<void, Refusal | Fault>;
  }
>() {}
