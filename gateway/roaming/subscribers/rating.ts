import { Effect, Schema } from 'effect';
import { importFileActor } from '../../../actors/roaming/import-file.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { isRefusal, refuse } from '../../../domain/kernel/refusal.ts';
import { importKey, partnerTerms } from '../../../domain/roaming/imports/import-file.ts';
import { rateEvent } from '../../../domain/roaming/rating/rate.ts';
import { groupsIn, outsideOf } from '../../../domain/roaming/rating/retail.ts';
import { eventOfUsage, retailPrice } from '../../../domain/roaming/rerating/correct.ts';
import { subscriberRefusals as no } from '../../../domain/roaming/subscriber/refusals.ts';
import { agreementName } from '../../../domain/roaming/terms/terms.ts';
import { correctedBy } from '../../../domain/roaming/usage/usage-record.ts';
import { type KeptUsage, usageOf } from '../../../store/roaming/usage.ts';
import { answer, route, sampled } from '../../route.ts';
import { Outsides, Side, sideOf } from '../prices.ts';
import { Key, notYours, readSubscriber, SUBSCRIBER } from './subscriber.ts';

/** A stored record's price explained step by step: by the revisions that its file was priced by, and what re-ratings added. */

const Minor = Schema.BigInt;
const ID = `${'d'.repeat(64)}.17`;
const Month = Schema.String.pipe(Schema.pattern(/^[0-9]{4}-(?:0[1-9]|1[0-2])$/, { description: 'a month YYYY-MM' }));
const UsageId = Schema.String.pipe(
  Schema.pattern(/^[0-9a-f]{64}\.[0-9]{1,8}$/, { description: 'as the list names it' }),
);

const Kept = { agreedMinor: Minor, retailMinor: Minor };
const RecordRating = Schema.Struct({
  id: Schema.String,
  ...Kept,
  agreement: Side,
  plan: Side,
  asRated: Schema.Boolean.annotations({
    description:
      'The prices explained are those that were kept; a record that a person settled was priced by other revisions',
  }),
  outside: Outsides,
  corrections: Schema.Array(Schema.Struct({ rerating: Schema.String, ...Kept })),
}).annotations({ identifier: 'RoamingRecordRating' });

const unknown = refuse('missing', 'UsageUnknown', 'The subscriber has no such record in this month.', {
  field: 'usage',
});

/** Of the file; of one that was planned before they were kept, those that were loaded first. */
const revisionsOf = (tenant: TenantId, { terms: { partner }, id }: KeptUsage) =>
  Effect.flatMap(Actors, (actors) =>
    actors.read(importFileActor, { tenant, key: importKey(partner, id.split('.')[0] ?? '') }),
  ).pipe(Effect.map(({ state }) => partnerTerms(state?.terms) ?? { agreement: 1, plan: 1 }));

const recordsOf = (tenant: TenantId, subscriber: string, month: string, usage: string) =>
  Effect.gen(function* () {
    const where = ({ id }: KeptUsage) => id === usage || id.startsWith(`${usage}.`);
    const found = yield* usageOf({ tenant, owner: { subscriber }, month, limit: 1_000, where });
    const rated = found.find(({ id }) => id === usage);
    return rated === undefined
      ? yield* Effect.fail(unknown)
      : { rated, corrections: found.filter(({ id }) => id !== usage) };
  });

const side = { name: 'CHNCM-HKGPP', revision: 1, price: null };
const rating = route({
  method: 'GET',
  path: '/v1/roaming/subscribers/{subscriber}/usage/{usage}/rating',
  operationId: 'roaming.subscriber.rating',
  summary: 'Explain step by step what a record was rated at, between operators and for the subscriber',
  personalData: true,
  in: {
    params: sampled(Schema.Struct({ subscriber: Key, usage: UsageId }), { subscriber: SUBSCRIBER, usage: ID }),
    query: sampled(Schema.Struct({ month: Month }), { month: '2026-11' }),
  },
  out: {
    200: sampled(
      RecordRating,
      {
        ...{ id: ID, agreedMinor: '60', retailMinor: '26', asRated: true },
        agreement: { ...side, refusal: { code: 'NoTermsInForce', message: 'No version holds on the local day.' } },
        plan: { ...side, name: 'TRAVEL', refusal: { code: 'NoTermsInForce', message: 'No version holds.' } },
        outside: [{ balance: 'B1', package: 'VOICE-30', reason: 'UsedUp' }],
        corrections: [{ rerating: 'v0123456789abcdef', agreedMinor: '20', retailMinor: '0' }],
      },
      'Of what packages have covered, the rest is priced',
    ),
  },
  refusals: [no.unknown(), unknown, notYours],
  handler: (request) =>
    Effect.gen(function* () {
      const { tenant, params, query } = request;
      const { state } = yield* readSubscriber(request);
      const { rated, corrections } = yield* recordsOf(tenant, params.subscriber, query.month, params.usage);
      const { terms, agreedMinor, retailMinor } = rated;
      const revisions = yield* revisionsOf(tenant, rated);
      const between = { tenant, kind: 'agreement', name: agreementName(terms.home, terms.network) } as const;
      const retail = { tenant, kind: 'plan', name: terms.plan ?? '' } as const;
      const minor: { agreed?: bigint; retail?: bigint } = {};
      const agreement = yield* sideOf(between, revisions.agreement, (ready) => {
        const price = rateEvent(ready, eventOfUsage(rated, terms, []));
        if (!isRefusal(price)) minor.agreed = price.chargeMinor;
        return price;
      });
      let outside: typeof Outsides.Type = [];
      const plan = yield* sideOf(retail, revisions.plan, (ready) => {
        const event = eventOfUsage(rated, terms, groupsIn(ready, state.profile));
        const price = retailPrice(ready, event, rated);
        const taken = new Map(rated.takes.map(({ balance, taken }) => [balance, taken]));
        outside = outsideOf(ready, event, state.balances, taken);
        if (!isRefusal(price)) minor.retail = price.totalMinor;
        return price;
      });
      const differences = corrections.map(({ id, agreedMinor: between, retailMinor: paid }) => ({
        rerating: correctedBy(id) ?? '',
        agreedMinor: between,
        retailMinor: paid,
      }));
      const asRated = minor.agreed === agreedMinor && minor.retail === retailMinor;
      return answer(200, {
        id: rated.id,
        agreedMinor,
        retailMinor,
        agreement,
        plan,
        asRated,
        outside,
        corrections: differences,
      });
    }),
});

export const recordRatingRoutes = [rating];
