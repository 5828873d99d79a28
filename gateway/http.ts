import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Effect, type Scope } from 'effect';
import { type Fault, fault } from '../domain/kernel/refusal.ts';

/** The socket side of the gateway: listens, and stops in good order. */

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export interface Door {
  readonly port: number;
  /** Until the first call every request is answered 503. */
  readonly attach: (listener: Listener) => void;
}

const IDLE_CHECK_MS = 25;

const notYet: Listener = (_request, response) => {
  response.writeHead(503, { 'retry-after': '1' }).end();
};

/**
 * Listens until the scope closes. Then no connection is taken any more, idle ones are closed, and requests under way
 * have `stopMs` until theirs are cut.
 */
export const openDoor = (host: string, port: number, stopMs: number): Effect.Effect<Door, Fault, Scope.Scope> =>
  Effect.gen(function* () {
    let listener = notYet;
    const server = createServer((request, response) => listener(request, response));
    server.headersTimeout = 15_000;
    server.requestTimeout = 600_000;
    server.keepAliveTimeout = 65_000;
    yield* Effect.acquireRelease(listening(server, host, port), () => close(server, stopMs));
    const address = server.address();
    return {
      port: typeof address === 'object' && address !== null ? address.port : port,
      attach: (next) => {
        listener = next;
      },
    };
  });

const listening = (server: Server, host: string, port: number): Effect.Effect<void, Fault> =>
  Effect.async((resume) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      const busy = cause.code === 'EADDRINUSE';
      const what = busy
        ? `Port ${port} of ${host} is taken. Stop what listens there, or set HUFU_HTTP_PORT to another port.`
        : `Cannot listen at ${host}:${port} (${cause.code ?? cause.message}). Check HUFU_HTTP_HOST and HUFU_HTTP_PORT.`;
      resume(Effect.fail(fault('http', busy ? 'PortTaken' : 'CannotListen', what)));
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resume(Effect.void);
    });
  });

const close = (server: Server, stopMs: number): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    const cut = setTimeout(() => server.closeAllConnections(), stopMs);
    // A connection that answers its last request after the door was closed would else be kept alive for a minute.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resume(Effect.void);
    });
  });
