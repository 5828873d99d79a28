import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { Effect } from 'effect';
import { type Fault, fault } from '../domain/kernel/refusal.ts';

/**
 * Calls over HTTPS with certificates on both sides. Only the authority that the partner gave us by another way is
 * believed, and the name in the partner's certificate must be that of the address.
 */

export interface TlsServer {
  /** `https://HOST[:PORT]`. */
  readonly url: string;
  /** PEM: whom we believe, and who we are. */
  readonly ca: string;
  readonly certificate: string;
  readonly privateKey: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Connection {
  /** A body, in JSON unless the headers say otherwise, and headers beside those that follow from it. */
  readonly post: (
    path: string,
    body: string,
    headers?: Readonly<Record<string, string>>,
  ) => Effect.Effect<Answer, Fault>;
  readonly close: Effect.Effect<void>;
}

/** Somebody stands at a counter. */
export const CALL_TIMEOUT_MS = 8_000;
const MOST_SOCKETS = 16;
const LONGEST_ANSWER = 64 * 1_024;

/** What is wrong with our certificate or theirs is for a person, however often it is tried. */
const TLS_TROUBLE = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** @param service who did not answer, for the fault: `eop`, `bank`. */
const unanswered =
  (service: string) =>
  (error: unknown): Fault => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const who = service.toUpperCase();
    if (code === 'Timeout') return fault(service, 'Timeout', `${who} did not answer in time.`);
    if (code === 'TooLong') return fault(service, 'MalformedAnswer', `${who} answered more than it may.`);
    // What the transport says may quote addresses; the code is enough.
    return TLS_TROUBLE.test(code)
      ? fault(service, 'TlsFailed', `${who} and we do not believe each other’s certificates (${code}).`)
      : fault(service, 'Unavailable', `${who} did not answer (${code === '' ? 'no code' : code}).`);
  };

const named = (code: string): Error => Object.assign(new Error(code), { code });

const send = (options: RequestOptions, body: string, timeoutMs: number, signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ ...options, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > LONGEST_ANSWER) sent.destroy(named('TooLong'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    // For the whole call, not for a pause in it.
    const late = setTimeout(() => sent.destroy(named('Timeout')), timeoutMs);
    sent.on('error', reject);
    sent.on('close', () => clearTimeout(late));
    sent.end(body);
  });

export const connectionTo = (service: string, server: TlsServer, timeoutMs: number = CALL_TIMEOUT_MS): Connection => {
  const { hostname, port } = new URL(server.url);
  const agent = new Agent({
    // A connection for each call: an answer that is sent twice is never taken for that of the next call.
    keepAlive: false,
    maxSockets: MOST_SOCKETS,
    ca: server.ca,
    cert: server.certificate,
    key: server.privateKey,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
  return {
    post: (path, body, more = {}) =>
      Effect.tryPromise({
        try: (signal) => {
          const headers = { 'content-type': 'application/json', ...more, 'content-length': Buffer.byteLength(body) };
          const host = hostname.replace(/^\[|\]$/g, '');
          const where = { host, port: port === '' ? 443 : Number(port), path, method: 'POST' };
          return send({ ...where, headers, agent }, body, timeoutMs, signal);
        },
        catch: unanswered(service),
      }),
    close: Effect.sync(() => agent.destroy()),
  };
};
