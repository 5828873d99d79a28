import { Effect, Schema } from 'effect';
import { reconciliationActor } from '../../../actors/mandates/reconciliation.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import { type Reach, reaches } from '../../../domain/kernel/province.ts';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { parseFileName } from '../../../domain/mandates/reconciliation/file.ts';
import { runKey, runRefusals } from '../../../domain/mandates/reconciliation/run.ts';
import {
  Balance,
  type FileRef,
  Party,
  Period,
  RunState,
  Scope,
  Stage,
} from '../../../domain/mandates/reconciliation/schema.ts';
import { Count, Reason } from '../../../domain/mandates/schema.ts';
import { Files } from '../../../store/files/files.ts';
import { listReconciliations } from '../../../store/mandates/reconciliation.ts';
import { Processes } from '../../../temporal/client.ts';
import { reconciliationContract } from '../../../workflows/mandates/reconciliation/contract.ts';
import { pageOf, pageQuery } from '../../page.ts';
import { readActor } from '../../read.ts';
import { answer, download, type RouteRequest, route, sampled, upload } from '../../route.ts';
import { processKeyOf } from './process-key.ts';
import { RUN, RUN_ROW, SCOPE, SM3 } from './samples.ts';

/**
 * Runs of reconciliation. A run with a province is that province's; a run with a bank is about all provinces, so it is for who
 * has all of them: its differences are shown by province.
 */

const { reconcile } = reconciliationContract.workflows;

/** A run that a person asks for waits for no file: what is there is compared. */
const POLL_MS = 60_000;
/** A month's file of ten million relations. */
const UPLOAD_LIMIT_BYTES = 4_294_967_296;

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });

/** Whose a run is: of a bank's, nobody's who has but some provinces. */
const provinceOf = ({ party, partner }: { readonly party: string; readonly partner: string }): string | null =>
  party === 'province' ? partner : null;

export const runsWithin = ({ provinces }: Reach) =>
  provinces === 'all' ? {} : { party: 'province', partner: { $in: provinces } };

const Row = Schema.Struct({
  key: Schema.String,
  party: Party,
  partner: Schema.String,
  period: Period,
  stage: Stage,
  attempt: Count,
  files: Count,
  quarantined: Count,
  differences: Schema.NullOr(Count),
  imbalances: Schema.Array(Schema.String),
  balanceHere: Schema.NullOr(Balance),
  balanceThere: Schema.NullOr(Balance),
  outcomes: Schema.Record({ key: Schema.String, value: Count }),
  openedAtMs: Count,
  changedAtMs: Count,
}).annotations({ identifier: 'MandateRun' });

const list = route({
  method: 'GET',
  path: '/v1/mandates/reconciliations',
  operationId: 'mandates.reconciliation.list',
  summary: 'List runs of reconciliation: stage, differences, what does not balance',
  description: 'Of your provinces; runs with banks are for who has all.',
  in: {
    query: sampled(
      Schema.Struct({
        party: optional(Party),
        partner: optional(Schema.String.pipe(Schema.maxLength(16))),
        period: optional(Period),
        fromPeriod: optional(Period),
        stage: optional(Stage),
        withQuarantined: optional(Schema.NumberFromString.pipe(Schema.int(), Schema.nonNegative())),
        ...pageQuery,
      }),
      { party: 'province', stage: 'stopped' },
    ),
  },
  out: { 200: sampled(pageOf(Row), { items: [RUN_ROW], nextCursor: null }, 'The newest first') },
  handler: ({ tenant, reach, query: { cursor, limit, ...filters } }) =>
    Effect.map(listReconciliations({ tenant, filters, cursor, limit, where: runsWithin(reach) }), (page) =>
      answer(200, page),
    ),
});

const params = sampled(Scope, SCOPE);
const ofFile = sampled(Schema.Struct({ ...Scope.fields, sm3: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)) }), {
  ...SCOPE,
  sm3: SM3,
});

type Asked = Pick<RouteRequest, 'tenant' | 'reach'> & { readonly params: typeof Scope.Type };

/** Refusal: RunUnknown, also of one that is out of reach. */
const runWithin = ({ tenant, reach, params: { party, partner, period } }: Asked) =>
  Effect.gen(function* () {
    if (!reaches(reach, provinceOf({ party, partner }))) return yield* Effect.fail(runRefusals.unknown());
    const id = { tenant, key: runKey({ party, partner, period }) };
    return { id, ...(yield* readActor(reconciliationActor, id, runRefusals.unknown())) };
  });

const read = route({
  method: 'GET',
  path: '/v1/mandates/reconciliations/{party}/{partner}/{period}',
  operationId: 'mandates.reconciliation.read',
  summary:
    'Read one run: its files with what is wrong in them, counts, balances of both sides, what became of the differences',
  in: { params },
  out: { 200: sampled(RunState, RUN, 'The run') },
  refusals: [runRefusals.unknown()],
  handler: (request) => Effect.map(runWithin(request), ({ state, rev }) => answer(200, state, { rev })),
});

const noFile = refuse('missing', 'FileNotFound', 'The run has no such file.', { field: 'sm3' });

/** Every file of a run: what came, what we held against it, what came of it. */
const filesOf = ({ files, compared, errorFile, answer: answered }: RunState): ReadonlyArray<FileRef> => [
  ...files.map(({ ref }) => ref),
  ...(compared === null ? [] : [compared.ours, compared.report]),
  ...(errorFile === null ? [] : [errorFile]),
  ...(answered === null ? [] : [answered.ref]),
];

const content = download({
  method: 'GET',
  path: '/v1/mandates/reconciliations/{party}/{partner}/{period}/files/{sm3}',
  operationId: 'mandates.reconciliation.download',
  summary: 'Download a file of a run: the partner’s, ours, the report, the error-handling file, the answer to it',
  personalData: true,
  contentTypes: ['text/plain'],
  in: { params: ofFile },
  refusals: [runRefusals.unknown(), noFile],
  handler: (request) =>
    Effect.gen(function* () {
      const { state } = yield* runWithin(request);
      const ref = filesOf(state).find(({ sm3 }) => sm3 === request.params.sm3);
      if (ref === undefined) return yield* Effect.fail(noFile);
      const files = yield* Files;
      return {
        contentType: 'text/plain',
        name: ref.name,
        bytes: ref.bytes,
        hash: ref.sm3,
        open: (offset) => files.open(request.tenant, ref.id, offset),
      };
    }),
});

const decideFile = (verb: 'release' | 'discard', summary: string) =>
  route({
    method: 'POST',
    path: `/v1/mandates/reconciliations/{party}/{partner}/{period}/files/{sm3}/${verb}`,
    operationId: `mandates.reconciliation.${verb}`,
    summary,
    in: {
      params: ofFile,
      body: sampled(Schema.Struct({ note: Reason }), { note: 'the bank says that this one counts' }),
    },
    out: { 200: sampled(RunState, RUN, 'The run after it') },
    refusals: [runRefusals.unknown(), runRefusals.fileUnknown(), runRefusals.notQuarantined()],
    handler: (request) =>
      Effect.gen(function* () {
        const { id } = yield* runWithin(request);
        const said = { sm3: request.params.sm3, note: request.body.note };
        const command = { _tag: verb === 'release' ? ('Release' as const) : ('Discard' as const), ...said };
        yield* (yield* Actors).ask(reconciliationActor, { id, command, envelope: request.envelope });
        const { state, rev } = yield* runWithin(request);
        return answer(200, state, { rev });
      }),
  });

const Begun = Schema.Struct({ started: Schema.Boolean });
const begun = sampled(Begun, { started: true }, 'False: this request has begun it before');

const READABLE: ReadonlySet<string> = new Set(['counts', 'received']);

/** The same request again begins nothing twice. */
const begin = (request: Asked & Pick<RouteRequest, 'caller' | 'commandId'>, file?: FileRef) =>
  Effect.gen(function* () {
    const { tenant, params: scope } = request;
    const input = { tenant, scope, waitUntilMs: 0, pollEveryMs: POLL_MS, ...(file === undefined ? {} : { file }) };
    const key = processKeyOf(runKey(scope), request);
    const { started } = yield* (yield* Processes).start(reconcile, { key, input });
    return answer(202, { started });
  });

const repeat = route({
  method: 'POST',
  path: '/v1/mandates/reconciliations/{party}/{partner}/{period}/repeat',
  operationId: 'mandates.reconciliation.repeat',
  summary: 'Compare a run again now: with a file that has come or was released, and with what persons have decided',
  description: 'The same files give the same differences, and each is corrected once.',
  in: { params },
  out: { 202: begun },
  refusals: [runRefusals.unknown(), runRefusals.noFile()],
  handler: (request) =>
    Effect.gen(function* () {
      const { state } = yield* runWithin(request);
      // Without a file there is nothing to compare, and the run would be said to miss it before its time.
      if (!state.files.some(({ status }) => READABLE.has(status))) return yield* Effect.fail(runRefusals.noFile());
      return yield* begin(request);
    }),
});

const otherRun = refuse('invalid', 'FileOfAnotherRun', 'By its name the file is of another partner or period.', {
  field: 'name',
  action: 'Give the name that the partner gave it.',
});

const handIn = upload({
  method: 'POST',
  path: '/v1/mandates/reconciliations/{party}/{partner}/{period}/files',
  operationId: 'mandates.reconciliation.handIn',
  summary: 'Hand in a partner’s file that did not come by itself, also of a run that has not begun',
  description: 'It is kept as it is and read like one from the partner’s server; the same bytes again change nothing.',
  contentTypes: ['text/plain', 'application/octet-stream'],
  bodyLimitBytes: UPLOAD_LIMIT_BYTES,
  timeoutMs: 300_000,
  in: {
    params,
    query: sampled(Schema.Struct({ name: Schema.String.pipe(Schema.maxLength(100)) }), {
      name: RUN.files[0]?.ref.name ?? '',
    }),
  },
  out: { 202: begun },
  refusals: [runRefusals.unknown(), otherRun],
  handler: (request) =>
    Effect.gen(function* () {
      const { tenant, reach, params: scope, query } = request;
      if (!reaches(reach, provinceOf(scope))) return yield* Effect.fail(runRefusals.unknown());
      const said = parseFileName(query.name);
      if (said?.sender !== scope.partner || said.period !== scope.period) return yield* Effect.fail(otherRun);
      const labels = { kind: 'reconciliation', run: runKey(scope) };
      const kept = { tenant, area: 'mandates', name: query.name, contentType: 'text/plain', labels, sealed: true };
      const file = yield* (yield* Files).put(kept, request.content);
      return yield* begin(request, file);
    }),
});

export const runRoutes = [
  repeat,
  handIn,
  list,
  read,
  content,
  decideFile('release', 'Let a quarantined file be read again, or take the place of the one that counts'),
  decideFile('discard', 'Discard a quarantined file; its bytes are kept'),
];
