import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certified } from './certificates.ts';

/** The door of a simulated partner that speaks HTTPS: nobody comes in without a certificate of the authority given. */

export interface TlsDoor {
  readonly port: number;
  /** False: refuses connections and ends those that are open; true: lets in again, on the same port. */
  readonly open: (open: boolean) => Promise<void>;
}

const LONGEST_BODY = 16 * 1_024;

/** Undefined when it is too long. */
export const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  let text = '';
  for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += part;
    if (text.length > LONGEST_BODY) return undefined;
  }
  return text;
};

/** An answer in JSON; `twice`: the same bytes come again on the same connection. */
export const sendText = (
  response: ServerResponse,
  status: number,
  text: string,
  twice: boolean,
  headers: Readonly<Record<string, string>> = {},
): void => {
  const head = { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const { socket } = response;
  if (twice && socket !== null) {
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
    response.once('finish', () => socket.write(`HTTP/1.1 ${status} Again\r\n${lines.join('')}\r\n${text}`));
  }
  response.writeHead(status, head).end(text);
};

/** Opens it; a `port` of 0 is any free one, and stays the same from then on. */
export const tlsDoor = async (
  own: Pick<Certified, 'certificate' | 'privateKey'>,
  ca: string,
  host: string,
  port: number,
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<TlsDoor> => {
  const tls = { ca, cert: own.certificate, key: own.privateKey, requestCert: true, rejectUnauthorized: true };
  const server = createServer({ ...tls, minVersion: 'TLSv1.2' }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  // Whoever is not let in is no error of ours.
  server.on('tlsClientError', () => undefined);
  const listen = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(port);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    open: async (open) => {
      if (open === server.listening) return;
      if (open) return listen(bound);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
};
