import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Effect } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { fault } from '../../domain/kernel/refusal.ts';
import { RESULTS, resultOfIso } from '../../domain/mandates/messages/results.ts';
import { type Answer, decodeAnswer, decodeMessage, type Message } from '../../domain/mandates/messages/schema.ts';
import type { Connection } from '../connection.ts';
import { decided, type Exchange, malformedAnswer } from './exchange.ts';

/**
 * The messages as the gateways of UnionPay and wallets take them (docs/partners/bank.md): a form of `name=value`, signed by
 * RSA with SHA-256 over the fields in the order of their names. What the form has a field for stands there and nowhere
 * else; the rest is `reserved`, JSON in base64.
 */

export const FORM_PATH = '/gateway/api/mandate.do';

export interface FormKeys {
  readonly own: KeyObject;
  readonly theirs: KeyObject;
}

/** Undefined: the texts are no RSA keys in PEM. */
export const formKeys = (privatePem: string, publicPem: string): FormKeys | undefined => {
  try {
    const keys = { own: createPrivateKey(privatePem), theirs: createPublicKey(publicPem) };
    return keys.own.asymmetricKeyType === 'rsa' && keys.theirs.asymmetricKeyType === 'rsa' ? keys : undefined;
  } catch {
    return undefined;
  }
};

/** Of the message's fields, by the form's names. */
const PLACES = { id: 'orderId', request: 'traceNo', time: 'txnTime', bank: 'channel', type: 'txnType' } as const;
const VERSION = '5.1.0';

const toSign = (fields: URLSearchParams): string =>
  [...fields]
    .filter(([name]) => name !== 'signature')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

const signed = (fields: Readonly<Record<string, string>>, { own }: FormKeys): string => {
  const form = new URLSearchParams(fields);
  form.set('signature', sign('sha256', Buffer.from(toSign(form)), own).toString('base64'));
  return form.toString();
};

/** Undefined when nobody that we know has signed it. */
const opened = (body: string, { theirs }: FormKeys): URLSearchParams | undefined => {
  const form = new URLSearchParams(body);
  const signature = Buffer.from(form.get('signature') ?? '', 'base64');
  return verify('sha256', Buffer.from(toSign(form)), theirs, signature) ? form : undefined;
};

const reservedOf = (form: URLSearchParams): object | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(form.get('reserved') ?? '', 'base64').toString());
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
};

const fieldsOf = ({ id, request, time, bank, type, version: _version, ...rest }: Message | Answer) => {
  const { amountMinor, ...reserved } = 'amountMinor' in rest ? rest : { ...rest, amountMinor: undefined };
  return {
    version: VERSION,
    signMethod: '01',
    [PLACES.id]: id,
    [PLACES.request]: request,
    [PLACES.time]: time,
    [PLACES.bank]: bank,
    [PLACES.type]: type,
    ...(amountMinor === undefined ? {} : { txnAmt: String(amountMinor), currencyCode: '156' }),
    reserved: Buffer.from(JSON.stringify(reserved)).toString('base64'),
  };
};

/** As the schemas of messages take it. */
const saidIn = (form: URLSearchParams): object => {
  const named = Object.entries(PLACES).map(([name, place]) => [name, form.get(place)] as const);
  const amount = form.get('txnAmt');
  return {
    ...reservedOf(form),
    ...Object.fromEntries(named),
    version: form.get('version') === VERSION ? 1 : 0,
    ...(amount === null ? {} : { amountMinor: Number(amount) }),
  };
};

export const formOfMessage = (message: Message, keys: FormKeys): string => signed(fieldsOf(message), keys);

export const messageOfForm = (body: string, keys: FormKeys): Message | undefined => {
  const form = opened(body, keys);
  const message = form && decodeMessage(saidIn(form));
  return message?._tag === 'Some' ? message.value : undefined;
};

export const formOfAnswer = (answer: Answer, keys: FormKeys): string => {
  const { result, ...rest } = answer;
  return signed({ ...fieldsOf(rest as Answer), respCode: RESULTS[result].iso }, keys);
};

const answerOfForm = (body: string, keys: FormKeys): Answer | undefined => {
  const form = opened(body, keys);
  const answer = form && decodeAnswer({ ...saidIn(form), result: resultOfIso(form.get('respCode') ?? '') });
  return answer?._tag === 'Some' ? answer.value : undefined;
};

/** A message as a form over HTTPS, and the form that answers it. */
export const overForm =
  ({ post }: Pick<Connection, 'post'>, keys: FormKeys): Exchange =>
  (message): Effect.Effect<Answer, Refusal | Fault> =>
    Effect.gen(function* () {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const { status, text } = yield* post(FORM_PATH, formOfMessage(message, keys), headers);
      if (status !== 200) return yield* Effect.fail(fault('bank', 'Unavailable', `The bank answered HTTP ${status}.`));
      const answer = answerOfForm(text, keys);
      return answer === undefined ? yield* Effect.fail(malformedAnswer('no signed form')) : yield* decided(answer);
    });
