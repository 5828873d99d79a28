import { Effect, Schema } from 'effect';
import { periodProblem } from '../../domain/kernel/period.ts';
import { exchangeQuality, WAYS } from '../../domain/roaming/exchange.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { Count } from '../../domain/sim/schema.ts';
import { exchangesOf } from '../../store/roaming/exchanges.ts';
import { answer, route, sampled } from '../route.ts';

/** How well files are exchanged with partners and elements (seed 002 §5.1.1): the share that succeeds, and how long it takes. */

const Day = Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\d$/));
const Share = Schema.NullOr(Schema.Number);
const Item = Schema.Struct({
  partner: Tadig,
  way: Schema.Literal(...WAYS),
  tried: Count,
  succeeded: Count,
  successShare: Share,
  withinSecondShare: Share,
  meanMs: Share,
  p95Ms: Share,
  longestMs: Schema.Number,
}).annotations({ identifier: 'RoamingExchanges' });
const ITEM = {
  ...{ partner: 'HKGPP', way: 'take' as const, tried: 1_204, succeeded: 1_203, successShare: 0.9992 },
  ...{ withinSecondShare: 0.996, meanMs: 210, p95Ms: 500, longestMs: 4_120 },
};

const list = route({
  method: 'GET',
  path: '/v1/roaming/exchanges',
  operationId: 'roaming.exchange.list',
  summary: 'How well files were exchanged, by partner and way: success, within a second, mean, 95th percentile',
  description:
    'A `look` is at a server, `take` brings a file into our store, `send` brings ours there. Days are of UTC; each attempt counts.',
  in: {
    query: sampled(Schema.Struct({ from: Day, to: Day, partner: Schema.optional(Tadig) }), {
      from: '2026-11-01',
      to: '2026-11-30',
    }),
  },
  out: { 200: sampled(Schema.Struct({ items: Schema.Array(Item) }), { items: [ITEM] }, 'By partner') },
  handler: ({ tenant, query }) =>
    Effect.gen(function* () {
      const problem = periodProblem(query);
      if (problem !== undefined) return yield* Effect.fail(problem);
      const found = yield* exchangesOf(tenant, query);
      const items = found.map(({ partner, way, exchanges }) => ({ partner, way, ...exchangeQuality(exchanges) }));
      return answer(200, { items });
    }),
});

export const exchangeRoutes = [list];
