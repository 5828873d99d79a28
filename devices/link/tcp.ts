import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { Effect, Queue, type Scope } from 'effect';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { type Link, linkOver, unavailable, type WriteOptions } from './link.ts';

/**
 * Links over TCP: to a device that listens (a serial server, a lock board with a network port), and from devices that
 * dial in (a card simulator of the vpcd kind, a cabinet behind an address translation). The line is neither encrypted
 * nor signed in: it belongs on a private network, or the driver does both.
 */

export interface TcpOptions extends WriteOptions {
  readonly host: string;
  readonly port: number;
  /** Default 5 s. */
  readonly connectTimeoutMs?: number;
}

export interface TcpListenOptions extends WriteOptions {
  /** Default 127.0.0.1: whoever opens it to a network says so. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
  /** Peers that have dialled in and nobody has taken yet; more are hung up on. Default 16. */
  readonly maxWaiting?: number;
}

export interface TcpListener {
  readonly port: number;
  /** The next peer that dials in; waits for one. The link is closed with the scope of the caller. */
  readonly accept: Effect.Effect<Link, never, Scope.Scope>;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** A peer whose power went says nothing: the operating system asks after this long, and gives up after some tries. */
const KEEP_ALIVE_MS = 10_000;

const linkOf = (name: string, socket: Socket, options: WriteOptions): Effect.Effect<Link, never, Scope.Scope> => {
  // Frames are small and answers are waited for: they must not wait for each other in a buffer.
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  const shut = async (): Promise<void> => {
    socket.destroy();
  };
  return linkOver(name, socket, shut, options);
};

const connected = (name: string, { host, port, connectTimeoutMs }: TcpOptions): Effect.Effect<Socket, Fault> =>
  Effect.async((resume) => {
    const socket = dial({ host, port });
    const timeoutMs = connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const failed = (error: Error): void => {
      clearTimeout(timer);
      resume(Effect.fail(unavailable(name, error.message)));
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      resume(Effect.succeed(socket));
    });
    return Effect.sync(() => {
      clearTimeout(timer);
      socket.destroy();
    });
  });

/** Dials. Fails with `LinkUnavailable` when nobody answers. */
export const openTcp = (options: TcpOptions): Effect.Effect<Link, Fault, Scope.Scope> => {
  const name = `tcp ${options.host}:${options.port}`;
  // A socket that is connected belongs to the scope, whatever interrupts us in between.
  return Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(restore(connected(name, options)), (socket) => linkOf(name, socket, options)),
  );
};

const listening = (server: Server, host: string, port: number): Effect.Effect<void, Fault> =>
  Effect.async((resume) => {
    const failed = (error: Error): void => resume(Effect.fail(unavailable(`tcp ${host}:${port}`, error.message)));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resume(Effect.void);
    });
  });

/** Waits for peers until the scope closes; then those that nobody has taken are hung up on. */
export const listenTcp = (options: TcpListenOptions): Effect.Effect<TcpListener, Fault, Scope.Scope> =>
  Effect.gen(function* () {
    const host = options.host ?? '127.0.0.1';
    const waiting = yield* Queue.dropping<Socket>(options.maxWaiting ?? 16);
    const unclaimed = new Set<Socket>();
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      // Until it is taken nobody else listens to its end.
      socket.on('error', () => undefined);
      unclaimed.add(socket);
      if (!waiting.unsafeOffer(socket)) {
        unclaimed.delete(socket);
        socket.destroy();
      }
    });
    yield* Effect.acquireRelease(listening(server, host, options.port), () =>
      Effect.sync(() => {
        for (const socket of unclaimed) socket.destroy();
        // Links that were taken live on; waiting for their end would hold up ours.
        server.close();
      }),
    );
    const { port } = server.address() as AddressInfo;
    const accept = Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(Queue.take(waiting)), (socket) => {
        unclaimed.delete(socket);
        return linkOf(`tcp from ${socket.remoteAddress ?? 'a peer'}:${socket.remotePort ?? 0}`, socket, options);
      }),
    );
    return { port, accept };
  });
