import type { Duplex } from 'node:stream';
import { Effect, Option, type Scope, Stream } from 'effect';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';

/**
 * A byte stream to a device: bytes go out whole and in order, bytes come in as they arrive, and it ends once. How it is
 * opened differs (`serial.ts`, `tcp.ts`, `memory.ts`); frames, requests and their answers are the business of drivers.
 *
 * Its faults, with service `link`:
 * - `LinkUnavailable`: it could not be opened.
 * - `LinkGone`: it was open and is not any more: unplugged, hung up, closed here. Open a new one.
 * - `LinkTimeout`: the peer took or sent nothing in time.
 * - `LinkUnable`: the line is open and cannot do what was asked: a speed that it does not know, no control lines.
 */
export interface Link {
  /** For messages: `serial /dev/ttyUSB0`, `tcp 10.0.0.5:4001`. */
  readonly name: string;
  /**
   * Succeeds when the operating system has taken all bytes; that the peer has read them nobody knows. A write that has
   * begun goes out whole or breaks the link: it is not interrupted, and one that is not taken in time closes the link,
   * since half a frame may be out. Writes of several fibers go one after the other.
   */
  readonly write: (bytes: Uint8Array) => Effect.Effect<void, Fault>;
  /**
   * What arrives, cut as it happens to arrive. While nobody reads, at most about 64 KiB are kept; then the peer is held
   * back, as far as the line can do that. Whoever reads next goes on where the last reader stopped. Ends with
   * `LinkGone` when the peer is gone, and plainly after `close`.
   */
  readonly incoming: Stream.Stream<Uint8Array, Fault>;
  /**
   * The next piece of what arrives; undefined after a close of ours. Fails with `LinkTimeout` when nothing arrives for
   * so many milliseconds. For drivers that read a few bytes at a time: a stream for each of them costs ten times as much.
   */
  readonly next: (withinMs: number) => Effect.Effect<Uint8Array | undefined, Fault>;
  /** Waits for its end, also while nobody reads, and says why it ended. */
  readonly ended: Effect.Effect<string>;
  /** Ends it at once; what the peer has not read yet may be lost. Repeated calls are one. The scope in which the link was opened does the same. */
  readonly close: Effect.Effect<void>;
}

/** The control lines that we drive: `rts` and `dtr`, true is asserted. One that is left out stays as it is. */
export interface DrivenLines {
  readonly rts?: boolean;
  readonly dtr?: boolean;
}

/** The control lines that the device drives. */
export interface SeenLines {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly dcd: boolean;
}

/** A serial line has a speed and control lines beside its bytes. Where it has none of these (a pseudo-terminal), asking is a `LinkUnable`. */
export interface SerialLink extends Link {
  readonly set: (lines: DrivenLines) => Effect.Effect<void, Fault>;
  readonly get: Effect.Effect<SeenLines, Fault>;
  /** Takes effect when what was written before has gone out. */
  readonly setBaudRate: (baudRate: number) => Effect.Effect<void, Fault>;
}

/** How the near side of a serial line has set it. A line that is not open has neither of its lines asserted. */
export interface LineState {
  readonly baudRate: number;
  readonly rts: boolean;
  readonly dtr: boolean;
}

/** The far side of a serial line: what a simulated device has of it. */
export interface SerialDevice extends Link {
  readonly state: () => LineState;
  /** The state now and after each change, in order; one follower. */
  readonly states: Stream.Stream<LineState>;
  /** What the near side sees; a pseudo-terminal shows it nothing. */
  readonly drive: (lines: Partial<SeenLines>) => Effect.Effect<void>;
}

export interface WriteOptions {
  /** How long a write may wait for a peer that takes nothing, in milliseconds. Default 10 s. */
  readonly writeTimeoutMs?: number;
}

const WRITE_TIMEOUT_MS = 10_000;

export const unavailable = (name: string, why: string): Fault =>
  fault('link', 'LinkUnavailable', `${name} could not be opened: ${why}.`, 1_000);

export const serialFault = (name: string, what: string, why: string): Fault =>
  fault('link', 'LinkUnable', `${name} could not ${what}: ${why.replace(/^Error:? ?/, '')}.`);

export const gone = (name: string, why: string): Fault => fault('link', 'LinkGone', `${name} is gone: ${why}.`, 1_000);

const late = (name: string, what: string): Fault => fault('link', 'LinkTimeout', `${name} ${what}.`, 1_000);

/** What arrives, failing with `LinkTimeout` when nothing does for `ms` milliseconds. */
export const incomingWithin = (link: Link, ms: number): Stream.Stream<Uint8Array, Fault> =>
  Stream.timeoutFail(link.incoming, () => late(link.name, `sent nothing for ${ms} ms`), ms);

/** The end of a link: by us, or by itself, and why. */
type End = { readonly byUs: boolean; readonly why: string };

/** A Node stream and whoever waits for it. The stream is never in flowing mode: it reads ahead one buffer, no more. */
class Watched {
  end: End | undefined;
  readonly duplex: Duplex;
  private readonly waiting = new Set<() => boolean>();

  constructor(duplex: Duplex) {
    this.duplex = duplex;
    duplex.on('readable', () => this.wake());
    duplex.on('end', () => this.ended({ byUs: false, why: 'the peer hung up' }));
    duplex.on('error', (error: Error) => this.ended({ byUs: false, why: error.message }));
    duplex.on('close', (error?: unknown) =>
      this.ended({ byUs: false, why: error instanceof Error ? error.message : 'it was closed' }),
    );
    if (duplex.destroyed) this.end = { byUs: false, why: 'the peer hung up' };
  }

  /** The first end counts. */
  ended(end: End): void {
    this.end ??= end;
    this.wake();
  }

  private wake(): void {
    for (const settled of [...this.waiting]) if (settled()) this.waiting.delete(settled);
  }

  /** Calls `settled` now and whenever something has changed, until it says true or the function returned is called. */
  watch(settled: () => boolean): () => void {
    if (!settled()) this.waiting.add(settled);
    return () => {
      this.waiting.delete(settled);
    };
  }

  /** What has arrived, also after the peer has gone; nothing after our own end. */
  read(): Uint8Array | undefined {
    if (this.end?.byUs === true) return undefined;
    const chunk: unknown = this.duplex.read();
    return chunk instanceof Uint8Array ? chunk : undefined;
  }
}

/** The next chunk; fails with nothing when we have closed, with `LinkGone` when the peer has. */
const nextChunk = (name: string, watched: Watched): Effect.Effect<Uint8Array, Option.Option<Fault>> =>
  Effect.async((resume) => {
    const unwatch = watched.watch(() => {
      const chunk = watched.read();
      const { end } = watched;
      if (chunk !== undefined) resume(Effect.succeed(chunk));
      else if (end !== undefined) resume(Effect.fail(end.byUs ? Option.none() : Option.some(gone(name, end.why))));
      return chunk !== undefined || end !== undefined;
    });
    return Effect.sync(unwatch);
  });

/** The same, or undefined, within a time. */
const nextWithin = (name: string, watched: Watched, withinMs: number): Effect.Effect<Uint8Array | undefined, Fault> =>
  Effect.async((resume) => {
    let unwatch = (): void => undefined;
    const timer = setTimeout(() => {
      unwatch();
      resume(Effect.fail(late(name, `sent nothing for ${withinMs} ms`)));
    }, withinMs);
    unwatch = watched.watch(() => {
      const chunk = watched.read();
      const { end } = watched;
      if (chunk === undefined && end === undefined) return false;
      clearTimeout(timer);
      resume(
        chunk !== undefined || end?.byUs === true ? Effect.succeed(chunk) : Effect.fail(gone(name, end?.why ?? '')),
      );
      return true;
    });
    return Effect.sync(() => {
      clearTimeout(timer);
      unwatch();
    });
  });

const ended = (watched: Watched): Effect.Effect<string> =>
  Effect.async((resume) => {
    const unwatch = watched.watch(() => {
      // A stream tells its end only to somebody who asks for more.
      if (watched.end === undefined && watched.duplex.readableLength === 0) watched.duplex.read(0);
      if (watched.end !== undefined) resume(Effect.succeed(watched.end.why));
      return watched.end !== undefined;
    });
    return Effect.sync(unwatch);
  });

/** Fails when the stream ends before it has taken the bytes: a stream that is closed may forget whom to call back. */
const writeAll = (name: string, watched: Watched, bytes: Uint8Array, withinMs: number): Effect.Effect<void, Fault> =>
  Effect.async((resume) => {
    const settle = (outcome: Effect.Effect<void, Fault>): void => {
      clearTimeout(timer);
      unwatch();
      resume(outcome);
    };
    const timer = setTimeout(() => settle(Effect.fail(late(name, `took nothing for ${withinMs} ms`))), withinMs);
    let unwatch = (): void => undefined;
    unwatch = watched.watch(() => {
      if (watched.end !== undefined) settle(Effect.fail(gone(name, watched.end.why)));
      return watched.end !== undefined;
    });
    if (watched.end !== undefined) return;
    watched.duplex.write(bytes, (error) => {
      if (error) watched.ended({ byUs: false, why: error.message });
      else settle(Effect.void);
    });
  });

/**
 * The link over a Node stream that is open. `shut` closes the stream itself and calls nothing back. The link is closed
 * with the scope.
 */
export const linkOver = (
  name: string,
  duplex: Duplex,
  shut: () => Promise<void>,
  options: WriteOptions = {},
): Effect.Effect<Link, never, Scope.Scope> =>
  Effect.gen(function* () {
    const watched = new Watched(duplex);
    const timeoutMs = options.writeTimeoutMs ?? WRITE_TIMEOUT_MS;
    const writing = yield* Effect.makeSemaphore(1);
    const reading = yield* Effect.makeSemaphore(1);
    let shutting: Promise<void> | undefined;
    const close = Effect.promise(() => {
      watched.ended({ byUs: true, why: 'it was closed here' });
      shutting ??= shut();
      return shutting;
    });
    yield* Effect.addFinalizer(() => close);
    const writeOne = (bytes: Uint8Array): Effect.Effect<void, Fault> =>
      Effect.tapError(writeAll(name, watched, bytes, timeoutMs), () => close);
    return {
      name,
      write: (bytes) => writing.withPermits(1)(Effect.uninterruptible(writeOne(bytes))),
      incoming: Stream.repeatEffectOption(reading.withPermits(1)(nextChunk(name, watched))),
      next: (withinMs) => reading.withPermits(1)(nextWithin(name, watched, withinMs)),
      ended: ended(watched),
      close,
    };
  });
