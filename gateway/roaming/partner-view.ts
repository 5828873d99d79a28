import { Effect, Schema } from 'effect';
import type { Caller } from '../../domain/kernel/caller.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { LANGUAGES } from '../../domain/kernel/report.ts';
import { AuditLine, ImportStatus } from '../../domain/roaming/imports/schema.ts';
import { periodRefusals } from '../../domain/roaming/settlement/refusals.ts';
import { Comparison, Day, Id, PeriodState, Stage, Statement } from '../../domain/roaming/settlement/schema.ts';
import { Count } from '../../domain/sim/schema.ts';
import { type ClearingFile, listClearingFiles } from '../../store/roaming/clearing-files.ts';
import { listImportFiles } from '../../store/roaming/import-files.ts';
import { listPeriods } from '../../store/roaming/settlement.ts';
import { pageOf, pageQuery } from '../page.ts';
import { answer, download, type RouteRequest, route, sampled } from '../route.ts';
import { periodParams, readPeriod } from './settlement/periods.ts';
import { FORMATS, printedStatement, TYPES } from './settlement/printed.ts';
import { AGREEMENT, AT_MS, FROM, PERIOD, TERMS } from './settlement/samples.ts';

/**
 * What a partner sees of itself (seed 002 §3.1.1): its periods and statements, and what became of files, both ways. Whose they are
 * comes from the token alone (decision 0352); what is another’s is not there.
 */

const noOperator = refuse('denied', 'NoOperator', 'The token does not say which operator it is of.', {
  action: 'Have its TADIG code put into the claim that OIDC_TADIG_CLAIM names.',
});

const tadigOf = ({ tadig }: Caller) => (tadig === undefined ? Effect.fail(noOperator) : Effect.succeed(tadig));

const Item = Schema.Struct({ agreement: Id, from: Day, to: Day, stage: Stage, revision: Count }).annotations({
  identifier: 'RoamingOwnSettlementItem',
});

const settlements = route({
  method: 'GET',
  path: '/v1/roaming/own/settlements',
  operationId: 'roaming.own.settlements',
  summary: 'List the periods that are settled with the caller’s own network',
  in: { query: sampled(Schema.Struct(pageQuery), {}) },
  out: {
    200: sampled(
      pageOf(Item),
      {
        items: [{ agreement: AGREEMENT, from: FROM, to: TERMS.to, stage: 'drawn', revision: 1 }],
        nextCursor: null,
      },
      'The newest first',
    ),
  },
  refusals: [noOperator],
  handler: ({ tenant, caller, query: { cursor, limit } }) =>
    Effect.gen(function* () {
      const partner = yield* tadigOf(caller);
      const { items, nextCursor } = yield* listPeriods({ tenant, filters: { partner }, cursor, limit });
      const own = items.map(({ agreement, from, to, stage, revision }) => ({ agreement, from, to, stage, revision }));
      return answer(200, { items: own, nextCursor });
    }),
});

/** What a partner may know: nothing of who approved, of reasons among ourselves, of cases. */
const Own = Schema.Struct({
  ...Item.fields,
  statement: Schema.NullOr(Statement),
  comparison: Schema.NullOr(Comparison),
  instruction: PeriodState.fields.instruction,
  confirmations: PeriodState.fields.confirmations,
}).annotations({ identifier: 'RoamingOwnSettlement' });

type Asked = Pick<RouteRequest, 'tenant' | 'caller'> & { readonly params: typeof periodParams.schema.Type };

/** Of another partner: as if there were none. */
const ownPeriod = ({ tenant, caller, params }: Asked) =>
  Effect.gen(function* () {
    const partner = yield* tadigOf(caller);
    const { state, rev } = yield* readPeriod(tenant, params);
    return state.terms.partner === partner ? { state, rev } : yield* Effect.fail(periodRefusals.unknown());
  });

const settlement = route({
  method: 'GET',
  path: '/v1/roaming/own/settlements/{agreement}/{from}',
  operationId: 'roaming.own.settlement',
  summary: 'Read a period of the caller’s own network: statement, comparison, what is to be paid, what was',
  in: { params: periodParams },
  out: {
    200: sampled(
      Own,
      {
        ...{ agreement: AGREEMENT, from: FROM, to: TERMS.to, stage: 'drawn', revision: 1 },
        ...{ statement: PERIOD.statement, comparison: PERIOD.comparison, instruction: null, confirmations: [] },
      },
      'The period',
    ),
  },
  refusals: [noOperator, periodRefusals.unknown()],
  handler: (request) =>
    Effect.map(ownPeriod(request), ({ state, rev }) => {
      const { terms, stage, revision, statement, comparison, instruction, confirmations } = state;
      const { agreement, from, to } = terms;
      const own = { agreement, from, to, stage, revision, statement, comparison, instruction, confirmations };
      return answer(200, own, { rev });
    }),
});

const notDrawn = refuse('conflict', 'NotDrawn', 'The period has no statement yet.');

const statement = download({
  method: 'GET',
  path: '/v1/roaming/own/settlements/{agreement}/{from}/statement',
  operationId: 'roaming.own.statement',
  summary: 'Download the statement of a period of the caller’s own network',
  timeoutMs: 60_000,
  contentTypes: TYPES,
  in: {
    params: periodParams,
    query: sampled(
      Schema.Struct({
        format: Schema.optionalWith(Schema.Literal(...FORMATS), { default: () => 'pdf' }),
        language: Schema.optionalWith(Schema.Literal(...LANGUAGES), { default: () => 'en' }),
      }),
      { format: 'pdf', language: 'en' },
    ),
  },
  refusals: [noOperator, periodRefusals.unknown(), notDrawn],
  handler: (request) =>
    Effect.gen(function* () {
      const { format, language } = request.query;
      const drawn = (yield* ownPeriod(request)).state.statement;
      if (drawn === null) return yield* Effect.fail(notDrawn);
      return yield* printedStatement(drawn, format, language);
    }),
});

const OwnFile = Schema.Struct({
  name: Schema.String,
  sm3: Schema.String,
  bytes: Count,
  status: ImportStatus,
  format: Schema.NullOr(Schema.String),
  sequence: Schema.NullOr(Schema.Int),
  records: Count,
  audit: Schema.NullOr(AuditLine),
  problemCount: Count,
  warningCount: Count,
  receivedAtMs: Schema.Number,
}).annotations({ identifier: 'RoamingOwnImportFile' });

const importFiles = route({
  method: 'GET',
  path: '/v1/roaming/own/import-files',
  operationId: 'roaming.own.importFiles',
  summary: 'List the usage files that came from the caller’s own network, and what became of each',
  in: { query: sampled(Schema.Struct(pageQuery), {}) },
  out: {
    200: sampled(
      pageOf(OwnFile),
      {
        items: [
          {
            ...{ name: 'CDHKGPPCHNCM00042', sm3: 'd'.repeat(64), bytes: 48_211, status: 'done', format: 'tap-3.12' },
            ...{ sequence: 42, records: 100, problemCount: 0, warningCount: 1, receivedAtMs: AT_MS },
            audit: { in: 100, rated: 98, rejected: 2, duplicate: 0, quarantined: 0 },
          },
        ],
        nextCursor: null,
      },
      'The newest first',
    ),
  },
  refusals: [noOperator],
  handler: ({ tenant, caller, query: { cursor, limit } }) =>
    Effect.gen(function* () {
      const partner = yield* tadigOf(caller);
      const { items, nextCursor } = yield* listImportFiles({ tenant, filters: { partner }, cursor, limit });
      const own = items.map(({ partner: _, source: __, attempt: ___, deliveries: ____, ...file }) => file);
      return answer(200, { items: own, nextCursor });
    }),
});

/** What we and a partner hand each other. */
const SHARED = ['statement', 'partnerStatement', 'usageReport', 'instruction', 'detail', 'partnerDetail'] as const;

const OwnClearingFile = Schema.Struct({
  kind: Schema.Literal(...SHARED),
  of: Schema.String,
  name: Schema.String,
  way: Schema.Literal('made', 'received'),
  sm3: Schema.NullOr(Schema.String),
  atMs: Schema.Number,
  /** When it was put on the partner’s own server; null of what came from there. */
  sentAtMs: Schema.NullOr(Schema.Number),
  result: Schema.String,
  counts: Schema.Record({ key: Schema.String, value: Schema.Number }),
}).annotations({ identifier: 'RoamingOwnClearingFile' });

const isShared = (kind: ClearingFile['kind']): kind is (typeof SHARED)[number] =>
  (SHARED as ReadonlyArray<string>).includes(kind);

const shown = (partner: string, file: ClearingFile): ReadonlyArray<typeof OwnClearingFile.Type> => {
  const { kind, of, name, way, ref, atMs, sent, result, counts } = file;
  const sentAtMs = sent[partner] ?? null;
  // Of what we make a partner knows what it was sent.
  if (!isShared(kind) || (way === 'made' && sentAtMs === null)) return [];
  return [{ kind, of, name, way, sm3: ref?.sm3 ?? null, atMs, sentAtMs, result, counts }];
};

const clearingFiles = route({
  method: 'GET',
  path: '/v1/roaming/own/clearing-files',
  operationId: 'roaming.own.clearingFiles',
  summary: 'List statements, details and invoices between us and the caller’s own network, with when each was sent',
  in: {
    query: sampled(Schema.Struct({ ...pageQuery, kind: Schema.optional(Schema.Literal(...SHARED)) }), {
      kind: 'statement',
    }),
  },
  out: {
    200: sampled(
      pageOf(OwnClearingFile),
      {
        items: [
          {
            ...{ kind: 'statement', of: `${AGREEMENT}:${FROM}`, name: 'STCHNCMHKGPP20261001R1.en.pdf', way: 'made' },
            ...{ sm3: 'd'.repeat(64), atMs: AT_MS, sentAtMs: AT_MS + 2_000, result: 'kept', counts: { lines: 4 } },
          },
        ],
        nextCursor: null,
      },
      'The newest first; a page may have fewer than were asked for',
    ),
  },
  refusals: [noOperator],
  handler: ({ tenant, caller, query: { cursor, limit, kind } }) =>
    Effect.gen(function* () {
      const partner = yield* tadigOf(caller);
      const filters = { partner, kind: kind ?? [...SHARED] };
      const { items, nextCursor } = yield* listClearingFiles({ tenant, filters, cursor, limit });
      return answer(200, { items: items.flatMap((file) => shown(partner, file)), nextCursor });
    }),
});

export const partnerViewRoutes = [settlements, settlement, statement, importFiles, clearingFiles];
