import { Effect, Schema } from 'effect';
import { numberIdOf, readNumber, rulesInForce } from '../../actors/mandates/asking.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Reach, reaches } from '../../domain/kernel/province.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { CHECKED_RULES, eligibilityOf } from '../../domain/mandates/eligibility.ts';
import { type Msisdn, parseMsisdn } from '../../domain/mandates/identifiers.ts';
import { rulesRefusals } from '../../domain/mandates/province-rules.ts';
import { Count, ProvinceCode, ProvinceRules, Subscriber, Terms } from '../../domain/mandates/schema.ts';
import { answer, route, sampled } from '../route.ts';
import { PROVINCE, RULES, SUBSCRIBER } from './samples.ts';

/** A test bench: what the rules say of a subscriber, and which of them says no. Nothing is written, no CRM is asked. */

const Eligibility = Schema.Struct({
  eligible: Schema.Boolean,
  code: Schema.NullOr(Schema.String).annotations({ description: 'Of the first rule that says no' }),
  checks: Schema.Array(
    Schema.Struct({
      rule: Schema.Literal(...CHECKED_RULES),
      passed: Schema.Boolean,
      code: Schema.NullOr(Schema.String),
      reason: Schema.String,
    }),
  ),
  terms: Schema.NullOr(Terms).annotations({ description: 'What is proposed to an eligible one' }),
}).annotations({ identifier: 'MandateEligibility' });

/** The relation that stands here; null also of a number that nothing has been heard of, or that is another province's. */
const oursOf = (tenant: TenantId, number: Msisdn, reach: Reach) =>
  Effect.map(Effect.flatMap(numberIdOf(tenant, number), readNumber), (found) => {
    const relation = found?.state.relation ?? null;
    return reaches(reach, relation?.province ?? null) ? relation : null;
  });

const judge = route({
  method: 'POST',
  path: '/v1/mandates/eligibility',
  operationId: 'mandates.eligibility.judge',
  summary: 'Say whether a subscriber may have a mandate, and which rule says no',
  description:
    'A test bench: the subscriber is what you say, the rules are those of the province at `atMs` (default: now) or the ' +
    'ones you give. With a number, the relation that stands here counts too, when it is of your provinces.',
  changesNothing: true,
  personalData: true,
  in: {
    body: sampled(
      Schema.Struct({
        province: ProvinceCode,
        subscriber: Subscriber,
        number: Schema.optionalWith(Schema.String.pipe(Schema.maxLength(20)), { exact: true }),
        rules: Schema.optionalWith(ProvinceRules, { exact: true }),
        atMs: Schema.optionalWith(Count, { exact: true }),
      }),
      { province: PROVINCE, subscriber: { ...SUBSCRIBER, blacklisted: true }, number: '13800138000' },
    ),
  },
  out: {
    200: sampled(
      Eligibility,
      eligibilityOf({ ...SUBSCRIBER, blacklisted: true }, RULES, null),
      'Every rule with what it found',
    ),
  },
  refusals: [rulesRefusals.provinceUnknown()],
  handler: ({ tenant, reach, body: { province, subscriber, number, rules, atMs } }) =>
    Effect.gen(function* () {
      const parsed = number === undefined ? undefined : parseMsisdn(number);
      if (isRefusal(parsed)) return yield* Effect.fail(parsed);
      const ours = parsed === undefined ? null : yield* oursOf(tenant, parsed, reach);
      const inForce = rules ?? (yield* rulesInForce(tenant, province, atMs));
      return answer(200, eligibilityOf(subscriber, inForce, ours));
    }),
});

export const eligibilityRoutes = [judge];
