import { Effect, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { cardWriteActor } from '../../actors/sim/card-write.ts';
import { challengeComponent } from '../../actors/sim/card-writing/component-proof.ts';
import { eopOrderActor } from '../../actors/sim/eop-order.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { eopOrderRefusals } from '../../domain/sim/telecom/eop-order.ts';
import { challengeText } from '../../domain/sim/telecom/proof.ts';
import {
  ComponentName,
  ComponentProof,
  ComponentVersion,
  type EopOrderState,
  EopOrderState as OrderState,
} from '../../domain/sim/telecom/schema.ts';
import { writeRefusals } from '../../domain/sim/writing/card-write.ts';
import { RequestId } from '../../domain/sim/writing/schema.ts';
import { listEopOrders } from '../../store/sim/telecom.ts';
import { Processes } from '../../temporal/client.ts';
import { simContract } from '../../workflows/sim/contract.ts';
import { masksFor } from '../masks.ts';
import { pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/**
 * What a Telecom write has beside every other one (seed 000 §4.3): the challenge that its component answers before the
 * write is asked for, what EOP handed out, and what EOP and the CRM have been told.
 */

const REQUEST = 'CRM-20261126-000018';
const NONCE = 'n'.repeat(43);
const COMPONENT = { name: 'counter-client', version: '2.1.0' };
const PROOF = { ...COMPONENT, nonce: NONCE, signature: `${'A'.repeat(86)}==` };

const params = sampled(Schema.Struct({ request: RequestId }), { request: REQUEST });

const Challenge = Schema.Struct({
  nonce: Schema.String,
  text: Schema.String.annotations({ description: 'What the component signs: these characters in UTF-8, with Ed25519' }),
  untilMs: Schema.Number,
}).annotations({ identifier: 'SimComponentChallenge' });

const { eop: Knowledge } = OrderState.fields.knows.fields;
const TelecomWrite = Schema.Struct({
  request: Schema.String,
  component: Schema.NullOr(Schema.String).annotations({ description: 'Null until EOP is asked' }),
  iccid: Schema.NullOr(Schema.String),
  order: Schema.NullOr(Schema.String).annotations({ description: 'EOP’s number of what it handed out' }),
  imsi: Schema.NullOr(Schema.String),
  smsc: Schema.NullOr(Schema.String),
  eop: Knowledge,
  crm: Knowledge,
}).annotations({ identifier: 'SimTelecomWrite' });
const KNOWS = { revision: 7, word: 'confirmed' as const, problem: null };
const WRITE = {
  request: REQUEST,
  component: 'counter-client@2.1.0',
  iccid: iccidOfBody('8986112600000000018'),
  order: 'EO-00000018',
  imsi: '460110000000018',
  smsc: '8613311000000',
  eop: KNOWS,
  crm: KNOWS,
};

const shownTo = (caller: Caller, { request, component, iccid, order, imsi, smsc, knows }: EopOrderState) => {
  const masked = masksFor(caller);
  const shown = (id: string | null): string | null => (id === null ? null : masked(id));
  return { request, component, iccid: shown(iccid), order, imsi: shown(imsi), smsc, ...knows };
};

const challenge = route({
  method: 'POST',
  path: '/v1/sim/telecom-writes/{request}/challenge',
  operationId: 'sim.telecomWrite.challenge',
  summary: 'Get what the writing component has to sign',
  description: 'For this request id alone, and for a short time. Asked for again, the last one counts.',
  in: { params, body: sampled(Schema.Struct({ name: ComponentName, version: ComponentVersion }), COMPONENT) },
  out: {
    201: sampled(
      Challenge,
      {
        nonce: NONCE,
        text: challengeText({ tenant: 'demo', request: REQUEST, ...COMPONENT, nonce: NONCE }),
        untilMs: 1_795_416_120_000,
      },
      'The challenge',
    ),
  },
  refusals: [eopOrderRefusals.underWay()],
  handler: ({ tenant, caller, params: { request }, body }) =>
    Effect.map(challengeComponent({ tenant, caller, request }, body), (challenged) => answer(201, challenged)),
});

const prove = route({
  method: 'POST',
  path: '/v1/sim/telecom-writes/{request}/proof',
  operationId: 'sim.telecomWrite.prove',
  summary: 'Send what the writing component signed',
  description: 'It is checked when the card has been judged; a write whose component is not legal is refused.',
  in: { params, body: sampled(ComponentProof, PROOF) },
  out: {
    200: sampled(
      TelecomWrite,
      { ...WRITE, component: null, iccid: null, order: null, imsi: null, smsc: null },
      'The write may be asked for now',
    ),
  },
  refusals: [eopOrderRefusals.unknown(), eopOrderRefusals.otherChallenge(), eopOrderRefusals.underWay()],
  handler: ({ tenant, caller, envelope, params: { request }, body: proof }) =>
    Effect.gen(function* () {
      const command = { _tag: 'Prove' as const, proof };
      const actors = yield* Actors;
      const { reply, rev } = yield* actors.ask(eopOrderActor, { id: { tenant, key: request }, command, envelope });
      return answer(200, shownTo(caller, reply.order), { rev });
    }),
});

const read = route({
  method: 'GET',
  path: '/v1/sim/telecom-writes/{request}',
  operationId: 'sim.telecomWrite.read',
  summary: 'Read what EOP handed out, and what EOP and the CRM have been told',
  personalData: true,
  in: { params },
  out: { 200: sampled(TelecomWrite, WRITE, 'No key is ever shown') },
  refusals: [eopOrderRefusals.unknown()],
  handler: ({ tenant, caller, params: { request } }) =>
    Effect.map(readActor(eopOrderActor, { tenant, key: request }, eopOrderRefusals.unknown()), ({ state, rev }) =>
      answer(200, shownTo(caller, state), { rev }),
    ),
});

const Word = Schema.NullOr(Schema.Literal('confirmed', 'failed', 'inDoubt'));
const Item = Schema.Struct({
  request: Schema.String,
  component: Schema.NullOr(Schema.String),
  asked: Schema.Boolean,
  order: Schema.NullOr(Schema.String),
  eopWord: Word,
  eopProblem: Schema.NullOr(Schema.String),
  crmWord: Word,
  crmProblem: Schema.NullOr(Schema.String),
  untold: Schema.Boolean,
}).annotations({ identifier: 'SimTelecomWriteItem' });

const list = route({
  method: 'GET',
  path: '/v1/sim/telecom-writes',
  operationId: 'sim.telecomWrite.list',
  summary: 'List Telecom writes; with untold=true, those of which EOP or the CRM could not be told the end',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        untold: Schema.optional(Schema.Literal('true', 'false')),
        component: Schema.optional(Schema.String),
        order: Schema.optional(Schema.String),
      }),
      { untold: 'true' },
    ),
  },
  out: {
    200: sampled(
      pageOf(Item),
      {
        items: [
          {
            request: REQUEST,
            component: WRITE.component,
            asked: true,
            order: WRITE.order,
            eopWord: null,
            eopProblem: 'EopUnreachable',
            crmWord: 'confirmed',
            crmProblem: null,
            untold: true,
          },
        ],
        nextCursor: null,
      },
      'By request id; a moment behind',
    ),
  },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listEopOrders({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const tell = route({
  method: 'POST',
  path: '/v1/sim/telecom-writes/{request}/tell',
  operationId: 'sim.telecomWrite.tell',
  summary: 'Tell EOP and the CRM once more what became of a write',
  description: 'For one that could not be told before. Whoever knows it already hears the same word again.',
  in: { params, body: sampled(Schema.Struct({}), {}) },
  out: { 202: sampled(TelecomWrite, WRITE, 'It is under way; read it again in a moment') },
  refusals: [eopOrderRefusals.unknown(), writeRefusals.unknown()],
  handler: ({ tenant, caller, commandId, params: { request } }) =>
    Effect.gen(function* () {
      const id = { tenant, key: request };
      const { state } = yield* readActor(eopOrderActor, id, eopOrderRefusals.unknown());
      const { rev } = yield* readActor(cardWriteActor, id, writeRefusals.unknown());
      const processes = yield* Processes;
      const start = { key: `${request}/${rev}/${commandId}`, input: { tenant, request, revision: rev } };
      yield* processes.start(simContract.workflows.eopResult, start);
      yield* processes.start(simContract.workflows.writeResult, start);
      return answer(202, shownTo(caller, state));
    }),
});

export const telecomWriteRoutes = [challenge, prove, read, list, tell];
