import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What simulated partners that speak HTTP have in common: a server, bodies of bounded length, answers in JSON. */

/** @throws RangeError when it has more than `longest` bytes */
export const bodyOf = async (request: IncomingMessage, longest: number): Promise<string> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longest) throw new RangeError('too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

export const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};

export interface HttpServer {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Ends open connections, too. */
  readonly close: () => Promise<void>;
}

/** @param port 0: any free one. @param failed answers what `serve` has failed at */
export const httpServer = async (
  host: string,
  port: number,
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  failed: (response: ServerResponse) => void,
): Promise<HttpServer> => {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => failed(response));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
