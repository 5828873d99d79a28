import { Clock, Effect, Schema } from 'effect';
import { acknowledgeAlert, alertUnknown, listAlerts } from '../../store/operations/alerts.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { answer, route, sampled } from '../route.ts';

/** What processes want a person to look at: listed, and acknowledged by whoever has seen to it. */

const Level = Schema.Literal('reminder', 'alarm', 'problem');
const Word = Schema.String.pipe(Schema.maxLength(128));

const Alert = Schema.Struct({
  id: Schema.String,
  source: Schema.String,
  subject: Schema.String,
  level: Level,
  code: Schema.String,
  stage: Schema.String,
  raisedAtMs: Schema.Number,
  lastAtMs: Schema.Number,
  times: Schema.Int,
  open: Schema.Boolean,
  acknowledgedBy: Schema.NullOr(Schema.String),
  acknowledgedAtMs: Schema.NullOr(Schema.Number),
  clearedAtMs: Schema.NullOr(Schema.Number).annotations({ description: 'When what it is about was over by itself' }),
}).annotations({ identifier: 'Alert' });

const ID = 'a3f1c0de'.repeat(4);
const ALERT = {
  id: ID,
  source: 'card-making',
  subject: 'A20261123-0001/1',
  level: 'alarm' as const,
  code: 'StageOverdue',
  stage: 'validation',
  raisedAtMs: 1_795_416_000_000,
  lastAtMs: 1_795_416_000_000,
  times: 1,
  open: true,
  acknowledgedBy: null,
  acknowledgedAtMs: null,
  clearedAtMs: null,
};

const list = route({
  method: 'GET',
  path: '/v1/operations/alerts',
  operationId: 'operations.alert.list',
  summary: 'List what a person should look at; with open=true, what nobody has acknowledged',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        open: Schema.optional(Schema.Literal('true', 'false')),
        level: Schema.optional(oneOrMore(Level)),
        source: Schema.optional(Word),
        subject: Schema.optional(Word),
        code: Schema.optional(Word),
      }),
      { open: 'true', level: 'alarm' },
    ),
  },
  out: { 200: sampled(pageOf(Alert), { items: [ALERT], nextCursor: null }, 'The last raised first') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listAlerts({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const acknowledge = route({
  method: 'POST',
  path: '/v1/operations/alerts/{id}/acknowledge',
  operationId: 'operations.alert.acknowledge',
  summary: 'Say that somebody has seen to an alert',
  description:
    'A second acknowledgement changes nothing: the first name and time stay. Raised again, it is open again.',
  in: {
    params: sampled(Schema.Struct({ id: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{32}$/)) }), { id: ID }),
  },
  out: {
    200: sampled(
      Alert,
      { ...ALERT, open: false, acknowledgedBy: 'demo-operator', acknowledgedAtMs: 1_795_416_060_000 },
      'The alert, with who acknowledged it and when',
    ),
  },
  refusals: [alertUnknown()],
  handler: ({ tenant, caller, params: { id } }) =>
    Effect.gen(function* () {
      const nowMs = yield* Clock.currentTimeMillis;
      return answer(200, yield* acknowledgeAlert(tenant, id, caller.subject, nowMs));
    }),
});

export const alertRoutes = [list, acknowledge];
