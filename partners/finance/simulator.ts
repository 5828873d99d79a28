import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { noticeIsOurs } from '../../domain/keys/notice-signature.ts';
import { SIGNATURE } from '../notices.ts';
import { bodyOf, httpServer, sendJson } from '../simulator/http.ts';
import { secretFile } from '../simulator/secrets.ts';

/**
 * A finance system that takes account data: a real HTTP server that checks signatures, books each account once when all its parts
 * are there and add up, and fails in the ways of a real one. `GET /accounts` shows what it has, `GET` and `PATCH /control` its
 * troubles.
 */

export interface FinanceTroubles {
  /** So many requests are answered 503. */
  down: number;
  /** So many parts are taken, and the line is cut before the answer. */
  loseAnswers: number;
  /** Refuses everything with this reason; empty: takes what is right. */
  refuses: string;
}

/** An account as it was sent; amounts as text. */
export interface BookedAccount {
  readonly account: string;
  readonly kind: string;
  readonly partner: string;
  readonly of: string;
  readonly file: { readonly name: string; readonly sm3: string } | null;
  readonly totals: ReadonlyArray<SimulatedSum>;
  readonly lines: ReadonlyArray<SimulatedSum & { readonly user: string | null; readonly network: string }>;
  readonly statement: { readonly netMinor: string } | null;
  readonly part: number;
  readonly parts: number;
}

interface SimulatedSum {
  readonly direction: string;
  readonly service: string;
  readonly adjustment: boolean;
  readonly currency: string;
  readonly decimals: number;
  readonly amountMinor: string;
}

export interface RunningFinance {
  readonly url: string;
  readonly controlUrl: string;
  readonly keyFile: string;
  readonly troubles: FinanceTroubles;
  /** Accounts with all their lines, each booked once. */
  readonly booked: ReadonlyMap<string, BookedAccount>;
  /** How often an account was booked: more than once would be wrong. */
  readonly bookings: () => number;
  /** Every request that came. */
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}

const LONGEST_BODY = 8 * 1_024 * 1_024;

const sumsOf = (lines: ReadonlyArray<SimulatedSum>): string => {
  const sums = new Map<string, bigint>();
  for (const { direction, service, adjustment, currency, decimals, amountMinor } of lines) {
    const key = [direction, service, adjustment, currency, decimals].join('|');
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(amountMinor));
  }
  return JSON.stringify([...sums].map(([key, sum]) => [key, String(sum)]).sort());
};

class Ledger {
  readonly booked = new Map<string, BookedAccount>();
  /** Of accounts that are not whole yet, by part. */
  readonly #coming = new Map<string, Map<number, BookedAccount>>();
  /** What was answered to each idempotency key. */
  readonly #answered = new Map<string, { readonly status: number; readonly value: object }>();
  bookings = 0;

  take(key: string, account: BookedAccount): { readonly status: number; readonly value: object } {
    const known = this.#answered.get(key);
    if (known !== undefined) return known;
    const answer = this.#judge(account);
    this.#answered.set(key, answer);
    return answer;
  }

  #judge(account: BookedAccount): { readonly status: number; readonly value: object } {
    const { account: name, part, parts, kind } = account;
    if (this.booked.has(name)) return { status: 409, value: { reason: 'AlreadyBooked' } };
    const coming = this.#coming.get(name) ?? new Map<number, BookedAccount>();
    this.#coming.set(name, coming.set(part, account));
    if (coming.size < parts) return { status: 202, value: { received: part } };
    const lines = [...coming.values()].sort((a, b) => a.part - b.part).flatMap((one) => one.lines);
    this.#coming.delete(name);
    // Of a period the lines are its statement's.
    if (kind !== 'period' && sumsOf(lines) !== sumsOf(account.totals)) {
      return { status: 422, value: { reason: 'TotalsDiffer' } };
    }
    this.bookings += 1;
    this.booked.set(name, { ...account, lines });
    return { status: 200, value: { reference: `FIN-${String(this.bookings).padStart(6, '0')}`, account: name } };
  }
}

export interface FinanceOptions {
  readonly directory: string;
  readonly host?: string;
}

export const startFinance = async ({ directory, host = '127.0.0.1' }: FinanceOptions): Promise<RunningFinance> => {
  await mkdir(directory, { recursive: true });
  const keyFile = join(directory, 'key');
  const key = (await secretFile(keyFile)).reveal();
  const troubles: FinanceTroubles = { down: 0, loseAnswers: 0, refuses: '' };
  const ledger = new Ledger();
  let requests = 0;

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const body = await bodyOf(request, LONGEST_BODY);
    if (troubles.down > 0) {
      troubles.down -= 1;
      return sendJson(response, 503, {});
    }
    if (!noticeIsOurs(key, Date.now(), body, String(request.headers[SIGNATURE]))) return sendJson(response, 401, {});
    if (troubles.refuses !== '') return sendJson(response, 422, { reason: troubles.refuses });
    const { status, value } = ledger.take(String(request.headers['idempotency-key']), JSON.parse(body));
    if (troubles.loseAnswers > 0) {
      troubles.loseAnswers -= 1;
      request.socket.destroy();
      return;
    }
    sendJson(response, status, value);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const place = `${request.method} ${request.url}`;
    if (place === 'POST /accounts') return take(request, response);
    if (place === 'GET /accounts') return sendJson(response, 200, [...ledger.booked.values()]);
    if (place === 'PATCH /control') Object.assign(troubles, JSON.parse(await bodyOf(request, LONGEST_BODY)));
    else if (place !== 'GET /control') return sendJson(response, 404, {});
    sendJson(response, 200, troubles);
  };

  const server = await httpServer(host, 0, serve, (response) => {
    if (!response.headersSent) sendJson(response, 400, { reason: 'Malformed' });
  });
  return {
    url: `${server.url}/accounts`,
    controlUrl: `${server.url}/control`,
    keyFile,
    troubles,
    booked: ledger.booked,
    bookings: () => ledger.bookings,
    requests: () => requests,
    close: server.close,
  };
};
