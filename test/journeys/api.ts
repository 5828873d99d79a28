import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { USERS_FILE } from '../../gateway/issuer/demo-users.ts';

/** The gateway as a caller sees it: statuses and bodies, refusals too; what will pass by itself is asked again. */

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A refusal's body (RFC 9457). */
export interface Problem {
  readonly code: string;
  readonly detail?: string;
  readonly field?: string;
}

interface DemoUsers {
  readonly users: ReadonlyArray<{ readonly subject: string; readonly clientSecret: string }>;
}

const PATIENCE_MS = 60_000;

/** An access token of a demo user. @param keys the key directory of the nodes. */
export const signIn = async (url: string, keys: string, subject: string): Promise<string> => {
  const { users }: DemoUsers = JSON.parse(readFileSync(join(keys, USERS_FILE), 'utf8'));
  const user = users.find((each) => each.subject === subject);
  if (user === undefined) throw new Error(`there is no demo user ${subject}`);
  const response = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${user.subject}:${user.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const granted = (await response.json()) as { readonly access_token?: string };
  if (granted.access_token === undefined) throw new Error(`no token: ${response.status}`);
  return granted.access_token;
};

export class Api {
  readonly #url: string;
  readonly #keys: string;
  readonly #subject: string;
  readonly #headers: Readonly<Record<string, string>>;
  #token: string | undefined;

  constructor(url: string, keys: string, subject: string, headers: Readonly<Record<string, string>> = {}) {
    this.#headers = headers;
    this.#url = url;
    this.#keys = keys;
    this.#subject = subject;
  }

  /** The same caller with headers on every request. */
  with = (headers: Readonly<Record<string, string>>): Api => new Api(this.#url, this.#keys, this.#subject, headers);

  get = <Body>(path: string): Promise<Answer<Body>> => this.#ask<Body>('GET', path, undefined, {});

  post = <Body>(path: string, body: unknown = {}, key: string = randomUUID()): Promise<Answer<Body>> =>
    this.#ask<Body>('POST', path, JSON.stringify(body), {
      'content-type': 'application/json',
      'idempotency-key': key,
    });

  upload = <Body>(path: string, bytes: Uint8Array, contentType = 'text/plain'): Promise<Answer<Body>> =>
    this.#ask<Body>('POST', path, Buffer.from(bytes), {
      'content-type': contentType,
      'idempotency-key': randomUUID(),
    });

  download = async (path: string): Promise<Buffer> => {
    const response = await fetch(`${this.#url}${path}`, { headers: { authorization: await this.#bearer() } });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  };

  #ask = async <Body>(
    method: string,
    path: string,
    body: string | Buffer | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer<Body>> => {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const response = await fetch(`${this.#url}${path}`, {
          method,
          headers: { ...this.#headers, ...headers, authorization: await this.#bearer() },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
        });
        const text = await response.text();
        if (![502, 503].includes(response.status) || Date.now() > until) {
          return { status: response.status, body: JSON.parse(text === '' ? 'null' : text) as Body };
        }
      } catch (error) {
        // Nobody listens while a node is being started again.
        if (Date.now() > until) throw error;
      }
      await sleep(100);
    }
  };

  #bearer = async (): Promise<string> => {
    this.#token ??= await signIn(this.#url, this.#keys, this.#subject);
    return `Bearer ${this.#token}`;
  };
}
