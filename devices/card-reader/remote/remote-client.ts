import { Effect, Exit, Stream } from 'effect';
import {
  bytesOf,
  type ClientFrame,
  type CommandFrame,
  type Execution,
  hexOf,
  LIMITS,
  type ReaderState,
  type ServerFrame,
} from '../../../sdk/protocol.ts';
import { readerFault } from '../faults.ts';
import type { CardReader, Presence, ReaderFault, ReaderFaultCode } from '../port.ts';
import { readerOver } from '../reader.ts';
import type { CardTransport } from '../transport.ts';

/**
 * A client somewhere else (a counter PC, a phone) whose readers are used from here: commands go out over its line, and
 * each has an id of its own, so an answer that comes twice, or when nobody waits any more, is taken for no other. When
 * the line is cut the client has some time to come back: then what was under way is asked again under the same id, and
 * the client, which carries every id out once, answers it. If it stays away, the card may have done what was asked.
 */

/** How frames get to the client now. */
export interface ClientLine {
  readonly send: (frame: ServerFrame) => void;
  /** With a code of `CLOSE`. */
  readonly close: (code: number) => void;
}

interface Pending {
  readonly frame: CommandFrame;
  sent: boolean;
  readonly finish: (exit: Exit.Exit<Uint8Array, ReaderFault>) => void;
}

const POWER_MS = 10_000;
/** A key store may ask its user. */
const SIGN_MS = 30_000;
const FAULT_CODES: readonly ReaderFaultCode[] = [
  'ReaderUnavailable',
  'ReaderGone',
  'CardAbsent',
  'CardRemoved',
  'CardTimeout',
  'ProtocolError',
  'CardNotPowered',
  'ReaderRefused',
];

/** What a client says is not taken at its word: an unknown code is a fault of its protocol. */
const faultCodeOf = (code: string): ReaderFaultCode => FAULT_CODES.find((one) => one === code) ?? 'ProtocolError';

export class RemoteClient {
  readonly session: string;
  /** For messages: `counter-3`. */
  readonly name: string;
  private readonly left: () => void;
  private readonly graceMs: number;
  private line: ClientLine | undefined;
  private grace: ReturnType<typeof setTimeout> | undefined;
  private gone = false;
  private lastId = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly readers = new Map<string, CardReader>();
  private states: readonly ReaderState[] = [];
  private readonly watchers = new Set<() => void>();

  /** `left`: told once, when it is given up. */
  constructor(session: string, name: string, graceMs: number, left: () => void) {
    this.session = session;
    this.name = name;
    this.graceMs = graceMs;
    this.left = left;
  }

  /** It is here, or here again; the line that it had before is closed with `code`. */
  attach(line: ClientLine, states: readonly ReaderState[], code: number): void {
    const before = this.line;
    this.line = line;
    clearTimeout(this.grace);
    before?.close(code);
    this.update(states);
  }

  /** What was under way goes out again; call it when the client has been welcomed. */
  resume(): void {
    for (const pending of this.pending.values()) this.put(pending);
  }

  /** The line is cut. A line that has been replaced changes nothing. */
  detach(line: ClientLine): void {
    if (line !== this.line || this.gone) return;
    this.line = undefined;
    this.grace = setTimeout(() => this.lose(), this.graceMs);
  }

  /** It is given up: whoever waits for it learns whether the card may have had the command. */
  lose(code?: number): void {
    if (this.gone) return;
    this.gone = true;
    clearTimeout(this.grace);
    for (const { frame, sent, finish } of this.pending.values()) {
      const execution = sent && frame.action === 'exchange' ? 'unknown' : 'no';
      finish(Exit.fail(readerFault('ReaderGone', `${this.name} is gone.`, execution)));
    }
    this.pending.clear();
    if (code !== undefined) this.line?.close(code);
    this.line = undefined;
    for (const changed of this.watchers) changed();
    this.left();
  }

  send(frame: ServerFrame): void {
    this.line?.send(frame);
  }

  /** What an old session, or a command given up, still has to say is passed over. */
  answered(frame: Extract<ClientFrame, { readonly type: 'answer' | 'fault' }>): void {
    const pending = this.pending.get(frame.id);
    if (pending === undefined) return;
    this.pending.delete(frame.id);
    if (frame.type === 'answer') pending.finish(Exit.succeed(bytesOf(frame.data)));
    else {
      const { code, message, execution } = frame;
      pending.finish(Exit.fail(readerFault(faultCodeOf(code), `${this.name}: ${message}`, execution)));
    }
  }

  update(states: readonly ReaderState[]): void {
    this.states = states;
    for (const changed of this.watchers) changed();
  }

  /** The reader of this name; undefined when the client has none. */
  reader(name: string): Effect.Effect<CardReader | undefined> {
    const known = this.readers.get(name);
    if (known !== undefined || !this.states.some((state) => state.name === name)) return Effect.succeed(known);
    return Effect.map(readerOver(this.transport(name)), (reader) => {
      const other = this.readers.get(name);
      if (other !== undefined) return other;
      // A client that keeps inventing names fills its own list, no more than that.
      if (this.readers.size >= 4 * LIMITS.readers) return undefined;
      this.readers.set(name, reader);
      return reader;
    });
  }

  /**
   * The signature of the writing component at this reader over a text; what it is worth is for whoever has its key. A
   * client without a component, or whose component does not sign, gives the fault `ReaderRefused`.
   */
  sign(reader: string, text: string): Effect.Effect<Uint8Array, ReaderFault> {
    return this.command(reader, 'sign', hexOf(Buffer.from(text)), SIGN_MS);
  }

  private put(pending: Pending): void {
    if (this.line === undefined) return;
    pending.sent = true;
    this.line.send(pending.frame);
  }

  /** Asks for one thing and waits for its answer, `withinMs` at most. */
  private command(
    reader: string,
    action: CommandFrame['action'],
    apdu: string,
    withinMs: number,
  ): Effect.Effect<Uint8Array, ReaderFault> {
    return Effect.async((resume) => {
      if (this.gone) {
        resume(Effect.fail(readerFault('ReaderGone', `${this.name} is gone.`)));
        return;
      }
      this.lastId += 1;
      const frame: CommandFrame = {
        type: 'command',
        id: this.lastId,
        reader,
        action,
        apdu,
        withinMs: Math.max(1, Math.ceil(withinMs)),
      };
      const late = (): void => {
        this.pending.delete(frame.id);
        const execution: Execution = pending.sent && action === 'exchange' ? 'unknown' : 'no';
        resume(Effect.fail(readerFault('CardTimeout', `${this.name} did not answer in time.`, execution)));
      };
      const timer = setTimeout(late, withinMs);
      const pending: Pending = {
        frame,
        sent: false,
        finish: (exit) => {
          clearTimeout(timer);
          resume(exit);
        },
      };
      this.pending.set(frame.id, pending);
      this.put(pending);
      return Effect.sync(() => {
        clearTimeout(timer);
        this.pending.delete(frame.id);
      });
    });
  }

  private transport(reader: string): CardTransport {
    const name = `${this.name}/${reader}`;
    return {
      name,
      power: (reset) => this.command(reader, reset === 'cold' ? 'power' : 'reset', '', POWER_MS),
      powerOff: Effect.asVoid(this.command(reader, 'off', '', POWER_MS)),
      unit: () => 'APDU',
      exchange: (command, withinMs) => this.command(reader, 'exchange', hexOf(command), withinMs),
      presence: this.presence(reader, name),
      close: Effect.ignore(this.command(reader, 'off', '', POWER_MS)),
    };
  }

  private presence(reader: string, name: string): Stream.Stream<Presence, ReaderFault> {
    return Stream.async<Presence, ReaderFault>((emit) => {
      const tell = (): void => {
        const state = this.gone ? undefined : this.states.find((one) => one.name === reader);
        if (state === undefined) void emit.fail(readerFault('ReaderGone', `${name} is gone.`));
        else void emit.single(state.present ? 'present' : 'absent');
      };
      this.watchers.add(tell);
      tell();
      return Effect.sync(() => void this.watchers.delete(tell));
    }).pipe(Stream.changes);
  }
}
