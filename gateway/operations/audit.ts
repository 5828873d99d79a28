import { Effect, Schema, Stream } from 'effect';
import { refuse } from '../../domain/kernel/refusal.ts';
import type { Mongo } from '../../store/mongo.ts';
import { exportAudit, searchAudit, verifyAudit } from '../../store/operations/audit.ts';
import { pageOf, pageQuery } from '../page.ts';
import { answer, download, route, sampled } from '../route.ts';

/** The audit log of a tenant: looked through, verified, taken away as a file. Looking is itself written down. */

const Line = Schema.Struct({
  seq: Schema.Int,
  atMs: Schema.Int,
  subject: Schema.String,
  action: Schema.String,
  object: Schema.String,
  outcome: Schema.String,
  from: Schema.String,
  requestId: Schema.String,
  detail: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
  prev: Schema.String,
  hash: Schema.String,
}).annotations({ identifier: 'AuditLine' });

const Filters = Schema.Struct({
  ...pageQuery,
  subject: Schema.optional(Schema.String),
  action: Schema.optional(Schema.String),
  object: Schema.optional(Schema.String),
  outcome: Schema.optional(Schema.String),
  requestId: Schema.optional(Schema.String),
  sinceMs: Schema.optional(Schema.NumberFromString),
  untilMs: Schema.optional(Schema.NumberFromString),
  order: Schema.optional(Schema.Literal('newest', 'oldest')),
});

const HASH = 'a3f1c0de'.repeat(8);
const LINE = {
  seq: 12,
  atMs: 1_795_416_000_000,
  subject: 'demo-operator',
  action: 'sim.application.cancel',
  object: '/v1/sim/applications/A-1/cancel',
  outcome: 'accepted',
  from: '10.0.0.7',
  requestId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  prev: HASH,
  hash: HASH,
};

const list = route({
  method: 'GET',
  path: '/v1/operations/audit',
  operationId: 'operations.audit.list',
  summary: 'Search the audit log',
  personalData: true,
  in: { query: sampled(Filters, { subject: 'demo-operator', limit: '20' }) },
  out: { 200: sampled(pageOf(Line), { items: [LINE], nextCursor: null }, 'Lines, newest first') },
  refusals: [
    refuse('invalid', 'InvalidCursor', 'The cursor does not belong to this list.', {
      field: 'cursor',
      action: 'Start again without a cursor.',
    }),
  ],
  handler: ({ tenant, query }) =>
    Effect.gen(function* () {
      const { cursor, limit, order, ...filters } = query;
      return answer(200, yield* searchAudit({ tenant, filters, cursor, limit, order }));
    }),
});

const Verdict = Schema.Struct({
  tenant: Schema.String,
  lines: Schema.Int,
  hash: Schema.String,
  unsealed: Schema.Int,
  broken: Schema.optional(Schema.Struct({ seq: Schema.Int, kind: Schema.String })),
}).annotations({ identifier: 'AuditVerdict' });

const verify = route({
  method: 'GET',
  path: '/v1/operations/audit/verification',
  operationId: 'operations.audit.verify',
  summary: 'Walk the whole chain of the audit log and say whether it is whole',
  rate: 'bulk',
  timeoutMs: 120_000,
  out: {
    200: sampled(
      Verdict,
      { tenant: 'demo', lines: 812, hash: HASH, unsealed: 0 },
      '`broken` names the first line at which something is wrong. Keep `hash` elsewhere to prove later that nothing before it was touched.',
    ),
  },
  handler: ({ tenant }) => Effect.map(verifyAudit(tenant), (verdict) => answer(200, verdict)),
});

const whole = download({
  method: 'GET',
  path: '/v1/operations/audit/export',
  operationId: 'operations.audit.export',
  summary: 'Take the audit log away, as JSON lines',
  personalData: true,
  contentTypes: ['application/jsonl'],
  in: {
    query: sampled(Schema.Struct({ fromSeq: Schema.optional(Schema.NumberFromString.pipe(Schema.int())) }), {
      fromSeq: '1',
    }),
  },
  handler: ({ tenant, query }) =>
    Effect.map(Effect.context<Mongo>(), (context) => ({
      contentType: 'application/jsonl',
      name: `audit-${tenant}.jsonl`,
      open: () => exportAudit(tenant, query.fromSeq ?? 1).pipe(Stream.encodeText, Stream.provideContext(context)),
    })),
});

export const auditRoutes = [list, verify, whole];
