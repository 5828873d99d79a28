import { Schema } from 'effect';
import type { CommandsOf } from '../kernel/decider.ts';
import { isIccid } from './iccid.ts';
import { isImsi } from './imsi.ts';
import { LIMITS } from './limits.ts';
import { FILE_KINDS } from './vop-file.ts';

/**
 * The words of card making (seed 000 §5.1, §6; spec `sim`), one schema each: what actors take and remember, what the
 * gateway decodes, what the types of the deciders are made from. Every list has an upper limit here, so no state and
 * no message grows without one.
 *
 * Long: the words of one cycle, which refer to one another and are read together.
 */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
export const Count = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));

export const Iccid = Schema.String.pipe(
  Schema.filter(isIccid, { description: 'an ICCID with its Luhn digit', jsonSchema: { pattern: '^89[0-9]{17,18}$' } }),
);
export const Imsi = Schema.String.pipe(
  Schema.filter(isImsi, { description: 'an IMSI, 14 or 15 digits', jsonSchema: { pattern: '^[0-9]{14,15}$' } }),
);
export const Digits = text(/^[0-9]{14,19}$/, '14 to 19 digits');
/** `A20261123-0001`: capital letters, digits, hyphens; it goes into file names and into actor keys. */
export const ApplicationNo = text(/^[A-Z0-9][A-Z0-9-]{2,39}$/, 'an application number');
/** A city, product, vendor, partner or part code: short and fit for file names. */
export const Code = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'a code of 1–32 letters, digits, . _ -');
export const Sm3 = text(/^[0-9a-f]{64}$/, 'an SM3 hash in hex');
export const FileName = text(/^[^/\\\p{Cc}]{1,200}$/u, 'a file name without a path');
export const Remarks = Schema.String.pipe(Schema.maxLength(1_000));
export const Reason = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(500));
export const LineNo = Schema.Int.pipe(Schema.between(1, LIMITS.lines));
export const Quantity = Schema.Int.pipe(Schema.between(1, LIMITS.quantity));
export const Round = Schema.Int.pipe(Schema.between(1, 1_000));
export const CardType = Schema.Literal('blank', 'finished');
export const NumberType = Schema.Literal('iccid', 'imsi');

/** What the file store knows a file by. */
export const FileRef = Schema.Struct({ id: Schema.String, name: FileName, bytes: Count, sm3: Sm3 });

/** Numbers of one range: `first` and `last` are ICCID bodies (no check digit) or IMSIs. `range` is the range's key. */
export const Block = Schema.Struct({ range: Schema.String, first: Digits, last: Digits });
const Bounds = Schema.Struct({ first: Digits, last: Digits });
export const Blocks = Schema.Array(Block).pipe(Schema.maxItems(LIMITS.blocksPerLine));

// ── a range of numbers, and the registry that keeps ranges apart ─────────────────────────────────────────────────

export const rangeCommands = {
  /** Once; again with the same content changes nothing. `city` null: for any city. */
  Register: Schema.Struct({ first: Digits, last: Digits, product: Code, city: Schema.NullOr(Code) }),
  /** Numbers for a line's round. With `partial`, as many as there are (perhaps none); else all or `RangeExhausted`. */
  Allocate: Schema.Struct({
    application: ApplicationNo,
    line: LineNo,
    round: Round,
    quantity: Quantity,
    partial: Schema.Boolean,
  }),
  /** Gives back what a line's round holds. Unknown or already released: nothing changes. */
  Release: Schema.Struct({ application: ApplicationNo, line: LineNo, round: Round, reason: Reason }),
  /** The application is over: what it still holds is used for ever, and its allocations are forgotten. */
  Settle: Schema.Struct({ application: ApplicationNo }),
  /**
   * The card with this number has failed, was given up or has come back: the number is kept in quarantine. One that is
   * held by another application by now, or not used at all, stays as it is.
   */
  TakeBack: Schema.Struct({ number: Digits, application: ApplicationNo, quarantineMs: Count, reason: Reason }),
  /** A reminder: numbers whose quarantine is over are free again (IMSI) or recycled for good (ICCID). */
  EndQuarantine: Schema.Struct({}),
  /** Free numbers that shall never be handed out any more. */
  Retire: Schema.Struct({ first: Digits, last: Digits, reason: Reason }),
};
export const RangeBooks = Schema.Struct({
  size: Count,
  free: Count,
  allocated: Count,
  used: Count,
  recycled: Count,
  retired: Count,
  /** Added later: what was written before has none. */
  quarantined: Schema.optionalWith(Count, { default: () => 0 }),
});
export const RangeReply = Schema.Struct({ changed: Schema.Boolean, blocks: Schema.Array(Block), books: RangeBooks });
export const Allocation = Schema.Struct({
  application: ApplicationNo,
  line: LineNo,
  round: Round,
  blocks: Schema.Array(Bounds),
});
export const RangeState = Schema.Struct({
  key: Schema.String,
  type: NumberType,
  first: Schema.String,
  last: Schema.String,
  product: Schema.String,
  city: Schema.NullOr(Schema.String),
  books: RangeBooks,
  free: Schema.Array(Bounds),
  /** Released ICCID bodies: never handed out a second time (spec `sim` "no reuse"), kept for the recycling list. */
  recycled: Schema.Array(Bounds),
  /** Numbers of cards that failed or came back, until when (milliseconds since the epoch). */
  quarantine: Schema.Array(Schema.Struct({ first: Digits, last: Digits, untilMs: Count })),
  allocations: Schema.Array(Allocation),
});
export const RangeEvent = Schema.Union(
  Schema.TaggedStruct('Registered', {
    key: Schema.String,
    type: NumberType,
    first: Digits,
    last: Digits,
    product: Code,
    city: Schema.NullOr(Code),
    quantity: Count,
  }),
  Schema.TaggedStruct('Allocated', {
    application: ApplicationNo,
    line: LineNo,
    round: Round,
    blocks: Schema.Array(Bounds),
    quantity: Count,
  }),
  Schema.TaggedStruct('Released', {
    application: ApplicationNo,
    line: LineNo,
    round: Round,
    quantity: Count,
    reason: Reason,
  }),
  Schema.TaggedStruct('Settled', { application: ApplicationNo, quantity: Count }),
  Schema.TaggedStruct('Retired', { first: Digits, last: Digits, quantity: Count, reason: Reason }),
  Schema.TaggedStruct('Quarantined', {
    number: Digits,
    from: Schema.Literal('allocated', 'used'),
    application: ApplicationNo,
    untilMs: Count,
    reason: Reason,
  }),
  Schema.TaggedStruct('Readmitted', { dueMs: Count, quantity: Count }),
);

export const registryCommands = {
  /** Claims the numbers for the range `key`; refused with `RangeOverlaps` when any of them belongs to another. */
  Claim: Schema.Struct({ key: Schema.String, first: Digits, last: Digits }),
};
export const RegistryReply = Schema.Struct({ changed: Schema.Boolean });
export const RegistryState = Schema.Struct({
  ranges: Schema.Array(Schema.Struct({ key: Schema.String, first: Schema.String, last: Schema.String })),
});
export const RegistryEvent = Schema.Union(
  Schema.TaggedStruct('Claimed', { key: Schema.String, first: Digits, last: Digits }),
);

// ── an IMSI: on which card it is ─────────────────────────────────────────────────────────────────────────────────

const onCard = { iccid: Iccid };
export const imsiCommands = {
  Reserve: Schema.Struct({ ...onCard, application: ApplicationNo, line: LineNo, product: Code, city: Code }),
  /** The IMSI is on the card now (made by the vendor, or written over a reader). */
  Write: Schema.Struct(onCard),
  /** It may be on the card: the reader died while it was being written. */
  Doubt: Schema.Struct(onCard),
  /** The partner has confirmed the card. */
  Confirm: Schema.Struct(onCard),
  /** The card will not carry it: known not to have reached the card, or the card was destroyed. */
  Release: Schema.Struct({ ...onCard, reason: Reason }),
  /** The card has come back or is destroyed: also a confirmed IMSI leaves it. */
  Withdraw: Schema.Struct({ ...onCard, reason: Reason }),
};
export const ImsiStatus = Schema.Literal('free', 'reserved', 'inDoubt', 'written', 'confirmed');
export const ImsiReply = Schema.Struct({ changed: Schema.Boolean, status: ImsiStatus });
export const ImsiState = Schema.Struct({
  imsi: Schema.String,
  status: ImsiStatus,
  iccid: Schema.NullOr(Iccid),
  application: Schema.NullOr(Schema.String),
  product: Schema.NullOr(Schema.String),
  city: Schema.NullOr(Schema.String),
});
export const ImsiEvent = Schema.Union(
  Schema.TaggedStruct('Reserved', { imsi: Imsi, ...onCard, application: ApplicationNo, product: Code, city: Code }),
  Schema.TaggedStruct('Written', onCard),
  Schema.TaggedStruct('Doubted', onCard),
  Schema.TaggedStruct('Confirmed', onCard),
  Schema.TaggedStruct('Released', { ...onCard, reason: Reason }),
);

// ── a card ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** `made` and confirmed: in stock. Then `used` (issued), `returned`, or `defective` as staff have found it. */
export const CardStatus = Schema.Literal(
  'planned',
  'assigned',
  'made',
  'failed',
  'cancelled',
  'used',
  'returned',
  'defective',
);
export const cardCommands = {
  /** A row of the card-making file. `imsi` null for a blank card. */
  Plan: Schema.Struct({
    application: ApplicationNo,
    line: LineNo,
    imsi: Schema.NullOr(Imsi),
    product: Code,
    city: Code,
    cardType: CardType,
  }),
  /** The card goes to a vendor with a part. Another part is refused with `CardAtVendor`. */
  Assign: Schema.Struct({ vendor: Code, part: Code }),
  /** A row of a POS file. */
  Produce: Schema.Struct({
    vendor: Code,
    result: Schema.Literal('made', 'failed'),
    reason: Schema.NullOr(Reason),
    posFile: Sm3,
  }),
  /** A row of a POS validation file. `rejected` makes a made card failed. */
  Confirm: Schema.Struct({
    result: Schema.Literal('accepted', 'rejected'),
    reason: Schema.NullOr(Reason),
    posValidationFile: Sm3,
  }),
  Cancel: Schema.Struct({ reason: Reason }),
  /** It has left the stock: issued to somebody. */
  Use: Schema.Struct({ reason: Reason }),
  /** It has come back and is not issued again. */
  Return: Schema.Struct({ reason: Reason }),
  /** Staff have found it broken, in stock or after it came back. */
  Spoil: Schema.Struct({ reason: Reason }),
};
/**
 * What a step counts by: `changed` is true exactly once per fact (and again only for the same command id), and the
 * card says which application, line and part it belongs to.
 */
export const CardReply = Schema.Struct({
  changed: Schema.Boolean,
  status: CardStatus,
  confirmed: Schema.Boolean,
  imsi: Schema.NullOr(Imsi),
  application: Schema.String,
  line: LineNo,
  part: Schema.NullOr(Schema.String),
});
export const CardState = Schema.Struct({
  iccid: Iccid,
  application: ApplicationNo,
  line: LineNo,
  imsi: Schema.NullOr(Imsi),
  product: Schema.String,
  city: Schema.String,
  cardType: CardType,
  status: CardStatus,
  confirmed: Schema.Boolean,
  vendor: Schema.NullOr(Schema.String),
  part: Schema.NullOr(Schema.String),
  posFile: Schema.NullOr(Schema.String),
  posValidationFile: Schema.NullOr(Schema.String),
  /** Why it failed or was cancelled. */
  reason: Schema.NullOr(Schema.String),
});
export const CardEvent = Schema.Union(
  Schema.TaggedStruct('Planned', {
    iccid: Iccid,
    application: ApplicationNo,
    line: LineNo,
    imsi: Schema.NullOr(Imsi),
    product: Code,
    city: Code,
    cardType: CardType,
  }),
  Schema.TaggedStruct('Assigned', { vendor: Code, part: Code }),
  Schema.TaggedStruct('Made', { posFile: Sm3 }),
  Schema.TaggedStruct('Failed', { posFile: Sm3, reason: Schema.NullOr(Reason) }),
  Schema.TaggedStruct('Confirmed', { posValidationFile: Sm3 }),
  Schema.TaggedStruct('Reversed', { posValidationFile: Sm3, reason: Schema.NullOr(Reason) }),
  Schema.TaggedStruct('Cancelled', { reason: Reason }),
  Schema.TaggedStruct('Used', { reason: Reason }),
  Schema.TaggedStruct('Returned', { reason: Reason }),
  Schema.TaggedStruct('Spoiled', { reason: Reason }),
);

// ── a file of a partner: by its content, and by its name ─────────────────────────────────────────────────────────

export const FileKind = Schema.Literal(...FILE_KINDS);
export const FileStatus = Schema.Literal('received', 'parsed', 'processed', 'quarantined', 'discarded');
/** `line` 0: the file as a whole. `code` is stable (`WrongChecksum`, `UnknownLine`…), `reason` for a person. */
export const Problem = Schema.Struct({ line: Count, code: Code, reason: Reason });
export const Problems = Schema.Array(Problem).pipe(Schema.maxItems(LIMITS.problems));
export const FileSource = Schema.Literal('poll', 'hand');

export const partnerFileCommands = {
  /** The same bytes again: `first` is false, and nothing is to be done; another name is noted. */
  Receive: Schema.Struct({ name: FileName, ref: FileRef, source: FileSource }),
  /** It has been read to its end without a problem. */
  RecordParsed: Schema.Struct({ kind: FileKind, application: ApplicationNo, rows: Count }),
  /** Its content has been taken into account, wholly. */
  RecordProcessed: Schema.Struct({}),
  Quarantine: Schema.Struct({
    kind: Schema.NullOr(FileKind),
    application: Schema.NullOr(ApplicationNo),
    problems: Problems.pipe(Schema.minItems(1)),
    /** All problems found, also those past the limit of the list. */
    problemCount: Count,
  }),
  /** A person has looked at it: it is read again. */
  Release: Schema.Struct({ note: Reason }),
  Discard: Schema.Struct({ reason: Reason }),
};
export const PartnerFileReply = Schema.Struct({
  changed: Schema.Boolean,
  /** True for the delivery that is to be processed: the first, and again for the same command id. */
  first: Schema.Boolean,
  status: FileStatus,
  /** 1, and one more after each release from quarantine. */
  attempt: Count,
});
export const PartnerFileState = Schema.Struct({
  partner: Schema.String,
  name: Schema.String,
  /** Other names under which the same bytes came (at most 16 are kept). */
  otherNames: Schema.Array(Schema.String),
  deliveries: Count,
  ref: FileRef,
  source: FileSource,
  status: FileStatus,
  attempt: Count,
  kind: Schema.NullOr(FileKind),
  application: Schema.NullOr(Schema.String),
  rows: Schema.NullOr(Count),
  problems: Schema.Array(Problem),
  problemCount: Count,
  /** A person's note on release or reason for discarding. */
  note: Schema.NullOr(Schema.String),
  receivedAtMs: Count,
});
export const PartnerFileEvent = Schema.Union(
  Schema.TaggedStruct('Received', {
    partner: Code,
    name: FileName,
    ref: FileRef,
    source: FileSource,
    atMs: Count,
  }),
  Schema.TaggedStruct('DeliveredAgain', { name: FileName }),
  Schema.TaggedStruct('Parsed', { kind: FileKind, application: ApplicationNo, rows: Count }),
  Schema.TaggedStruct('Processed', {}),
  Schema.TaggedStruct('Quarantined', {
    kind: Schema.NullOr(FileKind),
    application: Schema.NullOr(ApplicationNo),
    problems: Problems,
    problemCount: Count,
  }),
  Schema.TaggedStruct('Released', { note: Reason }),
  Schema.TaggedStruct('Discarded', { reason: Reason }),
);

export const fileNameCommands = {
  /** The content that this name stands for; refused with `FileNameTaken` when another content has it. */
  Claim: Schema.Struct({ sm3: Sm3 }),
};
export const FileNameReply = Schema.Struct({ changed: Schema.Boolean });
export const FileNameState = Schema.Struct({ sm3: Schema.NullOr(Sm3) });
export const FileNameEvent = Schema.Union(Schema.TaggedStruct('Claimed', { sm3: Sm3 }));

export type Iccid = Schema.Schema.Type<typeof Iccid>;
export type CardStatus = Schema.Schema.Type<typeof CardStatus>;
export type CardType = Schema.Schema.Type<typeof CardType>;
export type NumberType = Schema.Schema.Type<typeof NumberType>;
export type FileRef = Schema.Schema.Type<typeof FileRef>;
export type Block = Schema.Schema.Type<typeof Block>;
export type RangeBooks = Schema.Schema.Type<typeof RangeBooks>;
export type RangeReply = Schema.Schema.Type<typeof RangeReply>;
export type RangeState = Schema.Schema.Type<typeof RangeState>;
export type RangeEvent = Schema.Schema.Type<typeof RangeEvent>;
export type RegistryReply = Schema.Schema.Type<typeof RegistryReply>;
export type RegistryState = Schema.Schema.Type<typeof RegistryState>;
export type RegistryEvent = Schema.Schema.Type<typeof RegistryEvent>;
export type ImsiReply = Schema.Schema.Type<typeof ImsiReply>;
export type ImsiState = Schema.Schema.Type<typeof ImsiState>;
export type ImsiEvent = Schema.Schema.Type<typeof ImsiEvent>;
export type CardReply = Schema.Schema.Type<typeof CardReply>;
export type CardState = Schema.Schema.Type<typeof CardState>;
export type CardEvent = Schema.Schema.Type<typeof CardEvent>;
export type FileStatus = Schema.Schema.Type<typeof FileStatus>;
export type Problem = Schema.Schema.Type<typeof Problem>;
export type PartnerFileReply = Schema.Schema.Type<typeof PartnerFileReply>;
export type PartnerFileState = Schema.Schema.Type<typeof PartnerFileState>;
export type PartnerFileEvent = Schema.Schema.Type<typeof PartnerFileEvent>;
export type FileNameReply = Schema.Schema.Type<typeof FileNameReply>;
export type FileNameState = Schema.Schema.Type<typeof FileNameState>;
export type FileNameEvent = Schema.Schema.Type<typeof FileNameEvent>;

export type RangeCommand = CommandsOf<typeof rangeCommands>;
export type RegistryCommand = CommandsOf<typeof registryCommands>;
export type ImsiCommand = CommandsOf<typeof imsiCommands>;
export type CardCommand = CommandsOf<typeof cardCommands>;
export type PartnerFileCommand = CommandsOf<typeof partnerFileCommands>;
export type FileNameCommand = CommandsOf<typeof fileNameCommands>;
