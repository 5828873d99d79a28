import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Effect, type Scope } from 'effect';
import { type Fault, fault } from '../domain/kernel/refusal.ts';
import type { Upgrade } from './socket.ts';

/** The socket side of the gateway: listens, and stops in good order. */

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export interface Door {
  readonly port: number;
  /** Until the first call every request is answered 503, and no WebSocket is opened. */
  readonly attach: (listener: Listener, upgrade?: Upgrade) => void;
}

/** Who we are, and whose certificates we take: nobody comes in without one. PEM. */
export interface DoorCertificates {
  readonly certificate: string;
  readonly privateKey: string;
  readonly clientAuthorities: string;
}

export interface DoorPlace {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly stopMs: number;
  /** Which variables say so, for whoever must change them. */
  readonly variables: { readonly host: string; readonly port: string };
  readonly certificates?: DoorCertificates;
}

const IDLE_CHECK_MS = 25;

const notYet: Listener = (_request, response) => {
  response.writeHead(503, { 'retry-after': '1' }).end();
};

const noSockets: Upgrade = (_request, socket) => socket.destroy();

/**
 * Listens until the scope closes. Then no connection is taken any more, idle ones are closed, and requests under way
 * have `stopMs` until theirs are cut.
 */
export const openDoor = (place: DoorPlace): Effect.Effect<Door, Fault, Scope.Scope> =>
  Effect.gen(function* () {
    const { port, stopMs, certificates } = place;
    let listener = notYet;
    let upgrade = noSockets;
    // A client that would rather speak HTTP/2 is answered as it asked.
    const shouldUpgradeCallback = ({ headers }: IncomingMessage): boolean =>
      headers.upgrade?.toLowerCase() === 'websocket';
    const serve: Listener = (request, response) => listener(request, response);
    const server =
      certificates === undefined
        ? createServer({ shouldUpgradeCallback }, serve)
        : createTlsServer({ ...tlsOf(certificates), shouldUpgradeCallback }, serve);
    server.on('upgrade', (request, socket, head) => upgrade(request, socket, head));
    server.headersTimeout = 15_000;
    server.requestTimeout = 600_000;
    server.keepAliveTimeout = 65_000;
    yield* Effect.acquireRelease(listening(server, place), () => close(server, stopMs));
    const address = server.address();
    return {
      port: typeof address === 'object' && address !== null ? address.port : port,
      attach: (next, nextUpgrade = noSockets) => {
        listener = next;
        upgrade = nextUpgrade;
      },
    };
  });

const tlsOf = ({ certificate, privateKey, clientAuthorities }: DoorCertificates) => ({
  cert: certificate,
  key: privateKey,
  ca: clientAuthorities,
  requestCert: true,
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2' as const,
});

const listening = (server: Server, { host, port, variables }: DoorPlace): Effect.Effect<void, Fault> =>
  Effect.async((resume) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      const busy = cause.code === 'EADDRINUSE';
      const what = busy
        ? `Port ${port} of ${host} is taken. Stop what listens there, or set ${variables.port} to another port.`
        : `Cannot listen at ${host}:${port} (${cause.code ?? cause.message}). Check ${variables.host} and ${variables.port}.`;
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
