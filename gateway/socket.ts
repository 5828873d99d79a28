import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Fault, Refusal } from '../domain/kernel/refusal.ts';
import { gauge } from '../telemetry/metrics.ts';
import type { Identity } from './middleware/sign-in.ts';

/**
 * WebSockets of the gateway: how many, how large their messages, and nothing else; what is said over one is its route's
 * business. No cookie counts here and no header: whoever connects says who it is in its first message, with a token, so
 * a page of another origin gets nothing by connecting.
 */

export interface MessageSocket {
  readonly send: (text: string) => void;
  readonly close: (code: number) => void;
}

export interface SocketListener {
  readonly message: (text: string) => void;
  /** Once, whatever the reason. */
  readonly closed: () => void;
}

export interface SocketDoor {
  /** Who the token is of, if whoever holds it may use this route (its row in the table of rights). */
  readonly identify: (token: string) => Promise<Identity | Refusal | Fault>;
  /** The client's address. */
  readonly from: string;
}

export interface SocketRoute {
  readonly path: `/${string}`;
  /** Its row in `SOCKET_RIGHTS`. */
  readonly operationId: string;
  readonly most: number;
  readonly messageBytes: number;
  readonly opened: (socket: MessageSocket, door: SocketDoor) => SocketListener;
  /** The server stops: finish, and close what is open. */
  readonly stop: () => Promise<void>;
}

const MOST_BUFFERED_BYTES = 1_048_576;
/** A peer that does not answer a close is cut. */
const CLOSE_MS = 2_000;
const BINARY = 1003;
const open = gauge({ name: 'hufu_web_sockets', help: 'Open WebSockets', labels: ['path'] });

const turnedAway = (socket: Duplex, status: string): void => {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

const follow = (webSocket: WebSocket, route: SocketRoute, door: SocketDoor): void => {
  open.inc({ path: route.path });
  const listener = route.opened(
    {
      send: (text) => {
        // Whoever does not read what it is sent is gone, or should be.
        if (webSocket.bufferedAmount > MOST_BUFFERED_BYTES) webSocket.terminate();
        else if (webSocket.readyState === webSocket.OPEN) webSocket.send(text);
      },
      close: (code) => {
        webSocket.close(code);
        setTimeout(() => webSocket.terminate(), CLOSE_MS).unref();
      },
    },
    door,
  );
  webSocket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) webSocket.close(BINARY);
    else if (webSocket.readyState === webSocket.OPEN) listener.message(data.toString());
  });
  // `close` follows.
  webSocket.on('error', () => undefined);
  webSocket.on('close', () => {
    open.dec({ path: route.path });
    listener.closed();
  });
};

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** How connections of these routes are taken in. */
export const upgradesOf = (
  routes: readonly SocketRoute[],
  doorOf: (route: SocketRoute, request: IncomingMessage) => SocketDoor,
): Upgrade => {
  const servers = new Map(
    routes.map((route) => [
      route.path as string,
      {
        route,
        server: new WebSocketServer({ noServer: true, maxPayload: route.messageBytes }),
      },
    ]),
  );
  return (request, socket, head) => {
    const found = servers.get((request.url ?? '').split('?')[0] ?? '');
    if (found === undefined) {
      turnedAway(socket, '404 Not Found');
      return;
    }
    const { route, server } = found;
    if (server.clients.size >= route.most) {
      turnedAway(socket, '503 Service Unavailable');
      return;
    }
    server.handleUpgrade(request, socket, head, (webSocket) => follow(webSocket, route, doorOf(route, request)));
  };
};
