import type { Piece } from '../codec/file-reader.ts';
import type { TapName } from '../codec/grammar.ts';
import type { Value } from '../codec/interpret.ts';
import { sequenceText } from '../validation/file-name.ts';
import type { RecordKind } from '../validation/rule.ts';
import { type Returned, recordDigest } from './read.ts';

/**
 * What comes back is looked for in the TAP file as we sent it, corrected, and sent again under the number of the RAP file
 * that returned it: a record in the next TAP file, a file as a whole under its own number (TD.32, TD.57 §6, RAP File
 * Sequence Number).
 */
type Severe = Extract<Returned, { readonly kind: 'severe' }>;

export interface SentRecord {
  /** In the TAP file, from 0. */
  readonly record: number;
  readonly kind: RecordKind;
  readonly value: Value;
  readonly returned: Severe;
}

/** Finds returned records in the pieces of the file that we sent. Records that say the same are taken in their order. */
export class SentRecords {
  private readonly wanted = new Map<string, Severe[]>();
  private next = 0;

  constructor(returned: readonly Returned[]) {
    for (const one of returned) {
      if (one.kind === 'severe') this.wanted.set(one.digest, [...(this.wanted.get(one.digest) ?? []), one]);
    }
  }

  take(piece: Piece): SentRecord | undefined {
    if (piece.kind !== 'record') return undefined;
    const record = this.next;
    this.next += 1;
    if (this.wanted.size === 0) return undefined;
    // A TAP file of our own; other formats have no digest that was asked for.
    const value = piece.plain() as Value;
    const digest = recordDigest(piece.format as TapName, value);
    const waiting = this.wanted.get(digest);
    const returned = waiting?.shift();
    if (waiting === undefined || returned === undefined) return undefined;
    if (waiting.length === 0) this.wanted.delete(digest);
    return { record, kind: piece.name as RecordKind, value, returned };
  }

  /** Records that were returned and that this file does not hold: the partner changed them, or means another file. */
  unknown(): readonly Severe[] {
    return [...this.wanted.values()].flat();
  }
}

/** Where the number of a RAP file stands in a record of each kind: in itself, or in one of its groups. */
const GROUP: Readonly<Record<RecordKind, string | undefined>> = {
  mobileOriginatedCall: 'basicCallInformation',
  mobileTerminatedCall: 'basicCallInformation',
  supplServiceEvent: undefined,
  serviceCentreUsage: undefined,
  valueAddedService: undefined,
  gprsCall: 'gprsBasicCallInformation',
  contentTransaction: 'contentTransactionBasicInfo',
  locationService: undefined,
  messagingEvent: undefined,
  mobileSession: undefined,
};

type Fields = { readonly [name: string]: Value };

/** The corrected record as it goes into the next TAP file. */
export const resubmitted = (kind: RecordKind, corrected: Value, rapSequence: number): Value => {
  const number = { rapFileSequenceNumber: sequenceText(rapSequence) };
  const fields = (corrected as Fields)[kind] as Fields;
  const group = GROUP[kind];
  if (group === undefined) return { [kind]: { ...fields, ...number } };
  return { [kind]: { ...fields, [group]: { ...((fields[group] ?? {}) as Fields), ...number } } };
};

/** Control information, or a notification, of a file that is sent again as a whole: its number stays. */
export const resubmittedControl = (control: Value, rapSequence: number): Value => ({
  ...(control as Fields),
  rapFileSequenceNumber: sequenceText(rapSequence),
});
