import { Effect, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { cardWriteActor } from '../../actors/sim/card-write.ts';
import { followWrite, requestWrite } from '../../actors/sim/card-writing/write-card.ts';
import { readerActor } from '../../actors/sim/reader.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { Code, Iccid, Reason } from '../../domain/sim/schema.ts';
import { writeRefusals } from '../../domain/sim/writing/card-write.ts';
import { readerRefusals } from '../../domain/sim/writing/reader.ts';
import {
  type CardWriteState,
  Msisdn,
  ReaderName,
  RequestId,
  SmscNumber,
  WriteStatus,
} from '../../domain/sim/writing/schema.ts';
import { listCardWrites } from '../../store/sim/card-writes.ts';
import { masksFor } from '../masks.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/**
 * Writes of blank cards (seed 000 §4.2): asked for by the CRM, seen, listed, and settled by a person when nobody can say
 * from the card what became of one. The request id is the CRM's own; the same request again gets the same answer.
 */

const REQUEST = 'CRM-20261126-000017';
const ICCID = iccidOfBody('8986012610000000017');
const AT = 1_795_416_000_000;

const nullable = <A extends Schema.Schema.AnyNoContext>(schema: A) =>
  Schema.optionalWith(Schema.NullOr(schema), { default: () => null });

const NewWrite = Schema.Struct({
  request: RequestId.annotations({ description: 'The CRM’s own id: names this write for ever' }),
  reader: ReaderName,
  product: Code,
  city: nullable(Code).annotations({ description: 'Null: that of the card' }),
  iccid: nullable(Iccid).annotations({ description: 'Printed on the card; null: what the card says' }),
  msisdn: nullable(Msisdn).annotations({ description: 'The number that the customer chose' }),
  smsc: nullable(SmscNumber).annotations({ description: 'Null: the one registered for product and city' }),
  operator: Schema.optionalWith(Schema.Literal('telecom'), { exact: true }).annotations({
    description: '`telecom`: the data come from EOP; the component has answered a challenge before',
  }),
});

const writeFields = {
  request: Schema.String,
  status: WriteStatus,
  code: Schema.NullOr(Schema.String),
  reader: Schema.NullOr(Schema.String),
  iccid: Schema.NullOr(Schema.String),
  profile: Schema.NullOr(Schema.String),
  product: Schema.String,
  city: Schema.NullOr(Schema.String),
  proved: Schema.Boolean.annotations({ description: 'An authentication run has shown that the keys are right' }),
  closed: Schema.Boolean,
  requestedBy: Schema.String,
  requestedAtMs: Schema.Number,
  endedAtMs: Schema.NullOr(Schema.Number),
};
const CardWriteItem = Schema.Struct(writeFields).annotations({ identifier: 'SimCardWriteItem' });
const CardWrite = Schema.Struct({
  ...writeFields,
  imsi: Schema.NullOr(Schema.String),
  smsc: Schema.NullOr(Schema.String),
  msisdn: Schema.NullOr(Schema.String),
  message: Schema.NullOr(Schema.String),
  attempts: Schema.Int,
  scrapped: Schema.Boolean,
  settledBy: Schema.NullOr(Schema.String),
}).annotations({ identifier: 'SimCardWrite' });

const ITEM = {
  request: REQUEST,
  status: 'confirmed' as const,
  code: null,
  reader: 'smart-mouse on serial /dev/ttyUSB0',
  iccid: ICCID,
  profile: 'usim-key-file',
  product: '4G-STD',
  city: '110000',
  proved: true,
  closed: true,
  requestedBy: 'crm',
  requestedAtMs: AT,
  endedAtMs: AT + 4_000,
};
const WRITE = {
  ...ITEM,
  imsi: '460017000000017',
  smsc: '8613010112500',
  msisdn: '8613000000017',
  message: null,
  attempts: 1,
  scrapped: false,
  settledBy: null,
};

/** As the caller may see it. */
const shownTo = (caller: Caller, write: CardWriteState) => {
  const masked = masksFor(caller);
  const shown = (id: string | null): string | null => (id === null ? null : masked(id));
  const { wanted, iccid, imsi } = write;
  return { ...write, iccid: shown(iccid), imsi: shown(imsi), msisdn: shown(wanted.msisdn) };
};

const ENDED: ReadonlySet<string> = new Set(['confirmed', 'refused', 'failed']);

const create = route({
  method: 'POST',
  path: '/v1/sim/card-writes',
  operationId: 'sim.cardWrite.create',
  summary: 'Write a blank card that lies in a reader',
  description:
    'It waits in the reader’s queue; follow it at its own address. The same request again changes nothing when it has ended, and has the card read again when it is in doubt.',
  in: {
    body: sampled(NewWrite, {
      request: REQUEST,
      reader: 'counter-1',
      product: '4G-STD',
      msisdn: WRITE.msisdn,
    }),
  },
  out: {
    200: sampled(CardWrite, WRITE, 'It has ended before'),
    202: sampled(
      CardWrite,
      { ...WRITE, status: 'requested', imsi: null, proved: false, closed: false, endedAtMs: null },
      'It waits for its reader',
    ),
  },
  refusals: [readerRefusals.unknown(), readerRefusals.busy(), writeRefusals.differs()],
  handler: ({ tenant, caller, body: { request, reader, ...wanted } }) =>
    Effect.gen(function* () {
      const writing = { tenant, caller, request };
      // A reader that nobody knows is said so before anything is written down.
      yield* readActor(readerActor, { tenant, key: reader }, readerRefusals.unknown());
      const write = yield* requestWrite(writing, wanted);
      const location = `/v1/sim/card-writes/${request}`;
      if (ENDED.has(write.status) && write.closed) return answer(200, shownTo(caller, write), { location });
      const actors = yield* Actors;
      const command = { _tag: 'Enqueue' as const, request };
      // Each time anew: a write in doubt is read again as often as somebody asks.
      const commandId = `write/${request}/Enqueue/${write.status}/${write.attempts}`;
      yield* actors.ask(readerActor, { id: { tenant, key: reader }, command, envelope: { commandId, caller } });
      return answer(202, shownTo(caller, write), { location });
    }),
});

const params = sampled(Schema.Struct({ request: RequestId }), { request: REQUEST });

const read = route({
  method: 'GET',
  path: '/v1/sim/card-writes/{request}',
  operationId: 'sim.cardWrite.read',
  summary: 'Read a write as it is now',
  personalData: true,
  in: { params },
  out: { 200: sampled(CardWrite, WRITE, 'No key is ever shown') },
  refusals: [writeRefusals.unknown()],
  handler: ({ tenant, caller, params: { request } }) =>
    Effect.map(readActor(cardWriteActor, { tenant, key: request }, writeRefusals.unknown()), ({ state, rev }) =>
      answer(200, shownTo(caller, state), { rev }),
    ),
});

const list = route({
  method: 'GET',
  path: '/v1/sim/card-writes',
  operationId: 'sim.cardWrite.list',
  summary: 'List writes; with status=inDoubt, those that wait for a card or a person',
  personalData: true,
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        status: Schema.optional(oneOrMore(WriteStatus)),
        iccid: Schema.optional(Iccid),
        product: Schema.optional(oneOrMore(Code)),
        city: Schema.optional(oneOrMore(Code)),
        requestedFromMs: Schema.optional(Schema.NumberFromString),
        requestedBeforeMs: Schema.optional(Schema.NumberFromString),
      }),
      { status: 'inDoubt' },
    ),
  },
  out: { 200: sampled(pageOf(CardWriteItem), { items: [ITEM], nextCursor: null }, 'Newest first') },
  handler: ({ tenant, caller, query: { cursor, limit, ...filters } }) =>
    Effect.gen(function* () {
      const page = yield* listCardWrites({ tenant, filters, cursor, limit });
      const masked = masksFor(caller);
      const items = page.items.map((one) => ({ ...one, iccid: one.iccid === null ? null : masked(one.iccid) }));
      return answer(200, { ...page, items });
    }),
});

const settle = route({
  method: 'POST',
  path: '/v1/sim/card-writes/{request}/settle',
  operationId: 'sim.cardWrite.settle',
  summary: 'Say what became of a write in doubt',
  description:
    '`written`: the card carries the IMSI. `notWritten`: it does not, and may be written again. `scrapped`: the card is out of use. Only when the card cannot be read again; whoever says it answers for it.',
  in: {
    params,
    body: sampled(Schema.Struct({ outcome: Schema.Literal('written', 'notWritten', 'scrapped'), reason: Reason }), {
      outcome: 'scrapped',
      reason: 'the card broke when it was pulled out',
    }),
  },
  out: {
    200: sampled(CardWrite, { ...WRITE, status: 'failed', code: 'Scrapped', scrapped: true }, 'The write after it'),
  },
  refusals: [writeRefusals.unknown(), writeRefusals.notInDoubt()],
  handler: ({ tenant, caller, envelope, params: { request }, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Settle' as const, ...body };
      const settled = yield* actors.ask(cardWriteActor, { id: { tenant, key: request }, command, envelope });
      const write = yield* followWrite({ tenant, caller, request });
      return answer(200, shownTo(caller, write ?? settled.reply.write));
    }),
});

export const cardWriteRoutes = [create, read, list, settle];
