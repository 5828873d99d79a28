import { Clock, Effect, Runtime } from 'effect';
import type { IsoMessage } from '../../domain/mandates/iso8583/codec.ts';
import {
  answerOfIso,
  isoOfAnswer,
  isoOfMessage,
  isRequest,
  messageOfIso,
  responseTo,
} from '../../domain/mandates/iso8583/mapping.ts';
import { RESULTS, type ResultCode, resultOfIso } from '../../domain/mandates/messages/results.ts';
import type { Answer, Message } from '../../domain/mandates/messages/schema.ts';
import { answerTo, isFresh, mayBeSaid, replyOf, type Side } from '../../domain/mandates/messages/signed.ts';
import { decided, type Exchange, type Handler, malformedAnswer, refusedAtDoor } from './exchange.ts';
import { Line, type LineServer, type LineTimes, type LineTrouble } from './line.ts';

/** The messages over a link of ISO 8583's kind (docs/partners/bank.md). */

/** What comes over a line that nobody asked for at that moment. */
export interface LineListener {
  /** The answer to a message that had been given up: settle it. */
  readonly late: (message: Message, answer: Answer) => void;
  readonly trouble: (trouble: LineTrouble) => void;
  readonly handle: Handler;
}

/** The answer of a request: what was decided, or the code of the door. */
export const answerRequest =
  (bank: string, from: Side, handle: Handler) =>
  (request: IsoMessage): Effect.Effect<IsoMessage | undefined> =>
    Effect.gen(function* () {
      const { mti } = request;
      if (!isRequest(mti)) return undefined;
      const refused = (code: ResultCode) => responseTo({ ...request, mti }, RESULTS[code].iso);
      const message = messageOfIso(request, bank);
      if (message === undefined || !mayBeSaid(message, from)) return refused('Malformed');
      if (!isFresh(message.time, yield* Clock.currentTimeMillis)) return refused('TimeStale');
      const reply = yield* Effect.orElseSucceed(handle(message), () => replyOf(message.type, 'Busy'));
      return isoOfAnswer({ ...request, mti }, answerTo(message, reply, yield* Clock.currentTimeMillis));
    });

const understood = (response: IsoMessage, message: Message): ReturnType<Exchange> => {
  const answer = answerOfIso(response, message);
  if (answer !== undefined) return decided(answer);
  const result = resultOfIso(response.fields[39] ?? '');
  return result !== undefined && RESULTS[result].kind === 'door' && result !== 'Busy'
    ? Effect.fail(refusedAtDoor(result))
    : Effect.fail(malformedAnswer('not the response awaited'));
};

export const overLine = (bank: string, server: LineServer, listener: LineListener, times?: LineTimes) =>
  Effect.gen(function* () {
    const run = Runtime.runPromise(yield* Effect.runtime<never>());
    const answering = answerRequest(bank, 'bank', listener.handle);
    const late = (request: IsoMessage, response: IsoMessage): void => {
      const message = messageOfIso(request, bank);
      const answer = message && answerOfIso(response, message);
      if (message && answer) listener.late(message, answer);
      else listener.trouble('Stray');
    };
    const events = { late, trouble: listener.trouble, asked: (request: IsoMessage) => run(answering(request)) };
    // Trace numbers begin elsewhere at each start: those of the last run may still be answered.
    const firstStan = (yield* Clock.currentTimeMillis) % 999_983;
    const line = yield* Effect.acquireRelease(
      Effect.sync(() => new Line(server, events, firstStan, times)),
      (open) => Effect.sync(() => open.close()),
    );
    const exchange: Exchange = (message) =>
      Effect.flatMap(
        line.ask((keys) => isoOfMessage(message, keys)),
        (response) => understood(response, message),
      );
    return exchange;
  });
