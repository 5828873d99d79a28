import { Chunk, Clock, Effect, Option, Schema, Stream } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { canonicalJson } from '../../../domain/kernel/canonical-json.ts';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { LANGUAGES } from '../../../domain/kernel/report.ts';
import { Service, Tadig } from '../../../domain/roaming/rating/schema.ts';
import { subscriberRefusals as no } from '../../../domain/roaming/subscriber/refusals.ts';
import { Msisdn, SubscriberState } from '../../../domain/roaming/subscriber/schema.ts';
import { spentIn } from '../../../domain/roaming/subscriber/spending.ts';
import { Bill, billReport, packagesOf } from '../../../domain/roaming/usage/bill.ts';
import { ATTRIBUTIONS, COVERAGES, coverageOf } from '../../../domain/roaming/usage/usage-record.ts';
import { printedReport, REPORT_FORMATS, REPORT_TYPES } from '../../../printing/report.ts';
import { readCursor, writeCursor } from '../../../store/list-cursor.ts';
import { type KeptUsage, type UsagePlace, usageOf } from '../../../store/roaming/usage.ts';
import { pageOf, pageQuery } from '../../page.ts';
import { answer, download, route, sampled } from '../../route.ts';
import { Discounts, discountsOf, shownDiscount } from './discounts.ts';
import {
  isItself,
  Key,
  masksOf,
  notYours,
  PRIMARY,
  readSubscriber,
  SUBSCRIBER,
  subscriberParams,
} from './subscriber.ts';

/**
 * What a subscriber has used and pays (seed 002 §3.2.2, §3.3.1): spending of days and months, the records one by one, and
 * the bill of a month with every record's fee. Days and months are those of the visited network's clock.
 */

const Month = Schema.String.pipe(
  Schema.pattern(/^20[0-9]{2}-(?:0[1-9]|1[0-2])$/, { description: 'a month as YYYY-MM' }),
);
const MONTH = '2026-11';
const Minor = Schema.BigInt;

const Spending = Schema.Struct({
  currency: Schema.String,
  days: Schema.Array(Schema.Struct({ day: Schema.String, number: Schema.String, spentMinor: Minor })),
  months: Schema.Array(Schema.Struct({ month: Schema.String, spentMinor: Minor })),
  observed: SubscriberState.fields.observed.annotations({
    description: 'Usage that was told before its records came: by day, what it is likely to cost',
  }),
  limits: SubscriberState.fields.limits,
  alarms: SubscriberState.fields.alarms,
}).annotations({ identifier: 'RoamingSpending' });

const spending = route({
  method: 'GET',
  path: '/v1/roaming/subscribers/{subscriber}/spending',
  operationId: 'roaming.subscriber.spending',
  summary: 'Read what each number spent on each day, the months’ sums, and the limits that were reached',
  description: 'Of the last 92 days and their months. Minor units.',
  personalData: true,
  in: { params: subscriberParams },
  out: {
    200: sampled(
      Spending,
      {
        currency: 'CNY',
        days: [{ day: '2026-11-26', number: PRIMARY, spentMinor: '5240' }],
        months: [{ month: MONTH, spentMinor: '5240' }],
        observed: [],
        limits: { day: ['5000'], month: ['50000'] },
        alarms: [{ scope: 'day', period: '2026-11-26', thresholdMinor: '5000' }],
      },
      'As of now',
    ),
  },
  refusals: [no.unknown(), notYours],
  handler: (request) =>
    Effect.map(readSubscriber(request), ({ state, rev }) => {
      const shown = masksOf(request.caller, request.params.subscriber);
      const { currency, spent, observed, limits, alarms } = state;
      const months = [...new Set(spent.map(({ day }) => day.slice(0, 7)))].sort();
      const body: typeof Spending.Type = {
        ...{ currency, observed, limits, alarms },
        days: spent
          .toSorted((a, b) => (`${a.day} ${a.number}` < `${b.day} ${b.number}` ? -1 : 1))
          .map(({ day, number, spentMinor }) => ({ day, number: shown(number), spentMinor })),
        months: months.map((month) => ({ month, spentMinor: spentIn(state, month) })),
      };
      return answer(200, body, { rev });
    }),
});

const Money = Schema.Struct({ currency: Schema.String, decimals: Schema.Int, amountMinor: Minor });
const Coverage = Schema.Literal(...COVERAGES).annotations({
  description: 'How much of it packages cover; …/usage/{usage}/rating says why not more',
});
const Usage = Schema.Struct({
  id: Schema.String,
  number: Schema.String,
  attributedBy: Schema.Literal(...ATTRIBUTIONS),
  atMs: Schema.Int,
  utcOffsetMinutes: Schema.Int,
  network: Tadig,
  service: Service,
  direction: Schema.Literal('originating', 'terminating'),
  destination: Schema.String,
  quantity: Schema.Int.annotations({ description: 'Seconds, messages or bytes' }),
  takes: Schema.Array(Schema.Struct({ balance: Schema.String, taken: Schema.Int })),
  coverage: Coverage,
  fee: Money,
  plan: Schema.NullOr(Schema.String),
  planVersion: Schema.Int,
  wholesale: Schema.NullOr(
    Schema.Struct({
      partner: Tadig,
      charged: Money,
      agreedMinor: Minor,
      agreement: Schema.NullOr(Schema.String),
      agreementVersion: Schema.Int,
    }),
  ).annotations({ description: 'Between the operators; null to the subscriber' }),
}).annotations({ identifier: 'RoamingUsage' });

const USAGE: typeof Usage.Encoded = {
  id: `${'d'.repeat(64)}.17`,
  number: PRIMARY,
  attributedBy: 'msisdn',
  atMs: 1_795_330_000_000,
  utcOffsetMinutes: 480,
  network: 'HKGPP',
  service: 'voice',
  direction: 'originating',
  destination: '85221234567',
  quantity: 65,
  takes: [{ balance: 'B1', taken: 120 }],
  coverage: 'inside',
  fee: { currency: 'CNY', decimals: 2, amountMinor: '0' },
  plan: 'TRAVEL',
  planVersion: 1,
  wholesale: {
    partner: 'HKGPP',
    charged: { currency: 'XDR', decimals: 3, amountMinor: '1067' },
    agreedMinor: '1067',
    agreement: 'CHNCM-HKGPP',
    agreementVersion: 2,
  },
};

const shownUsage = (one: KeptUsage, shown: (number: string) => string, itself: boolean): typeof Usage.Type => {
  const { terms, imsi: _, record: __, chargedMinor, agreedMinor, retailMinor, agreementVersion, ...rest } = one;
  const { partner, network, charged, retail, agreement, plan } = terms;
  return {
    ...rest,
    ...{ network, plan },
    coverage: coverageOf(one),
    number: shown(one.number),
    destination: shown(one.destination),
    fee: { ...(retail ?? { currency: '', decimals: 0 }), amountMinor: retailMinor },
    wholesale: itself
      ? null
      : { partner, charged: { ...charged, amountMinor: chargedMinor }, agreedMinor, agreement, agreementVersion },
  };
};

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });
const filters = {
  number: optional(Msisdn),
  service: optional(Service),
  network: optional(Tadig),
  coverage: optional(Coverage),
};
type Filters = Readonly<Partial<Record<keyof typeof filters, string>>>;

const fits =
  ({ number, service, network, coverage }: Filters) =>
  (one: KeptUsage): boolean =>
    (number === undefined || one.number === number) &&
    (service === undefined || one.service === service) &&
    (network === undefined || one.terms.network === network) &&
    (coverage === undefined || coverageOf(one) === coverage);

const PAGE = 50;

const usage = route({
  method: 'GET',
  path: '/v1/roaming/subscribers/{subscriber}/usage',
  operationId: 'roaming.subscriber.usage',
  summary: 'List the records of a month with their fees, in the order of time',
  description:
    'By number, service, visited network or what packages cover when asked. Only the month’s own records are read.',
  personalData: true,
  in: {
    params: subscriberParams,
    query: sampled(Schema.Struct({ ...pageQuery, month: Month, ...filters }), { month: MONTH, service: 'voice' }),
  },
  out: { 200: sampled(pageOf(Usage), { items: [USAGE], nextCursor: null }, 'The oldest first') },
  refusals: [no.unknown(), notYours],
  handler: (request) =>
    Effect.gen(function* () {
      const { subscriber } = request.params;
      yield* readSubscriber(request);
      const { cursor, limit = PAGE, month, ...wanted } = request.query;
      const list = canonicalJson(['roaming.usage', request.tenant, subscriber, month, wanted]);
      const at = yield* readCursor(list, cursor);
      // Written below.
      const after = at === undefined ? undefined : (JSON.parse(at) as UsagePlace);
      const owner = { subscriber };
      const where = fits(wanted);
      const found = yield* usageOf({ tenant: request.tenant, owner, month, after, limit: limit + 1, where });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const more = found.length > limit && last !== undefined;
      const shown = masksOf(request.caller, subscriber);
      const itself = isItself(request.caller, subscriber);
      return answer(200, {
        items: items.map((one) => shownUsage(one, shown, itself)),
        nextCursor: more ? yield* writeCursor(list, JSON.stringify({ atMs: last.atMs, id: last.id })) : null,
      });
    }),
});

const RECORDS_AT_ONCE = 2_000;

/** Every record of the month, some after some. */
const eachOf = (tenant: TenantId, subscriber: string, month: string) =>
  Stream.paginateChunkEffect(undefined as UsagePlace | undefined, (after) =>
    Effect.map(usageOf({ tenant, owner: { subscriber }, month, after, limit: RECORDS_AT_ONCE }), (found) => {
      const last = found.at(-1);
      return [Chunk.fromIterable(found), found.length < RECORDS_AT_ONCE ? Option.none() : Option.fromNullable(last)];
    }),
  );

const Line = Schema.Struct({
  number: Schema.String,
  network: Tadig,
  service: Service,
  events: Schema.Int,
  quantity: Minor,
  offPackages: Minor.annotations({ description: 'Off packages, in whole units of each' }),
  currency: Schema.String,
  decimals: Schema.Int,
  amountMinor: Minor,
});
const MonthsBill = Schema.Struct({
  subscriber: Key,
  month: Month,
  packages: Schema.Array(
    Schema.Struct({
      balance: Schema.String,
      package: Schema.String,
      day: Schema.String,
      number: Schema.String,
      ...Money.fields,
    }),
  ).annotations({ description: 'Granted in the month, with a price' }),
  records: Schema.Int,
  lines: Schema.Array(Line),
  /** What each number of the card comes to. */
  numbers: Schema.Array(Schema.Struct({ number: Schema.String, ...Money.fields })),
  discounts: Discounts,
  totals: Schema.Array(Money).annotations({ description: 'Lines and discounts together' }),
}).annotations({ identifier: 'RoamingBill' });

const billParams = sampled(Schema.Struct({ subscriber: Key, month: Month }), { subscriber: SUBSCRIBER, month: MONTH });

const bill = route({
  method: 'GET',
  path: '/v1/roaming/subscribers/{subscriber}/bills/{month}',
  operationId: 'roaming.subscriber.bill',
  summary: 'Read the bill of a month: its packages, and a sum for each number, visited network and service',
  description:
    'Of the month so far while it lasts; records of a month may come weeks later. With the discounts of the tiers that ' +
    'its sums have reached, and how much is missing to the next.',
  personalData: true,
  in: { params: billParams },
  out: {
    200: sampled(
      MonthsBill,
      {
        subscriber: SUBSCRIBER,
        month: MONTH,
        packages: [
          {
            ...{ balance: 'B1', package: 'VOICE-30', day: '2026-11-02', number: PRIMARY },
            ...{ currency: 'CNY', decimals: 2, amountMinor: '2800' },
          },
        ],
        records: 12,
        lines: [
          {
            ...{ number: PRIMARY, network: 'HKGPP', service: 'voice', events: 12, quantity: '730', offPackages: '120' },
            ...{ currency: 'CNY', decimals: 2, amountMinor: '5240' },
          },
        ],
        numbers: [{ number: PRIMARY, currency: 'CNY', decimals: 2, amountMinor: '8040' }],
        discounts: [
          {
            ...{ plan: 'TRAVEL', version: 1, networks: ['HKGPP'], currency: 'CNY', decimals: 2, amountMinor: '-20' },
            steps: [{ kind: 'discount', text: 'discount much: 10 % of 2', amount: '-0.2' }],
            tiers: [
              {
                ...{
                  name: 'much',
                  services: [],
                  basis: 'charge',
                  method: 'incremental',
                  counted: '52.4',
                  percent: '10',
                },
                next: { from: '100', percent: '15', missing: '47.6' },
              },
            ],
          },
        ],
        totals: [{ currency: 'CNY', decimals: 2, amountMinor: '8020' }],
      },
      'As of now',
    ),
  },
  refusals: [no.unknown(), notYours],
  handler: (request) =>
    Effect.gen(function* () {
      const { subscriber, month } = request.params;
      const { state } = yield* readSubscriber(request);
      const sums = new Bill(packagesOf(state, month));
      yield* Stream.runForEach(eachOf(request.tenant, subscriber, month), (one) => Effect.sync(() => sums.add(one)));
      const shown = masksOf(request.caller, subscriber);
      const lines = sums.lines().map((line) => ({ ...line, number: shown(line.number) }));
      const numbers = sums.byNumber().map((one) => ({ ...one, number: shown(one.number) }));
      const packages = sums.packages.map((one) => ({ ...one, number: shown(one.number) }));
      const found = yield* discountsOf(request.tenant, month, sums);
      const [discounts, totals] = [found.map(shownDiscount), sums.totals(found)];
      return answer(200, { subscriber, month, packages, records: sums.records, lines, numbers, discounts, totals });
    }),
});

/** A report is made whole, in memory. */
const MOST_RECORDS = 20_000;
const tooLong = refuse('exhausted', 'BillTooLong', `A report has at most ${MOST_RECORDS} records.`, {
  action: 'Read the records page by page: GET …/usage.',
});

const exported = download({
  method: 'GET',
  path: '/v1/roaming/subscribers/{subscriber}/bills/{month}/export',
  operationId: 'roaming.subscriber.exportBill',
  summary: 'The bill of a month with every record and its fee, as PDF, workbook or CSV',
  personalData: true,
  timeoutMs: 60_000,
  contentTypes: [REPORT_TYPES.pdf, REPORT_TYPES.xlsx, REPORT_TYPES.csv],
  in: {
    params: billParams,
    query: sampled(
      Schema.Struct({
        format: Schema.optionalWith(Schema.Literal(...REPORT_FORMATS), { default: () => 'csv' }),
        language: Schema.optionalWith(Schema.Literal(...LANGUAGES), { default: () => 'en' }),
      }),
      { format: 'xlsx', language: 'zh' },
    ),
  },
  refusals: [no.unknown(), notYours, tooLong],
  handler: (request) =>
    Effect.gen(function* () {
      const { subscriber, month } = request.params;
      const { format, language } = request.query;
      const { state } = yield* readSubscriber(request);
      const found = yield* Stream.runCollect(Stream.take(eachOf(request.tenant, subscriber, month), MOST_RECORDS + 1));
      const records = Chunk.toReadonlyArray(found);
      if (records.length > MOST_RECORDS) return yield* Effect.fail(tooLong);
      const of = { subscriber, month, createdAtMs: yield* Clock.currentTimeMillis };
      const masked = masksOf(request.caller, subscriber);
      const sums = new Bill(packagesOf(state, month), records);
      const discounts = yield* discountsOf(request.tenant, month, sums);
      const report = billReport(of, sums, records, discounts, language, masked);
      const printed = yield* Effect.promise(() => printedReport(report, format));
      return {
        contentType: REPORT_TYPES[format],
        name: `roaming-${subscriber}-${month}.${format}`,
        bytes: printed.byteLength,
        open: (offset) => Stream.make(printed.subarray(offset)),
      };
    }),
});

export const billRoutes = [spending, usage, bill, exported];
