import type { Severity } from './rule.ts';

/**
 * What a file alone does not say and its check needs: handed in, so that the same file with the same facts is always
 * judged alike. What is left out is not checked; the report says which rules that were.
 */
export interface Facts {
  /** As it arrived, without its directory. */
  readonly fileName?: string;
  /** Milliseconds since 1970. */
  readonly receivedAtMs?: number;
  /** Of this sender to this recipient, of files of the same type: test and chargeable ones are counted apart. */
  readonly history?: SequenceHistory;
  readonly agreement?: RoamingAgreement;
  /** TADIG codes of the networks that files come from, and of our own. */
  readonly senders?: readonly string[];
  readonly recipients?: readonly string[];
  /** What both partners' edition of TD.57 says otherwise than the table, by `item/code`. */
  readonly edition?: Readonly<Record<string, { readonly code?: number; readonly severity?: Severity | 'off' }>>;
}

export interface SequenceHistory {
  /** The number after the highest that has been received; 1 when there was none. */
  readonly expected: number;
  /** What became of the file that had this file's number before, if there was one. */
  readonly earlier?: EarlierFile;
}

export interface EarlierFile {
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly digest: string;
  /** `returned`: with a fatal error, so that the number is used again for the corrected file. */
  readonly outcome: 'accepted' | 'returned';
}

export interface RoamingAgreement {
  /** Whether live data is expected by now; a partner who is being set up sends test data. */
  readonly live?: boolean;
  /** First digits of the IMSIs of the recipient's own subscribers. */
  readonly imsiPrefixes?: readonly string[];
  readonly msisdnRequired?: boolean;
  /** Events older than this when the file became available are refused. */
  readonly maxAgeDays?: number;
  /** Kinds of record that are agreed upon, of those that need it. */
  readonly agreedKinds?: readonly AgreedKind[];
  readonly operatorSpecInformation?: boolean;
  /** Of the sender's local currency for 1 SDR. */
  readonly exchangeRate?: ExpectedRate;
  /** Rates of tax in 1/100000 per cent that are agreed: `2000000` is 20 %. */
  readonly taxRates?: readonly number[];
}

export type AgreedKind = 'serviceCentreUsage' | 'valueAddedService' | 'contentTransaction';

export interface ExpectedRate {
  readonly digits: number;
  readonly decimalPlaces: number;
  /** How far a rate may differ, in millionths of it. */
  readonly toleranceMillionths: number;
}
