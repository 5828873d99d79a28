import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { ApplicationNo, Code, Count, Iccid, Imsi, LineNo, Reason } from '../schema.ts';

/** The words of writing a blank card (seed 000 §4.2; spec `sim`): what its actors take, remember and answer. */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
/** The CRM's own id of a write; it names the write for ever. */
export const RequestId = text(/^[A-Za-z0-9._:@-]{1,100}$/, 'a request id of 1–100 letters, digits, . _ : @ -');
/** A short-message centre in international form, without `+` (TS 23.040 §9.1.2.5). */
export const SmscNumber = text(/^[1-9][0-9]{5,19}$/, 'a number in international form without +, 6 to 20 digits');
export const Msisdn = text(/^[1-9][0-9]{5,14}$/, 'an MSISDN in international form without +, 6 to 15 digits');
/** How a reader is called in settings, lists and requests. */
export const ReaderName = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name of 1–64 letters, digits, . _ -');
export const ProfileId = text(/^[a-z0-9][a-z0-9-]{0,63}$/, 'the id of a card profile');
/** A refusal's or fault's code. */
const Why = text(/^[A-Z][A-Za-z0-9]{0,63}$/, 'a code in PascalCase');
/** What `store/keys/card-keys.ts` sealed: only the process that talks with the card opens it. */
const Sealed = Schema.String.pipe(Schema.maxLength(2_000));

// ── one write ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the CRM asks for: the resource of the number that the customer chose, onto a blank card. */
export const WriteWanted = Schema.Struct({
  product: Code,
  /** Null: that of the card. */
  city: Schema.NullOr(Code),
  /** Printed on the card; null: what the card says. */
  iccid: Schema.NullOr(Iccid),
  /** The number that the customer chose; goes onto cards whose profile has a place for it. */
  msisdn: Schema.NullOr(Msisdn),
  /** Null: the one registered for product and city. */
  smsc: Schema.NullOr(SmscNumber),
  /** Whose data go onto the card: our own stock (left out), or what Telecom's EOP hands out for it (seed 000 §4.3). */
  operator: Schema.optionalWith(Schema.Literal('telecom'), { exact: true }),
});

export const WRITE_STATUSES = [
  'requested',
  'judged',
  'reserved',
  'writing',
  'written',
  'confirmed',
  'refused',
  'failed',
  'inDoubt',
] as const;
export const WriteStatus = Schema.Literal(...WRITE_STATUSES);

const attempt = { attempt: RequestId };
export const cardWriteCommands = {
  /** Once per request id; the same again changes nothing, another content is refused with `RequestDiffers`. */
  Request: Schema.Struct({ wanted: WriteWanted }),
  /** The card has been read and is legal. Again, with another range, when the range had nothing left. */
  Judge: Schema.Struct({
    iccid: Iccid,
    profile: ProfileId,
    reader: Schema.String.pipe(Schema.maxLength(200)),
    application: ApplicationNo,
    line: LineNo,
    product: Code,
    city: Code,
    /** The range that the IMSI is taken from next; null: it comes from elsewhere. */
    range: Schema.NullOr(Schema.String),
  }),
  /** The resource. From here on the IMSI is this write's until it is closed. */
  Reserve: Schema.Struct({ imsi: Imsi, smsc: SmscNumber }),
  /** The intent: what follows may reach the card. `forMs`: after that nobody waits for the outcome. */
  Begin: Schema.Struct({ ...attempt, forMs: Count }),
  /** The outcome of the talk with the card. */
  Finish: Schema.Struct({
    ...attempt,
    result: Schema.Literal('written', 'notReached', 'inDoubt'),
    /** Shown by an authentication run; false where the card's algorithm is not known. */
    proved: Schema.Boolean,
    code: Schema.NullOr(Why),
    message: Schema.NullOr(Reason),
  }),
  /** It ends before anything could reach the card. `refused`: the card or the request is not legal. */
  Fail: Schema.Struct({ outcome: Schema.Literal('refused', 'failed'), code: Why, message: Reason }),
  /** A person says what became of a write in doubt. */
  Settle: Schema.Struct({ outcome: Schema.Literal('written', 'notWritten', 'scrapped'), reason: Reason }),
  /** Nobody has gone on with it in time. */
  Lapse: Schema.Struct({ attempt: Schema.NullOr(RequestId) }),
  /** IMSI, range and card know of the end. */
  Close: Schema.Struct({}),
};

export const CardWriteState = Schema.Struct({
  request: RequestId,
  wanted: WriteWanted,
  status: WriteStatus,
  iccid: Schema.NullOr(Iccid),
  profile: Schema.NullOr(Schema.String),
  reader: Schema.NullOr(Schema.String),
  application: Schema.NullOr(Schema.String),
  line: Schema.NullOr(LineNo),
  product: Schema.String,
  city: Schema.NullOr(Schema.String),
  range: Schema.NullOr(Schema.String),
  imsi: Schema.NullOr(Imsi),
  smsc: Schema.NullOr(SmscNumber),
  /** The attempt under way, or the last one. */
  attempt: Schema.NullOr(RequestId),
  attempts: Count,
  deadlineMs: Schema.NullOr(Count),
  proved: Schema.Boolean,
  /** Why it was refused, failed, or is in doubt. */
  code: Schema.NullOr(Schema.String),
  message: Schema.NullOr(Schema.String),
  /** The card shall never be written again. */
  scrapped: Schema.Boolean,
  closed: Schema.Boolean,
  settledBy: Schema.NullOr(Schema.String),
  requestedBy: Schema.String,
  requestedAtMs: Count,
  endedAtMs: Schema.NullOr(Count),
});
/** The state itself: whoever asks knows where the write is. */
export const CardWriteReply = Schema.Struct({ changed: Schema.Boolean, write: CardWriteState });

const atMs = { atMs: Count };
export const CardWriteEvent = Schema.Union(
  Schema.TaggedStruct('Requested', { request: RequestId, wanted: WriteWanted, by: Schema.String, ...atMs }),
  Schema.TaggedStruct('Judged', cardWriteCommands.Judge.fields),
  Schema.TaggedStruct('Reserved', cardWriteCommands.Reserve.fields),
  Schema.TaggedStruct('Began', { ...attempt, deadlineMs: Count }),
  Schema.TaggedStruct('Written', { proved: Schema.Boolean, ...atMs }),
  Schema.TaggedStruct('Failed', { outcome: Schema.Literal('refused', 'failed'), code: Why, message: Reason, ...atMs }),
  Schema.TaggedStruct('Doubted', { code: Why, message: Reason, ...atMs }),
  Schema.TaggedStruct('Settled', {
    outcome: cardWriteCommands.Settle.fields.outcome,
    reason: Reason,
    by: Schema.String,
    ...atMs,
  }),
  Schema.TaggedStruct('Closed', {}),
);

// ── a blank card: its keys, and who writes it ────────────────────────────────────────────────────────────────────

const request = { request: RequestId };
/** False where nothing is said. */
const Flag = Schema.optionalWith(Schema.Boolean, { default: () => false });
export const blankCardCommands = {
  /**
   * Its profile and sealed keys, from the vendor's key file. `admRefused`, `channelRefused`: the card has refused this
   * ADM code, these keys of its secure channel before.
   */
  Provide: Schema.Struct({ profile: ProfileId, keys: Sealed, admRefused: Schema.Boolean, channelRefused: Flag }),
  /** The same for keys that were derived for the card's part: taken when none are known, and else without effect. */
  HandOver: Schema.Struct({ profile: ProfileId, keys: Sealed }),
  /** For one write at a time. */
  Claim: Schema.Struct(request),
  /** The intent of VERIFY. `left`: tries that the card says are left now; null when it does not say. */
  TryAdm: Schema.Struct({ ...request, left: Schema.NullOr(Count) }),
  /** `notSent`: the card can certainly not have had it. */
  AdmAnswered: Schema.Struct({ ...request, answer: Schema.Literal('right', 'wrong', 'notSent') }),
  /** A person has checked what is uncertain, the ADM code or the channel's keys: they may be tried once more. */
  AllowTry: Schema.Struct({ of: Schema.Literal('adm', 'channel'), reason: Reason }),
  /** The intent of opening its secure channel. */
  TryChannel: Schema.Struct(request),
  ChannelAnswered: Schema.Struct({ ...request, answer: Schema.Literal('right', 'wrong', 'notSent') }),
  /** The write ended without reaching the card. */
  Release: Schema.Struct(request),
  /** It carries an IMSI now. */
  Write: Schema.Struct(request),
  Scrap: Schema.Struct(request),
};
export const BlankCardStatus = Schema.Literal('blank', 'claimed', 'written', 'scrapped');
export const AdmStanding = Schema.Union(
  Schema.TaggedStruct('Untried', {}),
  /** VERIFY may have been sent, and its answer is not known. */
  Schema.TaggedStruct('Trying', { left: Schema.NullOr(Count) }),
  Schema.TaggedStruct('Right', {}),
  Schema.TaggedStruct('Refused', {}),
);
/** `trying`: EXTERNAL AUTHENTICATE may have been sent, and its answer is not known. */
export const ChannelStanding = Schema.Literal('untried', 'trying', 'right', 'refused');
export const BlankCardState = Schema.Struct({
  iccid: Iccid,
  profile: Schema.String,
  keys: Sealed,
  /** Sealed keys whose ADM code the card has refused: none of these codes is tried again. */
  refused: Schema.Array(Sealed),
  /** The same of the keys of its secure channel. */
  refusedChannels: Schema.optionalWith(Schema.Array(Sealed), { default: () => [] }),
  adm: AdmStanding,
  channel: Schema.optionalWith(ChannelStanding, { default: () => 'untried' as const }),
  status: BlankCardStatus,
  request: Schema.NullOr(RequestId),
});
export const BlankCardReply = Schema.Struct({
  changed: Schema.Boolean,
  status: BlankCardStatus,
  adm: AdmStanding,
  channel: Schema.optionalWith(ChannelStanding, { default: () => 'untried' as const }),
});
export const BlankCardEvent = Schema.Union(
  Schema.TaggedStruct('Provided', {
    iccid: Iccid,
    profile: ProfileId,
    keys: Sealed,
    admRefused: Schema.Boolean,
    channelRefused: Flag,
  }),
  Schema.TaggedStruct('Claimed', request),
  Schema.TaggedStruct('AdmTried', { left: Schema.NullOr(Count) }),
  Schema.TaggedStruct('AdmNotSent', {}),
  Schema.TaggedStruct('AdmAccepted', {}),
  Schema.TaggedStruct('AdmRefused', {}),
  Schema.TaggedStruct('ChannelTried', {}),
  Schema.TaggedStruct('ChannelNotSent', {}),
  Schema.TaggedStruct('ChannelAccepted', {}),
  Schema.TaggedStruct('ChannelRefused', {}),
  Schema.TaggedStruct('TryAllowed', { ...blankCardCommands.AllowTry.fields, by: Schema.String }),
  Schema.TaggedStruct('Released', request),
  Schema.TaggedStruct('Written', request),
  Schema.TaggedStruct('Scrapped', request),
);

// ── a short-message centre ───────────────────────────────────────────────────────────────────────────────────────

export const smscCommands = {
  /** Once; again with the same content changes nothing. `product` and `city` null: for any. */
  Register: Schema.Struct({ operator: Code, product: Schema.NullOr(Code), city: Schema.NullOr(Code) }),
  Retire: Schema.Struct({ reason: Reason }),
};
export const SmscState = Schema.Struct({
  number: SmscNumber,
  operator: Schema.String,
  product: Schema.NullOr(Schema.String),
  city: Schema.NullOr(Schema.String),
  retired: Schema.Boolean,
});
export const SmscReply = Schema.Struct({ changed: Schema.Boolean, smsc: SmscState });
export const SmscEvent = Schema.Union(
  Schema.TaggedStruct('Registered', { number: SmscNumber, ...smscCommands.Register.fields }),
  Schema.TaggedStruct('Retired', { reason: Reason }),
);

// ── a reader: who waits for it, and which node has its link ──────────────────────────────────────────────────────

/** Made anew whenever a link is opened. */
const session = { session: Schema.String.pipe(Schema.maxLength(64)) };
const lease = { ...session, forMs: Count };
export const READER_QUEUE = 16;
export const readerCommands = {
  /** The link is open on some node, for so long if nothing more is heard. `place`: how the reader is connected. */
  Attach: Schema.Struct({ ...lease, place: Schema.String.pipe(Schema.maxLength(200)) }),
  Detach: Schema.Struct(session),
  /** A write waits for this reader; again changes nothing. Refused with `ReaderBusy` past the bound. */
  Enqueue: Schema.Struct(request),
  /** The next write, for the node with the link; the one that it has, as long as it is not done. */
  Take: Schema.Struct(session),
  Done: Schema.Struct({ ...session, ...request }),
};
export const ReaderState = Schema.Struct({
  name: ReaderName,
  place: Schema.String,
  session: Schema.NullOr(Schema.String),
  untilMs: Count,
  current: Schema.NullOr(RequestId),
  queue: Schema.Array(RequestId),
});
export const ReaderReply = Schema.Struct({ changed: Schema.Boolean, current: Schema.NullOr(RequestId) });
export const ReaderEvent = Schema.Union(
  Schema.TaggedStruct('Attached', {
    name: ReaderName,
    ...session,
    untilMs: Count,
    place: Schema.String,
  }),
  Schema.TaggedStruct('Detached', session),
  Schema.TaggedStruct('Enqueued', request),
  Schema.TaggedStruct('Taken', request),
  Schema.TaggedStruct('Done', request),
);

export type ReaderCommand = CommandsOf<typeof readerCommands>;
export type ReaderState = typeof ReaderState.Type;
export type ReaderEvent = typeof ReaderEvent.Type;
export type ReaderReply = typeof ReaderReply.Type;
export type WriteWanted = typeof WriteWanted.Type;
export type WriteStatus = typeof WriteStatus.Type;
export type CardWriteCommand = CommandsOf<typeof cardWriteCommands>;
export type CardWriteState = typeof CardWriteState.Type;
export type CardWriteEvent = typeof CardWriteEvent.Type;
export type CardWriteReply = typeof CardWriteReply.Type;
export type BlankCardCommand = CommandsOf<typeof blankCardCommands>;
export type BlankCardState = typeof BlankCardState.Type;
export type BlankCardEvent = typeof BlankCardEvent.Type;
export type BlankCardReply = typeof BlankCardReply.Type;
export type SmscCommand = CommandsOf<typeof smscCommands>;
export type SmscState = typeof SmscState.Type;
export type SmscEvent = typeof SmscEvent.Type;
export type SmscReply = typeof SmscReply.Type;
