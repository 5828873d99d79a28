import { stringify } from 'csv-stringify/sync';
import { Effect, Schema, Stream } from 'effect';
import { fileRegisterActor } from '../../actors/roaming/import-file.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { orBeginning } from '../../actors/runtime/beginning.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { momentsOf, periodProblem } from '../../domain/kernel/period.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import { percentileMs, qualityOf } from '../../domain/roaming/imports/delivery.ts';
import { registerDecider } from '../../domain/roaming/imports/register.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { Count } from '../../domain/sim/schema.ts';
import { deliveriesOf } from '../../store/roaming/deliveries.ts';
import { answer, download, route, sampled } from '../route.ts';

/**
 * How well a partner delivers usage in near real time (TD.35): files by their numbers, and how long after its end each event
 * was told. TD.35 has a delivery report of the same facts; its layout is for members, so ours is a table of our own.
 */

const params = sampled(Schema.Struct({ partner: Tadig }), { partner: 'HKGPP' });
const Day = Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\d$/));
const query = sampled(Schema.Struct({ from: Day, to: Day }), { from: '2026-11-01', to: '2026-11-30' });

const Share = Schema.NullOr(Schema.Number);
const Quality = Schema.Struct({
  partner: Tadig,
  received: Count,
  due: Count,
  events: Count,
  inTime: Count,
  inTimeShare: Share,
  p95Ms: Share,
  longestMs: Schema.Number,
  longestTransferMs: Schema.Number,
  missing: Schema.Array(Schema.Struct({ from: Count, to: Count })),
}).annotations({ identifier: 'RoamingDeliveryQuality' });

const filesOf = (tenant: TenantId, partner: string, period: { readonly from: string; readonly to: string }) =>
  Effect.gen(function* () {
    const problem = periodProblem(period);
    if (problem !== undefined) return yield* Effect.fail(problem);
    return yield* deliveriesOf(tenant, partner, momentsOf(period));
  });

/** Numbers that were passed over, and have not come yet. */
const missingOf = (tenant: TenantId, partner: string) =>
  Effect.flatMap(Actors, (actors) => actors.read(fileRegisterActor, { tenant, key: partner })).pipe(
    orBeginning(registerDecider.initial),
    Effect.map(({ missing }) => missing.filter(({ series }) => series === 'nrtrde')),
  );

const read = route({
  method: 'GET',
  path: '/v1/roaming/deliveries/{partner}',
  operationId: 'roaming.delivery.read',
  summary: 'How soon a partner’s usage in near real time came: within four hours, 95th percentile, missing numbers',
  description:
    '`due` are files that came within the days, and those that its numbers say it made and that have not come yet.',
  in: { params, query },
  out: {
    200: sampled(
      Quality,
      {
        ...{ partner: 'HKGPP', received: 2_870, due: 2_871, events: 40_100, inTime: 40_020, inTimeShare: 0.998 },
        ...{
          p95Ms: 5_100_000,
          longestMs: 19_000_000,
          longestTransferMs: 640_000,
          missing: [{ from: 1_201, to: 1_201 }],
        },
      },
      'By the days on which the files came',
    ),
  },
  handler: ({ tenant, params: { partner }, query: period }) =>
    Effect.gen(function* () {
      const files = yield* filesOf(tenant, partner, period);
      return answer(200, { partner, ...qualityOf(files, yield* missingOf(tenant, partner)) });
    }),
});

const COLUMNS = ['sequence', 'name', 'available', 'received', 'events', 'in_time', 'p95_seconds', 'longest_seconds'];
const time = (ms: number): string => new Date(ms).toISOString();
const seconds = (ms: number | null): number => Math.round((ms ?? 0) / 1_000);

const report = download({
  method: 'GET',
  path: '/v1/roaming/deliveries/{partner}/report',
  operationId: 'roaming.delivery.report',
  summary: 'Download the files of near-real-time usage that a partner delivered, and numbers that are missing, as CSV',
  contentTypes: ['text/csv'],
  in: { params, query },
  handler: ({ tenant, params: { partner }, query: period }) =>
    Effect.gen(function* () {
      const files = yield* filesOf(tenant, partner, period);
      const missing = yield* missingOf(tenant, partner);
      const rows = files.map(({ sequence, name, availableAtMs, receivedAtMs, delays }) => [
        ...[sequence, name, time(availableAtMs), time(receivedAtMs), delays.events, delays.inTime],
        ...[seconds(percentileMs(delays, 0.95)), seconds(delays.longestMs)],
      ]);
      const gaps = missing.map(({ from, to }) => [
        from === to ? from : `${from}-${to}`,
        'missing',
        '',
        '',
        0,
        0,
        '',
        '',
      ]);
      const bytes = Buffer.from(stringify([COLUMNS, ...rows, ...gaps]));
      return {
        contentType: 'text/csv',
        name: `${partner}-${period.from}-${period.to}.deliveries.csv`,
        bytes: bytes.length,
        hash: sm3Hex(bytes),
        open: (offset: number) => Stream.succeed(bytes.subarray(offset)),
      };
    }),
});

export const deliveryRoutes = [read, report];
