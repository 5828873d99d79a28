import { Schema } from 'effect';
import { financeAccountDecider } from '../../domain/roaming/finance/account.ts';
import {
  FinanceAccountEvent,
  FinanceAccountReply,
  FinanceAccountState,
  financeAccountCommands,
} from '../../domain/roaming/finance/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A day, month or period on its way to finance's system; its key says which (`day:HKGPP:2026-10-01`). Answers are sealed. */
export const financeAccountActor = defineActor({
  kind: 'roaming.financeAccount',
  decider: financeAccountDecider,
  commands: answering(financeAccountCommands, FinanceAccountReply),
  event: FinanceAccountEvent,
  eventVersion: 1,
  state: Schema.NullOr(FinanceAccountState),
  stateVersion: 1,
  collection: 'roaming_finance_accounts',
  sealed: true,
  document: (state) => {
    const last = state?.attempts.at(-1);
    if (state === null || last === undefined) return {};
    const { kind, partner, status } = state;
    const { attempt, atMs, endedAtMs, code, answer } = last;
    return { kind, partner, status, attempt, atMs, endedAtMs, code, httpStatus: answer?.status ?? null };
  },
});
