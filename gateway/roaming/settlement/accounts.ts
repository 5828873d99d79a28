import { Effect, Schedule, Schema } from 'effect';
import { financeAccountActor } from '../../../actors/roaming/finance-account.ts';
import { settlementPeriodActor } from '../../../actors/roaming/settlement-period.ts';
import { Actors, type Envelope } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { accountOf } from '../../../domain/roaming/finance/account-key.ts';
import { financeRefusals } from '../../../domain/roaming/finance/refusals.ts';
import { AccountKey, AccountKind, AccountStatus, FinanceAccountState } from '../../../domain/roaming/finance/schema.ts';
import { Tadig } from '../../../domain/roaming/rating/schema.ts';
import { clearingFilesOf } from '../../../store/roaming/clearing-files.ts';
import { listFinanceAccounts } from '../../../store/roaming/finance-accounts.ts';
import { oneOrMore, pageOf, pageQuery } from '../../page.ts';
import { readActor } from '../../read.ts';
import { answer, route, sampled } from '../../route.ts';
import { AT_MS, SM3 } from './samples.ts';

/**
 * Account data for finance's own system (seed 002 §4.2.3): sent when a day, month or period closes, or when a person asks; what
 * finance answered is handed back.
 */

const ACCOUNT = 'day:HKGPP:2026-10-01';

const Item = Schema.Struct({
  key: Schema.String,
  kind: AccountKind,
  partner: Tadig,
  status: AccountStatus,
  attempt: Schema.Int,
  atMs: Schema.Number,
  endedAtMs: Schema.NullOr(Schema.Number),
  code: Schema.NullOr(Schema.String),
  httpStatus: Schema.NullOr(Schema.Int),
}).annotations({ identifier: 'RoamingFinanceAccountItem' });

const STATE: typeof FinanceAccountState.Encoded = {
  kind: 'day',
  partner: 'HKGPP',
  status: 'accepted',
  attempts: [
    {
      ...{ attempt: 1, by: 'service:worker', atMs: AT_MS, sm3: SM3, endedAtMs: AT_MS + 900, code: null },
      answer: { status: 200, text: '{"reference":"FIN-000001","account":"day:HKGPP:2026-10-01"}' },
    },
  ],
};

const list = route({
  method: 'GET',
  path: '/v1/roaming/finance-accounts',
  operationId: 'roaming.financeAccount.list',
  summary: 'List accounts that were sent to finance’s system, and what became of each',
  description: 'Those that finance refused have the status `refused`: they wait for a person.',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        status: Schema.optional(oneOrMore(AccountStatus)),
        kind: Schema.optional(AccountKind),
        partner: Schema.optional(Tadig),
      }),
      { status: 'refused' },
    ),
  },
  out: {
    200: sampled(
      pageOf(Item),
      {
        items: [
          {
            ...{ key: ACCOUNT, kind: 'day', partner: 'HKGPP', status: 'refused', attempt: 1, atMs: AT_MS },
            ...{ endedAtMs: AT_MS + 900, code: 'FinanceRefused', httpStatus: 422 },
          },
        ],
        nextCursor: null,
      },
      'The newest first',
    ),
  },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listFinanceAccounts({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const params = sampled(Schema.Struct({ account: AccountKey }), { account: ACCOUNT });

const readAccount = (tenant: TenantId, account: string) =>
  readActor(financeAccountActor, { tenant, key: account }, financeRefusals.unknown());

const read = route({
  method: 'GET',
  path: '/v1/roaming/finance-accounts/{account}',
  operationId: 'roaming.financeAccount.read',
  summary: 'Read how an account was sent to finance, attempt by attempt, with finance’s own answers',
  in: { params },
  out: { 200: sampled(FinanceAccountState, STATE, 'The newest attempt last') },
  refusals: [financeRefusals.unknown()],
  handler: ({ tenant, params: { account } }) =>
    Effect.map(readAccount(tenant, account), ({ state, rev }) => answer(200, state, { rev })),
});

/** Whose it is, when it is closed. */
const partnerOf = (tenant: TenantId, account: string) =>
  Effect.gen(function* () {
    const of = accountOf(account);
    if (of === undefined) return yield* Effect.fail(financeRefusals.notClosed());
    if (of.kind !== 'period') {
      const kind = of.kind === 'day' ? 'dayReport' : 'monthReport';
      const rows = yield* clearingFilesOf(tenant, kind, of.partner, of.of, of.of);
      return rows.length === 0
        ? yield* Effect.fail(financeRefusals.notClosed())
        : { kind: of.kind, partner: of.partner };
    }
    const id = { tenant, key: `${of.agreement}:${of.of}` };
    const { state } = yield* readActor(settlementPeriodActor, id, financeRefusals.notClosed());
    if (state.stage !== 'closed') return yield* Effect.fail(financeRefusals.notClosed());
    return { kind: of.kind, partner: state.terms.partner };
  });

/** Requests it; one that finance has refused goes once more. What follows the journal starts the process. */
export const requestAccount = (tenant: TenantId, account: string, envelope: Envelope) =>
  Effect.gen(function* () {
    const command = { _tag: 'Request', ...(yield* partnerOf(tenant, account)) } as const;
    const actors = yield* Actors;
    return (yield* actors.ask(financeAccountActor, { id: { tenant, key: account }, command, envelope })).reply;
  });

/** A caller waits so long for finance's answer. */
const WAIT_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** As soon as finance has answered, or as it stands after the time. */
const answered = (tenant: TenantId, account: string) =>
  readAccount(tenant, account).pipe(
    Effect.repeat({
      schedule: Schedule.spaced(LOOK_EVERY_MS).pipe(Schedule.upTo(WAIT_MS)),
      until: ({ state }) => state.status !== 'sending',
    }),
    Effect.zipRight(readAccount(tenant, account)),
  );

const send = route({
  method: 'POST',
  path: '/v1/roaming/finance-accounts/{account}/send',
  operationId: 'roaming.financeAccount.send',
  summary: 'Send an account to finance’s system, and hand back what it answers',
  description:
    'One that finance refused is sent again; one that it has taken is not, and its answer is handed back. Waits ten seconds at most.',
  in: { params },
  out: {
    200: sampled(FinanceAccountState, STATE, 'Finance has answered: it has taken the account, or refused it'),
    202: sampled(
      FinanceAccountState,
      {
        ...STATE,
        status: 'sending',
        attempts: [{ attempt: 1, by: 'li', atMs: AT_MS, sm3: null, endedAtMs: null, code: null, answer: null }],
      },
      'Finance has not answered yet; read it again',
    ),
  },
  refusals: [financeRefusals.notClosed()],
  timeoutMs: 30_000,
  handler: ({ tenant, envelope, params: { account } }) =>
    Effect.gen(function* () {
      yield* requestAccount(tenant, account, envelope);
      const { state, rev } = yield* answered(tenant, account);
      return state.status === 'sending' ? answer(202, state, { rev }) : answer(200, state, { rev });
    }),
});

export const financeAccountRoutes = [list, read, send];
