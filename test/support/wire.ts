import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The other end of a wire; a URL is one. */
export interface End {
  readonly hostname: string;
  readonly port: number | string;
}

/** A TCP connection's way from one process to another that can be cut, as when somebody pulls a plug, or that loses answers. */
export class Wire {
  /** How often connections were broken while the wire stayed. */
  breaks = 0;
  /** After so many pieces of answers connections break: what the other end did is done, but nobody is told. */
  breakEvery: number | undefined;
  readonly #to: End;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #answers = 0;
  #server: Server | undefined;

  private constructor(to: End, port: number) {
    this.#to = to;
    this.#port = port;
  }

  /** Whoever connects to `port` of this machine (0: any) reaches the end. */
  static async lay(to: End, port = 0): Promise<Wire> {
    const wire = new Wire(to, port);
    await wire.mend();
    return wire;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections break, and new ones are refused. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Takes connections again, on the same port. */
  async mend(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((near) => this.#join(near));
    this.#server = server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  #join(near: Socket): void {
    const far = connect(Number(this.#to.port), this.#to.hostname);
    const both = [near, far];
    for (const socket of both) {
      this.#sockets.add(socket);
      // The other end goes with this one; what was on its way is lost.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        for (const one of both) one.destroy();
      });
      socket.setNoDelay(true);
    }
    // Counted in answers, not in time: progress between two breaks is certain on the slowest machine.
    far.on('data', () => {
      if (this.breakEvery === undefined) return;
      this.#answers += 1;
      if (this.#answers % this.breakEvery === 0) this.#break();
    });
    near.pipe(far);
    far.pipe(near);
  }

  #break(): void {
    this.breaks += 1;
    for (const socket of this.#sockets) socket.destroy();
  }
}
