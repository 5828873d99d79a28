import { Effect, Schema } from 'effect';
import { importFileActor } from '../../actors/roaming/import-file.ts';
import { reasonOfCode } from '../../domain/roaming/imports/fate.ts';
import { importKey } from '../../domain/roaming/imports/import-file.ts';
import { importRefusals } from '../../domain/roaming/imports/refusals.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { Count, Sm3 } from '../../domain/sim/schema.ts';
import { listQuarantinedRecords, readQuarantined } from '../../store/roaming/quarantined-records.ts';
import { Processes } from '../../temporal/client.ts';
import { roamingContract } from '../../workflows/roaming/contract.ts';
import { pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/** Records that wait for a person: each with its reason and what can be done about it; attributed or rejected by hand. */

const Status = Schema.Literal('open', 'rated', 'rejected');
const Item = Schema.Struct({
  partner: Tadig,
  file: Sm3,
  record: Count,
  code: Schema.String,
  message: Schema.String,
  action: Schema.String,
  offset: Count,
  atMs: Schema.NullOr(Schema.Number),
  status: Status,
}).annotations({ identifier: 'RoamingQuarantinedRecord' });
const SM3 = 'd'.repeat(64);
const ITEM = {
  partner: 'HKGPP',
  file: SM3,
  record: 17,
  code: 'SubscriberUnknown',
  message: 'Neither the MSISDN nor the IMSI is one of our subscribers.',
  action: 'Attribute it to a subscriber, or reject it.',
  offset: 5_120,
  atMs: 1_795_330_000_000,
  status: 'open' as const,
};

const list = route({
  method: 'GET',
  path: '/v1/roaming/quarantined-records',
  operationId: 'roaming.quarantinedRecord.list',
  summary: 'List records in quarantine, with the reason and what can be done',
  description: 'No number is shown: a record is named by its file and place. `status` is `open` until it is settled.',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        status: Schema.optional(Status),
        partner: Schema.optional(Tadig),
        file: Schema.optional(Sm3),
        code: Schema.optional(Schema.String.pipe(Schema.maxLength(40))),
      }),
      { status: 'open', file: SM3 },
    ),
  },
  out: { 200: sampled(pageOf(Item), { items: [ITEM], nextCursor: null }, 'In the order of the file') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listQuarantinedRecords({ tenant, filters, cursor, limit }), ({ items, nextCursor }) =>
      answer(200, { items: items.map((item) => ({ ...item, ...reasonOfCode(item.code) })), nextCursor }),
    ),
});

const settle = route({
  method: 'POST',
  path: '/v1/roaming/import-files/{partner}/{file}/records/{record}/settle',
  operationId: 'roaming.quarantinedRecord.settle',
  summary: 'Attribute a record in quarantine to a subscriber, correct one of our own network, or reject it',
  description:
    'It is priced by the terms of today and posted once. The file’s audit line moves with it. `correction` is of a record of our own network: fields of its layout with what stands there in truth; empty, it is rated as it stands.',
  in: {
    params: sampled(
      Schema.Struct({
        partner: Tadig,
        file: Sm3,
        record: Schema.NumberFromString.pipe(Schema.int(), Schema.positive()),
      }),
      { partner: 'HKGPP', file: SM3, record: '17' },
    ),
    body: sampled(
      Schema.Struct({
        /** Null: it is rejected. */
        subscriber: Schema.NullOr(Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/))),
        correction: Schema.optional(
          Schema.Record({
            key: Schema.String.pipe(Schema.maxLength(32)),
            value: Schema.String.pipe(Schema.maxLength(40)),
          }),
        ),
      }),
      { subscriber: 'S1001' },
    ),
  },
  out: { 202: sampled(Schema.Struct({ settling: Schema.Boolean }), { settling: true }, 'It is being settled') },
  refusals: [importRefusals.fileUnknown(), importRefusals.recordNotQuarantined()],
  handler: ({ tenant, caller, commandId, params: { partner, file, record }, body: { subscriber, correction } }) =>
    Effect.gen(function* () {
      const processes = yield* Processes;
      const id = { tenant, key: importKey(partner, file) };
      const { state } = yield* readActor(importFileActor, id, importRefusals.fileUnknown());
      const kept = yield* readQuarantined(tenant, { partner, file, record });
      if (kept?.status !== 'open') return yield* Effect.fail(importRefusals.recordNotQuarantined());
      const corrected = correction === undefined ? {} : { correction };
      const input = { tenant, partner, file: state.ref, record, subscriber, ...corrected, by: caller };
      yield* processes.start(roamingContract.workflows.settle, {
        key: `${partner}-${file}-${record}-${commandId}`,
        input,
      });
      return answer(202, { settling: true });
    }),
});

export const quarantinedRecordRoutes = [list, settle];
