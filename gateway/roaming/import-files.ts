import { stringify } from 'csv-stringify/sync';
import { Chunk, Effect, Schema, Stream } from 'effect';
import { importFileActor } from '../../actors/roaming/import-file.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import { fateRuns } from '../../domain/roaming/imports/fate.ts';
import { importKey } from '../../domain/roaming/imports/import-file.ts';
import { decodePlan } from '../../domain/roaming/imports/plan-file.ts';
import { importRefusals } from '../../domain/roaming/imports/refusals.ts';
import { AuditLine, ImportSource, ImportState, ImportStatus } from '../../domain/roaming/imports/schema.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { Count, FileName, type FileRef, Reason, Sm3 } from '../../domain/sim/schema.ts';
import { Files } from '../../store/files/files.ts';
import { listImportFiles } from '../../store/roaming/import-files.ts';
import { Processes } from '../../temporal/client.ts';
import { operationsTenant } from '../../temporal.config.ts';
import { roamingContract } from '../../workflows/roaming/contract.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, download, route, sampled, upload } from '../route.ts';

/**
 * Partners' files (seed 002 §3.2.2): taken from their servers, or handed in by a person; how far each is, its audit line,
 * and what is wrong with one that was kept out.
 */

const { import: importWorkflow, look: lookWorkflow } = roamingContract.workflows;
const SM3 = 'd'.repeat(64);
const REF = { id: 'F-7', name: 'CDHKGPPCHNCM00042', bytes: 6_600_000, sm3: SM3 };
export const fileParams = sampled(Schema.Struct({ partner: Tadig, file: Sm3 }), { partner: 'HKGPP', file: SM3 });
const AUDIT = { in: 20_000, rated: 19_990, rejected: 3, duplicate: 5, quarantined: 2 };

const FILE = {
  partner: 'HKGPP',
  name: REF.name,
  otherNames: [],
  deliveries: 1,
  ref: REF,
  source: 'poll' as const,
  status: 'done' as const,
  attempt: 1,
  about: {
    kind: 'transfer' as const,
    format: 'TAP-0312',
    series: 'charging' as const,
    sequence: 42,
    currency: 'XDR',
    decimals: 3,
  },
  records: 20_000,
  audit: AUDIT,
  sums: { chargedMinor: '18250420', agreedMinor: '18250420', priceDiffers: 0 },
  plan: { id: 'F-8', name: `${REF.name}.plan`, bytes: 31_000, sm3: 'e'.repeat(64) },
  terms: { agreement: 2, plan: 1 },
  warnings: [],
  warningCount: 0,
  problems: [],
  problemCount: 0,
  settled: [],
  returned: { id: 'F-9', name: 'RCCHNCMHKGPP00007', bytes: 1_400, sm3: 'f'.repeat(64) },
  note: null,
  receivedAtMs: 1_795_416_000_000,
  endedAtMs: 1_795_416_003_000,
};
const QUARANTINED = {
  ...FILE,
  status: 'quarantined' as const,
  about: null,
  records: 0,
  audit: null,
  sums: null,
  plan: null,
  terms: null,
  returned: null,
  problems: [{ line: 0, code: 'Truncated', reason: 'The file ends inside an element.' }],
  problemCount: 1,
  endedAtMs: null,
};

const ImportFile = ImportState.annotations({ identifier: 'RoamingImportFile' });

const Item = Schema.Struct({
  partner: Tadig,
  name: Schema.String,
  sm3: Sm3,
  bytes: Count,
  source: ImportSource,
  status: ImportStatus,
  attempt: Count,
  deliveries: Count,
  format: Schema.NullOr(Schema.String),
  sequence: Schema.NullOr(Count),
  records: Count,
  audit: Schema.NullOr(AuditLine),
  problemCount: Count,
  warningCount: Count,
  receivedAtMs: Schema.Number,
}).annotations({ identifier: 'RoamingImportFileItem' });
const ITEM = {
  partner: FILE.partner,
  name: FILE.name,
  sm3: SM3,
  bytes: REF.bytes,
  source: FILE.source,
  status: FILE.status,
  attempt: 1,
  deliveries: 1,
  format: 'TAP-0312',
  sequence: 42,
  records: 20_000,
  audit: AUDIT,
  problemCount: 0,
  warningCount: 0,
  receivedAtMs: FILE.receivedAtMs,
};

const list = route({
  method: 'GET',
  path: '/v1/roaming/import-files',
  operationId: 'roaming.importFile.list',
  summary: 'List partners’ files with their audit lines',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        status: Schema.optional(oneOrMore(ImportStatus)),
        partner: Schema.optional(Tadig),
      }),
      { status: 'done' },
    ),
  },
  out: { 200: sampled(pageOf(Item), { items: [ITEM], nextCursor: null }, 'Newest first') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listImportFiles({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const readFile = (tenant: TenantId, partner: string, sm3: string) =>
  readActor(importFileActor, { tenant, key: importKey(partner, sm3) }, importRefusals.fileUnknown());

const read = route({
  method: 'GET',
  path: '/v1/roaming/import-files/{partner}/{file}',
  operationId: 'roaming.importFile.read',
  summary: 'Read how far an import is, its audit line and sums, and what is wrong with a quarantined file',
  in: { params: fileParams },
  out: { 200: sampled(ImportFile, FILE, '`records` grows while the file is read') },
  refusals: [importRefusals.fileUnknown()],
  handler: ({ tenant, params: { partner, file } }) =>
    Effect.map(readFile(tenant, partner, file), ({ state, rev }) => answer(200, state, { rev })),
});

/** Started once per attempt: the same file again finds the import that runs or has run. */
const startImport = (tenant: TenantId, partner: string, file: FileRef, attempt: number | string) =>
  Effect.flatMap(Processes, (processes) =>
    processes.start(importWorkflow, { key: `${partner}-${file.sm3}-${attempt}`, input: { tenant, partner, file } }),
  );

/** Its records have fates and not all of it is posted: an import that was given up goes on when the file comes again. */
const isHalfDone = ({ status }: ImportState): boolean => status === 'planned' || status === 'charged';

const UPLOAD_LIMIT_BYTES = 1_073_741_824;

const handIn = upload({
  method: 'POST',
  path: '/v1/roaming/import-files',
  operationId: 'roaming.importFile.handIn',
  summary: 'Hand in a partner’s file, or one of an element of our network; it is imported at once',
  description:
    'As it came: a partner’s TAP 3.09 to 3.12, RAP, NRTRDE 2.1, or CIBER by its settings; an element’s by its layout, `partner` being its code. The same bytes again change nothing.',
  contentTypes: ['application/octet-stream'],
  bodyLimitBytes: UPLOAD_LIMIT_BYTES,
  timeoutMs: 300_000,
  in: {
    query: sampled(Schema.Struct({ partner: Tadig, name: FileName }), { partner: 'HKGPP', name: REF.name }),
  },
  out: {
    202: sampled(
      ImportFile,
      { ...QUARANTINED, source: 'upload', status: 'received', problems: [], problemCount: 0 },
      'The file; read it again to see how far the import is',
    ),
  },
  handler: ({ tenant, envelope, commandId, query: { partner, name }, content }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const actors = yield* Actors;
      const labels = { kind: 'usage', partner };
      const kept = { tenant, area: 'roaming', name, contentType: 'application/octet-stream', labels, sealed: true };
      const file = yield* files.put(kept, content);
      const command = { _tag: 'Receive' as const, name, ref: file, source: 'upload' as const };
      yield* actors.ask(importFileActor, { id: { tenant, key: importKey(partner, file.sm3) }, command, envelope });
      const { state, rev } = yield* readFile(tenant, partner, file.sm3);
      // The first delivery's bytes are imported, under whatever name they come again.
      if (state.status === 'received') yield* startImport(tenant, partner, state.ref, state.attempt);
      if (isHalfDone(state)) yield* startImport(tenant, partner, state.ref, `${state.attempt}-${commandId}`);
      return answer(202, state, { rev, location: `/v1/roaming/import-files/${partner}/${file.sm3}` });
    }),
});

const notOurs = refuse('denied', 'NotOperationsTenant', 'Partners’ servers belong to the tenant that operates.', {
  action: 'Hand the file in: POST /v1/roaming/import-files.',
});

const look = route({
  method: 'POST',
  path: '/v1/roaming/import-files/look',
  operationId: 'roaming.importFile.look',
  summary: 'Look at the partners’ servers at once',
  out: { 202: sampled(Schema.Struct({ looking: Schema.Boolean }), { looking: true }, 'The look has begun') },
  refusals: [notOurs],
  handler: ({ tenant, commandId }) =>
    Effect.gen(function* () {
      if (tenant !== (yield* operationsTenant)) return yield* Effect.fail(notOurs);
      const processes = yield* Processes;
      yield* processes.start(lookWorkflow, { key: `look-${commandId}`, input: { tenant } });
      return answer(202, { looking: true });
    }),
});

const content = download({
  method: 'GET',
  path: '/v1/roaming/import-files/{partner}/{file}/content',
  operationId: 'roaming.importFile.content',
  summary: 'Download the file as it came',
  personalData: true,
  contentTypes: ['application/octet-stream'],
  in: { params: fileParams },
  refusals: [importRefusals.fileUnknown()],
  handler: ({ tenant, params: { partner, file } }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const { ref } = (yield* readFile(tenant, partner, file)).state;
      return {
        contentType: 'application/octet-stream',
        name: ref.name,
        bytes: ref.bytes,
        hash: ref.sm3,
        open: (offset: number) => files.open(tenant, ref.id, offset),
      };
    }),
});

const COLUMNS = ['from_record', 'to_record', 'result', 'code', 'reason'];

const report = download({
  method: 'GET',
  path: '/v1/roaming/import-files/{partner}/{file}/report',
  operationId: 'roaming.importFile.report',
  summary: 'Download what became of each record, as CSV',
  description: 'Records that follow one another with one fate are one row; as the import left them.',
  contentTypes: ['text/csv'],
  in: { params: fileParams },
  refusals: [importRefusals.fileUnknown(), importRefusals.notPlanned()],
  handler: ({ tenant, params: { partner, file } }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const { plan, name } = (yield* readFile(tenant, partner, file)).state;
      if (plan === null) return yield* Effect.fail(importRefusals.notPlanned());
      const pieces = Chunk.toReadonlyArray(yield* Stream.runCollect(files.open(tenant, plan.id)));
      const { fates } = decodePlan(Buffer.concat(pieces));
      const rows = [...fateRuns(fates)].map(({ from, to, result, code, message }) => [from, to, result, code, message]);
      const bytes = Buffer.from(stringify([COLUMNS, ...rows]));
      return {
        contentType: 'text/csv',
        name: `${name.slice(0, 180)}.report.csv`,
        bytes: bytes.length,
        hash: sm3Hex(bytes),
        open: (offset: number) => Stream.succeed(bytes.subarray(offset)),
      };
    }),
});

const release = route({
  method: 'POST',
  path: '/v1/roaming/import-files/{partner}/{file}/release',
  operationId: 'roaming.importFile.release',
  summary: 'Release a file from quarantine: it is read again',
  in: {
    params: fileParams,
    body: sampled(Schema.Struct({ note: Reason }), { note: 'the agreement has the currency now' }),
  },
  out: { 202: sampled(ImportFile, { ...FILE, status: 'received', attempt: 2 }, 'The file') },
  refusals: [importRefusals.fileUnknown(), importRefusals.notQuarantined()],
  handler: ({ tenant, envelope, params: { partner, file }, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Release' as const, note: body.note };
      yield* actors.ask(importFileActor, { id: { tenant, key: importKey(partner, file) }, command, envelope });
      const { state, rev } = yield* readFile(tenant, partner, file);
      yield* startImport(tenant, partner, state.ref, state.attempt);
      return answer(202, state, { rev });
    }),
});

const discard = route({
  method: 'POST',
  path: '/v1/roaming/import-files/{partner}/{file}/discard',
  operationId: 'roaming.importFile.discard',
  summary: 'Discard a file in quarantine for good',
  in: {
    params: fileParams,
    body: sampled(Schema.Struct({ reason: Reason }), { reason: 'the partner has sent another' }),
  },
  out: { 200: sampled(ImportFile, { ...QUARANTINED, status: 'discarded' }, 'The file; its bytes are kept') },
  refusals: [importRefusals.fileUnknown(), importRefusals.notQuarantined()],
  handler: ({ tenant, envelope, params: { partner, file }, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Discard' as const, reason: body.reason };
      yield* actors.ask(importFileActor, { id: { tenant, key: importKey(partner, file) }, command, envelope });
      const { state, rev } = yield* readFile(tenant, partner, file);
      return answer(200, state, { rev });
    }),
});

export const importFileRoutes = [list, read, handIn, look, content, report, release, discard];
