import { Effect, Fiber, Stream } from 'effect';
import { type Fault, isRefusal } from '../../../domain/kernel/refusal.ts';
import { type ClockParameters, clockOf, parseAtr } from '../../../domain/sim/uicc/atr.ts';
import { INS } from '../../../domain/sim/uicc/commands.ts';
import { ppsLength } from '../../../domain/sim/uicc/pps.ts';
import { type ByteReader, byteReader } from '../../link/byte-reader.ts';
import type { LineState, SerialDevice } from '../../link/link.ts';
import { inverseConvention } from '../serial/character-line.ts';
import type { SimulatedCard } from './simulated-card.ts';
import { T1Card, type T1Manners } from './t1-card.ts';

/** How the reader is built, and how the card speaks, where the standards leave it free. */
export interface SmartMouseManners extends T1Manners {
  readonly reset?: 'rts' | 'dtr' | 'open';
  readonly echo?: boolean;
  readonly clockHz?: number;
  /** T=0: so many NULL bytes before each answer. */
  readonly nulls?: number;
  /** T=0: asks for data, and gives it, byte by byte. */
  readonly byteWise?: boolean;
  /** What it says to a proposal of another speed. Default it agrees. */
  readonly pps?: 'agree' | 'decline' | 'ignore';
  /** TS 3F: every byte is turned round on the line. The answer to reset in the card is of direct convention. */
  readonly inverse?: boolean;
}

export interface Wire {
  readonly bytes: ByteReader;
  readonly write: (bytes: Uint8Array) => Effect.Effect<void, Fault>;
}

type Speed = Pick<ClockParameters, 'fi' | 'di'>;

const FIRST_SPEED: Speed = { fi: 372, di: 1 };
const CLOCK_HZ = 3_571_200;
const IN = { cts: true, dsr: true, dcd: true };
const OUT = { cts: false, dsr: false, dcd: false };
const IDLE_MS = 2_147_483_647;
const PPSS = 0xff;
const NULL = 0x60;
const DIRECT_TS = 0x3b;
const INVERSE_TS = 0x3f;
/** Instructions whose P3 says how much the card shall send. */
const GIVES: ReadonlySet<number> = new Set([INS.readBinary, INS.readRecord, INS.getResponse, INS.status]);

class Session {
  private readonly wire: Wire;
  private readonly card: SimulatedCard;
  private readonly manners: SmartMouseManners;
  /** From here on another speed holds. */
  private readonly speed: (speed: Speed) => void;

  constructor(card: SimulatedCard, manners: SmartMouseManners, wire: Wire, speed: (speed: Speed) => void) {
    this.card = card;
    this.manners = manners;
    this.wire = wire;
    this.speed = speed;
  }

  /** From the answer to reset until the card is taken out. */
  run(): Effect.Effect<'removed', Fault> {
    const { card, manners, wire } = this;
    const session = this;
    return Effect.gen(function* () {
      const bytes = Uint8Array.from(card.powerOn());
      const atr = parseAtr(bytes);
      const t1 = new T1Card(card, manners, wire, !isRefusal(atr) && atr.t1?.checksum === 'crc');
      if (manners.inverse === true && bytes[0] === DIRECT_TS) bytes[0] = INVERSE_TS;
      yield* wire.write(bytes);
      if (!isRefusal(atr) && atr.specificMode?.implicitClock === false) session.speed(atr.clock);
      for (;;) {
        const first = yield* wire.bytes.take(1, IDLE_MS);
        if (first[0] === PPSS) yield* session.pps();
        else if (yield* card.unit === 'apdu' ? t1.serve(first) : session.t0(first)) return 'removed' as const;
      }
    });
  }

  private pps(): Effect.Effect<void, Fault> {
    const { wire, manners } = this;
    const session = this;
    return Effect.gen(function* () {
      const [pps0 = 0] = yield* wire.bytes.take(1, IDLE_MS);
      const rest = yield* wire.bytes.take(ppsLength(pps0) - 2, IDLE_MS);
      if (manners.pps === 'ignore') return;
      if (manners.pps === 'decline') {
        const plain = pps0 & 0x0f;
        return yield* wire.write(Uint8Array.of(PPSS, plain, PPSS ^ plain));
      }
      yield* wire.write(Buffer.concat([Buffer.of(PPSS, pps0), rest]));
      const speed = (pps0 & 0x10) === 0 ? undefined : clockOf(rest[0] ?? 0);
      if (speed !== undefined) session.speed(speed);
    });
  }

  /** One command; true when the card was taken out. */
  private t0(first: Uint8Array): Effect.Effect<boolean, Fault> {
    const { card, manners, wire } = this;
    const session = this;
    return Effect.gen(function* () {
      const header = Buffer.concat([first, yield* wire.bytes.take(4, IDLE_MS)]);
      const [, ins = 0, , , p3 = 0] = header;
      const gives = GIVES.has(ins);
      yield* wire.write(new Uint8Array(manners.nulls ?? 0).fill(NULL));
      const data = gives || p3 === 0 ? new Uint8Array() : yield* session.asked(ins, p3);
      const command = gives ? header : p3 === 0 ? header.subarray(0, 4) : Buffer.concat([header, data]);
      const answer = yield* card.command(command);
      if (answer === 'removed') return true;
      const [body, status] = [answer.subarray(0, -2), answer.subarray(-2)];
      if (answer.length < 2 || body.length === 0) yield* wire.write(answer);
      else if (manners.byteWise !== true) yield* wire.write(Buffer.concat([Buffer.of(ins), body, status]));
      else {
        for (const byte of body) yield* wire.write(Uint8Array.of(ins ^ 0xff, byte));
        yield* wire.write(status);
      }
      return false;
    });
  }

  private asked(ins: number, count: number): Effect.Effect<Uint8Array, Fault> {
    const { manners, wire } = this;
    if (manners.byteWise !== true)
      return Effect.zipRight(wire.write(Uint8Array.of(ins)), wire.bytes.take(count, IDLE_MS));
    const one = Effect.zipRight(wire.write(Uint8Array.of(ins ^ 0xff)), wire.bytes.take(1, IDLE_MS));
    return Effect.map(Effect.replicateEffect(one, count), (bytes) => Buffer.concat(bytes));
  }
}

/** Told by a line that is let go, or by one that is opened. */
const isReset = (reset: SmartMouseManners['reset'], before: LineState, now: LineState): boolean => {
  if (reset === 'rts') return before.rts && !now.rts && now.dtr;
  if (reset === 'dtr') return before.dtr && !now.dtr && now.rts;
  return !before.dtr && now.dtr;
};

/**
 * A reader of the Smart Mouse kind with a card in it, at the far side of a serial line. What is said at another speed
 * than the card's is noise to it. Runs until the line is gone; a card that was taken out does not come back.
 */
export const smartMouseCard = (
  card: SimulatedCard,
  device: SerialDevice,
  manners: SmartMouseManners = {},
): Effect.Effect<void, Fault> => {
  const baudAt = ({ fi, di }: Speed): number => Math.round(((manners.clockHz ?? CLOCK_HZ) * di) / fi);
  let baudRate = baudAt(FIRST_SPEED);
  const turn = manners.inverse === true ? inverseConvention : (same: Uint8Array): Uint8Array => same;
  const heard = (withinMs: number): Effect.Effect<Uint8Array | undefined, Fault> =>
    Effect.flatMap(device.next(withinMs), (chunk) => {
      if (chunk === undefined) return Effect.succeed(chunk);
      if (device.state().baudRate !== baudRate) return heard(withinMs);
      const echo = manners.echo === false ? Effect.void : device.write(chunk);
      return Effect.as(echo, turn(chunk));
    });
  const session = Effect.suspend(() => {
    baudRate = baudAt(FIRST_SPEED);
    const wire: Wire = {
      bytes: byteReader({ name: device.name, next: heard }),
      write: (bytes: Uint8Array) => device.write(turn(bytes)),
    };
    return new Session(card, manners, wire, (speed) => {
      baudRate = baudAt(speed);
    })
      .run()
      .pipe(Effect.tap(() => device.drive(OUT)));
  });
  return Effect.gen(function* () {
    let before: LineState = { baudRate: 0, rts: false, dtr: false };
    let running: Fiber.RuntimeFiber<'removed', Fault> | undefined;
    const follow = Stream.runForEach(device.states, (now) =>
      Effect.gen(function* () {
        const reset = isReset(manners.reset ?? 'open', before, now);
        before = now;
        if (!reset) return;
        if (running !== undefined) {
          const ended = yield* Fiber.poll(running);
          yield* Fiber.interrupt(running);
          if (ended._tag === 'Some' && ended.value._tag === 'Success') return;
        }
        running = yield* Effect.fork(session);
      }),
    );
    yield* device.drive(IN);
    yield* Effect.raceFirst(follow, Effect.asVoid(device.ended));
  }).pipe(Effect.scoped);
};
