import { Effect, Schema } from 'effect';
import { ROLES } from '../../domain/kernel/caller.ts';
import { answer, route, sampled } from '../route.ts';

/** Who the caller is to us: what a token's claims came to. The first thing to look at when something is denied. */

const Me = Schema.Struct({
  subject: Schema.String,
  tenant: Schema.String,
  roles: Schema.Array(Schema.Literal(...ROLES)),
}).annotations({ identifier: 'Me' });

const me = route({
  method: 'GET',
  path: '/v1/operations/me',
  operationId: 'operations.me.read',
  summary: 'Say who I am',
  out: {
    200: sampled(Me, { subject: 'demo-operator', tenant: 'demo', roles: ['operator'] }, 'The caller'),
  },
  handler: ({ caller }) =>
    Effect.succeed(answer(200, { subject: caller.subject, tenant: caller.tenant, roles: caller.roles })),
});

export const meRoutes = [me];
