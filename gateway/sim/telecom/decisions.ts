import { Effect, Schema } from 'effect';
import { Actors } from '../../../actors/runtime/actors.ts';
import { telecomApplicationActor } from '../../../actors/sim/telecom-application.ts';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { refusals } from '../../../domain/sim/application/refusals.ts';
import { iccidOfBody } from '../../../domain/sim/iccid.ts';
import { Code, Iccid, Reason } from '../../../domain/sim/schema.ts';
import { telecomRefusals } from '../../../domain/sim/telecom/application/refusals.ts';
import { TelecomStage } from '../../../domain/sim/telecom/application/schema.ts';
import { Processes } from '../../../temporal/client.ts';
import { simContract } from '../../../workflows/sim/contract.ts';
import { answer, route, sampled } from '../../route.ts';
import { Paused, target } from '../decisions.ts';
import { TELECOM_ARRIVAL, TelecomArrival } from './progress.ts';
import { readTelecom, replyAnswer, telecomParams } from './samples.ts';

/** What staff decide while an application is with Telecom or the vendor: each an update of its process. */

const { telecomCardMaking } = simContract.workflows;

const notRunning = refuse('missing', 'ProcessNotFound', 'There is no such process, or it has ended.', {
  action: 'Export the application first.',
});
const stageMismatch = refuse('conflict', 'StageMismatch', 'The application is in another stage.');
const withReason = sampled(Schema.Struct({ reason: Reason }), { reason: 'nobody answers' });
const path = <Operation extends string>(operation: Operation) =>
  `/v1/sim/telecom/applications/{application}/${operation}` as const;

const resend = route({
  method: 'POST',
  path: path('resend'),
  operationId: 'sim.telecom.application.resend',
  summary: 'Send the letter to Telecom once more: it came back, or nobody answers',
  in: { params: telecomParams, body: withReason },
  out: { 200: replyAnswer('The application; the letter goes now') },
  refusals: [stageMismatch, telecomRefusals.tooManyLetters(), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'resend');
      const input = { by: request.caller, reason: request.body.reason };
      return answer(200, yield* (yield* Processes).update(telecomCardMaking, id, 'resend', input, updateId));
    }),
});

const chooseVendor = route({
  method: 'POST',
  path: path('vendor'),
  operationId: 'sim.telecom.application.chooseVendor',
  summary: 'Choose another vendor, as long as none has the result file',
  in: { params: telecomParams, body: sampled(Schema.Struct({ vendor: Code }), { vendor: 'DATANG' }) },
  out: { 200: replyAnswer('The application') },
  refusals: [
    refuse('missing', 'UnknownVendor', 'No vendor of this code is configured.', { field: 'vendor' }),
    telecomRefusals.handedOver(),
    refuse('conflict', 'StepUnderWay', 'A step is under way that cannot be broken off.'),
    notRunning,
  ],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'vendor');
      const input = { by: request.caller, vendor: request.body.vendor };
      return answer(200, yield* (yield* Processes).update(telecomCardMaking, id, 'chooseVendor', input, updateId));
    }),
});

const Failed = Schema.Array(Schema.Struct({ iccid: Iccid, reason: Reason })).pipe(Schema.maxItems(10_000));

const confirmProduction = route({
  method: 'POST',
  path: path('production'),
  operationId: 'sim.telecom.application.confirmProduction',
  summary: 'Confirm what the vendor made: every card but those that are named as failed',
  personalData: true,
  in: {
    params: telecomParams,
    body: sampled(Schema.Struct({ failed: Failed }), {
      failed: [{ iccid: iccidOfBody('8986030000000000001'), reason: 'chip broken' }],
    }),
  },
  out: { 200: sampled(TelecomArrival, { ...TELECOM_ARRIVAL, kind: 'pos' as const }, 'The report that was written') },
  refusals: [stageMismatch, refuse('invalid', 'UnknownCard', 'A card is not in the result file.'), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'production');
      const input = { by: request.caller, failed: request.body.failed };
      return answer(200, yield* (yield* Processes).update(telecomCardMaking, id, 'confirmProduction', input, updateId));
    }),
});

const giveUp = route({
  method: 'POST',
  path: path('give-up'),
  operationId: 'sim.telecom.application.giveUp',
  summary: 'Give up what the vendor has not reported: its cards are cancelled',
  in: { params: telecomParams, body: withReason },
  out: { 200: replyAnswer('The application') },
  refusals: [stageMismatch, refuse('conflict', 'StepUnderWay', 'A report is being counted.'), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'giveUp');
      const input = { by: request.caller, reason: request.body.reason };
      return answer(200, yield* (yield* Processes).update(telecomCardMaking, id, 'giveUp', input, updateId));
    }),
});

const pause = route({
  method: 'POST',
  path: path('pause'),
  operationId: 'sim.telecom.application.pause',
  summary: 'Pause: no step begins, no clock runs',
  in: { params: telecomParams, body: withReason },
  out: { 200: sampled(Paused, { paused: true }) },
  refusals: [notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'pause');
      const input = { by: request.caller, reason: request.body.reason };
      return answer(200, yield* (yield* Processes).update(telecomCardMaking, id, 'pause', input, updateId));
    }),
});

const resume = route({
  method: 'POST',
  path: path('resume'),
  operationId: 'sim.telecom.application.resume',
  summary: 'Let a paused process go on',
  in: { params: telecomParams },
  out: { 200: sampled(Paused, { paused: false }) },
  refusals: [notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'resume');
      const input = { by: request.caller };
      return answer(200, yield* (yield* Processes).update(telecomCardMaking, id, 'resume', input, updateId));
    }),
});

const cancel = route({
  method: 'POST',
  path: path('cancel'),
  operationId: 'sim.telecom.application.cancel',
  summary: 'Cancel an application whose result file has not gone to the vendor',
  in: { params: telecomParams, body: withReason },
  out: { 200: sampled(Schema.Struct({ ended: Schema.Literal('cancelled') }), { ended: 'cancelled' }) },
  refusals: [refusals.applicationUnknown(), refusals.partsAtVendor()],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'cancel');
      const { reason } = request.body;
      const { state } = yield* readTelecom(request.tenant, request.params.application);
      if (state.ended === 'cancelled') return answer(200, { ended: 'cancelled' });
      if (state.exports.length === 0) {
        // A draft has no process yet.
        const command = { _tag: 'Cancel' as const, reason };
        yield* (yield* Actors).ask(telecomApplicationActor, { id, command, envelope: request.envelope });
        return answer(200, { ended: 'cancelled' });
      }
      const input = { by: request.caller, reason };
      return answer(200, yield* (yield* Processes).update(telecomCardMaking, id, 'cancel', input, updateId));
    }),
});

const retryStage = route({
  method: 'POST',
  path: path('retry-stage'),
  operationId: 'sim.telecom.application.retryStage',
  summary: 'Try the stage again that stands still with a problem',
  in: { params: telecomParams },
  out: { 200: sampled(Schema.Struct({ stage: TelecomStage }), { stage: 'mailing' }, 'The stage that is tried again') },
  refusals: [refuse('conflict', 'NothingToRetry', 'The application has no problem.'), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'retryStage');
      const input = { by: request.caller };
      return answer(200, yield* (yield* Processes).update(telecomCardMaking, id, 'retryStage', input, updateId));
    }),
});

const pollNow = route({
  method: 'POST',
  path: path('poll-now'),
  operationId: 'sim.telecom.application.pollNow',
  summary: 'Look at the mailbox, or at the vendor’s server, at once',
  in: { params: telecomParams },
  out: { 200: sampled(Schema.Struct({ polls: Schema.Int }), { polls: 17 }, 'Look-ups made so far, with this one') },
  refusals: [refuse('conflict', 'ApplicationPaused', 'The application is paused.'), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, updateId } = target(request, 'pollNow');
      const input = { by: request.caller };
      return answer(200, yield* (yield* Processes).update(telecomCardMaking, id, 'pollNow', input, updateId));
    }),
});

export const telecomDecisionRoutes = [
  resend,
  chooseVendor,
  confirmProduction,
  giveUp,
  pause,
  resume,
  cancel,
  retryStage,
  pollNow,
];
