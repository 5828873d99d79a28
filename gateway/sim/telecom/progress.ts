import { Effect, Schema } from 'effect';
import { refusals } from '../../../domain/sim/application/refusals.ts';
import { Books } from '../../../domain/sim/application/schema.ts';
import { FileRef } from '../../../domain/sim/schema.ts';
import { TelecomStage, TelecomWaitingFor } from '../../../domain/sim/telecom/application/schema.ts';
import { Processes } from '../../../temporal/client.ts';
import { simContract } from '../../../workflows/sim/contract.ts';
import { answer, route, sampled } from '../../route.ts';
import { Audited, heldAgainstCards, Problem } from '../progress.ts';
import { readTelecom, TELECOM_BOOKS, TELECOM_NO, telecomParams } from './samples.ts';

/** How far an application to Telecom is: as its process says, and held against the cards themselves. */

export const TelecomArrival = Schema.Struct({
  partnerFile: Schema.String.annotations({ description: 'Key of the file under /v1/sim/partner-files' }),
  file: FileRef,
  status: Schema.Literal('fit', 'quarantined', 'known'),
  kind: Schema.Literal('cardMaking', 'pos'),
  error: Schema.optionalWith(Schema.Struct({ line: Schema.Int, code: Schema.String, reason: Schema.String }), {
    exact: true,
  }),
}).annotations({ identifier: 'SimTelecomArrival' });
export const TELECOM_ARRIVAL = {
  partnerFile: `telecom:${'d'.repeat(64)}`,
  file: { id: 'F-7', name: `CARD_${TELECOM_NO}_R01_P000_S01_TELECOM.txt`, bytes: 4_096, sm3: 'd'.repeat(64) },
  status: 'fit' as const,
  kind: 'cardMaking' as const,
};

const Progress = Schema.Struct({
  application: Schema.String,
  stage: TelecomStage,
  waitingFor: TelecomWaitingFor,
  paused: Schema.Boolean,
  sinceMs: Schema.Number,
  reminded: Schema.Boolean,
  alarmed: Schema.Boolean,
  problem: Schema.NullOr(Problem),
  keptOut: Schema.Array(Problem),
  result: Schema.NullOr(TelecomArrival),
  polls: Schema.Int,
  partnerFault: Schema.NullOr(Schema.String),
  books: Schema.NullOr(Books),
  ended: Schema.NullOr(Schema.Literal('completed', 'cancelled')),
}).annotations({ identifier: 'SimTelecomProgress' });

const read = route({
  method: 'GET',
  path: '/v1/sim/telecom/applications/{application}/progress',
  operationId: 'sim.telecom.progress.read',
  summary: 'Ask the process with Telecom how far it is',
  in: { params: telecomParams },
  out: {
    200: sampled(
      Progress,
      {
        application: TELECOM_NO,
        stage: 'result',
        waitingFor: 'partner',
        paused: false,
        sinceMs: 1_795_416_060_000,
        reminded: false,
        alarmed: false,
        problem: null,
        keptOut: [],
        result: null,
        polls: 16,
        partnerFault: null,
        books: TELECOM_BOOKS,
        ended: null,
      },
      'Its stage, what it waits for, its problems',
    ),
  },
  handler: ({ tenant, params: { application } }) =>
    Effect.gen(function* () {
      const processes = yield* Processes;
      const id = { tenant, key: application };
      return answer(200, yield* processes.query(simContract.workflows.telecomCardMaking, id, 'progress'));
    }),
});

const audit = route({
  method: 'GET',
  path: '/v1/sim/telecom/applications/{application}/audit',
  operationId: 'sim.telecom.application.audit',
  summary: 'Hold the books against the cards themselves',
  description: 'Cards are counted in their own documents, which are a moment behind the books.',
  timeoutMs: 60_000,
  in: { params: telecomParams },
  out: {
    200: sampled(
      Audited,
      {
        application: TELECOM_NO,
        books: { ...TELECOM_BOOKS, open: 0, made: 1_000, confirmed: 1_000 },
        cards: [{ line: 1, status: 'made', confirmed: true, cards: 1_000 }],
        balanced: true,
        agreeing: true,
      },
      'Applied = open + rejected + planned + in production + made + failed + cancelled',
    ),
  },
  refusals: [refusals.applicationUnknown()],
  handler: ({ tenant, params: { application } }) =>
    Effect.gen(function* () {
      const { state, rev } = yield* readTelecom(tenant, application);
      return answer(200, yield* heldAgainstCards(tenant, application, state.lines), { rev });
    }),
});

export const telecomProgressRoutes = [read, audit];
