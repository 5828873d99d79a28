import { Effect, Schema } from 'effect';
import { Actors } from '../../../actors/runtime/actors.ts';
import { telecomApplicationActor } from '../../../actors/sim/telecom-application.ts';
import { refusals } from '../../../domain/sim/application/refusals.ts';
import { Books } from '../../../domain/sim/application/schema.ts';
import { Code, Count } from '../../../domain/sim/schema.ts';
import { TelecomStage, TelecomWaitingFor } from '../../../domain/sim/telecom/application/schema.ts';
import { listTelecomApplications } from '../../../store/sim/lists.ts';
import { Processes } from '../../../temporal/client.ts';
import { simContract } from '../../../workflows/sim/contract.ts';
import { oneOrMore, pageOf, pageQuery } from '../../page.ts';
import { answer, route, sampled } from '../../route.ts';
import { numberFor } from '../applications.ts';
import { CardMakingSettings } from '../settings.ts';
import {
  draftAnswer,
  EditedTelecomLines,
  NewTelecomApplication,
  readTelecom,
  stateAnswer,
  TELECOM_BOOKS,
  TELECOM_NO,
  telecomParams,
} from './samples.ts';

/** Applications for Telecom's blank cards (seed 000 §5.2 step 1): drafted, edited, exported, looked up. */

const create = route({
  method: 'POST',
  path: '/v1/sim/telecom/applications',
  operationId: 'sim.telecom.application.create',
  summary: 'Draft an application for blank cards from Telecom',
  description: 'Without `no` a number is made.',
  in: { body: NewTelecomApplication },
  out: { 201: draftAnswer('The draft') },
  refusals: [refusals.applicationExists(), refusals.duplicateLine(1), refusals.tooManyCards()],
  handler: ({ tenant, caller, commandId, envelope, body: { no, ...draft } }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const key = no ?? numberFor(tenant, caller.subject, commandId, 'T');
      const command = { _tag: 'Draft' as const, ...draft };
      const { reply, rev } = yield* actors.ask(telecomApplicationActor, { id: { tenant, key }, command, envelope });
      return answer(201, reply, { rev, location: `/v1/sim/telecom/applications/${key}` });
    }),
});

const Item = Schema.Struct({
  no: Schema.String,
  vendor: Schema.String,
  stage: TelecomStage,
  waitingFor: TelecomWaitingFor,
  paused: Schema.Boolean,
  cities: Schema.Array(Schema.String),
  products: Schema.Array(Schema.String),
  lines: Count,
  letters: Count.annotations({ description: 'Letters that went to Telecom' }),
  books: Books,
  createdAtMs: Schema.Number,
  createdBy: Schema.String,
  endedAtMs: Schema.NullOr(Schema.Number),
}).annotations({ identifier: 'SimTelecomApplicationItem' });
const ITEM = {
  no: TELECOM_NO,
  vendor: 'EASTCARD',
  stage: 'result' as const,
  waitingFor: 'partner' as const,
  paused: false,
  cities: ['110000'],
  products: ['CTC-4G'],
  lines: 1,
  letters: 1,
  books: TELECOM_BOOKS,
  createdAtMs: 1_795_416_000_000,
  createdBy: 'demo-operator',
  endedAtMs: null,
};

const list = route({
  method: 'GET',
  path: '/v1/sim/telecom/applications',
  operationId: 'sim.telecom.application.list',
  summary: 'List applications to Telecom',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        stage: Schema.optional(oneOrMore(TelecomStage)),
        waitingFor: Schema.optional(Schema.Literal('partner', 'staff', 'vendor')),
        city: Schema.optional(oneOrMore(Code)),
        product: Schema.optional(oneOrMore(Code)),
        vendor: Schema.optional(oneOrMore(Code)),
        order: Schema.optional(Schema.Literal('newest', 'number')),
      }),
      { stage: 'result', limit: '20' },
    ),
  },
  out: { 200: sampled(pageOf(Item), { items: [ITEM], nextCursor: null }, 'Newest first; a moment behind') },
  handler: ({ tenant, query: { cursor, limit, order, ...filters } }) =>
    Effect.map(listTelecomApplications({ tenant, filters, cursor, limit, order }), (page) => answer(200, page)),
});

const read = route({
  method: 'GET',
  path: '/v1/sim/telecom/applications/{application}',
  operationId: 'sim.telecom.application.read',
  summary: 'Read an application to Telecom as it is now',
  in: { params: telecomParams },
  out: { 200: stateAnswer('Lines, books, exported files, letters both ways, reports') },
  refusals: [refusals.applicationUnknown()],
  handler: ({ tenant, params: { application } }) =>
    Effect.map(readTelecom(tenant, application), ({ state, rev }) => answer(200, state, { rev })),
});

const edit = route({
  method: 'PUT',
  path: '/v1/sim/telecom/applications/{application}/lines',
  operationId: 'sim.telecom.application.edit',
  summary: 'Replace the lines of a draft',
  ifMatch: 'required',
  in: { params: telecomParams, body: EditedTelecomLines },
  out: { 200: draftAnswer('The draft') },
  refusals: [refusals.notDraft(), refusals.duplicateLine(1)],
  handler: ({ tenant, params: { application }, body, envelope }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'EditLines' as const, ...body };
      const id = { tenant, key: application };
      const { reply, rev } = yield* actors.ask(telecomApplicationActor, { id, command, envelope });
      return answer(200, reply, { rev });
    }),
});

const Started = Schema.Struct({
  application: Schema.String,
  workflowId: Schema.String,
  runId: Schema.String,
  started: Schema.Boolean.annotations({ description: 'False when it had been exported before' }),
}).annotations({ identifier: 'SimTelecomExport' });

const exportFiles = route({
  method: 'POST',
  path: '/v1/sim/telecom/applications/{application}/export',
  operationId: 'sim.telecom.application.export',
  summary: 'Export the application files of a draft: the card-making process begins',
  description:
    'The files are under `exports/{form}` once the stage is `scan`: print the PDF, have it stamped, scan it.',
  in: { params: telecomParams },
  out: {
    202: sampled(
      Started,
      {
        application: TELECOM_NO,
        workflowId: `sim.telecomCardMaking/demo/${TELECOM_NO}`,
        runId: '0190f7a4-5b5e-7c2e-8d3b-0a1b2c3d4e5f',
        started: true,
      },
      'The process, which goes on by itself',
    ),
  },
  refusals: [refusals.applicationUnknown(), refusals.applicationEnded(), refusals.notDraft()],
  handler: ({ tenant, caller, params: { application } }) =>
    Effect.gen(function* () {
      const { state } = yield* readTelecom(tenant, application);
      if (state.ended !== null) return yield* Effect.fail(refusals.applicationEnded());
      const { telecomDeadlines: deadlines, ...settings } = yield* CardMakingSettings;
      const processes = yield* Processes;
      const input = { tenant, application, startedBy: caller, ...settings, deadlines };
      const summary = `card making with Telecom, ${state.lines.length} lines`;
      const { workflowId, runId, started } = yield* processes
        .start(simContract.workflows.telecomCardMaking, { key: application, input, summary })
        .pipe(
          // The key is the application's number: somebody else has exported it, or with other settings.
          Effect.mapError((failure) =>
            failure._tag === 'Refusal' && failure.code === 'CommandConflict' ? refusals.notDraft() : failure,
          ),
        );
      const location = `/v1/sim/telecom/applications/${application}/progress`;
      return answer(202, { application, workflowId, runId, started }, { location });
    }),
});

export const telecomApplicationRoutes = [create, list, read, edit, exportFiles];
