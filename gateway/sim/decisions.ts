import { Effect, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { applicationActor } from '../../actors/sim/application.ts';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { refusals } from '../../domain/sim/application/refusals.ts';
import { Corrections, LineInput, Stage } from '../../domain/sim/application/schema.ts';
import { LIMITS } from '../../domain/sim/limits.ts';
import { ApplicationNo, Code, LineNo, Quantity, Reason, Round } from '../../domain/sim/schema.ts';
import { Processes } from '../../temporal/client.ts';
import { simContract } from '../../workflows/sim/contract.ts';
import { answer, type RouteRequest, route, sampled } from '../route.ts';
import { readApplication } from './applications.ts';
import { applicationParams, NO } from './samples.ts';

/**
 * What staff decide while an application is under way: each is an update of its process, which says at once why not,
 * and happens once per `Idempotency-Key`.
 */

const { cardMaking } = simContract.workflows;

type Of = Pick<RouteRequest, 'tenant' | 'commandId' | 'caller'> & { readonly params: { readonly application: string } };

/** The process of the request's application, and the id of the update: its key, within the operation. */
export const target = ({ tenant, params, commandId }: Of, operation: string) => ({
  id: { tenant, key: params.application },
  updateId: `${operation}:${commandId}`,
});

const notRunning: Refusal = refuse('missing', 'ProcessNotFound', 'There is no such process, or it has ended.', {
  action: 'Submit the application first.',
});

const withReason = sampled(Schema.Struct({ reason: Reason }), { reason: 'stock-taking at the vendor' });

const correct = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/corrections',
  operationId: 'sim.application.correct',
  summary: 'Put rejected or short lines right: they go on in a new round',
  in: {
    params: applicationParams,
    body: sampled(Schema.Struct({ lines: Corrections }), { lines: [{ no: 2, quantity: 400 }] }),
  },
  out: { 200: sampled(Schema.Struct({ round: Schema.Int }), { round: 2 }, 'The round that they are in now') },
  refusals: [refusals.lineOutOfStage(2), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'correct');
      const input = { by: request.caller, lines: request.body.lines };
      return answer(200, yield* (yield* Processes).update(cardMaking, id, 'correct', input, updateId));
    }),
});

const dropLines = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/drops',
  operationId: 'sim.application.drop',
  summary: 'Give lines up that are rejected or short',
  in: {
    params: applicationParams,
    body: sampled(
      Schema.Struct({
        lines: Schema.Array(LineNo).pipe(Schema.minItems(1), Schema.maxItems(LIMITS.lines)),
        reason: Reason,
      }),
      { lines: [2], reason: 'not needed any more' },
    ),
  },
  out: {
    200: sampled(
      Schema.Struct({ undecided: Schema.Array(LineNo) }),
      { undecided: [] },
      'Lines that still wait for a decision',
    ),
  },
  refusals: [refusals.lineOutOfStage(2), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'drop');
      const input = { by: request.caller, ...request.body };
      return answer(200, yield* (yield* Processes).update(cardMaking, id, 'dropLines', input, updateId));
    }),
});

const Share = Schema.Struct({ vendor: Code, quantity: Quantity });
const SplitRule = Schema.Union(
  Schema.Struct({ by: Schema.Literal('city'), vendors: Schema.Record({ key: Code, value: Code }) }),
  Schema.Struct({
    by: Schema.Literal('quantity'),
    shares: Schema.Array(Share).pipe(Schema.minItems(1), Schema.maxItems(LIMITS.parts)),
  }),
  Schema.Struct({
    by: Schema.Literal('hand'),
    parts: Schema.Array(Schema.Struct({ vendor: Code, lines: Schema.Array(LineInput.pick('no', 'quantity')) })).pipe(
      Schema.minItems(1),
      Schema.maxItems(LIMITS.parts),
    ),
  }),
);
const PartRef = Schema.Struct({
  id: Schema.String,
  part: Schema.Int,
  vendor: Schema.String,
  quantity: Schema.Int,
}).annotations({ identifier: 'SimPartRef' });

const split = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/split',
  operationId: 'sim.application.split',
  summary: 'Split the card-making file of a round between vendors',
  in: {
    params: applicationParams,
    body: sampled(Schema.Struct({ round: Round, rule: SplitRule }), {
      round: 1,
      rule: { by: 'city', vendors: { '110000': 'YINLIAN', '310000': 'HENGBAO' } },
    }),
  },
  out: {
    200: sampled(
      Schema.Struct({ parts: Schema.Array(PartRef) }),
      { parts: [{ id: '1.1', part: 1, vendor: 'YINLIAN', quantity: 1_000 }] },
      'The parts, which are sent to their vendors now',
    ),
  },
  refusals: [
    refuse('conflict', 'StageMismatch', 'The round is in another stage.', { field: 'round' }),
    refuse('conflict', 'AlreadySplit', 'The round is split already.', { field: 'round' }),
    refuse('invalid', 'CityWithoutVendor', 'No vendor is named for the city of a line.'),
    refuse('invalid', 'SharesDoNotAddUp', 'The shares do not add up to the rows of the card-making file.'),
    refusals.splitDoesNotCover(1),
    refusals.vendorNotNamed(1),
  ],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'split');
      const input = { by: request.caller, ...request.body };
      return answer(200, yield* (yield* Processes).update(cardMaking, id, 'split', input, updateId));
    }),
});

const PartId = Schema.String.pipe(
  Schema.pattern(/^[1-9][0-9]{0,5}\.[1-9][0-9]{0,5}$/, { description: 'round and part: 1.2' }),
);
const partParams = sampled(Schema.Struct({ application: ApplicationNo, part: PartId }), {
  application: NO,
  part: '1.1',
});

const cancelPart = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/parts/{part}/cancel',
  operationId: 'sim.application.cancelPart',
  summary: 'Give up what of a part is not reported: its cards are cancelled, the others go on',
  in: { params: partParams, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'the vendor has closed' }) },
  out: {
    200: sampled(
      Schema.Struct({ part: Schema.String, cancelled: Schema.Int }),
      { part: '1.1', cancelled: 1_000 },
      'How many of its cards are cancelled',
    ),
  },
  refusals: [
    refuse('missing', 'PartUnknown', 'The round has no such part.', { field: 'part' }),
    refuse('conflict', 'PartSettled', 'Every card of the part is accounted for.', { field: 'part' }),
    refuse('conflict', 'StepUnderWay', 'A POS file of the part is being counted.'),
    notRunning,
  ],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'cancelPart');
      const { part } = request.params;
      const input = { by: request.caller, round: Number.parseInt(part, 10), part, reason: request.body.reason };
      return answer(200, yield* (yield* Processes).update(cardMaking, id, 'cancelPart', input, updateId));
    }),
});

export const Paused = Schema.Struct({ paused: Schema.Boolean });

const pause = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/pause',
  operationId: 'sim.application.pause',
  summary: 'Pause the process: it begins no further step, and its deadlines stand still',
  in: { params: applicationParams, body: withReason },
  out: { 200: sampled(Paused, { paused: true }) },
  refusals: [notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'pause');
      const input = { by: request.caller, ...request.body };
      return answer(200, yield* (yield* Processes).update(cardMaking, id, 'pause', input, updateId));
    }),
});

const resume = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/resume',
  operationId: 'sim.application.resume',
  summary: 'Let a paused process go on',
  in: { params: applicationParams },
  out: { 200: sampled(Paused, { paused: false }) },
  refusals: [notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'resume');
      return answer(200, yield* (yield* Processes).update(cardMaking, id, 'resume', { by: request.caller }, updateId));
    }),
});

const cancel = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/cancel',
  operationId: 'sim.application.cancel',
  summary: 'Cancel an application whose cards have not gone to a vendor',
  in: { params: applicationParams, body: withReason },
  out: { 200: sampled(Schema.Struct({ ended: Schema.Literal('cancelled') }), { ended: 'cancelled' }) },
  refusals: [refusals.applicationUnknown(), refusals.partsAtVendor()],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'cancel');
      const { reason } = request.body;
      const { state } = yield* readApplication(request.tenant, request.params.application);
      if (state.ended === 'cancelled') return answer(200, { ended: 'cancelled' });
      if (state.round === 0) {
        // A draft has no process yet.
        const command = { _tag: 'Cancel' as const, reason };
        yield* (yield* Actors).ask(applicationActor, { id, command, envelope: request.envelope });
        return answer(200, { ended: 'cancelled' });
      }
      const input = { by: request.caller, reason };
      return answer(200, yield* (yield* Processes).update(cardMaking, id, 'cancel', input, updateId));
    }),
});

const retryStage = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/retry-stage',
  operationId: 'sim.application.retryStage',
  summary: 'Try the stage of a round again that stands still with a problem',
  in: { params: applicationParams, body: sampled(Schema.Struct({ round: Round }), { round: 1 }) },
  out: { 200: sampled(Schema.Struct({ stage: Stage }), { stage: 'checking' }, 'The stage that is tried again') },
  refusals: [refuse('conflict', 'NothingToRetry', 'The round has no problem.', { field: 'round' }), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'retryStage');
      const input = { by: request.caller, ...request.body };
      return answer(200, yield* (yield* Processes).update(cardMaking, id, 'retryStage', input, updateId));
    }),
});

const pollNow = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/poll-now',
  operationId: 'sim.application.pollNow',
  summary: 'Look at the partner’s server at once',
  in: { params: applicationParams },
  out: { 200: sampled(Schema.Struct({ polls: Schema.Int }), { polls: 17 }, 'Look-ups made so far, with this one') },
  refusals: [refuse('conflict', 'ApplicationPaused', 'The application is paused.'), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'pollNow');
      return answer(200, yield* (yield* Processes).update(cardMaking, id, 'pollNow', { by: request.caller }, updateId));
    }),
});

export const decisionRoutes = [correct, dropLines, split, cancelPart, pause, resume, cancel, retryStage, pollNow];
