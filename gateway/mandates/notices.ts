import { Effect, Schema } from 'effect';
import { isRefusal, refuse } from '../../domain/kernel/refusal.ts';
import { mandateRefusals } from '../../domain/mandates/refusals.ts';
import { Processes } from '../../temporal/client.ts';
import { type AgreementProgress, agreementKey, mandatesContract } from '../../workflows/mandates/contract.ts';
import { answer, type RouteRequest, route, sampled } from '../route.ts';
import { agreementIn, agreementWithin } from './agreement.ts';

/** Who is still to be told of an agreement, bank or province, and telling them again. */

const { agreement: process } = mandatesContract.workflows;

const Party = Schema.Struct({
  pending: Schema.Int.annotations({ description: 'Notices that are still to be taken' }),
  untold: Schema.NullOr(Schema.String).annotations({
    description: 'Why the oldest could not be told: it waits for a person; null: it is being told',
  }),
});
const Notices = Schema.Struct({ bank: Party, province: Party }).annotations({ identifier: 'MandateNotices' });

const TOLD: typeof Notices.Type = { bank: { pending: 0, untold: null }, province: { pending: 0, untold: null } };
const notRunning = refuse('missing', 'ProcessNotFound', 'There is no such process, or it has ended.', {
  action: 'Nobody is still to be told of this agreement.',
});

const processOf = (request: Parameters<typeof agreementWithin>[0] & Pick<RouteRequest, 'tenant'>) =>
  Effect.map(agreementWithin(request), ({ item: { key: number } }) => ({
    tenant: request.tenant,
    key: agreementKey({ number, ...request.params }),
  }));

const read = route({
  method: 'GET',
  path: '/v1/mandates/relations/{bank}/{agreement}/notices',
  operationId: 'mandates.notice.read',
  summary: 'Say what bank and province are still to be told of an agreement, and why they could not be told',
  in: agreementIn,
  out: {
    200: sampled(
      Notices,
      { ...TOLD, province: { pending: 1, untold: 'Unreachable' } },
      'All zero: both have been told everything',
    ),
  },
  refusals: [mandateRefusals.unknown()],
  handler: (request) =>
    Effect.gen(function* () {
      const id = yield* processOf(request);
      const told: Pick<AgreementProgress, 'bank' | 'province'> = yield* (yield* Processes)
        .query(process, id, 'progress')
        .pipe(
          // It ends when everybody has been told.
          Effect.catchIf(
            (failure) => isRefusal(failure) && failure.kind === 'missing',
            () => Effect.succeed(TOLD),
          ),
        );
      return answer(200, { bank: told.bank, province: told.province });
    }),
});

const resend = route({
  method: 'POST',
  path: '/v1/mandates/relations/{bank}/{agreement}/notices/resend',
  operationId: 'mandates.notice.resend',
  summary: 'Tell again, now, whoever could not be told',
  in: agreementIn,
  out: { 200: sampled(Schema.Struct({ parties: Schema.Int }), { parties: 1 }, 'How many are told again') },
  refusals: [mandateRefusals.unknown(), notRunning],
  handler: (request) =>
    Effect.gen(function* () {
      const id = yield* processOf(request);
      const updateId = `resend:${request.commandId}`;
      return answer(200, yield* (yield* Processes).update(process, id, 'retry', undefined, updateId));
    }),
});

export const noticeRoutes = [read, resend];
