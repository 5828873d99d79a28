import { Clock, Effect } from 'effect';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import {
  type CommandApdu,
  encodeCommand,
  encodeTpdu,
  parseCommand,
  parseResponse,
  type ResponseApdu,
} from '../../domain/sim/uicc/apdu.ts';
import { during, readerFault } from './faults.ts';
import type { ReaderFault } from './port.ts';
import type { CardTransport } from './transport.ts';

/**
 * From one command APDU to its whole response, over whatever the transport carries (ISO 7816-3 §12.2, ISO 7816-4 §5.3,
 * TS 102 221 §7.3.1): GET RESPONSE on 61xx and 9Fxx, the same again on 6Cxx, command chaining of long data.
 */

const SHORT_DATA = 255;
const SHORT_LE = 256;
/** As many as the largest response in the smallest useful pieces; a card that goes on after that goes on for ever. */
const MOST_PIECES = 1_024;
const GRACE_MS = 250;
const GSM_CLASS = 0xa0;
const CHAINING = 0x10;
const GET_RESPONSE = 0xc0;

/** GET RESPONSE goes to the same logical channel, without chaining or secure messaging; GSM keeps its class. */
const classOfGetResponse = (cla: number): number => {
  if ((cla & 0xf0) === GSM_CLASS) return GSM_CLASS;
  return (cla & 0x40) === 0 ? cla & 0x03 : 0x40 | (cla & 0x0f);
};

const getResponse = (cla: number, le: number): CommandApdu => ({
  cla: classOfGetResponse(cla),
  ins: GET_RESPONSE,
  p1: 0,
  p2: 0,
  data: new Uint8Array(),
  le,
});

/** What follows SW1 `length`, where 0 means 256. */
const lengthOf = (sw: number): number => sw & 0xff || SHORT_LE;

/** ISO 7816-3 §10.3.3: 6x without 60, and 9x. */
const isStatus = (sw1: number): boolean => (sw1 > 0x60 && sw1 <= 0x6f) || (sw1 >= 0x90 && sw1 <= 0x9f);

/** 62xx and 63xx say that a command was done; 63Cx counts down the tries of a secret. */
const isWarning = (sw: number): boolean => sw >> 8 === 0x62 || (sw >> 8 === 0x63 && (sw & 0xf0) !== 0xc0);

/** The pieces of a command whose data is too long for one, all but the last with the chaining bit. */
const pieces = (command: CommandApdu): readonly CommandApdu[] => {
  const { data, cla, le: _, ...rest } = command;
  if (data.length <= SHORT_DATA) return [command];
  const count = Math.ceil(data.length / SHORT_DATA);
  return Array.from({ length: count }, (_, at) => {
    const part = data.subarray(at * SHORT_DATA, (at + 1) * SHORT_DATA);
    if (at < count - 1) return { ...rest, cla: cla | CHAINING, data: part };
    return command.le === undefined ? { ...rest, cla, data: part } : { ...rest, cla, data: part, le: command.le };
  });
};

/** The form in which one piece goes out. More than 256 bytes are fetched piece by piece. */
const wireForm = (transport: CardTransport, { le, ...rest }: CommandApdu): Uint8Array => {
  const command = le === undefined ? rest : { ...rest, le: Math.min(le, SHORT_LE) };
  return transport.unit() === 'T=0 TPDU' ? encodeTpdu(command) : encodeCommand(command);
};

class Exchange {
  private readonly transport: CardTransport;
  private readonly deadlineMs: number;

  constructor(transport: CardTransport, deadlineMs: number) {
    this.transport = transport;
    this.deadlineMs = deadlineMs;
  }

  private once(command: CommandApdu): Effect.Effect<ResponseApdu, ReaderFault> {
    const { transport, deadlineMs } = this;
    return Effect.gen(function* () {
      const leftMs = deadlineMs - (yield* Clock.currentTimeMillis);
      if (leftMs <= 0) return yield* Effect.fail(readerFault('CardTimeout', `${transport.name} was too slow.`));
      // The transport itself notices silence, and knows then how far it was; this is for a card that drips for ever.
      const tooSlow = (): ReaderFault =>
        readerFault('CardTimeout', `${transport.name} did not come to an end in ${leftMs} ms.`, 'unknown');
      const answer = yield* Effect.interruptible(transport.exchange(wireForm(transport, command), leftMs)).pipe(
        Effect.timeoutFail({ duration: leftMs + GRACE_MS, onTimeout: tooSlow }),
      );
      const response = parseResponse(answer);
      if (isRefusal(response) || !isStatus(response.sw >> 8)) {
        const message = `${transport.name} answered ${answer.length} bytes without a status word.`;
        return yield* Effect.fail(readerFault('ProtocolError', message, 'unknown'));
      }
      return response;
    });
  }

  /** A card that names the right length has not executed the command: the same again with it. */
  private withRightLength(command: CommandApdu): Effect.Effect<ResponseApdu, ReaderFault> {
    return Effect.flatMap(this.once(command), (response) =>
      response.sw >> 8 === 0x6c ? this.once({ ...command, le: lengthOf(response.sw) }) : Effect.succeed(response),
    );
  }

  /** What the card has ready. The command itself has been executed by then. */
  private collected(cla: number, first: ResponseApdu): Effect.Effect<ResponseApdu, ReaderFault> {
    const next = (le: number): Effect.Effect<ResponseApdu, ReaderFault> =>
      Effect.mapError(this.withRightLength(getResponse(cla, le)), during('yes'));
    const { transport } = this;
    return Effect.gen(function* () {
      let response = first;
      const parts = [first.data];
      while (response.sw >> 8 === 0x61 || response.sw >> 8 === 0x9f) {
        if (parts.length > MOST_PIECES) {
          const message = `${transport.name} has an answer without end.`;
          return yield* Effect.fail(readerFault('ProtocolError', message, 'yes'));
        }
        response = yield* next(lengthOf(response.sw));
        parts.push(response.data);
      }
      return { data: parts.length === 1 ? response.data : Buffer.concat(parts), sw: response.sw };
    });
  }

  /** TS 102 221 §7.3.1.1.4: over T=0 a warning stands in the way of data that the command asked for. */
  private behindWarning(command: CommandApdu, warned: ResponseApdu): Effect.Effect<ResponseApdu, ReaderFault> {
    const fetched = Effect.mapError(this.withRightLength(getResponse(command.cla, SHORT_LE)), during('yes'));
    return Effect.map(fetched, ({ data, sw }) => (sw === 0x9000 || isWarning(sw) ? { data, sw: warned.sw } : warned));
  }

  run(command: CommandApdu): Effect.Effect<ResponseApdu, ReaderFault> {
    const whole = pieces(command);
    const last = whole.length - 1;
    const exchange = this;
    return Effect.gen(function* () {
      for (const [at, piece] of whole.entries()) {
        const execution = (fault: ReaderFault): ReaderFault => (at < last ? during('no')(fault) : fault);
        const first = yield* Effect.mapError(exchange.withRightLength(piece), execution);
        if (at < last && first.sw === 0x9000) continue;
        const apart = exchange.transport.unit() === 'T=0 TPDU' && piece.data.length > 0 && piece.le !== undefined;
        if (apart && first.data.length === 0 && isWarning(first.sw)) return yield* exchange.behindWarning(piece, first);
        return yield* exchange.collected(piece.cla, first);
      }
      return yield* Effect.dieMessage('a command has at least one piece');
    });
  }
}

/** One command APDU → its response. What the card executed of it is in the fault. */
export const exchangeApdu = (
  transport: CardTransport,
  command: Uint8Array,
  timeoutMs: number,
): Effect.Effect<ResponseApdu, ReaderFault> =>
  Effect.gen(function* () {
    const parsed = parseCommand(command);
    if (isRefusal(parsed)) return yield* Effect.fail(readerFault('ProtocolError', parsed.message));
    const deadlineMs = (yield* Clock.currentTimeMillis) + timeoutMs;
    return yield* new Exchange(transport, deadlineMs).run(parsed);
  });
