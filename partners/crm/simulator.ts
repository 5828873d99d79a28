import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { noticeIsOurs } from '../../domain/keys/notice-signature.ts';
import type { WriteNotice } from '../../domain/sim/writing/notice.ts';
import { SIGNATURE } from '../notices.ts';
import { bodyOf, httpServer, sendJson } from '../simulator/http.ts';
import { secretFile } from '../simulator/secrets.ts';

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
export interface CrmOptions {
  readonly directory: string;
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
}

export const startCrm = async ({ directory, host = '127.0.0.1', port = 0 }: CrmOptions): Promise<RunningCrm> => {
  await mkdir(directory, { recursive: true });
  const keyFile = join(directory, 'key');
  const key = (await secretFile(keyFile)).reveal();
  const troubles: CrmTroubles = { down: false, latencyMs: 0, loseAnswers: 0, status: 0 };
  const results = new Map<string, WriteNotice>();
  let requests = 0;

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const body = await bodyOf(request, LONGEST_BODY);
    await sleep(troubles.latencyMs);
    if (troubles.down) return sendJson(response, 503, {});
    if (troubles.status !== 0) return sendJson(response, troubles.status, {});
    if (!noticeIsOurs(key, Date.now(), body, String(request.headers[SIGNATURE]))) return sendJson(response, 401, {});
    const notice = JSON.parse(body) as WriteNotice;
    if ((results.get(notice.request)?.revision ?? 0) <= notice.revision) results.set(notice.request, notice);
    if (troubles.loseAnswers > 0) {
      troubles.loseAnswers -= 1;
      request.socket.destroy();
      return;
    }
    sendJson(response, 200, { taken: true });
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const place = `${request.method} ${request.url}`;
    if (place === 'POST /results') return take(request, response);
    if (place === 'GET /results') return sendJson(response, 200, [...results.values()]);
    if (place === 'PATCH /control') Object.assign(troubles, JSON.parse(await bodyOf(request, LONGEST_BODY)));
    else if (place !== 'GET /control') return sendJson(response, 404, {});
    sendJson(response, 200, troubles);
  };

  const server = await httpServer(host, port, serve, (response) => {
    if (!response.headersSent) sendJson(response, 400, {});
  });
  return {
    url: `${server.url}/results`,
    controlUrl: `${server.url}/control`,
    keyFile,
    troubles,
    results,
    requests: () => requests,
    close: server.close,
  };
};
