import { connect, type Socket } from 'node:net';
import { Effect } from 'effect';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import type { SecretBytes } from '../../domain/kernel/secret.ts';
import { decodeIso, encodeIso, type IsoMessage, isIsoProblem } from '../../domain/mandates/iso8583/codec.ts';
import { type FrameRules, frameOf, framesOf } from '../../domain/mandates/iso8583/frames.ts';
import {
  isRequest,
  type LinkKeys,
  matchingKey,
  networkRequest,
  responseTo,
  transmissionTime,
} from '../../domain/mandates/iso8583/mapping.ts';

/**
 * Our end of a link of ISO 8583's kind: dials, signs on, keeps up with echoes, and dials again with back-off. Many
 * requests are in flight; a response is matched by its keys alone. One that comes after its request was given up goes
 * to `late` with the request it answers, one that answers nothing to `stray`; neither is ever given to another request.
 */

export interface LineServer {
  readonly host: string;
  readonly port: number;
  readonly frames: FrameRules;
  readonly terminal: string;
  readonly institution: string;
  readonly macKey: SecretBytes;
}

export interface LineTimes {
  /** A request, from its sending to its response. */
  readonly answerMs: number;
  /** The line has said nothing for so long: an echo. */
  readonly idleMs: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

export const LINE_TIMES: LineTimes = { answerMs: 8_000, idleMs: 30_000, firstWaitMs: 500, longestWaitMs: 30_000 };

/** Why the link was let go, or what came over it that is of no use. */
export type LineTrouble =
  | 'FrameEmpty'
  | 'FrameTooLong'
  | 'Garbage'
  | 'MacWrong'
  | 'SignOnFailed'
  | 'EchoLost'
  | 'HungUp'
  | 'Stray';

export interface LineEvents {
  /** A response to a request that had been given up before. */
  readonly late: (request: IsoMessage, response: IsoMessage) => void;
  readonly trouble: (trouble: LineTrouble) => void;
  /** What the other side asks: the response, or undefined for none. Network messages are answered by the line itself. */
  readonly asked: (request: IsoMessage) => Promise<IsoMessage | undefined>;
}

interface Waiting {
  readonly request: IsoMessage;
  readonly done: (result: IsoMessage | Fault) => void;
  readonly timer: NodeJS.Timeout;
}

const MOST_IN_FLIGHT = 256;
const MOST_OVERDUE = 10_000;
const CONNECT_MS = 5_000;
const LAST_STAN = 999_999;

const unavailable = (why: string): Fault => fault('bank', 'Unavailable', `The bank’s line is not up: ${why}.`, 1_000);
const timedOut = (): Fault => fault('bank', 'Timeout', 'The bank did not answer in time.');

export class Line {
  readonly #server: LineServer;
  readonly #times: LineTimes;
  readonly #events: LineEvents;
  readonly #flying = new Map<string, Waiting>();
  /** Requests that were given up, oldest first. */
  readonly #overdue = new Map<string, IsoMessage>();
  #socket: Socket | undefined;
  #up = false;
  #closed = false;
  #stan: number;
  #waitMs: number;
  #timer: NodeJS.Timeout | undefined;
  #upWaiters = new Set<(fault: Fault | undefined) => void>();

  /** @param firstStan where the trace numbers begin: not where they began the last time. */
  constructor(server: LineServer, events: LineEvents, firstStan: number, times: LineTimes = LINE_TIMES) {
    this.#server = server;
    this.#events = events;
    this.#times = times;
    this.#stan = firstStan % LAST_STAN;
    this.#waitMs = times.firstWaitMs;
    this.#dial();
  }

  /** One request; `build` puts the keys of the link into it. Waits for a line that is not up yet as long as for an answer. */
  ask(build: (keys: LinkKeys) => IsoMessage): Effect.Effect<IsoMessage, Fault> {
    return Effect.async((resume) => {
      this.#whenUp((down) => {
        if (down !== undefined) return void resume(Effect.fail(down));
        this.#send(build, (result) => resume('_tag' in result ? Effect.fail(result) : Effect.succeed(result)));
      });
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    for (const waiter of [...this.#upWaiters]) waiter(unavailable('it was closed'));
  }

  #whenUp(done: (down: Fault | undefined) => void): void {
    if (this.#up) return void done(undefined);
    if (this.#closed) return void done(unavailable('it was closed'));
    const waiter = (down: Fault | undefined): void => {
      clearTimeout(timer);
      this.#upWaiters.delete(waiter);
      done(down);
    };
    const timer = setTimeout(() => waiter(unavailable('nobody answers there')), this.#times.answerMs);
    this.#upWaiters.add(waiter);
  }

  #keys(): LinkKeys {
    this.#stan = (this.#stan % LAST_STAN) + 1;
    const { terminal, institution } = this.#server;
    return { stan: String(this.#stan).padStart(6, '0'), sent: transmissionTime(Date.now()), terminal, institution };
  }

  #send(build: (keys: LinkKeys) => IsoMessage, done: (result: IsoMessage | Fault) => void): void {
    if (this.#flying.size >= MOST_IN_FLIGHT)
      return void done(fault('bank', 'Busy', 'Too many messages are on the way.', 1_000));
    let request = build(this.#keys());
    let key = matchingKey(request) ?? '';
    while (this.#flying.has(key) || this.#overdue.has(key)) {
      request = build(this.#keys());
      key = matchingKey(request) ?? '';
    }
    const timer = setTimeout(() => this.#giveUp(key, timedOut()), this.#times.answerMs);
    this.#flying.set(key, { request, done, timer });
    this.#write(request);
  }

  #write(message: IsoMessage): void {
    this.#socket?.write(frameOf(this.#server.frames, encodeIso(message, this.#server.macKey)));
  }

  /** It is out, and nobody knows what became of it: its response may still come, over this connection or the next. */
  #giveUp(key: string, why: Fault): void {
    const waiting = this.#flying.get(key);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#flying.delete(key);
    this.#overdue.set(key, waiting.request);
    const [oldest] = this.#overdue.keys();
    if (this.#overdue.size > MOST_OVERDUE && oldest !== undefined) this.#overdue.delete(oldest);
    waiting.done(why);
  }

  #dial(): void {
    const { host, port } = this.#server;
    const socket = connect({ host, port });
    let held: Buffer = Buffer.alloc(0);
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(CONNECT_MS, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('connect', () => {
      socket.setTimeout(0);
      this.#network('signOn');
    });
    socket.on('data', (bytes) => {
      const { frames, rest, problem } = framesOf(this.#server.frames, held, bytes);
      held = rest;
      if (this.#up) this.#rest();
      for (const frame of frames) this.#arrived(frame);
      if (problem !== undefined) this.#letGo(problem);
    });
    socket.on('close', () => this.#ended(socket));
  }

  #letGo(trouble: LineTrouble): void {
    this.#events.trouble(trouble);
    this.#up = false;
    this.#socket?.destroy();
  }

  #ended(socket: Socket): void {
    if (socket !== this.#socket) return;
    if (this.#up && !this.#closed) this.#events.trouble('HungUp');
    this.#up = false;
    this.#socket = undefined;
    clearTimeout(this.#timer);
    for (const key of [...this.#flying.keys()]) this.#giveUp(key, unavailable('it was hung up'));
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#dial(), this.#waitMs);
    this.#waitMs = Math.min(2 * this.#waitMs, this.#times.longestWaitMs);
  }

  /** After every sign of life: an echo when there is none for so long. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#network('echo'), this.#times.idleMs);
  }

  #network(what: 'signOn' | 'echo'): void {
    const socket = this.#socket;
    this.#send(
      (keys) => networkRequest(keys, what),
      (result) => {
        if (socket !== this.#socket || socket === undefined) return;
        const good = !('_tag' in result) && result.fields[39] === '00';
        if (!good) return void this.#letGo(what === 'signOn' ? 'SignOnFailed' : 'EchoLost');
        this.#rest();
        if (what !== 'signOn') return;
        this.#up = true;
        this.#waitMs = this.#times.firstWaitMs;
        for (const waiter of [...this.#upWaiters]) waiter(undefined);
      },
    );
  }

  #arrived(frame: Buffer): void {
    const message = decodeIso(frame, this.#server.macKey);
    // Whoever says what cannot be read may have lost its place in the stream, and we ours.
    if (isIsoProblem(message)) return void this.#letGo(message.code === 'MacWrong' ? 'MacWrong' : 'Garbage');
    const { mti } = message;
    if (isRequest(mti)) {
      const request = { ...message, mti };
      const response = mti === '0800' ? Promise.resolve(responseTo(request, '00')) : this.#events.asked(request);
      const socket = this.#socket;
      response
        .then((answer) => answer !== undefined && socket === this.#socket && this.#write(answer))
        .catch(() => this.#write(responseTo(request, '96')));
      return;
    }
    const key = matchingKey(message) ?? '';
    const waiting = this.#flying.get(key);
    if (waiting !== undefined) {
      clearTimeout(waiting.timer);
      this.#flying.delete(key);
      return void waiting.done(message);
    }
    const given = this.#overdue.get(key);
    if (given === undefined) return void this.#events.trouble('Stray');
    this.#overdue.delete(key);
    if (given.mti !== '0800') this.#events.late(given, message);
  }
}
