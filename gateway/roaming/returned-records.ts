import { Effect, Schema } from 'effect';
import { refuse } from '../../domain/kernel/refusal.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { Count, Reason, Sm3 } from '../../domain/sim/schema.ts';
import { listReturnedRecords, readReturned } from '../../store/roaming/returned-records.ts';
import { Processes } from '../../temporal/client.ts';
import { roamingContract } from '../../workflows/roaming/contract.ts';
import { pageOf, pageQuery } from '../page.ts';
import { answer, route, sampled } from '../route.ts';

/** Records of ours that partners returned, in RAP files (TD.32) or return batches of CIBER: what is wrong with each, and what a person does about it. */

const Status = Schema.Literal('open', 'resubmitted', 'lost');
const Item = Schema.Struct({
  partner: Tadig,
  file: Sm3,
  place: Count,
  rap: Count,
  sequence: Count,
  /** 0: the file as a whole. */
  record: Count,
  findings: Schema.Array(Schema.Struct({ item: Schema.String, code: Count, explanation: Schema.String })),
  currency: Schema.String,
  decimals: Count,
  chargeMinor: Schema.Number,
  status: Status,
  note: Schema.NullOr(Schema.String),
}).annotations({ identifier: 'RoamingReturnedRecord' });
const SM3 = 'd'.repeat(64);
const ITEM = {
  partner: 'HKGPP',
  file: SM3,
  place: 1,
  rap: 7,
  sequence: 42,
  record: 17,
  findings: [{ item: 'imei', code: 20, explanation: 'It is no IMEI.' }],
  currency: 'XDR',
  decimals: 3,
  chargeMinor: 420,
  status: 'open' as const,
  note: null,
};

const list = route({
  method: 'GET',
  path: '/v1/roaming/returned-records',
  operationId: 'roaming.returnedRecord.list',
  summary: 'List records that partners returned, with item, code and explanation',
  description:
    'No number is shown: a record is named by our file and its place in it; `record` 0 is the file as a whole.',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        status: Schema.optional(Status),
        partner: Schema.optional(Tadig),
        file: Schema.optional(Sm3),
      }),
      { status: 'open', file: SM3 },
    ),
  },
  out: { 200: sampled(pageOf(Item), { items: [ITEM], nextCursor: null }, 'In the order of the RAP file') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listReturnedRecords({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const notOpen = refuse('conflict', 'RecordNotReturned', 'No such record has been returned, or it is settled.', {
  field: 'place',
});

const settle = route({
  method: 'POST',
  path: '/v1/roaming/returned-records/{partner}/{file}/{place}/settle',
  operationId: 'roaming.returnedRecord.settle',
  summary: 'Correct a returned record and send it again, or accept the loss',
  description:
    'The corrected record goes with the next file under the number of the RAP file, or return batch, that returned it; a file that came back as a whole is made anew, under its own. `correction` null: the loss is accepted.',
  in: {
    params: sampled(
      Schema.Struct({
        partner: Tadig,
        file: Sm3,
        place: Schema.NumberFromString.pipe(Schema.int(), Schema.positive()),
      }),
      { partner: 'HKGPP', file: SM3, place: '1' },
    ),
    body: sampled(
      Schema.Struct({
        correction: Schema.NullOr(
          Schema.Record({
            key: Schema.String.pipe(Schema.maxLength(32)),
            value: Schema.String.pipe(Schema.maxLength(40)),
          }),
        ),
        note: Reason,
      }),
      { correction: { imei: '' }, note: 'the element’s log has no IMEI' },
    ),
  },
  out: { 202: sampled(Schema.Struct({ settling: Schema.Boolean }), { settling: true }, 'It is being settled') },
  refusals: [notOpen],
  handler: ({ tenant, caller, commandId, params: { partner, file, place }, body: { correction, note } }) =>
    Effect.gen(function* () {
      const processes = yield* Processes;
      const kept = yield* readReturned(tenant, { partner, file, place });
      if (kept?.status !== 'open') return yield* Effect.fail(notOpen);
      const input = { tenant, partner, file, place, correction, note, by: caller };
      yield* processes.start(roamingContract.workflows.settleReturn, {
        key: `${partner}-${file}-${place}-${commandId}`,
        input,
      });
      return answer(202, { settling: true });
    }),
});

export const returnedRecordRoutes = [list, settle];
