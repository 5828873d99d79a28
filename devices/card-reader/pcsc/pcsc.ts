import { Effect, type Scope, Stream } from 'effect';
import { readerFault } from '../faults.ts';
import type { CardReader, Presence, ReaderFault } from '../port.ts';
import { readerOver } from '../reader.ts';
import type { CardTransport } from '../transport.ts';
import {
  loadSmartcard,
  type PcscCard,
  type PcscContext,
  type PcscReader,
  pcscFault,
  type Smartcard,
} from './smartcard.ts';

/** Readers of the system's PC/SC service. The card is ours alone while it is powered. */

/** A long response, in one piece: 65,536 bytes and a status word. */
const LONGEST_ANSWER = 65_538;
const LATE_MS = 5_000;
const PRESENCE_POLL_MS = 1_000;

const contextOf = (pcsc: Smartcard): Effect.Effect<PcscContext, ReaderFault, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({ try: () => new pcsc.Context(), catch: (cause) => pcscFault('PC/SC', cause) }),
    (context) => Effect.sync(() => context.close()),
  );

const readersOf = (context: PcscContext): Effect.Effect<readonly PcscReader[], ReaderFault> =>
  Effect.try({ try: () => context.listReaders(), catch: (cause) => pcscFault('PC/SC', cause) });

const presenceOf = (pcsc: Smartcard, state: number): Presence =>
  (state & pcsc.SCARD_STATE_PRESENT) !== 0 ? 'present' : 'absent';

/** The readers that the service knows now, and whether a card lies in each. */
export const listPcsc: Effect.Effect<
  ReadonlyArray<{ readonly name: string; readonly presence: Presence }>,
  ReaderFault
> = Effect.scoped(
  Effect.gen(function* () {
    const pcsc = yield* loadSmartcard;
    const context = yield* contextOf(pcsc);
    const readers = yield* readersOf(context);
    return readers.map(({ name, state }) => ({ name, presence: presenceOf(pcsc, state) }));
  }),
);

const readerNamed = (context: PcscContext, name: string): Effect.Effect<PcscReader, ReaderFault> =>
  Effect.flatMap(readersOf(context), (readers) => {
    const found = readers.find((reader) => reader.name.startsWith(name));
    if (found !== undefined) return Effect.succeed(found);
    const others = readers.length === 0 ? 'none' : readers.map((reader) => reader.name).join(', ');
    const message = `PC/SC has no reader whose name begins with "${name}"; it has: ${others}.`;
    return Effect.fail(readerFault('ReaderUnavailable', message));
  });

class Pcsc {
  readonly name: string;
  private readonly pcsc: Smartcard;
  private readonly reader: PcscReader;
  private card: PcscCard | undefined;
  /** A command that was given up and may still be under way. */
  private late: Promise<unknown> | undefined;

  constructor(pcsc: Smartcard, reader: PcscReader) {
    this.pcsc = pcsc;
    this.reader = reader;
    this.name = `PC/SC ${reader.name}`;
  }

  private disconnected(disposition: number): Effect.Effect<void> {
    return Effect.sync(() => {
      try {
        this.card?.disconnect(disposition);
      } catch {
        // A card that is not there any more is disconnected from as well.
      }
      this.card = undefined;
    });
  }

  /** The library cannot be interrupted: until it is done nothing else may be asked of the card. */
  private settled(): Effect.Effect<void, ReaderFault> {
    const { late } = this;
    if (late === undefined) return Effect.void;
    return Effect.promise(() => late).pipe(
      Effect.timeoutFail({ duration: LATE_MS, onTimeout: () => readerFault('ReaderGone', `${this.name} hangs.`) }),
      Effect.asVoid,
    );
  }

  private power(reset: 'cold' | 'warm'): Effect.Effect<Uint8Array, ReaderFault> {
    const self = this;
    const { pcsc, reader, name } = this;
    return Effect.gen(function* () {
      yield* self.settled();
      yield* self.disconnected(reset === 'warm' ? pcsc.SCARD_RESET_CARD : pcsc.SCARD_UNPOWER_CARD);
      const card = yield* Effect.tryPromise({
        try: () => reader.connect(pcsc.SCARD_SHARE_EXCLUSIVE, pcsc.SCARD_PROTOCOL_T0 | pcsc.SCARD_PROTOCOL_T1),
        catch: (cause) => pcscFault(name, cause),
      });
      self.card = card;
      return Uint8Array.from(card.atr ?? []);
    });
  }

  private exchange(command: Uint8Array, withinMs: number): Effect.Effect<Uint8Array, ReaderFault> {
    const { card, name } = this;
    if (card === undefined) return Effect.fail(readerFault('CardNotPowered', `${name}: power the card on first.`));
    const sent = Effect.tryPromise({
      try: () => {
        const answer = card.transmit(Buffer.from(command), { maxRecvLength: LONGEST_ANSWER });
        this.late = answer.then(
          () => undefined,
          () => undefined,
        );
        return answer;
      },
      catch: (cause) => pcscFault(name, cause, 'unknown'),
    });
    return sent.pipe(
      Effect.timeoutFail({
        duration: withinMs,
        onTimeout: () => readerFault('CardTimeout', `${name} did not answer in ${withinMs} ms.`, 'unknown'),
      }),
    );
  }

  private presence(): Stream.Stream<Presence, ReaderFault> {
    const { pcsc, reader, name } = this;
    // A context of its own: waiting blocks it.
    return Stream.unwrapScoped(
      Effect.map(contextOf(pcsc), (context) => {
        const wait = Effect.tryPromise({
          try: () =>
            context.waitForChange(
              context.listReaders().filter((one) => one.name === reader.name),
              PRESENCE_POLL_MS,
            ),
          catch: (cause) => pcscFault(name, cause),
        });
        const now = Effect.try({ try: () => context.listReaders(), catch: (cause) => pcscFault(name, cause) });
        const seen = Effect.flatMap(now, (readers) => {
          const one = readers.find((other) => other.name === reader.name);
          return one === undefined
            ? Effect.fail(readerFault('ReaderGone', `${name} is gone.`))
            : Effect.succeed(presenceOf(pcsc, one.state));
        });
        return Stream.changes(Stream.concat(Stream.fromEffect(seen), Stream.repeatEffect(Effect.zipRight(wait, seen))));
      }),
    );
  }

  transport(): CardTransport {
    const off = Effect.suspend(() => this.disconnected(this.pcsc.SCARD_UNPOWER_CARD));
    return {
      name: this.name,
      power: (reset) => this.power(reset),
      powerOff: off,
      unit: () => (this.card?.protocol === this.pcsc.SCARD_PROTOCOL_T1 ? 'APDU' : 'T=0 TPDU'),
      exchange: (command, withinMs) => this.exchange(command, withinMs),
      presence: this.presence(),
      close: off,
    };
  }
}

/** The reader whose name begins so, until the scope closes. */
export const openPcsc = (name: string): Effect.Effect<CardReader, ReaderFault, Scope.Scope> =>
  Effect.gen(function* () {
    const pcsc = yield* loadSmartcard;
    const context = yield* contextOf(pcsc);
    const transport = new Pcsc(pcsc, yield* readerNamed(context, name)).transport();
    yield* Effect.addFinalizer(() => transport.close);
    return yield* readerOver(transport);
  });
