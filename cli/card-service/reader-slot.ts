import { Cause, Effect, Exit, Fiber, type Scope, Stream } from 'effect';
import type { CardReader, ReaderFault } from '../../devices/card-reader/port.ts';
import { type CardSlot, SlotFault } from '../../sdk/slot.ts';

/** How long before a reader that is gone, or not there yet, is looked for again. */
const LOOK_AGAIN_MS = 500;

/** A reader of this machine as a slot of the card service: opened, and opened again whenever it has gone. */
export class ReaderSlot implements CardSlot {
  readonly name: string;
  private reader: CardReader | undefined;
  private isPresent = false;
  private readonly watchers = new Set<() => void>();
  private readonly fiber: Fiber.RuntimeFiber<never>;

  constructor(name: string, open: Effect.Effect<CardReader, ReaderFault, Scope.Scope>) {
    this.name = name;
    this.fiber = Effect.runFork(Effect.forever(this.once(open)));
  }

  present(): boolean {
    return this.isPresent;
  }

  watch(changed: () => void): () => void {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  }

  async power(reset: 'cold' | 'warm'): Promise<Uint8Array> {
    const reader = this.opened();
    return done(reset === 'cold' ? reader.powerOn : reader.reset);
  }

  async exchange(apdu: Uint8Array, withinMs: number): Promise<Uint8Array> {
    const { data, sw } = await done(this.opened().transmit(apdu, { timeoutMs: withinMs }));
    return Buffer.concat([data, Uint8Array.of(sw >> 8, sw & 0xff)]);
  }

  async powerOff(): Promise<void> {
    if (this.reader !== undefined) await done(this.reader.powerOff);
  }

  async close(): Promise<void> {
    await Effect.runPromise(Fiber.interrupt(this.fiber));
  }

  private opened(): CardReader {
    if (this.reader !== undefined) return this.reader;
    throw new SlotFault('CardAbsent', 'no', `${this.name}: there is no reader, or no card has dialled in.`);
  }

  /** From its opening until it is gone. */
  private once(open: Effect.Effect<CardReader, ReaderFault, Scope.Scope>): Effect.Effect<void> {
    const set = (reader: CardReader | undefined, present: boolean) =>
      Effect.sync(() => {
        this.reader = reader;
        if (present === this.isPresent) return;
        this.isPresent = present;
        for (const changed of this.watchers) changed();
      });
    return Effect.scoped(
      Effect.flatMap(open, (reader) =>
        Stream.runForEach(reader.presence, (presence) => set(reader, presence === 'present')).pipe(
          // A reader that cannot tell any more is used until it fails.
          Effect.zipRight(Effect.never),
        ),
      ),
    ).pipe(Effect.ignore, Effect.ensuring(set(undefined, false)), Effect.zipRight(Effect.sleep(LOOK_AGAIN_MS)));
  }
}

const done = async <A>(effect: Effect.Effect<A, ReaderFault>): Promise<A> => {
  const exit = await Effect.runPromiseExit(effect);
  if (Exit.isSuccess(exit)) return exit.value;
  const failure = Cause.failureOption(exit.cause);
  if (failure._tag === 'None') throw Cause.squash(exit.cause);
  const { code, execution, message } = failure.value;
  throw new SlotFault(code, execution, message);
};
