import { Effect, Schema, Stream } from 'effect';
import { booksActor } from '../../../actors/roaming/books.ts';
import { importFileActor } from '../../../actors/roaming/import-file.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { isRefusal, refuse } from '../../../domain/kernel/refusal.ts';
import { importKey, partnerTerms } from '../../../domain/roaming/imports/import-file.ts';
import { rateEvent } from '../../../domain/roaming/rating/rate.ts';
import { Service, Tadig } from '../../../domain/roaming/rating/schema.ts';
import { eventOfUsage } from '../../../domain/roaming/rerating/correct.ts';
import { clockOf, monthsAround } from '../../../domain/roaming/settlement/day.ts';
import { agreementName } from '../../../domain/roaming/terms/terms.ts';
import { clearingFilesOf } from '../../../store/roaming/clearing-files.ts';
import { type TracedUsage, usageOfPartner } from '../../../store/roaming/usage-trace.ts';
import { Side, sideOf } from '../prices.ts';
import { SM3 } from './samples.ts';

/** Single records of a partner as finance and operations look at them: where each came from, and its price step by step. */

const Minor = Schema.BigInt;

export const TracedRecord = Schema.Struct({
  id: Schema.String,
  /** Name of the partner’s file; null where it is not known any more. */
  file: Schema.NullOr(Schema.String),
  record: Schema.Int,
  /** Our id of the user; null of a visitor. */
  user: Schema.NullOr(Schema.String),
  atMs: Schema.Number,
  network: Tadig,
  service: Service,
  direction: Schema.Literal('originating', 'terminating'),
  quantity: Schema.Int.annotations({ description: 'Seconds, messages or bytes' }),
  currency: Schema.String,
  decimals: Schema.Int,
  chargedMinor: Minor,
  agreedMinor: Minor,
  agreement: Side,
  asAgreed: Schema.Boolean.annotations({
    description: 'The agreement’s price is what the record was booked at, priced again just now',
  }),
}).annotations({ identifier: 'RoamingTracedRecord' });

export const TRACED: typeof TracedRecord.Encoded = {
  id: `${SM3}.17`,
  file: 'CDHKGPPCHNCM00042',
  record: 17,
  user: 'S1001',
  atMs: 1_793_432_000_000,
  network: 'HKGPP',
  service: 'voice',
  direction: 'originating',
  quantity: 61,
  ...{ currency: 'XDR', decimals: 3, chargedMinor: '1204', agreedMinor: '1204' },
  agreement: {
    ...{ name: 'CHNCM-HKGPP', revision: 1, price: null },
    refusal: { code: 'NoTermsInForce', message: 'No version holds on the local day.' },
  },
  asAgreed: false,
};

/** Name and revision by file: those of a sample come from few. */
const fileOf = (tenant: TenantId, partner: string, sm3: string) =>
  Effect.flatMap(Actors, (actors) => actors.read(importFileActor, { tenant, key: importKey(partner, sm3) })).pipe(
    Effect.map(({ state }) => ({ name: state?.name ?? null, revisions: partnerTerms(state?.terms) })),
    Effect.catchIf(isRefusal, () => Effect.succeed({ name: null, revisions: undefined })),
  );

const explained = (
  tenant: TenantId,
  one: TracedUsage,
  { name, revisions }: Effect.Effect.Success<ReturnType<typeof fileOf>>,
) =>
  Effect.gen(function* () {
    const { terms, agreedMinor, chargedMinor } = one;
    const between = { tenant, kind: 'agreement', name: agreementName(terms.home, terms.network) } as const;
    let priced: bigint | undefined;
    const agreement = yield* sideOf(between, revisions?.agreement ?? 1, (ready) => {
      const price = rateEvent(ready, eventOfUsage(one, terms, []));
      if (!isRefusal(price)) priced = price.chargeMinor;
      return price;
    });
    const { id, record, subscriber, atMs, service, direction, quantity } = one;
    const body: typeof TracedRecord.Type = {
      ...{ id, file: name, record, user: subscriber, atMs, network: terms.network, service, direction, quantity },
      ...{ currency: terms.charged.currency, decimals: terms.charged.decimals, chargedMinor, agreedMinor, agreement },
      asAgreed: priced === agreedMinor && chargedMinor === agreedMinor,
    };
    return body;
  });

export const explainedRecords = (tenant: TenantId, partner: string, records: ReadonlyArray<TracedUsage>) =>
  Effect.gen(function* () {
    const names = [...new Set(records.map(({ file }) => file))];
    const files = yield* Effect.forEach(names, (sm3) => fileOf(tenant, partner, sm3), { concurrency: 8 });
    const byFile = new Map(names.map((sm3, at) => [sm3, files[at]] as const));
    const unknown = { name: null, revisions: undefined };
    return yield* Effect.forEach(records, (one) => explained(tenant, one, byFile.get(one.file) ?? unknown));
  });

export const dayNotClosed = refuse('missing', 'NotClosed', 'Nothing of this partner is closed for that time.', {
  action: 'Wait until the day is over in the tenant’s zone, or close it.',
});

/** Every record of the partner that the closed day has, by the books’ zone; what re-ratings have made of it as well. */
export const recordsOfDay = (tenant: TenantId, partner: string, day: string) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const [row] = yield* clearingFilesOf(tenant, 'day', partner, day, day);
      if (row?.book === undefined) return yield* Effect.fail(dayNotClosed);
      const { state } = yield* (yield* Actors).read(booksActor, { tenant, key: row.book });
      if (state === null) return yield* Effect.fail(dayNotClosed);
      const clock = clockOf(state.zone);
      return usageOfPartner(tenant, partner, monthsAround(day)).pipe(
        Stream.filter(({ atMs }) => clock(atMs).day === day),
      );
    }),
  );
