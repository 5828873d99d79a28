import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';

/**
 * The gateway as a careful caller uses it: a token by client credentials, one `Idempotency-Key` per operation, and the
 * same request again while nobody answers. So a node may die in the middle and nothing happens twice.
 */
export interface ApiAnswer<Body> {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Body;
}

interface DemoUsers {
  readonly users: ReadonlyArray<{ readonly subject: string; readonly clientSecret: string }>;
}

/** As long as a node needs to be started again, and its leases to be taken over. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 500;

const isTransient = (status: number): boolean => status === 429 || status === 502 || status === 503;

export class ApiClient {
  readonly #base: string;
  readonly #subject: string;
  readonly #secret: string;
  #token: { readonly text: string; readonly untilMs: number } | undefined;

  /** @param keyDir where the embedded issuer has its demo users */
  constructor(base: string, keyDir: string, subject: string) {
    this.#base = base;
    this.#subject = subject;
    const { users }: DemoUsers = JSON.parse(readFileSync(join(keyDir, 'issuer.demo-users.json'), 'utf8'));
    const user = users.find((each) => each.subject === subject);
    if (user === undefined)
      throw new Failure(`there is no demo user ${subject}`, 'Remove the key directory to make them anew.');
    this.#secret = user.clientSecret;
  }

  get = <Body>(path: string): Promise<ApiAnswer<Body>> => this.#ask<Body>('GET', path, undefined, {});

  post = <Body>(path: string, body: unknown): Promise<ApiAnswer<Body>> =>
    this.#ask<Body>('POST', path, JSON.stringify(body), {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    });

  /** Hands in a file's bytes. */
  upload = <Body>(path: string, bytes: Uint8Array, type = 'text/plain'): Promise<ApiAnswer<Body>> =>
    this.#ask<Body>('POST', path, bytes, { 'content-type': type, 'idempotency-key': randomUUID() });

  /** The bytes at a path. */
  download = async (path: string): Promise<Uint8Array> => {
    const response = await this.#patiently(async () =>
      fetch(`${this.#base}${path}`, { headers: { authorization: `Bearer ${await this.#bearer()}` } }),
    );
    if (!response.ok) throw new Failure(`GET ${path} answered ${response.status}: ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  };

  #ask = async <Body>(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer<Body>> => {
    const response = await this.#patiently(async () =>
      fetch(`${this.#base}${path}`, {
        method,
        headers: { ...headers, authorization: `Bearer ${await this.#bearer()}` },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
      }),
    );
    const text = await response.text();
    if (!response.ok) throw new Failure(`${method} ${path} answered ${response.status}: ${text}`);
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      body: JSON.parse(text === '' ? 'null' : text),
    };
  };

  /** Asks again while nobody answers, or who answers says that it will pass. */
  #patiently = async (request: () => Promise<Response>): Promise<Response> => {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const response = await request();
        if (!isTransient(response.status) || Date.now() > until) return response;
        const seconds = Number(response.headers.get('retry-after') ?? '0');
        await response.body?.cancel();
        await sleep(Math.max(PAUSE_MS, Math.min(seconds, 10) * 1_000));
      } catch (cause) {
        if (cause instanceof Failure || Date.now() > until) throw cause;
        await sleep(PAUSE_MS);
      }
    }
  };

  #bearer = async (): Promise<string> => {
    if (this.#token !== undefined && Date.now() < this.#token.untilMs) return this.#token.text;
    const response = await fetch(`${this.#base}/oidc/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${this.#subject}:${this.#secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
    const granted: { access_token: string; expires_in: number } = JSON.parse(await response.text());
    // Renewed a little before its end, so that it does not expire on the way.
    this.#token = { text: granted.access_token, untilMs: Date.now() + (granted.expires_in - 30) * 1_000 };
    return granted.access_token;
  };
}
