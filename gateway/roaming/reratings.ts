import { createHash } from 'node:crypto';
import { Effect, Schema } from 'effect';
import { reratingsActor } from '../../actors/roaming/reratings.ts';
import { Actors, type Envelope } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { reratingRefusals } from '../../domain/roaming/rerating/refusals.ts';
import { monthsOf, reratingOf } from '../../domain/roaming/rerating/rerating.ts';
import { Rerating, ReratingId, ReratingReply, ReratingsState, Wanted } from '../../domain/roaming/rerating/schema.ts';
import { Reason } from '../../domain/sim/schema.ts';
import { removedUsageMonths } from '../../store/roaming/usage-months.ts';
import { Processes } from '../../temporal/client.ts';
import { roamingContract } from '../../workflows/roaming/contract.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/**
 * Usage of a partner priced anew by another revision of agreement or plan: started by one person, shown with what it would come
 * to, approved by another, posted as adjustments.
 */

const { rerate } = roamingContract.workflows;
const PATH = '/v1/roaming/partners/{partner}/reratings';
const ID = 'v0123456789abcdef';
const WANTED = {
  ...{ roaming: 'outbound' as const, from: '2026-11-01', to: '2026-11-30', agreement: 2, plan: null },
  reason: 'amendment 3 holds from November on',
};
const TOTALS = {
  ...{ records: 1_000, disputed: 3, unpriced: 0 },
  lines: [
    {
      ...{ side: 'wholesale' as const, service: 'voice' as const, currency: 'XDR', decimals: 3 },
      ...{ records: 900, changed: 850, beforeMinor: '912000', afterMinor: '881000' },
    },
  ],
};
const RERATING = {
  ...{ rerating: ID, ...WANTED, status: 'previewed' as const, started: { by: 'li', atMs: 1_795_416_000_000 } },
  ...{ preview: TOTALS, decided: null, posted: null, refused: [], refusedCount: 0, note: null, endedAtMs: null },
};

export interface ReratingPlace {
  readonly tenant: TenantId;
  readonly partner: string;
}

const idOf = ({ tenant, partner }: ReratingPlace) => ({ tenant, key: partner });
const keyOf = ({ partner }: ReratingPlace, rerating: string) => `${partner}-${rerating}`;

/** Its id is made of the command's, so that the same command starts one. */
export const startRerating = (place: ReratingPlace, wanted: typeof Wanted.Type, envelope: Envelope) =>
  Effect.gen(function* () {
    const rerating = `v${createHash('sha256').update(envelope.commandId).digest('hex').slice(0, 16)}`;
    const gone = yield* removedUsageMonths(monthsOf(wanted));
    if (gone.length > 0) return yield* Effect.fail(reratingRefusals.usageRemoved(gone));
    const actors = yield* Actors;
    const processes = yield* Processes;
    const command = { _tag: 'Start', rerating, ...wanted } as const;
    yield* actors.ask(reratingsActor, { id: idOf(place), command, envelope });
    yield* processes.start(rerate, { key: keyOf(place, rerating), input: { ...place, rerating } });
    return rerating;
  });

export type ReratingDecision =
  | { readonly _tag: 'Approve' }
  | { readonly _tag: 'Reject' | 'Withdraw'; readonly reason: string };

export const decideRerating = (
  place: ReratingPlace,
  rerating: string,
  envelope: Envelope,
  decision: ReratingDecision,
) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const processes = yield* Processes;
    const command = { ...decision, rerating };
    const { reply } = yield* actors.ask(reratingsActor, { id: idOf(place), command, envelope });
    const key = keyOf(place, rerating);
    if (reply.status === 'approved' || reply.status === 'withdrawing') {
      // Also when its process has ended before everything was posted: it goes on.
      yield* processes.signalOrStart(rerate, { key, input: { ...place, rerating } }, 'decided', undefined);
    } else {
      yield* processes.signal(rerate, { tenant: place.tenant, key }, 'decided', undefined).pipe(
        // It has ended.
        Effect.catchIf(isRefusal, () => Effect.void),
      );
    }
    return reply;
  });

const partner = sampled(Schema.Struct({ partner: Tadig }), { partner: 'HKGPP' });
const one = sampled(Schema.Struct({ partner: Tadig, rerating: ReratingId }), { partner: 'HKGPP', rerating: ID });

const readOne = (place: ReratingPlace, rerating: string) =>
  Effect.flatMap(readActor(reratingsActor, idOf(place), reratingRefusals.unknown()), ({ state, rev }) => {
    const found = reratingOf(state, rerating);
    return found === undefined ? Effect.fail(reratingRefusals.unknown()) : Effect.succeed({ found, rev });
  });

const start = route({
  method: 'POST',
  path: PATH,
  operationId: 'roaming.rerating.start',
  summary: 'Price a period of a partner’s usage anew, and show what it would come to',
  description:
    'Nothing is posted before another person approves it. Revisions must be approved; one re-rating at a time.',
  in: { params: partner, body: sampled(Wanted, WANTED) },
  out: {
    202: sampled(Rerating, { ...RERATING, status: 'previewing', preview: null }, 'Read it again for the preview'),
  },
  refusals: [
    reratingRefusals.open(),
    reratingRefusals.nothingWanted(),
    reratingRefusals.periodTooLong(),
    reratingRefusals.usageRemoved(['2026-05']),
  ],
  handler: ({ tenant, envelope, params, body }) =>
    Effect.gen(function* () {
      const place = { tenant, partner: params.partner };
      const rerating = yield* startRerating(place, body, envelope);
      const { found, rev } = yield* readOne(place, rerating);
      return answer(202, found, { rev, location: `/v1/roaming/partners/${params.partner}/reratings/${rerating}` });
    }),
});

const list = route({
  method: 'GET',
  path: PATH,
  operationId: 'roaming.rerating.list',
  summary: 'List the re-ratings of a partner’s usage',
  in: { params: partner },
  out: { 200: sampled(ReratingsState, { partner: 'HKGPP', reratings: [RERATING] }, 'The oldest first, the last 200') },
  refusals: [reratingRefusals.unknown()],
  handler: ({ tenant, params }) =>
    Effect.map(readActor(reratingsActor, idOf({ tenant, ...params }), reratingRefusals.unknown()), ({ state, rev }) =>
      answer(200, state, { rev }),
    ),
});

const read = route({
  method: 'GET',
  path: `${PATH}/{rerating}`,
  operationId: 'roaming.rerating.read',
  summary: 'Read a re-rating: sums by service before and after, what was left alone, who decided, what was posted',
  in: { params: one },
  out: { 200: sampled(Rerating, RERATING, 'Amounts in minor units of their decimals') },
  refusals: [reratingRefusals.unknown()],
  handler: ({ tenant, params: { rerating, ...place } }) =>
    Effect.map(readOne({ tenant, ...place }, rerating), ({ found, rev }) => answer(200, found, { rev })),
});

const approve = route({
  method: 'POST',
  path: `${PATH}/{rerating}/approve`,
  operationId: 'roaming.rerating.approve',
  summary: 'Approve a re-rating that another person has started: its adjustments are posted',
  description: 'Once more, where posting has `stalled` (which says why; an alert, too): it goes on where it was.',
  in: { params: one },
  out: { 202: sampled(ReratingReply, { changed: true, status: 'approved' }, 'It is being posted') },
  refusals: [reratingRefusals.unknown(), reratingRefusals.notPreviewed(), reratingRefusals.secondPersonNeeded()],
  handler: ({ tenant, envelope, params: { rerating, ...place } }) =>
    Effect.map(decideRerating({ tenant, ...place }, rerating, envelope, { _tag: 'Approve' }), (reply) =>
      answer(202, reply),
    ),
});

const reject = route({
  method: 'POST',
  path: `${PATH}/{rerating}/reject`,
  operationId: 'roaming.rerating.reject',
  summary: 'Reject a re-rating: nothing is posted',
  in: { params: one, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'the partner has not signed' }) },
  out: { 200: sampled(ReratingReply, { changed: true, status: 'rejected' }, 'It has ended') },
  refusals: [reratingRefusals.unknown(), reratingRefusals.notPreviewed()],
  handler: ({ tenant, envelope, params: { rerating, ...place }, body: { reason } }) =>
    Effect.map(decideRerating({ tenant, ...place }, rerating, envelope, { _tag: 'Reject', reason }), (reply) =>
      answer(200, reply),
    ),
});

const withdraw = route({
  method: 'POST',
  path: `${PATH}/{rerating}/withdraw`,
  operationId: 'roaming.rerating.withdraw',
  summary: 'Withdraw a re-rating that was approved and cannot be posted: what was posted of it is taken back',
  description: 'Then the next of this partner may begin. Once more, where taking back has `stalled`: it goes on.',
  in: { params: one, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'its month is not kept any more' }) },
  out: { 202: sampled(ReratingReply, { changed: true, status: 'withdrawing' }, 'It is being taken back') },
  refusals: [reratingRefusals.unknown(), reratingRefusals.notStalled()],
  handler: ({ tenant, envelope, params: { rerating, ...place }, body: { reason } }) =>
    Effect.map(decideRerating({ tenant, ...place }, rerating, envelope, { _tag: 'Withdraw', reason }), (reply) =>
      answer(202, reply),
    ),
});

export const reratingRoutes = [start, list, read, approve, reject, withdraw];
