import { Agent, request } from 'node:http';

/** What a caller got; status 0: the connection broke, so that the outcome is unknown. */
export interface Answered {
  readonly status: number;
  readonly text: string;
}

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  /** Of the operation: the same again is one effect. */
  readonly key?: string;
}

/** One user of the gateway: a connection of its own that is kept, and a token of its own. */
export class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: URL;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = new URL(url);
    this.#token = token;
  }

  ask = ({ method, path, body, key }: Asked): Promise<Answered> =>
    new Promise((resolve) => {
      const sent = body === undefined ? '' : JSON.stringify(body);
      const broken = (): void => resolve({ status: 0, text: '' });
      const asking = request(
        {
          agent: this.#agent,
          ...{ host: this.#url.hostname, port: this.#url.port, method, path },
          headers: {
            authorization: `Bearer ${this.#token}`,
            ...(sent === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
          },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (part: string) => {
            text += part;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
          answer.on('error', broken);
        },
      );
      asking.on('error', broken);
      asking.end(sent);
    });

  close = (): void => this.#agent.destroy();
}
