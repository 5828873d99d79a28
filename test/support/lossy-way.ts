import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to the database that loses answers: what the server did is done, but nobody is told. */
export class LossyWay {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private answers = 0;
  cuts = 0;
  armed = false;

  constructor(target: URL) {
    this.server = createServer((inside) => {
      const outside = connect(Number(target.port), target.hostname);
      for (const socket of [inside, outside]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.sockets.delete(socket);
          inside.destroy();
          outside.destroy();
        });
      }
      // Counted in answers, not in time: progress between two cuts is certain on the slowest machine.
      outside.on('data', () => {
        if (this.armed && ++this.answers % 25 === 0) this.cut();
      });
      inside.pipe(outside).pipe(inside);
    });
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  cut(): void {
    this.cuts++;
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }
}
