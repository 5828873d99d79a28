import { randomUUID } from 'node:crypto';

/** How a simulated system of the carrier's own calls our REST: a token by client credentials, and JSON. */

export interface CarrierAccess {
  /** Of our gateway. */
  readonly url: string;
  /** Asked when a token is needed: the client may be registered later than the simulator starts. */
  readonly client: () => Promise<{ readonly id: string; readonly secret: string }>;
}

export interface CarrierAnswer {
  readonly status: number;
  /** Problem details when it is 400 or more. */
  readonly json: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 30_000;
/** A token is renewed a little before its end. */
const MARGIN_MS = 30_000;

export class CarrierClient {
  readonly #access: CarrierAccess;
  #token: { readonly text: string; readonly untilMs: number } | undefined;

  constructor(access: CarrierAccess) {
    this.#access = access;
  }

  get = (path: string): Promise<CarrierAnswer> => this.#ask('GET', path);

  /** @param key the same call again has the same */
  post = (path: string, body: unknown, key: string = randomUUID()): Promise<CarrierAnswer> =>
    this.#ask('POST', path, body, key);

  #ask = async (method: string, path: string, body?: unknown, key?: string): Promise<CarrierAnswer> => {
    const response = await fetch(`${this.#access.url}${path}`, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        authorization: `Bearer ${await this.#bearer()}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json: unknown = text === '' ? {} : JSON.parse(text);
    return { status: response.status, json: json as CarrierAnswer['json'] };
  };

  #bearer = async (): Promise<string> => {
    if (this.#token !== undefined && Date.now() < this.#token.untilMs) return this.#token.text;
    const { id, secret } = await this.#access.client();
    const response = await fetch(`${this.#access.url}/oidc/token`, {
      method: 'POST',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'api' }),
    });
    if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
    const granted = (await response.json()) as { readonly access_token: string; readonly expires_in: number };
    this.#token = { text: granted.access_token, untilMs: Date.now() + granted.expires_in * 1_000 - MARGIN_MS };
    return granted.access_token;
  };
}
