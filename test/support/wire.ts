import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP connection's way from one process to another that can be cut, as when somebody pulls a plug. */
export class Wire {
  readonly port: number;
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(port: number, to: number) {
    this.port = port;
    this.#to = to;
  }

  /** Whoever connects to `port` of this machine reaches its port `to`. */
  static async lay(to: number, port: number): Promise<Wire> {
    const wire = new Wire(port, to);
    await wire.mend();
    return wire;
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

  async mend(): Promise<void> {
    if (this.#server !== undefined) return;
    this.#server = createServer((near) => this.#join(near));
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  #join(near: Socket): void {
    const far = connect(this.#to, '127.0.0.1');
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
    near.pipe(far);
    far.pipe(near);
  }
}
