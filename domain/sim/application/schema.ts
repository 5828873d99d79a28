import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { LIMITS } from '../limits.ts';
import {
  ApplicationNo,
  Blocks,
  CardType,
  Code,
  Count,
  FileKind,
  FileRef,
  LineNo,
  Quantity,
  Reason,
  Remarks,
  Round,
  Sm3,
} from '../schema.ts';
import { STAGES } from './stages.ts';

/**
 * An application for cards (制卡申请, seed 000 §5.1): its lines, and the books that say at every moment where each of
 * the cards applied for is. No card is listed here: a million cards are a few counters.
 */

const Vendors = Schema.Array(Code).pipe(Schema.maxItems(50));
export const LineInput = Schema.Struct({
  no: LineNo,
  cardType: CardType,
  product: Code,
  city: Code,
  quantity: Quantity,
});
export const LineInputs = Schema.Array(LineInput).pipe(Schema.minItems(1), Schema.maxItems(LIMITS.lines));
export const Correction = Schema.Struct({
  no: LineNo,
  product: Schema.optionalWith(Code, { exact: true }),
  city: Schema.optionalWith(Code, { exact: true }),
  quantity: Schema.optionalWith(Quantity, { exact: true }),
});
export const Corrections = Schema.Array(Correction).pipe(Schema.minItems(1), Schema.maxItems(LIMITS.lines));
const LineNos = Schema.Array(LineNo).pipe(Schema.maxItems(LIMITS.lines));

/** How a card-making file is split: by hand, by the cities' vendors, or by shares of quantity. */
export const SplitCriterion = Schema.Literal('city', 'quantity', 'hand');
const PartLineInput = Schema.Struct({ no: LineNo, quantity: Quantity });
export const PartInput = Schema.Struct({
  /** Number within the round, 1–9999; it stands in the part's file name. */
  part: Schema.Int.pipe(Schema.between(1, 9_999)),
  vendor: Code,
  lines: Schema.Array(PartLineInput).pipe(Schema.minItems(1), Schema.maxItems(LIMITS.lines)),
});
/** `part` is the part's id: `<round>.<number>`. What a chunk of a POS or POS validation file changed, per part and line. */
export const ProgressCount = Schema.Struct({
  part: Code,
  no: LineNo,
  made: Count,
  failed: Count,
  /** Made cards that the partner has confirmed. */
  confirmed: Count,
  /** Made cards that the partner has refused: they count as failed from then on. */
  reversed: Count,
});

export const applicationCommands = {
  Draft: Schema.Struct({ partner: Code, remarks: Remarks, vendors: Vendors, lines: LineInputs }),
  EditLines: Schema.Struct({ remarks: Remarks, vendors: Vendors, lines: LineInputs }),
  Submit: Schema.Struct({}),
  /** What the check of the resources gave to the lines of a round; `missing…` > 0 is a shortage: the line waits. */
  RecordCheck: Schema.Struct({
    round: Round,
    lines: Schema.Array(
      Schema.Struct({ no: LineNo, iccid: Blocks, imsi: Blocks, missingIccid: Count, missingImsi: Count }),
    ).pipe(Schema.minItems(1), Schema.maxItems(LIMITS.lines)),
  }),
  /** Short lines are to be checked again (the stock has been refilled). */
  Recheck: Schema.Struct({}),
  RecordFile: Schema.Struct({
    round: Round,
    kind: FileKind,
    status: Schema.Literal('generated', 'uploaded', 'received'),
    file: FileRef,
    /** The part's id for `vendorPart`, `pos` and `posValidation`. */
    part: Schema.NullOr(Code),
  }),
  /** The partner's verdict on the lines of a round, from the validation file `file`. */
  RecordValidation: Schema.Struct({
    round: Round,
    file: Sm3,
    accepted: LineNos,
    rejected: Schema.Array(Schema.Struct({ no: LineNo, code: Code, reason: Reason })).pipe(
      Schema.maxItems(LIMITS.lines),
    ),
  }),
  /** Rejected or short lines in a new round; the others go on meanwhile. */
  Correct: Schema.Struct({ lines: Corrections }),
  /** Gives up a line that is rejected, short, or accepted without cards for what is still open. */
  DropLine: Schema.Struct({ no: LineNo, reason: Reason }),
  /** All rows of the card-making file `file` are planned as cards: so many per line. */
  RecordCardFile: Schema.Struct({
    round: Round,
    file: Sm3,
    lines: Schema.Array(Schema.Struct({ no: LineNo, rows: Quantity })).pipe(
      Schema.minItems(1),
      Schema.maxItems(LIMITS.lines),
    ),
  }),
  /** Replaces an earlier split of the same card-making file as long as none of its parts is sent. */
  RecordSplit: Schema.Struct({
    file: Sm3,
    criterion: SplitCriterion,
    parts: Schema.Array(PartInput).pipe(Schema.minItems(1), Schema.maxItems(LIMITS.parts)),
  }),
  RecordPartSent: Schema.Struct({ part: Code }),
  /** What of a part is not reported is given up: recalled from the vendor, or never sent. */
  CancelPart: Schema.Struct({ part: Code, reason: Reason }),
  /** The partner refuses a POS file as a whole: the vendor has to send another. */
  RejectPos: Schema.Struct({ part: Code, file: Sm3, code: Code, reason: Reason }),
  /** Chunk `chunk` (0, 1, 2…) of a POS or POS validation file. Each counts once, in order. */
  PostProgress: Schema.Struct({
    file: Sm3,
    kind: Schema.Literal('pos', 'posValidation'),
    chunk: Count,
    last: Schema.Boolean,
    counts: Schema.Array(ProgressCount).pipe(Schema.maxItems(LIMITS.lines)),
    /** Rows whose card is not known, or says otherwise; rows that said again what was known. */
    unknown: Count,
    duplicate: Count,
  }),
  Pause: Schema.Struct({ reason: Reason }),
  Resume: Schema.Struct({}),
  Cancel: Schema.Struct({ reason: Reason }),
  Complete: Schema.Struct({}),
};

/** applied = open + rejected + planned + inProduction + made + failed + cancelled, at every moment. */
export const Books = Schema.Struct({
  applied: Count,
  open: Count,
  rejected: Count,
  planned: Count,
  inProduction: Count,
  made: Count,
  failed: Count,
  cancelled: Count,
  /** Of those made: confirmed by the partner. */
  confirmed: Count,
});

export const Stage = Schema.Literal(...STAGES);
export const WaitingFor = Schema.NullOr(Schema.Literal('partner', 'staff', 'vendor'));

export const ApplicationReply = Schema.Struct({
  changed: Schema.Boolean,
  stage: Stage,
  waitingFor: WaitingFor,
  round: Count,
  books: Books,
});

/** How far a line is before it has cards; after `accepted` its books say the rest. */
export const LineStep = Schema.Literal(
  'draft',
  'checking',
  'short',
  'generating',
  'uploading',
  'validation',
  'rejected',
  'accepted',
  'dropped',
  'cancelled',
);
export const Line = Schema.Struct({
  no: LineNo,
  cardType: CardType,
  product: Schema.String,
  city: Schema.String,
  round: Count,
  step: LineStep,
  books: Books,
  iccid: Blocks,
  imsi: Blocks,
  missingIccid: Count,
  missingImsi: Count,
  /** The partner's code and reason while rejected; our reason when given up. */
  code: Schema.NullOr(Schema.String),
  reason: Schema.NullOr(Schema.String),
});
export const ApplicationFile = Schema.Struct({
  kind: FileKind,
  round: Count,
  status: Schema.Literal('generated', 'uploaded', 'received'),
  file: FileRef,
  part: Schema.NullOr(Schema.String),
});
export const CardFile = Schema.Struct({
  sm3: Sm3,
  round: Count,
  rows: Count,
  lines: Schema.Array(Schema.Struct({ no: LineNo, rows: Count })),
  criterion: Schema.NullOr(SplitCriterion),
});
export const PartLine = Schema.Struct({
  no: LineNo,
  quantity: Count,
  made: Count,
  failed: Count,
  confirmed: Count,
  cancelled: Count,
});
export const Part = Schema.Struct({
  id: Schema.String,
  part: Count,
  round: Count,
  cardFile: Sm3,
  vendor: Schema.String,
  status: Schema.Literal('planned', 'sent', 'cancelled'),
  lines: Schema.Array(PartLine),
  /** SM3 of the POS file that reports it; null again when the partner has refused that file. */
  pos: Schema.NullOr(Sm3),
  reason: Schema.NullOr(Schema.String),
});
export const FileProgress = Schema.Struct({
  sm3: Sm3,
  kind: Schema.Literal('pos', 'posValidation'),
  nextChunk: Count,
  done: Schema.Boolean,
  made: Count,
  failed: Count,
  confirmed: Count,
  reversed: Count,
  unknown: Count,
  duplicate: Count,
});
export const ApplicationState = Schema.Struct({
  no: ApplicationNo,
  partner: Schema.String,
  remarks: Schema.String,
  vendors: Schema.Array(Schema.String),
  createdAtMs: Count,
  createdBy: Schema.String,
  round: Count,
  paused: Schema.Boolean,
  /** Why it is paused or was cancelled. */
  reason: Schema.NullOr(Schema.String),
  ended: Schema.NullOr(Schema.Literal('completed', 'cancelled')),
  endedAtMs: Schema.NullOr(Count),
  lines: Schema.Array(Line),
  files: Schema.Array(ApplicationFile),
  cardFiles: Schema.Array(CardFile),
  parts: Schema.Array(Part),
  progress: Schema.Array(FileProgress),
});

const inputs = applicationCommands;
/** Events say what was decided; most carry their command's content unchanged. */
export const ApplicationEvent = Schema.Union(
  Schema.TaggedStruct('Drafted', {
    no: ApplicationNo,
    ...inputs.Draft.fields,
    createdAtMs: Count,
    createdBy: Schema.String,
  }),
  Schema.TaggedStruct('LinesEdited', inputs.EditLines.fields),
  Schema.TaggedStruct('Submitted', {}),
  Schema.TaggedStruct('Checked', inputs.RecordCheck.fields),
  Schema.TaggedStruct('RecheckAsked', {}),
  Schema.TaggedStruct('FileRecorded', inputs.RecordFile.fields),
  Schema.TaggedStruct('Validated', inputs.RecordValidation.fields),
  Schema.TaggedStruct('Corrected', inputs.Correct.fields),
  Schema.TaggedStruct('LineDropped', inputs.DropLine.fields),
  Schema.TaggedStruct('CardsPlanned', inputs.RecordCardFile.fields),
  Schema.TaggedStruct('Split', inputs.RecordSplit.fields),
  Schema.TaggedStruct('PartSent', inputs.RecordPartSent.fields),
  Schema.TaggedStruct('PartCancelled', inputs.CancelPart.fields),
  Schema.TaggedStruct('PosRejected', inputs.RejectPos.fields),
  Schema.TaggedStruct('ProgressPosted', inputs.PostProgress.fields),
  Schema.TaggedStruct('Paused', inputs.Pause.fields),
  Schema.TaggedStruct('Resumed', {}),
  Schema.TaggedStruct('Cancelled', { ...inputs.Cancel.fields, atMs: Count }),
  Schema.TaggedStruct('Completed', { atMs: Count }),
);

export type LineInput = Schema.Schema.Type<typeof LineInput>;
export type PartInput = Schema.Schema.Type<typeof PartInput>;
export type ProgressCount = Schema.Schema.Type<typeof ProgressCount>;
export type Books = Schema.Schema.Type<typeof Books>;
export type Stage = Schema.Schema.Type<typeof Stage>;
export type WaitingFor = Schema.Schema.Type<typeof WaitingFor>;
export type Line = Schema.Schema.Type<typeof Line>;
export type CardFile = Schema.Schema.Type<typeof CardFile>;
export type Part = Schema.Schema.Type<typeof Part>;
export type PartLine = Schema.Schema.Type<typeof PartLine>;
export type FileProgress = Schema.Schema.Type<typeof FileProgress>;
export type ApplicationFile = Schema.Schema.Type<typeof ApplicationFile>;
export type ApplicationReply = Schema.Schema.Type<typeof ApplicationReply>;
export type ApplicationState = Schema.Schema.Type<typeof ApplicationState>;
export type ApplicationEvent = Schema.Schema.Type<typeof ApplicationEvent>;
export type ApplicationCommand = CommandsOf<typeof applicationCommands>;
