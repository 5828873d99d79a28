import { Effect, Schema } from 'effect';
import { outgoingActor } from '../../actors/roaming/outgoing.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { outgoingRefusals } from '../../domain/roaming/outgoing/refusals.ts';
import { OutgoingFile, OutgoingState, Series } from '../../domain/roaming/outgoing/schema.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { isDay } from '../../domain/roaming/settlement/day.ts';
import { Files } from '../../store/files/files.ts';
import { Processes } from '../../temporal/client.ts';
import { roamingContract } from '../../workflows/roaming/contract.ts';
import { readActor } from '../read.ts';
import { answer, download, route, sampled } from '../route.ts';

/**
 * What goes out to a partner about its subscribers in our network (seed 002 §3.2.1): files by their numbers, what waits for
 * the next, and one that our own check holds.
 */

const { batches: _, ...fileFields } = OutgoingFile.fields;
const File = Schema.Struct(fileFields).annotations({ identifier: 'RoamingOutgoingFile' });
const FILE = {
  series: 'billing' as const,
  occasion: '2026-11-26',
  sequence: 42,
  format: 'tap' as const,
  kind: 'transfer' as const,
  atMs: 1_795_717_380_000,
  status: 'sent' as const,
  file: { id: 'F-12', name: 'CDCHNCMHKGPP00042', bytes: 310_000, sm3: 'c'.repeat(64) },
  records: 2_400,
  chargeMinor: '912040',
  reason: null,
  sentAtMs: 1_795_717_382_000,
  rap: null,
};
const Outgoing = Schema.Struct({
  /** Records that wait for the next billing file. */
  waiting: Schema.Number,
  last: OutgoingState.fields.last,
  files: Schema.Array(File),
}).annotations({ identifier: 'RoamingOutgoing' });
const partnerParams = sampled(Schema.Struct({ partner: Tadig }), { partner: 'HKGPP' });
const fileParams = sampled(
  Schema.Struct({
    partner: Tadig,
    series: Series,
    sequence: Schema.NumberFromString.pipe(Schema.int(), Schema.positive()),
  }),
  { partner: 'HKGPP', series: 'billing', sequence: '42' },
);

const nothing = refuse('missing', 'NothingOutgoing', 'Nothing has been used by the partner’s subscribers here yet.', {
  field: 'partner',
});

const stateOf = (tenant: TenantId, partner: string) => readActor(outgoingActor, { tenant, key: partner }, nothing);

const list = route({
  method: 'GET',
  path: '/v1/roaming/outgoing-files/{partner}',
  operationId: 'roaming.outgoingFile.list',
  summary: 'List a partner’s files of its subscribers’ usage in our network, and what waits for the next',
  in: { params: partnerParams },
  out: {
    200: sampled(
      Outgoing,
      { waiting: 310, last: { billing: 42, nrtrde: 1_200 }, files: [FILE] },
      'The newest last; of those that are sent the last thousand of each series',
    ),
  },
  refusals: [nothing],
  handler: ({ tenant, params: { partner } }) =>
    Effect.map(stateOf(tenant, partner), ({ state: { waiting, last, files }, rev }) => {
      const ours = waiting.filter(({ series }) => series.includes('billing'));
      const records = ours.reduce((sum, one) => sum + one.records, 0);
      return answer(200, { waiting: records, last, files: files.map(({ batches: __, ...file }) => file) }, { rev });
    }),
});

const readFile = (tenant: TenantId, partner: string, series: Series, sequence: number) =>
  Effect.flatMap(stateOf(tenant, partner), ({ state: { files } }) => {
    const found = files.findLast((one) => one.series === series && one.sequence === sequence);
    return found === undefined ? Effect.fail(outgoingRefusals.fileUnknown()) : Effect.succeed(found);
  });

const content = download({
  method: 'GET',
  path: '/v1/roaming/outgoing-files/{partner}/{series}/{sequence}/content',
  operationId: 'roaming.outgoingFile.content',
  summary: 'Download a file as the partner has it',
  personalData: true,
  contentTypes: ['application/octet-stream'],
  in: { params: fileParams },
  refusals: [nothing, outgoingRefusals.fileUnknown(), outgoingRefusals.notBuilt()],
  handler: ({ tenant, params: { partner, series, sequence } }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const { file } = yield* readFile(tenant, partner, series, sequence);
      if (file === null) return yield* Effect.fail(outgoingRefusals.notBuilt());
      return {
        contentType: 'application/octet-stream',
        name: file.name,
        bytes: file.bytes,
        hash: file.sm3,
        open: (offset: number) => files.open(tenant, file.id, offset),
      };
    }),
});

const Sending = Schema.Struct({ sending: Schema.Boolean });

const send = route({
  method: 'POST',
  path: '/v1/roaming/outgoing-files/{partner}/send',
  operationId: 'roaming.outgoingFile.send',
  summary: 'Make and send the file of a day that is over, or what is left of it',
  description: 'A day has one file, however often it is asked for. The schedule `roaming-send-day` asks each night.',
  in: {
    params: partnerParams,
    body: sampled(Schema.Struct({ day: Schema.String.pipe(Schema.filter(isDay)) }), { day: '2026-11-26' }),
  },
  out: { 202: sampled(Sending, { sending: true }, 'It has begun') },
  handler: ({ tenant, commandId, params: { partner }, body: { day } }) =>
    Effect.gen(function* () {
      const processes = yield* Processes;
      const input = { tenant, partner, day };
      yield* processes.start(roamingContract.workflows.sendDay, { key: `${partner}-${day}-${commandId}`, input });
      return answer(202, { sending: true });
    }),
});

const rebuild = route({
  method: 'POST',
  path: '/v1/roaming/outgoing-files/{partner}/{series}/{sequence}/rebuild',
  operationId: 'roaming.outgoingFile.rebuild',
  summary: 'Make a file anew under its number that our own check holds, and send it',
  description: 'After what was wrong has been put right: settings, mostly.',
  in: { params: fileParams },
  out: { 202: sampled(Sending, { sending: true }, 'It is being made') },
  refusals: [outgoingRefusals.fileUnknown(), outgoingRefusals.notHeld()],
  handler: ({ tenant, commandId, envelope, params: { partner, series, sequence } }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const processes = yield* Processes;
      const command = { _tag: 'Rebuild', series, sequence, rap: null } as const;
      yield* actors.ask(outgoingActor, { id: { tenant, key: partner }, command, envelope });
      const input = { tenant, partner, series };
      yield* processes.start(roamingContract.workflows.send, { key: `${partner}-${series}-${commandId}`, input });
      return answer(202, { sending: true });
    }),
});

export const outgoingFileRoutes = [list, content, send, rebuild];
