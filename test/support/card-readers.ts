import { Effect, type Scope } from 'effect';
import { modemReader } from '../../devices/card-reader/modem/modem.ts';
import type { CardReader } from '../../devices/card-reader/port.ts';
import { smartMouse } from '../../devices/card-reader/serial/smart-mouse.ts';
import { type Personality, usim } from '../../devices/card-reader/simulator/card/personality.ts';
import { SimCard } from '../../devices/card-reader/simulator/card/sim-card.ts';
import { modemCard } from '../../devices/card-reader/simulator/modem-card.ts';
import { SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import { type SmartMouseManners, smartMouseCard } from '../../devices/card-reader/simulator/smart-mouse-card.ts';
import { vpcdCard } from '../../devices/card-reader/simulator/vpcd-card.ts';
import { listenVpcd } from '../../devices/card-reader/vpcd.ts';
import { memoryPair } from '../../devices/link/memory.ts';
import { memorySerial } from '../../devices/link/memory-serial.ts';
import { openPseudoTerminal } from '../../devices/link/pseudo-terminal.ts';
import { openSerial } from '../../devices/link/serial.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';

/** Each way to a card, with a simulated one at its far end. */

export interface Place {
  readonly reader: CardReader;
  readonly card: SimulatedCard;
}

export type Open = Effect.Effect<Place, Fault, Scope.Scope>;

const cardOf = (personality: Personality): SimulatedCard => new SimulatedCard(new SimCard(personality));
export const blank = (): SimulatedCard => cardOf(usim());
export const withT1 = (): SimulatedCard => cardOf({ ...usim(), atr: t1Atr() });

const t1Atr = (): Uint8Array => {
  // TD1: T=1 follows in TD2; TA3: 32 bytes; TB3: BWI 4, CWI 5.
  const bytes = [0x3b, 0x80, 0x81, 0x31, 0x20, 0x45];
  return Uint8Array.from([...bytes, bytes.slice(1).reduce((sum, byte) => sum ^ byte, 0)]);
};

export const vpcd: Open = Effect.gen(function* () {
  const card = blank();
  const listener = yield* listenVpcd({ port: 0 });
  yield* Effect.forkScoped(vpcdCard(card, { host: '127.0.0.1', port: listener.port }));
  return { reader: yield* listener.accept, card };
});

export const overMemory = (card: SimulatedCard, manners: SmartMouseManners = {}): Open =>
  Effect.gen(function* () {
    const { open, device } = yield* memorySerial;
    yield* Effect.forkScoped(smartMouseCard(card, device, { reset: 'rts', ...manners }));
    const { clockHz, echo } = manners;
    const reader = yield* smartMouse('memory', {
      open,
      reset: manners.reset ?? 'rts',
      presence: 'cts',
      ...(clockHz === undefined ? {} : { clockHz }),
      ...(echo === undefined ? {} : { echo }),
    });
    return { reader, card };
  });

export const overPty = (card: SimulatedCard, manners: SmartMouseManners = {}, maxBaudRate?: number): Open =>
  Effect.gen(function* () {
    const { path, device } = yield* openPseudoTerminal;
    yield* Effect.forkScoped(smartMouseCard(card, device, manners));
    const reader = yield* smartMouse(`serial ${path}`, {
      open: (settings) => openSerial({ path, stopBits: 2, ...settings }),
      reset: 'open',
      ...(maxBaudRate === undefined ? {} : { maxBaudRate }),
    });
    return { reader, card };
  });

const modemOverPty: Open = Effect.gen(function* () {
  const card = blank();
  const { path, device } = yield* openPseudoTerminal;
  yield* Effect.forkScoped(modemCard(card, device));
  return { reader: yield* modemReader(yield* openSerial({ path, baudRate: 115_200 })), card };
});

export const modemOverMemory: Open = Effect.gen(function* () {
  const card = blank();
  const [near, far] = yield* memoryPair();
  yield* Effect.forkScoped(
    modemCard(card, far, { keepsEcho: true, unsolicited: '+CREG: 1,"00F1"', lineDigits: 20, wordy: true }),
  );
  return { reader: yield* modemReader(near), card };
});

export const KINDS_OF_READER: ReadonlyArray<readonly [string, () => Open]> = [
  ['a card that dials in (vpcd)', () => vpcd],
  ['a smart mouse in memory, T=0', () => overMemory(blank())],
  ['a smart mouse in memory, T=0, byte by byte, with NULLs', () => overMemory(blank(), { byteWise: true, nulls: 2 })],
  ['a smart mouse without echo, reset by DTR', () => overMemory(blank(), { echo: false, reset: 'dtr' })],
  ['a smart mouse with a card of inverse convention', () => overMemory(blank(), { inverse: true })],
  ['a smart mouse in memory, T=1', () => overMemory(withT1(), { waits: 1, pieces: 10 })],
  [
    'a smart mouse in memory, T=1, every fourth block spoilt',
    () => overMemory(withT1(), { spoilEvery: 4, deafEvery: 5 }),
  ],
  ['a smart mouse on a serial line, T=0', () => overPty(blank())],
  ['a smart mouse on a serial line, T=0, 223,200 baud by PPS', () => overPty(blank(), {}, 250_000)],
  ['a smart mouse on a serial line, T=1', () => overPty(withT1())],
  ['a modem on a serial line', () => modemOverPty],
  ['a modem that echoes, breaks lines and says what nobody asked', () => modemOverMemory],
];

export const scoped = <A, E>(scenario: Effect.Effect<A, E, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(scenario));

export const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');
