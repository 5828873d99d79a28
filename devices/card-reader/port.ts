import { Effect, type Scope, type Stream } from 'effect';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { encodeCommand, type ResponseApdu } from '../../domain/sim/uicc/apdu.ts';
import type { Talk } from '../../domain/sim/uicc/talk.ts';

/**
 * What an actor may ask of a card reader: power, one command APDU at a time, and whether a card is there. How the reader
 * is connected (serial line, modem, TCP, PC/SC) does not show, nor does what its protocol needs between a command and its
 * response: GET RESPONSE, a repeat with the right length, chaining, waiting-time extensions.
 */

export type ReaderFaultCode =
  /** No such reader, no package to reach it with, or another process has it. */
  | 'ReaderUnavailable'
  /** It was open and is not any more. Open a new one. */
  | 'ReaderGone'
  /** The reader works and has no card, or a card that does not answer to reset. */
  | 'CardAbsent'
  /** The card was there and has been taken out, or has been reset by somebody else. */
  | 'CardRemoved'
  /** No answer in time. */
  | 'CardTimeout'
  /** What arrived is not what the protocol allows. */
  | 'ProtocolError'
  /** Asked before `powerOn`, or after a fault that leaves the card's state unknown: power it on again. */
  | 'CardNotPowered'
  /** The reader or its modem refuses to do this: a command that it does not pass on, a lock, a PIN of its own. */
  | 'ReaderRefused';

/**
 * Whether the card has executed the command that was under way: `no` is certain (it never had all of it), `yes` is
 * certain (only its answer is missing), `unknown` is what a writer must treat as done until the card has been read again.
 */
export type Execution = 'no' | 'unknown' | 'yes';

export interface ReaderFault extends Fault {
  readonly service: 'card-reader';
  readonly code: ReaderFaultCode;
  readonly execution: Execution;
}

export interface TransmitOptions {
  /** How long the whole exchange may take, in milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
}

export type Presence = 'present' | 'absent';

export interface CardReader {
  /** For messages: `vpcd 127.0.0.1:40112`, `smart-mouse on serial /dev/ttyUSB0`. */
  readonly name: string;
  /** Cold reset. The answer to reset as it came. Whatever was selected or verified before is forgotten. */
  readonly powerOn: Effect.Effect<Uint8Array, ReaderFault>;
  /** Warm reset where the reader can do one, else cold. */
  readonly reset: Effect.Effect<Uint8Array, ReaderFault>;
  readonly powerOff: Effect.Effect<void, ReaderFault>;
  /**
   * One command APDU (ISO 7816-4, short or extended) → its response, collected. Commands of several fibers go one after
   * the other; every status word is an answer, not a fault. One that has begun is not interrupted, since half a command may be out.
   */
  readonly transmit: (command: Uint8Array, options?: TransmitOptions) => Effect.Effect<ResponseApdu, ReaderFault>;
  /** The state now, then every change, as far as the reader can tell. Ends with `ReaderGone` when the reader is gone. */
  readonly presence: Stream.Stream<Presence, ReaderFault>;
  /** Powers the card off and lets the reader go. The scope in which it was opened does the same. */
  readonly close: Effect.Effect<void>;
}

/** A place where cards appear by themselves: each that dials in is a reader of its own. */
export interface CardListener {
  readonly port: number;
  readonly accept: Effect.Effect<CardReader, never, Scope.Scope>;
}

/** Carries a talk out: every command that it yields goes to the card, until it ends or the reader has a fault. */
export const converse = <Result>(
  reader: Pick<CardReader, 'transmit'>,
  talk: Talk<Result>,
): Effect.Effect<Result, ReaderFault> =>
  Effect.gen(function* () {
    let turn = talk.next();
    while (turn.done !== true) turn = talk.next(yield* reader.transmit(encodeCommand(turn.value)));
    return turn.value;
  });
