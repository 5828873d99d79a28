import type { Effect, Stream } from 'effect';
import type { Presence, ReaderFault } from './port.ts';

/**
 * One way to reach a card: what a driver gives, and `readerOver` makes a `CardReader` of. It is called by one fiber at a
 * time, is not interrupted, and `exchange` comes only after a `power` that succeeded.
 */
export interface CardTransport {
  readonly name: string;
  /** The answer to reset. */
  readonly power: (reset: 'cold' | 'warm') => Effect.Effect<Uint8Array, ReaderFault>;
  readonly powerOff: Effect.Effect<void, ReaderFault>;
  /**
   * What `exchange` takes and gives since the last `power`: command TPDUs of T=0 (a command with data carries no Le, the
   * card answers 61xx or 6Cxx), or whole APDUs.
   */
  readonly unit: () => 'T=0 TPDU' | 'APDU';
  /** Response data and status word, within so many milliseconds. */
  readonly exchange: (command: Uint8Array, withinMs: number) => Effect.Effect<Uint8Array, ReaderFault>;
  readonly presence: Stream.Stream<Presence, ReaderFault>;
  readonly close: Effect.Effect<void>;
}
