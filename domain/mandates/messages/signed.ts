import { canonicalJson } from '../../kernel/canonical-json.ts';
import { type Sm2PrivateKey, type Sm2PublicKey, sm2Sign, sm2Verify } from '../../keys/sm2.ts';
import { sm3Hex } from '../../keys/sm3.ts';
import type { ResultCode } from './results.ts';
import {
  type Answer,
  type Draft,
  decodeAnswer,
  decodeEnvelope,
  decodeMessage,
  type Message,
  type MessageType,
  type Reply,
} from './schema.ts';

/**
 * Messages and answers as they go over the border: canonical JSON with a signature of SM2 over SM3 beside it
 * (docs/partners/bank.md). What is signed begins with a word of its own, so that an answer is never taken for a message.
 */

/** Who stands on which side of the border: banks and we say different things. */
export type Side = 'bank' | 'carrier';

const SENDERS: Readonly<Record<MessageType, readonly Side[]>> = {
  openRequest: ['bank'],
  resultNotice: ['bank'],
  declineNotice: ['bank'],
  ticketQuery: ['bank'],
  formalNotice: ['bank'],
  failureNotice: ['bank'],
  provisionalEnded: ['bank', 'carrier'],
  cancelRequest: ['bank', 'carrier'],
  formedNotice: ['carrier'],
  paymentOrder: ['carrier'],
  paymentQuery: ['carrier'],
  paymentReversal: ['carrier'],
};

/** The keys of one border. The other side may have several while it changes its key. */
export interface BorderKeys {
  readonly own: Sm2PrivateKey;
  readonly theirs: readonly Sm2PublicKey[];
}

/** Longest distance between a message's time and our clock, in milliseconds. */
const WINDOW_MS = 300_000;

export const isFresh = (time: string, nowMs: number): boolean => Math.abs(Date.parse(time) - nowMs) <= WINDOW_MS;

export interface Signed {
  readonly body: string;
  /** DER in base64. */
  readonly signature: string;
}

/** What was not let in; `detail` holds nothing of the message. */
export interface NotLetIn {
  readonly _tag: 'NotLetIn';
  readonly code: ResultCode;
}

const not = (code: ResultCode): NotLetIn => ({ _tag: 'NotLetIn', code });

type Kind = 'message' | 'answer';
const toSign = (kind: Kind, canonical: string): string => `hufu-bank-${kind}-1\n${canonical}`;

const sign = (kind: Kind, value: Message | Answer, own: Sm2PrivateKey): Signed => {
  const body = canonicalJson(value);
  return { body, signature: sm2Sign(own, toSign(kind, body)).toString('base64') };
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const isoTime = (ms: number): string => new Date(ms).toISOString();

/** Checks in the order in which their codes are worth telling: nothing about a stranger's message but that it is one. */
const opened = (
  kind: Kind,
  keysOf: (bank: string) => BorderKeys | undefined,
  nowMs: number,
  { body, signature }: Signed,
): unknown | NotLetIn => {
  const value = parsed(body);
  const envelope = decodeEnvelope(value);
  if (envelope._tag === 'None') return not('Malformed');
  const { bank, time, version } = envelope.value;
  const keys = keysOf(bank);
  if (keys === undefined) return not('BankUnknown');
  const text = toSign(kind, canonicalJson(value));
  const bytes = Buffer.from(signature, 'base64');
  if (!keys.theirs.some((key) => sm2Verify(key, text, bytes))) return not('SignatureWrong');
  if (version !== 1) return not('VersionUnknown');
  if (!isFresh(time, nowMs)) return not('TimeStale');
  return value;
};

export const isNotLetIn = (value: unknown): value is NotLetIn =>
  typeof value === 'object' && value !== null && '_tag' in value && value._tag === 'NotLetIn';

/** A draft as it is said at this moment. */
export const messageAt = (draft: Draft, nowMs: number): Message =>
  ({ ...draft, time: isoTime(nowMs), version: 1 }) as Message;

export const signMessage = (message: Message, { own }: BorderKeys): Signed => sign('message', message, own);

/** Who may say what, whatever it came over. */
export const mayBeSaid = (message: Message, by: Side): boolean => SENDERS[message.type].includes(by);

/**
 * The message, if a bank that we know has signed it within the window, and it is one that its side may send. Pure: for
 * a route of the gateway as for a simulator.
 */
export const openMessage = (
  keysOf: (bank: string) => BorderKeys | undefined,
  by: Side,
  nowMs: number,
  signed: Signed,
): Message | NotLetIn => {
  const value = opened('message', keysOf, nowMs, signed);
  if (isNotLetIn(value)) return value;
  const message = decodeMessage(value);
  return message._tag === 'Some' && mayBeSaid(message.value, by) ? message.value : not('Malformed');
};

/** The answer to a message. Its id follows from the message's: one that is given again is the same answer. */
export const answerTo = ({ id, request, bank, type }: Message, reply: Reply, nowMs: number): Answer =>
  ({
    ...reply,
    id: `re:${sm3Hex(id).slice(0, 32)}`,
    answers: id,
    request,
    bank,
    type,
    version: 1,
    time: isoTime(nowMs),
  }) as Answer;

export const signAnswer = (answer: Answer, { own }: BorderKeys): Signed => sign('answer', answer, own);

/** Whether an answer is that to this message. */
export const isAnswerTo = (message: Pick<Message, 'id' | 'type' | 'request' | 'bank'>, answer: Answer): boolean =>
  answer.answers === message.id &&
  answer.type === message.type &&
  answer.request === message.request &&
  answer.bank === message.bank;

export const openAnswer = (keys: BorderKeys, nowMs: number, signed: Signed): Answer | NotLetIn => {
  const value = opened('answer', () => keys, nowMs, signed);
  if (isNotLetIn(value)) return value;
  const answer = decodeAnswer(value);
  return answer._tag === 'Some' ? answer.value : not('Malformed');
};

/** SM3 of what a message says, without the moment at which it was said: one id has one digest. */
export const messageDigest = ({ time: _time, ...said }: Message): string => sm3Hex(canonicalJson(said));

const NOTHING: Partial<Record<MessageType, object>> = {
  openRequest: { offer: null, existing: null },
  ticketQuery: { number: null, offer: null },
  paymentOrder: { bankPayment: null },
  paymentQuery: { bankPayment: null, state: null },
  paymentReversal: { bankPayment: null },
};

/** A code alone, as the reply to a message of this type. */
export const replyOf = (type: MessageType, result: ResultCode): Reply => ({ ...NOTHING[type], result }) as Reply;
