import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpServer, httpServer } from './http.ts';

/** Pages for people's browsers in a simulated partner: what a small web site needs of HTTP, and no more. */

export interface WebRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of a form; empty when the body is none. */
  readonly form: URLSearchParams;
  readonly body: string;
  readonly cookies: ReadonlyMap<string, string>;
  readonly headers: IncomingMessage['headers'];
}

export interface WebAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const LONGEST_BODY = 16 * 1_024;

/** Whatever a person or a partner has written becomes text. */
export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}' +
  'label{display:block;margin:.6rem 0}input,select,button{font:inherit;padding:.3rem .5rem}' +
  '.code{color:#a00}.agreement{border:1px solid #bbb;padding:.8rem;max-height:12rem;overflow:auto}';

/** @param main HTML; @param refresh seconds after which the browser looks again, or `seconds;url=…` */
export const htmlPage = (title: string, main: string, status = 200, refresh?: string): WebAnswer => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ...(refresh === undefined ? {} : { refresh }),
  },
  body:
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>` +
    `<style>${STYLE}</style></head><body><h1>${escaped(title)}</h1>${main}</body></html>\n`,
});

export const jsonAnswer = (status: number, value: unknown): WebAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export const goTo = (location: string, headers: Readonly<Record<string, string>> = {}): WebAnswer => ({
  status: 303,
  headers: { ...headers, location, 'referrer-policy': 'no-referrer' },
  body: '',
});

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += part;
    if (text.length > LONGEST_BODY) throw new RangeError('too long');
  }
  return text;
};

const cookiesOf = (header: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    (header ?? '').split(/; */).flatMap((pair) => {
      const at = pair.indexOf('=');
      return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)] as const] : [];
    }),
  );

const read = async (request: IncomingMessage): Promise<WebRequest> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
  const body = request.method === 'POST' ? await bodyOf(request) : '';
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    form: new URLSearchParams(isForm ? body : ''),
    body,
    cookies: cookiesOf(request.headers.cookie),
    headers: request.headers,
  };
};

/** `undefined`: the connection is cut without an answer. @param port 0: any free one */
export const webSite = async (
  host: string,
  port: number,
  serve: (request: WebRequest) => Promise<WebAnswer | undefined>,
): Promise<HttpServer> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answered = await serve(await read(request));
    if (answered === undefined) return void request.socket.destroy();
    response.writeHead(answered.status, { ...answered.headers }).end(answered.body);
  };
  return httpServer(host, port, answer, (response) => {
    if (!response.headersSent) response.writeHead(500).end();
  });
};
