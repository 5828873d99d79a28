import { Effect, type Scope, Stream } from 'effect';
import { type Fault, isRefusal } from '../../domain/kernel/refusal.ts';
import { parseAtr } from '../../domain/sim/uicc/atr.ts';
import { byteReader } from '../link/byte-reader.ts';
import type { Link } from '../link/link.ts';
import { listenTcp, type TcpListenOptions } from '../link/tcp.ts';
import { linkFault, readerFault } from './faults.ts';
import type { CardListener, CardReader, ReaderFault } from './port.ts';
import { readerOver } from './reader.ts';
import type { CardTransport } from './transport.ts';

/**
 * Cards over TCP that speak the vpcd protocol of vsmartcard: the card dials in; a message is a 16-bit length and so many
 * bytes; one byte from us is a control (off, on, reset, say your ATR), anything longer a command. Only a command and the
 * question for the ATR are answered. Each card that dials in is a reader of its own, and it hanging up is its removal.
 */

export const VPCD_PORT = 35_963;

const OFF = 0;
const ON = 1;
const RESET = 2;
const SAY_ATR = 4;
const ATR_TIMEOUT_MS = 5_000;

const message = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);

/** Answers come in the order of the questions, so one that came too late is known by its place. */
class VpcdLine {
  readonly name: string;
  private readonly link: Link;
  private readonly bytes: ReturnType<typeof byteReader>;
  /** A question that was given up, whose answer may still come. */
  private owed = false;
  /** Of a message whose first part came in time. */
  private length: number | undefined;

  constructor(link: Link) {
    this.link = link;
    this.name = link.name.replace(/^tcp/, 'vpcd');
    this.bytes = byteReader(link);
  }

  private answer(withinMs: number): Effect.Effect<Uint8Array, Fault> {
    const line = this;
    return Effect.gen(function* () {
      if (line.length === undefined) {
        const [high = 0, low = 0] = yield* line.bytes.take(2, withinMs);
        line.length = (high << 8) | low;
      }
      const body = yield* line.bytes.take(line.length, withinMs);
      line.length = undefined;
      line.owed = false;
      return body;
    });
  }

  /** A card that never gave the answer that it owes cannot be asked anything else: it is hung up on. */
  private settle(withinMs: number): Effect.Effect<void, ReaderFault> {
    if (!this.owed) return Effect.void;
    return this.answer(withinMs).pipe(
      Effect.tapError(() => this.link.close),
      Effect.mapError(linkFault()),
      Effect.asVoid,
    );
  }

  tell(control: number): Effect.Effect<void, ReaderFault> {
    return Effect.mapError(this.link.write(message(Uint8Array.of(control))), linkFault());
  }

  ask(question: Uint8Array, withinMs: number): Effect.Effect<Uint8Array, ReaderFault> {
    const line = this;
    return Effect.gen(function* () {
      yield* line.settle(withinMs);
      line.owed = true;
      const asked = Effect.zipRight(line.link.write(message(question)), line.answer(withinMs));
      return yield* Effect.mapError(asked, linkFault('unknown'));
    });
  }

  get transport(): CardTransport {
    const line = this;
    let unit: 'T=0 TPDU' | 'APDU' = 'APDU';
    const power = (reset: 'cold' | 'warm'): Effect.Effect<Uint8Array, ReaderFault> =>
      Effect.gen(function* () {
        yield* line.settle(ATR_TIMEOUT_MS);
        if (reset === 'cold') {
          yield* line.tell(OFF);
          yield* line.tell(ON);
        } else yield* line.tell(RESET);
        const bytes = yield* line.ask(Uint8Array.of(SAY_ATR), ATR_TIMEOUT_MS);
        if (bytes.length === 0) return yield* Effect.fail(readerFault('CardAbsent', `${line.name} has no card.`));
        const card = parseAtr(bytes);
        if (isRefusal(card)) return yield* Effect.fail(readerFault('ProtocolError', `${line.name}: ${card.message}`));
        unit = card.protocols[0] === 0 ? 'T=0 TPDU' : 'APDU';
        return bytes;
      });
    return {
      name: line.name,
      power,
      powerOff: line.tell(OFF),
      unit: () => unit,
      exchange: (command, withinMs) => line.ask(command, withinMs),
      presence: Stream.concat(
        Stream.make('present' as const),
        Stream.fromEffect(
          Effect.flatMap(line.link.ended, (why) =>
            Effect.fail(readerFault('ReaderGone', `${line.name} is gone: ${why}.`)),
          ),
        ),
      ),
      close: line.link.close,
    };
  }
}

/** The reader over a link at whose other end a card speaks the vpcd protocol. */
export const vpcdReader = (link: Link): Effect.Effect<CardReader> => readerOver(new VpcdLine(link).transport);

/** Waits for cards to dial in until the scope closes. */
export const listenVpcd = (options: TcpListenOptions): Effect.Effect<CardListener, ReaderFault, Scope.Scope> =>
  Effect.map(Effect.mapError(listenTcp(options), linkFault()), ({ port, accept }) => ({
    port,
    accept: Effect.flatMap(accept, vpcdReader),
  }));
