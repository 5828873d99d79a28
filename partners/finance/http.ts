import { Effect, Layer } from 'effect';
import { fault } from '../../domain/kernel/refusal.ts';
import { ACCOUNT_LIMITS } from '../../domain/roaming/finance/schema.ts';
import { type NoticeParty, type NoticeServer, noticeServers, postSigned } from '../notices.ts';
import { FinanceSystem } from './port.ts';

/** Finance over HTTP: JSON by POST, signed with a key that both sides have from a file (docs/roaming-settlement.md). */

const FINANCE: NoticeParty = {
  service: 'finance',
  name: 'finance system',
  variable: 'HUFU_FINANCE_FILE',
  page: 'docs/roaming-settlement.md',
  refused: 'FinanceRefused',
};

const TIMEOUT_MS = 30_000;

/** These 4xx say to come again. */
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);

export const financeSystem = (servers: readonly NoticeServer[]) => {
  const serverOf = (tenant: string) => servers.find((one) => one.tenant === tenant);
  return FinanceSystem.of({
    has: (tenant) => serverOf(tenant) !== undefined,
    send: (tenant, { id, body }) =>
      Effect.gen(function* () {
        const server = serverOf(tenant);
        if (server === undefined) return 'nobody';
        const { status, text } = yield* postSigned(FINANCE, server, body, { 'idempotency-key': id }, TIMEOUT_MS);
        const taken = status >= 200 && status < 300;
        if (!taken && (status < 400 || status >= 500 || AGAIN.has(status))) {
          return yield* Effect.fail(fault('finance', 'Unavailable', `The finance system answered HTTP ${status}.`));
        }
        return { taken, answer: { status, text: text.slice(0, ACCOUNT_LIMITS.answerChars) } };
      }),
  });
};

/** Without a file nobody is told. */
export const FinanceSystemLive = Layer.effect(FinanceSystem, Effect.map(noticeServers(FINANCE), financeSystem));
