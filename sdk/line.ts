import type { ClientFrame, HelloFrame, ServerFrame } from './protocol.ts';
import { CLOSE, PROTOCOL_VERSION, parseServerFrame } from './protocol.ts';

/** What this package needs of a WebSocket: browsers, Node, React Native and `ws` all have it. */
export interface WebSocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  send(message: string): void;
  close(code?: number, reason?: string): void;
}

export interface LineOptions {
  readonly url: string;
  readonly connect: (url: string) => WebSocketLike;
  readonly token: () => Promise<string>;
  readonly backOff: { readonly firstMs: number; readonly mostMs: number };
  readonly hello: () => Pick<HelloFrame, 'client' | 'session' | 'readers'>;
  readonly received: (frame: ServerFrame) => void;
  /** With the code of the close, 1006 where there was none. @returns whether to connect again. */
  readonly lost: (code: number) => boolean;
}

/** Until the server has said welcome. */
const WELCOME_MS = 10_000;
const MISSED_BEATS = 3;
/** A token is renewed when so much of its life is over. */
const RENEW_AT = 0.8;
const ABNORMAL = 1006;
const LONGEST_TIMER_MS = 2_147_483_647;

/** The connection: opened, kept, noticed when it is dead, opened again. */
export class Line {
  private readonly options: LineOptions;
  private socket: WebSocketLike | undefined;
  private failures = 0;
  private heardAt = 0;
  private ended = false;
  /** Grows with every connection, so that what an old one still has to say is not listened to. */
  private turn = 0;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  welcomed = false;

  constructor(options: LineOptions) {
    this.options = options;
  }

  open(): void {
    if (this.ended) return;
    this.turn += 1;
    const { turn } = this;
    this.after(WELCOME_MS, () => this.lose(turn, ABNORMAL));
    this.options.token().then(
      (token) => {
        if (turn === this.turn && !this.ended) this.dial(turn, token);
      },
      () => this.lose(turn, ABNORMAL),
    );
  }

  send(frame: ClientFrame): void {
    if (this.welcomed) this.socket?.send(JSON.stringify(frame));
  }

  close(): void {
    this.ended = true;
    this.drop(1000);
  }

  private dial(turn: number, token: string): void {
    let socket: WebSocketLike;
    try {
      socket = this.options.connect(this.options.url);
    } catch {
      this.lose(turn, ABNORMAL);
      return;
    }
    this.socket = socket;
    socket.onopen = () => {
      const hello: HelloFrame = { type: 'hello', version: PROTOCOL_VERSION, token, ...this.options.hello() };
      if (turn === this.turn) socket.send(JSON.stringify(hello));
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      if (turn === this.turn) this.heard(turn, data);
    };
    socket.onclose = ({ code }: { readonly code?: number }) => this.lose(turn, code ?? ABNORMAL);
    socket.onerror = () => undefined;
  }

  private heard(turn: number, data: unknown): void {
    this.heardAt = Date.now();
    const frame = typeof data === 'string' ? parseServerFrame(data) : undefined;
    if (frame === undefined) {
      this.lose(turn, CLOSE.badFrame);
      return;
    }
    if (frame.type === 'welcome') {
      this.clearTimers();
      this.failures = 0;
      this.welcomed = true;
      this.beat(turn, Math.max(frame.beatMs, 10));
      this.renewIn(turn, frame.tokenMs);
    } else if (frame.type === 'renewed') this.renewIn(turn, frame.tokenMs);
    this.options.received(frame);
  }

  private beat(turn: number, everyMs: number): void {
    this.after(everyMs, () => {
      if (Date.now() - this.heardAt > MISSED_BEATS * everyMs) {
        this.lose(turn, CLOSE.tooSlow);
        return;
      }
      this.send({ type: 'beat' });
      this.beat(turn, everyMs);
    });
  }

  private renewIn(turn: number, tokenMs: number): void {
    this.after(Math.min(tokenMs * RENEW_AT, LONGEST_TIMER_MS), () => {
      this.options.token().then(
        (token) => {
          if (turn === this.turn) this.send({ type: 'renew', token });
        },
        // The server hangs up when the old one has ended, and the next connection asks again.
        () => undefined,
      );
    });
  }

  private lose(turn: number, code: number): void {
    if (turn !== this.turn || this.ended) return;
    this.turn += 1;
    this.drop(code === ABNORMAL ? 1000 : code);
    if (!this.options.lost(code) || this.ended) return;
    const { firstMs, mostMs } = this.options.backOff;
    const longest = Math.min(firstMs * 2 ** Math.min(this.failures, 20), mostMs);
    this.failures += 1;
    this.after(longest * (0.5 + Math.random() / 2), () => this.open());
  }

  private drop(code: number): void {
    this.welcomed = false;
    this.clearTimers();
    const { socket } = this;
    this.socket = undefined;
    if (socket === undefined) return;
    try {
      // A client may send 1000 or codes of its own.
      socket.close(code === 1000 || code >= 4000 ? code : 1000);
    } catch {
      // It had no connection yet.
    }
  }

  private after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
  }

  private clearTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
