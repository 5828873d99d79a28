import { Chunk, Clock, Effect, Schema, Stream } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { isRefusal, refuse } from '../../../domain/kernel/refusal.ts';
import { Tadig } from '../../../domain/roaming/rating/schema.ts';
import { parsePartnerStatement } from '../../../domain/roaming/settlement/partner-statement.ts';
import { periodRefusals } from '../../../domain/roaming/settlement/refusals.ts';
import { Comparison } from '../../../domain/roaming/settlement/schema.ts';
import { parseUsageReport } from '../../../domain/roaming/settlement/usage-report.ts';
import { FileName, FileRef } from '../../../domain/sim/schema.ts';
import { Files } from '../../../store/files/files.ts';
import { caseCounts } from '../../../store/roaming/clearing-cases.ts';
import {
  CLEARING_KINDS,
  type ClearingKind,
  keepClearingFile,
  listClearingFiles,
  readClearingFile,
} from '../../../store/roaming/clearing-files.ts';
import { Processes } from '../../../temporal/client.ts';
import { settlementContract } from '../../../workflows/roaming/settlement/contract.ts';
import { pageOf, pageQuery } from '../../page.ts';
import { answer, download, route, sampled, upload } from '../../route.ts';
import { periodParams, readPeriod } from './periods.ts';
import { AGREEMENT, AT_MS, FROM, PERIOD, SM3 } from './samples.ts';

/**
 * Files of settlement: the partner's statement and its detail as a person hands them in, what differs, and the log of all
 * files that were made, sent and received (seed 002 §3.2.3).
 */

const { settlePeriod, reconcileDetail } = settlementContract.workflows;

const Row = Schema.Struct({
  key: Schema.String,
  kind: Schema.Literal(...CLEARING_KINDS),
  partner: Tadig,
  of: Schema.String,
  name: Schema.String,
  way: Schema.Literal('made', 'received'),
  ref: Schema.NullOr(FileRef),
  atMs: Schema.Number,
  sent: Schema.Record({ key: Schema.String, value: Schema.Number }),
  result: Schema.String,
  counts: Schema.Record({ key: Schema.String, value: Schema.Number }),
}).annotations({ identifier: 'RoamingClearingFile' });
const OF = `${AGREEMENT}:${FROM}`;
const NAME = 'BDCHNCMHKGPP20261001.csv';
const ROW = {
  key: `dayReport~HKGPP~2026-10-01~${NAME}`,
  kind: 'dayReport' as const,
  partner: 'HKGPP',
  of: '2026-10-01',
  name: NAME,
  way: 'made' as const,
  ref: { id: 'F-21', name: NAME, bytes: 48_211, sm3: SM3 },
  atMs: AT_MS,
  sent: { finance: AT_MS + 2_000 },
  result: 'kept',
  counts: { lines: 412 },
};
const DETAIL_ROW = {
  ...ROW,
  key: `partnerDetail~HKGPP~${OF}~october.txt`,
  kind: 'partnerDetail' as const,
  of: OF,
  name: 'october.txt',
  way: 'received' as const,
  ref: { ...ROW.ref, name: 'october.txt' },
  sent: {},
  result: 'differs',
  counts: {
    pairs: 999_998,
    equal: 999_990,
    missingHere: 1,
    missingThere: 1,
    amount: 8,
    status: 0,
    duplicate: 0,
    late: 0,
  },
};

const list = route({
  method: 'GET',
  path: '/v1/roaming/clearing-files',
  operationId: 'roaming.clearingFile.list',
  summary: 'List files of settlement: what was made or received, when it was sent to whom, and what came of it',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        kind: Schema.optional(Schema.Literal(...CLEARING_KINDS)),
        partner: Schema.optional(Tadig),
        of: Schema.optional(Schema.String.pipe(Schema.maxLength(160))).annotations({
          description: 'A day, a month, or `<agreement>:<first day>`',
        }),
      }),
      { kind: 'dayReport', of: '2026-10-01' },
    ),
  },
  out: { 200: sampled(pageOf(Row), { items: [ROW], nextCursor: null }, 'The newest first') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listClearingFiles({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const unknown = refuse('missing', 'FileNotFound', 'Settlement has no such file.', { field: 'file' });

const content = download({
  method: 'GET',
  path: '/v1/roaming/clearing-files/{file}/content',
  operationId: 'roaming.clearingFile.content',
  summary: 'Download a file of settlement as it was made or received',
  personalData: true,
  contentTypes: ['application/octet-stream'],
  in: { params: sampled(Schema.Struct({ file: Schema.String.pipe(Schema.maxLength(400)) }), { file: ROW.key }) },
  refusals: [unknown],
  handler: ({ tenant, params: { file } }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const row = yield* readClearingFile(tenant, file);
      const ref = row?.ref ?? null;
      if (ref === null) return yield* Effect.fail(unknown);
      return {
        contentType: 'application/octet-stream',
        name: ref.name,
        bytes: ref.bytes,
        hash: ref.sm3,
        open: (offset: number) => files.open(tenant, ref.id, offset),
      };
    }),
});

const named = sampled(Schema.Struct({ name: FileName }), { name: 'october.csv' });
const received = sampled(
  Schema.Struct({ file: FileRef }),
  { file: { id: 'F-22', name: 'october.csv', bytes: 812, sm3: SM3 } },
  'The file as it is kept',
);

const keep = (
  tenant: TenantId,
  about: { readonly kind: ClearingKind; readonly partner: string; readonly of: string; readonly name: string },
  content: Stream.Stream<Uint8Array, Effect.Effect.Error<ReturnType<typeof readPeriod>>>,
) =>
  Effect.gen(function* () {
    const labels = { kind: about.kind, partner: about.partner };
    const kept = { tenant, area: 'roaming', name: about.name, contentType: 'text/plain', labels, sealed: true };
    const ref = yield* (yield* Files).put(kept, content);
    const atMs = yield* Clock.currentTimeMillis;
    yield* keepClearingFile(tenant, { ...about, ref, atMs, way: 'received', result: 'kept', counts: {} });
    return ref;
  });

const STATEMENT_LIMIT_BYTES = 1_048_576;

const statement = upload({
  method: 'POST',
  path: '/v1/roaming/settlements/{agreement}/{from}/partner-statement',
  operationId: 'roaming.settlement.handInStatement',
  summary: 'Hand in the partner’s own statement, or usage report; it is compared within the tolerance of the terms',
  description: 'CSV as docs/roaming-settlement.md lays it out. Read the period to see the comparison.',
  contentTypes: ['text/csv', 'application/octet-stream'],
  bodyLimitBytes: STATEMENT_LIMIT_BYTES,
  in: { params: periodParams, query: named },
  out: { 202: received },
  refusals: [periodRefusals.unknown(), periodRefusals.wrongStage('closed')],
  handler: ({ tenant, params, query: { name }, content }) =>
    Effect.gen(function* () {
      const { state } = yield* readPeriod(tenant, params);
      if (state.stage !== 'open' && state.stage !== 'drawn') {
        return yield* Effect.fail(periodRefusals.wrongStage(state.stage));
      }
      const bytes = Buffer.concat(Chunk.toReadonlyArray(yield* Stream.runCollect(content)));
      const parse = state.terms.mechanism === 'bce' ? parseUsageReport : parsePartnerStatement;
      const theirs = parse(bytes.toString('utf8'), state.terms);
      if (isRefusal(theirs)) return yield* Effect.fail(theirs);
      const key = `${params.agreement}:${params.from}`;
      const about = { kind: 'partnerStatement', partner: state.terms.partner, of: key, name } as const;
      const file = yield* keep(tenant, about, Stream.make(bytes));
      yield* (yield* Processes).signal(settlePeriod, { tenant, key }, 'partnerStatement', { file });
      return answer(202, { file });
    }),
});

/** A few million rows. */
const DETAIL_LIMIT_BYTES = 4_294_967_296;

const detail = upload({
  method: 'POST',
  path: '/v1/roaming/settlements/{agreement}/{from}/detail',
  operationId: 'roaming.settlement.handInDetail',
  summary: 'Hand in the partner’s detail of the period: its usage records are held against ours, line by line',
  description:
    'In the layout of docs/roaming-settlement.md. What differs is listed and kept; the same file again changes nothing.',
  contentTypes: ['text/plain', 'application/octet-stream'],
  bodyLimitBytes: DETAIL_LIMIT_BYTES,
  timeoutMs: 300_000,
  in: { params: periodParams, query: named },
  out: { 202: received },
  refusals: [periodRefusals.unknown()],
  handler: ({ tenant, params, query: { name }, content }) =>
    Effect.gen(function* () {
      const { state } = yield* readPeriod(tenant, params);
      const { partner, agreement, from, to } = state.terms;
      const of = `${agreement}:${from}`;
      const file = yield* keep(tenant, { kind: 'partnerDetail', partner, of, name }, content);
      yield* (yield* Processes).start(reconcileDetail, {
        key: `${of}:${file.sm3}`,
        input: { tenant, partner, agreement, from, to, file },
      });
      return answer(202, { file });
    }),
});

const Differences = Schema.Struct({
  /** Of the statements; null before the partner's was compared. */
  statement: Schema.NullOr(Comparison),
  /** Of the details that were handed in: how many lines of each class. */
  details: Schema.Array(Row),
  /** Cases of the period's days, by status. */
  cases: Schema.Record({ key: Schema.String, value: Schema.Number }),
}).annotations({ identifier: 'RoamingSettlementDifferences' });

const differences = route({
  method: 'GET',
  path: '/v1/roaming/settlements/{agreement}/{from}/differences',
  operationId: 'roaming.settlement.differences',
  summary: 'Read what differs: line by line of the statements, by class of the details; and how many cases there are',
  description: 'The lines themselves are in the file `detailDifferences` of the period (`/v1/roaming/clearing-files`).',
  in: { params: periodParams },
  out: {
    200: sampled(
      Differences,
      { statement: PERIOD.comparison, details: [DETAIL_ROW], cases: { open: 2, resolved: 6 } },
      'What differs',
    ),
  },
  refusals: [periodRefusals.unknown()],
  handler: ({ tenant, params }) =>
    Effect.gen(function* () {
      const { state } = yield* readPeriod(tenant, params);
      const filters = { kind: 'partnerDetail', partner: state.terms.partner, of: `${params.agreement}:${params.from}` };
      const { items } = yield* listClearingFiles({ tenant, filters, limit: 200 });
      const cases = yield* caseCounts(tenant, state.terms);
      return answer(200, { statement: state.comparison, details: items, cases });
    }),
});

export const partnerFileRoutes = [list, content, statement, detail, differences];
