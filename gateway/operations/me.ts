import { Effect, Schema } from 'effect';
import { ROLES } from '../../domain/kernel/caller.ts';
import { answer, route, sampled } from '../route.ts';

/** Who the caller is to us: what a token's claims came to. The first thing to look at when something is denied. */

const Me = Schema.Struct({
  subject: Schema.String,
  tenant: Schema.String,
  roles: Schema.Array(Schema.Literal(...ROLES)),
  provinces: Schema.Array(Schema.String).annotations({
    description: 'Which the token names; a unit administrator has all, whatever it names',
  }),
  tadig: Schema.optionalWith(Schema.String, { exact: true }).annotations({
    description: 'Of a roaming partner: the operator whose token it is',
  }),
}).annotations({ identifier: 'Me' });

const me = route({
  method: 'GET',
  path: '/v1/operations/me',
  operationId: 'operations.me.read',
  summary: 'Say who I am',
  out: {
    200: sampled(
      Me,
      { subject: 'demo-operator', tenant: 'demo', roles: ['operator'], provinces: ['110000'] },
      'The caller',
    ),
  },
  handler: ({ caller: { subject, tenant, roles, provinces = [], tadig } }) =>
    Effect.succeed(answer(200, { subject, tenant, roles, provinces, ...(tadig === undefined ? {} : { tadig }) })),
});

export const meRoutes = [me];
