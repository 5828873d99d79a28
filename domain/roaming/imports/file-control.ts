import type { Piece } from '../codec/file-reader.ts';
import type { TapName } from '../codec/grammar.ts';
import type { ImportKind, Series } from './schema.ts';

/**
 * What a file says of itself that an import needs, and whether it is the one that was awaited: from whom, for whom, in
 * which currency. Whether it is in order otherwise, the rules of TD.57 say (`domain/roaming/validation`).
 */

export interface Problem {
  /** Number of the record, from 1; 0: the file as a whole. */
  readonly line: number;
  readonly code: string;
  readonly reason: string;
}

export interface Expected {
  /** TADIG codes: whose file it is, and ours. */
  readonly partner: string;
  readonly home: string;
  /** Currencies in which the partner may charge; XDR is written SDR. */
  readonly currencies: ReadonlySet<string>;
}

type Tap = Extract<Piece, { readonly format: TapName }>;
type Part = Extract<Tap, { readonly kind: 'part' }>;
type Whole = Extract<Tap, { readonly kind: 'file' }>;

const OFFSET = /^[+-](?:0[0-9]|1[0-4])[0-5][0-9]$/;

/** Minutes from UTC of `+0800`; undefined of what is no offset. */
export const offsetMinutes = (offset: string): number | undefined =>
  OFFSET.test(offset)
    ? (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3))) * (offset.startsWith('-') ? -1 : 1)
    : undefined;

/** Whose file it is, other than was awaited; undefined when it is as it should be. */
export const otherPartner = (
  { partner, home }: Pick<Expected, 'partner' | 'home'>,
  sender: string,
  recipient: string,
): Problem | undefined =>
  sender === partner && recipient === home
    ? undefined
    : {
        line: 0,
        code: 'OtherPartner',
        reason: `The file is from ${sender} to ${recipient}; ${partner} to ${home} was awaited.`,
      };

/** What an import is told of a file, whatever it is a file of. */
export interface Control {
  /** As the file says: `TAP-0312`. Undefined of one that could not be read. */
  readonly format: string | undefined;
  readonly kind: ImportKind;
  readonly series: Series;
  readonly sequence: number;
  /** As our agreements write it: XDR, not SDR. Null where the file charges nothing. */
  readonly currency: string | null;
  /** Of the file's charges. */
  readonly decimals: number;
}

export class FileControl implements Control {
  private readonly expected: Expected;
  private readonly found: Array<Problem> = [];
  readonly offsets = new Map<number, number>();
  format: TapName | undefined;
  kind: 'transfer' | 'notification' = 'transfer';
  series: Series = 'charging';
  sequence = 0;
  /** As our agreements write it: XDR, not SDR. Null in a notification. */
  currency: string | null = null;
  decimals = 0;
  /** Whether the file says that it is from whom and for whom it was awaited. */
  awaited = false;

  constructor(expected: Expected) {
    this.expected = expected;
  }

  private problem(code: string, reason: string): void {
    this.found.push({ line: 0, code, reason });
  }

  private header(group: {
    readonly sender?: string | undefined;
    readonly recipient?: string | undefined;
    readonly fileSequenceNumber?: string | undefined;
    readonly fileTypeIndicator?: string | undefined;
  }): void {
    const { sender = '', recipient = '', fileSequenceNumber = '', fileTypeIndicator } = group;
    const other = otherPartner(this.expected, sender, recipient);
    this.awaited = other === undefined;
    if (other !== undefined) this.found.push(other);
    this.series = fileTypeIndicator === undefined ? 'charging' : 'test';
    this.sequence = Number(fileSequenceNumber);
  }

  notification({ format, view }: Whole): void {
    const { notification } = view;
    this.format = format;
    this.kind = 'notification';
    if (notification !== undefined) this.header(notification);
  }

  part({ format, view }: Part): void {
    this.format = format;
    const { batchControlInfo, accountingInfo, networkInfo } = view;
    if (batchControlInfo !== undefined) this.header(batchControlInfo);
    if (accountingInfo !== undefined) {
      const { tapCurrency, localCurrency, tapDecimalPlaces } = accountingInfo;
      const currency = tapCurrency ?? localCurrency ?? '';
      this.currency = currency === 'SDR' ? 'XDR' : currency;
      this.decimals = Number(tapDecimalPlaces ?? -1);
      if (!this.expected.currencies.has(this.currency)) {
        const agreed = [...this.expected.currencies].join(', ');
        this.problem('WrongCurrency', `The file charges in ${currency}; agreed is ${agreed}.`);
      }
    }
    for (const { utcTimeOffsetCode, utcTimeOffset = '' } of networkInfo?.utcTimeOffsetInfo ?? []) {
      const minutes = offsetMinutes(utcTimeOffset);
      if (minutes !== undefined) this.offsets.set(Number(utcTimeOffsetCode), minutes);
    }
  }

  /** What is wrong with the file as a whole. */
  get problems(): ReadonlyArray<Problem> {
    return this.found;
  }
}
