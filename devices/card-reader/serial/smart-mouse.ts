import { Effect, Exit, Scope, Stream } from 'effect';
import { type Fault, isRefusal } from '../../../domain/kernel/refusal.ts';
import { type Atr, type ClockParameters, clockOf, parseAtr } from '../../../domain/sim/uicc/atr.ts';
import { byteReader } from '../../link/byte-reader.ts';
import type { SerialLink } from '../../link/link.ts';
import { linkFault, readerFault } from '../faults.ts';
import type { CardReader, Presence, ReaderFault } from '../port.ts';
import { readerOver } from '../reader.ts';
import type { CardTransport } from '../transport.ts';
import { atrLength } from './atr-length.ts';
import { type CharacterLine, characterLine } from './character-line.ts';
import { proposeSpeed } from './pps.ts';
import { exchangeT0 } from './t0.ts';
import { T1Channel } from './t1.ts';

/**
 * Phone-type readers (Phoenix, Smart Mouse): a clock for the card and a level shifter on a serial port, no more. The
 * serial port speaks with the card itself: its reset is a control line, its speed follows from the clock (ISO 7816-3).
 */

export interface LineSettings {
  readonly baudRate: number;
  readonly parity: 'even' | 'odd';
}

export interface SmartMouseOptions {
  /** Opens the line with 8 data bits and 2 stop bits. */
  readonly open: (settings: LineSettings) => Effect.Effect<SerialLink, Fault, Scope.Scope>;
  /**
   * What resets the card: RTS or DTR (asserted while the card is held in reset), or opening the line, for a reader that
   * takes its power from it.
   */
  readonly reset: 'rts' | 'dtr' | 'open';
  /** The clock of the card. Default 3,571,200 Hz, which makes 9,600 baud. */
  readonly clockHz?: number;
  /** The reader hears what it says. Default true. */
  readonly echo?: boolean;
  /** Go no faster than this, whatever card and clock could do. Default 115,200. */
  readonly maxBaudRate?: number;
  /** The line that tells whether a card is in. Default none: it is there when it answers to reset. */
  readonly presence?: 'cts' | 'dsr' | 'dcd';
}

/** What a bit takes, `fi / di` clocks, until something else is agreed (ISO 7816-3 §8.1). */
const FIRST_SPEED: Speed = { fi: 372, di: 1 };
const CLOCK_HZ = 3_571_200;
const MAX_BAUD_RATE = 115_200;
/** ISO 7816-3 §6.2.2: at least 400 clocks in reset, an answer after at most 40,000; adapters add milliseconds. */
const HELD_IN_RESET_MS = 20;
const ATR_BEGINS_MS = 1_000;
const ATR_GOES_ON_MS = 1_500;
const LATENCY_MS = 250;
const PRESENCE_POLL_MS = 500;
/** TS of inverse convention, as a line of direct convention reads it. */
const INVERSE_TS = 0x03;

type Speed = Pick<ClockParameters, 'fi' | 'di'>;

interface Opened {
  readonly link: SerialLink;
  readonly scope: Scope.CloseableScope;
  readonly parity: LineSettings['parity'];
}

/** The longest silences that ISO 7816-3 allows: §10.2, §11.4.3. */
interface Times {
  readonly work: number;
  readonly block: number;
  readonly character: number;
}

type Protocol =
  | { readonly unit: 'T=0 TPDU'; readonly line: CharacterLine; readonly waitingMs: number }
  | { readonly unit: 'APDU'; readonly channel: T1Channel };

/** The other line feeds the reader. What the card said before is forgotten. */
const resetBy = (link: SerialLink, reset: 'rts' | 'dtr', baudRate: number): Effect.Effect<void, Fault> =>
  Effect.gen(function* () {
    yield* link.setBaudRate(baudRate);
    yield* link.set({ rts: true, dtr: true });
    yield* Effect.sleep(HELD_IN_RESET_MS);
    yield* byteReader(link).discard;
    yield* link.set(reset === 'rts' ? { rts: false } : { dtr: false });
  });

class SmartMouse {
  readonly name: string;
  private readonly options: SmartMouseOptions;
  private readonly clockHz: number;
  private opened: Opened | undefined;
  private protocol: Protocol | undefined;

  constructor(name: string, options: SmartMouseOptions) {
    this.name = name;
    this.options = options;
    this.clockHz = options.clockHz ?? CLOCK_HZ;
  }

  private baudRateAt({ fi, di }: Speed): number {
    return Math.round((this.clockHz * di) / fi);
  }

  private open(parity: LineSettings['parity']): Effect.Effect<SerialLink, ReaderFault> {
    const mouse = this;
    return Effect.gen(function* () {
      const scope = yield* Scope.make();
      const settings = { baudRate: mouse.baudRateAt(FIRST_SPEED), parity };
      const link = yield* mouse.options.open(settings).pipe(
        Scope.extend(scope),
        Effect.tapError(() => Scope.close(scope, Exit.void)),
        Effect.mapError(linkFault()),
      );
      mouse.opened = { link, scope, parity };
      return link;
    });
  }

  readonly close: Effect.Effect<void> = Effect.suspend(() => {
    const { opened } = this;
    this.opened = undefined;
    this.protocol = undefined;
    return opened === undefined ? Effect.void : Scope.close(opened.scope, Exit.void);
  });

  /** The line, with the card just let out of reset. */
  private restarted(parity: LineSettings['parity']): Effect.Effect<SerialLink, ReaderFault> {
    const mouse = this;
    const { reset } = this.options;
    return Effect.gen(function* () {
      if (reset === 'open' || mouse.opened?.parity !== parity) yield* mouse.close;
      const link = mouse.opened?.link ?? (yield* mouse.open(parity));
      if (reset === 'open') return link;
      yield* Effect.mapError(resetBy(link, reset, mouse.baudRateAt(FIRST_SPEED)), linkFault());
      return link;
    });
  }

  /** Byte by byte: only the answer itself says how long it is. */
  private answerToReset(
    link: SerialLink,
  ): Effect.Effect<{ readonly line: CharacterLine; readonly bytes: Uint8Array }, ReaderFault> {
    const mouse = this;
    const echo = this.options.echo ?? true;
    return Effect.gen(function* () {
      const read = byteReader(link);
      const raw = characterLine(link, read, { echo, inverse: false });
      const first = yield* Effect.mapError(raw.take(1, ATR_BEGINS_MS), (fault) =>
        fault.code === 'CardTimeout' ? readerFault('CardAbsent', `${mouse.name}: no card answers to reset.`) : fault,
      );
      const inverse = first[0] === INVERSE_TS;
      if (inverse && mouse.opened?.parity === 'even') {
        return yield* mouse.answerToReset(yield* mouse.restarted('odd'));
      }
      const line = inverse ? characterLine(link, read, { echo, inverse }) : raw;
      let bytes: Uint8Array = inverse ? Uint8Array.of(0x3f) : first;
      if (bytes[0] !== 0x3b && bytes[0] !== 0x3f) {
        return yield* Effect.fail(readerFault('ProtocolError', `${mouse.name}: what answers to reset is no card.`));
      }
      while (bytes.length !== atrLength(bytes)) {
        bytes = Buffer.concat([bytes, yield* line.take(1, ATR_GOES_ON_MS)]);
        if (bytes.length > 33)
          return yield* Effect.fail(readerFault('ProtocolError', `${mouse.name}: an endless answer to reset.`));
      }
      return { line, bytes };
    });
  }

  /** TA1, when both sides can go as fast as it says, and that is not the first speed. */
  private faster(bytes: Uint8Array, { specificMode }: Atr): number | undefined {
    const ta1 = ((bytes[1] ?? 0) & 0x10) === 0 || specificMode?.implicitClock === true ? undefined : bytes[2];
    const speed = ta1 === undefined ? undefined : clockOf(ta1);
    if (speed === undefined || this.baudRateAt(speed) === this.baudRateAt(FIRST_SPEED)) return undefined;
    // A card that does not ask is fast whether we like it or not.
    if (specificMode !== undefined) return ta1;
    return this.baudRateAt(speed) <= (this.options.maxBaudRate ?? MAX_BAUD_RATE) ? ta1 : undefined;
  }

  private waitingTimes({ waitingInteger, t1 }: Atr, { fi, di }: Speed): Times {
    const etuMs = (1_000 * fi) / (di * this.clockHz);
    const { bwi, cwi } = t1 ?? { bwi: 4, cwi: 13 };
    return {
      work: (waitingInteger * 960 * fi * 1_000) / this.clockHz + LATENCY_MS,
      block: ((2 ** bwi * 960 * 372) / this.clockHz) * 1_000 + 11 * etuMs + LATENCY_MS,
      character: (11 + 2 ** cwi) * etuMs + LATENCY_MS,
    };
  }

  private start(line: CharacterLine, card: Atr, protocol: number, speed: Speed): Effect.Effect<void, ReaderFault> {
    const times = this.waitingTimes(card, speed);
    if (protocol === 0 || card.t1 === undefined) {
      this.protocol = { unit: 'T=0 TPDU', line, waitingMs: times.work };
      return Effect.void;
    }
    const { ifsc, checksum } = card.t1;
    const waiting = { blockWaitingMs: times.block, characterWaitingMs: times.character };
    const channel = new T1Channel(line, { ifsc, crc: checksum === 'crc', ...waiting });
    this.protocol = { unit: 'APDU', channel };
    return channel.announceLength(times.block);
  }

  readonly power: Effect.Effect<Uint8Array, ReaderFault> = Effect.suspend(() => {
    const mouse = this;
    mouse.protocol = undefined;
    return Effect.gen(function* () {
      const first = yield* mouse.answerToReset(yield* mouse.restarted(mouse.opened?.parity ?? 'even'));
      const card = parseAtr(first.bytes);
      if (isRefusal(card)) return yield* Effect.fail(readerFault('ProtocolError', `${mouse.name}: ${card.message}`));
      const faster = mouse.faster(first.bytes, card);
      const protocol = card.specificMode?.protocol ?? card.protocols[0] ?? 0;
      if (protocol > 1)
        return yield* Effect.fail(readerFault('ReaderRefused', `${mouse.name}: the card speaks T=${protocol}.`));
      if (faster === undefined) yield* mouse.start(first.line, card, protocol, FIRST_SPEED);
      else yield* mouse.speedUp(first.line, card, protocol, faster);
      return first.bytes;
    });
  });

  /** A card in specific mode is fast by itself; another is asked, and one that does not agree begins anew, slowly. */
  private speedUp(line: CharacterLine, card: Atr, protocol: number, ta1: number): Effect.Effect<void, ReaderFault> {
    const mouse = this;
    return Effect.gen(function* () {
      const speed = clockOf(ta1) ?? FIRST_SPEED;
      const waitingMs = mouse.waitingTimes(card, FIRST_SPEED).work;
      const agreed =
        card.specificMode === undefined ? yield* proposeSpeed(line, protocol, ta1, waitingMs) : ('agreed' as const);
      if (agreed === 'no answer') {
        const again = yield* mouse.answerToReset(yield* mouse.restarted(mouse.opened?.parity ?? 'even'));
        return yield* mouse.start(again.line, card, protocol, FIRST_SPEED);
      }
      if (agreed === 'not so fast') return yield* mouse.start(line, card, protocol, FIRST_SPEED);
      yield* Effect.mapError(line.link.setBaudRate(mouse.baudRateAt(speed)), linkFault());
      return yield* mouse.start(line, card, protocol, speed);
    });
  }

  exchange(command: Uint8Array, withinMs: number): Effect.Effect<Uint8Array, ReaderFault> {
    const { protocol } = this;
    if (protocol === undefined)
      return Effect.fail(readerFault('CardNotPowered', `${this.name}: power the card on first.`));
    return protocol.unit === 'APDU'
      ? protocol.channel.exchange(command, withinMs)
      : exchangeT0(protocol.line, command, { waitingMs: protocol.waitingMs, withinMs });
  }

  get unit(): 'T=0 TPDU' | 'APDU' {
    return this.protocol?.unit ?? 'T=0 TPDU';
  }

  /** As the control line says, where there is one. */
  readonly presence: Stream.Stream<Presence, ReaderFault> = Stream.suspend(() => {
    const mouse = this;
    const { presence } = this.options;
    const asked = Effect.suspend((): Effect.Effect<Presence, ReaderFault> => {
      if (presence === undefined || mouse.opened === undefined) {
        return Effect.succeed(mouse.protocol === undefined ? 'absent' : 'present');
      }
      return Effect.mapBoth(mouse.opened.link.get, {
        onFailure: linkFault(),
        onSuccess: (lines) => (lines[presence] ? 'present' : 'absent'),
      });
    });
    return Stream.changes(
      Stream.concat(Stream.fromEffect(asked), Stream.repeatEffect(Effect.delay(asked, PRESENCE_POLL_MS))),
    );
  });

  readonly transport = (): CardTransport => ({
    name: this.name,
    power: () => this.power,
    powerOff: Effect.suspend(() => {
      this.protocol = undefined;
      const { opened } = this;
      if (opened === undefined || this.options.reset === 'open') return this.close;
      return Effect.mapError(opened.link.set({ rts: true, dtr: true }), linkFault());
    }),
    unit: () => this.unit,
    exchange: (command, withinMs) => this.exchange(command, withinMs),
    presence: this.presence,
    close: this.close,
  });
}

/** The reader; its line is opened when the card is powered on, and closed with the scope. */
export const smartMouse = (name: string, options: SmartMouseOptions): Effect.Effect<CardReader, never, Scope.Scope> =>
  Effect.gen(function* () {
    const mouse = new SmartMouse(`smart mouse on ${name}`, options);
    yield* Effect.addFinalizer(() => mouse.close);
    return yield* readerOver(mouse.transport());
  });
