import { Context, type Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { FinanceAnswer } from '../../domain/roaming/finance/schema.ts';

/** A tenant's own finance system, which is told account data over HTTP (seed 002 §4.2.3). Every call may be repeated. */

export interface FinancePost {
  /** Idempotency key: the same part again has the same. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

export interface FinanceTold {
  /** False: finance has looked at it and will not take it; its answer says why. */
  readonly taken: boolean;
  readonly answer: FinanceAnswer;
}

export class FinanceSystem extends Context.Tag('hufu/FinanceSystem')<
  FinanceSystem,
  {
    /** Whether this tenant has one. */
    readonly has: (tenant: TenantId) => boolean;
    /** `nobody`: this tenant has none. No answer, or one that says to come again, is a fault. */
    readonly send: (tenant: TenantId, post: FinancePost) => Effect.Effect<FinanceTold | 'nobody', Fault>;
  }
>() {}
