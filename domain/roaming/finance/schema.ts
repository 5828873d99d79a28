import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Count } from '../../sim/schema.ts';
import { Tadig } from '../rating/schema.ts';
import { accountOf } from './account-key.ts';

/**
 * Account data on its way to finance's own system (seed 002 §4.2.3): a closed day or month of a partner, or a settled period, is
 * requested, sent, and accepted or refused. A refused one is sent again by a person, as another attempt.
 */

export const ACCOUNT_LIMITS = { remembered: 20, answerChars: 4_096 } as const;

export const ACCOUNT_KINDS = ['day', 'month', 'period'] as const;
export const ACCOUNT_STATUSES = ['sending', 'accepted', 'refused'] as const;

export const AccountKind = Schema.Literal(...ACCOUNT_KINDS);
export const AccountStatus = Schema.Literal(...ACCOUNT_STATUSES);

/** `day:HKGPP:2026-10-01`, `month:HKGPP:2026-10`, `period:HKGPP-2026:2026-10-01` (agreement and first day). */
export const AccountKey = Schema.String.pipe(
  Schema.maxLength(160),
  Schema.filter((text) => accountOf(text) !== undefined, {
    description: '`day:` or `month:`, partner and day or month; or `period:`, agreement and first day',
  }),
);

/** What finance's system said, word for word as far as it is kept. */
export const FinanceAnswer = Schema.Struct({
  /** Of HTTP. */
  status: Schema.Int,
  text: Schema.String,
});

const Attempt = Schema.Struct({
  attempt: Count,
  by: Schema.String,
  atMs: Count,
  /** SM3 of what was sent, all parts together; null while nothing was answered. */
  sm3: Schema.NullOr(Schema.String),
  endedAtMs: Schema.NullOr(Count),
  /** Why it was refused. */
  code: Schema.NullOr(Schema.String),
  answer: Schema.NullOr(FinanceAnswer),
});

export const FinanceAccountState = Schema.Struct({
  kind: AccountKind,
  partner: Tadig,
  status: AccountStatus,
  /** The newest last. */
  attempts: Schema.Array(Attempt),
});

const ended = {
  attempt: Count,
  sm3: Schema.NullOr(Schema.String),
  answer: Schema.NullOr(FinanceAnswer),
};

export const financeAccountCommands = {
  /** To be sent; once more when finance has refused it. */
  Request: Schema.Struct({ kind: AccountKind, partner: Tadig }),
  Accept: Schema.Struct(ended),
  /** Into quarantine, until a person requests it again. */
  Refuse: Schema.Struct({ ...ended, code: Schema.String }),
};
export const FinanceAccountReply = Schema.Struct({ changed: Schema.Boolean, status: AccountStatus, attempt: Count });
export const FinanceAccountEvent = Schema.Union(
  Schema.TaggedStruct('Requested', {
    kind: AccountKind,
    partner: Tadig,
    attempt: Count,
    by: Schema.String,
    atMs: Count,
  }),
  Schema.TaggedStruct('Accepted', { ...ended, atMs: Count }),
  Schema.TaggedStruct('Refused', { ...ended, code: Schema.String, atMs: Count }),
);

export type AccountKind = typeof AccountKind.Type;
export type AccountStatus = typeof AccountStatus.Type;
export type FinanceAnswer = typeof FinanceAnswer.Type;
export type FinanceAccountState = typeof FinanceAccountState.Type;
export type FinanceAccountReply = typeof FinanceAccountReply.Type;
export type FinanceAccountEvent = typeof FinanceAccountEvent.Type;
export type FinanceAccountCommand = CommandsOf<typeof financeAccountCommands>;
