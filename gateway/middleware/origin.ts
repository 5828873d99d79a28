import type { IncomingMessage } from 'node:http';

/**
 * Headers that every answer carries, and which browsers' origins may read one. Cross-origin calls are off: a route
 * opens itself to a named list of the configuration (`crossOrigin`), and to nothing else.
 */

/** Name of the list → web origins (`http://127.0.0.1:8233`). */
export type Origins = Readonly<Record<string, ReadonlyArray<string>>>;

/** `https`: the public address is https, so browsers are told to stay with it. */
export const securityHeaders = (https: boolean): Readonly<Record<string, string>> => ({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  ...(https ? { 'strict-transport-security': 'max-age=31536000' } : {}),
});

/** Headers that let a page of `origin` read the answer; none when it is not on the list. */
export const crossOriginHeaders = (
  origins: Origins,
  list: string | undefined,
  origin: string | undefined,
): Readonly<Record<string, string>> => {
  if (list === undefined) return {};
  if (origin === undefined || !(origins[list] ?? []).includes(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'cross-origin-resource-policy': 'cross-origin',
  };
};

export const preflightHeaders = (methods: ReadonlyArray<string>): Readonly<Record<string, string>> => ({
  'access-control-allow-methods': methods.join(', '),
  'access-control-allow-headers': 'authorization, content-type, x-namespace, traceparent, x-request-id',
  'access-control-max-age': '600',
});

export interface Client {
  readonly address: string;
  /** The connection comes from this machine, nothing forwarded it, and it was made to a local name. */
  readonly loopback: boolean;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** A page of a foreign name that resolves to this machine (DNS rebinding) is not local. */
const LOCAL_HOST = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/;

/** `proxies`: how many reverse proxies of ours stand before us; each adds an entry to `X-Forwarded-For`. */
export const clientOf = (incoming: IncomingMessage, proxies: number): Client => {
  const peer = incoming.socket.remoteAddress ?? 'unknown';
  const forwarded = String(incoming.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const wasForwarded = forwarded.length > 0 || incoming.headers.forwarded !== undefined;
  const address = proxies > 0 ? (forwarded.at(-proxies) ?? peer) : peer;
  return {
    address: address.slice(0, 64),
    loopback: LOOPBACK.test(peer) && !wasForwarded && LOCAL_HOST.test(incoming.headers.host ?? ''),
  };
};
