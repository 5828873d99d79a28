import { Effect, Schema } from 'effect';
import { mandateRefusals } from '../../domain/mandates/refusals.ts';
import { Reason } from '../../domain/mandates/schema.ts';
import { answer, route, sampled } from '../route.ts';
import {
  agreementIn,
  agreementRefusals,
  agreementWithin,
  askNumber,
  Changed,
  changedOf,
  messageFor,
  numberOf,
  standing,
} from './agreement.ts';

/** What staff do with an agreement for the user: stop its charges and let them go on, begin its cancellation. */

const out = (word: (typeof Changed.Type)['word']) => ({
  200: sampled(Changed, { word, code: null, case: null, tell: [], changed: true }, 'What has come of it'),
});

const charges = (verb: 'stop' | 'resume', summary: string, word: 'stopped' | 'resumed') =>
  route({
    method: 'POST',
    path: `/v1/mandates/relations/{bank}/{agreement}/charges/${verb}`,
    operationId: `mandates.charge.${verb}`,
    summary,
    personalData: true,
    in: { ...agreementIn, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'the user has called' }) },
    out: out(word),
    refusals: [mandateRefusals.unknown(), agreementRefusals.notStanding],
    handler: (request) =>
      Effect.gen(function* () {
        request.noteForAudit({ reason: request.body.reason });
        const { id, state } = yield* Effect.flatMap(agreementWithin(request), standing);
        const said = { message: messageFor(request), number: numberOf(state.number) };
        const command = { _tag: verb === 'stop' ? ('Stop' as const) : ('Resume' as const), ...said };
        const { reply, rev } = yield* askNumber(request, id.key, command);
        return answer(200, changedOf(reply), { rev });
      }),
  });

const cancel = route({
  method: 'POST',
  path: '/v1/mandates/relations/{bank}/{agreement}/cancel',
  operationId: 'mandates.relation.cancel',
  summary: 'Begin to cancel an agreement for its user: the bank is asked, and the province is told what comes of it',
  description:
    '`cancelling`: the bank has its word first; `cancelled`: there was nothing formal that it had to let go.',
  personalData: true,
  in: {
    ...agreementIn,
    body: sampled(Schema.Struct({ reason: Reason }), { reason: 'the user wishes so, ticket 4711' }),
  },
  out: out('cancelling'),
  refusals: [mandateRefusals.unknown()],
  handler: (request) =>
    Effect.gen(function* () {
      const { reason } = request.body;
      request.noteForAudit({ reason });
      const { id, state } = yield* agreementWithin(request);
      const { bank, agreement } = request.params;
      const said = { message: messageFor(request), number: numberOf(state.number), by: 'staff' as const, reason };
      const { reply, rev } = yield* askNumber(request, id.key, { _tag: 'Cancel', ...said, bank, agreement });
      return answer(200, changedOf(reply), { rev });
    }),
});

export const relationChangeRoutes = [
  charges('stop', 'Stop the charges of an agreement; the relation stays', 'stopped'),
  charges('resume', 'Let the charges of an agreement go on', 'resumed'),
  cancel,
];
