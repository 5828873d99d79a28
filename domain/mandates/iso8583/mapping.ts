import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sm3Hex } from '../../keys/sm3.ts';
import { RESULTS, resultOfIso } from '../messages/results.ts';
import { type Answer, decodeAnswer, decodeMessage, type Message, type MessageType } from '../messages/schema.ts';
import type { IsoFields, IsoMessage } from './codec.ts';
import type { Mti } from './fields.ts';

/**
 * The messages of `messages/schema.ts` on the link of ISO 8583's kind. What the standard has a field for stands in that
 * field and nowhere else: type (MTI and field 3), amount (4 with 49), bank (32), result (39); the rest is field 48, in
 * canonical JSON. Field 37 names a payment by its order's id, in the order, its queries and its reversal.
 */

type RequestMti = Extract<Mti, '0100' | '0200' | '0400'>;
const PLACES: Readonly<Record<MessageType, readonly [RequestMti, string]>> = {
  openRequest: ['0100', '910000'],
  resultNotice: ['0100', '920000'],
  declineNotice: ['0100', '921000'],
  formalNotice: ['0100', '930000'],
  failureNotice: ['0100', '931000'],
  formedNotice: ['0100', '932000'],
  ticketQuery: ['0100', '933000'],
  provisionalEnded: ['0100', '940000'],
  cancelRequest: ['0100', '950000'],
  paymentQuery: ['0100', '310000'],
  paymentOrder: ['0200', '500000'],
  paymentReversal: ['0400', '500000'],
};
const types = Object.keys(PLACES) as MessageType[];
const placed: ReadonlyMap<string, MessageType> = new Map(types.map((type) => [PLACES[type].join('/'), type]));

/** ISO 4217: yuan. */
const CNY = '156';
const RESPONSES = { '0100': '0110', '0200': '0210', '0400': '0410', '0800': '0810' } as const;
export type RequestType = keyof typeof RESPONSES;
export const isRequest = (mti: Mti): mti is RequestType => mti in RESPONSES;

/** What names a request on the link, and its response with it (ISO 8583 §5: STAN, transmission time, terminal, institution). */
export interface LinkKeys {
  /** Six digits, from 1 on and round again. */
  readonly stan: string;
  /** MMDDhhmmss. */
  readonly sent: string;
  readonly terminal: string;
  readonly institution: string;
}

export const transmissionTime = (ms: number): string => new Date(ms).toISOString().replace(/\D/g, '').slice(4, 14);

const keyFields = ({ stan, sent, terminal, institution }: LinkKeys): IsoFields => {
  return { 7: sent, 11: stan, 32: institution, 41: terminal };
};

/** One text for all that must be the same in a request and its response; undefined when something is missing. */
export const matchingKey = ({ mti, fields }: IsoMessage): string | undefined => {
  const parts = [mti.slice(0, 2), fields[11], fields[7], fields[41], fields[32]];
  return parts.includes(undefined) ? undefined : parts.join('/');
};

const referenceOf = (payment: string): string => sm3Hex(payment).slice(0, 12);

const paymentOf = (message: Message): string | undefined => {
  if (message.type === 'paymentOrder') return message.id;
  return 'payment' in message ? message.payment : undefined;
};

export const isoOfMessage = (message: Message, keys: LinkKeys): IsoMessage => {
  const [mti, code] = PLACES[message.type];
  const { type: _type, bank: _bank, ...said } = message;
  const payment = paymentOf(message);
  const { amountMinor, ...rest } = 'amountMinor' in said ? said : { ...said, amountMinor: undefined };
  return {
    mti,
    fields: {
      ...keyFields(keys),
      3: code,
      ...(amountMinor === undefined ? {} : { 4: String(amountMinor).padStart(12, '0'), 49: CNY }),
      ...(payment === undefined ? {} : { 37: referenceOf(payment) }),
      48: canonicalJson(rest),
    },
  };
};

const objectOf = (text: string | undefined): object | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The message that a request carries, said by this bank (or to it); undefined when it is none. */
export const messageOfIso = ({ mti, fields }: IsoMessage, bank: string): Message | undefined => {
  const type = placed.get(`${mti}/${fields[3]}`);
  const rest = objectOf(fields[48]);
  if (type === undefined || rest === undefined || 'type' in rest || 'bank' in rest || 'amountMinor' in rest)
    return undefined;
  if ((fields[4] === undefined) !== (fields[49] === undefined)) return undefined;
  if (fields[49] !== undefined && fields[49] !== CNY) return undefined;
  const amount = fields[4] === undefined ? {} : { amountMinor: Number(fields[4]) };
  const message = decodeMessage({ ...rest, ...amount, type, bank });
  if (message._tag === 'None') return undefined;
  const payment = paymentOf(message.value);
  if (fields[37] !== (payment === undefined ? undefined : referenceOf(payment))) return undefined;
  return message.value;
};

/** The response to a request: its keys, its processing code, a response code. */
export const responseTo = (
  { mti, fields }: IsoMessage & { readonly mti: RequestType },
  code: string,
  data?: string,
): IsoMessage => {
  const { 4: _amount, 48: _data, 49: _currency, ...same } = fields;
  return { mti: RESPONSES[mti], fields: { ...same, 39: code, ...(data === undefined ? {} : { 48: data }) } };
};

export const isoOfAnswer = (request: IsoMessage & { readonly mti: RequestType }, answer: Answer): IsoMessage => {
  const { type: _type, bank: _bank, result, ...rest } = answer;
  return responseTo(request, RESULTS[result].iso, canonicalJson(rest));
};

/** The answer in a response to this message; undefined when it is none. */
export const answerOfIso = ({ fields }: IsoMessage, { type, bank }: Message): Answer | undefined => {
  const rest = objectOf(fields[48]);
  const result = resultOfIso(fields[39] ?? '');
  if (rest === undefined || result === undefined || 'result' in rest || 'type' in rest || 'bank' in rest)
    return undefined;
  const answer = decodeAnswer({ ...rest, type, bank, result });
  return answer._tag === 'Some' ? answer.value : undefined;
};

// ── the network ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Field 70: sign-on and echo (ISO 8583 §4.4.46). */
export const NETWORK = { signOn: '001', echo: '301' } as const;

export const networkRequest = (keys: LinkKeys, what: keyof typeof NETWORK): IsoMessage => {
  return { mti: '0800', fields: { ...keyFields(keys), 70: NETWORK[what] } };
};
