import { createHash } from 'node:crypto';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { codec } from '../codec/codec.ts';
import type { FileRefusal, Piece } from '../codec/file-reader.ts';
import { unitBytes } from '../codec/file-writer.ts';
import type { Acknowledgement, FatalReturn, SevereReturn } from '../codec/generated/rap-0105-tap-0312.ts';
import type { FormatName, TapName } from '../codec/grammar.ts';
import type { Value } from '../codec/interpret.ts';
import type { RapIdentity } from './rap-file.ts';

/** RAP received for TAP files of our own: which files, records and numbers come back, and why. */

export interface ReturnError {
  readonly code: number;
  /** Application tags from the transfer batch, or the record, down to the item. */
  readonly path: readonly { readonly tag: number; readonly occurrence: number | undefined; readonly level: number }[];
  readonly offset: number | undefined;
}

export type Returned =
  | {
      readonly kind: 'severe';
      /** Of the TAP file that the record was in. */
      readonly tapSequence: number;
      /** Of the record, as `recordDigest` gives it. */
      readonly digest: string;
      readonly record: Value;
      readonly errors: readonly ReturnError[];
      readonly operatorSpecific: readonly string[];
    }
  | {
      readonly kind: 'fatal';
      readonly tapSequence: number;
      /** By the group that they are in: `transferBatchError`, `auditControlInfoError`… */
      readonly groups: Readonly<Record<string, readonly ReturnError[]>>;
      readonly operatorSpecific: readonly string[];
    }
  | { readonly kind: 'missing'; readonly from: number; readonly to: number }
  | { readonly kind: 'stop'; readonly lastSequence: number };

export interface RapSummary {
  readonly identity: RapIdentity;
  readonly returns: number;
  readonly severeValue: bigint;
  readonly severeTax: bigint;
}

/** A record by what it says, however it is encoded: SHA-256 of the bytes that we would write. */
export const recordDigest = (version: TapName, record: Value): string =>
  createHash('sha256')
    .update(unitBytes(codec(version), 'record', record, []))
    .digest('hex');

interface Detail {
  readonly errorContext?: readonly {
    readonly pathItemId?: number | bigint | undefined;
    readonly itemOccurrence?: number | bigint | undefined;
    readonly itemLevel?: number | bigint | undefined;
  }[];
  readonly itemOffset?: number | bigint | undefined;
  readonly errorCode?: number | bigint | undefined;
}

const numberOf = (value: number | bigint | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);

const errorsOf = (details: readonly Detail[] | undefined): readonly ReturnError[] =>
  (details ?? []).map(({ errorContext, itemOffset, errorCode }) => ({
    code: Number(errorCode ?? 0),
    path: (errorContext ?? []).map(({ pathItemId, itemOccurrence, itemLevel }) => ({
      tag: Number(pathItemId ?? 0),
      occurrence: numberOf(itemOccurrence),
      level: Number(itemLevel ?? 0),
    })),
    offset: numberOf(itemOffset),
  }));

const tapVersionOf = (format: FormatName): TapName => format.slice('RAP-0105/'.length) as TapName;

export class ReturnReader {
  private identity: RapIdentity | undefined;
  private returns = 0;
  private told: { readonly count: number; readonly value: bigint; readonly tax: bigint } | undefined;

  /** What this piece of a RAP file returns. */
  take(piece: Piece): readonly Returned[] {
    if (piece.kind === 'opened' || piece.kind === 'closed' || piece.kind === 'kept') return [];
    if (piece.format !== 'RAP-0105/TAP-0312') return this.taken(piece.kind, piece.format, piece.plain());
    return this.taken(piece.kind, piece.format, piece.plain());
  }

  /** What a reader of other versions gives has the same fields here: the groups of TAP alone differ. */
  private taken(kind: string, format: FormatName, plain: object): readonly Returned[] {
    if (kind === 'part') this.part(plain as Part);
    return kind === 'record' ? this.record(tapVersionOf(format), plain as RecordPart) : [];
  }

  private part({ rapBatchControlInfoRap: control, rapAuditControlInfo: audit }: Part): void {
    if (control !== undefined) this.identity = identityOf(control);
    if (audit !== undefined) {
      this.told = {
        count: Number(audit.returnDetailsCount ?? 0),
        value: BigInt(audit.totalSevereReturnValue ?? 0),
        tax: BigInt(audit.totalSevereReturnTax ?? 0),
      };
    }
  }

  private record(version: TapName, detail: RecordPart): readonly Returned[] {
    this.returns += 1;
    const { severeReturn, fatalReturn, missingReturn, stopReturn } = detail;
    if (severeReturn !== undefined) {
      // A record of this version: the grammar has read it.
      const record = (severeReturn.callEventDetail ?? {}) as Value;
      return [
        {
          kind: 'severe',
          tapSequence: Number(severeReturn.fileSequenceNumber ?? 0),
          digest: recordDigest(version, record),
          record,
          errors: errorsOf(severeReturn.errorDetail as readonly Detail[] | undefined),
          operatorSpecific: severeReturn.operatorSpecList ?? [],
        },
      ];
    }
    if (fatalReturn !== undefined) return [fatalOf(fatalReturn)];
    if (missingReturn !== undefined) {
      const from = Number(missingReturn.startMissingSeqNumber ?? 0);
      return [{ kind: 'missing', from, to: Number(missingReturn.endMissingSeqNumber ?? from) }];
    }
    if (stopReturn !== undefined) return [{ kind: 'stop', lastSequence: Number(stopReturn.lastSeqNumber ?? 0) }];
    return [];
  }

  /** After the last piece. Refused when the file is not whole, or does not hold what it says. */
  end(refused?: FileRefusal): RapSummary | Refusal {
    if (refused !== undefined) return refused;
    if (this.identity === undefined || this.told === undefined) {
      return refuse('invalid', 'RapIncomplete', 'Control or audit information of the RAP file is missing.', {
        action: 'Ask the partner to send the file again.',
      });
    }
    if (this.told.count !== this.returns) {
      const message = `The RAP file holds ${this.returns} returns and says ${this.told.count}.`;
      return refuse('invalid', 'RapCountWrong', message, { field: 'rapAuditControlInfo/returnDetailsCount' });
    }
    const { value, tax } = this.told;
    return { identity: this.identity, returns: this.returns, severeValue: value, severeTax: tax };
  }
}

interface Part {
  readonly rapBatchControlInfoRap?: {
    readonly sender?: string | undefined;
    readonly recipient?: string | undefined;
    readonly rapFileSequenceNumber?: string | undefined;
    readonly fileTypeIndicator?: string | undefined;
  };
  readonly rapAuditControlInfo?: {
    readonly returnDetailsCount?: number | bigint | undefined;
    readonly totalSevereReturnValue?: number | bigint | undefined;
    readonly totalSevereReturnTax?: number | bigint | undefined;
  };
}

interface RecordPart {
  readonly severeReturn?: SevereReturn;
  readonly fatalReturn?: FatalReturn;
  readonly missingReturn?: {
    readonly startMissingSeqNumber?: string | undefined;
    readonly endMissingSeqNumber?: string | undefined;
  };
  readonly stopReturn?: { readonly lastSeqNumber?: string | undefined };
}

export const identityOf = (
  control: NonNullable<Part['rapBatchControlInfoRap']> | Acknowledgement,
): RapIdentity | undefined => {
  const { sender, recipient, rapFileSequenceNumber, fileTypeIndicator } = control;
  if (sender === undefined || recipient === undefined || !/^\d{5}$/.test(rapFileSequenceNumber ?? '')) return undefined;
  return { sender, recipient, sequence: Number(rapFileSequenceNumber), test: fileTypeIndicator !== undefined };
};

const fatalOf = ({ fileSequenceNumber, operatorSpecList, ...groups }: FatalReturn): Returned => ({
  kind: 'fatal',
  tapSequence: Number(fileSequenceNumber ?? 0),
  groups: Object.fromEntries(
    Object.entries(groups).flatMap(([name, group]) =>
      group === undefined ? [] : [[name, errorsOf(group.errorDetail as readonly Detail[] | undefined)]],
    ),
  ),
  operatorSpecific: operatorSpecList ?? [],
});
