import type { Charset } from '../kernel/delimited-text.ts';
import type { NumberBlock } from './number-block.ts';

/**
 * The files that cross between us (RPS), the base operator (VOP) and the card vendors in the card-making cycle: what
 * they carry, as types. The seed names the files and fixes no layout (seed 000 §5.1), so ours is written down in
 * docs/partners/vop.md; `vop-file-layout.ts` holds it as data, `vop-file-decoder.ts` and `vop-file-encoder.ts` read
 * and write it chunk by chunk, `vop-file-name.ts` owns the names of the files.
 */

/**
 * application 制卡申请文件 · validation 制卡校验文件 · cardMaking 制卡文件 · vendorPart a vendor's part of it ·
 * pos POS文件 · posValidation POS校验文件.
 */
export const FILE_KINDS = ['application', 'validation', 'cardMaking', 'vendorPart', 'pos', 'posValidation'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** 成卡 carries an IMSI when it leaves the vendor; 白卡 is written later. */
export type CardType = 'finished' | 'blank';

export interface VopHeader<K extends FileKind = FileKind> {
  readonly kind: K;
  readonly version: 1;
  /** Party codes (`Code` of schema.ts): `RPS`, `VOP`, a vendor's code. */
  readonly sender: string;
  readonly receiver: string;
  /** `ApplicationNo` of schema.ts. */
  readonly application: string;
  /** 1 for the first submission; each correction of rejected lines is the next round. 1–1000. */
  readonly round: number;
  /** Number of the vendor's part within the round (unique over all vendors), 1–9999; 0 when the file is not about a part. */
  readonly part: number;
  /** 1 for the first issue of this file; a file sent again with other content has the next number. 1–99. */
  readonly sequence: number;
  /** UTC instant, whole seconds: `2026-11-23T06:00:00Z`. */
  readonly created: string;
  readonly charset: Charset;
}

interface Numbered {
  /** Record number within the file: 1, 2, 3… without a gap. */
  readonly seq: number;
}

export interface ApplicationRow extends Numbered {
  /** Line of the application, the same in every round; 1–1000, ascending. */
  readonly line: number;
  readonly cardType: CardType;
  readonly product: string;
  readonly city: string;
  readonly quantity: number;
  /** ICCID bodies (no check digit; on the wire whole ICCIDs with theirs): together exactly `quantity`, ascending, apart. */
  readonly iccidBlocks: ReadonlyArray<NumberBlock>;
  /** As above for finished cards; empty for blank ones. */
  readonly imsiBlocks: ReadonlyArray<NumberBlock>;
  /** Free text, possibly empty. */
  readonly remark: string;
}

export interface ValidationRow extends Numbered {
  readonly line: number;
  readonly verdict: 'accepted' | 'rejected';
  /** The quantity applied for (also on a rejected line). */
  readonly quantity: number;
  /** The partner's code and reason; empty when accepted. */
  readonly code: string;
  readonly reason: string;
}

/** A card to be made. Ascending by line, then by ICCID, which makes duplicates visible without remembering rows. */
export interface CardRow extends Numbered {
  readonly line: number;
  readonly iccid: string;
  /** Empty for a blank card. */
  readonly imsi: string;
  readonly product: string;
  readonly city: string;
  readonly cardType: CardType;
}

/** A card the vendor made or failed to make, in the order of the part. */
export interface PosRow extends Numbered {
  readonly line: number;
  readonly iccid: string;
  readonly result: 'made' | 'failed';
  /** Vendor's code and reason; empty when made. */
  readonly code: string;
  readonly reason: string;
}

/** Something VOP does not accept about a row of the POS file. Cards without an exception stand as the POS file says. */
export interface PosExceptionRow extends Numbered {
  /** `seq` of the POS row; 0 when the card is missing from the POS file. */
  readonly row: number;
  readonly iccid: string;
  readonly code: string;
  readonly reason: string;
}

/** What an answering file (validation, posValidation) says about the file that it answers, as a whole. */
export interface VopSummary {
  /** accepted: every row; partial: see the rows; rejected: nothing of the file counts, it must be sent again. */
  readonly verdict: 'accepted' | 'partial' | 'rejected';
  /** Empty unless rejected. */
  readonly code: string;
  readonly reason: string;
  /** Name, SM3 of all bytes (lower-case hex) and row count of the file that is answered. */
  readonly subjectName: string;
  readonly subjectSm3: string;
  readonly subjectRows: number;
}

export interface VopTrailer {
  readonly count: number;
  /** Sum of `quantity` (application, validation); rows (cardMaking, vendorPart); rows made (pos); exceptions (posValidation). */
  readonly quantity: number;
  /** SM3, lower-case hex, over every byte before the trailer with line ends as LF. */
  readonly checksum: string;
}

export interface RowByKind {
  readonly application: ApplicationRow;
  readonly validation: ValidationRow;
  readonly cardMaking: CardRow;
  readonly vendorPart: CardRow;
  readonly pos: PosRow;
  readonly posValidation: PosExceptionRow;
}
export type RowOf<K extends FileKind> = RowByKind[K];

export type VopErrorCode =
  | 'Empty' // no byte at all
  | 'MissingHeader'
  | 'UnknownVersion'
  | 'UnknownKind' // the header names a kind that does not exist
  | 'UnexpectedKind' // a kind that exists, but not the one awaited here
  | 'HeaderMismatch' // application, round, part, sender or receiver is not the awaited one
  | 'NameMismatch' // the name says another thing than the header
  | 'WrongEncoding' // bytes that are not in the declared charset
  | 'LineTooLong'
  | 'UnknownRecord' // a line that is no header, summary, row or trailer
  | 'MissingSummary'
  | 'WrongFieldCount'
  | 'InvalidField'
  | 'DuplicateLine' // a record number, an application line or an ICCID that was there already
  | 'SequenceGap' // a record number was left out
  | 'OutOfOrder' // rows are not ascending by line and ICCID
  | 'UnknownLine' // a line that the application (or the part) does not have
  | 'LineTooMany' // more rows than the line's quantity, or more lines than awaited
  | 'LineTooFew' // at the end a line has fewer rows than its quantity, or is missing
  | 'AfterTrailer' // something follows the trailer
  | 'WrongCount'
  | 'WrongQuantity'
  | 'WrongChecksum'
  | 'Truncated'; // no trailer

export interface VopFileError {
  /** Line of the file, from 1; 0 when it concerns the file as a whole. */
  readonly line: number;
  /** Name of the field, or '' for the whole line. */
  readonly field: string;
  readonly code: VopErrorCode;
  /** For a person; names no ICCID and no IMSI. */
  readonly message: string;
}

/** What the reader of a file awaits. Only `kind` is needed; everything else given is checked against the file. */
export interface VopExpectation<K extends FileKind> {
  readonly kind: K;
  readonly application?: string;
  readonly round?: number;
  readonly part?: number;
  readonly sender?: string;
  readonly receiver?: string;
  /** The name under which the file lay; checked against the header. */
  readonly name?: string;
  /**
   * Application line → quantity. validation: exactly these lines with these quantities; cardMaking, vendorPart and pos:
   * exactly so many rows of each line. Ignored for application and posValidation.
   */
  readonly lines?: ReadonlyMap<number, number>;
  /** Errors kept with their text (default 100); all are counted. */
  readonly maxErrors?: number;
  /** Rows read before the file is given up (default 20,000,000). */
  readonly maxRows?: number;
}

export interface VopReport<K extends FileKind> {
  /** True when nothing at all is wrong: the only case in which the file may be acted upon. */
  readonly ok: boolean;
  readonly header: VopHeader<K> | undefined;
  readonly summary: VopSummary | undefined;
  readonly trailer: VopTrailer | undefined;
  /** Good rows handed out, and their quantity as the trailer counts it. */
  readonly rows: number;
  readonly quantity: number;
  readonly bytes: number;
  /** SM3 of every byte of the file: its identity, whatever it is called. */
  readonly sm3: string;
  /** The first `maxErrors`, in the order of the file. */
  readonly errors: ReadonlyArray<VopFileError>;
  readonly errorCount: number;
}

/**
 * Reads a file in pieces cut anywhere. Memory is bounded by the longest line and the application's lines, never by rows.
 * Rows come out as they are read, before the trailer is known: act on them only when `end()` says `ok`
 * (read once to check, then again to act; or write to a place that is dropped when it is not).
 */
export interface VopDecoder<K extends FileKind> {
  readonly feed: (chunk: Uint8Array) => ReadonlyArray<RowOf<K>>;
  /** Call once, after the last piece. A last line without a line end is read only when it is the trailer. */
  readonly end: () => VopReport<K>;
  /** As soon as the header is read and understood. */
  readonly header: () => VopHeader<K> | undefined;
  /** How many errors so far: a caller may stop early. */
  readonly errorCount: () => number;
}

/** `Omit` over a union would lose the rows' shapes; a row to be written has no number yet: the encoder numbers. */
export type NewRow<K extends FileKind> = Omit<RowOf<K>, 'seq'>;
