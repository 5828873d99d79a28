import { Effect, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { applicationActor } from '../../actors/sim/application.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import { refusals } from '../../domain/sim/application/refusals.ts';
import { Part, Stage } from '../../domain/sim/application/schema.ts';
import { Code } from '../../domain/sim/schema.ts';
import { listApplications } from '../../store/sim/lists.ts';
import { Processes } from '../../temporal/client.ts';
import { simContract } from '../../workflows/sim/contract.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';
import {
  APPLICATION_ITEM,
  ApplicationItem,
  applicationAnswer,
  applicationParams,
  draftAnswer,
  EditedLines,
  NewApplication,
  NO,
} from './samples.ts';
import { CardMakingSettings } from './settings.ts';

/** Applications for cards (seed 000 §5.1 step 1): drafted, edited, submitted, looked up. */

/** Without a number of the caller's own, one that follows from the request's key: repeated, it is the same. */
export const numberFor = (tenant: TenantId, subject: string, commandId: string, letter = 'A'): string =>
  `${letter}-${sm3Hex(`${tenant}/${subject}/${commandId}`).slice(0, 12).toUpperCase()}`;

/** The application as its actor knows it; `ApplicationUnknown` when it was never drafted. */
export const readApplication = (tenant: TenantId, application: string) =>
  readActor(applicationActor, { tenant, key: application }, refusals.applicationUnknown());

const create = route({
  method: 'POST',
  path: '/v1/sim/applications',
  operationId: 'sim.application.create',
  summary: 'Draft an application for cards',
  description: 'Nothing goes to the partner before it is submitted. Without `no` a number is made.',
  in: { body: NewApplication },
  out: { 201: draftAnswer('The draft') },
  refusals: [refusals.applicationExists(), refusals.duplicateLine(1), refusals.tooManyCards()],
  handler: ({ tenant, caller, commandId, envelope, body: { no, ...draft } }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const key = no ?? numberFor(tenant, caller.subject, commandId);
      const command = { _tag: 'Draft' as const, ...draft };
      const { reply, rev } = yield* actors.ask(applicationActor, { id: { tenant, key }, command, envelope });
      return answer(201, reply, { rev, location: `/v1/sim/applications/${key}` });
    }),
});

const list = route({
  method: 'GET',
  path: '/v1/sim/applications',
  operationId: 'sim.application.list',
  summary: 'List applications',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        stage: Schema.optional(oneOrMore(Stage)),
        waitingFor: Schema.optional(Schema.Literal('partner', 'staff', 'vendor')),
        city: Schema.optional(oneOrMore(Code)),
        product: Schema.optional(oneOrMore(Code)),
        partner: Schema.optional(Code),
        createdFromMs: Schema.optional(Schema.NumberFromString),
        createdBeforeMs: Schema.optional(Schema.NumberFromString),
        order: Schema.optional(Schema.Literal('newest', 'number')),
      }),
      { stage: 'production', city: '110000', limit: '20' },
    ),
  },
  out: {
    200: sampled(
      pageOf(ApplicationItem),
      { items: [APPLICATION_ITEM], nextCursor: null },
      'Newest first; a moment behind the applications themselves',
    ),
  },
  handler: ({ tenant, query: { cursor, limit, order, ...filters } }) =>
    Effect.map(listApplications({ tenant, filters, cursor, limit, order }), (page) => answer(200, page)),
});

const read = route({
  method: 'GET',
  path: '/v1/sim/applications/{application}',
  operationId: 'sim.application.read',
  summary: 'Read an application as it is now',
  in: { params: applicationParams },
  out: { 200: applicationAnswer('The application with its lines, books, files and parts') },
  refusals: [refusals.applicationUnknown()],
  handler: ({ tenant, params: { application } }) =>
    Effect.map(readApplication(tenant, application), ({ state, rev }) => answer(200, state, { rev })),
});

const edit = route({
  method: 'PUT',
  path: '/v1/sim/applications/{application}/lines',
  operationId: 'sim.application.edit',
  summary: 'Replace the lines of a draft',
  ifMatch: 'required',
  in: { params: applicationParams, body: EditedLines },
  out: { 200: draftAnswer('The draft') },
  refusals: [refusals.notDraft(), refusals.duplicateLine(1)],
  handler: ({ tenant, params: { application }, body, envelope }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const id = { tenant, key: application };
      const command = { _tag: 'EditLines' as const, ...body };
      const { reply, rev } = yield* actors.ask(applicationActor, { id, command, envelope });
      return answer(200, reply, { rev });
    }),
});

const Started = Schema.Struct({
  application: Schema.String,
  workflowId: Schema.String,
  runId: Schema.String,
  started: Schema.Boolean.annotations({ description: 'False when it had been submitted before' }),
}).annotations({ identifier: 'SimSubmission' });

const submit = route({
  method: 'POST',
  path: '/v1/sim/applications/{application}/submit',
  operationId: 'sim.application.submit',
  summary: 'Submit a draft: the card-making process begins',
  in: { params: applicationParams },
  out: {
    202: sampled(
      Started,
      {
        application: NO,
        workflowId: `sim.cardMaking/demo/${NO}`,
        runId: '0190f7a4-5b5e-7c2e-8d3b-0a1b2c3d4e5f',
        started: true,
      },
      'The process, which goes on by itself',
    ),
  },
  refusals: [refusals.applicationUnknown(), refusals.applicationEnded()],
  handler: ({ tenant, caller, params: { application } }) =>
    Effect.gen(function* () {
      const { state } = yield* readApplication(tenant, application);
      if (state.ended !== null) return yield* Effect.fail(refusals.applicationEnded());
      const { telecomDeadlines: _telecom, ...settings } = yield* CardMakingSettings;
      const processes = yield* Processes;
      const input = { tenant, application, startedBy: caller, ...settings };
      const summary = `card making with ${state.partner}, ${state.lines.length} lines`;
      const { workflowId, runId, started } = yield* processes
        .start(simContract.workflows.cardMaking, { key: application, input, summary })
        .pipe(
          // The key is the application's number: somebody else has submitted it, or with other settings.
          Effect.mapError((failure) =>
            failure._tag === 'Refusal' && failure.code === 'CommandConflict' ? refusals.notDraft() : failure,
          ),
        );
      return answer(
        202,
        { application, workflowId, runId, started },
        {
          location: `/v1/sim/applications/${application}/progress`,
        },
      );
    }),
});

const PART = {
  id: '1.1',
  part: 1,
  round: 1,
  cardFile: 'c'.repeat(64),
  vendor: 'YINLIAN',
  status: 'sent' as const,
  lines: [{ no: 1, quantity: 1_000, made: 990, failed: 3, confirmed: 0, cancelled: 0 }],
  pos: null,
  reason: null,
};

const parts = route({
  method: 'GET',
  path: '/v1/sim/applications/{application}/parts',
  operationId: 'sim.part.list',
  summary: 'List the parts that went, or will go, to vendors',
  in: { params: applicationParams },
  out: { 200: sampled(Schema.Struct({ parts: Schema.Array(Part) }), { parts: [PART] }, 'All parts of all rounds') },
  refusals: [refusals.applicationUnknown()],
  handler: ({ tenant, params: { application } }) =>
    Effect.map(readApplication(tenant, application), ({ state, rev }) => answer(200, { parts: state.parts }, { rev })),
});

export const applicationRoutes = [create, list, read, edit, submit, parts];
