import { Effect, Schema } from 'effect';
import { readTerms, revisionReady } from '../../../actors/roaming/terms-documents.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { formatPrice } from '../../../domain/roaming/rating/decimal.ts';
import { stepText } from '../../../domain/roaming/rating/explain.ts';
import { Service, Tadig } from '../../../domain/roaming/rating/schema.ts';
import { revisionBy } from '../../../domain/roaming/terms/terms.ts';
import type { Bill } from '../../../domain/roaming/usage/bill.ts';
import { type MonthDiscount, monthDiscounts } from '../../../domain/roaming/usage/month-discounts.ts';

/** The discounts of a subscriber's month, with the tiers that its sums have reached (decision 0347). */

const Amount = Schema.String.annotations({ description: 'A decimal string, in the currency' });
const Counted = Schema.String.annotations({ description: 'Money, or usage in seconds, messages or bytes' });
export const Discounts = Schema.Array(
  Schema.Struct({
    plan: Schema.String,
    version: Schema.Int,
    networks: Schema.Array(Tadig),
    currency: Schema.String,
    decimals: Schema.Int,
    amountMinor: Schema.BigInt,
    steps: Schema.Array(Schema.Struct({ kind: Schema.String, text: Schema.String, amount: Amount })),
    tiers: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        services: Schema.Array(Service).annotations({ description: 'None: all' }),
        basis: Schema.Literal('charge', 'usage'),
        method: Schema.Literal('incremental', 'whole'),
        counted: Counted,
        percent: Schema.String,
        next: Schema.NullOr(Schema.Struct({ from: Counted, percent: Schema.String, missing: Counted })),
      }),
    ),
  }),
).annotations({ description: 'Of tiers, by tariff: below zero, and how much is missing to the next tier' });

export const shownDiscount = ({ steps, ...one }: MonthDiscount): (typeof Discounts.Type)[number] => ({
  ...one,
  steps: steps.map((step) => ({ kind: step.kind, text: stepText(step), amount: formatPrice(step.amount) })),
});

/** By the revision that was in force when the month ended, or is, while it lasts. */
export const discountsOf = (tenant: TenantId, month: string, { month: sums }: Bill) => {
  const endMs = Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1);
  return Effect.forEach(sums.plans(), (name) =>
    Effect.gen(function* () {
      const terms = { tenant, kind: 'plan', name } as const;
      const state = yield* readTerms(terms);
      const revision = state === null ? undefined : revisionBy(state, endMs);
      // By a plan that nobody has approved nothing was priced.
      if (revision === undefined) return [];
      const { ready } = yield* revisionReady(terms, revision);
      return monthDiscounts(ready, month, sums.of(name));
    }),
  ).pipe(Effect.map((all) => all.flat()));
};
