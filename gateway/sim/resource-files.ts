import { Effect, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { resourceFileActor } from '../../actors/sim/resource-file.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { resourceFileRefusals } from '../../domain/sim/resource/resource-file.ts';
import { ResourceFileState, ResourceLayout, ResourceSource, ResourceStatus } from '../../domain/sim/resource/schema.ts';
import { Count, FileName, type FileRef, NumberType, Reason, Sm3 } from '../../domain/sim/schema.ts';
import { Files } from '../../store/files/files.ts';
import { listResourceFiles } from '../../store/sim/resource-files.ts';
import { Processes } from '../../temporal/client.ts';
import { operationsTenant } from '../../temporal.config.ts';
import { simContract } from '../../workflows/sim/contract.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, download, route, sampled, upload } from '../route.ts';

/**
 * Files of resources (seed 000 §6.1): handed in by a person or taken from the partner's server, at once or by the
 * schedule; how far an import is, and what became of each line.
 */

const { resourceFiles, resourceImport } = simContract.workflows;
const SM3 = 'd'.repeat(64);
const REF = { id: 'F-9', name: 'RES_IMSI_20261126-01_S01_VOP.txt', bytes: 48_000_000, sm3: SM3 };
const params = sampled(Schema.Struct({ file: Sm3 }), { file: SM3 });

const FILE = {
  name: REF.name,
  otherNames: [],
  deliveries: 1,
  ref: REF,
  source: 'poll' as const,
  status: 'done' as const,
  attempt: 1,
  type: 'imsi' as const,
  layout: 'partner' as const,
  lines: 1_000_000,
  accepted: 999_998,
  refused: 2,
  numbers: 999_998,
  ranges: [{ first: '460010000000000', last: '460010000999997', product: '4G-STD', city: '110000' }],
  problems: [],
  problemCount: 0,
  report: { id: 'F-10', name: `${REF.name}.report.csv`, bytes: 290, sm3: 'e'.repeat(64) },
  note: null,
  receivedAtMs: 1_795_416_000_000,
  endedAtMs: 1_795_416_030_000,
};

const Item = Schema.Struct({
  name: Schema.String,
  sm3: Sm3,
  bytes: Count,
  source: ResourceSource,
  status: ResourceStatus,
  attempt: Count,
  deliveries: Count,
  type: Schema.NullOr(NumberType),
  layout: Schema.NullOr(ResourceLayout),
  lines: Count,
  accepted: Count,
  refused: Count,
  numbers: Count,
  ranges: Count,
  problemCount: Count,
  receivedAtMs: Schema.Number,
}).annotations({ identifier: 'SimResourceFileItem' });
const { otherNames: _o, ref: _ref, problems: _p, report: _report, note: _n, endedAtMs: _e, ...itemFields } = FILE;

const list = route({
  method: 'GET',
  path: '/v1/sim/resource-files',
  operationId: 'sim.resourceFile.list',
  summary: 'List files of IMSI and ICCID resources',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        status: Schema.optional(oneOrMore(ResourceStatus)),
        type: Schema.optional(NumberType),
        source: Schema.optional(ResourceSource),
      }),
      { status: 'quarantined' },
    ),
  },
  out: {
    200: sampled(
      pageOf(Item),
      { items: [{ ...itemFields, sm3: SM3, bytes: REF.bytes, ranges: 1 }], nextCursor: null },
      'Newest first',
    ),
  },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listResourceFiles({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const readFile = (tenant: TenantId, key: string) =>
  readActor(resourceFileActor, { tenant, key }, resourceFileRefusals.fileUnknown());

const read = route({
  method: 'GET',
  path: '/v1/sim/resource-files/{file}',
  operationId: 'sim.resourceFile.read',
  summary: 'Read how far an import is, what it has registered, and what is wrong with a quarantined file',
  in: { params },
  out: { 200: sampled(ResourceFileState, FILE, '`lines` grows while the file is read') },
  refusals: [resourceFileRefusals.fileUnknown()],
  handler: ({ tenant, params: { file } }) =>
    Effect.map(readFile(tenant, file), ({ state, rev }) => answer(200, state, { rev })),
});

/** Started once per attempt: the same file again finds the import that runs or has run. */
const startImport = (tenant: TenantId, file: FileRef, attempt: number) =>
  Effect.flatMap(Processes, (processes) =>
    processes.start(resourceImport, { key: `${file.sm3}-${attempt}`, input: { tenant, file } }),
  );

/** A million rows of the partner's layout are some 50 MB. */
const UPLOAD_LIMIT_BYTES = 536_870_912;

const handIn = upload({
  method: 'POST',
  path: '/v1/sim/resource-files',
  operationId: 'sim.resourceFile.handIn',
  summary: 'Hand in a file of IMSIs or ICCIDs; it is imported at once',
  description:
    'CSV with the columns `imsi` (or `iccid`), `product` and, if wanted, `last` and `city`; or the partner’s layout. ' +
    'The same bytes again change nothing.',
  contentTypes: ['text/csv', 'text/plain', 'application/octet-stream'],
  bodyLimitBytes: UPLOAD_LIMIT_BYTES,
  timeoutMs: 300_000,
  in: { query: sampled(Schema.Struct({ name: FileName }), { name: 'imsi.csv' }) },
  out: {
    202: sampled(
      ResourceFileState,
      { ...FILE, source: 'upload', status: 'received', type: null, layout: null, lines: 0, accepted: 0, refused: 0 },
      'The file; read it again to see how far the import is',
    ),
  },
  handler: ({ tenant, envelope, query: { name }, content }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const actors = yield* Actors;
      const labels = { kind: 'resource', source: 'upload' };
      const kept = { tenant, area: 'sim', name, contentType: 'text/plain', labels, sealed: true };
      const file = yield* files.put(kept, content);
      const command = { _tag: 'Receive' as const, name, ref: file, source: 'upload' as const };
      yield* actors.ask(resourceFileActor, { id: { tenant, key: file.sm3 }, command, envelope });
      const { state, rev } = yield* readFile(tenant, file.sm3);
      // The first delivery's bytes are imported, under whatever name they come again.
      if (state.status === 'received') yield* startImport(tenant, state.ref, state.attempt);
      return answer(202, state, { rev, location: `/v1/sim/resource-files/${file.sm3}` });
    }),
});

const notOurs = refuse(
  'denied',
  'NotOperationsTenant',
  'Files on the partner’s server belong to the tenant that operates.',
  {
    action: 'Hand the file in: POST /v1/sim/resource-files.',
  },
);

const look = route({
  method: 'POST',
  path: '/v1/sim/resource-files/look',
  operationId: 'sim.resourceFile.look',
  summary: 'Look at the partner’s server at once for files of resources',
  description: 'The schedule looks twice an hour; this does not wait for it (seed 000 §6.1: 定时或者立即).',
  out: { 202: sampled(Schema.Struct({ looking: Schema.Boolean }), { looking: true }, 'The look has begun') },
  refusals: [notOurs],
  handler: ({ tenant, commandId }) =>
    Effect.gen(function* () {
      if (tenant !== (yield* operationsTenant)) return yield* Effect.fail(notOurs);
      const processes = yield* Processes;
      yield* processes.start(resourceFiles, { key: `look-${commandId}`, input: { tenant } });
      return answer(202, { looking: true });
    }),
});

const report = download({
  method: 'GET',
  path: '/v1/sim/resource-files/{file}/report',
  operationId: 'sim.resourceFile.report',
  summary: 'Download what became of each line, as CSV',
  description: 'Lines that follow one another with one fate are one row; the header is line 1.',
  personalData: true,
  contentTypes: ['text/csv'],
  in: { params },
  refusals: [resourceFileRefusals.fileUnknown(), resourceFileRefusals.reportMissing()],
  handler: ({ tenant, params: { file } }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const ref = (yield* readFile(tenant, file)).state.report;
      if (ref === null) return yield* Effect.fail(resourceFileRefusals.reportMissing());
      return {
        contentType: 'text/csv',
        name: ref.name,
        bytes: ref.bytes,
        hash: ref.sm3,
        open: (offset: number) => files.open(tenant, ref.id, offset),
      };
    }),
});

const release = route({
  method: 'POST',
  path: '/v1/sim/resource-files/{file}/release',
  operationId: 'sim.resourceFile.release',
  summary: 'Release a file from quarantine: it is read again',
  in: { params, body: sampled(Schema.Struct({ note: Reason }), { note: 'the other file of this name was discarded' }) },
  out: { 202: sampled(ResourceFileState, { ...FILE, status: 'received', attempt: 2 }, 'The file') },
  refusals: [resourceFileRefusals.fileUnknown(), resourceFileRefusals.notQuarantined()],
  handler: ({ tenant, envelope, params: { file }, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Release' as const, note: body.note };
      yield* actors.ask(resourceFileActor, { id: { tenant, key: file }, command, envelope });
      const { state, rev } = yield* readFile(tenant, file);
      yield* startImport(tenant, state.ref, state.attempt);
      return answer(202, state, { rev });
    }),
});

const discard = route({
  method: 'POST',
  path: '/v1/sim/resource-files/{file}/discard',
  operationId: 'sim.resourceFile.discard',
  summary: 'Discard a file in quarantine for good',
  in: { params, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'the partner has sent another one' }) },
  out: { 200: sampled(ResourceFileState, { ...FILE, status: 'discarded' }, 'The file; its bytes are kept') },
  refusals: [resourceFileRefusals.fileUnknown(), resourceFileRefusals.notQuarantined()],
  handler: ({ tenant, envelope, params: { file }, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Discard' as const, reason: body.reason };
      yield* actors.ask(resourceFileActor, { id: { tenant, key: file }, command, envelope });
      const { state, rev } = yield* readFile(tenant, file);
      return answer(200, state, { rev });
    }),
});

export const resourceFileRoutes = [list, read, handIn, look, report, release, discard];
