import { Effect } from 'effect';
import { financeAccountActor } from '../../../actors/roaming/finance-account.ts';
import { settlementPeriodActor } from '../../../actors/roaming/settlement-period.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { lastAttempt } from '../../../domain/roaming/finance/account.ts';
import {
  type AccountData,
  accountParts,
  booksAccount,
  periodAccount,
} from '../../../domain/roaming/finance/account-data.ts';
import { accountOf } from '../../../domain/roaming/finance/account-key.ts';
import { financeRefusals } from '../../../domain/roaming/finance/refusals.ts';
import type { FinanceAccountCommand, FinanceAnswer } from '../../../domain/roaming/finance/schema.ts';
import { monthDays } from '../../../domain/roaming/settlement/day.ts';
import { FinanceSystem } from '../../../partners/finance/port.ts';
import { clearingFilesOf } from '../../../store/roaming/clearing-files.ts';
import { closedDays, mergedDays } from '../../../store/roaming/day-files.ts';
import { ownersOfNumbers } from '../../../store/roaming/owners-of-numbers.ts';
import type { AccountInput } from '../../../workflows/roaming/settlement/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { alertAbout, termsOf } from './asking.ts';

/** Account data to finance's own system (seed 002 §4.2.3): made from what is closed, sent in parts, and finance's answer kept. */

/** Where the tenant has a finance system, what was closed goes there; what has gone does not go twice. */
export const requestAccount = (tenant: TenantId, account: string, partner: string) =>
  Effect.gen(function* () {
    const of = accountOf(account);
    if (of === undefined || !(yield* FinanceSystem).has(tenant)) return;
    const { caller } = yield* CurrentStep;
    const command = { _tag: 'Request', kind: of.kind, partner } as const;
    const envelope = { commandId: `closed:${account}`, caller };
    yield* (yield* Actors).ask(financeAccountActor, { id: { tenant, key: account }, command, envelope });
  });

const stateOf = ({ tenant, account }: AccountInput) =>
  Effect.gen(function* () {
    const { state } = yield* (yield* Actors).read(financeAccountActor, { tenant, key: account });
    return state ?? (yield* Effect.fail(financeRefusals.unknown()));
  });

const ask = ({ tenant, account }: AccountInput, command: FinanceAccountCommand) =>
  Effect.gen(function* () {
    const { caller, commandIdFor } = yield* CurrentStep;
    const envelope = { commandId: commandIdFor(command._tag), caller };
    const id = { tenant, key: account };
    return { status: (yield* (yield* Actors).ask(financeAccountActor, { id, command, envelope })).reply.status };
  });

const dataOf = ({ tenant, account }: AccountInput, partner: string) =>
  Effect.gen(function* () {
    const asked = accountOf(account);
    if (asked === undefined) return yield* Effect.fail(financeRefusals.notClosed());
    const { home } = (yield* termsOf(partner)).terms;
    const about = { account, home, partner, of: asked.of };
    if (asked.kind === 'period') {
      const key = `${asked.agreement}:${asked.of}`;
      const { state } = yield* (yield* Actors).read(settlementPeriodActor, { tenant, key });
      const data = state === null ? undefined : periodAccount({ ...about, file: null }, state);
      return data ?? (yield* Effect.fail(financeRefusals.notClosed()));
    }
    const { kind, of } = asked;
    const report = kind === 'day' ? 'dayReport' : 'monthReport';
    const [row] = yield* clearingFilesOf(tenant, report, partner, of, of);
    if (row === undefined) return yield* Effect.fail(financeRefusals.notClosed());
    const { from, to } = kind === 'day' ? { from: of, to: of } : monthDays(of);
    const days = mergedDays(yield* closedDays(tenant, partner, from, to));
    const owners = yield* ownersOfNumbers(
      tenant,
      days.flatMap(({ lines }) => lines),
    );
    const file = row.ref === null ? null : { name: row.ref.name, sm3: row.ref.sm3 };
    return booksAccount({ ...about, kind, file }, days, owners);
  });

const NOBODY = { code: 'FinanceNotConfigured', sm3: null, answer: null } as const;

/** Every part in its order; the first one that is not taken ends it. What was sent before is known to finance by its key. */
const post = (input: AccountInput, data: AccountData) =>
  Effect.gen(function* () {
    const finance = yield* FinanceSystem;
    const { heartbeat } = yield* CurrentStep;
    const { tenant, account, attempt } = input;
    const { parts, sm3 } = accountParts(data);
    let answer: FinanceAnswer | null = null;
    for (const { part, body } of parts) {
      const told = yield* finance.send(tenant, { id: `${account}:${attempt}:${part}`, body });
      if (told === 'nobody') return yield* ask(input, { _tag: 'Refuse', attempt, ...NOBODY });
      answer = told.answer;
      if (!told.taken) return yield* ask(input, { _tag: 'Refuse', attempt, code: 'FinanceRefused', sm3, answer });
      yield* heartbeat({ stage: 'sending', part });
    }
    return yield* ask(input, { _tag: 'Accept', attempt, sm3, answer });
  });

export const postAccount = (input: AccountInput) =>
  Effect.gen(function* () {
    const state = yield* stateOf(input);
    // It has ended, or another attempt is on its way.
    if (state.status !== 'sending' || lastAttempt(state) !== input.attempt) return { status: state.status };
    return yield* post(input, yield* dataOf(input, state.partner));
  });

export const refuseAccount = ({ code, ...input }: AccountInput & { readonly code: string }) =>
  ask(input, { _tag: 'Refuse', attempt: input.attempt, code, sm3: null, answer: null });

export const tellAccountLate = ({ tenant, account }: AccountInput) =>
  Effect.as(alertAbout(tenant, account, 'AccountLate', 'finance', 'reminder'), null);
