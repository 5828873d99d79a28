import { Schema } from 'effect';
import type { CommandsOf } from '../../../kernel/decider.ts';
import { Books, ProgressCount } from '../../application/schema.ts';
import { LIMITS } from '../../limits.ts';
import { ApplicationNo, Code, Count, FileRef, LineNo, Quantity, Reason, Remarks, Sm3 } from '../../schema.ts';

/**
 * An application for blank cards with the base operator Telecom (电信白卡制卡申请, seed 000 §5.2): its lines with their
 * books, the files that were exported, the letters that went and came, the result file and what the vendor made of it.
 * Single cards are not listed here.
 */

const LineInput = Schema.Struct({ no: LineNo, product: Code, city: Code, quantity: Quantity });
const LineInputs = Schema.Array(LineInput).pipe(Schema.minItems(1), Schema.maxItems(LIMITS.lines));
/** RFC 5322 msg-id without the angle brackets. */
export const MessageId = Schema.String.pipe(Schema.pattern(/^[^\s<>]{3,300}$/));
export const ExportForm = Schema.Literal('xlsx', 'text', 'pdf');
const Exported = Schema.Struct({ form: ExportForm, file: FileRef });
/** `bounced`, `delayed`, `delivered`: what a mail server says of a letter of ours; `answer`: Telecom has written. */
export const LetterKind = Schema.Literal('answer', 'bounced', 'delayed', 'delivered');
/** Cards of a report of the vendor, per line. */
const Produced = ProgressCount.pick('no', 'made', 'failed');

export const telecomCommands = {
  Draft: Schema.Struct({ remarks: Remarks, vendor: Code, lines: LineInputs }),
  EditLines: Schema.Struct({ remarks: Remarks, vendor: Code, lines: LineInputs }),
  /** The application files are written; with this the flow begins (S-075). */
  RecordExport: Schema.Struct({ files: Schema.Array(Exported).pipe(Schema.minItems(1), Schema.maxItems(3)) }),
  /** The scan of the printed, stamped application; another one takes its place until the letter has gone. */
  AttachScan: Schema.Struct({ file: FileRef }),
  /** Telecom's mail server has taken the letter. */
  RecordSent: Schema.Struct({ messageId: MessageId, scan: Sm3 }),
  /** The letter goes once more: nobody answers, or it came back. */
  Resend: Schema.Struct({ reason: Reason }),
  /** A letter that has come; `about`: the letter of ours that it answers. Each counts once, by its Message-ID. */
  RecordLetter: Schema.Struct({
    messageId: MessageId,
    about: MessageId,
    kind: LetterKind,
    /** SM3 of the letter's bytes. */
    sm3: Sm3,
    /** Enhanced status code (RFC 3463) of a notice, else empty; what it says. */
    status: Schema.String.pipe(Schema.maxLength(20)),
    note: Schema.String.pipe(Schema.maxLength(500)),
  }),
  /** All rows of the result file are planned as cards. A line that was given fewer than applied for is short for good. */
  RecordResult: Schema.Struct({
    file: FileRef,
    lines: Schema.Array(Schema.Struct({ no: LineNo, rows: Quantity })).pipe(
      Schema.minItems(1),
      Schema.maxItems(LIMITS.lines),
    ),
  }),
  /** Another vendor, as long as none has the result file. */
  ChooseVendor: Schema.Struct({ vendor: Code }),
  RecordHandedOver: Schema.Struct({ vendor: Code, file: FileRef }),
  /** Chunk `chunk` (0, 1, 2…) of a production report. Each counts once, in order. */
  PostProduction: Schema.Struct({
    file: Sm3,
    chunk: Count,
    last: Schema.Boolean,
    counts: Schema.Array(Produced).pipe(Schema.maxItems(LIMITS.lines)),
    unknown: Count,
    duplicate: Count,
  }),
  /** What the vendor has not reported is given up. */
  GiveUp: Schema.Struct({ reason: Reason }),
  Pause: Schema.Struct({ reason: Reason }),
  Resume: Schema.Struct({}),
  Cancel: Schema.Struct({ reason: Reason }),
  Complete: Schema.Struct({}),
};

export const TelecomStage = Schema.Literal(
  'draft',
  'scan',
  'mailing',
  'result',
  'handover',
  'production',
  'completed',
  'cancelled',
);
export const TelecomWaitingFor = Schema.NullOr(Schema.Literal('partner', 'staff', 'vendor'));
export const TelecomReply = Schema.Struct({
  changed: Schema.Boolean,
  stage: TelecomStage,
  waitingFor: TelecomWaitingFor,
  books: Books,
});

const Line = Schema.Struct({ ...LineInput.fields, books: Books });
/** A letter of ours. */
export const SentLetter = Schema.Struct({
  messageId: MessageId,
  scan: Sm3,
  sentAtMs: Count,
  /** What is known of its way: taken by the mail server, until a notice says more. */
  delivery: Schema.Literal('accepted', 'delayed', 'delivered', 'bounced', 'answered'),
  note: Schema.String,
});
export const ReceivedLetter = Schema.Struct({ ...telecomCommands.RecordLetter.fields, receivedAtMs: Count });
const Report = Schema.Struct({
  sm3: Sm3,
  nextChunk: Count,
  done: Schema.Boolean,
  made: Count,
  failed: Count,
  unknown: Count,
  duplicate: Count,
});
export const TelecomState = Schema.Struct({
  no: ApplicationNo,
  remarks: Schema.String,
  vendor: Schema.String,
  createdAtMs: Count,
  createdBy: Schema.String,
  lines: Schema.Array(Line),
  exports: Schema.Array(Exported),
  scan: Schema.NullOr(FileRef),
  /** A letter is to go: the first one, or once more. */
  toSend: Schema.Boolean,
  sent: Schema.Array(SentLetter),
  received: Schema.Array(ReceivedLetter),
  result: Schema.NullOr(FileRef),
  handedOver: Schema.NullOr(FileRef),
  reports: Schema.Array(Report),
  paused: Schema.Boolean,
  /** Why it is paused, sent once more, given up or cancelled. */
  reason: Schema.NullOr(Schema.String),
  ended: Schema.NullOr(Schema.Literal('completed', 'cancelled')),
  endedAtMs: Schema.NullOr(Count),
});

const inputs = telecomCommands;
export const TelecomEvent = Schema.Union(
  Schema.TaggedStruct('Drafted', {
    no: ApplicationNo,
    ...inputs.Draft.fields,
    createdAtMs: Count,
    createdBy: Schema.String,
  }),
  Schema.TaggedStruct('LinesEdited', inputs.EditLines.fields),
  Schema.TaggedStruct('Exported', inputs.RecordExport.fields),
  Schema.TaggedStruct('ScanAttached', inputs.AttachScan.fields),
  Schema.TaggedStruct('LetterSent', { ...inputs.RecordSent.fields, atMs: Count }),
  Schema.TaggedStruct('ResendAsked', inputs.Resend.fields),
  Schema.TaggedStruct('LetterReceived', { ...inputs.RecordLetter.fields, atMs: Count }),
  Schema.TaggedStruct('CardsPlanned', inputs.RecordResult.fields),
  Schema.TaggedStruct('VendorChosen', inputs.ChooseVendor.fields),
  Schema.TaggedStruct('HandedOver', inputs.RecordHandedOver.fields),
  Schema.TaggedStruct('ProductionPosted', inputs.PostProduction.fields),
  Schema.TaggedStruct('GivenUp', inputs.GiveUp.fields),
  Schema.TaggedStruct('Paused', inputs.Pause.fields),
  Schema.TaggedStruct('Resumed', {}),
  Schema.TaggedStruct('Cancelled', { ...inputs.Cancel.fields, atMs: Count }),
  Schema.TaggedStruct('Completed', { atMs: Count }),
);

export type TelecomLine = Schema.Schema.Type<typeof Line>;
export type TelecomStage = Schema.Schema.Type<typeof TelecomStage>;
export type TelecomWaitingFor = Schema.Schema.Type<typeof TelecomWaitingFor>;
export type TelecomReply = Schema.Schema.Type<typeof TelecomReply>;
export type TelecomState = Schema.Schema.Type<typeof TelecomState>;
export type TelecomEvent = Schema.Schema.Type<typeof TelecomEvent>;
export type TelecomCommand = CommandsOf<typeof telecomCommands>;
export type LetterKind = Schema.Schema.Type<typeof LetterKind>;
export type ExportForm = Schema.Schema.Type<typeof ExportForm>;
export type TelecomLineInputs = Schema.Schema.Type<typeof LineInputs>;
export const TelecomLineInputs = LineInputs;
