import { Clock, Effect, Option } from 'effect';
import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { RESULTS, type ResultCode } from '../../domain/mandates/messages/results.ts';
import { type Answer, decodeRefusal, type Message } from '../../domain/mandates/messages/schema.ts';
import {
  answerTo,
  type BorderKeys,
  isNotLetIn,
  openAnswer,
  openMessage,
  replyOf,
  type Side,
  signAnswer,
  signMessage,
} from '../../domain/mandates/messages/signed.ts';
import type { Connection } from '../connection.ts';

/** One message and its answer over HTTPS (docs/partners/bank.md), both ends of it. */

export const MESSAGES_PATH = '/mandates/v1/messages';
export const SIGNATURE = 'mandate-signature';

/** Says a message. Used by a driver; a simulated bank has another of its own. */
export type Exchange = (message: Message) => Effect.Effect<Answer, Refusal | Fault>;

export const malformedAnswer = (what: string): Fault =>
  fault('bank', 'MalformedAnswer', `The bank answered something else: ${what}.`);

export const refusedAtDoor = (code: ResultCode): Refusal =>
  refuse('denied', `Bank${code}`, `The bank does not let the message in (${code}).`, {
    action: 'docs/partners/bank.md says what the code means.',
  });

/** What the other side says about how it was spoken to is no answer to the message. */
export const decided = (answer: Answer): Effect.Effect<Answer, Refusal | Fault> => {
  if (answer.result === 'Busy') return Effect.fail(fault('bank', 'Busy', 'The bank is busy.'));
  return RESULTS[answer.result].kind === 'door' ? Effect.fail(refusedAtDoor(answer.result)) : Effect.succeed(answer);
};

export const overHttps =
  ({ post }: Pick<Connection, 'post'>, keys: BorderKeys): Exchange =>
  (message) =>
    Effect.gen(function* () {
      const { body, signature } = signMessage(message, keys);
      const { status, text, headers } = yield* post(MESSAGES_PATH, body, { [SIGNATURE]: signature });
      if (status === 200) {
        const signed = { body: text, signature: String(headers[SIGNATURE] ?? '') };
        const answer = openAnswer(keys, yield* Clock.currentTimeMillis, signed);
        if (isNotLetIn(answer)) return yield* Effect.fail(malformedAnswer(answer.code));
        return yield* decided(answer);
      }
      const refusal = decodeRefusal(text);
      if (status < 400 || status >= 500 || status === 408 || status === 429 || Option.isNone(refusal)) {
        return yield* Effect.fail(fault('bank', 'Unavailable', `The bank answered HTTP ${status}.`));
      }
      return yield* Effect.fail(refusedAtDoor(refusal.value.code));
    });

// ── the other end ────────────────────────────────────────────────────────────────────────────────────────────────

export interface DoorAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const STATUSES: Partial<Record<ResultCode, number>> = {
  BankUnknown: 403,
  SignatureWrong: 401,
  TimeStale: 401,
  VersionUnknown: 422,
};

/** What decides. Fails when nothing can be decided now: the other side hears `Busy` and comes again. */
export type Handler = (message: Message) => Effect.Effect<Parameters<typeof answerTo>[1], unknown>;

/**
 * The door for messages from the other side, for whatever serves HTTP: body and signature in, status, body and headers
 * out. Only what is signed reaches the handler; its answer is signed.
 */
export const door =
  (keysOf: (bank: string) => BorderKeys | undefined, from: Side, handle: Handler) =>
  (body: string, signature: string): Effect.Effect<DoorAnswer> =>
    Effect.gen(function* () {
      const message = openMessage(keysOf, from, yield* Clock.currentTimeMillis, { body, signature });
      const keys = isNotLetIn(message) ? undefined : keysOf(message.bank);
      if (isNotLetIn(message) || keys === undefined) {
        const code = isNotLetIn(message) ? message.code : 'BankUnknown';
        return { status: STATUSES[code] ?? 400, body: JSON.stringify({ code }), headers: {} };
      }
      const reply = yield* Effect.orElseSucceed(handle(message), () => replyOf(message.type, 'Busy'));
      const signed = signAnswer(answerTo(message, reply, yield* Clock.currentTimeMillis), keys);
      return { status: 200, body: signed.body, headers: { [SIGNATURE]: signed.signature } };
    });
