import { Line, type WebSocketLike } from './line.ts';
import type {
  Ask,
  CardRead,
  CardWritten,
  ClientFrame,
  ComponentName,
  Problem,
  ReaderState,
  ServerFrame,
  WriteWish,
} from './protocol.ts';
import { CLOSE, LIMITS } from './protocol.ts';
import type { CardSlot } from './slot.ts';
import { Station } from './station.ts';

/**
 * The client of the card service: it keeps one WebSocket to the server, carries out on its slots what the server asks,
 * and passes on what an app wants: a card read, a card written. It knows nothing of cards and holds no key. A server
 * that restarts, or a line that is cut, costs time only: what was asked is asked again under the same id.
 */

/** Why something was not done, in the server's words. */
export class CardServiceError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.message} (${problem.code})`);
    this.name = 'CardServiceError';
    this.problem = problem;
  }
}

export type ConnectionState =
  | { readonly state: 'connecting' | 'connected' }
  /** It does not try again: `code` is `Replaced`, `NotAllowed`, `OtherVersion` or `Stopped`. */
  | { readonly state: 'stopped'; readonly code: string };

/** How far a read or a write is: not sent yet, with the server, or so many commands carried out on the card. */
export interface AskProgress {
  readonly state: 'waiting' | 'asked' | 'working';
  readonly commands: number;
}

/** The writing component (写卡组件) that a Telecom card is written by. Its private key stays with whoever made it. */
export interface WritingComponent extends ComponentName {
  /** The Ed25519 signature over these bytes, 64 bytes: `crypto.subtle.sign('Ed25519', key, text)`, or a key store's. */
  readonly sign: (text: Uint8Array) => Promise<Uint8Array>;
}

export interface CardClientOptions {
  /** `wss://host/v1/sim/card-service` */
  readonly url: string;
  /** Which machine this is, among those that use the same credentials. */
  readonly client: string;
  /** An access token that is good now; asked at every connection, and before the last one ends. */
  readonly token: () => Promise<string>;
  readonly slots: readonly CardSlot[];
  /** For Telecom cards; left out where the CRM has another program answer the challenge. */
  readonly component?: WritingComponent;
  readonly connect: (url: string) => WebSocketLike;
  /** Waits after a lost connection: doubled from the first to the longest, half of each by chance. */
  readonly backOff?: { readonly firstMs: number; readonly mostMs: number };
  readonly onState?: (state: ConnectionState) => void;
}

export interface AskOptions {
  readonly onProgress?: (progress: AskProgress) => void;
  /** How long to go on asking, whatever becomes of server and line. Default 5 minutes. */
  readonly withinMs?: number;
}

interface Asked {
  readonly ask: Ask;
  readonly frame: ClientFrame;
  commands: number;
  again: ReturnType<typeof setTimeout> | undefined;
  readonly limit: ReturnType<typeof setTimeout>;
  readonly progress: (progress: AskProgress) => void;
  readonly resolve: (result: CardRead | CardWritten) => void;
  readonly reject: (error: CardServiceError) => void;
}

const ASK_WITHIN_MS = 300_000;
const FATAL: Readonly<Record<number, string>> = {
  [CLOSE.replaced]: 'Replaced',
  [CLOSE.notAllowed]: 'NotAllowed',
  [CLOSE.otherVersion]: 'OtherVersion',
};

const problem = (code: string, message: string): CardServiceError =>
  new CardServiceError({ code, message, field: null, action: null, retryAfterMs: null });

const named = ({ name, version }: ComponentName): ComponentName => ({ name, version });

export class CardClient {
  private readonly options: CardClientOptions;
  private readonly stations: ReadonlyMap<string, Station>;
  private readonly line: Line;
  private readonly asked = new Map<string, Asked>();
  private readonly unwatch: ReadonlyArray<() => void>;
  private readonly seed = Math.random().toString(36).slice(2, 12);
  private asks = 0;
  private session: string | null = null;
  private stopped: string | undefined;

  constructor(options: CardClientOptions) {
    this.options = options;
    const send = (frame: ClientFrame): void => this.line.send(frame);
    const sign = options.component?.sign;
    this.stations = new Map(
      options.slots.map((slot) => [
        slot.name,
        new Station({ slot, sign, send, started: () => this.worked(slot.name) }),
      ]),
    );
    this.line = new Line({
      url: options.url,
      connect: options.connect,
      token: options.token,
      backOff: options.backOff ?? { firstMs: 250, mostMs: 15_000 },
      hello: () => ({ client: options.client, session: this.session, readers: this.readers() }),
      received: (frame) => this.received(frame),
      lost: (code) => this.lost(code),
    });
    this.unwatch = options.slots.map((slot) => slot.watch?.(() => this.tellReaders()) ?? (() => undefined));
  }

  start(): void {
    this.options.onState?.({ state: 'connecting' });
    this.line.open();
  }

  /** Ends everything: what was asked and has no answer is refused with `Stopped`; it may go on at the server. */
  async stop(): Promise<void> {
    this.end('Stopped');
    await Promise.all([...this.stations.values()].map((station) => station.close()));
  }

  readers(): readonly ReaderState[] {
    return [...this.stations.values()].map(({ slot }) => ({ name: slot.name, present: slot.present() }));
  }

  /** What lies in the slot, its number masked. @throws CardServiceError (rejects) */
  async read(reader: string, options: AskOptions = {}): Promise<CardRead> {
    const result = await this.put({ what: 'read', reader }, options);
    if (result.what !== 'read') throw problem('ProtocolError', 'The server answered something else than was asked.');
    return result;
  }

  /**
   * Has the server write the card in the slot. The request id is the CRM's own: the same again gets the same answer,
   * or goes on with a write that is in doubt. @throws CardServiceError (rejects)
   */
  async write(reader: string, request: string, wish: WriteWish, options: AskOptions = {}): Promise<CardWritten> {
    const ask = { what: 'write', reader, request, wish } as const;
    const { component } = this.options;
    const shown = wish.operator === undefined || component === undefined ? {} : { component: named(component) };
    const result = await this.put({ ...ask, ...shown }, options);
    if (result.what !== 'write') throw problem('ProtocolError', 'The server answered something else than was asked.');
    return result;
  }

  private put(ask: Ask, { onProgress, withinMs = ASK_WITHIN_MS }: AskOptions): Promise<CardRead | CardWritten> {
    if (this.stopped !== undefined) return Promise.reject(problem(this.stopped, 'The card service has stopped.'));
    if (!this.stations.has(ask.reader)) {
      return Promise.reject(problem('ReaderUnknown', 'There is no reader of this name.'));
    }
    if (this.asked.size >= LIMITS.asks) {
      return Promise.reject(problem('Busy', 'Too much is under way. Ask again when something has ended.'));
    }
    this.asks += 1;
    const id = `${this.seed}-${this.asks}`;
    return new Promise((resolve, reject) => {
      const late = (): void => {
        this.take(id)?.reject(problem('Timeout', 'The server did not answer in time. Ask again with the same id.'));
      };
      const asked: Asked = {
        ask,
        frame: { type: 'ask', ask: id, ...ask },
        commands: 0,
        again: undefined,
        limit: setTimeout(late, withinMs),
        progress: onProgress ?? (() => undefined),
        resolve,
        reject,
      };
      this.asked.set(id, asked);
      this.ask(asked);
    });
  }

  private ask(asked: Asked): void {
    asked.again = undefined;
    const sent = this.line.welcomed;
    if (sent) this.line.send(asked.frame);
    asked.progress({ state: sent ? 'asked' : 'waiting', commands: asked.commands });
  }

  private take(id: string): Asked | undefined {
    const asked = this.asked.get(id);
    this.asked.delete(id);
    clearTimeout(asked?.limit);
    clearTimeout(asked?.again);
    return asked;
  }

  private received(frame: ServerFrame): void {
    switch (frame.type) {
      case 'welcome': {
        if (!frame.resumed) for (const station of this.stations.values()) station.forget();
        this.session = frame.session;
        this.options.onState?.({ state: 'connected' });
        for (const asked of this.asked.values()) if (asked.again === undefined) this.ask(asked);
        return;
      }
      case 'command': {
        const station = this.stations.get(frame.reader);
        if (station !== undefined) station.command(frame);
        else {
          const message = 'There is no reader of this name.';
          this.line.send({ type: 'fault', id: frame.id, code: 'ReaderUnavailable', execution: 'no', message });
        }
        return;
      }
      case 'done':
        this.take(frame.ask)?.resolve(frame.result);
        return;
      case 'refused':
        this.refused(frame.ask, frame.problem);
        return;
      default:
    }
  }

  /** What may succeed later is asked again later, under the same id, as long as whoever asked waits. */
  private refused(id: string, refusal: Problem): void {
    const asked = this.asked.get(id);
    if (asked === undefined) return;
    if (refusal.retryAfterMs === null) this.take(id)?.reject(new CardServiceError(refusal));
    else {
      clearTimeout(asked.again);
      asked.again = setTimeout(() => this.ask(asked), Math.max(refusal.retryAfterMs, 100));
    }
  }

  private worked(reader: string): void {
    for (const asked of this.asked.values()) {
      if (asked.ask.reader !== reader) continue;
      asked.commands += 1;
      asked.progress({ state: 'working', commands: asked.commands });
    }
  }

  private tellReaders(): void {
    if (this.line.welcomed) this.line.send({ type: 'readers', readers: this.readers() });
  }

  /** @returns whether to try again. */
  private lost(code: number): boolean {
    const fatal = FATAL[code];
    if (fatal === undefined) {
      this.options.onState?.({ state: 'connecting' });
      return true;
    }
    this.end(fatal);
    return false;
  }

  private end(code: string): void {
    if (this.stopped !== undefined) return;
    this.stopped = code;
    this.line.close();
    for (const stop of this.unwatch) stop();
    for (const id of [...this.asked.keys()]) {
      this.take(id)?.reject(problem(code, 'The card service has stopped before there was an answer.'));
    }
    this.options.onState?.({ state: 'stopped', code });
  }
}
