import { Effect, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { partnerFileActor } from '../../actors/sim/partner-file.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { isRefusal, refuse } from '../../domain/kernel/refusal.ts';
import { refusals } from '../../domain/sim/application/refusals.ts';
import { partnerFileRefusals } from '../../domain/sim/partner-file.ts';
import {
  ApplicationNo,
  Code,
  Count,
  FileKind,
  FileName,
  FileSource,
  FileStatus,
  PartnerFileState,
  Reason,
} from '../../domain/sim/schema.ts';
import { Files } from '../../store/files/files.ts';
import { listPartnerFiles } from '../../store/sim/lists.ts';
import { Processes } from '../../temporal/client.ts';
import { simContract } from '../../workflows/sim/contract.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, download, route, sampled, upload } from '../route.ts';
import { readApplication } from './applications.ts';
import { ARRIVAL, Arrival } from './progress.ts';
import { applicationParams, NO } from './samples.ts';

/**
 * Files of partners: what came, what is wrong with it line by line, and what a person does about it: release it to be
 * read again, discard it, or hand in a file that did not come by itself.
 */

const { cardMaking, telecomCardMaking } = simContract.workflows;
/** Files of everybody else belong to Telecom's cycle: Telecom's own, and the reports of its vendors. */
const VOP = 'vop';
const SM3 = 'd'.repeat(64);

const params = sampled(
  Schema.Struct({ partnerFile: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}:[0-9a-f]{64}$/)) }),
  { partnerFile: `vop:${SM3}` },
);

const Item = Schema.Struct({
  partner: Schema.String,
  name: Schema.String,
  sm3: Schema.String,
  fileId: Schema.String,
  bytes: Count,
  kind: Schema.NullOr(FileKind),
  application: Schema.NullOr(Schema.String),
  source: FileSource,
  status: FileStatus,
  attempt: Count,
  deliveries: Count,
  rows: Schema.NullOr(Count),
  problemCount: Count,
  receivedAtMs: Schema.Number,
}).annotations({ identifier: 'SimPartnerFileItem' });
const ITEM = {
  partner: 'vop',
  name: ARRIVAL.file.name,
  sm3: SM3,
  fileId: 'F-7',
  bytes: 4_096,
  kind: 'validation' as const,
  application: NO,
  source: 'poll' as const,
  status: 'quarantined' as const,
  attempt: 1,
  deliveries: 1,
  rows: null,
  problemCount: 1,
  receivedAtMs: 1_795_416_060_000,
};
const { sm3: _sm3, fileId: _fileId, bytes: _bytes, ...itemFields } = ITEM;
const FILE = {
  ...itemFields,
  otherNames: [],
  ref: ARRIVAL.file,
  problems: [{ line: 14, code: 'WrongChecksum', reason: 'the trailer has another checksum than the content' }],
  note: null,
};

const list = route({
  method: 'GET',
  path: '/v1/sim/partner-files',
  operationId: 'sim.partnerFile.list',
  summary: 'List files of partners; with status=quarantined, those that wait for a person',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        status: Schema.optional(oneOrMore(FileStatus)),
        application: Schema.optional(ApplicationNo),
        kind: Schema.optional(oneOrMore(FileKind)),
        partner: Schema.optional(Code),
      }),
      { status: 'quarantined' },
    ),
  },
  out: { 200: sampled(pageOf(Item), { items: [ITEM], nextCursor: null }, 'Newest first') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listPartnerFiles({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const readFile = (tenant: TenantId, key: string) =>
  readActor(partnerFileActor, { tenant, key }, partnerFileRefusals.fileUnknown());

const read = route({
  method: 'GET',
  path: '/v1/sim/partner-files/{partnerFile}',
  operationId: 'sim.partnerFile.read',
  summary: 'Read what is known of a file, with the report of its problems',
  in: { params },
  out: { 200: sampled(PartnerFileState, FILE, 'Lines count from 1; line 0 is the file as a whole') },
  refusals: [partnerFileRefusals.fileUnknown()],
  handler: ({ tenant, params: { partnerFile } }) =>
    Effect.map(readFile(tenant, partnerFile), ({ state, rev }) => answer(200, state, { rev })),
});

const content = download({
  method: 'GET',
  path: '/v1/sim/partner-files/{partnerFile}/content',
  operationId: 'sim.partnerFile.download',
  summary: 'Download the bytes as they came',
  personalData: true,
  contentTypes: ['application/octet-stream'],
  in: { params },
  refusals: [partnerFileRefusals.fileUnknown()],
  handler: ({ tenant, params: { partnerFile } }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const { ref } = (yield* readFile(tenant, partnerFile)).state;
      return {
        contentType: 'application/octet-stream',
        name: ref.name,
        bytes: ref.bytes,
        hash: ref.sm3,
        open: (offset) => files.open(tenant, ref.id, offset),
      };
    }),
});

const noApplication = refuse(
  'invalid',
  'ApplicationMissing',
  'The file could not be read so far as to know whose it is.',
  {
    field: 'application',
    action: 'Name the application that it belongs to.',
  },
);

const release = route({
  method: 'POST',
  path: '/v1/sim/partner-files/{partnerFile}/release',
  operationId: 'sim.partnerFile.release',
  summary: 'Release a file from quarantine: its process reads it again',
  description: 'Give `application` when the file itself could not say whose it is.',
  in: {
    params,
    body: sampled(Schema.Struct({ note: Reason, application: Schema.optionalWith(ApplicationNo, { exact: true }) }), {
      note: 'the part had not been sent when the file came',
    }),
  },
  out: { 200: sampled(Arrival, ARRIVAL, 'What the second reading gave: fit, or quarantined again') },
  refusals: [partnerFileRefusals.fileUnknown(), partnerFileRefusals.notQuarantined(), noApplication],
  handler: ({ tenant, caller, commandId, envelope, params: { partnerFile }, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const processes = yield* Processes;
      const { state } = yield* readFile(tenant, partnerFile);
      const application = body.application ?? state.application;
      if (application === null) return yield* Effect.fail(noApplication);
      const command = { _tag: 'Release' as const, note: body.note };
      yield* actors.ask(partnerFileActor, { id: { tenant, key: partnerFile }, command, envelope });
      const id = { tenant, key: application };
      const input = { by: caller, file: state.ref };
      const updateId = `release:${commandId}`;
      if (state.partner === VOP)
        return answer(200, yield* processes.update(cardMaking, id, 'takeFile', input, updateId));
      const arrival = yield* processes.update(telecomCardMaking, id, 'takeFile', input, updateId);
      return answer(200, { ...arrival, round: 1, part: arrival.kind === 'pos' ? 1 : 0, subjectSm3: '' });
    }),
});

/** The process need not wait for a decision any more, if it is still there to wait. */
const dismiss = (tenant: TenantId, by: Caller, application: string, partnerFile: string, commandId: string) =>
  Effect.gen(function* () {
    const processes = yield* Processes;
    const id = { tenant, key: application };
    const process = partnerFile.startsWith(`${VOP}:`) ? cardMaking : telecomCardMaking;
    yield* processes.update(process, id, 'dismissFile', { by, partnerFile }, `discard:${commandId}`);
  }).pipe(Effect.catchIf(isRefusal, () => Effect.void));

const discard = route({
  method: 'POST',
  path: '/v1/sim/partner-files/{partnerFile}/discard',
  operationId: 'sim.partnerFile.discard',
  summary: 'Discard a file in quarantine for good',
  in: { params, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'the partner has sent another one' }) },
  out: { 200: sampled(PartnerFileState, { ...FILE, status: 'discarded' as const }, 'The file; its bytes are kept') },
  refusals: [partnerFileRefusals.fileUnknown(), partnerFileRefusals.notQuarantined()],
  handler: ({ tenant, caller, commandId, envelope, params: { partnerFile }, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Discard' as const, reason: body.reason };
      yield* actors.ask(partnerFileActor, { id: { tenant, key: partnerFile }, command, envelope });
      const { state, rev } = yield* readFile(tenant, partnerFile);
      if (state.application !== null) yield* dismiss(tenant, caller, state.application, partnerFile, commandId);
      return answer(200, state, { rev });
    }),
});

/** A million POS rows are some 100 MB. */
const UPLOAD_LIMIT_BYTES = 1_073_741_824;

const handIn = upload({
  method: 'POST',
  path: '/v1/sim/applications/{application}/files',
  operationId: 'sim.partnerFile.handIn',
  summary: 'Hand in a file of the partner that did not come by itself',
  description: 'It is kept as it is and read like one from the partner’s server; the same bytes again change nothing.',
  contentTypes: ['text/plain', 'application/octet-stream'],
  bodyLimitBytes: UPLOAD_LIMIT_BYTES,
  timeoutMs: 300_000,
  in: {
    params: applicationParams,
    query: sampled(Schema.Struct({ name: FileName }), { name: ARRIVAL.file.name }),
  },
  out: { 200: sampled(Arrival, ARRIVAL, 'What reading it gave') },
  refusals: [refusals.applicationUnknown()],
  handler: ({ tenant, caller, commandId, params: { application }, query: { name }, content: bytes }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const processes = yield* Processes;
      yield* readApplication(tenant, application);
      const labels = { application, source: 'hand' };
      // Sealed like those that came by themselves: it holds numbers of cards and subscribers.
      const kept = { tenant, area: 'sim', name, contentType: 'text/plain', labels, sealed: true };
      const file = yield* files.put(kept, bytes);
      const id = { tenant, key: application };
      return answer(
        200,
        yield* processes.update(cardMaking, id, 'takeFile', { by: caller, file }, `file:${commandId}`),
      );
    }),
});

export const partnerFileRoutes = [list, read, content, release, discard, handIn];
