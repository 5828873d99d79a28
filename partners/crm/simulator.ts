import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { noticeIsOurs } from '../../domain/keys/notice-signature.ts';
import type { WriteNotice } from '../../domain/sim/writing/notice.ts';
import { SIGNATURE } from '../notices.ts';

/**
 * A CRM that takes the results of writes: a real HTTP server that checks signatures, knows what it has seen, and fails
 * in the ways of a real one. `GET /results` shows what it has, `GET` and `PATCH /control` its troubles.
 */

export interface CrmTroubles {
  /** Answers 503. */
  down: boolean;
  latencyMs: number;
  /** So many results are taken, and the line is cut before the answer. */
  loseAnswers: number;
  /** Answers this status to everything; 0: as it should. */
  status: number;
}

export interface RunningCrm {
  readonly url: string;
  readonly controlUrl: string;
  readonly keyFile: string;
  readonly troubles: CrmTroubles;
  /** The newest result of each request, in the order in which they were first heard of. */
  readonly results: ReadonlyMap<string, WriteNotice>;
  /** Every request that came, also those that were turned away. */
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}

const LONGEST_BODY = 64 * 1_024;
const KEY_BYTES = 32;

const keyOf = async (path: string): Promise<Buffer> => {
  try {
    return Buffer.from((await readFile(path, 'utf8')).trim(), 'hex');
  } catch {
    const key = randomBytes(KEY_BYTES);
    await writeFile(path, `${key.toString('hex')}\n`, { mode: 0o600 });
    return key;
  }
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST_BODY) throw new RangeError('too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

export interface CrmOptions {
  readonly directory: string;
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
}

export const startCrm = async ({ directory, host = '127.0.0.1', port = 0 }: CrmOptions): Promise<RunningCrm> => {
  await mkdir(directory, { recursive: true });
  const keyFile = join(directory, 'key');
  const key = await keyOf(keyFile);
  const troubles: CrmTroubles = { down: false, latencyMs: 0, loseAnswers: 0, status: 0 };
  const results = new Map<string, WriteNotice>();
  let requests = 0;

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const body = await bodyOf(request);
    await sleep(troubles.latencyMs);
    if (troubles.down) return json(response, 503, {});
    if (troubles.status !== 0) return json(response, troubles.status, {});
    if (!noticeIsOurs(key, Date.now(), body, String(request.headers[SIGNATURE]))) return json(response, 401, {});
    const notice = JSON.parse(body) as WriteNotice;
    if ((results.get(notice.request)?.revision ?? 0) <= notice.revision) results.set(notice.request, notice);
    if (troubles.loseAnswers > 0) {
      troubles.loseAnswers -= 1;
      request.socket.destroy();
      return;
    }
    json(response, 200, { taken: true });
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const place = `${request.method} ${request.url}`;
    if (place === 'POST /results') return take(request, response);
    if (place === 'GET /results') return json(response, 200, [...results.values()]);
    if (place === 'PATCH /control') Object.assign(troubles, JSON.parse(await bodyOf(request)));
    else if (place !== 'GET /control') return json(response, 404, {});
    json(response, 200, troubles);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => {
      if (!response.headersSent) json(response, 400, {});
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const at = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url: `${at}/results`,
    controlUrl: `${at}/control`,
    keyFile,
    troubles,
    results,
    requests: () => requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
