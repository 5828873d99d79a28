import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Count, Iccid, Imsi, Reason } from '../schema.ts';
import { RequestId, SmscNumber } from '../writing/schema.ts';

/** The words of writing a Telecom card (seed 000 §4.3): the writing components that are allowed, and EOP's part of a write. */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));

// ── a writing component (写卡组件), by name and version ───────────────────────────────────────────────────────────

export const ComponentName = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name of 1–64 letters, digits, . _ -');
export const ComponentVersion = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'a version of 1–32 letters, digits, . _ -');
/** DER SubjectPublicKeyInfo (RFC 8410), 44 bytes. */
export const Ed25519Key = text(/^[A-Za-z0-9+/]{59}=$/, 'an Ed25519 public key: SPKI in base64');
/** 64 bytes. */
const Ed25519Signature = Schema.String.pipe(Schema.maxLength(200));

export const componentCommands = {
  /** The same again changes nothing; a version that was withdrawn may be used again. */
  Allow: Schema.Struct({ publicKey: Ed25519Key, note: Reason }),
  Withdraw: Schema.Struct({ reason: Reason }),
};
export const ComponentStatus = Schema.Literal('allowed', 'withdrawn');
export const ComponentState = Schema.Struct({
  /** `name@version`. */
  component: Schema.String,
  publicKey: Ed25519Key,
  note: Reason,
  status: ComponentStatus,
  /** Why it was withdrawn; null while it is allowed. */
  reason: Schema.NullOr(Reason),
  changedBy: Schema.String,
  changedAtMs: Count,
});
export const ComponentReply = Schema.Struct({ changed: Schema.Boolean, component: ComponentState });
const change = { by: Schema.String, atMs: Count };
export const ComponentEvent = Schema.Union(
  Schema.TaggedStruct('Allowed', { component: Schema.String, ...componentCommands.Allow.fields, ...change }),
  Schema.TaggedStruct('Withdrawn', { reason: Reason, ...change }),
);

// ── what a component shows ───────────────────────────────────────────────────────────────────────────────────────

export const Nonce = text(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url');
/** The component's answer to a challenge: its signature over `challengeText`. */
export const ComponentProof = Schema.Struct({
  name: ComponentName,
  version: ComponentVersion,
  nonce: Nonce,
  /** Base64. */
  signature: Ed25519Signature,
});

// ── EOP's part of a write, by its request id ─────────────────────────────────────────────────────────────────────

/** Who is told how a write ended. */
export const Party = Schema.Literal('eop', 'crm');
/** What both are told. `inDoubt` is followed by one of the others. */
export const Word = Schema.Literal('confirmed', 'failed', 'inDoubt');
/** EOP's own number of what it handed out. */
export const EopOrderNo = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'an order number of 1–64 letters, digits, . _ -');
const Why = text(/^[A-Z][A-Za-z0-9]{0,63}$/, 'a code in PascalCase');

export const eopOrderCommands = {
  /** For the component to sign; another one takes its place. */
  Challenge: Schema.Struct({ nonce: Nonce, forMs: Count }),
  /** The component's answer. Whether it is right is found out when the card has been judged. */
  Prove: Schema.Struct({ proof: ComponentProof }),
  /** The intent, once the proof has been found right: from here on EOP may have handed something out. */
  Ask: Schema.Struct({ iccid: Iccid, component: Schema.String }),
  /** What EOP handed out, without its keys. */
  Take: Schema.Struct({ order: EopOrderNo, imsi: Imsi, smsc: SmscNumber }),
  /** The party knows the word. `revision`: of the write when it was given. */
  Told: Schema.Struct({ party: Party, revision: Count, word: Word }),
  /** The party could not be told, and a person should look. */
  Untold: Schema.Struct({ party: Party, revision: Count, code: Why }),
};
const Knowledge = Schema.Struct({
  /** 0: it knows nothing. */
  revision: Count,
  word: Schema.NullOr(Word),
  /** Why it could not be told what came after; null: nothing of the kind is known. */
  problem: Schema.NullOr(Schema.String),
});
export const EopOrderState = Schema.Struct({
  request: RequestId,
  challenge: Schema.Struct({ nonce: Nonce, untilMs: Count }),
  proof: Schema.NullOr(Schema.Struct({ ...ComponentProof.fields, atMs: Count })),
  /** `name@version` that was found right, and for which card EOP was asked. */
  component: Schema.NullOr(Schema.String),
  iccid: Schema.NullOr(Iccid),
  order: Schema.NullOr(EopOrderNo),
  imsi: Schema.NullOr(Imsi),
  smsc: Schema.NullOr(SmscNumber),
  knows: Schema.Struct({ eop: Knowledge, crm: Knowledge }),
});
export const EopOrderReply = Schema.Struct({ changed: Schema.Boolean, order: EopOrderState });
export const EopOrderEvent = Schema.Union(
  Schema.TaggedStruct('Challenged', { request: RequestId, nonce: Nonce, untilMs: Count }),
  Schema.TaggedStruct('Proved', { ...ComponentProof.fields, atMs: Count }),
  Schema.TaggedStruct('Asked', eopOrderCommands.Ask.fields),
  Schema.TaggedStruct('Taken', eopOrderCommands.Take.fields),
  Schema.TaggedStruct('Told', eopOrderCommands.Told.fields),
  Schema.TaggedStruct('Untold', eopOrderCommands.Untold.fields),
);

export type ComponentCommand = CommandsOf<typeof componentCommands>;
export type ComponentState = typeof ComponentState.Type;
export type ComponentEvent = typeof ComponentEvent.Type;
export type ComponentReply = typeof ComponentReply.Type;
export type ComponentProof = typeof ComponentProof.Type;
export type Party = typeof Party.Type;
export type Word = typeof Word.Type;
export type EopOrderCommand = CommandsOf<typeof eopOrderCommands>;
export type EopOrderState = typeof EopOrderState.Type;
export type EopOrderEvent = typeof EopOrderEvent.Type;
export type EopOrderReply = typeof EopOrderReply.Type;
