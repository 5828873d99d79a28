import { Effect } from 'effect';
import type { ByteReader } from '../../link/byte-reader.ts';
import type { SerialLink } from '../../link/link.ts';
import { linkFault, readerFault } from '../faults.ts';
import type { ReaderFault } from '../port.ts';

/**
 * The one wire of a card behind a serial port (ISO 7816-3 §7): both sides talk on it in turns, so a reader of this kind
 * hears what it says. Bytes are those of the card; inverse convention is undone here.
 */
export interface CharacterLine {
  readonly name: string;
  readonly link: SerialLink;
  /** Says it, and hears it back where the reader echoes. Bytes that came before and nobody asked for are forgotten. */
  readonly send: (bytes: Uint8Array) => Effect.Effect<void, ReaderFault>;
  /** So many bytes, none later than `silenceMs` after the one before. */
  readonly take: (count: number, silenceMs: number) => Effect.Effect<Uint8Array, ReaderFault>;
  /** Forgets what has arrived. */
  readonly discard: Effect.Effect<void, ReaderFault>;
}

export interface CharacterLineOptions {
  /** The reader hears what it says. */
  readonly echo: boolean;
  /** Logic one is the low level and the highest bit comes first (TS 3F). */
  readonly inverse: boolean;
}

/** Adapters hold bytes back for some milliseconds, and so does a busy machine. */
const ECHO_TIMEOUT_MS = 1_000;

const reversed = (byte: number): number => {
  let left = byte;
  let turned = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    turned = (turned << 1) | (left & 1);
    left >>= 1;
  }
  return turned;
};

/** Its own inverse. */
export const inverseConvention = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => reversed(byte) ^ 0xff);

/** `bytes` reads the link, and may have read of it already. */
export const characterLine = (
  link: SerialLink,
  bytes: ByteReader,
  { echo, inverse }: CharacterLineOptions,
): CharacterLine => {
  const turn = inverse ? inverseConvention : (same: Uint8Array): Uint8Array => same;
  const take = (count: number, silenceMs: number): Effect.Effect<Uint8Array, ReaderFault> =>
    Effect.mapBoth(bytes.take(count, silenceMs), { onFailure: linkFault(), onSuccess: turn });
  const heard = (said: Uint8Array): Effect.Effect<void, ReaderFault> =>
    Effect.flatMap(take(said.length, ECHO_TIMEOUT_MS), (back) =>
      Buffer.from(back).equals(said)
        ? Effect.void
        : Effect.fail(
            readerFault('ProtocolError', `${link.name} does not hear what it says: a collision or a bad contact.`),
          ),
    );
  return {
    name: link.name,
    link,
    send: (said) =>
      Effect.zipRight(
        Effect.mapError(link.write(turn(said)), linkFault()),
        echo && said.length > 0 ? heard(said) : Effect.void,
      ),
    take,
    discard: Effect.mapError(bytes.discard, linkFault()),
  };
};
