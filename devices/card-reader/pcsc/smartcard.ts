import { createRequire } from 'node:module';
import { Effect } from 'effect';
import { readerFault } from '../faults.ts';
import type { ReaderFault, ReaderFaultCode } from '../port.ts';

/**
 * The package `smartcard`, as far as it is used here. It is optional: it is compiled against the PC/SC library of the
 * system, which is not everywhere, and nothing is compiled unless somebody asks for it.
 */

export interface PcscCard {
  readonly protocol: number;
  readonly connected: boolean;
  readonly atr: Buffer | null;
  transmit(command: Buffer, options: { readonly maxRecvLength: number }): Promise<Buffer>;
  disconnect(disposition: number): void;
}

export interface PcscReader {
  readonly name: string;
  readonly state: number;
  connect(shareMode: number, protocol: number): Promise<PcscCard>;
}

export interface PcscContext {
  listReaders(): readonly PcscReader[];
  /** Null when nothing changed in time. */
  waitForChange(
    readers: readonly PcscReader[],
    timeoutMs: number,
  ): Promise<ReadonlyArray<{ readonly state: number }> | null>;
  cancel(): void;
  close(): void;
}

export interface Smartcard {
  readonly Context: new () => PcscContext;
  readonly SCARD_SHARE_EXCLUSIVE: number;
  readonly SCARD_PROTOCOL_T0: number;
  readonly SCARD_PROTOCOL_T1: number;
  readonly SCARD_RESET_CARD: number;
  readonly SCARD_UNPOWER_CARD: number;
  readonly SCARD_STATE_PRESENT: number;
}

const PACKAGE = 'smartcard';
const INSTALL = `install the PC/SC library (Debian: libpcsclite-dev, pcscd), then call: npm rebuild --ignore-scripts=false ${PACKAGE}`;

/** `ReaderUnavailable` says what to install. */
export const loadSmartcard: Effect.Effect<Smartcard, ReaderFault> = Effect.try({
  try: () => createRequire(import.meta.url)(PACKAGE) as Smartcard,
  catch: () => readerFault('ReaderUnavailable', `PC/SC is not available: ${INSTALL}.`),
});

/** The errors of PC/SC (pcsclite.h) that mean something of their own, by number and by the words of the library. */
const MEANINGS: ReadonlyArray<readonly [code: number, words: RegExp, fault: ReaderFaultCode]> = [
  [0x8010_000b, /sharing violation/i, 'ReaderUnavailable'],
  [0x8010_000c, /no smart ?card/i, 'CardAbsent'],
  [0x8010_0009, /unknown reader/i, 'ReaderUnavailable'],
  [0x8010_0017, /reader (?:is )?(?:not|un)available/i, 'ReaderGone'],
  [0x8010_001d, /service (?:is )?not (?:available|running)/i, 'ReaderUnavailable'],
  [0x8010_001e, /service was stopped/i, 'ReaderGone'],
  [0x8010_0066, /not responding|unresponsive/i, 'CardAbsent'],
  [0x8010_0067, /unpowered/i, 'CardAbsent'],
  [0x8010_0068, /was reset/i, 'CardRemoved'],
  [0x8010_0069, /was removed/i, 'CardRemoved'],
];

export const pcscFault = (name: string, cause: unknown, execution: ReaderFault['execution'] = 'no'): ReaderFault => {
  const message = cause instanceof Error ? cause.message.trim() : String(cause);
  const number: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  const found = MEANINGS.find(([code, words]) => code === number || words.test(message));
  return readerFault(found?.[2] ?? 'ProtocolError', `${name}: ${message}`, execution);
};
