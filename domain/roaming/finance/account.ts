import { accept, type Decider, type Facts } from '../../kernel/decider.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { financeRefusals as no } from './refusals.ts';
import {
  ACCOUNT_LIMITS,
  type FinanceAccountCommand,
  type FinanceAccountEvent,
  type FinanceAccountReply,
  type FinanceAccountState,
} from './schema.ts';

/** One account on its way to finance (seed 002 §4.2.3): requested by whoever closed it, or by a person; ended by finance's answer. */

type Of<Tag extends FinanceAccountCommand['_tag']> = Extract<FinanceAccountCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<FinanceAccountEvent> | Refusal;
type State = FinanceAccountState | null;

/** Number of the newest attempt. */
export const lastAttempt = ({ attempts }: FinanceAccountState): number => attempts.at(-1)?.attempt ?? 0;

const request = (state: State, { kind, partner }: Of<'Request'>, { caller, nowMs }: Facts): Outcome => {
  const by = { by: caller.subject, atMs: nowMs };
  if (state === null) return [{ _tag: 'Requested', kind, partner, attempt: 1, ...by }];
  if (state.kind !== kind || state.partner !== partner) return no.differs();
  // What is on its way, or was taken, is not sent twice.
  if (state.status !== 'refused') return [];
  return [{ _tag: 'Requested', kind, partner, attempt: lastAttempt(state) + 1, ...by }];
};

const end = (state: State, command: Of<'Accept'> | Of<'Refuse'>, { nowMs }: Facts): Outcome => {
  if (state === null) return no.unknown();
  // Late news of an attempt that has ended.
  if (state.status !== 'sending' || lastAttempt(state) !== command.attempt) return [];
  if (command._tag === 'Accept') return [{ ...command, _tag: 'Accepted', atMs: nowMs }];
  return [{ ...command, _tag: 'Refused', atMs: nowMs }];
};

const evolve = (state: State, event: FinanceAccountEvent): State => {
  if (event._tag === 'Requested') {
    const { kind, partner, attempt, by, atMs } = event;
    const begun = { attempt, by, atMs, sm3: null, endedAtMs: null, code: null, answer: null };
    const earlier = (state?.attempts ?? []).slice(1 - ACCOUNT_LIMITS.remembered);
    return { kind, partner, status: 'sending', attempts: [...earlier, begun] };
  }
  if (state === null) return null;
  const { attempt, sm3, answer, atMs } = event;
  const code = event._tag === 'Refused' ? event.code : null;
  const attempts = state.attempts.map((one) =>
    one.attempt === attempt ? { ...one, sm3, answer, code, endedAtMs: atMs } : one,
  );
  return { ...state, status: event._tag === 'Accepted' ? 'accepted' : 'refused', attempts };
};

export const financeAccountDecider: Decider<State, FinanceAccountCommand, FinanceAccountEvent, FinanceAccountReply> = {
  initial: null,
  evolve,
  decide: (state, command, facts) => {
    const outcome = command._tag === 'Request' ? request(state, command, facts) : end(state, command, facts);
    if ('_tag' in outcome) return outcome;
    const after = outcome.reduce(evolve, state);
    if (after === null) return no.unknown();
    return accept(outcome, { changed: outcome.length > 0, status: after.status, attempt: lastAttempt(after) });
  },
};
