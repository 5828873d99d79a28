import type { ClientLine, RemoteClient } from '../../../devices/card-reader/remote/remote-client.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import { isFault, isRefusal } from '../../../domain/kernel/refusal.ts';
import {
  type Ask,
  CLOSE,
  type ClientFrame,
  type HelloFrame,
  PROTOCOL_VERSION,
  parseClientFrame,
} from '../../../sdk/protocol.ts';
import type { Identity } from '../../middleware/sign-in.ts';
import type { MessageSocket, SocketDoor, SocketListener } from '../../socket.ts';

/** One WebSocket of a client of the card service, from its hello to its end. Until it is welcomed it can do nothing. */

export interface ConnectionTimes {
  readonly helloMs: number;
  readonly beatMs: number;
  readonly graceMs: number;
}

export interface ConnectionHost {
  readonly times: ConnectionTimes;
  /** The session of this client, or a new one; undefined when there are too many. */
  readonly enter: (
    caller: Caller,
    hello: HelloFrame,
  ) => { readonly client: RemoteClient; readonly resumed: boolean } | undefined;
  readonly asked: (client: RemoteClient, caller: Caller, id: string, ask: Ask) => void;
}

const MISSED_BEATS = 3;
/** Far more than a reader can do. */
const FRAMES_PER_MS = 2;
const LONGEST_TIMER_MS = 2_147_483_647;
const TRY_LATER = 1013;

const codeOf = (failure: { readonly code: string }): number => {
  if (isFault(failure)) return TRY_LATER;
  if (failure.code === 'NotAllowed') return CLOSE.notAllowed;
  return isRefusal(failure) && failure.kind === 'exhausted' ? CLOSE.tooMany : CLOSE.notSignedIn;
};

export class Connection implements SocketListener {
  private readonly socket: MessageSocket;
  private readonly door: SocketDoor;
  private readonly host: ConnectionHost;
  private readonly line: ClientLine;
  private state: 'new' | 'greeting' | 'welcomed' | 'closed' = 'new';
  private client: RemoteClient | undefined;
  private caller: Caller | undefined;
  private silence: ReturnType<typeof setTimeout>;
  private tokenEnd: ReturnType<typeof setTimeout> | undefined;
  private beats: ReturnType<typeof setInterval> | undefined;
  /** Heard since the last beat. */
  private frames = 0;

  constructor(socket: MessageSocket, door: SocketDoor, host: ConnectionHost) {
    this.socket = socket;
    this.door = door;
    this.host = host;
    this.line = {
      send: (frame) => socket.send(JSON.stringify(frame)),
      close: (code) => this.end(code),
    };
    this.silence = setTimeout(() => this.end(CLOSE.tooSlow), host.times.helloMs);
  }

  message(text: string): void {
    if (this.state === 'closed') return;
    this.frames += 1;
    if (this.frames > FRAMES_PER_MS * this.host.times.beatMs) {
      this.end(CLOSE.tooMany);
      return;
    }
    const frame = parseClientFrame(text);
    if (frame === undefined) this.end(CLOSE.badFrame);
    else if (this.state === 'new' && frame.type === 'hello') void this.greeted(frame);
    else if (this.state === 'welcomed') this.heard(frame);
    else this.end(CLOSE.badFrame);
  }

  closed(): void {
    this.state = 'closed';
    clearTimeout(this.silence);
    clearTimeout(this.tokenEnd);
    clearInterval(this.beats);
    this.client?.detach(this.line);
  }

  private end(code: number): void {
    if (this.state === 'closed') return;
    this.socket.close(code);
    // A peer that is gone does not answer a close: what it had is free from now on.
    this.closed();
  }

  private async greeted(hello: HelloFrame): Promise<void> {
    this.state = 'greeting';
    if (hello.version !== PROTOCOL_VERSION) {
      this.end(CLOSE.otherVersion);
      return;
    }
    const identity = await this.identified(hello.token);
    if (identity === undefined) return;
    const entered = this.host.enter(identity.caller, hello);
    if (entered === undefined) {
      this.end(CLOSE.tooMany);
      return;
    }
    const { client, resumed } = entered;
    const { beatMs, graceMs } = this.host.times;
    this.state = 'welcomed';
    this.client = client;
    this.caller = identity.caller;
    client.attach(this.line, hello.readers, CLOSE.replaced);
    const tokenMs = this.endWith(identity);
    const { session } = client;
    this.line.send({ type: 'welcome', version: PROTOCOL_VERSION, session, resumed, beatMs, graceMs, tokenMs });
    this.beats = setInterval(() => {
      this.frames = 0;
      this.line.send({ type: 'beat' });
    }, beatMs);
    this.listen();
    client.resume();
  }

  /** Undefined: it was hung up on. */
  private async identified(token: string): Promise<Identity | undefined> {
    const identity = await this.door.identify(token).catch(() => undefined);
    if (this.state === 'closed') return undefined;
    if (identity !== undefined && 'caller' in identity) return identity;
    this.end(identity === undefined ? TRY_LATER : codeOf(identity));
    return undefined;
  }

  /** The token that ends takes the connection with it. @returns how long it is good. */
  private endWith({ expiresAtMs }: Identity): number {
    const tokenMs = Math.max(0, Math.min(expiresAtMs - Date.now(), LONGEST_TIMER_MS));
    clearTimeout(this.tokenEnd);
    this.tokenEnd = setTimeout(() => this.end(CLOSE.notSignedIn), tokenMs);
    return Math.floor(tokenMs);
  }

  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.end(CLOSE.tooSlow), MISSED_BEATS * this.host.times.beatMs);
  }

  private heard(frame: ClientFrame): void {
    const { client, caller } = this;
    if (client === undefined || caller === undefined) return;
    this.listen();
    switch (frame.type) {
      case 'hello':
        this.end(CLOSE.badFrame);
        return;
      case 'answer':
      case 'fault':
        client.answered(frame);
        return;
      case 'readers':
        client.update(frame.readers);
        return;
      case 'renew':
        void this.renewed(frame.token, caller);
        return;
      case 'ask': {
        const { type: _, ask: id, ...ask } = frame;
        this.host.asked(client, caller, id, ask);
        return;
      }
      default:
    }
  }

  private async renewed(token: string, { subject, tenant }: Caller): Promise<void> {
    const identity = await this.identified(token);
    if (identity === undefined) return;
    if (identity.caller.subject !== subject || identity.caller.tenant !== tenant) this.end(CLOSE.notAllowed);
    else this.line.send({ type: 'renewed', tokenMs: this.endWith(identity) });
  }
}
