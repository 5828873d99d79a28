import { Clock, type Context, Effect, Layer } from 'effect';
import { type Fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { type Answer, type Draft, decodeMessage, type Message } from '../../domain/mandates/messages/schema.ts';
import { isAnswerTo, messageAt } from '../../domain/mandates/messages/signed.ts';
import { CALL_TIMEOUT_MS, connectionTo } from '../connection.ts';
import { type BankSettings, bankSettings } from './configuration.ts';
import { type Exchange, type Handler, malformedAnswer, overHttps } from './exchange.ts';
import { LINE_TIMES, type LineTimes, type LineTrouble } from './line.ts';
import { overForm } from './over-form.ts';
import { overLine } from './over-line.ts';
import { BankPort } from './port.ts';

/** All banks behind one port: each message goes the way that its bank's configuration names. */

export interface BankListener {
  /** The answer to a message that had been given up (by a bank with a line); its sender was told a fault. */
  readonly late: (message: Message, answer: Answer) => void;
  readonly trouble: (bank: string, trouble: LineTrouble) => void;
  /** What banks with a line ask of us; the others come through the gateway. */
  readonly handle: Handler;
}

export interface BankTimes {
  readonly callMs: number;
  readonly line: LineTimes;
}

const BANK_TIMES: BankTimes = { callMs: CALL_TIMEOUT_MS, line: LINE_TIMES };

const exchangeWith = ({ code, transport }: BankSettings, listener: BankListener, times: BankTimes) => {
  if (transport.kind === 'iso8583') {
    const trouble = (what: LineTrouble): void => listener.trouble(code, what);
    return overLine(code, transport.line, { ...listener, trouble }, times.line);
  }
  const connection = Effect.acquireRelease(
    Effect.sync(() => connectionTo('bank', transport.server, times.callMs)),
    ({ close }) => close,
  );
  return Effect.map(
    connection,
    (open): Exchange => (transport.kind === 'form' ? overForm(open, transport.form) : overHttps(open, transport.keys)),
  );
};

const notConfigured = (bank: string) =>
  refuse('missing', 'BankNotConfigured', `There is no bank ${bank} here.`, {
    field: 'bank',
    action: 'Name it in the file of HUFU_BANKS_FILE (docs/partners/bank.md).',
  });

const malformed = (type: string): Refusal =>
  refuse('invalid', 'BankMessageMalformed', `This is no ${type} that a bank can be sent.`, {
    action: 'docs/partners/bank.md says what it holds.',
  });

const make = (banks: readonly BankSettings[], listener: BankListener, times: BankTimes) =>
  Effect.gen(function* () {
    const exchanges = new Map<string, Exchange>();
    for (const bank of banks) exchanges.set(bank.code, yield* exchangeWith(bank, listener, times));
    const send = (draft: Draft): Effect.Effect<Answer, Refusal | Fault> =>
      Effect.gen(function* () {
        const exchange = exchanges.get(draft.bank);
        if (exchange === undefined) return yield* Effect.fail(notConfigured(draft.bank));
        const message = messageAt(draft, yield* Clock.currentTimeMillis);
        if (decodeMessage(message)._tag === 'None') return yield* Effect.fail(malformed(draft.type));
        const answer = yield* exchange(message);
        if (!isAnswerTo(draft, answer)) return yield* Effect.fail(malformedAnswer('the answer to another message'));
        return answer;
      });
    return BankPort.of({
      banks: banks.map(({ code, name, noticesTo, page }) => ({ code, name, noticesTo, page })),
      // The answer is of the message's type: that was just seen.
      send: send as Context.Tag.Service<BankPort>['send'],
    });
  });

/** Given banks. */
export const bankPortAt = (
  banks: readonly BankSettings[],
  listener: BankListener,
  times: BankTimes = BANK_TIMES,
): Layer.Layer<BankPort> => Layer.scoped(BankPort, make(banks, listener, times));

/** The banks of the environment; none when it names none. */
export const bankPortLive = (listener: BankListener) =>
  Layer.scoped(
    BankPort,
    Effect.flatMap(bankSettings, (banks) => make(banks, listener, BANK_TIMES)),
  );
