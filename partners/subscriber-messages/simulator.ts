import type { IncomingMessage, ServerResponse } from 'node:http';
import { noticeIsOurs } from '../../domain/keys/notice-signature.ts';
import { SIGNATURE } from '../notices.ts';
import { bodyOf, httpServer } from '../simulator/http.ts';
import type { LimitMessage } from './port.ts';

/** A message system: a real HTTP server that checks signatures, sends each message once, and can be down or lose answers. */

export interface MessageTroubles {
  /** So many requests are answered 503. */
  down: number;
  /** So many messages are taken, and the line is cut before the answer. */
  loseAnswers: number;
  /** Answers 422 to everything. */
  refuses: boolean;
}

export interface RunningMessages {
  readonly url: string;
  readonly troubles: MessageTroubles;
  /** What subscribers have been sent, each once. */
  readonly sent: ReadonlyMap<string, LimitMessage>;
  /** Every request that came. */
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}

const LONGEST_BODY = 64 * 1_024;

/** @param key with which both sides sign */
export const startMessages = async (key: Uint8Array): Promise<RunningMessages> => {
  const troubles: MessageTroubles = { down: 0, loseAnswers: 0, refuses: false };
  const sent = new Map<string, LimitMessage>();
  let requests = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const body = await bodyOf(request, LONGEST_BODY);
    const signature = request.headers[SIGNATURE];
    const end = (status: number) => response.writeHead(status).end();
    if (typeof signature !== 'string' || !noticeIsOurs(key, Date.now(), body, signature)) return void end(401);
    if (troubles.down > 0) {
      troubles.down -= 1;
      return void end(503);
    }
    if (troubles.refuses) return void end(422);
    const message = JSON.parse(body) as LimitMessage;
    if (request.headers['idempotency-key'] !== message.id) return void end(400);
    if (!sent.has(message.id)) sent.set(message.id, message);
    if (troubles.loseAnswers > 0) {
      troubles.loseAnswers -= 1;
      request.socket.destroy();
      return undefined;
    }
    end(204);
  };
  const server = await httpServer('127.0.0.1', 0, answer, (response) => response.destroy());
  return { url: `${server.url}/messages`, troubles, sent, requests: () => requests, close: server.close };
};
