import { Effect, Fiber } from 'effect';
import type { ResponseApdu } from '../../domain/sim/uicc/apdu.ts';
import { exchangeApdu } from './apdu-exchange.ts';
import { readerFault } from './faults.ts';
import type { CardReader, ReaderFault, TransmitOptions } from './port.ts';
import type { CardTransport } from './transport.ts';

const TIMEOUT_MS = 10_000;

/** What leaves a card in a state that nobody knows: a late answer may be under way, half a command may lie in it. */
const UNSETTLED: ReadonlySet<string> = new Set([
  'ReaderGone',
  'CardAbsent',
  'CardRemoved',
  'CardTimeout',
  'ProtocolError',
]);

/** The reader over a transport: one thing at a time, nothing half done, and no command to a card of unknown state. */
export const readerOver = (transport: CardTransport): Effect.Effect<CardReader> =>
  Effect.map(Effect.makeSemaphore(1), (busy) => {
    let powered = false;
    // What has begun is brought to its end whoever lost interest, in a fiber of its own: within it time-outs interrupt.
    const alone = <A>(action: Effect.Effect<A, ReaderFault>): Effect.Effect<A, ReaderFault> =>
      busy.withPermits(1)(
        Effect.uninterruptible(Effect.flatMap(Effect.forkDaemon(Effect.interruptible(action)), Fiber.join)),
      );
    const power = (reset: 'cold' | 'warm'): Effect.Effect<Uint8Array, ReaderFault> =>
      alone(
        Effect.suspend(() => {
          const kind = powered ? reset : 'cold';
          powered = false;
          return Effect.tap(transport.power(kind), () => {
            powered = true;
          });
        }),
      );
    const transmit = (
      command: Uint8Array,
      { timeoutMs }: TransmitOptions = {},
    ): Effect.Effect<ResponseApdu, ReaderFault> =>
      alone(
        Effect.suspend(() => {
          if (!powered)
            return Effect.fail(readerFault('CardNotPowered', `${transport.name}: power the card on first.`));
          return Effect.tapError(exchangeApdu(transport, command, timeoutMs ?? TIMEOUT_MS), ({ code }) => {
            if (UNSETTLED.has(code)) powered = false;
            return Effect.void;
          });
        }),
      );
    return {
      name: transport.name,
      powerOn: power('cold'),
      reset: power('warm'),
      powerOff: alone(
        Effect.suspend(() => {
          powered = false;
          return transport.powerOff;
        }),
      ),
      transmit,
      presence: transport.presence,
      close: transport.close,
    };
  });
